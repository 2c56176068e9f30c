//! The session cookie: HttpOnly, SameSite=Strict, and Secure wherever the console is served over https.

use std::time::Duration;

use axum::http::{HeaderMap, HeaderValue, header};

use crate::config::PublicUrl;

/// Over https the `__Host-` prefix makes the browser refuse a cookie that another host or path tries to plant.
fn name(origin: Option<&PublicUrl>) -> &'static str {
    if is_secure(origin) { "__Host-cordboard" } else { "cordboard" }
}

fn is_secure(origin: Option<&PublicUrl>) -> bool {
    origin.is_some_and(PublicUrl::is_https)
}

/// The header that hands the token to the browser.
pub(crate) fn give(token: &str, longest: Duration, origin: Option<&PublicUrl>) -> Option<HeaderValue> {
    let secure = if is_secure(origin) { "; Secure" } else { "" };
    let name = name(origin);
    let seconds = longest.as_secs();
    let cookie = format!("{name}={token}; Path=/; HttpOnly; SameSite=Strict; Max-Age={seconds}{secure}");
    HeaderValue::from_str(&cookie).ok()
}

/// The header that takes it away again.
pub(crate) fn take_back(origin: Option<&PublicUrl>) -> Option<HeaderValue> {
    give("", Duration::ZERO, origin)
}

/// The token that a request carries.
pub(crate) fn token<'a>(headers: &'a HeaderMap, origin: Option<&PublicUrl>) -> Option<&'a str> {
    let name = name(origin);
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(key, value)| (key == name && !value.is_empty()).then_some(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn https() -> PublicUrl {
        PublicUrl::try_from("https://desk.example.com".to_owned()).unwrap()
    }

    #[test]
    fn the_cookie_is_out_of_reach_of_scripts_and_other_sites() {
        let cookie = give("t0k", Duration::from_secs(60), None).unwrap();
        assert_eq!(cookie, "cordboard=t0k; Path=/; HttpOnly; SameSite=Strict; Max-Age=60");
    }

    #[test]
    fn over_https_it_never_travels_in_the_clear() {
        let cookie = give("t0k", Duration::from_secs(60), Some(&https())).unwrap();
        assert_eq!(cookie, "__Host-cordboard=t0k; Path=/; HttpOnly; SameSite=Strict; Max-Age=60; Secure");
    }

    #[test]
    fn the_token_is_found_among_other_cookies() {
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, HeaderValue::from_static("a=b; cordboard=t0k; xcordboard=no"));
        assert_eq!(token(&headers, None), Some("t0k"));
        assert_eq!(token(&headers, Some(&https())), None);
        assert_eq!(token(&HeaderMap::new(), None), None);
    }
}
