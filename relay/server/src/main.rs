//! The binary `cordboard`: reads the command line, says in one sentence what is served or what is wrong.

use std::io::{self, BufRead as _, IsTerminal as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use clap::{Args, Parser, Subcommand};
use cordboard_relay::{Assets, Config, Practice, Relay, hash_password, practise, reach, serve, what_to_dial};
use cordboard_wire::INCOMING_CALLS;
use tracing_subscriber::EnvFilter;

/// Where the relay listens unless told otherwise: only this computer reaches it.
const LISTEN: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 8080);

/// What went wrong, as one sentence for whoever started the relay.
type Fault = Box<dyn std::error::Error>;

/// Cordboard's relay: serves the console, signs operators in, tunnels SIP to the PBX.
#[derive(Parser)]
#[command(version, args_conflicts_with_subcommands = true)]
struct CommandLine {
    #[command(subcommand)]
    errand: Option<Errand>,
    #[command(flatten)]
    serve: Serve,
}

#[derive(Subcommand)]
enum Errand {
    /// Reads a password from standard input and prints its hash for the configuration
    HashPassword,
    /// Checks a configuration and whether the PBX can be reached, without serving anything
    Check {
        /// The configuration file
        #[arg(long, value_name = "FILE")]
        config: PathBuf,
    },
}

#[derive(Args)]
struct Serve {
    /// The configuration file (TOML; see cordboard.example.toml)
    #[arg(long, value_name = "FILE", conflicts_with = "practice", env = "CORDBOARD_CONFIG")]
    config: Option<PathBuf>,
    /// Serves the practice exchange instead of a PBX: colleagues and callers to try the console with
    #[arg(long)]
    practice: bool,
    /// How often a caller rings all practice operators; 0 for never
    #[arg(long, value_name = "SECONDS", default_value_t = 40, requires = "practice")]
    callers: u64,
    /// Address and port to listen on [default: the configuration's, or 127.0.0.1:8080]
    #[arg(long, value_name = "ADDR")]
    listen: Option<SocketAddr>,
    /// The folder with the built console
    #[arg(long, value_name = "DIR", default_value = "dist", env = "CORDBOARD_ASSETS")]
    assets: PathBuf,
}

#[tokio::main]
async fn main() -> ExitCode {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    let colours = io::stderr().is_terminal();
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr).with_ansi(colours).init();
    let CommandLine { errand, serve } = CommandLine::parse();
    let done = match errand {
        Some(Errand::HashPassword) => print_hash(),
        Some(Errand::Check { config }) => check(&config).await,
        None => serve.run().await,
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            eprintln!("{fault}");
            ExitCode::from(2)
        }
    }
}

impl Serve {
    fn practice(&self) -> Practice {
        // A console on another computer reaches the sound at the address where it reached the page, if that is one.
        let media = self.listen.map(|at| at.ip()).filter(|ip| !ip.is_unspecified());
        let ring_every = Some(Duration::from_secs(self.callers)).filter(|every| !every.is_zero());
        Practice {
            media: media.unwrap_or(LISTEN.ip()),
            ring_every,
            incoming_calls: INCOMING_CALLS,
            telephones: 0,
        }
    }

    async fn run(self) -> Result<(), Fault> {
        // The exchange lives as long as this does.
        let (config, _exchange) = match (&self.config, self.practice) {
            (Some(file), _) => (Config::load(file)?, None),
            (None, true) => {
                let (config, exchange) = practise(self.practice()).await?;
                (config, Some(exchange))
            }
            (None, false) => {
                return Err("Say what to serve: --config FILE for a PBX, or --practice without one.".into());
            }
        };
        let at = self.listen.or(config.listen).unwrap_or(LISTEN);
        let behind =
            if config.practice { "practice exchange, no PBX needed".to_owned() } else { pbx(&config) };
        let public = config.public_url.as_ref().map(|url| url.as_str().to_owned());
        let sheet = if config.practice { format!("\n{}", what_to_dial().trim_end()) } else { String::new() };
        let relay = Relay::new(config, Assets::load(&self.assets)?)?;
        let asked = Arc::clone(&relay);
        tokio::spawn(async move {
            if let Err(unreachable) = reach(&asked).await {
                // After a power cut the relay may well be up first. It serves, and consoles say what is missing.
                tracing::warn!("{unreachable}");
            }
        });
        let listening = move |at: SocketAddr| {
            let place = public.map_or_else(|| format!("http://{at}"), |url| format!("{url}, by way of {at}"));
            eprintln!("Cordboard is at {place} ({behind}){sheet}");
        };
        Ok(serve(relay, at, listening, told_to_stop()?).await?)
    }
}

fn pbx(config: &Config) -> String {
    let upstreams: Vec<String> = config.upstreams.iter().map(ToString::to_string).collect();
    format!("PBX {}", upstreams.join(", then "))
}

async fn check(file: &Path) -> Result<(), Fault> {
    let relay = Relay::new(Config::load(file)?, Assets::none())?;
    reach(&relay).await?;
    eprintln!("{} is in order, and the telephone system answers.", file.display());
    Ok(())
}

fn print_hash() -> Result<(), Fault> {
    let mut password = String::new();
    io::stdin().lock().read_line(&mut password)?;
    let password = password.trim_end_matches(['\r', '\n']);
    if password.is_empty() {
        return Err("Type the password, or pipe it in: cordboard hash-password < FILE".into());
    }
    writeln!(io::stdout(), "{}", hash_password(password)?)?;
    Ok(())
}

/// Resolves on Ctrl+C and when the system asks to stop.
fn told_to_stop() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}
