//! The media gateway beside Kamailio: DTLS-SRTP with ICE on the browser's side, plain RTP on the telephones'.

use tokio::net::TcpStream;
use tokio::process::Command;

use crate::process::Process;
use crate::{Failed, Stage};

/// A running rtpengine.
#[derive(Debug)]
pub struct Rtpengine {
    _process: Process,
}

impl Rtpengine {
    /// Where Kamailio sends its orders; also named in `kamailio.cfg`.
    const ORDERS: &str = "127.0.0.1:22222";
    /// A console for people; it is TCP and opens last, so it tells that the rest is up.
    const CONSOLE: &str = "127.0.0.1:22223";

    /// Starts it and waits until it takes orders.
    ///
    /// # Errors
    /// When it is not installed or does not come up.
    pub async fn start(stage: &Stage) -> Result<Self, Failed> {
        let mut command = Command::new("rtpengine");
        command.args(["--foreground", "--log-stderr", "--log-level=5"]);
        // No kernel module: packets are copied by the process itself.
        command.args(["--table=-1", "--interface=127.0.0.1"]);
        command.arg(format!("--listen-ng={}", Self::ORDERS)).arg(format!("--listen-cli={}", Self::CONSOLE));
        command.args(["--port-min=40000", "--port-max=43999", "--delete-delay=0", "--num-threads=2"]);
        let mut process = Process::start(stage, "rtpengine", command)?;
        process
            .ready(async || {
                let connected = TcpStream::connect(Self::CONSOLE).await;
                connected.map(drop).map_err(|problem| Failed::new(problem.to_string()))
            })
            .await?;
        Ok(Self { _process: process })
    }
}
