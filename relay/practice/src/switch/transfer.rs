//! REFER (RFC 3515): the exchange itself connects the transferred party to the target, as a PBX does, and tells how it goes.

use rsip::headers::{Event as EventHeader, SubscriptionState};
use rsip::{Header, Method, Request};

use super::hunt::{Origin, Search};
use super::invite::Destination;
use super::phones::Manner;
use super::placing::Sound;
use super::voices::{Ringing, Task};
use super::{Purpose, Switch};
use crate::address::{self, Address};
use crate::colleagues::{Behaviour, Colleague};
use crate::event::Event;
use crate::ids::{CallId, ConnId, LegId, TransferId, VoiceId};
use crate::leg::{Far, LegEvent, LegState};
use crate::timers::Timer;
use crate::transfer::{TransferAct, TransferEvent, TransferState, replaced};
use crate::{message, wire};

/// To whom.
#[derive(Clone, Debug)]
pub(super) enum Target {
    Colleague(&'static Colleague),
    Operator(String),
    /// Whoever is at the other end of this leg of the transferor (RFC 3891 Replaces).
    OtherEndOf(LegId),
    /// The operator at this console, who has answered while the transferor still waited.
    Console(LegId),
    /// The mailbox of this extension.
    Mailbox(String),
    /// The number reaches nobody.
    Nobody(u16),
}

/// A transfer under way.
#[derive(Debug)]
pub(super) struct Transfer {
    pub(super) transferor: LegId,
    by: String,
    pub(super) call: CallId,
    /// Who is transferred.
    pub(super) kept: Far,
    to: String,
    pub(super) target: Target,
    /// The transferor's own call to the target, which the target has not answered yet.
    early: Option<LegId>,
    /// Number of the REFER, which names its reports (RFC 3515 §2.4.6).
    refer: u32,
    state: TransferState,
    /// A voice that rings the target.
    voice: Option<VoiceId>,
    /// A voice that a console is being given to.
    pub(super) placing: Option<VoiceId>,
    /// The console that comes next, and what it will hear.
    pub(super) next: Option<(LegId, Sound)>,
    /// The console of the target, whose answer waits for its ACK.
    reached: Option<(LegId, u32)>,
}

/// The transferor may say BYE itself for so long; then the exchange does (RFC 5589 §6.1 has either).
const RELEASE: std::time::Duration = std::time::Duration::from_secs(2);

impl Switch {
    pub(super) fn refer_received(&mut self, conn: ConnId, request: &Request) {
        let Some(id) = self.within(conn, request) else { return };
        let Some(refer_to) = message::other(request, "Refer-To").and_then(|value| address::parse(value).ok())
        else {
            return self.reply_in(id, request, 400, "");
        };
        let Some(leg) = self.legs.get(&id) else { return };
        if leg.state != LegState::Up || leg.far == Far::Nobody || self.transfer_by(id).is_some() {
            return self.reply_in(id, request, 491, "");
        }
        let (by, call, kept) = (leg.user.clone(), leg.call, leg.far);
        let target = self.target(&refer_to);
        let (target, early) = match target {
            Target::OtherEndOf(other) if self.is_invited(other) => (self.rung_by(other), Some(other)),
            Target::OtherEndOf(_)
            | Target::Colleague(_)
            | Target::Operator(_)
            | Target::Console(_)
            | Target::Mailbox(_)
            | Target::Nobody(_) => (target, None),
        };
        let refer = message::cseq(request).map(|(sequence, _)| sequence).unwrap_or_default();
        self.reply_in(id, request, 202, "");
        let to = refer_to.user();
        let transfer = TransferId(self.tokens.number());
        let state = TransferState::Trying;
        self.transfers.insert(
            transfer,
            Transfer {
                transferor: id,
                by,
                call,
                kept,
                to: to.clone(),
                target: target.clone(),
                early,
                refer,
                state,
                voice: None,
                placing: None,
                next: None,
                reached: None,
            },
        );
        self.tell(Event::TransferAsked { call, to });
        // The first report comes at once (RFC 3515 §2.4.4).
        self.report(transfer, 100, false);
        match early {
            Some(early) => self.take_over_ringing(transfer, early, target),
            None => self.try_target(transfer, target),
        }
    }

    fn is_invited(&self, id: LegId) -> bool {
        self.legs.get(&id).is_some_and(|leg| leg.state == LegState::Invited)
    }

    /// Whom a console calls that has not been answered.
    fn rung_by(&self, id: LegId) -> Target {
        let number = self.legs.get(&id).map(|leg| address::user(&leg.invite.uri)).unwrap_or_default();
        match self.destination(&number) {
            Destination::Colleague(colleague) => Target::Colleague(colleague),
            Destination::Operator(user) => Target::Operator(user),
            Destination::Mailbox(owner) => Target::Mailbox(owner),
            Destination::PickUp(_) | Destination::Nobody => Target::Nobody(481),
        }
    }

    /// The target goes on ringing, now for the one who is transferred. The transferor's own call to it stays until it
    /// is known how that ends, so that a refusal leaves everything as it was.
    fn take_over_ringing(&mut self, id: TransferId, early: LegId, target: Target) {
        match target {
            Target::Operator(_) => {
                self.hand_hunt_over(Origin::Leg(early), Origin::Transfer(id));
                self.transfer_rings(id);
            }
            Target::Colleague(_)
            | Target::OtherEndOf(_)
            | Target::Console(_)
            | Target::Mailbox(_)
            | Target::Nobody(_) => {
                if let Some(leg) = self.legs.get_mut(&early) {
                    leg.reaches = None;
                }
                self.try_target(id, target);
            }
        }
    }

    /// True while the call rings on for a transfer that took it over.
    pub(super) fn is_taken_over(&self, id: LegId) -> bool {
        self.transfers.values().any(|transfer| transfer.early == Some(id))
    }

    fn target(&self, refer_to: &Address) -> Target {
        let replaces = refer_to.query.as_deref().and_then(replaced);
        if let Some((call_id, to_tag, from_tag)) = replaces {
            // The tags are those that the one who gets the INVITE knows: its own is to-tag (RFC 3891 §3).
            let leg = self
                .leg_with(&call_id, &to_tag, &from_tag)
                .or_else(|| self.leg_with(&call_id, &from_tag, &to_tag));
            return leg.map_or(Target::Nobody(481), Target::OtherEndOf);
        }
        match self.destination(&refer_to.user()) {
            Destination::Colleague(colleague) => Target::Colleague(colleague),
            Destination::Operator(user) => Target::Operator(user),
            Destination::Mailbox(owner) => Target::Mailbox(owner),
            Destination::PickUp(_) | Destination::Nobody => Target::Nobody(404),
        }
    }

    fn try_target(&mut self, id: TransferId, target: Target) {
        match target {
            Target::Nobody(status) => self.transfer_failed(id, status),
            Target::OtherEndOf(_) | Target::Console(_) | Target::Mailbox(_) => {
                self.advance(id, TransferEvent::Answers, 200);
            }
            Target::Colleague(colleague) => match self.manner(colleague, self.transferor_of(id)) {
                Manner::Refuses(status) => self.transfer_failed(id, status),
                Manner::Declines => self.transfer_failed(id, 603),
                Manner::Machine => self.try_machine(id, colleague),
                Manner::AnswersAtOnce => self.advance(id, TransferEvent::Answers, 200),
                Manner::Answers => {
                    self.transfer_rings(id);
                    self.after(self.settings.pick_up, Timer::TransferStep(id));
                }
                Manner::RingsOut | Manner::RingsToVoicemail => {
                    self.transfer_rings(id);
                    self.after(self.settings.patience, Timer::TransferStep(id));
                }
            },
            Target::Operator(user) => self.ring_target(id, user),
        }
    }

    /// Rings the consoles of another operator: with the caller's sound, or asking for an offer that the other console gets.
    fn ring_target(&mut self, id: TransferId, user: String) {
        let Some(transfer) = self.transfers.get(&id) else { return };
        let (call, kept) = (transfer.call, transfer.kept);
        match kept {
            Far::Voice(caller) => {
                let Some(Sound { program, identity }) = self.sound_of(caller) else {
                    return self.transfer_failed(id, 480);
                };
                let voice = self.new_voice(call, program, identity, Task::RingTarget { transfer: id, user });
                self.keep_voice(id, voice);
                self.negotiate(voice, None);
            }
            Far::Leg(other) => {
                let ringing = Ringing {
                    users: vec![user],
                    line: None,
                    to: None,
                    extra: self.referred_by(id),
                    trunk: false,
                    patience: self.settings.patience,
                };
                let from = self.leg_identity(other);
                let origin = Origin::Transfer(id);
                let search = Search { call, origin, from, ringing, except: None, offer: None };
                if !self.hunt(search) {
                    self.transfer_failed(id, 480);
                }
            }
            Far::Nobody => self.transfer_failed(id, 480),
        }
    }

    /// A parking place keeps one call, a room takes all; codes are for consoles only.
    fn try_machine(&mut self, id: TransferId, machine: &Colleague) {
        let taken = self.is_place_taken(machine.extension);
        match machine.takes_transfers() {
            true if taken => self.transfer_failed(id, 486),
            true => self.advance(id, TransferEvent::Answers, 200),
            false => self.transfer_failed(id, 404),
        }
    }

    /// The colleague's time is up: picks up, was never there, or has a mailbox.
    pub(super) fn transfer_step(&mut self, id: TransferId) {
        let Some(transfer) = self.transfers.get_mut(&id) else { return };
        let Target::Colleague(colleague) = transfer.target else { return };
        if colleague.does == Behaviour::NoAnswer {
            return self.transfer_failed(id, 480);
        }
        if colleague.does == Behaviour::Voicemail {
            transfer.target = Target::Mailbox(colleague.extension.to_owned());
        }
        self.advance(id, TransferEvent::Answers, 200);
    }

    pub(super) fn transfer_rings(&mut self, id: TransferId) {
        self.advance(id, TransferEvent::Rings, 180);
    }

    /// A console of the target answered, with an answer to our offer or with an offer of its own.
    pub(super) fn transfer_answered(
        &mut self,
        id: TransferId,
        leg: LegId,
        sdp: Option<String>,
        sequence: u32,
    ) {
        let Some(transfer) = self.transfers.get_mut(&id) else {
            self.ack(leg, sequence, "");
            return self.step(leg, LegEvent::HangUp);
        };
        if let Some(voice) = transfer.voice {
            self.ack(leg, sequence, "");
            self.connect_voice(voice, leg, sdp);
            self.after(self.settings.talk, Timer::HangUp(leg));
            // The voice talks to the target now and is nobody's to clear away.
            if let Some(transfer) = self.transfers.get_mut(&id) {
                transfer.voice = None;
            }
            self.advance(id, TransferEvent::Answers, 200);
            self.advance(id, TransferEvent::Joined, 200);
            return;
        }
        if transfer.early.is_some() {
            // The answer is to the transferor's offer: what counts is the re-INVITE that follows.
            transfer.target = Target::Console(leg);
            self.ack(leg, sequence, "");
            return self.advance(id, TransferEvent::Answers, 200);
        }
        transfer.reached = Some((leg, sequence));
        self.advance(id, TransferEvent::Answers, 200);
        self.join_offer(id, sdp.as_deref().unwrap_or_default());
    }

    /// The console that gets a new other end, by re-INVITE with this offer.
    fn join_offer(&mut self, id: TransferId, offer: &str) {
        let console = self.transfers.get(&id).and_then(|transfer| match transfer.kept {
            Far::Leg(leg) => Some(leg),
            Far::Voice(_) | Far::Nobody => None,
        });
        match console.and_then(|leg| self.legs.get(&leg).map(|found| (leg, found))) {
            Some((leg, found)) if !found.reinviting && found.reoffer.is_none() => {
                let who = self.new_other_end(id);
                self.reinvite(leg, who, offer, Purpose::Join { transfer: id });
            }
            Some(_) | None => self.transfer_failed(id, 491),
        }
    }

    /// Who the console will be talking to, told as the network vouches for it (RFC 3325 §9.1).
    fn new_other_end(&self, id: TransferId) -> Vec<Header> {
        let reached = self.transfers.get(&id).and_then(|transfer| transfer.reached);
        let identity = reached.map(|(leg, _)| self.leg_identity(leg));
        identity.map(|identity| identity.headers(&self.settings.domain)).unwrap_or_default()
    }

    /// The console answered that re-INVITE.
    pub(super) fn joined(
        &mut self,
        id: TransferId,
        console: LegId,
        status: u16,
        sequence: u32,
        answer: Option<String>,
    ) {
        if status >= 300 {
            return self.transfer_failed(id, status);
        }
        self.ack(console, sequence, "");
        let Some(transfer) = self.transfers.get_mut(&id) else { return };
        // From here the console belongs to its new other end.
        if let Some((target, sequence)) = transfer.reached.take() {
            self.ack(target, sequence, answer.as_deref().unwrap_or_default());
            self.link(console, target);
        }
        self.advance(id, TransferEvent::Joined, 200);
    }

    pub(super) fn transfer_failed(&mut self, id: TransferId, status: u16) {
        self.advance(id, TransferEvent::Fails, status);
    }

    /// Moves a transfer along its table. Nobody else writes its state.
    pub(super) fn advance(&mut self, id: TransferId, event: TransferEvent, status: u16) {
        let Some(transfer) = self.transfers.get_mut(&id) else { return };
        let (state, act) = transfer.state.step(event);
        transfer.state = state;
        if matches!(act, TransferAct::Join | TransferAct::Report)
            && let Some(early) = transfer.early.take()
        {
            // The transferor's own call to the target has become this transfer, or failed with it.
            self.refuse_leg(early, if act == TransferAct::Join { 487 } else { status });
        }
        match act {
            TransferAct::Nothing => {}
            TransferAct::TellRinging => self.report(id, 180, false),
            TransferAct::Join => self.join(id),
            TransferAct::Finish => self.finish(id),
            TransferAct::Report => self.fail(id, status),
        }
    }

    fn finish(&mut self, id: TransferId) {
        self.report(id, 200, true);
        let Some(transfer) = self.transfers.remove(&id) else { return };
        self.settle(&transfer);
        let far = self.far_of(transfer.transferor);
        self.release(transfer.transferor);
        // A voice that is transferred has left this call, and goes on elsewhere where that matters.
        for far in [far, transfer.kept] {
            if let Far::Voice(voice) = far {
                self.close_voice(voice);
            }
        }
        if let Target::OtherEndOf(leg) = transfer.target {
            let far = self.far_of(leg);
            self.release(leg);
            if let Far::Voice(voice) = far {
                self.close_voice(voice);
            }
        }
        self.tell(Event::Transferred { call: transfer.call, to: transfer.to });
    }

    fn release(&mut self, leg: LegId) {
        self.set_far(leg, Far::Nobody);
        if let Some(leg) = self.legs.get_mut(&leg) {
            leg.reaches = None;
        }
        self.after(RELEASE, Timer::Release(leg));
    }

    fn fail(&mut self, id: TransferId, status: u16) {
        self.report(id, status, true);
        self.bring_back(id);
        let Some(transfer) = self.clear_away(id) else { return };
        let call = transfer.call;
        self.tell(Event::TransferFailed { call, to: transfer.to, status });
        // Nobody is left to take the call back.
        if !self.legs.contains_key(&transfer.transferor) {
            self.drop_far(transfer.kept);
            self.tell(Event::Ended { call });
        }
    }

    /// The transferor is gone for good.
    pub(super) fn call_off_transfer(&mut self, id: TransferId) {
        self.clear_away(id);
    }

    /// The one who is transferred, or the target's console, leaves before it is done.
    pub(super) fn transfer_target_left(&mut self, leg: LegId) {
        let hit = self.transfers.iter().find(|(_, transfer)| {
            transfer.kept == Far::Leg(leg) || transfer.reached.is_some_and(|(reached, _)| reached == leg)
        });
        if let Some(id) = hit.map(|(id, _)| *id) {
            self.transfer_failed(id, 487);
        }
    }

    /// Another console took what rang for the transfer: what was made for its target is not needed.
    pub(super) fn picked_up_instead(&mut self, id: TransferId) {
        let voice = self.transfers.get_mut(&id).and_then(|transfer| transfer.voice.take());
        if let Some(voice) = voice {
            self.close_voice(voice);
        }
    }

    fn transferor_of(&self, id: TransferId) -> Option<LegId> {
        self.transfers.get(&id).map(|transfer| transfer.transferor)
    }

    /// The transfer that this leg asked for.
    pub(super) fn transfer_by(&self, leg: LegId) -> Option<TransferId> {
        self.transfers.iter().find(|(_, transfer)| transfer.transferor == leg).map(|(id, _)| *id)
    }

    /// Who sent the call on (RFC 3892).
    pub(super) fn referred_by(&self, id: TransferId) -> Vec<Header> {
        let by =
            self.transfers.get(&id).map(|transfer| format!("<sip:{}@{}>", transfer.by, self.settings.domain));
        by.map(|by| message::header("Referred-By", by)).into_iter().collect()
    }

    fn keep_voice(&mut self, id: TransferId, voice: VoiceId) {
        if let Some(transfer) = self.transfers.get_mut(&id) {
            transfer.voice = Some(voice);
        }
    }

    /// Removes a transfer with everything that was made for it.
    fn clear_away(&mut self, id: TransferId) -> Option<Transfer> {
        let transfer = self.transfers.remove(&id)?;
        self.call_off(Origin::Transfer(id));
        for voice in [transfer.voice, transfer.placing].into_iter().flatten() {
            self.close_voice(voice);
        }
        if let Some((leg, sequence)) = transfer.reached {
            self.ack(leg, sequence, "");
            self.step(leg, LegEvent::HangUp);
        }
        Some(transfer)
    }

    /// Tells the transferor how it goes (RFC 3515 §2.4.5).
    fn report(&mut self, id: TransferId, status: u16, last: bool) {
        let Some(transfer) = self.transfers.get(&id) else { return };
        let headers = vec![
            EventHeader::from(format!("refer;id={}", transfer.refer)).into(),
            SubscriptionState::from(if last { "terminated;reason=noresource" } else { "active;expires=60" })
                .into(),
        ];
        let leg = transfer.transferor;
        let fragment = format!("SIP/2.0 {}\r\n", wire::status_code(status));
        self.ask(leg, Method::Notify, headers, ("message/sipfrag;version=2.0", &fragment), Purpose::Notice);
    }
}
