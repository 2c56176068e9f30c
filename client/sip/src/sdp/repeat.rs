//! Saying again what was agreed on, when a session is only kept alive (RFC 4028 §7.4): a description with the role of
//! offer or answer, else word for word.

use std::borrow::Cow;

/// Begins the line that says who opens the DTLS association (RFC 8842 §5.1).
const SETUP: &str = "a=setup:";

/// True if `new` says what `old` said; the line that names its version may differ.
pub(crate) fn is_repeated(old: &str, new: &str) -> bool {
    let said = |text: &str| -> Vec<String> {
        text.lines().filter(|line| !line.starts_with("o=")).map(str::to_owned).collect()
    };
    said(old) == said(new)
}

/// What we said last, as an offer: it leaves open who opens the DTLS association, and whoever answers keeps the one that
/// is there (RFC 8842 §5.2).
pub(crate) fn repeated_as_offer(ours: &str) -> String {
    with_setup(ours, "actpass")
}

/// What we said last, as an answer to `theirs`, which they said last: each keeps its part in the DTLS association.
pub(crate) fn repeated_as_answer(ours: &str, theirs: &str) -> String {
    let is_open = setups(ours).any(|setup| setup == "actpass");
    let part = if setups(theirs).any(|setup| setup == "active") { "passive" } else { "active" };
    if is_open { with_setup(ours, part) } else { ours.to_owned() }
}

fn setups(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter_map(|line| line.strip_prefix(SETUP))
}

fn with_setup(text: &str, part: &str) -> String {
    let lines = text.split_inclusive('\n').map(|line| {
        if line.starts_with(SETUP) {
            let end = line.get(line.trim_end().len()..).unwrap_or_default();
            Cow::Owned(format!("{SETUP}{part}{end}"))
        } else {
            Cow::Borrowed(line)
        }
    });
    lines.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const OFFER: &str =
        "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\nm=audio 9 RTP/AVP 0\r\na=setup:actpass\r\na=mid:0\r\n";

    #[test]
    fn a_higher_version_alone_is_no_news() {
        assert!(is_repeated(OFFER, &OFFER.replace("- 1 1", "- 1 2").replace("\r\n", "\n")));
        assert!(!is_repeated(OFFER, &OFFER.replace("mid:0", "mid:1")));
    }

    #[test]
    fn everybody_keeps_their_part_in_the_dtls_association() {
        let active = OFFER.replace("actpass", "active");
        let passive = OFFER.replace("actpass", "passive");
        assert_eq!(repeated_as_offer(&active), OFFER);
        assert_eq!(repeated_as_answer(OFFER, &active), passive);
        assert_eq!(repeated_as_answer(OFFER, &passive), active);
        assert_eq!(repeated_as_answer(&active, OFFER), active);
    }
}
