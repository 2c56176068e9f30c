//! A console calls: to a colleague, a machine or another operator.

use rsip::Request;

use super::{Switch, TRANSACTION_LIFE};
use crate::codes::{MAILBOX, PICK_UP};
use crate::colleagues::{self, Behaviour, Colleague};
use crate::dialog::Dialog;
use crate::event::Event;
use crate::ids::{ConnId, LegId};
use crate::leg::{Far, Leg, LegEvent, LegState};
use crate::switch::hunt::{Origin, Search};
use crate::switch::phones::Manner;
use crate::switch::voices::{Ringing, Task};
use crate::timers::Timer;
use crate::{address, message};

/// Whom a number reaches.
#[derive(Debug)]
pub(super) enum Destination {
    Operator(String),
    Colleague(&'static Colleague),
    /// The mailbox of the operator or colleague with this extension.
    Mailbox(String),
    /// Whatever rings at this number.
    PickUp(String),
    Nobody,
}

impl Switch {
    pub(super) fn destination(&self, number: &str) -> Destination {
        if let Some(operator) = self.registrar.operator(number) {
            return Destination::Operator(operator.user.clone());
        }
        if let Some(colleague) = colleagues::at(number) {
            return Destination::Colleague(colleague);
        }
        if let Some(number) = number.strip_prefix(PICK_UP) {
            return Destination::PickUp(number.to_owned());
        }
        let owner = number.strip_prefix(MAILBOX).and_then(|number| self.mailbox_of(number));
        owner.map_or(Destination::Nobody, Destination::Mailbox)
    }

    pub(super) fn invite_received(&mut self, conn: ConnId, request: Request) {
        // The same INVITE again (RFC 3261 §17.2.1).
        if self.legs.values().any(|leg| message::branch(&leg.invite) == message::branch(&request)) {
            return;
        }
        let Some((user, instance)) = self.proven(conn, &request) else { return };
        let local_tag = self.tokens.next();
        let Some(dialog) = Dialog::called(&request, local_tag, &self.settings.domain) else {
            return self.reply(conn, &request, 400, Vec::new());
        };
        let number = address::user(&request.uri);
        let call = self.new_call();
        let id = LegId(self.tokens.number());
        let heard_sequence = message::cseq(&request).map(|(sequence, _)| sequence).unwrap_or_default();
        let leg = Leg {
            call,
            conn,
            user: user.clone(),
            instance,
            dialog,
            state: LegState::Invited,
            far: Far::Nobody,
            invite: request.clone(),
            heard_sequence,
            reoffer: None,
            reinviting: false,
            late_answer: None,
            held: false,
            reaches: None,
            records: None,
            line: None,
            since: self.now,
            hunt: None,
            cancel_reason: None,
        };
        self.legs.insert(id, leg);
        self.reply_in(id, &request, 100, "");
        self.tell(Event::Dialled { call, user, number: number.clone() });
        if let Some(replaces) = message::value(&request, "Replaces") {
            return self.replace(id, &replaces);
        }
        self.route(id, &number);
    }

    /// Lets a console's call go to a number.
    pub(super) fn route(&mut self, id: LegId, number: &str) {
        match self.destination(number) {
            Destination::Nobody => self.refuse_leg(id, 404),
            Destination::PickUp(number) => self.pick_up_at(id, &number),
            Destination::Mailbox(owner) => self.record(id, &owner),
            Destination::Colleague(colleague) => match colleague.does {
                Behaviour::Parks => self.unpark(id, colleague.extension),
                Behaviour::Meets => self.enter(id, colleague.extension),
                Behaviour::Listens => self.listen_to_messages(id),
                Behaviour::Rush => self.rush_dialled(id, colleague),
                Behaviour::Answers
                | Behaviour::Busy
                | Behaviour::ByTurns
                | Behaviour::NoAnswer
                | Behaviour::Voicemail
                | Behaviour::DoNotDisturb
                | Behaviour::Rejects
                | Behaviour::Echo
                | Behaviour::Music
                | Behaviour::Hums => self.call_colleague(id, colleague),
            },
            Destination::Operator(user) => self.call_operator(id, user),
        }
    }

    fn call_colleague(&mut self, id: LegId, colleague: &'static Colleague) {
        let Some(leg) = self.legs.get(&id) else { return };
        let (call, invite) = (leg.call, leg.invite.clone());
        let manner = self.manner(colleague, None);
        if let Some(leg) = self.legs.get_mut(&id)
            && colleague.is_person()
            && !matches!(manner, Manner::Refuses(_))
        {
            leg.reaches = Some(colleague.extension);
        }
        match manner {
            Manner::Refuses(status) => self.refuse_leg(id, status),
            Manner::Machine => self.refuse_leg(id, 404),
            Manner::Declines => {
                self.reply_in(id, &invite, 180, "");
                self.refuse_leg(id, 603);
            }
            Manner::RingsOut | Manner::RingsToVoicemail => {
                self.reply_in(id, &invite, 180, "");
                self.after(self.settings.patience, Timer::NoAnswer(id));
            }
            Manner::Answers | Manner::AnswersAtOnce => {
                let voice = self.new_voice(
                    call,
                    colleague.program(),
                    self.colleague_identity(colleague),
                    Task::Answer(id),
                );
                if let Some(leg) = self.legs.get_mut(&id) {
                    leg.far = Far::Voice(voice);
                }
                if manner == Manner::AnswersAtOnce {
                    self.pick_up(id);
                } else {
                    self.reply_in(id, &invite, 180, "");
                    self.after(self.settings.pick_up, Timer::PickUp(id));
                }
            }
        }
    }

    fn call_operator(&mut self, id: LegId, user: String) {
        let Some(leg) = self.legs.get(&id) else { return };
        let search = Search {
            call: leg.call,
            origin: Origin::Leg(id),
            from: self.operator_identity(&leg.user),
            // A console does not ring itself. Two operators may share a browser, and with it the instance.
            except: (leg.user == user).then(|| leg.instance.clone()),
            ringing: Ringing {
                users: vec![user],
                line: None,
                to: None,
                extra: Vec::new(),
                trunk: false,
                patience: self.settings.patience,
            },
            offer: message::body(&leg.invite.body),
        };
        if !self.hunt(search) {
            self.refuse_leg(id, 480);
        }
    }

    /// A colleague takes the call: the media answers first, then we do.
    pub(super) fn pick_up(&mut self, id: LegId) {
        let Some(leg) = self.legs.get(&id) else { return };
        if let (LegState::Invited, Far::Voice(voice), false) = (leg.state, leg.far, self.is_taken_over(id)) {
            let offer = message::body(&leg.invite.body);
            self.negotiate(voice, offer);
        }
    }

    /// Nobody picked up for too long.
    pub(super) fn no_answer(&mut self, id: LegId) {
        let Some(leg) = self.legs.get(&id) else { return };
        if leg.state != LegState::Invited || self.is_taken_over(id) {
            return;
        }
        let colleague = leg.reaches.and_then(colleagues::at);
        match colleague.filter(|colleague| colleague.does == Behaviour::Voicemail) {
            Some(colleague) => self.record(id, colleague.extension),
            None => self.refuse_leg(id, 480),
        }
    }

    /// Answers the INVITE that opened a leg.
    pub(super) fn answer_leg(&mut self, id: LegId, sdp: &str) {
        let Some(leg) = self.legs.get(&id) else { return };
        if leg.state != LegState::Invited {
            return;
        }
        let (call, invite) = (leg.call, leg.invite.clone());
        self.reply_in(id, &invite, 200, sdp);
        self.step(id, LegEvent::Answer);
        self.after(TRANSACTION_LIFE, Timer::Unacked(id));
        self.tell(Event::Answered { call });
    }

    /// Refuses the INVITE that opened a leg, if it still waits.
    pub(super) fn refuse_leg(&mut self, id: LegId, status: u16) {
        let Some(leg) = self.legs.get(&id) else { return };
        if leg.state != LegState::Invited {
            return;
        }
        let (call, invite, far) = (leg.call, leg.invite.clone(), leg.far);
        self.reply_in(id, &invite, status, "");
        self.step(id, LegEvent::Refuse);
        self.drop_far(far);
        self.tell(Event::Refused { call, status });
    }

    /// Nobody acknowledged our answer.
    pub(super) fn unacked(&mut self, id: LegId) {
        let waits =
            self.legs.get(&id).is_some_and(|leg| matches!(leg.state, LegState::Answered | LegState::Leaving));
        if waits {
            self.console_left(id, LegEvent::GiveUp);
        }
    }
}
