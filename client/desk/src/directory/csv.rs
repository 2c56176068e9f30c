//! Directories as CSV files: the columns, and what can be wrong with a file.
//!
//! The format is RFC 4180 with a header. Reading is in [`read`], writing in [`write`]; a file that was written here reads back
//! into the same contacts.

use std::fmt;

use serde::{Deserialize, Serialize};

mod base64;
mod formula;
mod read;
mod write;

pub(crate) use formula::guard;
pub(crate) use read::{Contents, read};
pub(crate) use write::{write, write_row};

/// The columns of a directory file, in the order in which they are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[expect(missing_docs, reason = "each is the contact's field of the same name")]
pub enum CsvColumn {
    LastName,
    FirstName,
    Company,
    Office,
    Department,
    Title,
    Note,
    Phone,
    Mobile,
    Home,
    Voicemail,
    Email,
    Xmpp,
    Calendar,
    Web,
    Presence,
    Alert,
    PictureType,
    Picture,
}

impl CsvColumn {
    /// All columns, in the order in which they are written.
    pub const ALL: [Self; 19] = [
        Self::LastName,
        Self::FirstName,
        Self::Company,
        Self::Office,
        Self::Department,
        Self::Title,
        Self::Note,
        Self::Phone,
        Self::Mobile,
        Self::Home,
        Self::Voicemail,
        Self::Email,
        Self::Xmpp,
        Self::Calendar,
        Self::Web,
        Self::Presence,
        Self::Alert,
        Self::PictureType,
        Self::Picture,
    ];

    /// The name in the header.
    pub fn name(self) -> &'static str {
        match self {
            Self::LastName => "lastname",
            Self::FirstName => "firstname",
            Self::Company => "company",
            Self::Office => "office",
            Self::Department => "department",
            Self::Title => "title",
            Self::Note => "note",
            Self::Phone => "phone",
            Self::Mobile => "mobile",
            Self::Home => "home",
            Self::Voicemail => "voicemail",
            Self::Email => "email",
            Self::Xmpp => "xmpp",
            Self::Calendar => "calendar",
            Self::Web => "web",
            Self::Presence => "presence",
            Self::Alert => "alert",
            Self::PictureType => "picturetype",
            Self::Picture => "picture",
        }
    }

    /// The column that a header names, in any case.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|column| column.name().eq_ignore_ascii_case(name))
    }
}

/// What is wrong in a CSV file, and where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CsvProblem {
    /// The line of the file on which the row begins, from 1.
    pub line: u32,
    /// What is wrong there.
    pub fault: CsvFault,
}

impl fmt::Display for CsvProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.fault)
    }
}

impl std::error::Error for CsvProblem {}

/// The ways in which a CSV file, or one row of it, cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum CsvFault {
    /// The file holds nothing. Nothing was imported.
    EmptyFile,
    /// The columns are separated by semicolons: save the file with commas. Nothing was imported.
    Semicolons,
    /// The columns are separated by tabs: save the file with commas. Nothing was imported.
    Tabs,
    /// The file is UTF-16 text: save it as UTF-8. Nothing was imported.
    Utf16,
    /// No name of the first line is a column of ours: the header is missing. Nothing was imported.
    NoHeader,
    /// The header has a column of this name, which no directory has. Nothing was imported.
    UnknownColumn(String),
    /// The header has this column twice. Nothing was imported.
    RepeatedColumn(CsvColumn),
    /// The row has another number of fields than the header; often a comma that should be in quotes.
    FieldCount {
        /// How many the header has.
        expected: u32,
        /// How many the row has.
        found: u32,
    },
    /// A quote was opened and never closed.
    UnclosedQuote,
    /// The row is not UTF-8.
    NotUtf8,
    /// `presence` is none of true, false, yes, no, 1, 0.
    BadPresence(String),
    /// `alert` has a letter that stands for nothing.
    BadAlert(char),
    /// `picturetype` is none of jpg, png, gif.
    BadPictureType(String),
    /// There is a picture, and `picturetype` is empty.
    NoPictureType,
    /// `picture` is not base64.
    BadPicture,
    /// A field is longer than any that we keep (1 MB).
    TooLong(CsvColumn),
}

impl fmt::Display for CsvFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::EmptyFile => write!(f, "the file is empty"),
            Self::Semicolons => {
                write!(f, "the columns are separated by semicolons; save the file with commas")
            }
            Self::Tabs => write!(f, "the columns are separated by tabs; save the file with commas"),
            Self::Utf16 => write!(f, "the file is UTF-16; save it as UTF-8"),
            Self::NoHeader => write!(f, "the line with the names of the columns is missing"),
            Self::UnknownColumn(name) => write!(f, "no directory has a column {name:?}; rename or remove it"),
            Self::RepeatedColumn(column) => {
                write!(f, "there are two columns {:?}; remove one", column.name())
            }
            Self::FieldCount { expected, found } => {
                write!(f, "{found} fields in place of {expected}; put a text with a comma in quotes")
            }
            Self::UnclosedQuote => write!(f, "a quote is never closed"),
            Self::NotUtf8 => write!(f, "the text is not UTF-8; save the file as UTF-8"),
            Self::BadPresence(text) => write!(f, "presence is {text:?}; write true or false"),
            Self::BadAlert(letter) => write!(f, "alert has {letter:?}; its letters are a, r, b, d, n, f, s"),
            Self::BadPictureType(text) => write!(f, "picturetype is {text:?}; write jpg, png or gif"),
            Self::NoPictureType => write!(f, "there is a picture without a picturetype"),
            Self::BadPicture => write!(f, "the picture is not base64"),
            Self::TooLong(column) => write!(f, "{} is longer than 1 MB", column.name()),
        }
    }
}

#[cfg(test)]
mod tests;
