//! The real relay, as an administrator starts it.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::process::Command;

use crate::kamailio::Kamailio;
use crate::process::Process;
use crate::story::programs;
use crate::{Failed, Stage};

/// An operator of a relay in front of [`Kamailio`].
#[derive(Clone, Debug)]
pub struct Operator {
    /// The name to sign in with.
    pub user: String,
    /// The password to sign in with.
    pub password: String,
    /// The name to show.
    pub name: String,
    /// The number at the PBX.
    pub number: u16,
    /// The password at the PBX.
    pub sip_password: String,
    /// The team, if there is one.
    pub team: Option<String>,
}

impl Operator {
    /// Somebody whose PBX account is in order.
    pub fn new(name: &str, number: u16) -> Self {
        Self {
            user: name.to_lowercase(),
            password: format!("{name} at the desk"),
            name: name.to_owned(),
            number,
            sip_password: format!("pw{number}"),
            team: None,
        }
    }
}

/// A running relay that serves the built console.
#[derive(Debug)]
pub struct Relay {
    process: Process,
}

/// Each story has a loopback of its own, so the port can be fixed.
pub(crate) const PORT: u16 = 8080;

impl Relay {
    const ADDRESS: &str = "127.0.0.1:8080";

    /// Starts a relay with its practice exchange, and nobody who rings by himself.
    ///
    /// # Errors
    /// When it is not built or does not come up.
    pub async fn practising(stage: &Stage) -> Result<Self, Failed> {
        let mut command = Self::command()?;
        command.args(["--practice", "--callers", "0"]);
        Self::start(stage, command).await
    }

    /// Starts a relay in front of Kamailio for these operators.
    ///
    /// # Errors
    /// When it is not built, refuses the configuration, or does not come up.
    pub async fn before_kamailio(stage: &Stage, operators: &[&Operator]) -> Result<Self, Failed> {
        Self::start_configured(stage, &configuration(operators).await?).await
    }

    /// As [`before_kamailio`](Self::before_kamailio), with a directory of these people of the company's own: CSV with a
    /// header. Their telephones are watched.
    ///
    /// # Errors
    /// As [`before_kamailio`](Self::before_kamailio).
    pub async fn before_kamailio_with_people(
        stage: &Stage,
        operators: &[&Operator],
        people: &str,
    ) -> Result<Self, Failed> {
        write(&stage.folder().join("people.csv"), people)?;
        let directory = "[[directory]]\nname = \"Staff\"\nlocal = true\nfile = \"people.csv\"\n";
        Self::start_configured(stage, &(configuration(operators).await? + directory)).await
    }

    /// As [`before_kamailio`](Self::before_kamailio), with more keys at the top of the configuration.
    ///
    /// # Errors
    /// As [`before_kamailio`](Self::before_kamailio).
    pub async fn before_kamailio_with(
        stage: &Stage,
        operators: &[&Operator],
        keys: &str,
    ) -> Result<Self, Failed> {
        Self::start_configured(stage, &format!("{keys}\n{}", configuration(operators).await?)).await
    }

    async fn start_configured(stage: &Stage, configuration: &str) -> Result<Self, Failed> {
        let path = stage.folder().join("cordboard.toml");
        write(&path, configuration)?;
        let mut command = Self::command()?;
        command.arg("--config").arg(&path);
        Self::start(stage, command).await
    }

    /// The address that a browser opens.
    pub fn url() -> String {
        format!("http://{}/", Self::ADDRESS)
    }

    /// Ends the relay; its tunnels are closed in order.
    ///
    /// # Errors
    /// When it does not end.
    pub async fn stop(self) -> Result<(), Failed> {
        self.process.stop().await
    }

    fn command() -> Result<Command, Failed> {
        let dist = Path::new(env!("CARGO_MANIFEST_DIR")).join("../dist");
        if !dist.join("index.html").is_file() {
            return Err(Failed::new("the console is not built; run cargo xtask dist"));
        }
        let mut command = Command::new(program()?);
        command.arg("--listen").arg(Self::ADDRESS).arg("--assets").arg(dist);
        Ok(command)
    }

    async fn start(stage: &Stage, command: Command) -> Result<Self, Failed> {
        let mut process = Process::start(stage, "relay", command)?;
        process.ready(async || is_healthy().await).await?;
        Ok(Self { process })
    }
}

/// The relay's program; Cargo builds no programs of other packages for a test.
fn program() -> Result<PathBuf, Failed> {
    let program = programs().join("cordboard");
    if program.is_file() {
        Ok(program)
    } else {
        Err(Failed::new("the relay is not built; run cargo build -p cordboard-relay"))
    }
}

fn write(path: &Path, text: &str) -> Result<(), Failed> {
    fs::write(path, text).map_err(|problem| Failed::new(format!("{}: {problem}", path.display())))
}

/// Has the relay make the hash of a password, as an administrator would.
async fn hash_of(password: &str) -> Result<String, Failed> {
    let failed = |problem: std::io::Error| Failed::new(format!("cordboard hash-password: {problem}"));
    let mut command = Command::new(program()?);
    command.arg("hash-password").stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().map_err(failed)?;
    if let Some(mut input) = child.stdin.take() {
        input.write_all(format!("{password}\n").as_bytes()).await.map_err(failed)?;
    }
    let output = child.wait_with_output().await.map_err(failed)?;
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

async fn is_healthy() -> Result<(), Failed> {
    let ask = async {
        let mut stream = TcpStream::connect(Relay::ADDRESS).await?;
        let request =
            format!("GET /healthz HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", Relay::ADDRESS);
        stream.write_all(request.as_bytes()).await?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.map(|_| answer)
    };
    let answer = ask.await.map_err(|problem: std::io::Error| Failed::new(problem.to_string()))?;
    let first = answer.lines().next().unwrap_or_default();
    if first.contains(" 200 ") { Ok(()) } else { Err(Failed::new(format!("it answers {first}"))) }
}

/// What an administrator would write for a small company.
async fn configuration(operators: &[&Operator]) -> Result<String, Failed> {
    let domain = Kamailio::DOMAIN;
    let mut text = format!(
        "company = \"Ashgrove Surgery\"\n\
         upstream = \"{}\"\n\
         [numbering]\n\
         country_code = \"44\"\ntrunk_prefix = \"0\"\ninternational_prefix = \"00\"\nextension_length = 3\n",
        Kamailio::WEBSOCKET
    );
    for Operator { user, password, name, number, sip_password, team } in operators {
        let hash = hash_of(password).await?;
        let team = team.as_ref().map(|team| format!("team = {team:?}\n")).unwrap_or_default();
        // Writing to a String cannot fail.
        let _ = write!(
            text,
            "[[user]]\nuser = \"{user}\"\nname = \"{name}\"\n{team}password_hash = \"{hash}\"\n\
             [user.account]\naor = \"{number}@{domain}\"\npassword = \"{sip_password}\"\ncodecs = [\"PCMA\", \"PCMU\"]\n"
        );
    }
    Ok(text)
}
