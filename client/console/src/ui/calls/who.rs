//! How somebody at the far end is named on the screen.

use cordboard_desk::{CallStatus, CallView, CordView, WhoView};

use crate::ui::words::{CallName, Words};

/// The name; without one the number; without that, who nobody knows.
pub(crate) fn shown_name(words: &Words, who: &WhoView) -> String {
    if !who.name.is_empty() {
        who.name.clone()
    } else if !who.number.is_empty() && !who.anonymous {
        who.number.clone()
    } else {
        words.unknown_caller.to_owned()
    }
}

/// What follows the name: the number, or why there is none.
pub(crate) fn second(words: &Words, who: &WhoView) -> String {
    match (who.name.is_empty(), who.number.is_empty() || who.anonymous) {
        (_, true) => words.withheld.to_owned(),
        (true, false) => words.not_in_directory.to_owned(),
        (false, false) => who.number.clone(),
    }
}

/// What they do and where: title, company, or both.
pub(crate) fn role(who: &WhoView) -> String {
    let parts = [who.title.as_str(), who.company.as_str()];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}

/// The name of a call's row, as screen readers say it and tests find it.
pub(crate) fn row_name(words: &Words, call: &CallView, too_long: bool) -> String {
    let consulting = call.status == CallStatus::Talking && matches!(call.cord, Some(CordView::For { .. }));
    let status = match (too_long, consulting) {
        (true, _) => words.on_hold_too_long.to_owned(),
        (false, true) => words.consulting.to_owned(),
        (false, false) => (words.status)(&call.status),
    };
    let number =
        (!call.who.name.is_empty() && !call.who.number.is_empty()).then_some(call.who.number.as_str());
    (words.row)(&CallName {
        status,
        who: &shown_name(words, &call.who),
        local: call.who.local,
        number,
        line: call.line.as_ref().map(|line| line.name.as_str()),
        waiting_for: call.waits_for.as_deref(),
    })
}

#[cfg(test)]
mod tests {
    use cordboard_desk::WhoView;

    use super::*;
    use crate::ui::words::Language;

    fn who(name: &str, number: &str, anonymous: bool) -> WhoView {
        WhoView { name: name.into(), number: number.into(), anonymous, ..WhoView::default() }
    }

    #[test]
    fn a_stranger_is_named_by_the_number() {
        let words = Language::English.words();
        let stranger = who("", "+33 6 39 98 14 52", false);
        assert_eq!(shown_name(words, &stranger), "+33 6 39 98 14 52");
        assert_eq!(second(words, &stranger), "Not in any directory");
    }

    #[test]
    fn a_withheld_number_is_never_shown() {
        let words = Language::English.words();
        let hidden = who("", "anonymous", true);
        assert_eq!(shown_name(words, &hidden), "Unknown caller");
        assert_eq!(second(words, &hidden), "Number withheld");
    }
}
