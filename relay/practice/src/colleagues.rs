//! The people and machines that can be dialled, and the lines of the two companies they work for.

use crate::tones::Program;

/// What happens when an extension is dialled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Behaviour {
    /// Rings a moment, answers and talks.
    Answers,
    /// Is on another call: 486.
    Busy,
    /// Is on another call and free again by turns.
    ByTurns,
    /// Rings until it is given up: 480.
    NoAnswer,
    /// Rings for some time, then the mailbox answers.
    Voicemail,
    /// Does not want to be rung: 480.
    DoNotDisturb,
    /// Declines: 603.
    Rejects,
    /// Answers at once and sends back what it hears.
    Echo,
    /// Answers at once and plays a melody.
    Music,
    /// Answers at once and plays a tone without end, each machine its own: who hears whom can be told by them.
    Hums,
    /// A parking place: a call that is transferred there waits, and whoever calls it takes the call.
    Parks,
    /// A conference room: all who call it hear each other.
    Meets,
    /// Plays an operator's messages.
    Listens,
    /// Lets twenty callers ring within seconds.
    Rush,
}

/// Somebody, or something, with an extension on the practice exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Colleague {
    /// Display name.
    pub name: &'static str,
    /// The number to dial.
    pub extension: &'static str,
    /// Company.
    pub company: &'static str,
    /// Department.
    pub department: &'static str,
    /// Job title.
    pub title: &'static str,
    /// What happens when the extension is dialled.
    pub does: Behaviour,
}

/// A number of a company, as callers dial it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line {
    /// The number as it stands in the To header of a call.
    pub number: &'static str,
    /// The company's name.
    pub name: &'static str,
    /// Two letters for a badge.
    pub badge: &'static str,
    /// What to say when answering.
    pub greeting: &'static str,
}

/// Every extension.
pub const fn colleagues() -> &'static [Colleague] {
    COLLEAGUES
}

/// The lines of the two companies. The numbers are from ranges that Ofcom keeps free for fiction.
pub const fn lines() -> &'static [Line] {
    LINES
}

/// The colleague at `extension`.
pub(crate) fn at(extension: &str) -> Option<&'static Colleague> {
    COLLEAGUES.iter().find(|colleague| colleague.extension == extension)
}

/// The line with `number`.
pub(crate) fn line(number: &str) -> Option<&'static Line> {
    LINES.iter().find(|line| line.number == number)
}

impl Behaviour {
    /// What a caller meets, in a few words.
    pub const fn in_words(self) -> &'static str {
        match self {
            Self::Answers => "answers",
            Self::Busy => "is busy",
            Self::ByTurns => "is busy and free by turns",
            Self::NoAnswer => "does not answer",
            Self::Voicemail => "does not answer, but has a mailbox that does",
            Self::DoNotDisturb => "does not want to be disturbed",
            Self::Rejects => "declines",
            Self::Echo => "sends back what it hears",
            Self::Music => "plays a melody",
            Self::Hums => "plays a tone without end",
            Self::Parks => "keeps a call that is transferred there, for whoever calls it",
            Self::Meets => "lets all who call it hear each other",
            Self::Listens => "plays your messages",
            Self::Rush => "lets twenty callers ring within seconds",
        }
    }
}

impl Colleague {
    /// What the colleague sends once connected.
    pub(crate) fn program(&self) -> Program {
        match self.does {
            Behaviour::Echo => Program::Echo,
            Behaviour::Music | Behaviour::Parks | Behaviour::Meets | Behaviour::Rush => Program::Music,
            Behaviour::Listens => Program::Beep,
            Behaviour::Hums => Program::Tone { hertz: 300.0 * (1.0 + f32::from(self.last_digit())) },
            Behaviour::Answers
            | Behaviour::Busy
            | Behaviour::ByTurns
            | Behaviour::NoAnswer
            | Behaviour::Voicemail
            | Behaviour::DoNotDisturb
            | Behaviour::Rejects => {
                let place = COLLEAGUES.iter().position(|other| other.extension == self.extension);
                let place = f32::from(u8::try_from(place.unwrap_or_default()).unwrap_or_default());
                Program::Talk { beep: 1_500.0 + 50.0 * place, pitch: 100.0 + 7.0 * place }
            }
        }
    }

    /// The last digit of the extension.
    fn last_digit(&self) -> u8 {
        self.extension.bytes().last().unwrap_or(b'0').saturating_sub(b'0')
    }

    /// True for a machine to which a call can be transferred: a parking place or a conference room.
    pub(crate) const fn takes_transfers(&self) -> bool {
        matches!(self.does, Behaviour::Parks | Behaviour::Meets)
    }

    /// False for a machine, a place or a code.
    pub const fn is_person(&self) -> bool {
        !matches!(
            self.does,
            Behaviour::Echo
                | Behaviour::Music
                | Behaviour::Hums
                | Behaviour::Parks
                | Behaviour::Meets
                | Behaviour::Listens
                | Behaviour::Rush
        )
    }
}

const LAW: &str = "Aldergate Law";
const CLINIC: &str = "Brightwater Clinic";
/// Whose machines they are.
const EXCHANGE: &str = "Practice exchange";

const LINES: &[Line] = &[
    Line {
        number: "02079460100",
        name: LAW,
        badge: "AL",
        greeting: "Aldergate Law, good day, how may I help?",
    },
    Line {
        number: "02079460200",
        name: CLINIC,
        badge: "BC",
        greeting: "Brightwater Clinic, reception, how can I help you?",
    },
];

const fn colleague(
    extension: &'static str,
    name: &'static str,
    company: &'static str,
    department: &'static str,
    title: &'static str,
    does: Behaviour,
) -> Colleague {
    Colleague { name, extension, company, department, title, does }
}

#[rustfmt::skip]
const COLLEAGUES: &[Colleague] = {
    use Behaviour::{
        Answers, Busy, ByTurns, DoNotDisturb, Echo, Hums, Listens, Meets, Music, NoAnswer, Parks, Rejects, Rush,
        Voicemail,
    };
    &[
        colleague("301", "Agnes Thorley", LAW, "Conveyancing", "Partner", Answers),
        colleague("302", "Bertram Okafor", LAW, "Conveyancing", "Solicitor", Busy),
        colleague("303", "Clemence Duval", LAW, "Family", "Partner", NoAnswer),
        colleague("304", "Dmitri Halloran", LAW, "Family", "Solicitor", Answers),
        colleague("305", "Eudora Penhaligon", LAW, "Probate", "Solicitor", Rejects),
        colleague("306", "Fergus Adeyemi", LAW, "Probate", "Paralegal", Answers),
        colleague("307", "Greta Lindqvist", LAW, "Litigation", "Partner", Answers),
        colleague("308", "Hamish Villeneuve", LAW, "Litigation", "Trainee", ByTurns),
        colleague("309", "Ines Castellano", LAW, "Accounts", "Bookkeeper", Answers),
        colleague("310", "Jocelyn Mbeki", LAW, "Office", "Office manager", Voicemail),
        colleague("401", "Karel Novotny", CLINIC, "Physiotherapy", "Physiotherapist", Answers),
        colleague("402", "Leocadia Brandt", CLINIC, "Physiotherapy", "Physiotherapist", Busy),
        colleague("403", "Magnus Fairweather", CLINIC, "General practice", "Doctor", NoAnswer),
        colleague("404", "Noemi Szabo", CLINIC, "General practice", "Doctor", Answers),
        colleague("405", "Osric Tanaka", CLINIC, "Dermatology", "Doctor", DoNotDisturb),
        colleague("406", "Philippa Ruiz", CLINIC, "Dermatology", "Nurse", Answers),
        colleague("407", "Quentin Abara", CLINIC, "Laboratory", "Technician", Answers),
        colleague("408", "Rosalind Eriksen", CLINIC, "Billing", "Clerk", Answers),
        colleague("409", "Silvio Marchetti", CLINIC, "Pharmacy", "Pharmacist", Voicemail),
        colleague("410", "Tamsin Oyelaran", CLINIC, "Management", "Practice manager", Answers),
        colleague("600", "Echo", EXCHANGE, "Machines", "Sends back what it hears", Echo),
        colleague("601", "Music", EXCHANGE, "Machines", "Plays a melody", Music),
        colleague("611", "Tone of 600 Hz", EXCHANGE, "Machines", "Plays a tone without end", Hums),
        colleague("612", "Tone of 900 Hz", EXCHANGE, "Machines", "Plays a tone without end", Hums),
        colleague("613", "Tone of 1,200 Hz", EXCHANGE, "Machines", "Plays a tone without end", Hums),
        colleague("614", "Tone of 1,500 Hz", EXCHANGE, "Machines", "Plays a tone without end", Hums),
        colleague("701", "Parking place 1", EXCHANGE, "Parking", "Keeps a call", Parks),
        colleague("702", "Parking place 2", EXCHANGE, "Parking", "Keeps a call", Parks),
        colleague("703", "Parking place 3", EXCHANGE, "Parking", "Keeps a call", Parks),
        colleague("704", "Parking place 4", EXCHANGE, "Parking", "Keeps a call", Parks),
        colleague("705", "Parking place 5", EXCHANGE, "Parking", "Keeps a call", Parks),
        colleague("801", "Conference room 1", EXCHANGE, "Conference", "All hear each other", Meets),
        colleague("802", "Conference room 2", EXCHANGE, "Conference", "All hear each other", Meets),
        colleague("*97", "My voicemail", EXCHANGE, "Machines", "Plays your messages", Listens),
        colleague("*20", "Rush hour", EXCHANGE, "Machines", "Lets twenty callers ring", Rush),
    ]
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn extensions_are_unique_and_every_behaviour_can_be_tried() {
        for (place, colleague) in colleagues().iter().enumerate() {
            assert!(colleagues().iter().skip(place + 1).all(|other| other.extension != colleague.extension));
        }
        use Behaviour::{
            Answers, Busy, ByTurns, DoNotDisturb, Echo, Hums, Listens, Meets, Music, NoAnswer, Parks,
            Rejects, Rush, Voicemail,
        };
        let people = [Answers, Busy, ByTurns, NoAnswer, Voicemail, DoNotDisturb, Rejects];
        for behaviour in people.into_iter().chain([Echo, Music, Hums, Parks, Meets, Listens, Rush]) {
            assert!(colleagues().iter().any(|colleague| colleague.does == behaviour), "{behaviour:?}");
        }
    }

    #[test]
    fn numbers_belong_to_nobody() {
        // Ofcom keeps 020 7946 0000 to 0999 free for fiction.
        assert!(lines().iter().all(|line| line.number.starts_with("02079460")));
    }
}
