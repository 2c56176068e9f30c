//! Writes contacts as a CSV file.

use std::borrow::Cow;

use super::CsvColumn;
use super::base64;
use super::formula::guard;
use crate::contact::ContactRef;

/// Writes all contacts with a header and CRLF line ends (RFC 4180 §2). [`super::read`] gives back the same contacts.
pub(crate) fn write<'a>(contacts: impl Iterator<Item = ContactRef<'a>>) -> String {
    let mut out = String::new();
    write_row(&mut out, &CsvColumn::ALL.map(|column| column.name().into()));
    for contact in contacts {
        write_row(&mut out, &CsvColumn::ALL.map(|column| field(&contact, column)));
    }
    out
}

/// Writes one row. What strangers had a hand in is [guarded](super::guard) before.
pub(crate) fn write_row(out: &mut String, fields: &[Cow<'_, str>]) {
    for (index, field) in fields.iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        // RFC 4180 §2.6; other readers trim blanks at the ends unless they are quoted.
        if field.contains([',', '"', '\r', '\n']) || field.trim().len() != field.len() {
            out.push('"');
            out.push_str(&field.replace('"', "\"\""));
            out.push('"');
        } else {
            out.push_str(field);
        }
    }
    out.push_str("\r\n");
}

fn field<'a>(contact: &ContactRef<'a>, column: CsvColumn) -> Cow<'a, str> {
    match column {
        CsvColumn::LastName => guard(contact.last_name),
        CsvColumn::FirstName => guard(contact.first_name),
        CsvColumn::Company => guard(contact.company),
        CsvColumn::Office => guard(contact.office),
        CsvColumn::Department => guard(contact.department),
        CsvColumn::Title => guard(contact.title),
        CsvColumn::Note => guard(contact.note),
        CsvColumn::Phone => guard(contact.phone),
        CsvColumn::Mobile => guard(contact.mobile),
        CsvColumn::Home => guard(contact.home),
        CsvColumn::Voicemail => guard(contact.voicemail),
        CsvColumn::Email => guard(contact.email),
        CsvColumn::Xmpp => guard(contact.xmpp),
        CsvColumn::Calendar => guard(contact.calendar),
        CsvColumn::Web => guard(contact.web),
        CsvColumn::Presence => if contact.presence { "true" } else { "false" }.into(),
        CsvColumn::Alert => contact.alert.letters().into(),
        CsvColumn::PictureType => contact.picture.as_ref().map_or("", |picture| picture.kind.name()).into(),
        CsvColumn::Picture => {
            contact.picture.as_ref().map_or(String::new(), |picture| base64::encode(picture.bytes)).into()
        }
    }
}
