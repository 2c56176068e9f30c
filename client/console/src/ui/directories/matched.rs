//! Marks the letters that a search found, by the same rules that found them.

use cordboard_desk::matched_ranges;
use leptos::prelude::*;

/// Parts of a text, each with whether it is marked.
fn parts(text: &str, query: &str) -> Vec<(String, bool)> {
    let mut parts = Vec::new();
    let mut at = 0;
    let mut push = |from: usize, to: usize, marked: bool| {
        if let Some(part) = text.get(from..to).filter(|part| !part.is_empty()) {
            parts.push((part.to_owned(), marked));
        }
    };
    for range in matched_ranges(text, query) {
        push(at, range.start, false);
        push(range.start, range.end, true);
        at = range.end;
    }
    push(at, text.len(), false);
    parts
}

/// A text with what was found in it marked.
#[component]
pub(super) fn Matched(text: String, query: Signal<String>) -> impl IntoView {
    move || {
        let query = query.get();
        if query.is_empty() {
            return text.clone().into_any();
        }
        let mark = |(part, marked): (String, bool)| {
            if marked { view! { <mark>{part}</mark> }.into_any() } else { part.into_any() }
        };
        parts(&text, &query).into_iter().map(mark).collect_view().into_any()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_the_text_is_lost_between_the_marks() {
        for (text, query) in
            [("Omar Haddad", "mar"), ("Hélène Éclair", "ecl hel"), ("+44 20 7946", "2079"), ("Ann", "x")]
        {
            let parts = parts(text, query);
            assert_eq!(parts.iter().map(|(part, _)| part.as_str()).collect::<String>(), text);
            assert_eq!(parts.iter().any(|(_, marked)| *marked), query != "x", "{query}");
        }
    }
}
