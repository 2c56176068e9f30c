//! How the console's files are sent.

use std::collections::BTreeSet;
use std::io::Read as _;
use std::path::Path;

use axum::body::Body;
use axum::http::{Request, StatusCode};
use cordboard_relay::{Assets, NONCE_PLACEHOLDER};
use flate2::read::GzDecoder;

use crate::house::{House, ask, get};

const HASHED: &str = "/console-5f2c0d9e8b7a6c41_bg.wasm";

fn house() -> House {
    House::new()
        .with_file("console-5f2c0d9e8b7a6c41_bg.wasm", "plain wasm")
        .with_file("console-5f2c0d9e8b7a6c41_bg.wasm.br", "brotli")
        .with_file("console-5f2c0d9e8b7a6c41_bg.wasm.gz", "gzip")
        .with_file("sw.js", "self.addEventListener('fetch', () => {})")
        .with_file("icons/phone.svg", "<svg/>")
        .with_file(".secret", "not for the world")
}

#[tokio::test]
async fn browsers_get_the_smallest_form_they_understand() {
    let relay = house().build();
    for (accepts, encoding, body) in [
        ("gzip, deflate, br", Some("br"), "brotli"),
        ("gzip", Some("gzip"), "gzip"),
        ("", None, "plain wasm"),
    ] {
        let answer = get(&relay, HASHED, &[("accept-encoding", accepts)]).await;
        assert_eq!(answer.header("content-encoding"), encoding, "{accepts}");
        assert_eq!(answer.text(), body);
        assert_eq!(answer.header("content-type"), Some("application/wasm"));
        assert_eq!(answer.header("vary"), Some("accept-encoding"));
    }
}

#[tokio::test]
async fn hashed_names_are_kept_for_ever_and_others_asked_for_each_time() {
    let relay = house().build();
    for (path, cache) in [
        (HASHED, "public, max-age=31536000, immutable"),
        ("/sw.js", "no-cache"),
        ("/icons/phone.svg", "no-cache"),
        ("/", "no-cache"),
        ("/api/welcome", "no-store"),
    ] {
        assert_eq!(get(&relay, path, &[]).await.header("cache-control"), Some(cache), "{path}");
    }
}

#[tokio::test]
async fn a_file_that_has_not_changed_is_not_sent_again() {
    let relay = house().build();
    let first = get(&relay, "/sw.js", &[]).await;
    let tag = first.header("etag").unwrap();
    let again = get(&relay, "/sw.js", &[("if-none-match", &format!("\"other\", W/{tag}"))]).await;
    assert_eq!((again.status, again.body.len()), (StatusCode::NOT_MODIFIED, 0));
    assert_eq!(again.header("cache-control"), Some("no-cache"));

    let changed = House::new().with_file("sw.js", "a newer one").build();
    let newer = get(&changed, "/sw.js", &[("if-none-match", tag)]).await;
    assert_eq!((newer.status, newer.text().as_str()), (StatusCode::OK, "a newer one"));
}

#[tokio::test]
async fn each_form_of_a_file_has_a_tag_of_its_own() {
    let relay = house().build();
    let mut tags = BTreeSet::new();
    for accepts in ["br", "gzip", ""] {
        let answer = get(&relay, HASHED, &[("accept-encoding", accepts)]).await;
        tags.insert(answer.header("etag").unwrap().to_owned());
    }
    assert_eq!(tags.len(), 3);
}

#[tokio::test]
async fn every_page_has_a_nonce_of_its_own_in_text_and_policy() {
    let page =
        format!("<script nonce=\"{NONCE_PLACEHOLDER}\">1</script><link nonce=\"{NONCE_PLACEHOLDER}\">");
    let relay =
        House::new().with_file("index.html", page).with_file("index.html.br", "without a nonce").build();
    let mut nonces = BTreeSet::new();
    for path in ["/", "/index.html"] {
        let answer = get(&relay, path, &[("accept-encoding", "br")]).await;
        let text = answer.text();
        let nonce = text.split('"').nth(1).unwrap().to_owned();
        assert_eq!(text, format!("<script nonce=\"{nonce}\">1</script><link nonce=\"{nonce}\">"));
        assert_eq!(nonce.len(), 32);
        let policy = answer.header("content-security-policy").unwrap();
        assert!(
            policy.contains(&format!("script-src 'self' 'wasm-unsafe-eval' 'nonce-{nonce}';")),
            "{policy}"
        );
        assert!(!policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"), "{policy}");
        nonces.insert(nonce);
    }
    assert_eq!(nonces.len(), 2);
}

#[tokio::test]
async fn the_page_is_compressed_with_its_nonce_in_it() {
    let relay =
        House::new().with_file("index.html", format!("<script nonce=\"{NONCE_PLACEHOLDER}\">")).build();
    let answer = get(&relay, "/", &[("accept-encoding", "gzip, br")]).await;
    assert_eq!(
        (answer.header("content-encoding"), answer.header("vary")),
        (Some("gzip"), Some("accept-encoding"))
    );
    let mut text = String::new();
    GzDecoder::new(answer.body.as_slice()).read_to_string(&mut text).unwrap();
    let nonce = text.split('"').nth(1).unwrap();
    assert!(answer.header("content-security-policy").unwrap().contains(nonce), "{text}");
}

#[tokio::test]
async fn every_answer_forbids_what_the_console_does_not_need() {
    let relay = house().build();
    for path in ["/", "/sw.js", "/api/welcome", "/api/provision", "/nothing"] {
        let answer = get(&relay, path, &[]).await;
        let policy =
            answer.header("content-security-policy").unwrap_or_else(|| panic!("{path} has no policy"));
        for rule in ["default-src 'none'", "worker-src 'self'", "frame-ancestors 'none'", "base-uri 'none'"] {
            assert!(policy.contains(rule), "{path}: {policy}");
        }
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(answer.header("cross-origin-opener-policy"), Some("same-origin"));
        assert!(answer.header("permissions-policy").unwrap().contains("microphone=(self), hid=(self)"));
        assert_eq!(answer.header("strict-transport-security"), None, "plain http makes no promise of https");
    }
    let https = House::new().with_keys("public_url = \"https://desk.test\"").build();
    let answer = get(&https, "/", &[]).await;
    assert_eq!(answer.header("strict-transport-security"), Some("max-age=31536000"));
}

#[tokio::test]
async fn nothing_but_the_consoles_files_is_there() {
    let relay = house().build();
    for path in [
        "/nothing",
        "/.secret",
        "/../cordboard.toml",
        "/%2e%2e/cordboard.toml",
        "/icons",
        "/icons/",
        "/api",
        "/console-5f2c0d9e8b7a6c41_bg.wasm.br",
        "/index.html.br",
    ] {
        assert_eq!(get(&relay, path, &[]).await.status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn files_are_for_reading() {
    let relay = house().build();
    let put = Request::put("/sw.js").body(Body::from("mine")).unwrap();
    let answer = ask(&relay, put).await;
    assert_eq!((answer.status, answer.header("allow")), (StatusCode::METHOD_NOT_ALLOWED, Some("GET, HEAD")));
}

#[test]
fn a_folder_without_a_console_is_told_with_the_remedy() {
    let told = Assets::load(Path::new("/nowhere")).map(|_| ()).unwrap_err().to_string();
    assert!(
        told.contains("/nowhere") && told.contains("cargo xtask dist") && told.contains("--assets"),
        "{told}"
    );
}
