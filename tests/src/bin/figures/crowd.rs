//! Everybody whom a large company's attendant knows: so many contacts, and so many of their telephones watched.

use std::fmt::Write;
use std::fs;
use std::time::Duration;

use cordboard_practice::Settings;
use cordboard_relay::Practice;
use cordboard_tests::console::Console;
use cordboard_tests::office::Office;
use cordboard_tests::{Failed, Stage, eventually};

/// Contacts of the directory.
pub(crate) const CONTACTS: u32 = 100_000;
/// How many of them have a telephone that is to be watched: as many as a console watches.
pub(crate) const TELEPHONES: u16 = 1_000;
/// The exchange that has those telephones.
pub(crate) const EXCHANGE: Practice = Practice { telephones: TELEPHONES, ..Office::EXCHANGE };
/// How many subscriptions that makes at least: one to the calls of each, one to its owner's presence. Parking places,
/// rooms and machines, which are watched too, have only the one or the other.
const SUBSCRIPTIONS: usize = 1_950;

/// Subscribing is spread over time, so as not to flood the telephone system.
const SETTLES: Duration = Duration::from_secs(120);

const FIRST: [&str; 20] = [
    "Grace", "Éloïse", "Anders", "Maeve", "Jürgen", "Łukasz", "José", "Chiara", "John", "Mary", "Linh",
    "Søren", "Tomáš", "Zofia", "Layla", "Yuki", "Olga", "Amélie", "Max", "Luca",
];
const LAST: [&str; 16] = [
    "Okafor", "Lefèvre", "Halden", "Marsh", "Whit", "Lind", "Ros", "Brant", "Castell", "Dun", "Elling",
    "Farn", "Gart", "Hol", "Ing", "Kors",
];
const END: [&str; 8] = ["", "sen", "ova", "feld", "ton", "well", "berg", "ard"];
const COMPANY: [&str; 5] =
    ["Halden Freight", "Brightwater Foods", "Corvus Engineering", "Mistral Voyages", "Pinewood Clinic"];
const DEPARTMENT: [&str; 7] =
    ["Sales", "Support", "Accounting", "Engineering", "Marketing", "Legal", "Warehouse"];

/// Imports them all as an operator does.
pub(crate) async fn import(stage: &Stage, console: &Console) -> Result<(), Failed> {
    console.adds_directory("Everybody").await?;
    let file = stage.folder().join("everybody.csv");
    fs::write(&file, everybody()).map_err(|problem| Failed::new(problem.to_string()))?;
    let form = console.chooses_csv("Everybody", &file).await?;
    form.button("Import").click().await?;
    console.page().says("100000 contacts imported into Everybody").await
}

/// Waits until the exchange has a subscription for each telephone that an operator's console is to watch.
pub(crate) async fn is_watched(office: &Office, user: &str) -> Result<(), Failed> {
    eventually(&format!("{SUBSCRIPTIONS} subscriptions"), SETTLES, async || {
        match office.subscriptions(user).await {
            all if all >= SUBSCRIPTIONS => Ok(()),
            some => Err(Failed::new(format!("there are {some}"))),
        }
    })
    .await
}

/// The directory as a CSV file.
fn everybody() -> String {
    let mut file =
        String::from("lastname,firstname,company,office,department,phone,mobile,email,presence\r\n");
    let one = |list: &[&'static str], number: u32| {
        let at = usize::try_from(number).unwrap_or_default() % list.len();
        list.get(at).copied().unwrap_or_default()
    };
    for number in 0..CONTACTS {
        // Steps without a common factor with the lists' lengths, so that names are mixed.
        let (first, last) = (one(&FIRST, number * 7), one(&LAST, number / 3));
        let (end, company) = (one(&END, number / 5), one(&COMPANY, number / 11));
        let (department, floor, room) = (one(&DEPARTMENT, number / 2), number % 9, number % 61);
        let watched = number < u32::from(TELEPHONES);
        let phone = if watched {
            (Settings::FIRST_TELEPHONE + number).to_string()
        } else {
            format!("+44 20 7946 {:05}", number)
        };
        // Writing into a String cannot fail.
        let _ = write!(
            file,
            "{last}{end},{first},{company},Room {floor}.{room},{department},{phone},07700 9{number:05},\
             {}.{}{number}@example.com,{}\r\n",
            first.to_lowercase(),
            last.to_lowercase(),
            if watched { "yes" } else { "no" },
        );
    }
    file
}
