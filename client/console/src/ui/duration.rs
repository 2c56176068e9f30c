//! How long something takes and when it was, as people read it. The separator is a colon in every language.

use cordboard_desk::Instant;

/// Whole seconds from `since` to `now`; zero if the clocks disagree.
pub(super) fn seconds(since: Instant, now: Instant) -> u64 {
    now.since(since).as_secs()
}

/// `0:04`, `12:30`, `1:02:03`: as short as it can be.
pub(super) fn clock(seconds: u64) -> String {
    let (hours, minutes, rest) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    match hours {
        0 => format!("{minutes}:{rest:02}"),
        _ => format!("{hours}:{minutes:02}:{rest:02}"),
    }
}

/// `0:12:30`: hours always, for names that are spoken.
pub(super) fn clock_with_hours(seconds: u64) -> String {
    format!("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

/// The time of day as the locale writes it, with the date before it if wanted.
pub(super) fn time_of_day(locale: &str, at: Instant, with_date: bool) -> String {
    #[expect(clippy::cast_precision_loss, reason = "milliseconds since 1970 fit into an f64")]
    let date = js_sys::Date::new(&wasm_bindgen::JsValue::from_f64(at.as_millis() as f64));
    let style = js_sys::Object::new();
    let short = "short".into();
    // Plain objects take any property.
    let _ = js_sys::Reflect::set(&style, &"timeStyle".into(), &short);
    if with_date {
        let _ = js_sys::Reflect::set(&style, &"dateStyle".into(), &short);
    }
    String::from(date.to_locale_string(locale, &style))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_is_as_short_as_it_can_be() {
        let told = [(0, "0:00"), (59, "0:59"), (60, "1:00"), (3599, "59:59"), (3723, "1:02:03")];
        for (seconds, text) in told {
            assert_eq!(clock(seconds), text);
        }
    }

    #[test]
    fn a_spoken_duration_has_its_hours() {
        assert_eq!(clock_with_hours(221), "0:03:41");
    }

    #[test]
    fn a_clock_behind_the_engines_reads_zero() {
        assert_eq!(seconds(Instant::from_millis(5_000), Instant::from_millis(4_000)), 0);
    }
}
