//! How a call wants to be announced: answered by itself, or with a ring of its own (S12).
//!
//! There is a standard for the first (RFC 5373) and one for the second (RFC 7462); exchanges in the field write both in
//! half a dozen other ways, which are all understood here. Whether a wish is heeded is the desk's affair: anybody can
//! write such headers.

use crate::Link;
use crate::message::header::Info;
use crate::message::{Headers, Name};

/// Seconds after which the caller wants the call to be answered by itself; `None` if it wants a person to do so.
pub(crate) fn answer_after(headers: &Headers) -> Option<u32> {
    let auto = |name| headers.get(name).is_some_and(|value| starts_with(value, "auto"));
    if auto(Name::AnswerMode) || auto(Name::Other("Priv-Answer-Mode")) {
        return Some(0);
    }
    // `Call-Info: <sip:pbx>;answer-after=0`
    let after = |info: &Info| info.params.raw("answer-after").map(|seconds| seconds.parse().unwrap_or(0));
    if let Some(seconds) = headers.call_info().iter().chain(&headers.alert_info()).find_map(after) {
        return Some(seconds);
    }
    // `Alert-Info: <http://…>;info=alert-autoanswer;delay=0`, `Alert-Info: Auto Answer`, `Alert-Info: Ring Answer`
    let alert = |info: &Info| {
        let word = info.params.get("info").unwrap_or_default();
        let asks = [word.as_ref(), info.target.as_str()].into_iter().any(|word| {
            ["alert-autoanswer", "auto answer", "ring answer", "ring-answer"]
                .iter()
                .any(|known| starts_with(word, known))
        });
        asks.then(|| info.params.raw("delay").and_then(|seconds| seconds.parse().ok()).unwrap_or(0))
    };
    if let Some(seconds) = headers.alert_info().iter().find_map(alert) {
        return Some(seconds);
    }
    headers.contains(Name::Other("P-Auto-Answer")).then_some(0)
}

/// The ring that the caller's side asks for: the word behind `info=`, a URN such as `urn:alert:source:internal`, or what
/// stands there bare. Never a link: nothing is fetched from strangers.
pub(crate) fn ring(headers: &Headers) -> Option<String> {
    let alerts = headers.alert_info();
    let words = alerts.iter().filter_map(|info| match info.params.get("info") {
        Some(word) if !word.is_empty() => Some(word.into_owned()),
        Some(_) | None => {
            let is_link = info.target.contains("://");
            (!is_link && !info.target.is_empty()).then(|| info.target.clone())
        }
    });
    words.into_iter().find(|word| !starts_with(word, "alert-autoanswer"))
}

/// What there is to know of the caller elsewhere (RFC 3261 §20.9).
pub(crate) fn links(headers: &Headers) -> Vec<Link> {
    let about = headers.call_info().into_iter();
    let link = |info: Info| {
        let purpose = info.params.get("purpose")?.into_owned();
        Some(Link { purpose, url: info.target })
    };
    about.filter_map(link).collect()
}

fn starts_with(text: &str, word: &str) -> bool {
    text.trim_start().get(..word.len()).is_some_and(|front| front.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(name: Name<'_>, value: &str) -> Headers {
        let mut headers = Headers::new();
        headers.push(name, value);
        headers
    }

    #[test]
    fn every_way_to_ask_for_an_answer_by_itself_is_understood() {
        for (name, value, seconds) in [
            (Name::AnswerMode, "Auto", Some(0)),
            (Name::AnswerMode, "Auto;require", Some(0)),
            (Name::AnswerMode, "Manual", None),
            (Name::Other("Priv-Answer-Mode"), "Auto", Some(0)),
            (Name::CallInfo, "<sip:pbx.example>;answer-after=3", Some(3)),
            (Name::CallInfo, "<sip:pbx.example>;purpose=icon", None),
            (Name::AlertInfo, "<http://pbx.example>;info=alert-autoanswer;delay=2", Some(2)),
            (Name::AlertInfo, "info=alert-autoanswer", None),
            (Name::AlertInfo, "<http://pbx.example>;info=alert-autoanswer", Some(0)),
            (Name::AlertInfo, "Auto Answer", Some(0)),
            (Name::AlertInfo, "Ring Answer", Some(0)),
            (Name::AlertInfo, "<urn:alert:service:auto-callback>", None),
            (Name::Other("P-Auto-Answer"), "normal", Some(0)),
            (Name::Subject, "Auto", None),
        ] {
            assert_eq!(answer_after(&headers(name, value)), seconds, "{name}: {value}");
        }
    }

    #[test]
    fn a_ring_is_a_word_and_never_a_link() {
        for (value, word) in [
            ("<http://pbx.example/x>;info=alert-internal", Some("alert-internal")),
            ("<urn:alert:source:external>", Some("urn:alert:source:external")),
            ("Bellcore-dr3", Some("Bellcore-dr3")),
            ("<http://evil.example/ring.wav>", None),
            ("<http://pbx.example>;info=alert-autoanswer;delay=0", None),
            ("<https://a.example/1.wav>, <urn:alert:priority:high>", Some("urn:alert:priority:high")),
        ] {
            assert_eq!(ring(&headers(Name::AlertInfo, value)).as_deref(), word, "{value}");
        }
    }

    #[test]
    fn what_is_elsewhere_is_named_with_its_purpose() {
        let found = links(&headers(
            Name::CallInfo,
            "<https://pbx.example/a.png>;purpose=icon, <https://crm.example/7>;purpose=info, <x:y>",
        ));
        let named: Vec<_> = found.iter().map(|link| (link.purpose.as_str(), link.url.as_str())).collect();
        assert_eq!(named, [("icon", "https://pbx.example/a.png"), ("info", "https://crm.example/7")]);
    }
}
