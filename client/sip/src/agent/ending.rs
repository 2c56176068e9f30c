//! Carries out the table of [`crate::session::stage`]: what each step of a session says to the far end and the desk.

use super::{Agent, Purpose};
use crate::message::header::NameAddr;
use crate::message::{Method, Name, Request, Response, StatusCode};
use crate::session::stage::{Did, End, Event, Stage};
use crate::timer::{T1_64, Timer};
use crate::transaction::Silence;
use crate::uri::Uri;
use crate::{EndCause, Instant, SessionId};

/// What a step of a session is about.
#[derive(Clone, Debug, Default)]
pub(super) struct Occasion<'a> {
    /// The response that brought it.
    pub(super) response: Option<&'a Response>,
    /// The INVITE of ours that the response answers.
    pub(super) invite: Option<&'a Request>,
    /// The SDP that came, or that goes out.
    pub(super) sdp: Option<String>,
    /// Which of the phones that a call of ours rings told it.
    pub(super) fork: usize,
    /// The far end says that somebody else took the call.
    pub(super) elsewhere: bool,
    /// How we refuse.
    pub(super) refusal: Option<Refusal>,
}

/// A refusal of ours.
#[derive(Clone, Debug)]
pub(super) struct Refusal {
    pub(super) status: StatusCode,
    /// Where the caller should go instead (3xx).
    pub(super) contact: Option<Uri>,
}

impl<'a> Occasion<'a> {
    pub(super) fn of(response: &'a Response) -> Self {
        Self { response: Some(response), ..Self::default() }
    }
}

impl Agent {
    /// Takes a session one step further.
    pub(super) fn advance(&mut self, now: Instant, id: SessionId, event: Event, occasion: &Occasion<'_>) {
        let Some(session) = self.sessions.get_mut(&id) else { return };
        let step = session.stage.step(event);
        session.stage = step.state;
        for did in step.did {
            self.carry_out(now, id, *did, occasion);
        }
        if step.state == Stage::Over {
            self.keep_report_dialog(now, id);
            self.forget(id);
        }
    }

    fn carry_out(&mut self, now: Instant, id: SessionId, did: Did, occasion: &Occasion<'_>) {
        match did {
            Did::TellProgress => self.tell_progress(now, id, occasion),
            Did::SendAck => {
                if let Some(invite) = occasion.invite {
                    self.acknowledge_session(now, id, invite);
                }
            }
            Did::TellAnswered => {
                let remote = self.sessions.get(&id).map(|session| session.remote.clone()).unwrap_or_default();
                self.report(now, id, StatusCode::OK, "");
                self.wire.tell(crate::Event::Answered { session: id, sdp: occasion.sdp.clone(), remote });
            }
            Did::SendCancel => {
                self.send_cancel(now, id);
                self.wire.timers.set(Timer::CancelGivesUp(id), now + T1_64);
            }
            Did::SendBye => self.send_bye(now, id),
            Did::SendAnswer => {
                self.stop_reliable(id);
                self.send_answer(now, id, occasion.sdp.as_deref());
            }
            Did::StopAnswer => self.stop_answer(id),
            Did::TellEstablished => {
                self.wire.tell(crate::Event::Established { session: id, sdp: occasion.sdp.clone() });
            }
            Did::SendRefusal => {
                let busy = Refusal { status: StatusCode::BUSY_HERE, contact: None };
                self.refuse(now, id, occasion.refusal.as_ref().unwrap_or(&busy));
            }
            Did::SendGivenUp => {
                self.refuse(now, id, &Refusal { status: StatusCode::REQUEST_TERMINATED, contact: None });
            }
            Did::TellEnded(end) => self.tell_ended(now, id, end, occasion),
        }
    }

    fn tell_progress(&mut self, now: Instant, id: SessionId, occasion: &Occasion<'_>) {
        // 100 comes from the next hop and says nothing about the far end (RFC 3261 §21.1.1).
        if let Some(response) = occasion.response.filter(|response| response.status != StatusCode::TRYING) {
            let (status, sdp) = (response.status.code(), occasion.sdp.clone());
            self.wire.tell(crate::Event::Progress { session: id, fork: occasion.fork, status, sdp });
            self.report(now, id, response.status, &response.reason);
        }
    }

    fn tell_ended(&mut self, now: Instant, id: SessionId, end: End, occasion: &Occasion<'_>) {
        let cause = match end {
            End::Local => EndCause::Local,
            End::Remote | End::GivenUp if occasion.elsewhere => EndCause::AnsweredElsewhere,
            End::Remote => EndCause::RemoteHungUp,
            End::GivenUp => EndCause::Cancelled,
            End::Refused => refused(occasion),
            End::TimedOut => EndCause::TimedOut,
            End::Lost => EndCause::ConnectionLost,
        };
        // Whoever asked for this call has been told of its answer, if there was one.
        match &cause {
            EndCause::Refused { status, reason, .. } => {
                let status = StatusCode::new(*status).unwrap_or(StatusCode::DECLINE);
                self.report(now, id, status, reason);
            }
            EndCause::TimedOut => self.report(now, id, StatusCode::REQUEST_TIMEOUT, ""),
            EndCause::ConnectionLost => self.report(now, id, StatusCode::SERVICE_UNAVAILABLE, ""),
            EndCause::Local | EndCause::RemoteHungUp | EndCause::Cancelled | EndCause::AnsweredElsewhere => {
                self.report(now, id, StatusCode::REQUEST_TERMINATED, "")
            }
        }
        self.wire.tell(crate::Event::Ended { session: id, cause });
        self.limit_refer(now, id);
    }

    /// Refuses the INVITE of theirs that this session began with.
    fn refuse(&mut self, now: Instant, id: SessionId, refusal: &Refusal) {
        let Some(session) = self.sessions.get(&id) else { return };
        let (Some(invite), tag) = (session.invite, session.local_tag.clone()) else { return };
        let contact = refusal.contact.clone().map(NameAddr::new);
        self.reply_with(now, invite, refusal.status, Some(&tag), |response| match contact {
            Some(contact) => response.with(Name::Contact, contact),
            None => response,
        });
    }

    fn stop_answer(&mut self, id: SessionId) {
        self.wire.timers.stop(Timer::AnswerAgain(id));
        self.wire.timers.stop(Timer::AckMissing(id));
        if let Some(session) = self.sessions.get_mut(&id) {
            session.unacked = None;
        }
    }

    /// Sends BYE, or remembers to, if there is no connection.
    fn send_bye(&mut self, now: Instant, id: SessionId) {
        let connected = self.wire.connected;
        let Some(session) = self.sessions.get_mut(&id) else { return };
        session.bye_waits = !connected;
        let Some(dialog) = session.dialog.as_mut().filter(|_| connected) else { return };
        let number = dialog.next_number();
        let bye = dialog.request(Method::Bye, number);
        self.send(now, bye, Purpose::Bye(id));
    }

    /// The connection is back: ends what was hung up meanwhile, so that no far end is left alone.
    pub(super) fn send_late_byes(&mut self, now: Instant) {
        let late: Vec<_> =
            self.sessions.iter().filter(|(_, session)| session.bye_waits).map(|(id, _)| *id).collect();
        for id in late {
            self.send_bye(now, id);
        }
    }

    /// BYE was answered, in whatever way (§15.1.1).
    pub(super) fn handle_bye_response(&mut self, now: Instant, id: SessionId, response: &Response) {
        if response.status.is_final() {
            self.advance(now, id, Event::ByeDone, &Occasion::default());
        }
    }

    /// BYE was not answered.
    pub(super) fn handle_bye_silence(&mut self, now: Instant, id: SessionId, silence: Silence) {
        match silence {
            Silence::TimedOut => self.advance(now, id, Event::ByeDone, &Occasion::default()),
            Silence::Lost => {
                if let Some(session) = self.sessions.get_mut(&id) {
                    session.bye_waits = true;
                }
            }
        }
    }

    /// BYE of theirs.
    pub(super) fn handle_bye(&mut self, now: Instant, id: SessionId, request: &Request) {
        let elsewhere = crate::identity::is_answered_elsewhere(&request.headers);
        self.advance(now, id, Event::ByeReceived, &Occasion { elsewhere, ..Occasion::default() });
    }

    fn forget(&mut self, id: SessionId) {
        for timer in [
            Timer::AnswerAgain(id),
            Timer::AckMissing(id),
            Timer::Glare(id),
            Timer::CancelGivesUp(id),
            Timer::RingAgain(id),
            Timer::RingsTooLong(id),
            Timer::RefreshSession(id),
            Timer::SessionOver(id),
            Timer::ReliableAgain(id),
            Timer::PrackMissing(id),
        ] {
            self.wire.timers.stop(timer);
        }
        self.sessions.remove(&id);
    }
}

/// The refusal that the far end sent; if it agreed, then to nothing.
fn refused(occasion: &Occasion<'_>) -> EndCause {
    match occasion.response.filter(|response| !response.status.is_success()) {
        Some(response) => EndCause::Refused {
            status: response.status.code(),
            reason: response.reason.clone(),
            retry_after: response.headers.retry_after().ok().flatten(),
        },
        None => EndCause::Refused {
            status: StatusCode::NOT_ACCEPTABLE_HERE.code(),
            reason: "No SDP".to_owned(),
            retry_after: None,
        },
    }
}
