//! A real PBX: Kamailio with SIP over WebSocket for consoles and over UDP for telephones.
//!
//! Users are the three-digit numbers from 101 to 399; the password of 101 is `pw101`.

use std::fs;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::process::Command;

use crate::ear::Ear;
use crate::process::Process;
use crate::rtpengine::Rtpengine;
use crate::wiretap::Wiretap;
use crate::{Failed, Stage};

/// How it is set up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SetUp {
    /// One server, passwords hidden by MD5, which is all that most telephones know.
    Plain,
    /// The same with SHA-256 (RFC 7616).
    Sha256,
    /// Behind an edge proxy that has the WebSockets (RFC 5626).
    BehindEdge,
}

/// Kamailio, the rtpengine beside it, and the tap on the wire to its telephones.
#[derive(Debug)]
pub struct Kamailio {
    process: Option<Process>,
    /// The proxy that has the WebSockets, if that is another one.
    edge: Option<Process>,
    set_up: SetUp,
    wire: Wiretap,
    _media: Rtpengine,
}

impl Kamailio {
    /// The SIP domain it serves.
    pub const DOMAIN: &str = "pbx.test";
    /// Where telephones register, over UDP.
    pub const SIP: &str = "127.0.0.1:15060";
    /// Where the relay connects to.
    pub const WEBSOCKET: &str = "ws://127.0.0.1:18080";
    /// The same without the scheme.
    const WEBSOCKET_ADDRESS: &str = "127.0.0.1:18080";

    /// Starts all and waits until WebSockets are accepted.
    ///
    /// # Errors
    /// When one is not installed or does not come up.
    pub async fn start(stage: &Stage) -> Result<Self, Failed> {
        Self::start_with(stage, SetUp::Plain).await
    }

    /// As [`start`](Self::start), set up in another way.
    ///
    /// # Errors
    /// When one is not installed or does not come up.
    pub async fn start_with(stage: &Stage, set_up: SetUp) -> Result<Self, Failed> {
        let wire = Wiretap::start(stage).await?;
        let mut kamailio =
            Self { process: None, edge: None, set_up, wire, _media: Rtpengine::start(stage).await? };
        kamailio.start_again(stage).await?;
        Ok(kamailio)
    }

    /// Starts Kamailio after [`stop`](Self::stop); it remembers no registration.
    ///
    /// # Errors
    /// When it does not come up.
    pub async fn start_again(&mut self, stage: &Stage) -> Result<(), Failed> {
        let tables = tables(stage)?;
        let mut defines = vec![format!("DATABASE=\"text://{}\"", tables.display())];
        match self.set_up {
            SetUp::Plain => {}
            SetUp::Sha256 => defines.push("WITH_SHA256".to_owned()),
            SetUp::BehindEdge => {
                defines.push("BEHIND_EDGE".to_owned());
                self.edge = Some(Self::run(stage, "edge", &[])?);
            }
        }
        let mut process = Self::run(stage, "kamailio", &defines)?;
        process.ready(async || listens(Self::SIP).await).await?;
        let with_websockets = self.edge.as_mut().unwrap_or(&mut process);
        with_websockets.ready(async || answers_http(Self::WEBSOCKET_ADDRESS).await).await?;
        self.process = Some(process);
        Ok(())
    }

    /// Runs Kamailio with one of our configurations.
    fn run(stage: &Stage, name: &str, defines: &[String]) -> Result<Process, Failed> {
        let folder = stage.folder().join(format!("{name}.run"));
        fs::create_dir_all(&folder)
            .map_err(|problem| Failed::new(format!("{}: {problem}", folder.display())))?;
        let configurations = Path::new(env!("CARGO_MANIFEST_DIR")).join("peers/kamailio");
        let mut command = Command::new("kamailio");
        // In the foreground, logging to standard error, with little memory.
        command.args(["-DD", "-E", "-m", "64", "-M", "8"]);
        command.arg("-f").arg(configurations.join(format!("{name}.cfg")));
        command.args(defines.iter().flat_map(|define| ["-A", define]));
        command.arg("-P").arg(folder.join("pid")).arg("-Y").arg(&folder).arg("-w").arg(&folder);
        Process::start(stage, name, command)
    }

    /// The ear of the telephone with these ports for media.
    pub(crate) fn ear(&self, telephone: &str, ports: RangeInclusive<u16>) -> Ear {
        Ear::new(telephone, self.wire.clone(), ports)
    }

    /// Ends Kamailio as an administrator would; every connection to it is lost.
    ///
    /// # Errors
    /// When it does not end.
    pub async fn stop(&mut self) -> Result<(), Failed> {
        match self.process.take() {
            Some(process) => process.stop().await,
            None => Ok(()),
        }
    }
}

/// The presence agent wants tables even if it keeps nothing in them; these are empty, as Kamailio's package brings them.
fn tables(stage: &Stage) -> Result<PathBuf, Failed> {
    let folder = stage.folder().join("tables");
    let failed = |problem| Failed::new(format!("{}: {problem}", folder.display()));
    fs::create_dir_all(&folder).map_err(failed)?;
    for table in ["version", "presentity", "active_watchers", "watchers", "xcap", "pua"] {
        let brought = Path::new("/usr/share/kamailio/dbtext/kamailio").join(table);
        fs::copy(brought, folder.join(table)).map_err(failed)?;
    }
    Ok(folder)
}

async fn listens(address: &str) -> Result<(), Failed> {
    let connected = TcpStream::connect(address).await;
    connected.map(drop).map_err(|problem| Failed::new(format!("{address}: {problem}")))
}

/// The port opens before workers listen on it; a page that is not there is an answer, and answers come from workers.
async fn answers_http(address: &str) -> Result<(), Failed> {
    let ask = async {
        let mut stream = TcpStream::connect(address).await?;
        stream.write_all(b"GET / HTTP/1.1\r\nHost: kamailio\r\nConnection: close\r\n\r\n").await?;
        let mut first = [0; 4];
        stream.read_exact(&mut first).await.map(|_| ())
    };
    ask.await.map_err(|problem: std::io::Error| Failed::new(format!("{address}: {problem}")))
}
