//! Callers ring the operators: one, now and then, or many within seconds.

use std::time::Duration;

use rsip::Header;

use super::phones::caller_identity;
use super::voices::{Ringing, Task};
use super::{MediaOrder, Switch};
use crate::callers::{self, Caller, Dials};
use crate::colleagues::{self, Colleague, Line};
use crate::ids::{CallId, LegId};
use crate::message;
use crate::timers::Timer;

/// Calls that an operator is given at a time by the regular rounds.
const CALLS_AT_ONCE: usize = 3;
/// Callers who ring when the rush hour is dialled.
const CROWD: usize = 20;
/// Time from one caller of a rush to the next: twenty of them ring within eight seconds.
const GAP: Duration = Duration::from_millis(400);
/// How long the rush hour's own number plays before it hangs up.
const CONFIRMATION: Duration = Duration::from_secs(2);

impl Switch {
    /// A caller rings operators: sound first, since the INVITE carries the offer.
    pub(super) fn ring(
        &mut self,
        call: CallId,
        caller: &'static Caller,
        users: Vec<String>,
        line: &'static Line,
        by_itself: bool,
    ) {
        let (to, mut extra) = self.called_line(caller.dials, line);
        if by_itself {
            // The header is of RFC 5373.
            extra.push(message::header("Answer-Mode", "Auto".to_owned()));
        }
        let patience = caller.patience.map_or(self.settings.patience, |own| own.min(self.settings.patience));
        let ringing = Ringing {
            users,
            line: Some(line.number),
            to,
            extra,
            trunk: caller.dials == Dials::Trunk,
            patience,
        };
        let program = caller.program();
        let voice = self.new_voice(call, program, caller_identity(caller), Task::Ring(ringing));
        self.order(voice, MediaOrder::Offer(program));
    }

    /// How the network tells which line was called: the user of To, and headers.
    fn called_line(&self, dials: Dials, line: &Line) -> (Option<String>, Vec<Header>) {
        let address = format!("sip:{}@{}", line.number, self.settings.domain);
        match dials {
            Dials::Directly => (Some(line.number.to_owned()), Vec::new()),
            Dials::Trunk => (None, vec![message::header("P-Called-Party-ID", format!("<{address}>"))]),
            // History-Info says the same in newer words (RFC 7044).
            Dials::Diverted => (
                None,
                vec![
                    message::header("Diversion", format!("<{address}>;reason=unconditional;counter=1")),
                    message::header("History-Info", format!("<{address}>;index=1")),
                ],
            ),
        }
    }

    /// The next caller, for all operators who are there and not swamped.
    pub(super) fn round(&mut self) {
        let Some(every) = self.settings.ring_every else { return };
        self.after(every, Timer::Round);
        let free = |user: &String| self.legs.values().filter(|leg| leg.user == *user).count() < CALLS_AT_ONCE;
        let users: Vec<String> = self.registrar.present().into_iter().filter(free).collect();
        if !users.is_empty() {
            self.next_caller(users);
        }
    }

    fn next_caller(&mut self, users: Vec<String>) {
        let (callers, lines) = (callers::callers(), colleagues::lines());
        let caller = callers.iter().cycle().nth(self.rounds % callers.len().max(1));
        let line = lines.iter().cycle().nth(self.rounds % lines.len().max(1));
        self.rounds += 1;
        if let (Some(caller), Some(line)) = (caller, line) {
            let call = self.new_call();
            self.ring(call, caller, users, line, false);
        }
    }

    /// So many callers ring within seconds, each all operators who are there.
    pub(super) fn rush(&mut self, callers: usize) {
        let waiting = self.crowd > 0;
        self.crowd = self.crowd.saturating_add(callers);
        if !waiting {
            self.next_of_crowd();
        }
    }

    pub(super) fn next_of_crowd(&mut self) {
        if self.crowd == 0 {
            return;
        }
        self.crowd -= 1;
        let users = self.registrar.present();
        if !users.is_empty() {
            self.next_caller(users);
        }
        if self.crowd > 0 {
            self.after(GAP, Timer::Rush);
        }
    }

    /// An operator wants a rush hour: the number answers, and hangs up when the first callers ring.
    pub(super) fn rush_dialled(&mut self, id: LegId, colleague: &Colleague) {
        let Some(call) = self.legs.get(&id).map(|leg| leg.call) else { return };
        let sound = self.colleague_sound(colleague);
        self.place(id, call, sound);
        self.after(CONFIRMATION, Timer::HangUp(id));
        self.rush(CROWD);
    }
}
