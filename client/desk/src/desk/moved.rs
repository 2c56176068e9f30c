//! Calls that the far end moves: another phone takes one over, or we are asked to call somebody else.

use cordboard_sip::{Instant, Invitation, Party, SessionId};

use super::Desk;
use crate::call::Deed;
use crate::leg::{Leg, LegEvent};
use crate::{CallId, CallWay, LegId};

/// The far end was moved to somebody who may not be spoken to: 603 (RFC 3891 section 3).
const DECLINE: u16 = 603;

impl Desk {
    /// A call came in to take the place of the far end of one that we have. The operator's call goes on with the new
    /// far end, in the same place of the list; nothing rings.
    pub(super) fn taken_over(
        &mut self,
        now: Instant,
        old: SessionId,
        new: SessionId,
        invitation: Invitation,
    ) {
        let leg = self.line_side.take_over(old, new, invitation.caller);
        match leg.and_then(|leg| self.call_of(leg)) {
            Some(id) => self.leg_happened(now, id, LegEvent::TakenOver(invitation.offer)),
            // The operator is done with the call that was meant.
            None => self.line_side.refuse(now, new, DECLINE),
        }
    }

    /// The new far end is there.
    pub(super) fn takeover_done(&mut self, now: Instant, leg: LegId, caller: Party) {
        let Some(id) = self.call_of(leg) else { return };
        self.far_end_is(id, caller);
        // A call of ours that still rang was answered by this.
        self.far_end_answered(now, id);
    }

    /// The new far end gave up, or the media could not be had: the old one is still there.
    pub(super) fn takeover_failed(&mut self, now: Instant, leg: LegId) {
        if let Some(id) = self.call_of(leg) {
            self.leg_happened(now, id, LegEvent::ReplyNotSent);
        }
    }

    /// The far end of a call asks us to call somebody else.
    ///
    /// The rule: it is done if the operator is in a call with whoever asks and could make a call now. The new call is
    /// one like any other; the old one waits on hold until the far end ends it, which it does when it hears that the
    /// new one was answered.
    pub(super) fn asked_to_call(&mut self, now: Instant, id: CallId, target: &Party) {
        let Some(call) = self.calls.get(&id) else { return };
        let leg = call.leg.id();
        let is_up = call.state.is_up() || call.state.is_party();
        let slot = self.free_slot(CallWay::Outgoing).filter(|_| is_up && self.cannot_dial().is_none());
        let Some(slot) = slot else { return self.line_side.decline_errand(now, leg, DECLINE) };
        let new = Leg::outgoing(self.new_leg_id());
        if !self.line_side.take_errand(now, leg, new.id()) {
            return;
        }
        let call = self.put_on_list(now, CallWay::Outgoing, slot, new, target.clone());
        call.dialled = target.number.clone();
        let id = call.id;
        self.name_call(id);
        self.carry_out(now, id, Deed::TakeFloor);
    }
}
