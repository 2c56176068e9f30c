//! Real telephones: baresip, each with a tone of its own to speak with and a recording of what it hears.

use std::collections::VecDeque;
use std::fs;
use std::path::PathBuf;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::process::Command;
use tokio::time::timeout;

use crate::ear::{Ear, media_ports_of, tone_of};
use crate::kamailio::Kamailio;
use crate::process::Process;
use crate::sound::Sound;
use crate::wait::{SOON, eventually};
use crate::{Failed, Stage};

/// What a telephone does when it is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhenCalled {
    /// It rings until [`Phone::accept`].
    Ring,
    /// It answers by itself.
    Answer,
}

/// A telephone registered at [`Kamailio`].
#[derive(Debug)]
pub struct Phone {
    number: u16,
    folder: PathBuf,
    orders: TcpStream,
    received: Vec<u8>,
    events: VecDeque<Value>,
    asked: u64,
    ear: Ear,
    _process: Process,
}

impl Phone {
    /// Starts the telephone with this number (from 201 to 399), speaking with a tone of [`tone`](Self::tone) hertz,
    /// and waits until it is registered.
    ///
    /// # Errors
    /// When baresip is not installed, does not come up, or is not registered in time.
    pub async fn start(
        stage: &Stage,
        pbx: &Kamailio,
        number: u16,
        when_called: WhenCalled,
    ) -> Result<Self, Failed> {
        let name = format!("phone-{number}");
        let folder = stage.folder().join(&name);
        let write = |file: &str, text: String| {
            let path = folder.join(file);
            fs::write(&path, text).map_err(|problem| Failed::new(format!("{}: {problem}", path.display())))
        };
        fs::create_dir_all(&folder)
            .map_err(|problem| Failed::new(format!("{}: {problem}", folder.display())))?;
        // It also takes the port after its SIP port.
        let sip_port = 20_000 + 10 * number;
        let orders_port = sip_port + 5;
        let ports = media_ports_of(number);
        let media = format!("{}-{}", ports.start(), ports.end());
        write("config", configuration(sip_port, orders_port, &media, tone_of(number)))?;
        write("accounts", account(number, when_called))?;
        write("contacts", String::new())?;

        let mut command = Command::new("stdbuf");
        // Recordings go to the current folder: baresip cuts longer paths.
        command.args(["-oL", "baresip", "-4", "-s", "-f", "."]).current_dir(&folder);
        let mut process = Process::start(stage, &name, command)?;
        let orders = process
            .ready(async || {
                let connected = TcpStream::connect(("127.0.0.1", orders_port)).await;
                connected.map_err(|problem| Failed::new(problem.to_string()))
            })
            .await?;
        process
            .ready(async || match process_says(stage, &name).contains("200 OK") {
                true => Ok(()),
                false => Err(Failed::new("it is not registered")),
            })
            .await?;
        let (received, events) = (Vec::new(), VecDeque::new());
        let ear = pbx.ear(&name, ports);
        Ok(Self { number, folder, orders, received, events, asked: 0, ear, _process: process })
    }

    /// The number that others dial.
    pub fn number(&self) -> String {
        self.number.to_string()
    }

    /// What it speaks with, in hertz: each number has another tone.
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
    pub async fn dial(&mut self, number: &str) -> Result<(), Failed> {
        self.order("dial", &format!("sip:{number}@{}", Kamailio::DOMAIN)).await
    }

    /// Answers the call that rings.
    ///
    /// # Errors
    /// When the telephone refuses the order.
    pub async fn accept(&mut self) -> Result<(), Failed> {
        self.order("accept", "").await
    }

    /// Puts the other side on hold.
    ///
    /// # Errors
    /// When the telephone refuses the order.
    pub async fn hold(&mut self) -> Result<(), Failed> {
        self.order("hold", "").await
    }

    /// Takes the other side back from hold.
    ///
    /// # Errors
    /// When the telephone refuses the order.
    pub async fn resume(&mut self) -> Result<(), Failed> {
        self.order("resume", "").await
    }

    /// Sends the other side on to a number, unasked, and hangs up when that has worked.
    ///
    /// # Errors
    /// When the telephone refuses the order.
    pub async fn send_on(&mut self, number: &str) -> Result<(), Failed> {
        self.order("transfer", &format!("sip:{number}@{}", Kamailio::DOMAIN)).await
    }

    /// Ends the call.
    ///
    /// # Errors
    /// When the telephone refuses the order.
    pub async fn hang_up(&mut self) -> Result<(), Failed> {
        self.order("hangup", "").await
    }

    /// Waits until the telephone rings.
    ///
    /// # Errors
    /// When it does not in time.
    pub async fn rings(&mut self) -> Result<(), Failed> {
        self.tells("CALL_INCOMING").await
    }

    /// Waits until a call is answered, whichever side called.
    ///
    /// # Errors
    /// When none is in time.
    pub async fn talks(&mut self) -> Result<(), Failed> {
        self.tells("CALL_ESTABLISHED").await
    }

    /// Waits until a call has ended.
    ///
    /// # Errors
    /// When none does in time.
    pub async fn is_free(&mut self) -> Result<(), Failed> {
        self.tells("CALL_CLOSED").await
    }

    /// Waits for an event of baresip's, leaving out those before it.
    async fn tells(&mut self, event: &str) -> Result<(), Failed> {
        let number = self.number;
        let mut seen = Vec::new();
        let wait = async {
            loop {
                while let Some(told) = self.events.pop_front() {
                    let kind = told["type"].as_str().unwrap_or_default().to_owned();
                    if kind == event {
                        return Ok(());
                    }
                    seen.push(kind);
                }
                self.hear().await?;
            }
        };
        match timeout(SOON, wait).await {
            Ok(outcome) => outcome,
            Err(_) => Err(Failed::new(format!("phone {number} told no {event} in time, only {seen:?}"))),
        }
    }

    /// Gives an order and waits for its answer.
    async fn order(&mut self, command: &str, argument: &str) -> Result<(), Failed> {
        self.asked += 1;
        let token = self.asked.to_string();
        let order = json!({ "command": command, "params": argument, "token": token }).to_string();
        let framed = format!("{}:{order},", order.len());
        let lost = |problem| Failed::new(format!("{command}: the telephone's control is lost: {problem}"));
        self.orders.write_all(framed.as_bytes()).await.map_err(lost)?;
        let answered = async {
            loop {
                let answer = self.events.iter().position(|told| told["token"] == json!(token));
                if let Some(answer) = answer.and_then(|place| self.events.remove(place)) {
                    return Ok(answer);
                }
                self.hear().await?;
            }
        };
        let answer: Result<Value, Failed> = timeout(SOON, answered)
            .await
            .unwrap_or_else(|_| Err(Failed::new(format!("{command}: no answer"))));
        let answer = answer?;
        if answer["ok"] == json!(true) {
            Ok(())
        } else {
            Err(Failed::new(format!("{command} {argument}: {}", answer["data"])))
        }
    }

    /// Reads until at least one more message is there.
    async fn hear(&mut self) -> Result<(), Failed> {
        loop {
            if let Some(message) = take_netstring(&mut self.received) {
                let told = serde_json::from_slice(&message)
                    .map_err(|problem| Failed::new(format!("phone {}: {problem}", self.number)))?;
                self.events.push_back(told);
                return Ok(());
            }
            let mut part = [0; 4096];
            let lost = |reason: String| Failed::new(format!("the telephone's control is lost: {reason}"));
            let count = self.orders.read(&mut part).await.map_err(|problem| lost(problem.to_string()))?;
            if count == 0 {
                return Err(lost("it has ended".to_owned()));
            }
            self.received.extend(part.get(..count).unwrap_or_default());
        }
    }

    /// Waits until what it recorded of the other side is so; baresip stops recording when a call is held.
    ///
    /// # Errors
    /// When it is not in time.
    pub async fn records(&self, what: &str, is_so: impl Fn(&Sound) -> bool) -> Result<(), Failed> {
        eventually(&format!("phone {} to record {what}", self.number), SOON, async || {
            let sound = self.recorded()?;
            // It is written in blocks.
            match is_so(&sound) {
                true => Ok(()),
                false => Err(Failed::new(format!("{:.1} s of something else", sound.seconds()))),
            }
        })
        .await
    }

    fn recorded(&self) -> Result<Sound, Failed> {
        let folder = fs::read_dir(&self.folder).map_err(|problem| Failed::new(problem.to_string()))?;
        let files = folder.filter_map(Result::ok).map(|entry| entry.path());
        // dump-<when>-dec.wav is what was decoded; the name sorts by time.
        let latest = files.filter(|path| path.to_string_lossy().ends_with("-dec.wav")).max();
        Sound::read(
            &latest.ok_or_else(|| Failed::new(format!("phone {} has recorded nothing", self.number)))?,
        )
    }
}

fn process_says(stage: &Stage, name: &str) -> String {
    let log = stage.folder().join(format!("{name}.log"));
    fs::read(log).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default()
}

/// Takes one complete `<length>:<content>,` from the front of what was received.
fn take_netstring(received: &mut Vec<u8>) -> Option<Vec<u8>> {
    let colon = received.iter().position(|&byte| byte == b':')?;
    let length: usize = std::str::from_utf8(received.get(..colon)?).ok()?.trim().parse().ok()?;
    let end = colon + 1 + length;
    let content = received.get(colon + 1..end)?.to_vec();
    // The comma belongs to it.
    received.get(end)?;
    received.drain(..=end);
    Some(content)
}

fn configuration(sip_port: u16, orders_port: u16, media: &str, tone: u16) -> String {
    format!(
        "\
poll_method epoll
sip_listen 127.0.0.1:{sip_port}
net_interface 127.0.0.1
rtp_ports {media}
audio_source ausine,{tone}
ausrc_srate 48000
auplay_srate 8000
ausrc_channels 2
auplay_channels 1
audio_path /usr/share/baresip
snd_path .
ctrl_tcp_listen 127.0.0.1:{orders_port}
module_path /usr/lib/baresip/modules
module g711.so
module ausine.so
module sndfile.so
module_app account.so
module_app contact.so
module_app menu.so
module_app ctrl_tcp.so
"
    )
}

fn account(number: u16, when_called: WhenCalled) -> String {
    let (domain, server) = (Kamailio::DOMAIN, Kamailio::SIP);
    let mode = match when_called {
        WhenCalled::Ring => "manual",
        WhenCalled::Answer => "auto",
    };
    format!(
        "<sip:{number}@{domain};transport=udp>;outbound=\"sip:{server};transport=udp\";auth_user={number};\
         auth_pass=pw{number};answermode={mode};audio_codecs=pcma,pcmu;regint=600\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_in_two_parts_is_read_when_it_is_whole() {
        let mut received = b"5:hel".to_vec();
        assert_eq!(take_netstring(&mut received), None);
        received.extend(b"lo,3:you,");
        assert_eq!(take_netstring(&mut received), Some(b"hello".to_vec()));
        assert_eq!(take_netstring(&mut received), Some(b"you".to_vec()));
        assert_eq!(take_netstring(&mut received), None);
    }
}
