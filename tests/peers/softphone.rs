//! The SIP user agent itself at the PBX, over a real WebSocket and by a real clock, without a browser around it.
//!
//! What a story does, and how soon, is not filtered by a desk; media is only described. A story may let an hour pass
//! at once for the agent, since time is its argument: the far ends live on by the real clock.
#![allow(clippy::wildcard_enum_match_arm, reason = "a story waits for one event and passes over all others")]

use std::cell::RefCell;
use std::fs;
use std::path::PathBuf;
use std::rc::Rc;
use std::time::Duration;

use cordboard_sip::message::header::NameAddr;
use cordboard_sip::message::{self as sip, Frame, Name, StatusCode, parse};
use cordboard_sip::sdp::Direction;
use cordboard_sip::trace::Traced;
use cordboard_sip::{
    ActError, Agent, EndCause, Event, Instant, Invitation, Party, ReferProgress, Registration, Secret,
    SessionId, Settings,
};
use cordboard_tests::kamailio::Kamailio;
use cordboard_tests::phone::{self, Handset, Phone};
use cordboard_tests::{Failed, SOON, Stage, Told, eventually};

/// A phone registered at [`Kamailio`].
pub(crate) struct Softphone {
    number: u16,
    handset: Handset,
    /// Told, and not yet waited for.
    told: Rc<RefCell<Vec<Event>>>,
    trace: PathBuf,
}

/// Evidence of every story, passed or not.
impl Drop for Softphone {
    fn drop(&mut self) {
        // A story that cannot keep it has other worries.
        let _ = fs::write(&self.trace, self.handset.look(|agent| agent.trace().to_text()));
    }
}

impl Softphone {
    /// Connects and registers the phone with this number (from 101 to 199).
    ///
    /// # Errors
    /// When it is not registered in time.
    pub(crate) async fn start(stage: &Stage, number: u16) -> Result<Self, Failed> {
        let settings = Settings {
            aor: format!("{number}@{}", Kamailio::DOMAIN),
            display_name: format!("Phone {number}"),
            auth_user: number.to_string(),
            password: Secret::new(format!("pw{number}")),
            instance: format!("urn:uuid:00000000-0000-4000-8000-000000000{number}"),
            expires: 600,
            user_agent: "Cordboard".to_owned(),
            servers: 1,
            line_header: String::new(),
        };
        let mut phone = Phone::new(Kamailio::WEBSOCKET, settings);
        let softphone = Self {
            number,
            handset: phone.handset(),
            told: Rc::default(),
            trace: stage.folder().join(format!("softphone-{number}.trace")),
        };
        softphone.act(Agent::register);
        let told = Rc::clone(&softphone.told);
        tokio::task::spawn_local(async move {
            loop {
                if let phone::Told::Event(event) = phone.turn().await {
                    told.borrow_mut().push(event);
                }
            }
        });
        let registered = |event: &Event| {
            matches!(event, Event::Registration(Registration::Registered { .. })).then_some(())
        };
        softphone.tells("that it is registered", registered).await?;
        Ok(softphone)
    }

    /// Does something with the agent.
    pub(crate) fn act<T>(&self, act: impl FnOnce(&mut Agent, Instant) -> T) -> T {
        self.handset.act(act)
    }

    /// As [`act`](Self::act), with something that may be refused.
    ///
    /// # Errors
    /// When the agent refuses.
    pub(crate) fn must<T>(
        &self,
        act: impl FnOnce(&mut Agent, Instant) -> Result<T, ActError>,
    ) -> Result<T, Failed> {
        let number = self.number;
        self.act(act).map_err(|refusal| Failed::new(format!("phone {number} refuses: {refusal:?}")))
    }

    /// Lets time pass for the agent, once its ping is answered: else the connection would seem to be dead.
    ///
    /// # Errors
    /// When the PBX does not answer a ping.
    pub(crate) async fn let_pass(&self, time: Duration) -> Told {
        let count = |frame: &[u8]| self.traced(|traced| traced.frame == frame);
        eventually("a ping to be answered", SOON, async || match (count(Frame::PING), count(Frame::PONG)) {
            (pings, pongs) if pings <= pongs => Ok(()),
            (pings, pongs) => Err(Failed::new(format!("{pings} pings, {pongs} pongs"))),
        })
        .await?;
        self.handset.put_clock_forward(time);
        Ok(())
    }

    /// How many frames that went over its wire are such.
    fn traced(&self, is_such: impl Fn(&Traced) -> bool) -> usize {
        self.handset.look(|agent| agent.trace().frames().filter(|traced| is_such(traced)).count())
    }

    /// Describes its media for an offer, as a browser would.
    pub(crate) fn offer(&self, direction: Direction) -> String {
        self.handset.offer(direction)
    }

    /// Describes its media for an answer, as a browser would.
    pub(crate) fn answer(&self, direction: Direction) -> String {
        self.handset.answer(direction)
    }

    /// Calls a number.
    ///
    /// # Errors
    /// When the agent refuses.
    pub(crate) fn dial(&self, number: &str) -> Result<SessionId, Failed> {
        let offer = self.offer(Direction::SendRecv);
        self.must(|agent, now| agent.invite(now, number, offer))
    }

    /// Answers a call that rings.
    ///
    /// # Errors
    /// When the agent refuses.
    pub(crate) fn accept(&self, session: SessionId) -> Told {
        let answer = self.answer(Direction::SendRecv);
        self.must(|agent, now| agent.accept(now, session, answer))
    }

    /// Goes along with being held.
    ///
    /// # Errors
    /// When the agent refuses.
    pub(crate) fn agree_to_be_held(&self, session: SessionId) -> Told {
        let answer = self.answer(Direction::RecvOnly);
        self.must(|agent, now| agent.answer(now, session, answer))
    }

    /// Goes along with a change of media.
    ///
    /// # Errors
    /// When the agent refuses.
    pub(crate) fn agree(&self, session: SessionId) -> Told {
        let answer = self.answer(Direction::SendRecv);
        self.must(|agent, now| agent.answer(now, session, answer))
    }

    /// Offers another flow of media.
    ///
    /// # Errors
    /// When the agent refuses.
    pub(crate) fn reoffer(&self, session: SessionId, direction: Direction) -> Told {
        let offer = self.offer(direction);
        self.must(|agent, now| agent.reoffer(now, session, offer))
    }

    /// Ends a call.
    ///
    /// # Errors
    /// When the agent refuses.
    pub(crate) fn hang_up(&self, session: SessionId) -> Told {
        self.must(|agent, now| agent.hang_up(now, session))
    }

    /// Waits for an event, and takes it out of those that were told; the others stay to be waited for.
    ///
    /// # Errors
    /// With all that was told instead.
    pub(crate) async fn tells<T>(
        &self,
        what: &str,
        which: impl Fn(&Event) -> Option<T>,
    ) -> Result<T, Failed> {
        let number = self.number;
        eventually(&format!("phone {number} to tell {what}"), SOON, async || {
            let mut told = self.told.borrow_mut();
            let found = told.iter().enumerate().find_map(|(place, event)| Some((place, which(event)?)));
            match found {
                Some((place, found)) => {
                    told.remove(place);
                    Ok(found)
                }
                None => Err(Failed::new(format!("it told\n  {told:#?}"))),
            }
        })
        .await
    }

    /// Whether something was told and not waited for.
    pub(crate) fn has_told(&self, which: impl Fn(&Event) -> bool) -> bool {
        self.told.borrow().iter().any(which)
    }

    /// Waits for a call, lets it ring, and gives it.
    ///
    /// # Errors
    /// When none comes in time.
    pub(crate) async fn rings(&self) -> Result<(SessionId, Box<Invitation>), Failed> {
        let (session, invitation) = self.is_invited().await?;
        self.must(|agent, now| agent.ring(now, session))?;
        Ok((session, invitation))
    }

    /// Waits for a call, and does nothing yet.
    ///
    /// # Errors
    /// When none comes in time.
    pub(crate) async fn is_invited(&self) -> Result<(SessionId, Box<Invitation>), Failed> {
        self.tells("a call", |event| match event {
            Event::Incoming { session, invitation } => Some((*session, invitation.clone())),
            _ => None,
        })
        .await
    }

    /// Waits for progress of a call of its own, and gives the fork and the early media.
    ///
    /// # Errors
    /// When that status does not come in time.
    pub(crate) async fn hears_of(
        &self,
        session: SessionId,
        status: u16,
    ) -> Result<(usize, Option<String>), Failed> {
        self.tells(&status.to_string(), |event| match event {
            Event::Progress { session: of, fork, status: told, sdp } if (*of, *told) == (session, status) => {
                Some((*fork, sdp.clone()))
            }
            _ => None,
        })
        .await
    }

    /// Waits until a call of its own is answered, or one that it answered is acknowledged.
    ///
    /// # Errors
    /// When it is not in time.
    pub(crate) async fn talks(&self, session: SessionId) -> Told {
        self.tells("that it talks", |event| match event {
            Event::Answered { session: of, .. } | Event::Established { session: of, .. } => {
                (*of == session).then_some(())
            }
            _ => None,
        })
        .await
    }

    /// Waits until a call has ended, and gives the cause.
    ///
    /// # Errors
    /// When it does not in time.
    pub(crate) async fn is_over(&self, session: SessionId) -> Result<EndCause, Failed> {
        self.tells("an end", |event| match event {
            Event::Ended { session: of, cause } if *of == session => Some(cause.clone()),
            _ => None,
        })
        .await
    }

    /// Waits until the far end offers new media, and gives the offer.
    ///
    /// # Errors
    /// When it does not in time.
    pub(crate) async fn is_reoffered(&self, session: SessionId) -> Result<Option<String>, Failed> {
        self.tells("an offer", |event| match event {
            Event::Reoffered { session: of, offer } if *of == session => Some(offer.clone()),
            _ => None,
        })
        .await
    }

    /// Waits until its own offer of new media is answered, and gives the answer.
    ///
    /// # Errors
    /// When it is not in time.
    pub(crate) async fn reoffer_is_answered(&self, session: SessionId) -> Result<String, Failed> {
        self.tells("an answer", |event| match event {
            Event::ReofferAnswered { session: of, sdp } if *of == session => Some(sdp.clone()),
            _ => None,
        })
        .await
    }
}

impl Softphone {
    /// Waits until the far end asks it to call somebody else; gives whom, and whether to take a call over.
    ///
    /// # Errors
    /// When it does not in time.
    pub(crate) async fn is_referred(&self, session: SessionId) -> Result<(Party, bool), Failed> {
        self.tells("that it is sent on", |event| match event {
            Event::Referred { session: of, target, replaces } if *of == session => {
                Some((target.clone(), *replaces))
            }
            _ => None,
        })
        .await
    }

    /// Calls whom the far end asked it to call.
    ///
    /// # Errors
    /// When the agent refuses.
    pub(crate) fn goes_along(&self, session: SessionId) -> Result<SessionId, Failed> {
        self.must(|agent, now| agent.accept_refer(now, session))?;
        let offer = self.offer(Direction::SendRecv);
        self.must(|agent, now| agent.invite_referred(now, session, offer))
    }

    /// Waits until a transfer has come that far.
    ///
    /// # Errors
    /// When it does not in time.
    pub(crate) async fn transfer_is(
        &self,
        session: SessionId,
        which: impl Fn(&ReferProgress) -> bool,
    ) -> Told {
        self.tells("that progress of a transfer", |event| match event {
            Event::ReferProgress { session: of, progress } => {
                (*of == session && which(progress)).then_some(())
            }
            _ => None,
        })
        .await
    }

    /// Waits until something has gone over its wire.
    ///
    /// # Errors
    /// When it has not in time.
    pub(crate) async fn traces(&self, text: &str) -> Told {
        eventually(&format!("“{text}” on the wire"), SOON, async || {
            match self.handset.look(|agent| agent.trace().to_text().contains(text)) {
                true => Ok(()),
                false => Err(Failed::new("it is not in the trace")),
            }
        })
        .await
    }

    /// How many requests with a method have gone over its wire.
    pub(crate) fn carried(&self, method: &str) -> usize {
        let start = format!("{method} ");
        self.traced(|traced| traced.frame.starts_with(start.as_bytes()))
    }

    /// Waits until so many requests with a method have gone over its wire.
    ///
    /// # Errors
    /// When fewer have in time.
    pub(crate) async fn has_carried(&self, method: &str, count: usize) -> Told {
        eventually(&format!("{count} {method} on the wire"), SOON, async || match self.carried(method) {
            carried if carried >= count => Ok(()),
            carried => Err(Failed::new(format!("{carried} so far"))),
        })
        .await
    }

    /// Waits until so many requests with a method have been answered with 200.
    ///
    /// # Errors
    /// When fewer have in time.
    pub(crate) async fn is_answered(&self, method: &str, count: usize) -> Told {
        let answers = |traced: &Traced| match parse(&traced.frame) {
            Ok(Frame::Message(sip::Message::Response(response))) => {
                let number = response.headers.cseq();
                response.status == StatusCode::OK
                    && number.is_ok_and(|number| number.method.to_string() == method)
            }
            _ => false,
        };
        eventually(&format!("{count} answers to {method}"), SOON, async || {
            let found = self.traced(answers);
            if found >= count { Ok(()) } else { Err(Failed::new(format!("{found} so far"))) }
        })
        .await
    }

    /// The Call-ID, its own tag and the other side's of the call of its own that rings, as they stand on the wire.
    ///
    /// # Errors
    /// When none does.
    pub(crate) fn early_dialog(&self) -> Result<(String, String, String), Failed> {
        let address = |traced: &Traced| match parse(&traced.frame) {
            Ok(Frame::Message(sip::Message::Response(response)))
                if response.status == StatusCode::RINGING =>
            {
                let headers = &response.headers;
                let tag = |address: Option<NameAddr>| address?.tag().map(str::to_owned);
                Some((
                    headers.get(Name::CallId)?.to_owned(),
                    tag(headers.from().ok())?,
                    tag(headers.to().ok())?,
                ))
            }
            _ => None,
        };
        let ringing =
            self.handset.look(|agent| agent.trace().frames().filter_map(|traced| address(&traced)).last());
        ringing.ok_or_else(|| Failed::new("nothing rings"))
    }
}
