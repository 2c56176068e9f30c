//! What a log that is shown around may hold.

use std::cell::RefCell;
use std::io::{self, Write};

use axum::http::StatusCode;
use tracing_subscriber::filter::LevelFilter;

use crate::house::{ANNA, House, ORIGIN, PASSWORD, annas_cookie, get, post, sign_in};
use crate::tunnel::{Open, told};

thread_local! {
    static SAID: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Keeps what is logged on this thread, which is all that belongs to one story: each has a runtime of one thread.
struct ThisThread;

impl Write for ThisThread {
    fn write(&mut self, text: &[u8]) -> io::Result<usize> {
        SAID.with_borrow_mut(|said| said.write(text))
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn nobody_is_named_in_the_log_and_nothing_secret_is_in_it() {
    // For all stories, since the other ones' threads decide too whether a log line is wanted.
    let everywhere = tracing_subscriber::fmt().with_max_level(LevelFilter::INFO).with_ansi(false);
    everywhere.with_writer(|| ThisThread).init();

    let limits = "[limits]\nfailures_per_user = 2";
    let open = Open::start(House::new().with_tables(limits)).await;
    let cookie = annas_cookie(&open.relay).await;
    assert_eq!(get(&open.relay, "/api/provision", &[("cookie", &cookie)]).await.status, StatusCode::OK);
    told(&mut open.tunnel(&cookie).await).await;
    post(&open.relay, "/api/sign-out", ORIGIN, &cookie, String::new()).await;
    for _ in 0..3 {
        sign_in(&open.relay, ANNA, "wrong horse").await;
    }

    let log = String::from_utf8(SAID.take()).unwrap();
    for said in ["signed in", "cannot be reached", "signed out", "failed", "locked out"] {
        assert!(log.contains(said), "\"{said}\" is not in the log:\n{log}");
    }
    let token = cookie.split('=').nth(1).unwrap();
    let low = log.to_lowercase();
    for private in [ANNA, "bell", "201", PASSWORD, "wrong horse", "s3cret", token] {
        // The date may hold any number.
        let found =
            low.lines().any(|line| line.split_once('z').is_some_and(|(_, said)| said.contains(private)));
        assert!(!found, "\"{private}\" is in the log:\n{log}");
    }
}
