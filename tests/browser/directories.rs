//! People: imported, searched, called, and recognised when they call.

use std::fs;

use cordboard_tests::console::Console;
use cordboard_tests::keys::Key;
use cordboard_tests::office::Office;
use cordboard_tests::{Failed, Stage, Told, story};

use crate::{ROBIN, at_work};

/// The number of a caller of the practice exchange whom none of its directories knows.
const STRANGER: &str = "+447700900582";

/// Three people in two spellings of their columns' order, one with an accent and a picture of a single pixel, one whose
/// picture is none, and one whose line cannot be read.
const STAFF: &str = "\
firstname,lastname,company,title,phone,mobile,picturetype,picture\r\n\
Séverine,Achterberg,Ashgrove Surgery,Head nurse,600,07700 900582,png,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==\r\n\
Nora,Reed,\"Ashgrove Surgery, annexe\",Porter,601,,gif,bm90aGluZw==\r\n\
this line is too short\r\n\
Tobias,Reedham,Ashgrove Surgery,Doctor,301,,,\r\n";

/// Robin with a directory of local people, imported from a file.
async fn with_staff(stage: &Stage) -> Result<Console, Failed> {
    let robin = at_work(stage, ROBIN).await?;
    let page = robin.page();
    robin.adds_directory("Staff").await?;
    let file = stage.folder().join("staff.csv");
    fs::write(&file, STAFF).map_err(|problem| Failed::new(problem.to_string()))?;
    let import = robin.chooses_csv("Staff", &file).await?;
    import.says("about 4 rows").await?;
    import.button("Import").click().await?;
    page.says("3 contacts imported into Staff").await?;
    Ok(robin)
}

#[test]
fn a_file_that_has_gone_since_it_was_chosen_is_asked_for_again() -> Told {
    story(async |stage| {
        let _office = Office::open().await?;
        let robin = with_staff(stage).await?;
        let file = stage.folder().join("staff.csv");
        let import = robin.chooses_csv("Staff", &file).await?;
        import.says("about 4 rows").await?;
        fs::remove_file(&file).map_err(|problem| Failed::new(problem.to_string()))?;
        import.button("Import").click().await?;
        import.says("The file cannot be read. Choose it again").await?;

        fs::write(&file, STAFF).map_err(|problem| Failed::new(problem.to_string()))?;
        import.button("Choose a file…").choose_file(&file).await?;
        import.says("about 4 rows").await?;
        import.button("Import").click().await?;
        import.is_gone().await?;
        robin.page().has_no_errors()
    })
}

#[test]
fn a_file_is_imported_and_a_line_that_cannot_be_read_is_reported() -> Told {
    story(async |stage| {
        let _office = Office::open().await?;
        let robin = with_staff(stage).await?;
        robin.page().says("1 row of staff.csv could not be read").await?;
        let staff = robin.page().find("grid", "Contacts of Staff");
        for name in ["Séverine Achterberg", "Nora Reed", "Tobias Reedham"] {
            staff.find_starting("row", name).is_there().await?;
        }
        robin.page().has_no_errors()
    })
}

#[test]
fn an_import_is_taken_back_whole() -> Told {
    story(async |stage| {
        let _office = Office::open().await?;
        let robin = with_staff(stage).await?;
        robin.page().button("Directory menu").click().await?;
        robin.page().find("menuitem", "Undo last import").click().await?;
        robin.page().find("grid", "Contacts of Staff").find_starting("row", "Nora Reed").is_gone().await?;
        robin.page().says("Nobody in here yet").await
    })
}

#[test]
fn search_finds_without_accents_and_enter_calls() -> Told {
    story(async |stage| {
        let _office = Office::open().await?;
        let robin = with_staff(stage).await?;
        robin.press(Key::F(3)).await?;
        robin.page().find("searchbox", "Search Staff").has_state("focused", "true").await?;
        robin.page().type_text("reed").await?;
        robin.page().says("2 contacts found").await?;
        for _ in 0..4 {
            robin.press(Key::Backspace).await?;
        }
        robin.page().type_text("severine").await?;
        robin.page().says("1 contact found").await?;
        robin.press(Key::Enter).await?;
        robin.outgoing("Talking", "Séverine Achterberg").is_there().await?;
        robin.page().hears_sound().await
    })
}

#[test]
fn nobody_found_is_said_and_escape_shows_everybody_again() -> Told {
    story(async |stage| {
        let _office = Office::open().await?;
        let robin = with_staff(stage).await?;
        robin.press(Key::F(3)).await?;
        robin.page().type_text("zzz").await?;
        robin.page().says("No contact found").await?;
        robin.press(Key::Escape).await?;
        robin.page().find("grid", "Contacts of Staff").find_starting("row", "Nora Reed").is_there().await
    })
}

#[test]
fn a_name_in_the_dial_bar_calls_its_first_match_and_an_unknown_one_stays() -> Told {
    story(async |stage| {
        let _office = Office::open().await?;
        let robin = at_work(stage, ROBIN).await?;
        robin.press(Key::F(4)).await?;
        robin.page().type_text("nobody").await?;
        robin.press(Key::Enter).await?;
        robin.page().says("is not a number").await?;
        for _ in 0.."nobody".len() {
            robin.press(Key::Backspace).await?;
        }
        robin.page().type_text("thorl").await?;
        robin.page().find_starting("option", "Agnes Thorley Available Phone").is_there().await?;
        robin.press(Key::Enter).await?;
        robin.outgoing("Talking", "Agnes Thorley").is_there().await
    })
}

#[test]
fn a_contact_is_called_by_its_button() -> Told {
    story(async |stage| {
        let _office = Office::open().await?;
        let robin = at_work(stage, ROBIN).await?;
        robin.page().button("Call Agnes Thorley").click().await?;
        robin.outgoing("Talking", "Agnes Thorley").is_there().await
    })
}

#[test]
fn a_caller_from_a_local_directory_is_named_in_bold() -> Told {
    story(async |stage| {
        let office = Office::open().await?;
        let robin = with_staff(stage).await?;
        office.ring(STRANGER, "robin", Office::LAW).await?;
        robin.incoming("Ringing", "Séverine Achterberg, local directory").is_there().await?;
        assert_eq!(weight_of(&robin, "Séverine Achterberg").await?, "720");

        assert_eq!(pictures(&robin, "Incoming calls").await?, 1);
        assert_eq!(
            pictures(&robin, "Contacts of Staff").await?,
            1,
            "what is no picture gives way to the initials"
        );

        // From a directory of customers: named, and not bold.
        office.ring(Office::OTTOLINE, "robin", Office::LAW).await?;
        robin.incoming("Ringing", "Ottoline Marsh").is_there().await?;
        assert_ne!(weight_of(&robin, "Ottoline Marsh").await?, "720");
        Ok(())
    })
}

/// How many pictures of people a grid shows, once all have been looked at.
async fn pictures(console: &Console, grid: &str) -> Result<u64, Failed> {
    let script = format!(
        "(async () => {{
            const images = [...document.querySelectorAll('[role=grid][aria-label=\"{grid}\"] img')];
            await Promise.allSettled(images.map(image => image.decode()));
            return images.filter(image => image.isConnected && image.naturalWidth === 1).length;
        }})()"
    );
    Ok(console.page().evaluate(&script).await?.as_u64().unwrap_or_default())
}

/// The font weight in which a name is painted on the list of incoming calls.
async fn weight_of(console: &Console, name: &str) -> Result<String, Failed> {
    let script = format!(
        "getComputedStyle([...document.querySelectorAll('[role=row] *')]
            .find(element => element.children.length === 0 && element.textContent === '{name}')).fontWeight"
    );
    Ok(console.page().evaluate(&script).await?.as_str().unwrap_or_default().to_owned())
}

#[test]
fn a_caller_whom_nobody_knows_is_added_to_a_directory_and_known_at_once() -> Told {
    story(async |stage| {
        let office = Office::open().await?;
        let robin = at_work(stage, ROBIN).await?;
        office.ring(STRANGER, "robin", Office::LAW).await?;
        let ringing = robin.page().find("grid", "Incoming calls").find_starting("row", "Ringing");
        ringing.button("Answer").click().await?;
        let talking = robin.page().find("grid", "Incoming calls").find_starting("row", "Talking");
        talking.click().await?;
        robin.press(Key::Character('a')).await?;
        let form = robin.page().find("dialog", "Add contact");
        form.find("textbox", "Last name").fill("Whitlock").await?;
        form.button("Save").click().await?;
        robin.incoming("Talking", "Whitlock").is_there().await?;
        talking.right_click().await?;
        let menu = robin.page().find("menu", "Actions for Whitlock");
        menu.find_starting("menuitem", "Add to directory").says("In a directory already").await?;
        robin.page().has_no_errors()
    })
}
