//! The desk outlives the engine: what is saved, when, and what becomes of it when an engine begins again.
//!
//! Saved are calls, sessions and the shift, some kilobytes, and some 150 bytes for each subscription. Passwords are not:
//! an agent that was restored says nothing until the relay has handed the account out again.

use std::time::Duration;

use cordboard_sip::Instant;

use super::Desk;
use super::calls::Call;
use crate::call::{CallState, Deed, Saying, Step};
use crate::chance::Chance;
use crate::{Delta, Directories, Notice, Output, PageOutput, StoreWrite, protocol};

/// How long changes gather before they are saved together. A request sent and not saved makes its number
/// (RFC 3261 section 12.2.1.1) be used twice, so this is short.
const GATHER: Duration = Duration::from_millis(100);
/// How long an unchanged desk with calls stays unsaved: what was saved tells by its age how long nobody was there.
const STILL_HERE: Duration = Duration::from_secs(60);
/// How long after it was saved a call is taken up again. Whoever hears nothing for longer has hung up.
const TAKE_UP: Duration = Duration::from_secs(300);
/// How long the far end may still believe in a call that nobody takes up, and is told that it is over.
const BELIEVED: Duration = Duration::from_secs(12 * 3600);

impl Desk {
    /// Everything that should outlive a crash of the engine: calls, the agent's sessions, the shift. Pages come
    /// back by themselves, and directories are stored on their own.
    pub fn save(&self, now: Instant) -> Vec<u8> {
        protocol::encode(&(now, self))
    }

    /// The desk as it was saved. It has no socket and no pages; [`crate::Input::Restored`] brings the directories,
    /// and [`crate::Input::Provisioned`] the passwords, the socket and with it the calls. All chance follows from
    /// `seed`, as with [`Desk::new`].
    ///
    /// `None` if it was saved by another version or too long ago, or is damaged: begin with [`Desk::new`] then.
    pub fn restore(saved: &[u8], seed: u64, now: Instant) -> Option<Self> {
        let (at, mut desk): (Instant, Self) = protocol::decode(saved).ok()?;
        let age = now.since(at);
        if age > BELIEVED {
            return None;
        }
        desk.chance = Chance::new(seed);
        let numbering = desk.shift.as_ref().map(|shift| shift.numbering.clone()).unwrap_or_default();
        desk.directories = Directories::new(numbering);
        desk.line_side.disconnected(now);
        desk.link.begin_again(now);
        desk.listen_to_line(now);
        if age > TAKE_UP {
            desk.give_up_calls(now);
        } else {
            desk.take_up_calls(now);
        }
        desk.settle(now);
        Some(desk)
    }

    /// Whoever is connected still hears us, or silence: the next page brings new media.
    fn take_up_calls(&mut self, now: Instant) {
        for call in self.calls.values_mut() {
            call.leg.lose_media();
        }
        if self.calls.values().any(Call::is_alive) {
            self.tell(now, Notice::Restarted);
        }
    }

    /// Nobody waits any more. Those who might think so are told as soon as there is a connection.
    fn give_up_calls(&mut self, now: Instant) {
        self.notices.take_down(|_| true);
        let all: Vec<_> = self.calls.iter().map(|(id, call)| (*id, call.is_alive())).collect();
        for (id, alive) in all {
            let lost = [Deed::Say(Saying::CallLost), Deed::HangUp];
            let deeds = if alive { lost.to_vec() } else { Vec::new() };
            self.take_step(now, id, Step { state: CallState::Over, deeds });
        }
    }

    /// Something has happened that is to be saved, if so.
    pub(super) fn change_if(&mut self, now: Instant, changed: bool) {
        if changed {
            let soon = now + GATHER;
            self.save_at = Some(self.save_at.map_or(soon, |at| at.min(soon)));
        }
    }

    /// Whatever goes out to the far end or to the media is saved.
    pub(super) fn note_outputs(&mut self, now: Instant) {
        let changed = self.outputs.iter().any(|output| match output {
            Output::SendFrame(frame) => is_worth_saving(frame),
            Output::Tell(_, PageOutput::Media(_)) => true,
            Output::Tell(_, _) | Output::TellAll(_) => false,
            Output::Connect { .. } | Output::Disconnect | Output::Store(_) => false,
            Output::ConnectTeam | Output::DisconnectTeam | Output::TellTeam(_) => false,
        });
        self.change_if(now, changed);
    }

    pub(super) fn save_if_due(&mut self, now: Instant) {
        if self.save_at.is_some_and(|at| at <= now) {
            self.save_at = self.calls.values().any(Call::is_alive).then_some(now + STILL_HERE);
            let saved = self.save(now);
            self.outputs.push_back(Output::Store(StoreWrite::PutDesk(saved)));
        }
    }
}

/// True for a frame after which the desk is to be saved: not for a keep-alive (RFC 5626 section 3.5.1), and not for
/// what a thousand lamps tell all day, which is asked for anew by whoever takes over.
pub(super) fn is_worth_saving(frame: &[u8]) -> bool {
    let Some(method) = method(frame.trim_ascii_start()) else { return false };
    ![&b"NOTIFY"[..], b"SUBSCRIBE", b"PUBLISH"].contains(&method)
}

/// The method of a request, or of what a response answers; `None` if this is neither.
fn method(frame: &[u8]) -> Option<&[u8]> {
    let mut lines = frame.split(|byte| *byte == b'\n');
    let first = lines.next().filter(|line| !line.is_empty())?;
    if !first.starts_with(b"SIP/") {
        return first.split(|byte| *byte == b' ').next();
    }
    let named = lines.find(|line| line.get(..4).is_some_and(|name| name.eq_ignore_ascii_case(b"cseq")))?;
    named.trim_ascii_end().rsplit(|byte| *byte == b' ').next()
}

/// True for what pages are told and what is saved as well.
pub(super) fn is_kept(delta: &Delta) -> bool {
    match delta {
        Delta::Operator { .. }
        | Delta::Link(_)
        | Delta::Call(_)
        | Delta::CallGone(_)
        | Delta::Conference(_)
        | Delta::Notice(_)
        | Delta::NoticeGone(_)
        | Delta::DoNotDisturb(_)
        | Delta::Missed(_) => true,
        Delta::Media(_)
        | Delta::Audio(_)
        | Delta::Directories(_)
        | Delta::Front(_)
        | Delta::Contacts(_)
        | Delta::Suggestions { .. }
        | Delta::Overflow(_)
        | Delta::OverflowTried(_)
        | Delta::Dial(_)
        | Delta::Talking { .. }
        | Delta::Quality { .. }
        | Delta::Log(_)
        | Delta::Redial(_)
        | Delta::Phones(_)
        | Delta::PhonesGone(_)
        | Delta::Voicemail(_)
        | Delta::Team(_)
        | Delta::Exported { .. }
        | Delta::LogExported { .. }
        | Delta::Traced { .. } => false,
    }
}
