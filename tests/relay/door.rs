//! Who is let in, for how long, and who is not.

use std::time::Duration;

use axum::http::StatusCode;
use cordboard_wire::{Problem, ProblemCode, SignedIn, Welcome};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::{Instant, advance, timeout};

use crate::house::{ANNA, Answer, House, ORIGIN, PASSWORD, annas_cookie, ask, get, post, sign_in};
use crate::tunnel::Open;

const MINUTE: Duration = Duration::from_secs(60);

fn refused(answer: &Answer, status: StatusCode, code: ProblemCode) {
    assert_eq!(answer.status, status, "{}", answer.text());
    assert_eq!(answer.json::<Problem>().code, code);
    assert_eq!(answer.header("set-cookie"), None);
}

#[tokio::test]
async fn the_sign_in_page_learns_where_it_is_and_that_this_is_no_practice() {
    let answer = get(&House::new().build(), "/api/welcome", &[]).await;
    let welcome: Welcome = answer.json();
    assert_eq!(welcome.company, "Example & Sons");
    assert_eq!(welcome.practice_operators, []);
}

#[tokio::test]
async fn the_right_password_opens_a_session() {
    let relay = House::new().build();
    let answer = sign_in(&relay, "Anna", PASSWORD).await;
    assert_eq!(answer.json::<SignedIn>().operator.name, "Anna Bell");
    let given = answer.header("set-cookie").unwrap();
    assert!(given.contains("HttpOnly") && given.contains("SameSite=Strict"), "{given}");
    assert!(!given.contains("Secure"), "over plain http the browser would drop it");
    assert_eq!(get(&relay, "/api/provision", &[("cookie", &answer.cookie())]).await.status, StatusCode::OK);
}

#[tokio::test]
async fn over_https_the_cookie_is_secure() {
    let relay = House::new().with_keys("public_url = \"https://desk.test\"").build();
    let body = serde_json::json!({ "user": ANNA, "password": PASSWORD }).to_string();
    let answer = post(&relay, "/api/sign-in", "https://desk.test", "", body.clone()).await;
    let given = answer.header("set-cookie").unwrap();
    assert!(given.starts_with("__Host-cordboard=") && given.ends_with("; Secure"), "{given}");
    let plain = post(&relay, "/api/sign-in", ORIGIN, "", body).await;
    refused(&plain, StatusCode::FORBIDDEN, ProblemCode::ForeignOrigin);
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_user_are_refused_alike() {
    let relay = House::new().build();
    let wrong = sign_in(&relay, ANNA, "wrong horse").await;
    let unknown = sign_in(&relay, "nobody", PASSWORD).await;
    refused(&wrong, StatusCode::UNAUTHORIZED, ProblemCode::WrongPassword);
    refused(&unknown, StatusCode::UNAUTHORIZED, ProblemCode::WrongPassword);
    assert_eq!(wrong.body, unknown.body);
}

#[tokio::test(start_paused = true)]
async fn too_many_wrong_passwords_lock_out_until_the_time_is_over() {
    let relay = House::new().with_tables("[limits]\nfailures_per_user = 3\nlock_out_minutes = 5").build();
    for _ in 0..3 {
        refused(&sign_in(&relay, ANNA, "guess").await, StatusCode::UNAUTHORIZED, ProblemCode::WrongPassword);
    }
    advance(MINUTE).await;
    let locked = sign_in(&relay, ANNA, PASSWORD).await;
    refused(&locked, StatusCode::TOO_MANY_REQUESTS, ProblemCode::LockedOut);
    assert_eq!(locked.header("retry-after"), Some("240"));
    advance(4 * MINUTE).await;
    assert_eq!(sign_in(&relay, ANNA, PASSWORD).await.status, StatusCode::OK);
}

#[tokio::test(start_paused = true)]
async fn guessing_at_many_names_locks_the_address_out() {
    let relay = House::new().with_tables("[limits]\nfailures_per_address = 4").build();
    for name in ["a", "b", "c", "d"] {
        refused(&sign_in(&relay, name, "guess").await, StatusCode::UNAUTHORIZED, ProblemCode::WrongPassword);
    }
    refused(&sign_in(&relay, ANNA, PASSWORD).await, StatusCode::TOO_MANY_REQUESTS, ProblemCode::LockedOut);
}

#[tokio::test(start_paused = true)]
async fn a_session_lasts_while_it_is_used_and_not_a_day_longer() {
    let relay = House::new().with_tables("[session]\nidle_minutes = 30\nabsolute_hours = 2").build();
    let cookie = annas_cookie(&relay).await;
    for _ in 0..4 {
        advance(29 * MINUTE).await;
        assert_eq!(get(&relay, "/api/provision", &[("cookie", &cookie)]).await.status, StatusCode::OK);
    }
    advance(5 * MINUTE).await;
    let late = get(&relay, "/api/provision", &[("cookie", &cookie)]).await;
    refused(&late, StatusCode::UNAUTHORIZED, ProblemCode::NotSignedIn);
}

#[tokio::test(start_paused = true)]
async fn an_idle_session_is_over() {
    let relay = House::new().with_tables("[session]\nidle_minutes = 30").build();
    let cookie = annas_cookie(&relay).await;
    advance(30 * MINUTE).await;
    let late = get(&relay, "/api/provision", &[("cookie", &cookie)]).await;
    refused(&late, StatusCode::UNAUTHORIZED, ProblemCode::NotSignedIn);
}

#[tokio::test]
async fn signing_out_ends_the_session_at_the_relay_too() {
    let relay = House::new().build();
    let cookie = annas_cookie(&relay).await;
    let answer = post(&relay, "/api/sign-out", ORIGIN, &cookie, String::new()).await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT);
    assert!(answer.header("set-cookie").unwrap().starts_with("cordboard=; "));
    let after = get(&relay, "/api/provision", &[("cookie", &cookie)]).await;
    refused(&after, StatusCode::UNAUTHORIZED, ProblemCode::NotSignedIn);
}

#[tokio::test]
async fn another_site_can_neither_sign_in_nor_out() {
    let relay = House::new().build();
    let cookie = annas_cookie(&relay).await;
    for origin in ["http://evil.test", "https://desk.test", "http://desk.test:8080", "null", ""] {
        let out = post(&relay, "/api/sign-out", origin, &cookie, String::new()).await;
        refused(&out, StatusCode::FORBIDDEN, ProblemCode::ForeignOrigin);
        let body = serde_json::json!({ "user": ANNA, "password": PASSWORD }).to_string();
        let into = post(&relay, "/api/sign-in", origin, "", body).await;
        refused(&into, StatusCode::FORBIDDEN, ProblemCode::ForeignOrigin);
    }
    assert_eq!(get(&relay, "/api/provision", &[("cookie", &cookie)]).await.status, StatusCode::OK);
}

#[tokio::test]
async fn what_cannot_be_read_is_a_bad_request() {
    let relay = House::new().build();
    let no_json = post(&relay, "/api/sign-in", ORIGIN, "", "user=anna".to_owned()).await;
    refused(&no_json, StatusCode::BAD_REQUEST, ProblemCode::BadRequest);
    let huge = format!("{{\"user\":\"{}\",\"password\":\"\"}}", "a".repeat(20_000));
    let too_large = post(&relay, "/api/sign-in", ORIGIN, "", huge).await;
    refused(&too_large, StatusCode::PAYLOAD_TOO_LARGE, ProblemCode::BadRequest);
}

#[tokio::test]
async fn the_relay_says_that_it_is_well() {
    let answer = get(&House::new().build(), "/healthz", &[]).await;
    assert_eq!((answer.status, answer.text().as_str()), (StatusCode::OK, "ok\n"));
}

#[tokio::test]
async fn the_tunnel_needs_a_session_and_the_own_origin() {
    use axum::body::Body;
    use axum::http::Request;
    let relay = House::new().build();
    let cookie = annas_cookie(&relay).await;
    let upgrade = |origin: &str, cookie: &str| {
        Request::get("/sip")
            .header("host", "desk.test")
            .header("origin", origin)
            .header("cookie", cookie)
            .header("connection", "upgrade")
            .header("upgrade", "websocket")
            .header("sec-websocket-version", "13")
            .header("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==")
            .header("sec-websocket-protocol", "sip")
            .body(Body::empty())
            .unwrap()
    };
    let nobody = ask(&relay, upgrade(ORIGIN, "")).await;
    refused(&nobody, StatusCode::UNAUTHORIZED, ProblemCode::NotSignedIn);
    let guess = ask(&relay, upgrade(ORIGIN, "cordboard=0123456789abcdef")).await;
    refused(&guess, StatusCode::UNAUTHORIZED, ProblemCode::NotSignedIn);
    let foreign = ask(&relay, upgrade("http://evil.test", &cookie)).await;
    refused(&foreign, StatusCode::FORBIDDEN, ProblemCode::ForeignOrigin);
}

/// How long it takes the relay to hang up; `None` if it does not within two minutes.
async fn let_go(connection: &mut TcpStream) -> Option<Duration> {
    let began = Instant::now();
    let mut said = Vec::new();
    timeout(2 * MINUTE, connection.read_to_end(&mut said)).await.ok()?.unwrap();
    Some(began.elapsed())
}

#[tokio::test(start_paused = true)]
async fn who_sends_half_a_request_or_none_is_let_go() {
    let open = Open::start(House::new()).await;
    let mut silent = open.dial().await;
    assert!(let_go(&mut silent).await.is_some(), "who says nothing keeps a connection");
    let mut slow = open.dial().await;
    slow.write_all(b"GET /healthz HTTP/1.1\r\nHost: desk").await.unwrap();
    assert!(let_go(&mut slow).await.is_some(), "who sends half a request keeps a connection");
}

#[tokio::test(start_paused = true)]
async fn a_browser_may_come_back_on_the_same_connection() {
    let open = Open::start(House::new()).await;
    let mut connection = open.dial().await;
    for _ in 0..3 {
        advance(Duration::from_secs(20)).await;
        connection.write_all(b"GET /healthz HTTP/1.1\r\nHost: desk\r\n\r\n").await.unwrap();
        let mut answer = Vec::new();
        while !answer.ends_with(b"ok\n") {
            assert_ne!(connection.read_buf(&mut answer).await.unwrap(), 0, "hung up on");
        }
    }
    assert!(let_go(&mut connection).await > Some(Duration::from_secs(20)), "a browser has time to think");
}
