//! A relay for a small company, and ways to speak to it.

use std::fs;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, LazyLock};

use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode, header};
use axum::response::Response;
use cordboard_relay::{Assets, Config, Relay, app, hash_password};
use serde::de::DeserializeOwned;
use tower::ServiceExt as _;

/// The operator whom every house knows.
pub(crate) const ANNA: &str = "anna";
/// Her password.
pub(crate) const PASSWORD: &str = "correct horse";
/// The origin of pages that are the relay's own, when it is asked without a listener.
pub(crate) const ORIGIN: &str = "http://desk.test";

// Hashing takes a while, and every house may have the same.
static HASH: LazyLock<String> = LazyLock::new(|| hash_password(PASSWORD).unwrap());

/// A company's relay before it is built.
pub(crate) struct House {
    upstreams: Vec<String>,
    top: String,
    tables: String,
    team: String,
    files: Vec<(&'static str, Vec<u8>)>,
}

impl House {
    pub(crate) fn new() -> Self {
        // Port 9 is "discard", where nothing listens.
        Self::before(&["ws://127.0.0.1:9"])
    }

    /// A relay in front of these PBXs.
    pub(crate) fn before(upstreams: &[&str]) -> Self {
        let upstreams = upstreams.iter().map(|&url| url.to_owned()).collect();
        Self { upstreams, top: String::new(), tables: String::new(), team: String::new(), files: Vec::new() }
    }

    /// With more keys at the top of its configuration.
    pub(crate) fn with_keys(mut self, keys: &str) -> Self {
        self.top.push_str(keys);
        self.top.push('\n');
        self
    }

    /// With more tables in its configuration.
    pub(crate) fn with_tables(mut self, tables: &str) -> Self {
        self.tables.push_str(tables);
        self.tables.push('\n');
        self
    }

    /// With Anna in a team.
    pub(crate) fn in_team(mut self, team: &str) -> Self {
        self.team = format!("team = {team:?}\n");
        self
    }

    /// With somebody else, who has Anna's password, in a team or in none.
    pub(crate) fn with_colleague(self, user: &str, team: Option<&str>) -> Self {
        let team = team.map(|team| format!("team = {team:?}\n")).unwrap_or_default();
        let hash = HASH.as_str();
        self.with_tables(&format!(
            "[[user]]\nuser = {user:?}\nname = \"{user} at the desk\"\n{team}password_hash = \"{hash}\"\n\
             [user.account]\naor = \"{user}@pbx.test\"\npassword = \"s3cret\"",
        ))
    }

    /// With one more file beside the configuration and in the console's folder.
    pub(crate) fn with_file(mut self, name: &'static str, content: impl Into<Vec<u8>>) -> Self {
        self.files.push((name, content.into()));
        self
    }

    pub(crate) fn build(self) -> Arc<Relay> {
        let folder = self.folder();
        let text = format!(
            "company = \"Example & Sons\"\nupstream = {upstreams:?}\n{top}\n{tables}\n\
             [[user]]\nuser = \"{ANNA}\"\nname = \"Anna Bell\"\ndesk = \"Front desk 1\"\n{team}password_hash = \"{hash}\"\n\
             [user.account]\naor = \"201@pbx.test\"\npassword = \"s3cret\"\n",
            upstreams = self.upstreams,
            top = self.top,
            tables = self.tables,
            team = self.team,
            hash = *HASH,
        );
        let config =
            Config::parse(&text, &folder.join("cordboard.toml")).unwrap_or_else(|wrong| panic!("{wrong}"));
        let assets = Assets::load(&folder).unwrap();
        Relay::new(config, assets).unwrap()
    }

    fn folder(&self) -> PathBuf {
        static HOUSES: AtomicU32 = AtomicU32::new(0);
        let number = HOUSES.fetch_add(1, Ordering::Relaxed);
        let folder =
            PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("house-{}-{number}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("index.html"), "<!doctype html><title>Cordboard</title>").unwrap();
        for (name, content) in &self.files {
            let path = folder.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, content).unwrap();
        }
        folder
    }
}

/// An answer, read whole.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    async fn read(response: Response) -> Self {
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap().into();
        Self { status: parts.status, headers: parts.headers, body }
    }

    pub(crate) fn json<T: DeserializeOwned>(&self) -> T {
        serde_json::from_slice(&self.body).unwrap_or_else(|wrong| panic!("{wrong}: {}", self.text()))
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// A header that is there once.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        assert!(self.headers.get_all(name).iter().count() <= 1, "{name} is there twice");
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    /// The cookie that the browser would send back.
    pub(crate) fn cookie(&self) -> String {
        self.header("set-cookie").expect("a cookie").split(';').next().unwrap().to_owned()
    }
}

/// Sends one request without a listener.
pub(crate) async fn ask(relay: &Arc<Relay>, request: Request<Body>) -> Answer {
    Answer::read(app(Arc::clone(relay)).oneshot(request).await.unwrap()).await
}

/// Gets a path, as the page does, with more headers.
pub(crate) async fn get(relay: &Arc<Relay>, path: &str, headers: &[(&str, &str)]) -> Answer {
    let mut request = Request::get(path).header(header::HOST, "desk.test");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    ask(relay, request.body(Body::empty()).unwrap()).await
}

/// Posts to a path from a page of this origin.
pub(crate) async fn post(relay: &Arc<Relay>, path: &str, origin: &str, cookie: &str, body: String) -> Answer {
    let request = Request::post(path)
        .header(header::HOST, "desk.test")
        .header(header::ORIGIN, origin)
        .header(header::COOKIE, cookie)
        .header(header::CONTENT_TYPE, "application/json")
        .body(Body::from(body))
        .unwrap();
    ask(relay, request).await
}

/// Signs in from the relay's own page.
pub(crate) async fn sign_in(relay: &Arc<Relay>, user: &str, password: &str) -> Answer {
    let body = serde_json::json!({ "user": user, "password": password });
    post(relay, "/api/sign-in", ORIGIN, "", body.to_string()).await
}

/// Signs Anna in and returns her cookie.
pub(crate) async fn annas_cookie(relay: &Arc<Relay>) -> String {
    let answer = sign_in(relay, ANNA, PASSWORD).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    answer.cookie()
}
