//! What callers on hold hear: how it is written, and the file that consoles are given.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use axum::body::Bytes;
use serde::Deserialize;
use serde::de::{Deserializer, Error as _, MapAccess, Visitor};
use toml::Spanned;

use super::Wrong;

/// What size is told in.
pub(super) const MEGABYTE: u64 = 1_000_000;

/// What callers hear while they are on hold.
#[derive(Clone, Debug, Default)]
pub enum HoldMusic {
    /// Whatever the PBX plays.
    #[default]
    Pbx,
    /// A tone that the console draws.
    Tone,
    /// This file.
    File(SoundFile),
}

/// A sound that every console is given.
#[derive(Clone, Debug)]
pub struct SoundFile {
    /// What it is called in HTTP.
    pub(crate) content_type: &'static str,
    /// All of it.
    pub(crate) content: Bytes,
}

/// What browsers can be expected to play, by the ends of names.
const KINDS: [(&str, &str); 8] = [
    ("mp3", "audio/mpeg"),
    ("ogg", "audio/ogg"),
    ("opus", "audio/ogg"),
    ("m4a", "audio/mp4"),
    ("aac", "audio/aac"),
    ("flac", "audio/flac"),
    ("webm", "audio/webm"),
    ("wav", "audio/wav"),
];

impl SoundFile {
    /// The most that a file may have, bytes: it is kept in memory, and every console loads it.
    pub const LARGEST: u64 = 10 * MEGABYTE;

    /// Reads a file whose name tells its kind.
    ///
    /// # Errors
    /// Of no kind that browsers play, too large, or not to be read.
    pub fn read(path: &Path) -> Result<Self, Wrong> {
        let end = path.extension().and_then(|end| end.to_str()).unwrap_or_default();
        let kind = KINDS.iter().find(|(name, _)| name.eq_ignore_ascii_case(end));
        let (_, content_type) = kind.ok_or_else(|| Wrong::NoSound { path: path.to_owned() })?;
        let unreadable = |cause| Wrong::FileUnreadable { path: path.to_owned(), cause };
        let bytes = fs::metadata(path).map_err(unreadable)?.len();
        if bytes > Self::LARGEST {
            return Err(Wrong::SoundTooLarge { path: path.to_owned(), bytes });
        }
        Ok(Self { content_type, content: fs::read(path).map_err(unreadable)?.into() })
    }

    /// The ends of names that are taken, in words.
    pub(super) fn kinds() -> String {
        KINDS.map(|(end, _)| format!(".{end}")).join(", ")
    }
}

/// The setting as it is written.
#[derive(Default)]
pub(super) enum Written {
    #[default]
    Pbx,
    Tone,
    File(Spanned<PathBuf>),
}

impl<'de> Deserialize<'de> for Written {
    // By hand and not as an untagged enum, which forgets the line and the reason of what it refuses.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct WordOrFile;

        const CHOICE: &str = "\"pbx\", \"tone\" or { file = \"hold.mp3\" }";

        impl<'de> Visitor<'de> for WordOrFile {
            type Value = Written;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(CHOICE)
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Written, E> {
                match text {
                    "pbx" => Ok(Written::Pbx),
                    "tone" => Ok(Written::Tone),
                    _ => Err(E::custom(format!("\"{text}\" is nothing to hear on hold; write {CHOICE}"))),
                }
            }

            fn visit_map<A: MapAccess<'de>>(self, mut table: A) -> Result<Written, A::Error> {
                let mut file = None;
                while let Some(key) = table.next_key::<String>()? {
                    if key != "file" {
                        return Err(A::Error::custom(format!("unknown field `{key}`, expected {CHOICE}")));
                    }
                    file = Some(table.next_value()?);
                }
                file.map(Written::File)
                    .ok_or_else(|| A::Error::custom(format!("no file is named; write {CHOICE}")))
            }
        }

        deserializer.deserialize_any(WordOrFile)
    }
}
