//! What the browser keeps, and what happens when it cannot.

use cordboard_tests::browser::Browser;
use cordboard_tests::console::Console;
use cordboard_tests::office::Office;
use cordboard_tests::{Failed, Stage, Told, story};

use crate::ROBIN;

/// Robin at work in this browser.
async fn at_desk(stage: &Stage, browser: &Browser) -> Result<Console, Failed> {
    let robin = Console::open(stage, browser).await?;
    robin.page().button(&format!("Sign in as {ROBIN}")).click().await?;
    robin.start_shift().await?;
    robin.is_registered().await?;
    Ok(robin)
}

/// Spoils what is kept of one directory.
const SPOIL: &str = "new Promise((done, failed) => {
    const open = indexedDB.open('cordboard');
    open.onerror = () => failed(open.error);
    open.onsuccess = () => {
        const spoiling = open.result.transaction('directories', 'readwrite');
        spoiling.objectStore('directories').put(new Uint8Array([255, 255, 255]), 77);
        spoiling.oncomplete = () => { open.result.close(); done(1); };
        spoiling.onabort = () => failed(spoiling.error);
    };
})";

/// A disk on which the browser finds no place for this site any more.
const FULL: &str = "IDBObjectStore.prototype.put = () => {
    throw new DOMException('The quota has been exceeded', 'QuotaExceededError');
}";

#[test]
fn a_full_disk_is_told_and_the_shift_goes_on() -> Told {
    story(async |stage| {
        let office = Office::open().await?;
        let browser = Browser::start(stage, "robin").await?;
        let robin = at_desk(stage, &browser).await?;
        browser.in_engine(FULL).await?;
        // A call that is over goes into the log, and cannot be kept.
        let call = office.ring(Office::OTTOLINE, "robin", Office::LAW).await?;
        robin.incoming("Ringing", "Ottoline Marsh").is_there().await?;
        office.hang_up(call).await;
        robin.page().says("Directories and call log could not be kept on this computer").await?;
        robin.page().says("The quota has been exceeded").await?;
        robin.page().button("Missed calls: 1").is_there().await?;
        office.ring(Office::PERCIVAL, "robin", Office::LAW).await?;
        robin.incoming("Ringing", "Percival Strand").is_there().await
    })
}

#[test]
fn a_spoilt_record_is_told_and_the_others_are_still_there() -> Told {
    story(async |stage| {
        let _office = Office::open().await?;
        let browser = Browser::start(stage, "robin").await?;
        let robin = at_desk(stage, &browser).await?;
        robin.adds_directory("Staff").await?;

        robin.page().evaluate(SPOIL).await?;
        browser.crash_engine().await?;
        robin
            .page()
            .find("alert", "Part of what this computer had kept could not be read")
            .is_there()
            .await?;
        robin.page().find("tab", "Staff").is_there().await?;
        robin.is_registered().await
    })
}
