//! An office without a PBX: the practice exchange in the story's hands, and the relay in front of it.
//!
//! Both run within the test and not as a program, so that a story can let a caller ring when it wants to, and can ask
//! the exchange what it heard.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::Path;

use cordboard_practice::{CallId, Event, Exchange};
use cordboard_relay::config::{CrmPage, HoldMusic};
use cordboard_relay::{Assets, Config, Practice, Relay, practise, serve};
use cordboard_wire::INCOMING_CALLS;
use tokio::sync::broadcast::Receiver;
use tokio::sync::oneshot;
use tokio::time::timeout;

use crate::Failed;
use crate::gate::Gate;
use crate::sound::Sound;
use crate::wait::{SOON, eventually};

/// The tone that the practice machine at this extension plays, Hz.
pub fn tone_at(extension: &str) -> f64 {
    let digit = extension.chars().last().and_then(|digit| digit.to_digit(10)).unwrap_or_default();
    300.0 * f64::from(1 + digit)
}

/// A running office. Its operators are Robin Ashdown (201), Sam Velasquez (202) and Toni Barclay (203).
#[derive(Debug)]
pub struct Office {
    exchange: Exchange,
    events: Receiver<Event>,
}

impl Office {
    /// The exchange of an ordinary office: nobody rings by himself.
    pub const EXCHANGE: Practice = Practice {
        media: IpAddr::V4(Ipv4Addr::LOCALHOST),
        ring_every: None,
        incoming_calls: INCOMING_CALLS,
        telephones: 0,
    };
    /// A line of the first company.
    pub const LAW: &str = "02079460100";
    /// A line of the second company.
    pub const CLINIC: &str = "02079460200";
    /// The number of a caller whom the directory of customers knows, as Ottoline Marsh.
    pub const OTTOLINE: &str = "+442079460811";
    /// The number of another one, Percival Strand.
    pub const PERCIVAL: &str = "+441174960132";

    /// Opens it; nobody rings by himself.
    ///
    /// # Errors
    /// When the console is not built, or a port is taken.
    pub async fn open() -> Result<Self, Failed> {
        Self::open_at(crate::relay::PORT, Self::EXCHANGE, |_| {}).await
    }

    /// As [`open`](Self::open), with an exchange of these settings.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub async fn open_with_exchange(practice: Practice) -> Result<Self, Failed> {
        Self::open_at(crate::relay::PORT, practice, |_| {}).await
    }

    /// As [`open`](Self::open), where callers on hold hear this.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub async fn open_with_music(music: HoldMusic) -> Result<Self, Failed> {
        Self::open_at(crate::relay::PORT, Self::EXCHANGE, |config| config.hold_music = music).await
    }

    /// As [`open`](Self::open), with a CRM whose page about a caller has this address.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub async fn open_with_crm(page: &str) -> Result<Self, Failed> {
        let page = CrmPage::try_from(page.to_owned()).map_err(|problem| Failed::new(problem.to_string()))?;
        Self::open_at(crate::relay::PORT, Self::EXCHANGE, |config| config.crm = Some(page)).await
    }

    /// As [`open`](Self::open), with a gate in front of the relay.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub async fn open_behind_a_gate() -> Result<(Self, Gate), Failed> {
        let behind = crate::relay::PORT + 1;
        let office = Self::open_at(behind, Self::EXCHANGE, |_| {}).await?;
        let local = |port| SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let gate = Gate::open(local(crate::relay::PORT), local(behind)).await?;
        Ok((office, gate))
    }

    async fn open_at(
        port: u16,
        practice: Practice,
        change: impl FnOnce(&mut Config),
    ) -> Result<Self, Failed> {
        let failed = |problem: &dyn std::fmt::Display| Failed::new(problem.to_string());
        let (mut config, exchange) = practise(practice).await.map_err(|problem| failed(&problem))?;
        change(&mut config);
        let dist = Path::new(env!("CARGO_MANIFEST_DIR")).join("../dist");
        let assets = Assets::load(&dist).map_err(|problem| failed(&problem))?;
        let relay = Relay::new(config, assets).map_err(|problem| failed(&problem))?;
        let at = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let (listens, listening) = oneshot::channel();
        tokio::task::spawn_local(async move {
            // It ends with the story's runtime; a story that is over does not hear that it listened.
            let served = serve(
                relay,
                at,
                |_| {
                    let _ = listens.send(());
                },
                std::future::pending(),
            )
            .await;
            if let Err(problem) = served {
                eprintln!("{problem}");
            }
        });
        listening.await.map_err(|_| Failed::new("the relay does not listen"))?;
        let events = exchange.events();
        Ok(Self { exchange, events })
    }

    /// What the exchange tells from now on, for a story that counts.
    pub fn events(&self) -> Receiver<Event> {
        self.exchange.events()
    }

    /// How many subscriptions an operator's consoles have at the exchange.
    pub async fn subscriptions(&self, operator: &str) -> usize {
        self.exchange.subscriptions(operator).await
    }

    /// Lets a caller ring an operator on a line.
    ///
    /// # Errors
    /// When the operator has no console.
    pub async fn ring(&self, caller: &str, operator: &str, line: &str) -> Result<CallId, Failed> {
        let rung = self.exchange.ring(caller, operator, line).await;
        rung.map_err(|problem| Failed::new(format!("{caller} cannot ring {operator}: {problem}")))
    }

    /// As [`ring`](Self::ring), where the caller's side asks the console to answer by itself.
    ///
    /// # Errors
    /// As [`ring`](Self::ring).
    pub async fn speak_up(&self, caller: &str, operator: &str, line: &str) -> Result<CallId, Failed> {
        let rung = self.exchange.speak_up(caller, operator, line).await;
        rung.map_err(|problem| Failed::new(format!("{caller} cannot speak up at {operator}: {problem}")))
    }

    /// Lets a colleague be busy with a call of their own, or free again.
    pub async fn occupy(&self, extension: &str, busy: bool) {
        self.exchange.occupy(extension, busy).await;
    }

    /// Lets somebody outside ring a colleague.
    ///
    /// # Errors
    /// When there is no such colleague.
    pub async fn ring_colleague(&self, caller: &str, extension: &str) -> Result<CallId, Failed> {
        let rung = self.exchange.ring_colleague(caller, extension).await;
        rung.map_err(|problem| Failed::new(format!("{caller} cannot ring {extension}: {problem}")))
    }

    /// Waits until an operator dials a number, and gives the call.
    ///
    /// # Errors
    /// When nobody does.
    pub async fn is_called(&mut self, dialled: &str) -> Result<CallId, Failed> {
        let this = |event: &Event| matches!(event, Event::Dialled { number, .. } if number == dialled);
        let told = self.tells(&format!("a call to {dialled}"), this).await?;
        let Event::Dialled { call, .. } = told else {
            return Err(Failed::new(format!("{told:?} is no call")));
        };
        Ok(call)
    }

    /// Waits until what the exchange hears from the console in this call is all of some tones and none of others.
    ///
    /// # Errors
    /// With how much of each it heard instead.
    pub async fn hears_tones(&self, call: CallId, tones: &[f64], not: &[f64]) -> Result<(), Failed> {
        eventually(&format!("{call} to hear {tones:?} and not {not:?}"), SOON, async || {
            let heard = self.exchange.heard(call);
            let samples = heard.lately.iter().map(|sample| f64::from(*sample) / 32_768.0).collect();
            let sound = Sound::new(8_000, samples);
            if sound.seconds() < 0.4 {
                return Err(Failed::new(format!("{heard:?}")));
            }
            sound.is_all_of(tones, not).map_err(Failed::new)
        })
        .await
    }

    /// Lets a caller hang up, or give up ringing.
    pub async fn hang_up(&self, call: CallId) {
        self.exchange.hang_up(call).await;
    }

    /// Waits for something that the exchange tells, passing over what it tells before.
    ///
    /// # Errors
    /// With what it told instead.
    pub async fn tells(&mut self, what: &str, expected: impl Fn(&Event) -> bool) -> Result<Event, Failed> {
        let mut passed = Vec::new();
        let wait = async {
            loop {
                match self.events.recv().await {
                    Ok(event) if expected(&event) => return Some(event),
                    // Heard comes every second and says nothing here.
                    Ok(Event::Heard { .. }) => {}
                    Ok(event) => passed.push(event),
                    Err(_) => return None,
                }
            }
        };
        let found = timeout(SOON, wait).await.ok().flatten();
        found.ok_or_else(|| Failed::new(format!("the exchange did not tell {what}, only {passed:?}")))
    }

    /// Waits until the exchange hears a sound from the console in this call.
    ///
    /// # Errors
    /// With what it heard instead.
    pub async fn hears_sound(&self, call: CallId) -> Result<(), Failed> {
        let before = self.exchange.heard(call);
        eventually("the caller to hear a sound", SOON, async || {
            let now = self.exchange.heard(call);
            let more = now.packets.saturating_sub(before.packets);
            if more >= 25 && now.rms > 0.005 {
                Ok(())
            } else {
                Err(Failed::new(format!("{before:?}, then {now:?}")))
            }
        })
        .await
    }

    /// Waits until what the exchange hears from the console in this call is silence.
    ///
    /// # Errors
    /// With how loud it still is.
    pub async fn hears_nothing(&self, call: CallId) -> Result<(), Failed> {
        eventually("the caller to hear nothing", SOON, async || {
            let rms = self.exchange.heard(call).rms;
            if rms < 0.001 { Ok(()) } else { Err(Failed::new(format!("it is {rms:.3} loud"))) }
        })
        .await
    }
}
