//! Colleagues' phones: how they take a call, and the calls they have with people outside.

use super::Switch;
use super::placing::Sound;
use crate::callers::{self, Caller};
use crate::colleagues::{self, Behaviour, Colleague};
use crate::event::Event;
use crate::identity::Identity;
use crate::ids::{CallId, LegId, PhoneCallId};
use crate::leg::{Leg, LegState};
use crate::phone::{PhoneCall, PhoneEvent, PhoneState};
use crate::timers::Timer;
use crate::tones::Program;

/// How a number takes a call right now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Manner {
    /// Rings a moment, and answers.
    Answers,
    /// Answers without ringing.
    AnswersAtOnce,
    /// Refuses without ringing.
    Refuses(u16),
    /// Rings, and declines.
    Declines,
    /// Rings until the caller gives up.
    RingsOut,
    /// Rings for some time, then the mailbox answers.
    RingsToVoicemail,
    /// Is a place, a room or a code: what happens depends on who calls.
    Machine,
}

/// A call from outside rings so many times as long at a colleague's phone as an operator's: there is time to pick it up.
const LINGER: u32 = 4;

impl Switch {
    /// How a colleague takes a call right now. A call that is about to end does not make the colleague busy: the one
    /// by which a transferor asked first (`of` is the transferor's call with the one who is transferred).
    pub(super) fn manner(&self, colleague: &Colleague, of: Option<LegId>) -> Manner {
        match colleague.does {
            Behaviour::Echo | Behaviour::Music | Behaviour::Hums => Manner::AnswersAtOnce,
            Behaviour::Parks | Behaviour::Meets | Behaviour::Listens | Behaviour::Rush => Manner::Machine,
            Behaviour::DoNotDisturb => Manner::Refuses(480),
            Behaviour::Rejects => Manner::Declines,
            // One call at a time, as on most desks.
            Behaviour::Busy
            | Behaviour::ByTurns
            | Behaviour::Answers
            | Behaviour::NoAnswer
            | Behaviour::Voicemail
                if self.is_occupied_for(colleague.extension, of) =>
            {
                Manner::Refuses(486)
            }
            Behaviour::Answers | Behaviour::Busy | Behaviour::ByTurns => Manner::Answers,
            Behaviour::NoAnswer => Manner::RingsOut,
            Behaviour::Voicemail => Manner::RingsToVoicemail,
        }
    }

    /// True while a colleague's phone rings or is off the hook.
    fn is_occupied(&self, extension: &str) -> bool {
        self.is_occupied_for(extension, None)
    }

    fn is_occupied_for(&self, extension: &str, of: Option<LegId>) -> bool {
        let transferor = of.and_then(|leg| self.legs.get(&leg)).map(|leg| leg.user.as_str());
        let own = |leg: &Leg| leg.state == LegState::Invited && Some(leg.user.as_str()) == transferor;
        self.legs.values().any(|leg| leg.reaches == Some(extension) && !own(leg))
            || self
                .phone_calls
                .values()
                .any(|call| call.extension == extension && call.state != PhoneState::Over)
    }

    /// Colleagues who are on the phone from the start.
    pub(super) fn open_office(&mut self) {
        for colleague in colleagues::colleagues() {
            match colleague.does {
                Behaviour::Busy => drop(self.occupy(colleague, None)),
                Behaviour::ByTurns => {
                    self.occupy(colleague, None);
                    self.after(self.settings.turn, Timer::Turn(colleague.extension));
                }
                Behaviour::Answers
                | Behaviour::NoAnswer
                | Behaviour::Voicemail
                | Behaviour::Rejects
                | Behaviour::DoNotDisturb
                | Behaviour::Echo
                | Behaviour::Music
                | Behaviour::Hums
                | Behaviour::Parks
                | Behaviour::Meets
                | Behaviour::Listens
                | Behaviour::Rush => {}
            }
        }
    }

    /// Somebody who is busy by turns: busy if free, free if busy.
    pub(super) fn turn(&mut self, extension: &'static str) {
        self.after(self.settings.turn, Timer::Turn(extension));
        let busy = self.is_occupied(extension);
        self.occupy_asked(extension, !busy);
    }

    /// Makes a colleague busy with somebody outside, or ends all such calls.
    pub(super) fn occupy_asked(&mut self, extension: &str, busy: bool) {
        let Some(colleague) = colleagues::at(extension) else { return };
        if busy {
            if !self.is_occupied(extension) {
                self.occupy(colleague, None);
            }
            return;
        }
        let own: Vec<PhoneCallId> = self
            .phone_calls
            .iter()
            .filter(|(_, call)| call.extension == colleague.extension)
            .map(|(id, _)| *id)
            .collect();
        for id in own {
            self.step_phone(id, PhoneEvent::Ends);
        }
    }

    /// A call that stands already: with `with`, or with anybody.
    pub(super) fn occupy(&mut self, colleague: &'static Colleague, with: Option<Sound>) -> PhoneCallId {
        let with = with.unwrap_or_else(|| {
            let place = self.phone_calls.len() % callers::callers().len().max(1);
            callers::callers().iter().cycle().nth(place).map_or_else(nobody, caller_sound)
        });
        let call = self.new_call();
        self.open_phone(call, colleague, with, PhoneState::Talking)
    }

    /// Somebody outside rings a colleague.
    pub(super) fn ring_colleague(
        &mut self,
        call: CallId,
        caller: &'static Caller,
        colleague: &'static Colleague,
    ) {
        let manner = self.manner(colleague, None);
        let wait = match manner {
            Manner::Answers | Manner::AnswersAtOnce => self.settings.pick_up * LINGER,
            Manner::RingsOut | Manner::RingsToVoicemail => self.settings.patience,
            Manner::Refuses(status) => return self.tell(Event::Refused { call, status }),
            Manner::Declines => return self.tell(Event::Refused { call, status: 603 }),
            Manner::Machine => return self.tell(Event::Refused { call, status: 404 }),
        };
        let id = self.open_phone(call, colleague, caller_sound(caller), PhoneState::Ringing);
        self.tell(Event::Ringing { call, user: colleague.extension.to_owned() });
        self.after(wait, Timer::Phone(id));
    }

    pub(super) fn open_phone(
        &mut self,
        call: CallId,
        colleague: &'static Colleague,
        with: Sound,
        state: PhoneState,
    ) -> PhoneCallId {
        let id = PhoneCallId(self.tokens.number());
        let (extension, since) = (colleague.extension, self.now);
        let Sound { program, identity: with } = with;
        self.phone_calls.insert(id, PhoneCall { call, extension, with, program, state, since });
        id
    }

    /// A colleague's call goes on by itself: picked up, given up, or talked out.
    pub(super) fn phone_due(&mut self, id: PhoneCallId) {
        let Some(call) = self.phone_calls.get(&id) else { return };
        let (state, extension, number) = (call.state, call.extension, call.call);
        let does = colleagues::at(extension).map(|colleague| colleague.does);
        match (state, does) {
            (PhoneState::Ringing, Some(Behaviour::Answers | Behaviour::ByTurns | Behaviour::Busy)) => {
                self.step_phone(id, PhoneEvent::PicksUp);
                self.tell(Event::Answered { call: number });
                self.after(self.settings.talk, Timer::Phone(id));
            }
            (PhoneState::Ringing, Some(Behaviour::Voicemail)) => {
                self.step_phone(id, PhoneEvent::Ends);
                self.leave_message(extension);
                self.tell(Event::Ended { call: number });
            }
            (PhoneState::Ringing, _) => {
                self.step_phone(id, PhoneEvent::Ends);
                self.tell(Event::GivenUp { call: number });
            }
            (PhoneState::Talking | PhoneState::Over, _) => {
                self.step_phone(id, PhoneEvent::Ends);
                self.tell(Event::Ended { call: number });
            }
        }
    }

    /// Moves a colleague's call along its table. Nobody else writes its state.
    pub(super) fn step_phone(&mut self, id: PhoneCallId, event: PhoneEvent) {
        let Some(call) = self.phone_calls.get_mut(&id) else { return };
        call.state = call.state.step(event);
        if call.state == PhoneState::Over {
            self.phone_calls.remove(&id);
        }
    }

    /// The office lives: now and then somebody outside rings the next colleague.
    pub(super) fn stir(&mut self) {
        let Some(every) = self.settings.stir_every else { return };
        self.after(every, Timer::Stir);
        let willing = |colleague: &&Colleague| {
            matches!(colleague.does, Behaviour::Answers | Behaviour::Voicemail | Behaviour::NoAnswer)
        };
        let free: Vec<&'static Colleague> = colleagues::colleagues()
            .iter()
            .filter(willing)
            .filter(|colleague| !self.is_occupied(colleague.extension))
            .collect();
        self.stirs += 1;
        // Steps that share no divisor with the numbers of people, so that everybody's turn comes.
        let colleague = free.get(self.stirs * 7 % free.len().max(1)).copied();
        let caller = callers::callers().iter().cycle().nth(self.stirs * 5 % callers::callers().len().max(1));
        if let (Some(colleague), Some(caller)) = (colleague, caller) {
            let call = self.new_call();
            self.ring_colleague(call, caller, colleague);
        }
    }
}

/// A caller as those who are called see it.
pub(super) fn caller_identity(caller: &Caller) -> Identity {
    Identity { name: caller.name.to_owned(), number: caller.number.to_owned(), withheld: caller.withheld }
}

/// A caller as the one at the other end.
pub(super) fn caller_sound(caller: &Caller) -> Sound {
    Sound { program: caller.program(), identity: caller_identity(caller) }
}

fn nobody() -> Sound {
    let identity = Identity { name: String::new(), number: String::new(), withheld: true };
    Sound { program: Program::Music, identity }
}
