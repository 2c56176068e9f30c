//! How fast is a directory of 100,000 contacts? Import, index, and each key of what people type.
//!
//! `cargo run --release --package cordboard-desk --example directory_rate`

#![allow(clippy::print_stdout, reason = "it is there to print")]

use std::error::Error;
use std::fmt::Write;
use std::hint::black_box;
use std::time::{Duration, Instant};

use cordboard_desk::{Directories, DirectoryInfo, Numbering, Scope, SortBy};

const CONTACTS: u32 = 100_000;
const ROUNDS: u32 = 5;

/// What operators type, key by key.
const TYPED: &[&str] = &[
    "okafor gr",
    "lefèvre",
    "s",
    "mar",
    "anders halden",
    "ing",
    "support",
    "020 7946",
    "+44 20 7946 05",
    "0044207946",
    "4471",
    "99",
    "grace.okafor",
    "@halden",
    "example.com",
    "o'br",
    "room 3.12",
    "zzz",
    "e e e",
];

fn main() -> Result<(), Box<dyn Error>> {
    let file = file();
    println!("{CONTACTS} contacts, {:.1} MB of CSV", megabytes(file.len()));
    let numbering = Numbering::from(&cordboard_wire::Numbering {
        country_code: "44".into(),
        trunk_prefix: "0".into(),
        international_prefix: "00".into(),
        extension_length: 4,
    });
    let mut directories = Directories::new(numbering);
    let directory = directories.add(DirectoryInfo::default());

    let start = Instant::now();
    let report = directories.import_csv(directory, file.as_bytes())?;
    println!("import            {:>9.1} ms, {} contacts", milliseconds(start.elapsed()), report.imported);
    let start = Instant::now();
    directories.prepare(directory)?;
    println!("index and order   {:>9.1} ms", milliseconds(start.elapsed()));
    let number = directories.numbering().canonical("020 7946 0533");
    let start = Instant::now();
    let who = black_box(directories.identify(&number)).map(|who| who.contact.last_name);
    println!("who is calling    {:>9.4} ms, {who:?}", milliseconds(start.elapsed()));

    let mut all = Vec::new();
    let mut slowest = vec![(Duration::ZERO, 0); TYPED.len()];
    for _ in 0..ROUNDS {
        for (typed, slowest) in TYPED.iter().zip(&mut slowest) {
            for (at, c) in typed.char_indices() {
                let query = typed.get(..at + c.len_utf8()).unwrap_or(typed);
                let start = Instant::now();
                let window = directories.window(Scope::One(directory), query, SortBy::LastName, 0, 50);
                let took = start.elapsed();
                all.push(took);
                *slowest = (slowest.0.max(took), black_box(window).total);
            }
        }
    }
    for (typed, (took, total)) in TYPED.iter().zip(slowest) {
        println!("{typed:<18}{:>9.3} ms at most, {total} found", milliseconds(took));
    }
    all.sort_unstable();
    let at = |part: usize| all.get(all.len() * part / 100).copied().map_or(0.0, milliseconds);
    println!("each key          {:>9.3} ms median, {:.3} ms p95, {:.3} ms at most", at(50), at(95), at(99));
    Ok(())
}

/// A made-up company and its customers. Numbers are from ranges set aside for fiction (Ofcom) or unassigned.
fn file() -> String {
    const LAST: &[&str] = &[
        "Okafor",
        "Lefèvre",
        "Andersson",
        "O'Brien",
        "Müller",
        "Nowak",
        "García",
        "Rossi",
        "Smith",
        "Jones",
        "Nguyễn",
        "Søndergaard",
        "Novák",
        "Kowalski",
        "Haddad",
        "Tanaka",
        "Ivanova",
        "Dubois",
        "Weiß",
        "Marchetti",
    ];
    const END: &[&str] = &["", "-Smith", "sen", "ova", "feld", "ton", "well", "berg", "ard", "ini"];
    const FIRST: &[&str] = &[
        "Grace", "Éloïse", "Anders", "Maeve", "Jürgen", "Łukasz", "José", "Chiara", "John", "Mary", "Linh",
        "Søren", "Tomáš", "Zofia", "Layla", "Yuki", "Olga", "Amélie", "Max", "Luca",
    ];
    const COMPANY: &[&str] =
        &["Halden Freight", "Brightwater Foods", "Corvus Engineering", "Mistral Voyages", "Pinewood Clinic"];
    const DEPARTMENT: &[&str] =
        &["Sales", "Support", "Accounting", "Engineering", "Marketing", "Legal", "Warehouse"];
    const TITLE: &[&str] =
        &["Manager", "Assistant", "Engineer", "Clerk", "Director", "Head of Customer Care"];
    let mut file = String::from(
        "lastname,firstname,company,office,department,title,note,phone,mobile,email,presence,alert\r\n",
    );
    let mut chance = 12_345u64;
    let mut pick = |from: usize| {
        chance = chance.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from((chance >> 33) % u64::try_from(from).unwrap_or(1)).unwrap_or(0)
    };
    let word = |list: &[&'static str], at: usize| list.get(at).copied().unwrap_or("");
    for number in 0..CONTACTS {
        let last = format!("{}{}", word(LAST, pick(LAST.len())), word(END, pick(END.len())));
        // A few thousand rare names, as in any real directory.
        let last = if number % 4 == 0 { format!("{last}{}", rare(pick(5000))) } else { last };
        let first = word(FIRST, pick(FIRST.len()));
        let company = word(COMPANY, pick(COMPANY.len()));
        let (department, title) = (word(DEPARTMENT, pick(DEPARTMENT.len())), word(TITLE, pick(TITLE.len())));
        let (floor, room, phone) = (pick(9), pick(60), pick(10_000));
        let host = company.split(' ').next().unwrap_or_default().to_lowercase();
        let email = format!("{}.{}{number}@{host}.example.com", first.to_lowercase(), last.to_lowercase());
        let _ = write!(file, "{last},{first},{company},Room {floor}.{room},{department},{title},,");
        let _ = write!(
            file,
            "+44 20 7946 {phone:04},07700 9{:05},{email},{},\r\n",
            number % 100_000,
            number % 2 == 0
        );
    }
    file
}

fn rare(number: usize) -> String {
    let letters = b"abdeiklmnorstuvz";
    let letter = |shift: usize| letters.get(number >> shift & 15).map_or('x', |&letter| char::from(letter));
    [letter(0), letter(4), letter(8)].iter().collect()
}

fn milliseconds(took: Duration) -> f64 {
    took.as_secs_f64() * 1000.0
}

fn megabytes(bytes: usize) -> f64 {
    f64::from(u32::try_from(bytes).unwrap_or(u32::MAX)) / 1e6
}
