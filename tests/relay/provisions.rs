//! What an operator's console is given.

use axum::http::StatusCode;
use cordboard_wire::{Dtmf, HoldMusic, Provision};

use crate::house::{House, annas_cookie, get};

#[tokio::test]
async fn the_console_gets_account_lines_directories_and_numbering() {
    let relay = House::new()
        .with_file("people.csv", "lastname,phone\nBell,201\n")
        .with_tables(
            "[numbering]\ncountry_code = \"44\"\nextension_length = 3\n\
             [[line]]\nnumber = \"+442079460000\"\nname = \"Example & Sons\"\n\
             [[directory]]\nname = \"People\"\nlocal = true\nline = \"+442079460000\"\nfile = \"people.csv\"\n\
             [[ice_server]]\nurls = [\"stun:stun.test\"]",
        )
        .build();
    let cookie = annas_cookie(&relay).await;
    let answer = get(&relay, "/api/provision", &[("cookie", &cookie)]).await;
    assert_eq!(answer.header("cache-control"), Some("no-store"), "it holds a password");
    let given: Provision = answer.json();
    assert_eq!(given.operator.desk, "Front desk 1");
    assert_eq!((given.account.aor.as_str(), given.account.password.as_str()), ("201@pbx.test", "s3cret"));
    assert_eq!(given.account.codecs, ["opus", "G722", "PCMA", "PCMU"]);
    assert_eq!(given.account.dtmf, Dtmf::Rtp);
    assert_eq!(given.lines[0].badge, "ES");
    assert_eq!(given.directories[0].csv, "lastname,phone\nBell,201\n");
    assert!(given.directories[0].local);
    assert_eq!(given.numbering.country_code, "44");
    assert_eq!(given.ice_servers[0].urls, ["stun:stun.test"]);
    assert!(!given.practice);
    assert_eq!(given.team, "");
    assert_eq!(given.hold_music, HoldMusic::Pbx);
}

#[tokio::test]
async fn the_console_is_told_its_team() {
    let relay = House::new().in_team("Reception").build();
    let cookie = annas_cookie(&relay).await;
    let given: Provision = get(&relay, "/api/provision", &[("cookie", &cookie)]).await.json();
    assert_eq!(given.team, "Reception");
}

#[tokio::test]
async fn nobody_else_gets_it() {
    let answer = get(&House::new().build(), "/api/provision", &[]).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    assert!(!answer.text().contains("s3cret"));
}

#[tokio::test]
async fn a_signed_in_console_gets_the_sound_for_callers_on_hold_and_nobody_else_does() {
    let relay = House::new()
        .with_file("hold.mp3", "not really music")
        .with_keys("hold_music = { file = \"hold.mp3\" }")
        .build();
    let cookie = annas_cookie(&relay).await;
    let given: Provision = get(&relay, "/api/provision", &[("cookie", &cookie)]).await.json();
    assert_eq!(given.hold_music, HoldMusic::File);
    let sound = get(&relay, "/api/hold-music", &[("cookie", &cookie)]).await;
    assert_eq!((sound.status, sound.text().as_str()), (StatusCode::OK, "not really music"));
    assert_eq!(sound.header("content-type"), Some("audio/mpeg"));

    let stranger = get(&relay, "/api/hold-music", &[]).await;
    assert_eq!(stranger.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn where_the_sound_is_not_a_file_there_is_none_to_get() {
    for (written, told) in [("\"pbx\"", HoldMusic::Pbx), ("\"tone\"", HoldMusic::Tone)] {
        let relay = House::new().with_keys(&format!("hold_music = {written}")).build();
        let cookie = annas_cookie(&relay).await;
        let given: Provision = get(&relay, "/api/provision", &[("cookie", &cookie)]).await.json();
        assert_eq!(given.hold_music, told);
        let sound = get(&relay, "/api/hold-music", &[("cookie", &cookie)]).await;
        assert_eq!(sound.status, StatusCode::NOT_FOUND);
    }
}
