//! Requests of a console within its calls: ACK, BYE, CANCEL, re-INVITE, UPDATE, INFO, and OPTIONS anywhere.

use rsip::{Header, Method, Request};

use super::hunt::Origin;
use super::{MediaOrder, Purpose, Switch};
use crate::event::Event;
use crate::ids::{ConnId, LegId};
use crate::leg::{Far, LateAnswer, LegEvent, LegState};
use crate::message;
use crate::sdp;

impl Switch {
    /// The leg of a request, if its number rises (RFC 3261 §12.2.2); otherwise the request is answered here.
    pub(super) fn within(&mut self, conn: ConnId, request: &Request) -> Option<LegId> {
        let sequence = message::cseq(request).map(|(sequence, _)| sequence).unwrap_or_default();
        let Some(id) = self.leg_of(request) else {
            self.reply(conn, request, 481, Vec::new());
            return None;
        };
        let leg = self.legs.get_mut(&id)?;
        // A console that lost its connection is heard again on the next one.
        leg.conn = conn;
        if sequence <= leg.heard_sequence {
            self.reply_in(id, request, 500, "");
            return None;
        }
        leg.heard_sequence = sequence;
        Some(id)
    }

    pub(super) fn ack_received(&mut self, request: &Request) {
        let Some(id) = self.leg_of(request) else { return };
        let late = self.legs.get_mut(&id).and_then(|leg| leg.late_answer.take());
        self.step(id, LegEvent::Acked);
        let answer = message::body(&request.body);
        match (late, answer) {
            (None, _) => {}
            (Some(LateAnswer::Voice(voice)), Some(answer)) => self.order(voice, MediaOrder::Apply(answer)),
            (Some(LateAnswer::Leg(far, sequence)), answer) => {
                self.ack(far, sequence, answer.as_deref().unwrap_or_default())
            }
            // Without an answer there is no sound to agree on (RFC 3261 §13.2.1).
            (Some(LateAnswer::Voice(_)), None) => self.console_left(id, LegEvent::HangUp),
        }
    }

    pub(super) fn bye_received(&mut self, conn: ConnId, request: &Request) {
        let Some(id) = self.within(conn, request) else { return };
        self.reply_in(id, request, 200, "");
        self.console_left(id, LegEvent::ByeHeard);
    }

    /// A console leaves its call, whether it said so (`ByeHeard`) or not; what becomes of the other end.
    pub(super) fn console_left(&mut self, id: LegId, how: LegEvent) {
        let Some(leg) = self.legs.get(&id) else { return };
        let (call, far) = (leg.call, leg.far);
        self.unpark_console(id);
        self.close_recording(id);
        let transfer = self.transfer_by(id);
        self.transfer_target_left(id);
        self.call_off(Origin::Leg(id));
        self.step(id, how);
        // Who transfers may leave before it is done: the other end waits for its target (RFC 5589 §6.1).
        if transfer.is_some() && how == LegEvent::ByeHeard {
            return;
        }
        if let Some(transfer) = transfer {
            self.call_off_transfer(transfer);
        }
        self.drop_far(far);
        self.tell(Event::Ended { call });
    }

    pub(super) fn cancel_received(&mut self, conn: ConnId, request: &Request) {
        let branch = message::branch(request);
        let found = self
            .legs
            .iter()
            .find(|(_, leg)| leg.state == LegState::Invited && message::branch(&leg.invite) == branch);
        let Some((id, call, far)) = found.map(|(id, leg)| (*id, leg.call, leg.far)) else {
            return self.reply(conn, request, 481, Vec::new());
        };
        self.reply_in(id, request, 200, "");
        self.call_off(Origin::Leg(id));
        // The INVITE is refused with 487 as part of the table.
        self.step(id, LegEvent::HangUp);
        self.drop_far(far);
        self.tell(Event::GivenUp { call });
    }

    pub(super) fn reinvite_received(&mut self, conn: ConnId, request: Request) {
        let Some(id) = self.within(conn, &request) else { return };
        let Some(leg) = self.legs.get_mut(&id) else { return };
        // One offer at a time in either direction (RFC 3261 §14.2).
        if leg.reoffer.is_some() || leg.reinviting || leg.state != LegState::Up {
            return self.reply_in(id, &request, 491, "");
        }
        leg.dialog.retarget(&request);
        let far = leg.far;
        let offer = message::body(&request.body);
        if let Some(offer) = &offer {
            self.note_hold(id, sdp::holds(offer));
        }
        match far {
            Far::Nobody => self.reply_in(id, &request, 488, ""),
            Far::Voice(voice) => {
                self.keep_reoffer(id, &request);
                self.negotiate(voice, offer);
            }
            Far::Leg(other) => {
                let busy = self
                    .legs
                    .get(&other)
                    .is_none_or(|far| far.reoffer.is_some() || far.reinviting || far.state != LegState::Up);
                if busy {
                    return self.reply_in(id, &request, 491, "");
                }
                self.keep_reoffer(id, &request);
                self.reinvite(
                    other,
                    Vec::new(),
                    offer.as_deref().unwrap_or_default(),
                    Purpose::Relay { from: id },
                );
            }
        }
    }

    /// UPDATE tells where a console is and that it lives (RFC 4028 §7.4). An offer would have to be answered at once, which
    /// another console cannot be asked for (RFC 3311 §5.2): it is to come by re-INVITE.
    pub(super) fn update_received(&mut self, conn: ConnId, request: &Request) {
        let Some(id) = self.within(conn, request) else { return };
        if !request.body.is_empty() {
            return self.reply_in(id, request, 488, "");
        }
        if let Some(leg) = self.legs.get_mut(&id) {
            leg.dialog.retarget(request);
        }
        self.reply_in(id, request, 200, "");
    }

    /// Sends a re-INVITE.
    pub(super) fn reinvite(&mut self, id: LegId, extra: Vec<Header>, sdp: &str, purpose: Purpose) {
        if let Some(leg) = self.legs.get_mut(&id) {
            leg.reinviting = true;
        }
        self.ask(id, Method::Invite, extra, ("application/sdp", sdp), purpose);
    }

    fn keep_reoffer(&mut self, id: LegId, request: &Request) {
        self.reply_in(id, request, 100, "");
        if let Some(leg) = self.legs.get_mut(&id) {
            leg.reoffer = Some(request.clone());
        }
    }

    fn note_hold(&mut self, id: LegId, held: bool) {
        let Some(leg) = self.legs.get_mut(&id) else { return };
        if leg.held != held {
            leg.held = held;
            let call = leg.call;
            self.tell(if held { Event::Held { call } } else { Event::Resumed { call } });
        }
    }

    pub(super) fn info_received(&mut self, conn: ConnId, request: &Request) {
        let Some(id) = self.within(conn, request) else { return };
        self.reply_in(id, request, 200, "");
        let Some(call) = self.legs.get(&id).map(|leg| leg.call) else { return };
        let body = message::body(&request.body).unwrap_or_default();
        if let Some(digit) = digit(&body) {
            self.tell(Event::Digit { call, digit });
        }
    }

    pub(super) fn options_received(&mut self, conn: ConnId, request: &Request) {
        let allow = rsip::headers::Allow::from(message::ALLOW).into();
        match self.leg_of(request) {
            Some(id) => self.reply_in(id, request, 200, ""),
            None => self.reply(conn, request, 200, vec![allow]),
        }
    }
}

/// The digit in a body of `application/dtmf-relay` (`Signal=5`) or `application/dtmf` (`5`).
fn digit(body: &str) -> Option<char> {
    let told = body.lines().find_map(|line| {
        let (name, value) = line.split_once('=')?;
        name.trim().eq_ignore_ascii_case("signal").then_some(value)
    });
    told.unwrap_or(body).trim().chars().next().filter(|c| c.is_ascii_digit() || "*#ABCD".contains(*c))
}

#[cfg(test)]
mod tests {
    use super::digit;

    #[test]
    fn digits_are_read_in_both_ways_of_writing() {
        assert_eq!(digit("Signal=5\r\nDuration=160\r\n"), Some('5'));
        assert_eq!(digit("Signal= #\r\n"), Some('#'));
        assert_eq!(digit("7"), Some('7'));
        assert_eq!(digit("x"), None);
        assert_eq!(digit(""), None);
    }
}
