//! The people who ring the two companies.

use crate::tones::Program;

/// Somebody outside who rings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Caller {
    /// Display name that the network sends; empty when it sends none.
    pub name: &'static str,
    /// Number in E.164, by which a caller is named here. A withheld number is not sent to the console.
    pub number: &'static str,
    /// The caller's company, for a directory; empty for a private person.
    pub company: &'static str,
    /// True when the caller has the number withheld.
    pub withheld: bool,
    /// True when an external directory may list the caller.
    pub known: bool,
}

/// Everybody who rings.
pub const fn callers() -> &'static [Caller] {
    CALLERS
}

/// The callers that an external directory may list; the others are strangers.
pub fn known_callers() -> impl Iterator<Item = &'static Caller> {
    CALLERS.iter().filter(|caller| caller.known)
}

/// The caller with `number`.
pub(crate) fn with_number(number: &str) -> Option<&'static Caller> {
    CALLERS.iter().find(|caller| caller.number == number)
}

impl Caller {
    /// What the caller says. The beep tells callers apart: 500 Hz for the first, 100 Hz more for each that follows.
    pub(crate) fn program(&self) -> Program {
        let place = CALLERS.iter().position(|other| other.number == self.number).unwrap_or_default();
        let place = f32::from(u8::try_from(place).unwrap_or_default());
        Program::Talk { beep: 500.0 + 100.0 * place, pitch: 95.0 + 15.0 * place }
    }
}

// Numbers from ranges that are kept free for fiction (Ofcom: 020 7946 0xxx, 0117 496 0xxx, 07700 900xxx; NANP: 555-01xx).
#[rustfmt::skip]
const CALLERS: &[Caller] = &[
    Caller { name: "Ottoline Marsh", number: "+442079460811", company: "Marsh & Daughters", withheld: false, known: true },
    Caller { name: "Percival Strand", number: "+441174960132", company: "Strand Surveyors", withheld: false, known: true },
    Caller { name: "Ravenna Holt", number: "+447700900417", company: "", withheld: false, known: true },
    Caller { name: "", number: "+447700900582", company: "", withheld: false, known: false },
    Caller { name: "Yusuf Calloway", number: "+12025550143", company: "Calloway Freight", withheld: false, known: true },
    Caller { name: "", number: "+442079460977", company: "", withheld: true, known: false },
    Caller { name: "WINDERMERE T", number: "+441174960871", company: "", withheld: false, known: false },
];
