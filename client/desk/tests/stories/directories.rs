//! Directories on the desk: handed out by the relay, kept in the browser, changed by the operator.

use cordboard_desk::{
    Command, Contact, Delta, Input, Look, Notice, StoreWrite, Stored, StoredDirectory, WhyNot,
};

use super::house::{House, provision, seed};

fn kept(house: &House) -> Vec<StoredDirectory> {
    let mut kept: Vec<StoredDirectory> = Vec::new();
    for write in &house.stored {
        match write {
            StoreWrite::PutDirectory(directory) => {
                kept.retain(|other| other.id != directory.id);
                kept.push((**directory).clone());
            }
            StoreWrite::RemoveDirectory(id) => kept.retain(|other| other.id != *id),
            StoreWrite::PutInstance(_)
            | StoreWrite::PutOverflow(_)
            | StoreWrite::PutDesk(_)
            | StoreWrite::PutLogged(_)
            | StoreWrite::RemoveLogged(_)
            | StoreWrite::ClearLog => {}
        }
    }
    kept
}

#[test]
fn a_first_shift_has_what_the_relay_hands_out_and_a_directory_of_ones_own() {
    let house = House::ready();
    let seen: Vec<_> =
        house.board().directories.iter().map(|d| (d.name.as_str(), d.count, d.read_only, d.local)).collect();
    assert_eq!(
        seen,
        [
            ("Brightwater staff", 2, true, true),
            ("Halden clients", 1, true, false),
            ("Personal", 0, false, false),
        ]
    );
    assert_eq!(
        house.board().directories[0].line.as_ref().map(|line| line.name.as_str()),
        Some("Brightwater Clinic")
    );
}

#[test]
fn the_next_shift_finds_what_the_operator_added_and_what_the_relay_changed() {
    let mut house = House::ready();
    let personal = house.board().directories[2].id;
    let contact = Contact { last_name: "Mine".into(), phone: "0555".into(), ..Contact::default() };
    house.act(Command::AddContact { directory: personal, contact: Box::new(contact) });

    let mut next = House::empty();
    next.tell(Input::Restored(Stored { directories: kept(&house), ..Stored::default() }));
    let mut provision = provision();
    provision.directories = vec![seed(
        "staff",
        "Brightwater staff",
        true,
        "",
        "lastname,phone\nOkafor,204\nNew,209\nThird,210\n",
    )];
    next.tell(Input::Provisioned(Box::new(provision)));
    next.open_page(super::house::FRONT);
    let seen: Vec<_> = next.board().directories.iter().map(|d| (d.name.as_str(), d.count)).collect();
    assert_eq!(seen, [("Brightwater staff", 3), ("Personal", 1)], "withdrawn directories are gone");
}

#[test]
fn what_the_relay_hands_out_is_read_only_here() {
    let mut house = House::ready();
    let staff = house.board().directories[0].id;
    house.act(Command::AddContact { directory: staff, contact: Box::default() });
    house.act(Command::RenameDirectory { directory: staff, name: "Mine".into() });
    house.act(Command::RemoveDirectory(staff));
    assert_eq!(house.notices(), vec![Notice::NotPossible(WhyNot::ReadOnly); 3]);
    assert_eq!(house.board().directories[0].name, "Brightwater staff");
}

#[test]
fn a_csv_file_comes_in_is_undone_and_goes_out() {
    let mut house = House::ready();
    let personal = house.board().directories[2].id;
    let text = b"lastname,phone,presence\nOne,1001,yes\nTwo,1002,maybe\nThree,1003,no\n".to_vec();
    house.act(Command::ImportCsv { directory: personal, file_name: "people.csv".into(), text });
    let [Notice::Imported { imported: 2, bad_rows, file_name, .. }] = &house.notices()[..] else {
        panic!("{:?}", house.notices())
    };
    assert_eq!((bad_rows.len(), bad_rows[0].line, file_name.as_str()), (1, 3, "people.csv"));
    assert!(house.board().directories[2].can_undo);

    house.act(Command::ExportCsv(personal));
    let answers = house.page().answers.clone();
    let [Delta::Exported { file_name, csv, .. }] = &answers[..] else { panic!("{answers:?}") };
    assert_eq!(file_name, "Personal.csv");
    assert!(csv.contains("Three"));

    house.act(Command::UndoImport(personal));
    assert_eq!(house.board().directories[2].count, 0);
    house.act(Command::UndoImport(personal));
    assert_eq!(house.notices().last(), Some(&Notice::NotPossible(WhyNot::NothingToUndo)));
}

#[test]
fn a_file_that_is_no_csv_is_refused_as_a_whole() {
    let mut house = House::ready();
    let personal = house.board().directories[2].id;
    let text = b"lastname;phone\nOne;1001\n".to_vec();
    house.act(Command::ImportCsv { directory: personal, file_name: "people.csv".into(), text });
    assert!(matches!(&house.notices()[..], [Notice::ImportRefused { .. }]), "{:?}", house.notices());
}

#[test]
fn directories_are_added_renamed_and_removed() {
    let mut house = House::ready();
    house.act(Command::AddDirectory { name: "Suppliers".into(), local: false });
    let id = house.board().directories[3].id;
    house.act(Command::RenameDirectory { directory: id, name: "Partners".into() });
    assert_eq!(house.board().directories[3].name, "Partners");
    assert!(kept(&house).iter().any(|directory| directory.info.name == "Partners"));
    house.act(Command::RemoveDirectory(id));
    assert_eq!(house.board().directories.len(), 3);
    assert!(!kept(&house).iter().any(|directory| directory.id == id));
    house.act(Command::RemoveDirectory(id));
    assert_eq!(house.notices(), [Notice::NotPossible(WhyNot::NoSuchContact)]);
}

#[test]
fn a_window_on_a_directory_counts_all_and_shows_some() {
    let mut house = House::ready();
    let staff = house.board().directories[0].id;
    house.act(Command::Look(Look { first: 1, ..Look::all(staff, 1) }));
    let answers = house.page().answers.clone();
    let [Delta::Contacts(view)] = &answers[..] else { panic!("{answers:?}") };
    assert_eq!((view.total, view.rows.len()), (2, 1));
    assert_eq!(view.rows[0].contact.last_name, "Okafor");
}
