//! What can be wrong with a configuration file, told so that it can be put right: file, line, key, what to do.

use std::fmt;
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};

use super::hold_music::{MEGABYTE, SoundFile};

/// A mistake in the configuration.
#[derive(Debug)]
pub struct Mistake {
    file: PathBuf,
    /// Line (from 1) and key, unless the file as a whole is meant.
    place: Option<Place>,
    wrong: Wrong,
}

#[derive(Debug)]
struct Place {
    line: usize,
    key: String,
}

/// What is wrong.
#[derive(Debug)]
pub enum Wrong {
    /// The configuration file itself cannot be read.
    Unreadable(io::Error),
    /// Not TOML, an unknown or missing key, or a value of another form.
    Toml(Box<toml::de::Error>),
    /// Two `[[user]]` sign in with one name.
    UserTwice,
    /// Two `[[line]]` have one number.
    LineTwice,
    /// Two `[[directory]]` have one name.
    DirectoryTwice,
    /// A directory belongs to a line that there is not.
    NoSuchLine {
        /// The number as written.
        number: String,
    },
    /// Two users write one team in two ways.
    TeamSpelling {
        /// As another user has it.
        other: String,
    },
    /// A file that the configuration names cannot be read.
    FileUnreadable {
        /// Where it was looked for.
        path: PathBuf,
        /// Why not.
        cause: io::Error,
    },
    /// The file for callers on hold is of no kind that browsers play.
    NoSound {
        /// Where it is.
        path: PathBuf,
    },
    /// The file for callers on hold is too large to be loaded by every console.
    SoundTooLarge {
        /// Where it is.
        path: PathBuf,
        /// How large it is, bytes.
        bytes: u64,
    },
    /// An account has neither `password` nor `password_file`.
    NoPassword,
    /// An account has both.
    TwoPasswords,
    /// Silence is not longer than the time between pings.
    SilenceBeforePing,
}

impl Mistake {
    pub(super) fn unreadable(file: &Path, cause: io::Error) -> Self {
        Self { file: file.to_owned(), place: None, wrong: Wrong::Unreadable(cause) }
    }

    pub(super) fn toml(text: &str, file: &Path, error: toml::de::Error) -> Self {
        // What is missing from the file as a whole is missing nowhere in particular.
        let place = error.span().filter(|span| *span != (0..0)).map(|span| Place::of(text, span));
        Self { file: file.to_owned(), place, wrong: Wrong::Toml(Box::new(error)) }
    }

    pub(super) fn at(text: &str, file: &Path, span: Range<usize>, wrong: Wrong) -> Self {
        Self { file: file.to_owned(), place: Some(Place::of(text, span)), wrong }
    }
}

impl Place {
    fn of(text: &str, span: Range<usize>) -> Self {
        let before = text.get(..span.start).unwrap_or(text);
        let line = before.matches('\n').count() + 1;
        Self { line, key: key(text, line) }
    }
}

/// The key that a line belongs to, with its table: `[[user]] password_hash`.
fn key(text: &str, line: usize) -> String {
    let mut upwards = text.lines().take(line).collect::<Vec<_>>().into_iter().rev().map(str::trim);
    let mut names = Vec::new();
    for line in upwards.by_ref() {
        if line.starts_with('[') && line.ends_with(']') {
            names.push(line);
            break;
        }
        // A value may go over several lines; its key is on the first.
        if let (true, Some((key, _))) = (names.is_empty(), line.split_once('=')) {
            names.push(key.trim());
        }
    }
    names.reverse();
    names.join(" ")
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file.display())?;
        if let Some(Place { line, key }) = &self.place {
            write!(f, ", line {line}")?;
            if !key.is_empty() {
                write!(f, ", {key}")?;
            }
        }
        write!(f, ": {}", self.wrong)
    }
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(cause) => {
                write!(f, "this file cannot be read ({cause}); name the configuration with --config FILE")
            }
            Self::Toml(error) => f.write_str(&error.message().replace('\n', ", ")),
            Self::UserTwice => {
                f.write_str("another user has this name already; give each a name of their own")
            }
            Self::LineTwice => f.write_str("another line has this number already; remove one of the two"),
            Self::DirectoryTwice => {
                f.write_str("another directory has this name already; rename one of the two")
            }
            Self::NoSuchLine { number } => {
                write!(
                    f,
                    "no [[line]] has the number \"{number}\"; write the number of one of them, or leave it out"
                )
            }
            Self::TeamSpelling { other } => {
                write!(
                    f,
                    "another user's team is \"{other}\"; write it in the same way, or give this team another name"
                )
            }
            Self::FileUnreadable { path, cause } => {
                let path = path.display();
                write!(f, "{path} cannot be read ({cause}); paths are relative to the configuration's folder")
            }
            Self::NoSound { path } => {
                let (path, kinds) = (path.display(), SoundFile::kinds());
                write!(f, "browsers do not play {path}; save the sound as one of {kinds}")
            }
            Self::SoundTooLarge { path, bytes } => {
                let (path, most) = (path.display(), SoundFile::LARGEST / MEGABYTE);
                let megabytes = bytes.div_ceil(MEGABYTE);
                write!(
                    f,
                    "{path} has {megabytes} MB and every console loads it, so {most} MB are the most; \
                     save the sound as MP3 or Opus, with one channel, or shorten it"
                )
            }
            Self::NoPassword => {
                f.write_str("the account lacks a SIP password; write `password` or `password_file`")
            }
            Self::TwoPasswords => {
                f.write_str("the account has both `password` and `password_file`; remove one of the two")
            }
            Self::SilenceBeforePing => f.write_str(
                "`silence_seconds` must be longer than `ping_seconds`, or every quiet line would be cut",
            ),
        }
    }
}

impl std::error::Error for Mistake {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_named_with_its_table() {
        let text = "listen = 1\n[[user]]\nname = \"x\"\nlist = [\n  1,\n  2,\n]\n";
        assert_eq!(key(text, 1), "listen");
        assert_eq!(key(text, 2), "[[user]]");
        assert_eq!(key(text, 3), "[[user]] name");
        assert_eq!(key(text, 6), "[[user]] list");
    }
}
