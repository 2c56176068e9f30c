//! Keeps spreadsheets from running a contact's or a caller's text as a formula.
//!
//! A field that a spreadsheet would take for a formula is written with an apostrophe in front. Reading takes it away again; so
//! that nothing is lost, a field that already looks so gets one more. Plain international numbers (`+44 20 …`) are left alone:
//! they cannot call anything, and other directories should be able to read them.

use std::borrow::Cow;

/// The field as it is written.
pub(crate) fn guard(field: &str) -> Cow<'_, str> {
    let rest = field.trim_start_matches('\'');
    if !looks_like_formula(rest) || rest.len() == field.len() && is_plain_number(field) {
        return field.into();
    }
    format!("'{field}").into()
}

/// The field as it was before [`guard`].
pub(super) fn unguard(field: &str) -> &str {
    match field.strip_prefix('\'') {
        Some(rest) if looks_like_formula(rest.trim_start_matches('\'')) => rest,
        _ => field,
    }
}

/// What makes a spreadsheet calculate; some take the full-width signs, too, and some skip a leading tab or line end.
fn looks_like_formula(field: &str) -> bool {
    field.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'])
}

fn is_plain_number(field: &str) -> bool {
    let digits = field.strip_prefix('+').unwrap_or_default();
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit() || b" ().-".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_defused_and_come_back() {
        let table = [
            ("=HYPERLINK(\"http://example.com\")", "'=HYPERLINK(\"http://example.com\")"),
            ("+1+cmd|' /C calc'!A0", "'+1+cmd|' /C calc'!A0"),
            ("-2+3", "'-2+3"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", "'\t=1"),
            ("＝1", "'＝1"),
            ("'=1", "''=1"),
            ("'+44 20", "''+44 20"),
            ("+44 (0)20 7946-0533", "+44 (0)20 7946-0533"),
            ("'t Hart", "'t Hart"),
            ("O'Neill", "O'Neill"),
            ("", ""),
        ];
        for (field, written) in table {
            assert_eq!(guard(field), written);
            assert_eq!(unguard(written), field);
        }
    }
}
