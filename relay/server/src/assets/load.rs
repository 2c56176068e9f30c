//! Reads the console's files from the folder where the build put them.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use axum::body::Bytes;
use axum::http::HeaderValue;

use super::encoding::Encoding;
use super::{ASK_FIRST, Assets, FOR_EVER, File, Form, NONCE_PLACEHOLDER, name};
use crate::secret::{digest, hex};

/// The console is 2 MB or so. A folder with more than this is another one, and would fill the memory.
const LARGEST_FOLDER: u64 = 64 * 1024 * 1024;

/// The console's files cannot be served.
#[derive(Debug)]
pub enum AssetsError {
    /// The folder has no `index.html`, or is not there at all.
    NoIndex(PathBuf),
    /// A file or folder cannot be read.
    Unreadable(PathBuf, io::Error),
    /// The folder holds far more than a console.
    TooLarge(PathBuf),
}

impl fmt::Display for AssetsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoIndex(folder) => write!(
                f,
                "There is no console in {} (no index.html): build it with `cargo xtask dist`, \
                 or name the folder it is in with --assets DIR.",
                folder.display()
            ),
            Self::Unreadable(path, cause) => {
                write!(f, "The console's files cannot be read: {}: {cause}.", path.display())
            }
            Self::TooLarge(folder) => write!(
                f,
                "{} holds more than 64 MB, so it is not the console; name its folder with --assets DIR.",
                folder.display()
            ),
        }
    }
}

impl std::error::Error for AssetsError {}

impl Assets {
    /// Reads a folder with all its files into memory, so that what is served stays as it was when the folder changes.
    ///
    /// # Errors
    /// The folder is no console or cannot be read.
    pub fn load(folder: &Path) -> Result<Self, AssetsError> {
        if !folder.join("index.html").is_file() {
            return Err(AssetsError::NoIndex(folder.to_owned()));
        }
        let mut contents = BTreeMap::new();
        let mut room = LARGEST_FOLDER;
        read_below(folder, "", &mut room, &mut contents).map_err(|error| match error {
            AssetsError::TooLarge(_) => AssetsError::TooLarge(folder.to_owned()),
            error @ (AssetsError::NoIndex(_) | AssetsError::Unreadable(..)) => error,
        })?;
        let index = contents.remove("/index.html").unwrap_or_default();
        let index = String::from_utf8_lossy(&index).split(NONCE_PLACEHOLDER).map(str::to_owned).collect();
        Ok(Self { index, files: files(&contents) })
    }

    /// No console at all, for whoever wants the rest of the relay only.
    #[must_use]
    pub fn none() -> Self {
        Self { index: Vec::new(), files: BTreeMap::new() }
    }
}

fn read_below(
    folder: &Path,
    prefix: &str,
    room: &mut u64,
    contents: &mut BTreeMap<String, Vec<u8>>,
) -> Result<(), AssetsError> {
    let unreadable = |path: &Path| {
        let path = path.to_owned();
        move |cause| AssetsError::Unreadable(path, cause)
    };
    for entry in fs::read_dir(folder).map_err(unreadable(folder))? {
        let path = entry.map_err(unreadable(folder))?.path();
        let Some(name) = path.file_name().and_then(|name| name.to_str()) else { continue };
        // Hidden files are somebody's, not the console's.
        if name.starts_with('.') {
            continue;
        }
        let served_as = format!("{prefix}/{name}");
        if path.is_dir() {
            read_below(&path, &served_as, room, contents)?;
        } else {
            let size = fs::metadata(&path).map_err(unreadable(&path))?.len();
            *room = room.checked_sub(size).ok_or_else(|| AssetsError::TooLarge(path.clone()))?;
            contents.insert(served_as, fs::read(&path).map_err(unreadable(&path))?);
        }
    }
    Ok(())
}

/// Puts each file together with its compressed siblings.
fn files(contents: &BTreeMap<String, Vec<u8>>) -> BTreeMap<String, File> {
    let is_form_of_another = |path: &str| {
        [Encoding::Brotli, Encoding::Gzip].iter().filter_map(|encoding| encoding.suffix()).any(|suffix| {
            path.strip_suffix(suffix)
                .is_some_and(|plain| plain == "/index.html" || contents.contains_key(plain))
        })
    };
    contents
        .iter()
        .filter(|(path, _)| !is_form_of_another(path))
        .map(|(path, content)| {
            let cache_control = if name::has_hash(path) { FOR_EVER } else { ASK_FIRST };
            let forms = [Encoding::Brotli, Encoding::Gzip, Encoding::Identity]
                .into_iter()
                .filter_map(|encoding| {
                    let sibling = format!("{path}{}", encoding.suffix().unwrap_or_default());
                    Some((encoding, form(contents.get(&sibling)?, content, encoding)?))
                })
                .collect();
            (path.clone(), File { content_type: name::content_type(path), cache_control, forms })
        })
        .collect()
}

/// Tags are of the plain content, so that they tell versions and not compressors apart, and of the form.
fn form(bytes: &[u8], plain: &[u8], encoding: Encoding) -> Option<Form> {
    let hash: String = hex(&digest(plain)).chars().take(32).collect();
    let tag = match encoding.token() {
        Some(token) => format!("\"{hash}-{token}\""),
        None => format!("\"{hash}\""),
    };
    Some(Form { content: Bytes::copy_from_slice(bytes), tag: HeaderValue::from_str(&tag).ok()? })
}
