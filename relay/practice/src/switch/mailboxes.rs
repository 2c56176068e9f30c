//! Voicemail: who leaves a message where, and who listens to theirs.

use super::Switch;
use super::placing::Sound;
use crate::codes::MAILBOX;
use crate::event::Event;
use crate::identity::Identity;
use crate::ids::LegId;
use crate::tones::Program;

impl Switch {
    /// Whose mailbox a number has: the extension of an operator or colleague.
    pub(super) fn mailbox_of(&self, number: &str) -> Option<String> {
        if let Some(operator) = self.registrar.operator(number) {
            return Some(operator.extension.clone());
        }
        let colleague = crate::colleagues::at(number).filter(|colleague| colleague.is_person())?;
        Some(colleague.extension.to_owned())
    }

    /// What a mailbox sounds like.
    pub(super) fn mailbox_sound(&self, owner: &str) -> Sound {
        let name = format!("Voicemail of {}", self.party_at(owner).name);
        let identity = Identity { name, number: format!("{MAILBOX}{owner}"), withheld: false };
        Sound { program: Program::Beep, identity }
    }

    /// A mailbox answers a console; what is said until the goodbye is a message.
    pub(super) fn record(&mut self, id: LegId, owner: &str) {
        let sound = self.mailbox_sound(owner);
        let Some(leg) = self.legs.get_mut(&id) else { return };
        leg.records = Some(owner.to_owned());
        let call = leg.call;
        self.place(id, call, sound);
    }

    /// A console hangs up that may have spoken to a mailbox.
    pub(super) fn close_recording(&mut self, id: LegId) {
        let Some(leg) = self.legs.get_mut(&id) else { return };
        if let Some(owner) = leg.records.take() {
            self.leave_message(&owner);
        }
    }

    /// A message was left.
    pub(super) fn leave_message(&mut self, owner: &str) {
        self.mailboxes.entry(owner.to_owned()).or_default().new += 1;
        self.tell(Event::MessageLeft { mailbox: owner.to_owned() });
    }

    /// An operator listens to all messages, which are old from then on.
    pub(super) fn listen_to_messages(&mut self, id: LegId) {
        let Some(leg) = self.legs.get(&id) else { return };
        let (call, user) = (leg.call, leg.user.clone());
        let Some(owner) = self.mailbox_of(&user) else { return self.refuse_leg(id, 404) };
        let messages = self.mailboxes.entry(owner.clone()).or_default();
        messages.old += messages.new;
        messages.new = 0;
        let sound = self.mailbox_sound(&owner);
        self.place(id, call, sound);
    }
}
