//! What a number looks like to those who watch it.

use super::Switch;
use crate::colleagues::{self, Behaviour, Colleague};
use crate::identity::Identity;
use crate::ids::{HuntId, LegId};
use crate::leg::{Far, Leg, LegState};
use crate::phone::PhoneState;
use crate::shown::{Activity, Messages, Package, Party, Shown, ShownCall, ShownPresence, Stage};

impl Switch {
    /// The state of a number in one package; `None` if it has none.
    pub(super) fn shown(&self, package: Package, number: &str) -> Option<Shown> {
        match package {
            Package::Dialog => self.calls_of(number).map(Shown::Calls),
            Package::Presence => self.presence_of(number).map(Shown::Presence),
            Package::Conference => self.members_of(number).map(Shown::Room),
            Package::Messages => self.messages_of(number).map(Shown::Messages),
        }
    }

    fn calls_of(&self, number: &str) -> Option<Vec<ShownCall>> {
        if let Some(operator) = self.registrar.operator(number) {
            return Some(self.calls_of_operator(&operator.user));
        }
        if let Some(colleague) = colleagues::at(number) {
            return Some(match colleague.does {
                Behaviour::Parks => self.calls_at_place(colleague.extension),
                Behaviour::Meets => self.calls_in_room(colleague.extension),
                Behaviour::Answers
                | Behaviour::Busy
                | Behaviour::ByTurns
                | Behaviour::NoAnswer
                | Behaviour::Voicemail
                | Behaviour::DoNotDisturb
                | Behaviour::Rejects
                | Behaviour::Echo
                | Behaviour::Music
                | Behaviour::Hums
                | Behaviour::Listens
                | Behaviour::Rush => self.calls_of_colleague(colleague),
            });
        }
        if self.settings.has_telephone(number) {
            return Some(Vec::new());
        }
        colleagues::line(number).map(|line| self.calls_on_line(line.number))
    }

    /// An operator's calls. Several consoles that ring for one caller are one call.
    fn calls_of_operator(&self, user: &str) -> Vec<ShownCall> {
        let mut ringing: Vec<HuntId> = Vec::new();
        let mut calls = Vec::new();
        for (id, leg) in self.legs.iter().filter(|(_, leg)| leg.user == user) {
            let Some((outgoing, stage)) = stage(leg) else { continue };
            if let Some(hunt) = leg.hunt.filter(|_| stage != Stage::Confirmed) {
                if ringing.contains(&hunt) {
                    continue;
                }
                ringing.push(hunt);
            }
            calls.push(ShownCall {
                id: format!("leg-{}", id.0),
                call_id: leg.dialog.call_id.clone(),
                local_tag: leg.dialog.remote_tag.clone(),
                remote_tag: leg.dialog.local_tag.clone(),
                outgoing,
                stage,
                held: leg.held,
                local: self.called_party(leg),
                remote: self.other_party(*id),
                referred_by: None,
                since: leg.since,
            });
        }
        calls
    }

    /// A colleague's calls: with operators, and with others.
    fn calls_of_colleague(&self, colleague: &Colleague) -> Vec<ShownCall> {
        let with_operators = self.legs.iter().filter(|(_, leg)| leg.reaches == Some(colleague.extension));
        let own = self.phone_calls.iter().filter(|(_, call)| call.extension == colleague.extension);
        let own = own.filter(|(_, call)| call.state != PhoneState::Over).map(|(id, call)| {
            let ringing = call.state == PhoneState::Ringing;
            let stage = if ringing { Stage::Early } else { Stage::Confirmed };
            self.colleague_call("phone", id.0, colleague, stage, call.with.party(), call.since)
        });
        with_operators
            .filter_map(|(id, leg)| {
                let (_, stage) = stage(leg)?;
                let with = self.operator_identity(&leg.user).party();
                Some(self.colleague_call("desk", id.0, colleague, stage, with, leg.since))
            })
            .chain(own)
            .collect()
    }

    /// One call of a colleague. There is no SIP phone behind it: its ids are made from the number of the call.
    fn colleague_call(
        &self,
        kind: &str,
        number: u32,
        colleague: &Colleague,
        stage: Stage,
        remote: Party,
        since: std::time::Instant,
    ) -> ShownCall {
        let domain = &self.settings.domain;
        ShownCall {
            id: format!("{kind}-{number}"),
            call_id: format!("{kind}-{number}@{domain}"),
            local_tag: format!("{kind}-{number}-to"),
            remote_tag: format!("{kind}-{number}-from"),
            outgoing: false,
            stage,
            held: false,
            local: self.colleague_identity(colleague).party(),
            remote,
            referred_by: None,
            since,
        }
    }

    /// The callers who ring on a company's line, each once however many consoles ring.
    fn calls_on_line(&self, line: &str) -> Vec<ShownCall> {
        self.hunts
            .iter()
            .filter(|(_, hunt)| hunt.line == Some(line))
            .map(|(id, hunt)| ShownCall {
                id: format!("line-{}", id.0),
                call_id: format!("line-{}@{}", id.0, self.settings.domain),
                local_tag: String::new(),
                remote_tag: String::new(),
                outgoing: false,
                stage: Stage::Early,
                held: false,
                local: self.party_at(line),
                remote: hunt.from.party(),
                referred_by: None,
                since: hunt.since,
            })
            .collect()
    }

    fn presence_of(&self, number: &str) -> Option<ShownPresence> {
        if let Some(operator) = self.registrar.operator(number) {
            if let Some(document) = self.publication(&operator.user) {
                return Some(ShownPresence::Published(document.to_owned()));
            }
            let open = self.consoles(&operator.user) > 0;
            let talking = !self.calls_of_operator(&operator.user).is_empty();
            return Some(known(open, talking));
        }
        if self.settings.has_telephone(number) {
            return Some(known(true, false));
        }
        let colleague = colleagues::at(number).filter(|colleague| colleague.is_person())?;
        let talking = !self.calls_of_colleague(colleague).is_empty();
        Some(match colleague.does {
            Behaviour::DoNotDisturb => ShownPresence::Known { open: false, activity: Activity::DoNotDisturb },
            Behaviour::NoAnswer | Behaviour::Voicemail if !talking => {
                ShownPresence::Known { open: true, activity: Activity::Away }
            }
            Behaviour::Answers
            | Behaviour::Busy
            | Behaviour::ByTurns
            | Behaviour::NoAnswer
            | Behaviour::Voicemail
            | Behaviour::Rejects
            | Behaviour::Echo
            | Behaviour::Music
            | Behaviour::Hums
            | Behaviour::Parks
            | Behaviour::Meets
            | Behaviour::Listens
            | Behaviour::Rush => known(true, talking),
        })
    }

    /// The messages in a mailbox: operators and colleagues have one.
    fn messages_of(&self, number: &str) -> Option<Messages> {
        let owner = self.mailbox_of(number)?;
        Some(self.mailboxes.get(&owner).copied().unwrap_or_default())
    }

    /// Who a number belongs to.
    pub(super) fn party_at(&self, number: &str) -> Party {
        if self.registrar.operator(number).is_some() {
            return self.operator_identity(number).party();
        }
        let name = match (colleagues::at(number), colleagues::line(number)) {
            (Some(colleague), _) => colleague.name,
            (None, Some(line)) => line.name,
            (None, None) => "",
        };
        Party { name: name.to_owned(), number: number.to_owned() }
    }

    /// Whom a call of an operator's console was meant for: the operator, or a line.
    fn called_party(&self, leg: &Leg) -> Party {
        leg.line.map_or_else(|| self.operator_identity(&leg.user).party(), |line| self.party_at(line))
    }

    /// Who is, or will be, at the other end of a console's call.
    pub(super) fn other_party(&self, id: LegId) -> Party {
        let Some(leg) = self.legs.get(&id) else { return Party::default() };
        match leg.far {
            Far::Voice(voice) => {
                self.voices.get(&voice).map(|voice| voice.identity.party()).unwrap_or_default()
            }
            Far::Leg(other) => self.leg_identity(other).party(),
            Far::Nobody => match leg.hunt.and_then(|hunt| self.hunts.get(&hunt)) {
                Some(hunt) => hunt.from.party(),
                // Still on the way to the number that was dialled.
                None => self.party_at(&crate::address::user(&leg.invite.uri)),
            },
        }
    }

    /// Who is at the far end, as a console is told that calls.
    pub(super) fn answering(&self, far: Far) -> Option<Identity> {
        match far {
            Far::Nobody => None,
            Far::Voice(voice) => self.voices.get(&voice).map(|voice| voice.identity.clone()),
            Far::Leg(leg) => Some(self.leg_identity(leg)),
        }
    }

    /// Who sits at a console.
    pub(super) fn leg_identity(&self, id: LegId) -> Identity {
        let user = self.legs.get(&id).map(|leg| leg.user.clone()).unwrap_or_default();
        self.operator_identity(&user)
    }
}

fn known(open: bool, talking: bool) -> ShownPresence {
    ShownPresence::Known { open, activity: if talking { Activity::OnThePhone } else { Activity::None } }
}

/// Whether the console called, and how far the call is; `None` once it is over or being ended.
fn stage(leg: &Leg) -> Option<(bool, Stage)> {
    let outgoing = leg.hunt.is_none();
    let stage = match leg.state {
        LegState::Calling => Stage::Trying,
        LegState::Invited | LegState::Ringing => Stage::Early,
        LegState::Answered | LegState::Up => Stage::Confirmed,
        LegState::Quitting | LegState::Cancelling | LegState::Leaving | LegState::Gone => return None,
    };
    Some((outgoing, stage))
}
