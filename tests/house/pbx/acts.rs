//! What callers and colleagues do, and what the telephone system says of it to the desk.

use cordboard_desk::Direction;
use rsip::Method;

use super::leg::{Leg, Open, Stage};
use super::wire::{Lines, body, branch, cseq, words};
use super::{Due, Far, Pbx, wire};

/// A call to the desk: who, for which line, and what else its INVITE says.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    /// The From header.
    pub(crate) from: String,
    /// The number that was dialled.
    pub(crate) dialled: &'static str,
    pub(crate) more: Vec<(&'static str, String)>,
    /// The INVITE has no offer (RFC 3261 §13.2.1).
    pub(crate) bare: bool,
}

impl Caller {
    pub(crate) fn new(name: &str, number: &str) -> Self {
        let from = format!("\"{name}\" <sip:{number}@pbx.test>");
        Self { from, dialled: "02079460100", more: Vec::new(), bare: false }
    }

    pub(crate) fn with(mut self, name: &'static str, value: &str) -> Self {
        self.more.push((name, value.to_owned()));
        self
    }

    pub(crate) fn without_offer(self) -> Self {
        Self { bare: true, ..self }
    }
}

impl Pbx {
    /// Somebody calls. `None` if the desk is not reachable.
    pub(crate) fn call_desk(&mut self, caller: Caller) -> Option<Far> {
        let target = self.registrar.ours(self.now)?.contact.clone();
        let far = self.new_far();
        let to = format!("<sip:{}@pbx.test>", caller.dialled);
        let mut leg = Leg::calling(far, &caller.from, &to, &target);
        let offer = if caller.bare { String::new() } else { leg.offer(Direction::SendRecv) };
        let invite = leg.request(Method::Invite, caller.more, "application/sdp", &offer);
        leg.open = Some(Open { number: cseq(&invite).0, branch: branch(&invite), bare: caller.bare });
        self.legs.insert(far, leg);
        self.send(invite);
        Some(far)
    }

    /// The caller gives up, or somebody else has answered; `reason` is the Reason header (RFC 3326).
    pub(crate) fn cancel(&mut self, far: Far, reason: Option<&str>) {
        let leg = self.leg(far);
        let Some(open) = leg.open.clone() else { return };
        leg.cancelled = true;
        let lines = reason.map(|reason| ("Reason", reason.to_owned())).into_iter().collect();
        let cancel = leg.cancel(&open, lines);
        self.send(cancel);
    }

    /// The far end hangs up a call that is up.
    pub(crate) fn hang_up(&mut self, far: Far, reason: Option<&str>) {
        let lines = reason.map(|reason| ("Reason", reason.to_owned())).into_iter().collect();
        let bye = self.leg(far).request(Method::Bye, lines, "", "");
        self.send(bye);
        self.give_up(far);
        self.end(far);
    }

    /// The phone that the desk calls rings; with early media it is heard (RFC 3960).
    pub(crate) fn ring(&mut self, far: Far, early_media: bool) {
        let leg = self.leg(far);
        let invite = leg.asked.clone().expect("the desk calls");
        let tag = leg.tag.clone();
        if early_media {
            let offer = body(&invite.body).unwrap();
            let sdp = leg.answer_to(&offer, None);
            // The same description is looked at again when the 200 comes.
            leg.theirs = None;
            self.reply(&invite, 183, &tag, contact(far), &sdp);
        } else {
            self.reply(&invite, 180, &tag, contact(far), "");
        }
    }

    /// The phone that the desk calls is answered; `more` may tell who has it.
    pub(crate) fn pick_up(&mut self, far: Far, more: Lines) {
        let lines: Lines = contact(far).into_iter().chain(more).collect();
        self.accept(far, None, lines);
        self.leg(far).stage = Stage::Up;
    }

    /// The desk's INVITE or re-INVITE is refused.
    pub(crate) fn refuse(&mut self, far: Far, status: u16) {
        let leg = self.leg(far);
        let invite = leg.asked.take().expect("the desk asks");
        if leg.stage == Stage::Early {
            leg.stage = Stage::Over;
        }
        let tag = leg.tag.clone();
        self.reply(&invite, status, &tag, Vec::new(), "");
    }

    /// The desk's re-INVITE is agreed to.
    pub(crate) fn agree(&mut self, far: Far, says: Option<Direction>) {
        self.accept(far, says, contact(far));
    }

    fn accept(&mut self, far: Far, says: Option<Direction>, lines: Lines) {
        let leg = self.leg(far);
        let invite = leg.asked.take().expect("the desk asks");
        let offer = body(&invite.body).expect("an offer");
        let sdp = leg.answer_to(&offer, says);
        let response = wire::response(&invite, 200, &leg.tag, lines, &sdp);
        self.insist(far, cseq(&invite).0, &response);
    }

    /// The far end changes the flow of media.
    pub(crate) fn reoffer(&mut self, far: Far, direction: Direction) {
        let offer = self.leg(far).offer(direction);
        self.reinvite(far, Vec::new(), &offer);
    }

    /// A re-INVITE; without an offer it asks for the desk's.
    pub(crate) fn reinvite(&mut self, far: Far, lines: Lines, offer: &str) {
        let leg = self.leg(far);
        let invite = leg.request(Method::Invite, lines, "application/sdp", offer);
        leg.open = Some(Open { number: cseq(&invite).0, branch: branch(&invite), bare: offer.is_empty() });
        self.due.remove(&Due::OfferAgain(far));
        self.send(invite);
    }

    /// News of the transfer that the desk asked for (RFC 3515 §2.4.4).
    pub(crate) fn tell(&mut self, far: Far, state: &str, fragment: &str) {
        let leg = self.leg(far);
        let (_, _, number) = leg.referred.clone().expect("the desk has sent REFER");
        let lines: Lines =
            vec![("Event", format!("refer;id={number}")), ("Subscription-State", state.to_owned())];
        let notify = leg.request(Method::Notify, lines, "message/sipfrag;version=2.0", fragment);
        self.send(notify);
    }

    /// What becomes of the transfer: the target's phone rings, answers, or not.
    pub(crate) fn tell_outcome(&mut self, far: Far, status: u16) {
        let state = if status < 200 { "active;expires=60" } else { "terminated;reason=noresource" };
        self.tell(far, state, &format!("SIP/2.0 {status} {}\r\n", words(status)));
    }
}

fn contact(far: Far) -> Lines {
    vec![("Contact", format!("<sip:{}@pbx.test;transport=ws>", far.0))]
}
