//! One telephone: what it does by habit, and what it is ordered to do.

use std::collections::BTreeMap;
use std::time::Duration;

use cordboard_sip::sdp::Direction;
use cordboard_sip::{ActError, Event, Registration, SessionId, Urgency};
use cordboard_tests::phone::{Handset, Phone, Told};
use serde_json::json;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::time::Instant;

use crate::orders::{Order, watched};
use crate::report;

/// How long a telephone that is to end waits for the registrar.
const FAREWELL: Duration = Duration::from_secs(2);

/// So many seconds; nothing that is no time is waited for.
pub(crate) fn span(seconds: f64) -> Duration {
    Duration::try_from_secs_f64(seconds).unwrap_or_default()
}

/// What it does without being told.
#[derive(Clone, Debug)]
pub(crate) struct Habits {
    pub(crate) answer: Option<Duration>,
    pub(crate) refuse: Option<u16>,
    pub(crate) call: Option<String>,
    pub(crate) hang_up: Option<Duration>,
    pub(crate) again: Option<Duration>,
    pub(crate) watch: Vec<String>,
}

/// Something that is due.
#[derive(Clone, Debug)]
enum Due {
    Answer(SessionId),
    HangUp(SessionId),
    Call,
}

/// A telephone and its owner's habits.
pub(crate) struct Telephone {
    number: u32,
    phone: Phone,
    handset: Handset,
    habits: Habits,
    due: Vec<(Instant, Due)>,
    /// The calls, and the offer that the first answer to each is for.
    calls: BTreeMap<SessionId, Option<String>>,
    /// Registered once: what follows from that is done once.
    settled: bool,
}

impl Telephone {
    pub(crate) fn new(number: u32, phone: Phone, habits: Habits) -> Self {
        let handset = phone.handset();
        Self { number, phone, handset, habits, due: Vec::new(), calls: BTreeMap::new(), settled: false }
    }

    /// Lives until it is told to quit.
    pub(crate) async fn run(mut self, mut orders: UnboundedReceiver<Order>) {
        self.handset.act(|agent, now| agent.register(now));
        loop {
            let next = self.due.iter().map(|(at, _)| *at).min();
            tokio::select! {
                told = self.phone.turn() => self.hear(told),
                order = orders.recv() => match order {
                    None | Some(Order::Quit) => break,
                    Some(order) => self.obey(order),
                },
                () = tokio::time::sleep_until(next.unwrap_or_else(Instant::now)), if next.is_some() => self.do_what_is_due(),
            }
        }
        self.leave().await;
    }

    /// Ends its calls and its registration, as far as the other side takes part in that.
    async fn leave(mut self) {
        for session in std::mem::take(&mut self.calls).into_keys() {
            let done = self.handset.act(|agent, now| agent.hang_up(now, session));
            self.note(done);
        }
        self.handset.act(|agent, now| agent.unregister(now));
        let until = Instant::now() + FAREWELL;
        while let Ok(told) = tokio::time::timeout_at(until, self.phone.turn()).await {
            let is_off = told == Told::Event(Event::Registration(Registration::Off));
            self.tell(&told);
            if is_off {
                break;
            }
        }
    }

    fn tell(&self, told: &Told) {
        match told {
            Told::Connected => report::said(self.number, "Connected", &json!({})),
            Told::Disconnected(why) => report::said(self.number, "Disconnected", &json!({ "why": why })),
            Told::Event(event) => report::event(self.number, event),
        }
    }

    fn hear(&mut self, told: Told) {
        self.tell(&told);
        if let Told::Event(event) = told {
            self.react(event);
        }
    }

    #[allow(clippy::wildcard_enum_match_arm, reason = "most of what happens is told and needs nothing done")]
    fn react(&mut self, event: Event) {
        match event {
            Event::Registration(Registration::Registered { .. }) if !self.settled => {
                self.settled = true;
                self.due.extend(self.habits.call.is_some().then(|| (Instant::now(), Due::Call)));
                for what in self.habits.watch.clone() {
                    match watched(&what) {
                        Ok((package, target)) => self.obey(Order::Watch(package, target)),
                        Err(why) => report::refused(&what, why),
                    }
                }
            }
            Event::Incoming { session, invitation } => self.ring(session, invitation.offer),
            Event::Answered { session, .. } | Event::Established { session, .. } => {
                self.due
                    .extend(self.habits.hang_up.map(|after| (Instant::now() + after, Due::HangUp(session))));
            }
            Event::Reoffered { session, offer } => {
                let answer = self.handset.answer_to(offer.as_deref());
                let done = self.handset.act(|agent, now| agent.answer(now, session, &answer));
                self.note(done);
            }
            Event::Referred { session, .. } => {
                let offer = self.handset.offer(Direction::SendRecv);
                let accepted = self.handset.act(|agent, now| agent.accept_refer(now, session));
                self.note(accepted);
                let called = self.handset.act(|agent, now| agent.invite_referred(now, session, offer));
                self.begin(called);
            }
            Event::Ended { session, .. } => {
                self.calls.remove(&session);
                let again = self.habits.again.filter(|_| self.habits.call.is_some());
                self.due.extend(again.map(|after| (Instant::now() + after, Due::Call)));
            }
            _ => {}
        }
    }

    fn ring(&mut self, session: SessionId, offer: Option<String>) {
        self.calls.insert(session, offer);
        if let Some(status) = self.habits.refuse {
            let done = self.handset.act(|agent, now| agent.reject(now, session, status));
            return self.note(done);
        }
        let done = self.handset.act(|agent, now| agent.ring(now, session));
        self.note(done);
        self.due.extend(self.habits.answer.map(|after| (Instant::now() + after, Due::Answer(session))));
    }

    fn do_what_is_due(&mut self) {
        let now = Instant::now();
        let (due, later): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.due).into_iter().partition(|(at, _)| *at <= now);
        self.due = later;
        for (_, due) in due {
            match due {
                Due::Answer(session) if self.calls.contains_key(&session) => {
                    self.obey(Order::Answer(Some(session.0)))
                }
                Due::HangUp(session) if self.calls.contains_key(&session) => {
                    self.obey(Order::HangUp(Some(session.0)))
                }
                // The call has ended by itself.
                Due::Answer(_) | Due::HangUp(_) => {}
                Due::Call => {
                    if let Some(target) = self.habits.call.clone() {
                        self.obey(Order::Call(target));
                    }
                }
            }
        }
    }

    fn obey(&mut self, order: Order) {
        match order {
            Order::Register => self.handset.act(|agent, now| agent.register(now)),
            Order::Unregister => self.handset.act(|agent, now| agent.unregister(now)),
            Order::Call(target) => {
                let offer = self.handset.offer(Direction::SendRecv);
                let called = self.handset.act(|agent, now| agent.invite(now, &target, offer));
                self.begin(called);
            }
            Order::Answer(call) => self.with(call, |handset, session, offer| {
                let answer = handset.answer_to(offer);
                handset.act(|agent, now| agent.accept(now, session, &answer))
            }),
            Order::Refuse(status, call) => self.with(call, |handset, session, _| {
                handset.act(|agent, now| agent.reject(now, session, status))
            }),
            Order::Hold(call) => self.reoffer(call, Direction::SendOnly),
            Order::Resume(call) => self.reoffer(call, Direction::SendRecv),
            Order::Digit(digit, call) => self.with(call, |handset, session, _| {
                handset.act(|agent, now| agent.send_digit_info(now, session, digit))
            }),
            Order::Transfer(target, call) => self.with(call, |handset, session, _| {
                handset.act(|agent, now| agent.refer(now, session, &target))
            }),
            Order::Join(first, second) => self.with(Some(first), |handset, session, _| {
                handset.act(|agent, now| agent.refer_replacing(now, session, SessionId(second)))
            }),
            Order::HangUp(call) => {
                self.with(call, |handset, session, _| handset.act(|agent, now| agent.hang_up(now, session)))
            }
            Order::Watch(package, target) => {
                let done =
                    self.handset.act(|agent, now| agent.subscribe(now, package, &target, Urgency::Visible));
                match done {
                    Ok(id) => report::said(
                        self.number,
                        "Watching",
                        &json!({ "subscription": id, "target": target }),
                    ),
                    Err(refusal) => self.note(Err(refusal)),
                }
            }
            Order::Publish(Some(state)) => self.handset.act(|agent, now| agent.publish(now, state)),
            Order::Publish(None) => self.handset.act(|agent, now| agent.unpublish(now)),
            Order::SaveTrace(file) => {
                self.save(&file, self.handset.look(|agent| agent.trace().to_text()).as_bytes())
            }
            Order::SavePcap(file) => self.save(&file, &self.handset.look(|agent| agent.trace().to_pcap())),
            // The one who waits for orders sees to it.
            Order::Quit => {}
        }
    }

    fn begin(&mut self, called: Result<SessionId, ActError>) {
        match called {
            Ok(session) => {
                self.calls.insert(session, None);
                report::said(self.number, "Calling", &json!({ "session": session }));
            }
            Err(refusal) => self.note(Err(refusal)),
        }
    }

    fn reoffer(&mut self, call: Option<u32>, direction: Direction) {
        self.with(call, |handset, session, _| {
            let offer = handset.offer(direction);
            handset.act(|agent, now| agent.reoffer(now, session, &offer))
        });
    }

    /// Does something with a call: the one that is named, or the latest.
    fn with(
        &mut self,
        call: Option<u32>,
        act: impl FnOnce(&Handset, SessionId, Option<&str>) -> Result<(), ActError>,
    ) {
        let session = call.map(SessionId).or_else(|| self.calls.keys().next_back().copied());
        let offer = session.and_then(|session| self.calls.get(&session)).cloned().flatten();
        let done = match session {
            Some(session) => act(&self.handset, session, offer.as_deref()),
            None => Err(ActError::NoSession),
        };
        self.note(done);
    }

    fn note(&self, done: Result<(), ActError>) {
        if let Err(refusal) = done {
            report::said(self.number, "Refused", &json!({ "why": format!("{refusal:?}") }));
        }
    }

    /// `{n}` in the name keeps the files of several telephones apart.
    fn save(&self, file: &str, content: &[u8]) {
        let path = file.replace("{n}", &self.number.to_string());
        match std::fs::write(&path, content) {
            Ok(()) => report::said(self.number, "Saved", &json!({ "file": path, "bytes": content.len() })),
            Err(problem) => report::said(self.number, "Refused", &json!({ "why": problem.to_string() })),
        }
    }
}
