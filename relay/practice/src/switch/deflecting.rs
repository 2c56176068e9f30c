//! A console sends a call on that rings there, unanswered (302, RFC 3261 §21.3.3).

use super::Switch;
use super::hunt::Origin;
use super::invite::Destination;
use super::phones::Manner;
use super::voices::{Ringing, Task};
use crate::colleagues::Colleague;
use crate::event::Event;
use crate::ids::{CallId, VoiceId};
use crate::message;
use crate::phone::PhoneState;
use crate::switch::MediaOrder;
use crate::timers::Timer;

impl Switch {
    /// Sends whoever rang on to a number, on behalf of an operator.
    pub(super) fn deflect(&mut self, origin: Origin, call: CallId, by: &str, number: &str) {
        self.tell(Event::SentOn { call, to: number.to_owned() });
        match origin {
            Origin::Leg(caller) => self.route(caller, number),
            Origin::Transfer(transfer) => self.transfer_failed(transfer, 302),
            Origin::Voice(voice) => self.send_caller_on(voice, call, by, number),
        }
    }

    fn send_caller_on(&mut self, voice: VoiceId, call: CallId, by: &str, number: &str) {
        let sound = self.sound_of(voice);
        self.close_voice(voice);
        let Some(sound) = sound else { return };
        match self.destination(number) {
            Destination::Mailbox(owner) => self.leave_message(&owner),
            Destination::Colleague(colleague) => self.send_to_colleague(sound, call, colleague),
            Destination::Operator(user) => {
                let by = self.operator_identity(by).address(&self.settings.domain);
                let ringing = Ringing {
                    users: vec![user],
                    line: None,
                    to: None,
                    extra: vec![message::header("Diversion", format!("{by};reason=deflection"))],
                    trunk: false,
                    patience: self.settings.patience,
                };
                let program = sound.program;
                let voice = self.new_voice(call, program, sound.identity, Task::Ring(ringing));
                self.order(voice, MediaOrder::Offer(program));
            }
            Destination::PickUp(_) | Destination::Nobody => self.tell(Event::Refused { call, status: 404 }),
        }
    }

    fn send_to_colleague(
        &mut self,
        sound: super::placing::Sound,
        call: CallId,
        colleague: &'static Colleague,
    ) {
        let wait = match self.manner(colleague, None) {
            Manner::Refuses(status) => return self.tell(Event::Refused { call, status }),
            Manner::Declines => return self.tell(Event::Refused { call, status: 603 }),
            Manner::Machine => return self.tell(Event::Refused { call, status: 404 }),
            Manner::Answers | Manner::AnswersAtOnce => self.settings.pick_up,
            Manner::RingsOut | Manner::RingsToVoicemail => self.settings.patience,
        };
        let id = self.open_phone(call, colleague, sound, PhoneState::Ringing);
        self.after(wait, Timer::Phone(id));
    }
}
