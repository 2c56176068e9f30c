//! Stories of CSV files: what people's spreadsheets write, and that nothing is lost on the way out and back.

use proptest::prelude::*;

use super::*;
use crate::contact::{Alerts, Contact, PackedContact, Picture, PictureKind};

fn problems(file: &str) -> Vec<(u32, CsvFault)> {
    read(file.as_bytes(), false)
        .unwrap()
        .bad_rows
        .into_iter()
        .map(|problem| (problem.line, problem.fault))
        .collect()
}

fn last_names(file: &str) -> Vec<String> {
    let contents = read(file.as_bytes(), false).unwrap();
    contents.contacts.iter().map(|packed| packed.contact().unwrap().last_name.to_owned()).collect()
}

#[test]
fn every_column_reaches_its_field() {
    let file = "lastname,firstname,company,office,department,title,note,phone,mobile,home,voicemail,email,xmpp,calendar,web,\
                presence,alert,picturetype,picture\n\
                Okafor,Grace,Halden,3.12,Sales,Head,speaks French,204,+44 7700 900123,020 7946 0001,8204,grace@example.com,\
                grace@chat.example.com,https://example.com/cal,https://example.com,yes,ars,PNG,Zm9v\n";
    let expected = Contact {
        last_name: "Okafor".into(),
        first_name: "Grace".into(),
        company: "Halden".into(),
        office: "3.12".into(),
        department: "Sales".into(),
        title: "Head".into(),
        note: "speaks French".into(),
        phone: "204".into(),
        mobile: "+44 7700 900123".into(),
        home: "020 7946 0001".into(),
        voicemail: "8204".into(),
        email: "grace@example.com".into(),
        xmpp: "grace@chat.example.com".into(),
        calendar: "https://example.com/cal".into(),
        web: "https://example.com".into(),
        presence: true,
        alert: Alerts { available: true, ringing: true, sound: true, ..Alerts::default() },
        picture: Some(Picture { kind: PictureKind::Png, bytes: b"foo".into() }),
    };
    assert_eq!(
        read(file.as_bytes(), false),
        Ok(read::Contents { contacts: vec![PackedContact::from(&expected)], ..Default::default() })
    );
}

#[test]
fn what_spreadsheets_do_to_a_file_does_not_matter() {
    let table = [
        ("plain", "lastname,phone\nOkafor,204\n"),
        ("another order", "phone,lastname\n204,Okafor\n"),
        ("another case", "LastName,PHONE\nOkafor,204\n"),
        ("blanks in the header", " lastname , phone\nOkafor,204\n"),
        ("byte order mark", "\u{feff}lastname,phone\nOkafor,204\n"),
        ("CRLF", "lastname,phone\r\nOkafor,204\r\n"),
        ("CR alone", "lastname,phone\rOkafor,204\r"),
        ("quotes", "\"lastname\",\"phone\"\n\"Okafor\",\"204\"\n"),
        ("byte order mark and quotes", "\u{feff}\"lastname\",\"phone\"\nOkafor,204\n"),
        ("no line end at the end", "lastname,phone\nOkafor,204"),
        ("blank lines", "\n\r\nlastname,phone\n\n\nOkafor,204\n\n"),
        ("rows of commas", "lastname,phone\n,\nOkafor,204\n,\n"),
        ("a separator hint", "sep=,\nlastname,phone\nOkafor,204\n"),
    ];
    let expected = Contact { last_name: "Okafor".into(), phone: "204".into(), ..Contact::default() };
    for (name, file) in table {
        let contents = read(file.as_bytes(), false).unwrap();
        assert_eq!(
            (&contents.contacts[..], &contents.bad_rows[..]),
            (&[PackedContact::from(&expected)][..], &[][..]),
            "{name}"
        );
    }
}

#[test]
fn a_file_that_cannot_be_read_is_refused_with_the_reason() {
    let table = [
        ("", 1, CsvFault::EmptyFile),
        ("\u{feff}\r\n\r\n", 1, CsvFault::EmptyFile),
        ("lastname;firstname;phone\nOkafor;Grace;204\n", 1, CsvFault::Semicolons),
        ("Nom;Prénom;Téléphone\n", 1, CsvFault::Semicolons),
        ("sep=;\nlastname;phone\n", 1, CsvFault::Semicolons),
        ("lastname\tphone\n", 1, CsvFault::Tabs),
        ("Okafor,Grace,204\n", 1, CsvFault::NoHeader),
        ("\nlastname,nickname\n", 2, CsvFault::UnknownColumn("nickname".into())),
        ("lastname,phone,\n", 1, CsvFault::UnknownColumn(String::new())),
        ("lastname,phone,LASTNAME\n", 1, CsvFault::RepeatedColumn(CsvColumn::LastName)),
    ];
    for (file, line, fault) in table {
        assert_eq!(read(file.as_bytes(), false), Err(CsvProblem { line, fault }), "{file:?}");
    }
    let utf16: Vec<u8> =
        [0xff, 0xfe].into_iter().chain("lastname".bytes().flat_map(|byte| [byte, 0])).collect();
    assert_eq!(read(&utf16, false), Err(CsvProblem { line: 1, fault: CsvFault::Utf16 }));
}

#[test]
fn a_bad_row_is_reported_with_its_line_and_costs_no_other() {
    let table = [
        ("lastname,phone\nA,1,2\nB,2\n", CsvFault::FieldCount { expected: 2, found: 3 }),
        ("lastname,phone\nA\nB,2\n", CsvFault::FieldCount { expected: 2, found: 1 }),
        ("lastname,presence\nA,maybe\nB,TRUE\n", CsvFault::BadPresence("maybe".into())),
        ("lastname,alert\nA,axs\nB,as\n", CsvFault::BadAlert('x')),
        ("lastname,picturetype,picture\nA,bmp,Zg==\nB,,\n", CsvFault::BadPictureType("bmp".into())),
        ("lastname,picturetype,picture\nA,,Zg==\nB,jpeg,Zg==\n", CsvFault::NoPictureType),
        ("lastname,picturetype,picture\nA,png,Z!\nB,gif,Zg==\n", CsvFault::BadPicture),
    ];
    for (file, fault) in table {
        assert_eq!(problems(file), [(2, fault)], "{file:?}");
        assert_eq!(last_names(file), ["B"], "{file:?}");
    }
    let contents = read(b"lastname,phone\nM\xfcller,1\nB,2\n", false).unwrap();
    assert_eq!(contents.bad_rows, [CsvProblem { line: 2, fault: CsvFault::NotUtf8 }]);
    assert_eq!(contents.contacts.len(), 1);
}

#[test]
fn lines_are_counted_as_an_editor_counts_them() {
    let table = [
        "lastname,phone\nA,1\n\n\"B\nB\",2\nbad\nC,3\n",
        "lastname,phone\r\nA,1\r\n\r\n\"B\r\nB\",2\r\nbad\r\nC,3\r\n",
        "lastname,phone\rA,1\r\r\"B\rB\",2\rbad\rC,3\r",
    ];
    for file in table {
        assert_eq!(problems(file), [(6, CsvFault::FieldCount { expected: 2, found: 1 })], "{file:?}");
        assert_eq!(last_names(file).len(), 3, "{file:?}");
    }
}

#[test]
fn a_quote_that_is_never_closed_swallows_only_its_own_line() {
    let table = [
        "lastname,phone\n\"A,1\nB,2\nC,3\n",
        "lastname,phone\nB,2\n\"A,1\nC,3\n",
        "lastname,phone\nB,2\nC,3\n\"A,1",
        "lastname,phone\nB,2\nC,\"3\n",
        "phone,lastname\n1,\"A\n2,B\n3,C\n",
        "lastname,phone\n\"A,1\nB,2\n\"C\",3\n",
    ];
    for file in table {
        let problems = problems(file);
        assert_eq!(problems.len(), 1, "{file:?} {problems:?}");
        assert_eq!(problems[0].1, CsvFault::UnclosedQuote, "{file:?}");
    }
    assert_eq!(last_names(table[0]), ["B", "C"]);
    assert_eq!(last_names(table[1]), ["B", "C"]);
    assert_eq!(last_names(table[5]), ["B", "C"]);
}

#[test]
fn a_file_full_of_unclosed_quotes_is_read_in_reasonable_time() {
    let file = format!("lastname,phone\n{}", "x\"y,\"z\n".repeat(20_000));
    assert!(read(file.as_bytes(), false).unwrap().contacts.len() <= 20_000);
}

#[test]
fn a_field_without_end_is_refused() {
    let file = format!("lastname,note\nA,{}\nB,fine\n", "x".repeat((1 << 20) + 1));
    assert_eq!(problems(&file), [(2, CsvFault::TooLong(CsvColumn::Note))]);
    assert_eq!(last_names(&file), ["B"]);
}

#[test]
fn formulas_leave_defused() {
    let contact = Contact { note: "=1+1".into(), phone: "+44 20 7946 0533".into(), ..Contact::default() };
    let file = write([contact.borrowed()].into_iter());
    assert!(file.contains(",'=1+1,+44 20 7946 0533,"), "{file}");
}

prop_compose! {
    fn some_text()(text in prop_oneof![
        "\\PC{0,8}",
        "[=+@'\"\t\r\n, ;a0-]{0,6}",
        any::<String>(),
    ]) -> String {
        text
    }
}

prop_compose! {
    fn some_contact()(
        texts in prop::collection::vec(some_text(), 15),
        presence: bool,
        letters in "[arbdnfs]{0,7}",
        picture in prop::option::of((0..3usize, prop::collection::vec(any::<u8>(), 0..9))),
    ) -> Contact {
        let mut texts = texts.into_iter();
        let mut text = || texts.next().unwrap();
        Contact {
            last_name: text(), first_name: text(), company: text(), office: text(), department: text(), title: text(),
            note: text(), phone: text(), mobile: text(), home: text(), voicemail: text(), email: text(), xmpp: text(),
            calendar: text(), web: text(), presence,
            alert: Alerts::from_letters(&letters).unwrap(),
            picture: picture.map(|(kind, bytes)| Picture {
                kind: [PictureKind::Jpg, PictureKind::Png, PictureKind::Gif][kind],
                bytes,
            }),
        }
    }
}

proptest! {
    #[test]
    fn the_round_trip_loses_nothing(contacts in prop::collection::vec(some_contact(), 0..6)) {
        let file = write(contacts.iter().map(Contact::borrowed));
        let contents = read(file.as_bytes(), false).unwrap();
        let contacts = contacts.iter().map(PackedContact::from).collect();
        prop_assert_eq!(contents, read::Contents { contacts, ..Default::default() });
    }

    #[test]
    fn no_file_makes_the_reader_fall_over(file in prop::collection::vec(prop_oneof![
        Just(b'"'), Just(b','), Just(b'\n'), Just(b'\r'), Just(b'a'), any::<u8>(),
    ], 0..200)) {
        let mut whole = b"lastname,phone\n".to_vec();
        whole.extend(&file);
        let contents = read(&whole, false).unwrap();
        let lines = whole.iter().filter(|&&byte| byte == b'\n' || byte == b'\r').count() + 1;
        prop_assert!(contents.bad_rows.is_sorted_by_key(|problem| problem.line));
        prop_assert!(contents.bad_rows.len() + contents.contacts.len() <= lines);
        prop_assert!(contents.bad_rows.iter().all(|problem| problem.line as usize <= lines));
        let _ = read(&file, false);
    }
}
