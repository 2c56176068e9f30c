//! The habits of this workspace that no compiler and no lint can check.
//!
//! Each test reads the whole tree and names every file that breaks its rule.
#![allow(clippy::unwrap_used, reason = "a tree that cannot be read fails the test")]

use std::fs;
use std::path::{Path, PathBuf};

/// The longest that a file may be without its tests.
const LONGEST_FILE: usize = 600;

/// Names that say nothing about what is in a file.
const EMPTY_NAMES: [&str; 9] =
    ["common", "core", "helpers", "manager", "misc", "mod", "service", "types", "utils"];

/// What the crates without I/O must not name: clocks, randomness, browsers, runtimes, unordered maps.
const OUTSIDE_WORLD: [&str; 12] = [
    "HashMap",
    "HashSet",
    "Instant::now",
    "SystemTime",
    "getrandom",
    "js_sys",
    "TcpStream",
    "UdpSocket",
    "std::fs",
    "std::thread",
    "tokio",
    "web_sys",
];

/// One Rust source file of the workspace.
struct Source {
    /// Relative to the root.
    path: PathBuf,
    text: String,
}

impl Source {
    /// The text up to the tests at its foot.
    fn without_tests(&self) -> &str {
        self.text.split("\n#[cfg(test)]\nmod tests").next().unwrap_or_default()
    }

    fn is_below(&self, folder: &str) -> bool {
        self.path.starts_with(folder)
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Every Rust file of every member, in a fixed order.
fn sources() -> Vec<Source> {
    let mut sources = Vec::new();
    for folder in ["client", "relay", "tests", "xtask"] {
        collect(&root().join(folder), &mut sources);
    }
    assert!(sources.len() > 50, "the tree was not found");
    sources
}

fn collect(folder: &Path, sources: &mut Vec<Source>) {
    let mut entries: Vec<PathBuf> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() && name != "target" && !name.starts_with('.') {
            collect(&path, sources);
        } else if name.ends_with(".rs") {
            let text = fs::read_to_string(&path).unwrap();
            sources.push(Source { path: path.strip_prefix(root()).unwrap().to_owned(), text });
        }
    }
}

/// Fails with every file for which `complaint` has something to say.
fn all_obey(complaint: impl Fn(&Source) -> Option<String>) {
    let complaints: Vec<String> = sources()
        .iter()
        .filter_map(|source| complaint(source).map(|said| format!("{}: {said}", source.path.display())))
        .collect();
    assert!(complaints.is_empty(), "\n{}", complaints.join("\n"));
}

#[test]
fn every_file_opens_by_saying_why_it_exists() {
    all_obey(|source| (!source.text.starts_with("//! ")).then(|| "begins without //!".to_owned()));
}

#[test]
fn no_file_is_too_long_to_be_read_in_one_go() {
    all_obey(|source| {
        let lines = source.without_tests().lines().count();
        (lines > LONGEST_FILE).then(|| format!("{lines} lines; {LONGEST_FILE} is the most"))
    });
}

#[test]
fn file_names_say_what_is_in_them() {
    all_obey(|source| {
        let name = source.path.file_stem()?.to_string_lossy().into_owned();
        EMPTY_NAMES.contains(&name.as_str()).then(|| format!("“{name}” says nothing"))
    });
}

#[test]
fn messages_sip_and_desk_know_nothing_of_the_outside_world() {
    all_obey(|source| {
        if !["client/message/src", "client/sip/src", "client/desk/src"]
            .iter()
            .any(|folder| source.is_below(folder))
        {
            return None;
        }
        let code = source.without_tests().lines().filter(|line| !line.trim_start().starts_with("//"));
        let code: Vec<&str> = code.collect();
        let named = |word: &&&str| code.iter().any(|line| line.contains(**word));
        OUTSIDE_WORLD.iter().find(named).map(|word| format!("names {word}"))
    });
}

#[test]
fn nothing_in_the_client_is_shared_and_changed_from_two_places() {
    all_obey(|source| {
        let shared = source.is_below("client") && source.without_tests().contains("Rc<RefCell<");
        shared.then(|| "has an Rc<RefCell<_>>; give it one owner".to_owned())
    });
}

#[test]
fn no_path_of_one_machine_is_written_down() {
    all_obey(|source| {
        let path = ["/home/", "/work/", "/root/"].into_iter().find(|path| source.text.contains(*path));
        path.filter(|_| !source.path.ends_with("tidy.rs")).map(|path| format!("names {path}"))
    });
}

#[test]
fn every_style_sheet_belongs_to_a_component_of_its_name() {
    let mut sheets = Vec::new();
    collect_sheets(&root().join("client/console/src/ui"), &mut sheets);
    // Not components: the values that all take, bare elements, what many components are made of, and their frame.
    let for_all = ["tokens.css", "base.css", "button.css", "field.css", "presence.css", "console.css"];
    let orphans: Vec<String> = sheets
        .iter()
        .filter(|sheet| !for_all.iter().any(|name| sheet.ends_with(name)))
        .filter(|sheet| !sheet.with_extension("rs").is_file())
        .map(|sheet| sheet.display().to_string())
        .collect();
    assert!(orphans.is_empty(), "no component beside\n{}", orphans.join("\n"));
}

fn collect_sheets(folder: &Path, sheets: &mut Vec<PathBuf>) {
    for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if path.is_dir() {
            collect_sheets(&path, sheets);
        } else if path.extension().is_some_and(|extension| extension == "css") {
            sheets.push(path);
        }
    }
}
