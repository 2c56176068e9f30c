//! Real telephones that transfer: PJSUA2, driven by `peers/pjsua2/telephone.py`.
//!
//! baresip knows no Replaces at all; these know REFER and Replaces in every role, reliable provisional responses and
//! session timers.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{ChildStdin, ChildStdout, Command};
use tokio::time::timeout;

use crate::ear::{Ear, media_ports_of, tone_of};
use crate::kamailio::Kamailio;
use crate::process::Process;
use crate::story::target;
use crate::wait::SOON;
use crate::{Failed, Stage};

/// What the telephone does, and how far it goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Habits {
    /// What it answers at once when it is called: 180 is ringing, 200 is answering.
    pub when_called: u16,
    /// How it reaches the PBX: `udp` or `tcp`.
    pub transport: &'static str,
    /// Reliable provisional responses (RFC 3262): `never`, `optional` or `always`.
    pub reliable: &'static str,
    /// Session timers (RFC 4028): `never`, `optional` or `always`.
    pub timer: &'static str,
    /// The session interval that it asks for, seconds.
    pub session_expires: u32,
    /// The shortest session interval that it accepts, seconds.
    pub min_se: u32,
    /// Whether it watches its mailbox (RFC 3842).
    pub messages: bool,
}

impl Default for Habits {
    fn default() -> Self {
        Self {
            when_called: 180,
            transport: "udp",
            reliable: "never",
            timer: "never",
            session_expires: 1800,
            min_se: 90,
            messages: false,
        }
    }
}

/// One call of a telephone, numbered by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PjsuaCall(i64);

/// A telephone registered at [`Kamailio`].
#[derive(Debug)]
pub struct Pjsua {
    number: u16,
    orders: ChildStdin,
    told: Lines<BufReader<ChildStdout>>,
    /// Told, and not yet waited for.
    events: Vec<Value>,
    ordered: u64,
    evidence: PathBuf,
    ear: Ear,
    _process: Process,
}

impl Pjsua {
    /// Starts the telephone with this number (from 201 to 399) and waits until it is registered.
    ///
    /// # Errors
    /// When PJSUA2 is not installed, does not come up, or is not registered in time.
    pub async fn start(stage: &Stage, pbx: &Kamailio, number: u16, habits: &Habits) -> Result<Self, Failed> {
        let name = format!("pjsua-{number}");
        let python = target().join("python/bin/python");
        if !python.is_file() {
            return Err(Failed::new("PJSUA2 is not installed; run cargo xtask setup peers"));
        }
        let ports = media_ports_of(number);
        let settings = json!({
            "number": number.to_string(),
            "password": format!("pw{number}"),
            "domain": Kamailio::DOMAIN,
            "server": Kamailio::SIP,
            "port": 20_000 + 10 * number,
            "first_media_port": ports.start(),
            "media_ports": ports.end() - ports.start(),
            "tone": tone_of(number),
            "log": stage.folder().join(format!("{name}.pjsip.log")),
            "when_called": habits.when_called,
            "transport": habits.transport,
            "reliable": habits.reliable,
            "timer": habits.timer,
            "session_expires": habits.session_expires,
            "min_se": habits.min_se,
            "messages": habits.messages,
        });
        let mut command = Command::new(python);
        command.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("peers/pjsua2/telephone.py"));
        command.arg(settings.to_string());
        let (process, orders, told) = Process::start_talking(stage, &name, command)?;
        let mut telephone = Self {
            number,
            orders,
            told: BufReader::new(told).lines(),
            events: Vec::new(),
            ordered: 0,
            evidence: stage.folder().join(format!("{name}.events")),
            ear: pbx.ear(&name, ports),
            _process: process,
        };
        let registration = telephone.tells("registration", |_| true).await?;
        match registration["status"].as_i64() {
            Some(200) => Ok(telephone),
            _ => Err(Failed::new(format!("{name} is not registered: {registration}"))),
        }
    }

    /// The number that others dial.
    pub fn number(&self) -> String {
        self.number.to_string()
    }

    /// What it speaks with, in hertz: each last digit has another tone.
    pub fn tone(&self) -> f64 {
        f64::from(tone_of(self.number))
    }

    /// What it hears.
    pub fn ear(&self) -> &Ear {
        &self.ear
    }

    /// Calls a number.
    ///
    /// # Errors
    /// When the telephone refuses the order.
    pub async fn dial(&mut self, number: &str) -> Result<PjsuaCall, Failed> {
        self.dial_with(number, json!({})).await
    }

    /// Calls a number with more headers in the INVITE, by their names.
    ///
    /// # Errors
    /// When the telephone refuses the order.
    pub async fn dial_with(&mut self, number: &str, headers: Value) -> Result<PjsuaCall, Failed> {
        let to = format!("sip:{number}@{}", Kamailio::DOMAIN);
        self.order(json!({ "do": "call", "to": to, "headers": headers })).await
    }

    /// Answers a call that rings with a status: 200 takes it, 183 gives early media, 486 declines.
    ///
    /// # Errors
    /// When the telephone refuses the order.
    pub async fn answer(&mut self, call: PjsuaCall, status: u16) -> Result<(), Failed> {
        self.order(json!({ "do": "answer", "call": call.0, "status": status })).await.map(drop)
    }

    /// Does something to a call that needs no more words: `hang_up`, `hold`, `resume`, `reinvite`, `update`.
    ///
    /// # Errors
    /// When the telephone refuses the order.
    pub async fn act(&mut self, what: &str, call: PjsuaCall) -> Result<(), Failed> {
        self.order(json!({ "do": what, "call": call.0 })).await.map(drop)
    }

    /// Sends the far end of a call on to a number, unasked (RFC 3515).
    ///
    /// # Errors
    /// When the telephone refuses the order.
    pub async fn send_on(&mut self, call: PjsuaCall, number: &str) -> Result<(), Failed> {
        let to = format!("sip:{number}@{}", Kamailio::DOMAIN);
        self.order(json!({ "do": "send_on", "call": call.0, "to": to })).await.map(drop)
    }

    /// Connects the far ends of two calls with each other (RFC 3891): the first is sent to the second.
    ///
    /// # Errors
    /// When the telephone refuses the order.
    pub async fn connect(&mut self, call: PjsuaCall, with: PjsuaCall) -> Result<(), Failed> {
        self.order(json!({ "do": "connect", "call": call.0, "with": with.0 })).await.map(drop)
    }

    /// Waits until the telephone rings, and gives the call.
    ///
    /// # Errors
    /// When it does not in time.
    pub async fn rings(&mut self) -> Result<PjsuaCall, Failed> {
        let told = self.tells("rings", |_| true).await?;
        Ok(PjsuaCall(told["call"].as_i64().unwrap_or(-1)))
    }

    /// Waits for something about a call: `early`, `talks`, `over`, `holds` (it holds the other side), `held` (the
    /// other side holds it), `hears`, `sent_on`, `transfer`, `replaced`; gives all that was told of it.
    ///
    /// # Errors
    /// When it does not happen in time.
    pub async fn is(&mut self, event: &str, call: PjsuaCall) -> Result<Value, Failed> {
        self.tells(event, |told| told["call"] == json!(call.0)).await
    }

    /// Waits for an event, and takes it out of those that were told; the others stay to be waited for.
    ///
    /// # Errors
    /// When it does not come in time.
    pub async fn tells(&mut self, event: &str, which: impl Fn(&Value) -> bool) -> Result<Value, Failed> {
        let wanted = |told: &Value| told["event"] == json!(event) && which(told);
        let wait = async {
            loop {
                if let Some(place) = self.events.iter().position(&wanted) {
                    return Ok(self.events.remove(place));
                }
                self.hear().await?;
            }
        };
        match timeout(SOON, wait).await {
            Ok(outcome) => outcome,
            Err(_) => {
                let rest: Vec<String> = self.events.iter().map(Value::to_string).collect();
                Err(Failed::new(format!(
                    "pjsua {} told no {event}, only\n  {}",
                    self.number,
                    rest.join("\n  ")
                )))
            }
        }
    }

    async fn order(&mut self, mut order: Value) -> Result<PjsuaCall, Failed> {
        self.ordered += 1;
        let number = json!(self.ordered);
        order["order"] = number.clone();
        self.note(&order)?;
        let lost = |problem| Failed::new(format!("pjsua {} takes no orders: {problem}", self.number));
        self.orders.write_all(format!("{order}\n").as_bytes()).await.map_err(lost)?;
        let ours = |told: &Value| told["order"] == number;
        let wait = async {
            loop {
                if let Some(place) = self.events.iter().position(ours) {
                    return Ok(self.events.remove(place));
                }
                self.hear().await?;
            }
        };
        let late = |_| Failed::new(format!("{order}: no answer"));
        let answer: Value = timeout(SOON, wait).await.map_err(late)??;
        match answer["call"].as_i64() {
            Some(call) => Ok(PjsuaCall(call)),
            None => Err(Failed::new(format!("{order}: {answer}"))),
        }
    }

    /// Reads one more event.
    async fn hear(&mut self) -> Result<(), Failed> {
        let lost = |reason: String| Failed::new(format!("pjsua {} tells no more: {reason}", self.number));
        let line = self.told.next_line().await.map_err(|problem| lost(problem.to_string()))?;
        let line = line.ok_or_else(|| lost("it has ended; its log says why".to_owned()))?;
        let told = serde_json::from_str(&line).map_err(|problem| lost(format!("{line}: {problem}")))?;
        self.note(&told)?;
        self.events.push(told);
        Ok(())
    }

    /// Keeps what was said as evidence.
    fn note(&self, said: &Value) -> Result<(), Failed> {
        let file = fs::File::options().create(true).append(true).open(&self.evidence);
        let written = file.and_then(|mut file| writeln!(file, "{said}"));
        written.map_err(|problem| Failed::new(format!("{}: {problem}", self.evidence.display())))
    }
}
