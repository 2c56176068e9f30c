//! Stories of the directories: people come, go, are found and recognised.

use proptest::prelude::*;

use super::*;
use crate::contact::Contact;
use crate::number::Numbering;
use crate::search::Query;
use cordboard_wire::DirectorySeed;

fn british() -> Numbering {
    Numbering::from(&cordboard_wire::Numbering {
        country_code: "44".into(),
        trunk_prefix: "0".into(),
        international_prefix: "00".into(),
        extension_length: 4,
    })
}

fn person(first_name: &str, last_name: &str, phone: &str) -> Contact {
    Contact {
        first_name: first_name.into(),
        last_name: last_name.into(),
        phone: phone.into(),
        ..Contact::default()
    }
}

fn named(name: &str, local: bool) -> DirectoryInfo {
    DirectoryInfo { name: name.into(), local, ..DirectoryInfo::default() }
}

/// A directory of the company's people and one of customers.
fn two_directories() -> (Directories, DirectoryId, DirectoryId) {
    let mut directories = Directories::new(british());
    let customers = directories.add(named("Customers", false));
    let staff = directories.add(named("Staff", true));
    for contact in [
        person("Grace", "Okafor", "204"),
        person("Éloïse", "Lefèvre", "205"),
        person("Anders", "Ødegård", "206"),
    ] {
        directories.add_contact(staff, contact).unwrap();
    }
    let maeve = Contact { mobile: "07700 900123".into(), ..person("Maeve", "O'Brien", "+44 20 7946 0533") };
    directories.add_contact(customers, maeve).unwrap();
    (directories, staff, customers)
}

fn found(directories: &mut Directories, scope: Scope, query: &str) -> Vec<String> {
    let window = directories.window(scope, query, SortBy::LastName, 0, 100);
    assert_eq!(window.total, window.rows.len());
    window.rows.iter().map(|row| row.contact.first_name.to_owned()).collect()
}

#[test]
fn people_are_found_by_any_part_of_anything() {
    let (mut directories, ..) = two_directories();
    let table = [
        ("", &["Maeve", "Éloïse", "Anders", "Grace"][..]),
        ("eloise", &["Éloïse"]),
        ("LEFÈV", &["Éloïse"]),
        ("fevre elo", &["Éloïse"]),
        ("odegard", &["Anders"]),
        ("kaf", &["Grace"]),
        ("o'b", &["Maeve"]),
        ("o\u{2019}brien", &["Maeve"]),
        ("a o", &["Maeve", "Anders", "Grace"]),
        ("20", &["Maeve", "Éloïse", "Anders", "Grace"]),
        ("7946", &["Maeve"]),
        ("020 7946", &["Maeve"]),
        ("02079460533", &["Maeve"]),
        ("0044 20 7946", &["Maeve"]),
        ("+4420", &["Maeve"]),
        ("(020) 7946-0533", &["Maeve"]),
        ("077009", &["Maeve"]),
        ("205", &["Éloïse"]),
        ("grace 205", &[]),
        ("zebra", &[]),
    ];
    for (query, expected) in table {
        assert_eq!(found(&mut directories, Scope::All, query), expected, "{query}");
    }
}

#[test]
fn a_caller_is_recognised_however_the_number_is_written() {
    let (directories, staff, customers) = two_directories();
    let who = |number: &str| {
        let found = directories.identify(&directories.numbering().canonical(number));
        found.map(|found| (found.directory, found.contact.first_name, found.local))
    };
    for number in ["+442079460533", "020 7946 0533", "sip:+442079460533@pbx.example.com", "07700900123"] {
        assert_eq!(who(number), Some((customers, "Maeve", false)), "{number}");
    }
    assert_eq!(who("sip:204@pbx.example.com"), Some((staff, "Grace", true)));
    for stranger in ["", "anonymous", "020 7946 0534", "2040", "20"] {
        assert_eq!(who(stranger), None, "{stranger}");
    }
}

#[test]
fn colleagues_are_recognised_before_customers() {
    let (mut directories, staff, customers) = two_directories();
    directories.add_contact(customers, person("Grace", "Okafor (private)", "204")).unwrap();
    let number = directories.numbering().canonical("204");
    assert_eq!(directories.identify(&number).unwrap().directory, staff);
    directories.set_info(staff, named("Staff", false)).unwrap();
    assert_eq!(directories.identify(&number).unwrap().directory, customers);
    directories.remove(customers).unwrap();
    assert_eq!(directories.identify(&number).unwrap().directory, staff);
}

#[test]
fn who_changes_number_is_recognised_by_the_new_one_only() {
    let (mut directories, staff, _) = two_directories();
    let grace = directories.search(Scope::One(staff), "grace", SortBy::LastName).ids[0].1;
    directories.edit_contact(staff, grace, person("Grace", "Okafor-Lind", "214")).unwrap();
    let numbering = directories.numbering().clone();
    assert_eq!(directories.identify(&numbering.canonical("204")), None);
    assert_eq!(directories.identify(&numbering.canonical("214")).unwrap().id, grace);
    assert_eq!(found(&mut directories, Scope::All, "lind"), ["Grace"]);
    assert_eq!(found(&mut directories, Scope::All, "204"), [""; 0]);
    directories.remove_contact(staff, grace).unwrap();
    assert_eq!(directories.identify(&numbering.canonical("214")), None);
    assert_eq!(found(&mut directories, Scope::All, "grace"), [""; 0]);
    assert_eq!(directories.remove_contact(staff, grace), Err(DirectoryError::NoSuchContact(grace)));
}

#[test]
fn another_numbering_is_heeded_at_once() {
    let (mut directories, ..) = two_directories();
    assert_eq!(found(&mut directories, Scope::All, "020 7946"), ["Maeve"]);
    directories.set_numbering(Numbering::default());
    assert_eq!(found(&mut directories, Scope::All, "0207946"), [""; 0]);
    let number = directories.numbering().canonical("020 7946 0533");
    assert_eq!(directories.identify(&number), None);
}

#[test]
fn a_window_shows_its_rows_and_the_true_count() {
    let (mut directories, staff, customers) = two_directories();
    let window = directories.window(Scope::One(staff), "", SortBy::LastName, 1, 1);
    assert_eq!((window.total, window.rows.len()), (3, 1));
    assert_eq!(window.rows[0].contact.last_name, "Ødegård");
    let window = directories.window(Scope::All, "a", SortBy::LastName, 0, 2);
    let rows: Vec<_> = window.rows.iter().map(|row| (row.directory, row.contact.last_name)).collect();
    assert_eq!((window.total, rows), (3, vec![(customers, "O'Brien"), (staff, "Ødegård")]));
    assert_eq!(
        directories.window(Scope::All, "", SortBy::LastName, 99, 2),
        Window { total: 4, rows: vec![] }
    );
    assert_eq!(directories.window(Scope::One(DirectoryId(99)), "", SortBy::LastName, 0, 2).total, 0);
}

#[test]
fn a_contact_found_everywhere_is_shown_where_it_lives() {
    let (mut directories, staff, _) = two_directories();
    let grace = directories.search(Scope::All, "okafor", SortBy::LastName).ids[0];
    assert_eq!(grace.0, staff);
    assert_eq!(directories.row_of(Scope::One(staff), "", SortBy::LastName, grace.1), Some(2));
    assert_eq!(directories.row_of(Scope::All, "", SortBy::LastName, grace.1), Some(3));
    assert_eq!(directories.row_of(Scope::All, "maeve", SortBy::LastName, grace.1), None);
}

#[test]
fn rows_are_sorted_as_readers_expect() {
    let mut directories = Directories::default();
    let directory = directories.add(DirectoryInfo::default());
    let all = [
        ("Zoë", "Ångström", "B"),
        ("adam", "angstrom", ""),
        ("Émile", "Zola", "a"),
        ("eva", "", "Á"),
        ("Adam", "Angstromer", "b"),
    ];
    for (first, last, office) in all {
        let contact = Contact { office: office.into(), ..person(first, last, "") };
        directories.add_contact(directory, contact).unwrap();
    }
    let table = [
        (SortBy::LastName, ["adam", "Zoë", "Adam", "Émile", "eva"]),
        (SortBy::FirstName, ["adam", "Adam", "Émile", "eva", "Zoë"]),
        (SortBy::Office, ["Émile", "eva", "Zoë", "Adam", "adam"]),
    ];
    for (sort, expected) in table {
        let window = directories.window(Scope::All, "", sort, 0, 9);
        let rows: Vec<_> = window.rows.iter().map(|row| row.contact.first_name).collect();
        assert_eq!(rows, expected, "{sort:?}");
    }
}

#[test]
fn an_import_can_be_taken_back_as_a_whole() {
    let (mut directories, staff, _) = two_directories();
    let before = directories.stored(staff).unwrap();
    let report = directories.import_csv(staff, b"lastname,phone\nAdeyemi,301\nbad\nBauer,302\n").unwrap();
    assert_eq!((report.imported, report.bad_rows.len(), report.missing.len()), (2, 1, 17));
    assert!(directories.can_undo(staff));
    assert_eq!(directories.count(staff), 5);
    let bauer = directories.search(Scope::One(staff), "bauer", SortBy::LastName).ids[0].1;
    directories.edit_contact(staff, bauer, person("Lena", "Bauer", "303")).unwrap();
    let own = directories.add_contact(staff, person("Own", "Entry", "304")).unwrap();
    assert_eq!(directories.undo_import(staff), Ok(2));
    directories.remove_contact(staff, own).unwrap();
    assert_eq!(directories.stored(staff).unwrap().contacts, before.contacts);
    assert_eq!(directories.undo_import(staff), Err(DirectoryError::NothingToUndo(staff)));
    assert_eq!(directories.identify(&directories.numbering().canonical("303")), None);
    assert_eq!(found(&mut directories, Scope::All, "bauer"), [""; 0]);
}

#[test]
fn a_refused_file_changes_nothing() {
    let (mut directories, staff, _) = two_directories();
    let before = directories.stored(staff);
    let refused = directories.import_csv(staff, b"lastname;phone\nBauer;302\n").unwrap_err();
    assert_eq!(refused, ImportRefused::File(CsvProblem { line: 1, fault: CsvFault::Semicolons }));
    assert_eq!(directories.stored(staff), before);
    assert!(!directories.can_undo(staff));
}

#[test]
fn a_directory_survives_being_stored() {
    let (mut directories, staff, customers) = two_directories();
    directories.import_csv(staff, b"lastname,phone\nAdeyemi,301\n").unwrap();
    let mut later = Directories::new(british());
    for directory in [customers, staff] {
        later.restore(directories.stored(directory).unwrap());
    }
    assert_eq!(later.stored(staff), directories.stored(staff));
    assert_eq!(found(&mut later, Scope::All, "20"), found(&mut directories, Scope::All, "20"));
    // Ids go on where they were, and the import can still be taken back.
    assert_eq!(later.undo_import(staff), Ok(1));
    let newcomer = later.add_contact(staff, person("New", "Comer", "")).unwrap();
    assert!(directories.contacts(staff).chain(directories.contacts(customers)).all(|(id, _)| id < newcomer));
    assert!(later.add(DirectoryInfo::default()) > staff);
}

#[test]
fn what_the_relay_hands_out_is_refreshed_and_not_changed_here() {
    let mut directories = Directories::new(british());
    let mut seed = DirectorySeed {
        key: "staff".into(),
        name: "Staff".into(),
        local: true,
        line: "0533".into(),
        note: String::new(),
        csv: "lastname,phone\nOkafor,204\nBauer,205\n".into(),
    };
    let Refreshed { directory: id, report, changed } = directories.refresh(&seed).unwrap();
    assert_eq!((report.imported, directories.count(id), changed), (2, 2, true));
    assert!(!directories.refresh(&seed).unwrap().changed);
    let okafor = directories.search(Scope::All, "okafor", SortBy::LastName).ids[0];
    seed.csv = "lastname,phone\nAdeyemi,206\nOkafor,204\n".into();
    seed.name = "Everybody".into();
    let again = directories.refresh(&seed).unwrap();
    assert_eq!((again.directory, again.changed), (id, true));
    assert!(!directories.refresh(&seed).unwrap().changed);
    assert_eq!(directories.info(id).unwrap().name, "Everybody");
    assert_eq!(directories.search(Scope::All, "okafor", SortBy::LastName).ids, [okafor]);
    assert_eq!(directories.search(Scope::All, "", SortBy::LastName).count, 2);
    assert_eq!(directories.add_contact(id, Contact::default()), Err(DirectoryError::ReadOnly(id)));
    assert_eq!(directories.import_csv(id, b""), Err(DirectoryError::ReadOnly(id).into()));
    seed.csv = "rubbish".into();
    assert!(directories.refresh(&seed).is_err());
    assert_eq!(directories.count(id), 2);
}

#[test]
fn what_is_not_there_is_refused_by_name() {
    let (mut directories, staff, _) = two_directories();
    let nowhere = DirectoryId(77);
    assert_eq!(directories.rename(nowhere, String::new()), Err(DirectoryError::NoSuchDirectory(nowhere)));
    assert_eq!(directories.remove(nowhere), Err(DirectoryError::NoSuchDirectory(nowhere)));
    assert_eq!(directories.export_csv(nowhere), Err(DirectoryError::NoSuchDirectory(nowhere)));
    assert_eq!(
        directories.add_contact(nowhere, Contact::default()),
        Err(DirectoryError::NoSuchDirectory(nowhere))
    );
    directories.rename(staff, "Everybody".into()).unwrap();
    directories.clear(staff).unwrap();
    assert_eq!((directories.count(staff), directories.info(staff).unwrap().name.as_str()), (0, "Everybody"));
}

/// Few letters and digits, so that words meet often; some that fold, some that separate.
fn some_text() -> impl Strategy<Value = String> {
    prop_oneof![3 => "[abAé1 2'.@-]{0,6}", 1 => "[ßøŁ\u{301}x+0(]{0,4}", 1 => Just(String::new())]
}

fn some_number() -> impl Strategy<Value = String> {
    prop_oneof![3 => "(\\+44|0044|0|)[0-2 ]{0,12}", 1 => "[*#0-9]{1,20}", 1 => "(sip:)?[ab0-2]{1,4}(@a\\.b)?", 1 => Just(String::new())]
}

prop_compose! {
    fn some_contact()(texts in prop::collection::vec(some_text(), 5), numbers in prop::collection::vec(some_number(), 4)) -> Contact {
        let [last_name, first_name, company, note, email] = <[String; 5]>::try_from(texts).unwrap();
        let [phone, mobile, home, voicemail] = <[String; 4]>::try_from(numbers).unwrap();
        Contact { last_name, first_name, company, note, email, phone, mobile, home, voicemail, ..Contact::default() }
    }
}

fn some_query() -> impl Strategy<Value = String> {
    prop_oneof![some_text(), some_number(), "[abé12]{1,2}( [ab12]{1,2})?", "[+0-4]{1,4}"]
}

#[derive(Clone, Debug)]
enum Change {
    Add(Contact),
    Edit(usize, Contact),
    Remove(usize),
}

fn some_change() -> impl Strategy<Value = Change> {
    prop_oneof![
        some_contact().prop_map(Change::Add),
        (any::<usize>(), some_contact()).prop_map(|(which, contact)| Change::Edit(which, contact)),
        any::<usize>().prop_map(Change::Remove),
    ]
}

fn apply(directories: &mut Directories, directory: DirectoryId, change: Change) {
    let ids: Vec<_> = directories.contacts(directory).map(|(id, _)| id).collect();
    let pick = |which: usize| ids[which % ids.len()];
    match change {
        Change::Add(contact) => {
            directories.add_contact(directory, contact).unwrap();
        }
        Change::Edit(which, contact) if !ids.is_empty() => {
            directories.edit_contact(directory, pick(which), contact).unwrap()
        }
        Change::Remove(which) if !ids.is_empty() => {
            directories.remove_contact(directory, pick(which)).unwrap();
        }
        Change::Edit(..) | Change::Remove(_) => {}
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn search_finds_exactly_what_looking_at_everybody_would(
        contacts in prop::collection::vec(some_contact(), 0..20),
        changes in prop::collection::vec(some_change(), 0..6),
        queries in prop::collection::vec(some_query(), 1..8),
    ) {
        let mut directories = Directories::new(british());
        let directory = directories.add(DirectoryInfo::default());
        for contact in contacts {
            directories.add_contact(directory, contact).unwrap();
        }
        directories.prepare(directory).unwrap();
        for change in changes {
            apply(&mut directories, directory, change);
        }
        for typed in queries {
            let numbering = british();
            let query = Query::new(&typed, &numbering);
            let everybody = directories.contacts(directory);
            let expected: Vec<_> = everybody.filter(|(_, contact)| query.matches(contact, &numbering)).map(|(id, _)| id).collect();
            let found = directories.search(Scope::One(directory), &typed, SortBy::LastName);
            let mut ids: Vec<_> = found.ids.iter().map(|&(_, id)| id).collect();
            ids.sort_unstable();
            prop_assert_eq!(found.count, ids.len());
            prop_assert_eq!(ids, expected, "{:?}", typed);
        }
    }

    #[test]
    fn after_any_changes_rows_and_callers_are_as_if_made_anew(
        contacts in prop::collection::vec(some_contact(), 0..12),
        changes in prop::collection::vec(some_change(), 0..12),
        number in some_number(),
    ) {
        let mut directories = Directories::new(british());
        let directory = directories.add(DirectoryInfo::default());
        for contact in contacts {
            directories.add_contact(directory, contact).unwrap();
        }
        directories.prepare(directory).unwrap();
        for change in changes {
            apply(&mut directories, directory, change);
        }
        let mut anew = Directories::new(british());
        anew.restore(directories.stored(directory).unwrap());
        let number = british().canonical(&number);
        prop_assert_eq!(directories.identify(&number), anew.identify(&number));
        let rows = |directories: &mut Directories| directories.search(Scope::All, "", SortBy::LastName);
        prop_assert_eq!(rows(&mut directories), rows(&mut anew));
    }
}
