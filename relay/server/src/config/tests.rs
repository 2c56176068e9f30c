//! Which configurations are right, and how the mistakes in the others are told.

use std::fs;

use super::*;

const HASH: &str = "$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$W2jPmyQTAwkwXTpzVYKDkQ";

/// A folder of one test's own, with the files that configurations name.
fn folder(test: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("cordboard-config-{}-{test}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    for (name, content) in [
        ("people.csv", "lastname,phone\nBell,201\n"),
        ("customers.csv", "lastname,phone\n"),
        ("anna.secret", "s3cret\n"),
    ] {
        fs::write(folder.join(name), content).unwrap();
    }
    // Large without taking room.
    fs::File::create(folder.join("long.wav")).and_then(|file| file.set_len(22_500_000)).unwrap();
    folder
}

fn minimal() -> String {
    format!(
        "upstream = \"ws://pbx:8080\"\n\
         [[user]]\n\
         user = \"anna\"\n\
         name = \"Anna Bell\"\n\
         password_hash = \"{HASH}\"\n\
         [user.account]\n\
         aor = \"201@pbx\"\n\
         password = \"s3cret\"\n"
    )
}

#[test]
fn the_documented_example_is_right() {
    let folder = folder("example");
    let text = include_str!("../../cordboard.example.toml");
    let config =
        Config::parse(text, &folder.join("cordboard.toml")).map_err(|wrong| wrong.to_string()).unwrap();
    assert_eq!(config.upstreams.len(), 2);
    assert_eq!(config.lines[0].badge, "ES");
    assert_eq!(config.lines[1].badge, "ES", "made of the name");
    assert_eq!(config.directories[0].csv, "lastname,phone\nBell,201\n");
    let anna = &config.users[&UserName::try_from("ANNA".to_owned()).unwrap()];
    assert_eq!(anna.account.password, "s3cret", "the file's end of line is not part of the password");
    assert_eq!(anna.operator.desk, "Front desk 1");
    assert_eq!(anna.team.as_ref().map(TeamName::as_str), Some("Reception"));
}

#[test]
fn the_example_shows_what_is_taken_without_it() {
    let example = include_str!("../../cordboard.example.toml");
    let folder = folder("defaults");
    let path = folder.join("cordboard.toml");
    let shown = Config::parse(example, &path).map_err(|wrong| wrong.to_string()).unwrap();
    let taken = Config::parse(&minimal(), &path).map_err(|wrong| wrong.to_string()).unwrap();
    let comparable =
        |config: &Config| format!("{:?} {:?} {:?}", config.sessions, config.lock_out, config.tunnels);
    assert_eq!(comparable(&shown), comparable(&taken));
    let account = |config: &Config| config.users.values().next().map(|user| user.account.clone()).unwrap();
    assert_eq!(account(&shown).codecs, account(&taken).codecs);
    assert_eq!(account(&shown).expires, account(&taken).expires);
    assert_eq!(account(&shown).incoming_calls, account(&taken).incoming_calls);
    assert_eq!(account(&shown).auth_user, account(&taken).auth_user);
    assert_eq!(account(&taken).display_name, "Anna Bell");
}

/// What is done to the minimal configuration, and the mistake that it must be told as.
const MISTAKES: &[(&str, &str, &[&str])] = &[
    (
        "upstream = \"ws://pbx:8080\"",
        "upstream = \"http://pbx:8080\"",
        &["line 1, upstream: ", "ws:// or wss://"],
    ),
    (
        "upstream = \"ws://pbx:8080\"",
        "upstream = \"ws://me:pw@pbx\"",
        &["line 1, upstream: ", "no WebSocket address"],
    ),
    ("upstream = \"ws://pbx:8080\"", "upstream = []", &["line 1, upstream: ", "list is empty"]),
    (
        "upstream = \"ws://pbx:8080\"",
        "upstream = [\n  \"wss://pbx\",\n  \"pbx\",\n]",
        &["line 1, upstream: ", "\"pbx\" is no"],
    ),
    ("upstream = \"ws://pbx:8080\"", "upstream = 5", &["line 1, upstream: ", "expected a WebSocket address"]),
    ("upstream = \"ws://pbx:8080\"\n", "", &["cordboard.toml: missing field `upstream`"]),
    ("upstream = \"ws://pbx:8080\"", "upstream = \"ws://pbx", &["line 1, upstream: "]),
    (
        "[[user]]",
        "lisen = \"x\"\n[[user]]",
        &["line 2, lisen: ", "unknown field", "expected one of", "`listen`"],
    ),
    ("[[user]]", "listen = \"8080\"\n[[user]]", &["line 2, listen: ", "write \"127.0.0.1:8080\""]),
    ("[[user]]", "public_url = \"https://x/desk\"\n[[user]]", &["line 2, public_url: ", "without path"]),
    ("[[user]]", "trusted_proxies = [\"proxy\"]\n[[user]]", &["line 2, trusted_proxies: ", "IP address"]),
    (
        "[[user]]",
        "upstream_ca = \"none.pem\"\n[[user]]",
        &["line 2, upstream_ca: ", "none.pem cannot be read"],
    ),
    ("[[user]]", "[session]\nidle_minutes = 0\n[[user]]", &["line 3, [session] idle_minutes: ", "from 1 up"]),
    (
        "password = \"s3cret\"\n",
        "password = \"s3cret\"\nincoming_calls = 41\n",
        &["line 9, [user.account] incoming_calls: ", "cannot take 41 calls", "from 8 to 40"],
    ),
    (
        "[[user]]",
        "crm = \"https://crm.example.com/\"\n[[user]]",
        &["line 2, crm: ", "{number} where the number goes"],
    ),
    (
        "[[user]]",
        "crm = \"javascript:alert('{number}')\"\n[[user]]",
        &["line 2, crm: ", "https:// (or http://)"],
    ),
    (
        "[[user]]",
        "hold_music = \"silence\"\n[[user]]",
        &["line 2, hold_music: ", "\"silence\" is nothing to hear", "{ file = \"hold.mp3\" }"],
    ),
    ("[[user]]", "hold_music = 7\n[[user]]", &["line 2, hold_music: ", "expected \"pbx\", \"tone\" or"]),
    (
        "[[user]]",
        "hold_music = { url = \"hold.mp3\" }\n[[user]]",
        &["line 2, hold_music: ", "unknown field `url`"],
    ),
    ("[[user]]", "hold_music = {}\n[[user]]", &["line 2, hold_music: ", "no file is named"]),
    (
        "[[user]]",
        "hold_music = { file = \"none.mp3\" }\n[[user]]",
        &["line 2, hold_music: ", "none.mp3 cannot be read", "relative to"],
    ),
    (
        "[[user]]",
        "hold_music = { file = \"people.csv\" }\n[[user]]",
        &["line 2, hold_music: ", "do not play", "people.csv", ".mp3, .ogg"],
    ),
    (
        "[[user]]",
        "hold_music = { file = \"long.wav\" }\n[[user]]",
        &["line 2, hold_music: ", "long.wav has 23 MB", "10 MB are the most", "save the sound as MP3"],
    ),
    (
        "[[user]]",
        "[limits]\nping_seconds = 90\n[[user]]",
        &["line 2, [limits]: ", "longer than `ping_seconds`"],
    ),
    (
        "[[user]]",
        "[[line]]\nnumber = \"1\"\nname = \"a\"\n[[line]]\nname = \"b\"\nnumber = \"1\"\n[[user]]",
        &["line 7, [[line]] number: ", "number already"],
    ),
    (
        "[[user]]",
        "[[directory]]\nname = \"d\"\nfile = \"people.csv\"\nline = \"9\"\n[[user]]",
        &["line 5, [[directory]] line: ", "no [[line]] has the number \"9\""],
    ),
    (
        "[[user]]",
        "[[directory]]\nname = \"d\"\nfile = \"peeple.csv\"\n[[user]]",
        &["line 4, [[directory]] file: ", "peeple.csv cannot be read", "relative to"],
    ),
    (
        "[[user]]",
        "[[directory]]\nname = \"d\"\nfile = \"people.csv\"\n[[directory]]\nname = \"d\"\nfile = \"people.csv\"\n[[user]]",
        &["line 6, [[directory]] name: ", "rename"],
    ),
    ("user = \"anna\"", "user = \" anna\"", &["line 3, [[user]] user: ", "1 to 64 characters"]),
    (
        "name = \"Anna Bell\"",
        "name = \"Anna Bell\"\nteam = \"\"",
        &["line 5, [[user]] team: ", "1 to 64 characters", "leave it out"],
    ),
    ("name = \"Anna Bell\"\n", "", &["line 2, [[user]]: ", "missing field `name`"]),
    (HASH, "hunter2", &["line 5, [[user]] password_hash: ", "cordboard hash-password"]),
    ("aor = \"201@pbx\"", "aor = \"sip:201@pbx\"", &["line 7, [user.account] aor: ", "without \"sip:\""]),
    ("aor = \"201@pbx\"", "aor = \"201\"", &["line 7, [user.account] aor: ", "201@example.com"]),
    ("password = \"s3cret\"\n", "", &["line 6, [user.account]: ", "`password` or `password_file`"]),
    (
        "password = \"s3cret\"",
        "password = \"s3cret\"\npassword_file = \"anna.secret\"",
        &["line 6, [user.account]: ", "remove one"],
    ),
    (
        "password = \"s3cret\"",
        "password_file = \"bert.secret\"",
        &["line 8, [user.account] password_file: ", "bert.secret cannot be read"],
    ),
    (
        "password = \"s3cret\"",
        "password = \"s3cret\"\ncodecs = [\"PCMA\", \"G729\"]",
        &["line 9, [user.account] codecs: ", "unknown variant `G729`", "`opus`, `G722`, `PCMA`, `PCMU`"],
    ),
    (
        "password = \"s3cret\"",
        "password = \"s3cret\"\ndtmf = \"inband\"",
        &["line 9, [user.account] dtmf: ", "`rtp` or `info`"],
    ),
];

#[test]
fn every_mistake_is_told_with_line_key_and_remedy() {
    let path = folder("mistakes").join("cordboard.toml");
    for (right, wrong, expected) in MISTAKES {
        let text = minimal().replace(right, wrong);
        assert_ne!(text, minimal(), "{wrong} changes nothing");
        let told = match Config::parse(&text, &path) {
            Ok(_) => panic!("accepted: {wrong}"),
            Err(mistake) => mistake.to_string(),
        };
        assert!(told.contains("cordboard.toml"), "{told}");
        for part in *expected {
            assert!(told.contains(part), "\"{part}\" is not in: {told}");
        }
        assert!(!told.contains('\n'), "one line: {told}");
    }
}

#[test]
fn two_users_of_one_name_are_refused_however_it_is_written() {
    let second = minimal().replace("upstream = \"ws://pbx:8080\"\n", "").replace("\"anna\"", "\"Anna\"");
    let told = Config::parse(&format!("{}{second}", minimal()), Path::new("c.toml"))
        .map(|_| ())
        .unwrap_err()
        .to_string();
    assert_eq!(
        told,
        "c.toml, line 10, [[user]] user: another user has this name already; give each a name of their own"
    );
}

#[test]
fn one_team_in_two_spellings_is_refused() {
    let first = minimal().replace("name = \"Anna", "team = \"Reception\"\nname = \"Anna");
    let second = first
        .replace("upstream = \"ws://pbx:8080\"\n", "")
        .replace("\"anna\"", "\"bert\"")
        .replace("Reception", "reception");
    let told =
        Config::parse(&format!("{first}{second}"), Path::new("c.toml")).map(|_| ()).unwrap_err().to_string();
    assert_eq!(
        told,
        "c.toml, line 12, [[user]] team: another user's team is \"Reception\"; write it in the same way, or give this \
         team another name"
    );
}

#[test]
fn a_configuration_that_is_not_there_is_told() {
    let told = Config::load(Path::new("/nowhere/c.toml")).map(|_| ()).unwrap_err().to_string();
    assert!(told.starts_with("/nowhere/c.toml: this file cannot be read (No such file"), "{told}");
}

#[test]
fn secrets_do_not_show_in_mistakes() {
    let text = minimal().replace("password = \"s3cret\"", "password = [\"s3cret\"]");
    let told = Config::parse(&text, Path::new("c.toml")).map(|_| ()).unwrap_err().to_string();
    assert!(!told.contains("s3cret"), "{told}");
}
