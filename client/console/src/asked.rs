//! A number that a link asks to call: `tel:` and `sip:` links that the browser hands to Cordboard open it with
//! `?dial=…`. Nothing is called before the operator says so.

/// The address that the browser opens for such a link.
pub(crate) const HANDLER: &str = "/?dial=%s";

/// The number in the page's address, which is forgotten then: a reload does not ask for it again.
pub(crate) fn take() -> Option<String> {
    let window = web_sys::window()?;
    let number = in_query(&window.location().search().ok()?, |text| {
        js_sys::decode_uri_component(text).ok().map(String::from)
    })?;
    // A browser that keeps the address keeps the number too, and no harm comes of it.
    let _ = window.history().ok()?.replace_state_with_url(&wasm_bindgen::JsValue::NULL, "", Some("/"));
    Some(number)
}

/// The number of a query, without what only links have.
fn in_query(query: &str, decode: impl Fn(&str) -> Option<String>) -> Option<String> {
    let mut pairs = query.trim_start_matches('?').split('&');
    let link = decode(pairs.find_map(|pair| pair.strip_prefix("dial="))?)?;
    // A telephone number may come with parameters of its context (RFC 3966 section 3), which nobody dials.
    let number = link.strip_prefix("tel:").map(|number| number.split(';').next().unwrap_or_default());
    Some(number.unwrap_or(&link).trim().to_owned()).filter(|number| !number.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(query: &str) -> Option<String> {
        in_query(query, |text| Some(text.replace("%3A", ":").replace("%2B", "+").replace("%3B", ";")))
    }

    #[test]
    fn a_telephone_link_leaves_its_number_and_an_address_stays_whole() {
        assert_eq!(asked("?dial=tel%3A%2B44-20-7946-0999").as_deref(), Some("+44-20-7946-0999"));
        assert_eq!(asked("?a=b&dial=tel%3A204%3Bphone-context=x").as_deref(), Some("204"));
        assert_eq!(asked("?dial=sip%3Agrace@pbx.test").as_deref(), Some("sip:grace@pbx.test"));
        assert_eq!(asked("?dial="), None);
        assert_eq!(asked(""), None);
    }
}
