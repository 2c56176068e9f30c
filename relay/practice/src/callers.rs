//! The people who ring the two companies.

use std::time::Duration;

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
    /// How the caller's network tells which line was called.
    pub dials: Dials,
    /// How long the caller lets it ring, where that is less than the exchange allows.
    pub patience: Option<Duration>,
}

/// How an INVITE tells which of the companies' lines was called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dials {
    /// The line is in To.
    Directly,
    /// To has the operator; `P-Called-Party-ID` has the line (RFC 7315), and From the trunk by which the call comes in:
    /// who calls is in `P-Asserted-Identity` alone.
    Trunk,
    /// The line is diverted to the operators: `Diversion` and `History-Info` have it (RFC 5806, RFC 7044).
    Diverted,
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
const CALLERS: &[Caller] = {
    use Dials::{Directly, Diverted, Trunk};
    use Kind::{Known, Stranger, Withheld};
    &[
        caller("Ottoline Marsh", "+442079460811", "Marsh & Daughters", Known, Directly, None),
        caller("Percival Strand", "+441174960132", "Strand Surveyors", Known, Directly, None),
        caller("Ravenna Holt", "+447700900417", "", Known, Directly, None),
        caller("", "+447700900582", "", Stranger, Directly, None),
        caller("Yusuf Calloway", "+12025550143", "Calloway Freight", Known, Trunk, None),
        caller("", "+442079460977", "", Withheld, Directly, None),
        caller("WINDERMERE T", "+441174960871", "", Stranger, Diverted, None),
        caller("Beatrix Lowell", "+442079460823", "", Stranger, Directly, Some(Duration::from_secs(12))),
        caller("", "+447700900613", "", Stranger, Trunk, None),
        caller("Casimir Dunne", "+441174960245", "", Stranger, Directly, None),
        caller("DRUMMOND P", "+442079460835", "", Stranger, Diverted, Some(Duration::from_secs(8))),
        caller("Elspeth Navarro", "+447700900651", "", Stranger, Directly, None),
        caller("", "+441174960290", "", Withheld, Directly, Some(Duration::from_secs(10))),
        caller("Florian Achterberg", "+12025550177", "", Stranger, Trunk, None),
        caller("Genoveva Pike", "+442079460847", "", Stranger, Directly, None),
        caller("", "+447700900688", "", Stranger, Directly, Some(Duration::from_secs(15))),
        caller("Horatio Benning", "+441174960318", "", Stranger, Diverted, None),
        caller("ILLINGWORTH R", "+442079460859", "", Stranger, Directly, None),
        caller("Josephine Tarrant", "+447700900724", "", Stranger, Directly, Some(Duration::from_secs(9))),
        caller("Kasimira Voss", "+12025550186", "", Stranger, Directly, None),
    ]
};

/// How a caller stands to the companies.
enum Kind {
    Known,
    Stranger,
    Withheld,
}

const fn caller(
    name: &'static str,
    number: &'static str,
    company: &'static str,
    kind: Kind,
    dials: Dials,
    patience: Option<Duration>,
) -> Caller {
    let (withheld, known) = match kind {
        Kind::Known => (false, true),
        Kind::Stranger => (false, false),
        Kind::Withheld => (true, false),
    };
    Caller { name, number, company, withheld, known, dials, patience }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rush_has_a_caller_for_everybody_and_no_number_twice() {
        assert_eq!(callers().len(), 20);
        for (place, caller) in callers().iter().enumerate() {
            assert!(callers().iter().skip(place + 1).all(|other| other.number != caller.number));
        }
    }
}
