//! Reads a CSV file into contacts. One bad row never costs another one.

use csv::{ByteRecord, Reader, ReaderBuilder};

use super::base64;
use super::formula::unguard;
use super::{CsvColumn, CsvFault, CsvProblem};
use crate::contact::{Alerts, Contact, PackedContact, Picture, PictureKind};

/// Longer than any field that makes sense: a picture of 300 kB is 400 kB of base64.
const LONGEST_FIELD: usize = 1 << 20;

/// How often a file may be read over, in all, while looking for the end of unclosed quotes.
const MOST_READINGS: usize = 8;

/// What a file holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Contents {
    pub(crate) contacts: Vec<PackedContact>,
    pub(crate) bad_rows: Vec<CsvProblem>,
    pub(crate) missing: Vec<CsvColumn>,
}

/// Reads a file with commas and a header; a byte order mark, CRLF and blank lines are fine. Where it does not say whose
/// phones are to be watched, those of the company's own people are: of a `local` directory.
pub(crate) fn read(text: &[u8], local: bool) -> Result<Contents, CsvProblem> {
    let refuse = |line, fault| Err(CsvProblem { line, fault });
    if text.starts_with(&[0xff, 0xfe]) || text.starts_with(&[0xfe, 0xff]) {
        return refuse(1, CsvFault::Utf16);
    }
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    let mut rows = Rows::new(text);
    let mut record = ByteRecord::new();
    let mut header = rows.next(&mut record);
    // A hint that spreadsheets leave for each other.
    if let Some(row) = &header
        && row.raw.to_ascii_lowercase().starts_with(b"sep=")
    {
        if row.raw.contains(&b';') {
            return refuse(row.line, CsvFault::Semicolons);
        }
        header = rows.next(&mut record);
    }
    let Some(header) = header else { return refuse(1, CsvFault::EmptyFile) };
    let columns = match columns(&record, header.raw) {
        Ok(columns) => columns,
        Err(fault) => return refuse(header.line, fault),
    };
    let missing: Vec<_> = CsvColumn::ALL.into_iter().filter(|column| !columns.contains(column)).collect();
    let blank = Contact { presence: local && missing.contains(&CsvColumn::Presence), ..Contact::default() };
    let mut contents = Contents { missing, ..Contents::default() };
    while let Some(row) = rows.next(&mut record) {
        if record.iter().all(<[u8]>::is_empty) {
            continue;
        }
        let read = if row.unclosed_quote() {
            Err(CsvFault::UnclosedQuote)
        } else {
            contact(&columns, &record, blank.clone())
        };
        match read {
            Ok(contact) => contents.contacts.push(PackedContact::from(&contact)),
            Err(fault) => {
                contents.bad_rows.push(CsvProblem { line: row.line, fault });
                rows.resume_after_first_line_of(&row);
            }
        }
    }
    Ok(contents)
}

/// The rows of a file with their place in it.
struct Rows<'a> {
    text: &'a [u8],
    /// Where in `text` the reader began.
    base: usize,
    reader: Reader<&'a [u8]>,
    /// Line ends are counted up to here; `line` is the line that begins or goes on here.
    counted: usize,
    line: u32,
    /// How many more bytes may be read a second time.
    spare: usize,
}

struct Row<'a> {
    line: u32,
    /// The row as it stands in the file, without its line end.
    raw: &'a [u8],
    begin: usize,
    end: usize,
    last: bool,
}

impl<'a> Rows<'a> {
    fn new(text: &'a [u8]) -> Self {
        let spare = text.len().saturating_mul(MOST_READINGS);
        Self { text, base: 0, reader: reader(text), counted: 0, line: 1, spare }
    }

    fn next(&mut self, record: &mut ByteRecord) -> Option<Row<'a>> {
        let from = self.position();
        // Reading from memory has no way to fail.
        if !self.reader.read_byte_record(record).unwrap_or(false) {
            return None;
        }
        let end = self.position();
        let read = self.text.get(from..end).unwrap_or_default();
        let blank = read.iter().take_while(|&&byte| is_line_end(byte)).count();
        let raw = read.get(blank..).unwrap_or_default();
        let trailing = raw.iter().rev().take_while(|&&byte| is_line_end(byte)).count();
        let raw = raw.get(..raw.len() - trailing).unwrap_or_default();
        let begin = from + blank;
        self.count_lines_to(begin);
        Some(Row { line: self.line, raw, begin, end, last: end >= self.text.len() })
    }

    /// A quote that was never closed has swallowed the lines below: reads on at the second line of the row.
    fn resume_after_first_line_of(&mut self, row: &Row<'_>) {
        let Some(first_line) = row.raw.iter().position(|&byte| is_line_end(byte)) else { return };
        let resume = row.begin + first_line;
        let again = row.end.saturating_sub(resume);
        if let (Some(spare), Some(rest)) = (self.spare.checked_sub(again), self.text.get(resume..)) {
            self.spare = spare;
            self.base = resume;
            self.reader = reader(rest);
        }
    }

    fn position(&self) -> usize {
        let read = usize::try_from(self.reader.position().byte()).unwrap_or(usize::MAX);
        self.base.saturating_add(read).min(self.text.len())
    }

    /// Counts CRLF, LF and CR as one line end each.
    fn count_lines_to(&mut self, place: usize) {
        let mut previous = self.counted.checked_sub(1).and_then(|before| self.text.get(before)).copied();
        for &byte in self.text.get(self.counted..place).unwrap_or_default() {
            if byte == b'\r' || byte == b'\n' && previous != Some(b'\r') {
                self.line = self.line.saturating_add(1);
            }
            previous = Some(byte);
        }
        self.counted = place.max(self.counted);
    }
}

impl Row<'_> {
    /// Each quote of a sound row is closed or doubled, so their number is even. Only a row that spans lines or ends the file
    /// can suffer from one that is not; elsewhere a stray quote is text.
    fn unclosed_quote(&self) -> bool {
        let spans_lines = || self.raw.iter().any(|&byte| is_line_end(byte));
        let quotes = || self.raw.iter().filter(|&&byte| byte == b'"').count();
        (self.last || spans_lines()) && quotes() % 2 == 1
    }
}

fn reader(text: &[u8]) -> Reader<&[u8]> {
    ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text)
}

fn is_line_end(byte: u8) -> bool {
    byte == b'\r' || byte == b'\n'
}

/// Which column stands where.
fn columns(header: &ByteRecord, raw: &[u8]) -> Result<Vec<CsvColumn>, CsvFault> {
    let names: Vec<_> = header.iter().map(|name| String::from_utf8_lossy(name).trim().to_owned()).collect();
    if !names.iter().any(|name| CsvColumn::from_name(name).is_some()) {
        let count = |sign: u8| raw.iter().filter(|&&byte| byte == sign).count();
        return Err(match (count(b';') > count(b','), count(b'\t') > count(b',')) {
            (true, _) => CsvFault::Semicolons,
            (false, true) => CsvFault::Tabs,
            (false, false) => CsvFault::NoHeader,
        });
    }
    let mut columns = Vec::with_capacity(names.len());
    for name in names {
        match CsvColumn::from_name(&name) {
            None => return Err(CsvFault::UnknownColumn(name)),
            Some(column) if columns.contains(&column) => return Err(CsvFault::RepeatedColumn(column)),
            Some(column) => columns.push(column),
        }
    }
    Ok(columns)
}

fn contact(columns: &[CsvColumn], record: &ByteRecord, mut contact: Contact) -> Result<Contact, CsvFault> {
    if record.len() != columns.len() {
        let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        return Err(CsvFault::FieldCount { expected: count(columns.len()), found: count(record.len()) });
    }
    let mut kind = None;
    let mut bytes = Vec::new();
    for (&column, field) in columns.iter().zip(record) {
        if field.len() > LONGEST_FIELD {
            return Err(CsvFault::TooLong(column));
        }
        let field = std::str::from_utf8(field).map_err(|_| CsvFault::NotUtf8)?;
        match column {
            CsvColumn::LastName => contact.last_name = unguard(field).into(),
            CsvColumn::FirstName => contact.first_name = unguard(field).into(),
            CsvColumn::Company => contact.company = unguard(field).into(),
            CsvColumn::Office => contact.office = unguard(field).into(),
            CsvColumn::Department => contact.department = unguard(field).into(),
            CsvColumn::Title => contact.title = unguard(field).into(),
            CsvColumn::Note => contact.note = unguard(field).into(),
            CsvColumn::Phone => contact.phone = unguard(field).into(),
            CsvColumn::Mobile => contact.mobile = unguard(field).into(),
            CsvColumn::Home => contact.home = unguard(field).into(),
            CsvColumn::Voicemail => contact.voicemail = unguard(field).into(),
            CsvColumn::Email => contact.email = unguard(field).into(),
            CsvColumn::Xmpp => contact.xmpp = unguard(field).into(),
            CsvColumn::Calendar => contact.calendar = unguard(field).into(),
            CsvColumn::Web => contact.web = unguard(field).into(),
            CsvColumn::Presence => contact.presence = presence(field)?,
            CsvColumn::Alert => contact.alert = Alerts::from_letters(field).map_err(CsvFault::BadAlert)?,
            CsvColumn::PictureType => kind = picture_kind(field)?,
            CsvColumn::Picture => bytes = base64::decode(field).ok_or(CsvFault::BadPicture)?,
        }
    }
    contact.picture = match (kind, bytes.is_empty()) {
        (Some(kind), _) => Some(Picture { kind, bytes }),
        (None, true) => None,
        (None, false) => return Err(CsvFault::NoPictureType),
    };
    Ok(contact)
}

fn presence(field: &str) -> Result<bool, CsvFault> {
    match field.trim().to_ascii_lowercase().as_str() {
        "true" | "yes" | "1" => Ok(true),
        "false" | "no" | "0" | "" => Ok(false),
        _ => Err(CsvFault::BadPresence(field.to_owned())),
    }
}

fn picture_kind(field: &str) -> Result<Option<PictureKind>, CsvFault> {
    match field.trim() {
        "" => Ok(None),
        name => {
            PictureKind::from_name(name).map(Some).ok_or_else(|| CsvFault::BadPictureType(field.to_owned()))
        }
    }
}
