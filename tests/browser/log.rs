//! Calls that are over: the log, what was missed, and calling again.

use cordboard_practice::Event;
use cordboard_tests::browser::Browser;
use cordboard_tests::console::Console;
use cordboard_tests::keys::Key;
use cordboard_tests::office::Office;
use cordboard_tests::relay::Relay;
use cordboard_tests::{Failed, SOON, Told, eventually, story};

use crate::{ROBIN, at_work};

#[test]
fn a_missed_call_is_counted_listed_and_called_back() -> Told {
    story(async |stage| {
        let mut office = Office::open().await?;
        let robin = at_work(stage, ROBIN).await?;
        let call = office.ring(Office::OTTOLINE, "robin", Office::LAW).await?;
        robin.incoming("Ringing", "Ottoline Marsh").is_there().await?;
        office.hang_up(call).await;
        robin.has_no_calls().await?;

        robin.page().button("Missed calls: 1").click().await?;
        robin.page().button("Missed calls: 0").is_there().await?;
        robin.page().button("Missed only").has_state("pressed", "true").await?;
        let log = robin.page().find("grid", "Call log");
        let missed = log.find_starting("row", "Ottoline Marsh, incoming, Missed");
        missed.is_there().await?;
        missed.double_click().await?;
        let back =
            |event: &Event| matches!(event, Event::Dialled { number, .. } if number.ends_with("2079460811"));
        office.tells("the call back", back).await.map(drop)
    })
}

#[test]
fn the_log_outlives_a_reload_is_searched_and_cleared() -> Told {
    story(async |stage| {
        let office = Office::open().await?;
        let robin = at_work(stage, ROBIN).await?;
        for caller in [Office::OTTOLINE, Office::PERCIVAL] {
            office.ring(caller, "robin", Office::LAW).await?;
            robin.page().find("grid", "Incoming calls").find_starting("row", "Ringing").is_there().await?;
            robin.press(Key::F(9)).await?;
            robin.page().find("grid", "Incoming calls").find_starting("row", "Talking").is_there().await?;
            robin.press(Key::F(10)).await?;
            robin.has_no_calls().await?;
        }
        robin.page().reload().await?;
        robin.page().find("navigation", "Views").button("Call log").click().await?;
        let log = robin.page().find("grid", "Call log");
        log.find_starting("row", "Ottoline Marsh, incoming, Answered").is_there().await?;
        log.find_starting("row", "Percival Strand, incoming, Answered").is_there().await?;
        robin.page().screenshot(stage, "call-log").await?;

        robin.press(Key::F(3)).await?;
        robin.page().type_text("strand").await?;
        log.find_starting("row", "Ottoline Marsh").is_gone().await?;
        log.find_starting("row", "Percival Strand").is_there().await?;

        robin.page().button("Clear the call log").click().await?;
        robin.page().find("dialog", "Clear the call log").button("Remove").click().await?;
        robin.page().says("No calls here yet").await?;
        robin.page().reload().await?;
        robin.page().find("navigation", "Views").button("Call log").click().await?;
        robin.page().says("No calls here yet").await
    })
}

#[test]
fn the_selection_follows_its_call_when_another_comes_in_above_it() -> Told {
    story(async |stage| {
        let mut office = Office::open().await?;
        let robin = at_work(stage, ROBIN).await?;
        robin.page().find("navigation", "Views").button("Call log").click().await?;
        let log = robin.page().find("grid", "Call log");
        for (caller, name) in [(Office::OTTOLINE, "Ottoline Marsh"), (Office::PERCIVAL, "Percival Strand")] {
            let call = office.ring(caller, "robin", Office::LAW).await?;
            robin.incoming("Ringing", name).is_there().await?;
            office.hang_up(call).await;
            log.find_starting("row", name).is_there().await?;
        }
        let ottoline = log.find_starting("row", "Ottoline Marsh");
        ottoline.click().await?;
        ottoline.has_state("selected", "true").await?;

        let call = office.ring(Office::PERCIVAL, "robin", Office::LAW).await?;
        robin.incoming("Ringing", "Percival Strand").is_there().await?;
        office.hang_up(call).await;
        robin.page().says("3 calls").await?;
        ottoline.has_state("selected", "true").await?;
        robin.press(Key::Enter).await?;
        let back =
            |event: &Event| matches!(event, Event::Dialled { number, .. } if number.ends_with("2079460811"));
        office.tells("the call back", back).await.map(drop)
    })
}

#[test]
fn the_redial_list_calls_the_last_number_again() -> Told {
    story(async |stage| {
        let _office = Office::open().await?;
        let robin = at_work(stage, ROBIN).await?;
        robin.dial("301").await?;
        robin.outgoing("Talking", "Agnes Thorley").is_there().await?;
        robin.press(Key::F(10)).await?;
        robin.has_no_calls().await?;

        robin.press(Key::F(4)).await?;
        robin.page().find("combobox", "Number to call").has_state("focused", "true").await?;
        robin.press(Key::Down).await?;
        robin
            .page()
            .find("listbox", "Suggestions")
            .find_starting("option", "Agnes Thorley")
            .is_there()
            .await?;
        robin.press(Key::Enter).await?;
        robin.outgoing("Talking", "Agnes Thorley").is_there().await
    })
}

#[test]
fn a_telephone_link_fills_the_dial_bar_and_calls_nobody_by_itself() -> Told {
    story(async |stage| {
        let _office = Office::open().await?;
        let robin = at_work(stage, ROBIN).await?;
        robin.page().go(&format!("{}?dial=tel%3A301", Relay::url())).await?;
        robin.is_registered().await?;
        robin.has_audio().await?;
        let field = robin.page().find("combobox", "Number to call");
        field.has_state("focused", "true").await?;
        field.says("301").await?;
        robin.has_no_calls().await?;
        robin.press(Key::Enter).await?;
        robin.outgoing("Talking", "Agnes Thorley").is_there().await
    })
}

#[test]
fn a_question_mark_shows_every_key() -> Told {
    story(async |stage| {
        let _office = Office::open().await?;
        let robin = at_work(stage, ROBIN).await?;
        robin.press(Key::Character('?')).await?;
        robin.page().find("dialog", "Your keys").is_there().await?;
        robin.page().screenshot(stage, "key-sheet").await?;
        robin.press(Key::Escape).await?;
        robin.page().find("dialog", "Your keys").is_gone().await
    })
}

/// Writes a full log, of calls 1 to 4,000, into what the engine of this browser keeps: copies of the one that is there,
/// each from a number that ends with the call's own.
const FILL: &str = "new Promise((done, failed) => {
    const open = indexedDB.open('cordboard');
    open.onerror = () => failed(open.error);
    open.onsuccess = () => {
        const filling = open.result.transaction('log', 'readwrite');
        const log = filling.objectStore('log');
        log.getAll().onsuccess = ({ target: { result: [first] } }) => {
            for (let id = 2; id <= 4000; id += 1) {
                // The number of a call comes first in its record, seven bits a byte.
                const number = id < 128 ? [id] : [(id & 127) | 128, id >> 7];
                const copy = first.slice(1);
                const ends = String.fromCharCode(...copy).indexOf('0811');
                String(id).padStart(4, '0').split('').forEach((digit, at) => {
                    copy[ends + at] = digit.charCodeAt(0);
                });
                log.put(Uint8Array.from([...number, ...copy]), id);
            }
        };
        filling.oncomplete = () => { open.result.close(); done(1); };
        filling.onabort = () => failed(filling.error);
    };
})";

#[test]
fn a_log_of_four_thousand_calls_is_walked_to_its_end_and_exported_whole() -> Told {
    story(async |stage| {
        let office = Office::open().await?;
        let browser = Browser::start(stage, "robin").await?;
        let robin = Console::open(stage, &browser).await?;
        robin.page().button(&format!("Sign in as {ROBIN}")).click().await?;
        robin.start_shift().await?;
        robin.is_registered().await?;
        let call = office.ring(Office::OTTOLINE, "robin", Office::LAW).await?;
        robin.incoming("Ringing", "Ottoline Marsh").is_there().await?;
        office.hang_up(call).await;
        robin.page().button("Missed calls: 1").is_there().await?;
        robin.page().evaluate(FILL).await?;
        browser.crash_engine().await?;

        robin.page().find("navigation", "Views").button("Call log").click().await?;
        robin.page().says("4000 calls").await?;
        let log = robin.page().find("grid", "Call log");
        log.find("columnheader", "Ended as").is_there().await?;
        log.click().await?;
        robin.press(Key::End).await?;
        // The first call of all, which alone is no copy, and the one after it.
        let last = "['4000', '4001'].map((at) => \
            document.querySelector(`[role=row][aria-rowindex=\"${at}\"] [role=gridcell].number`)?.textContent.slice(-4)\
            ).join() === '0002,0811' && \
            document.querySelector('[role=row][aria-rowindex=\"4001\"][aria-selected=true]') !== null";
        eventually("the oldest call to be in sight", SOON, async || {
            if robin.page().evaluate(last).await? == true {
                Ok(())
            } else {
                Err(Failed::new("its row is not in the page"))
            }
        })
        .await?;
        let rows = robin.page().evaluate("document.querySelectorAll('.logged').length").await?;
        assert!(rows.as_u64().is_some_and(|rows| rows < 200), "{rows} rows are in the page");
        robin.page().screenshot(stage, "call-log-end").await?;

        let keep = "window.kept = ''; const before = URL.createObjectURL; \
            URL.createObjectURL = (blob) => { blob.text().then((text) => { window.kept = text; }); \
                return before.call(URL, blob); }";
        robin.page().evaluate(keep).await?;
        robin.page().button("Export the call log as CSV").click().await?;
        eventually("the file", SOON, async || {
            let lines = robin.page().evaluate("window.kept.split('\\r\\n').length").await?;
            if lines == 4002 { Ok(()) } else { Err(Failed::new(format!("it has {lines} lines"))) }
        })
        .await
    })
}
