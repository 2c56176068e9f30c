//! Citations lead somewhere: every section of an RFC that the code names exists in that RFC.
#![allow(clippy::expect_used, reason = "a tree that cannot be read fails the test")]

use std::fs;
use std::path::{Path, PathBuf};

/// The RFCs that are cited by section, with their last numbered section.
const LAST_SECTION: &[(u32, u32)] = &[
    (791, 3),
    (1071, 4),
    (2046, 9),
    (2047, 8),
    (2231, 9),
    (2387, 9),
    (2396, 10),
    (2617, 5),
    (3261, 29),
    (3262, 13),
    (3263, 10),
    (3264, 14),
    (3265, 8),
    (3311, 12),
    (3323, 11),
    (3325, 15),
    (3326, 7),
    (3327, 10),
    (3420, 7),
    (3515, 10),
    (3550, 15),
    (3551, 11),
    (3581, 13),
    (3608, 11),
    (3842, 9),
    (3840, 15),
    (3863, 9),
    (3891, 12),
    (3892, 11),
    (3903, 17),
    (3966, 13),
    (3986, 10),
    (4028, 17),
    (4145, 13),
    (4180, 7),
    (4235, 9),
    (4475, 8),
    (4480, 10),
    (4488, 11),
    (4575, 10),
    (4648, 16),
    (4662, 9),
    (4733, 8),
    (5118, 9),
    (5407, 6),
    (5589, 14),
    (5626, 15),
    (5627, 12),
    (5763, 10),
    (5806, 15),
    (6026, 13),
    (6086, 13),
    (6177, 9),
    (6454, 12),
    (6455, 14),
    (6665, 13),
    (7118, 14),
    (7315, 9),
    (7616, 8),
    (8122, 12),
    (8445, 24),
    (8760, 6),
    (8828, 10),
    (8829, 10),
    (8829, 10),
    (8839, 11),
    (8840, 12),
    (8842, 11),
    (8843, 20),
    (8866, 13),
    (9110, 19),
    (9562, 9),
];

#[test]
fn every_cited_section_exists() {
    let mut cited = 0;
    let mut wrong = Vec::new();
    for (name, text) in sources() {
        for (at, _) in text.match_indices("RFC ") {
            let Some((rfc, section)) = citation(&text[at..]) else { continue };
            cited += 1;
            let last = LAST_SECTION.iter().find(|(known, _)| *known == rfc).map(|(_, last)| *last);
            let line = text[..at].lines().count();
            match last {
                None => wrong.push(format!(
                    "{name}:{line}: RFC {rfc} is not on this test's list; add its last section"
                )),
                Some(last) if section == 0 || section > last => {
                    wrong.push(format!(
                        "{name}:{line}: RFC {rfc} ends with section {last}, {section} is cited"
                    ));
                }
                Some(_) => {}
            }
        }
    }
    assert!(cited > 100, "only {cited} citations found: the test looks in the wrong place");
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// Reads `RFC 3261 §17.1` or `RFC 3261 section 17.1` as (3261, 17).
fn citation(text: &str) -> Option<(u32, u32)> {
    let rest = text.strip_prefix("RFC ")?;
    let (rfc, rest) = number(rest)?;
    let rest = rest.strip_prefix(" §").or_else(|| rest.strip_prefix(" section "))?;
    let (section, _) = number(rest)?;
    Some((rfc, section))
}

fn number(text: &str) -> Option<(u32, &str)> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    Some((digits.parse().ok()?, rest))
}

fn sources() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut folders: Vec<PathBuf> = ["client", "relay"].iter().map(|name| root.join(name)).collect();
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("our folders can be read") {
            let path = entry.expect("and listed").path();
            if path.is_dir() && !path.ends_with("target") {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let name = path.strip_prefix(&root).expect("it lies in the workspace").display().to_string();
                found.push((name, fs::read_to_string(&path).expect("our sources are UTF-8")));
            }
        }
    }
    found
}

#[test]
fn both_ways_of_citing_are_understood() {
    assert_eq!(citation("RFC 3261 §17.1.1.2)"), Some((3261, 17)));
    assert_eq!(citation("RFC 7118 section 5.2: one"), Some((7118, 5)));
    assert_eq!(citation("RFC 7118, subprotocol"), None);
}
