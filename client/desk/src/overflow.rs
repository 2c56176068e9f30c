//! Overflow: what becomes of a call that the operator does not take, by rules in a stated order.
//!
//! The rules decide and touch nothing. What they decide is carried out like a wish of the operator's, and what is not
//! possible now is passed over for the next rule, so that a broken rule loses nobody.

use serde::{Deserialize, Serialize};

use crate::WhyNot;

/// When a rule is asked. The order of [`Occasion::ORDER`] is the order in which they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Occasion {
    /// The operator does not want to be disturbed.
    DoNotDisturb,
    /// It is outside of the hours in which the desk is open.
    OutOfHours,
    /// The caller withholds the number.
    Anonymous,
    /// The caller is in no directory.
    Stranger,
    /// More calls than that are on the incoming list.
    Crowded,
    /// Nobody has answered for some time.
    Unanswered,
}

impl Occasion {
    /// Every occasion, in the order in which rules are asked.
    pub const ORDER: [Self; 6] = [
        Self::DoNotDisturb,
        Self::OutOfHours,
        Self::Anonymous,
        Self::Stranger,
        Self::Crowded,
        Self::Unanswered,
    ];
}

/// What is done with a call.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Instead {
    /// Nothing: it rings. With do not disturb, nothing means that it is refused as busy.
    #[default]
    Ring,
    /// It is sent to this number or address, as typed.
    SendTo(String),
    /// It is sent to the operator's voicemail box.
    Voicemail,
    /// It is answered and waits on hold.
    AnswerAndHold,
    /// It is refused as busy.
    Refuse,
}

/// The hours in which the desk is open: for each day from Monday on, from and to in minutes after midnight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hours {
    /// `None` on a day when it is closed.
    pub days: [Option<(u16, u16)>; 7],
}

impl Default for Hours {
    /// Monday to Friday, nine to five.
    fn default() -> Self {
        let open = Some((9 * 60, 17 * 60));
        Self { days: [open, open, open, open, open, None, None] }
    }
}

/// Minutes of a day.
const DAY: i64 = 24 * 60;

impl Hours {
    /// Whether the desk is open at a minute of local time, counted from 1 January 1970, which was a Thursday.
    fn is_open(&self, minute: i64) -> bool {
        let weekday = usize::try_from((minute.div_euclid(DAY) + 3).rem_euclid(7)).unwrap_or_default();
        let of_day = minute.rem_euclid(DAY);
        self.days
            .get(weekday)
            .copied()
            .flatten()
            .is_some_and(|(from, to)| (i64::from(from)..i64::from(to)).contains(&of_day))
    }
}

/// The rules.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overflow {
    /// With do not disturb.
    pub do_not_disturb: Instead,
    /// Out of hours.
    pub out_of_hours: Instead,
    /// When the desk is open.
    pub hours: Hours,
    /// For callers who withhold the number.
    pub anonymous: Instead,
    /// For callers in no directory.
    pub stranger: Instead,
    /// When there are too many.
    pub crowded: Instead,
    /// More than so many calls on the incoming list are too many.
    pub most_calls: u8,
    /// When nobody answers.
    pub unanswered: Instead,
    /// After so many seconds.
    pub after: u16,
}

impl Default for Overflow {
    fn default() -> Self {
        Self {
            do_not_disturb: Instead::Ring,
            out_of_hours: Instead::Ring,
            hours: Hours::default(),
            anonymous: Instead::Ring,
            stranger: Instead::Ring,
            crowded: Instead::Ring,
            most_calls: 8,
            unanswered: Instead::Ring,
            after: 25,
        }
    }
}

/// A call as the rules see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Arrival {
    /// Do not disturb is on.
    pub do_not_disturb: bool,
    /// Minutes of local time since 1 January 1970; `None` while nobody has told which that is.
    pub minute: Option<i64>,
    /// The number is withheld.
    pub anonymous: bool,
    /// Found in a directory.
    pub known: bool,
    /// Calls on the incoming list, with this one.
    pub calls: usize,
    /// It has rung for so long, seconds.
    pub rung_for: u64,
}

/// What one rule says about a call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// Which rule.
    pub occasion: Occasion,
    /// What it would do.
    pub instead: Instead,
    /// How it comes out.
    pub outcome: Outcome,
}

/// How a rule comes out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Outcome {
    /// The rule is not set.
    Off,
    /// It is not such a call.
    DoesNotApply,
    /// What it asks for cannot be done now; the next one is asked.
    NotPossible(WhyNot),
    /// It decides.
    Decides,
    /// It decides after so many seconds of ringing.
    DecidesAfter(u16),
    /// One before it has decided.
    TooLate,
}

impl Overflow {
    /// What the rule of an occasion does.
    pub fn instead(&self, occasion: Occasion) -> &Instead {
        match occasion {
            Occasion::DoNotDisturb => &self.do_not_disturb,
            Occasion::OutOfHours => &self.out_of_hours,
            Occasion::Anonymous => &self.anonymous,
            Occasion::Stranger => &self.stranger,
            Occasion::Crowded => &self.crowded,
            Occasion::Unanswered => &self.unanswered,
        }
    }

    /// Makes the rule of an occasion do something else.
    pub fn set(&mut self, occasion: Occasion, instead: Instead) {
        match occasion {
            Occasion::DoNotDisturb => self.do_not_disturb = instead,
            Occasion::OutOfHours => self.out_of_hours = instead,
            Occasion::Anonymous => self.anonymous = instead,
            Occasion::Stranger => self.stranger = instead,
            Occasion::Crowded => self.crowded = instead,
            Occasion::Unanswered => self.unanswered = instead,
        }
    }

    fn applies(&self, occasion: Occasion, arrival: Arrival) -> bool {
        match occasion {
            Occasion::DoNotDisturb => arrival.do_not_disturb,
            Occasion::OutOfHours => arrival.minute.is_some_and(|minute| !self.hours.is_open(minute)),
            Occasion::Anonymous => arrival.anonymous,
            Occasion::Stranger => !arrival.anonymous && !arrival.known,
            Occasion::Crowded => arrival.calls > usize::from(self.most_calls),
            Occasion::Unanswered => true,
        }
    }

    /// What each rule says about a call, in their order. `possible` tells why something cannot be done now.
    pub(crate) fn verdicts(
        &self,
        arrival: Arrival,
        possible: impl Fn(&Instead) -> Result<(), WhyNot>,
    ) -> Vec<Verdict> {
        let mut decided = false;
        let judge = |occasion: Occasion| {
            let instead = self.instead(occasion).clone();
            // A desk that is not to be disturbed and has no rule for it is busy.
            let refuses = occasion == Occasion::DoNotDisturb && instead == Instead::Ring;
            let outcome = if decided {
                Outcome::TooLate
            } else if instead == Instead::Ring && !refuses {
                Outcome::Off
            } else if !self.applies(occasion, arrival) {
                Outcome::DoesNotApply
            } else if let Err(why) = possible(&instead) {
                Outcome::NotPossible(why)
            } else if occasion == Occasion::Unanswered && arrival.rung_for < u64::from(self.after) {
                Outcome::DecidesAfter(self.after)
            } else {
                Outcome::Decides
            };
            decided |= matches!(outcome, Outcome::Decides | Outcome::DecidesAfter(_));
            let instead = if refuses { Instead::Refuse } else { instead };
            Verdict { occasion, instead, outcome }
        };
        Occasion::ORDER.into_iter().map(judge).collect()
    }

    /// What is to be done with a call now; `None` to let it ring.
    pub(crate) fn decide(
        &self,
        arrival: Arrival,
        possible: impl Fn(&Instead) -> Result<(), WhyNot>,
    ) -> Option<Instead> {
        let verdicts = self.verdicts(arrival, possible);
        verdicts
            .into_iter()
            .find(|verdict| verdict.outcome == Outcome::Decides)
            .map(|verdict| verdict.instead)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const QUIET: Arrival =
        Arrival { do_not_disturb: false, minute: None, anonymous: false, known: true, calls: 1, rung_for: 0 };

    fn all_to_voicemail() -> Overflow {
        let mut overflow = Overflow { most_calls: 2, ..Overflow::default() };
        for occasion in Occasion::ORDER {
            overflow.set(occasion, Instead::Voicemail);
        }
        overflow
    }

    fn decided_by(overflow: &Overflow, arrival: Arrival) -> Option<Occasion> {
        let verdicts = overflow.verdicts(arrival, |_| Ok(()));
        verdicts
            .into_iter()
            .find(|verdict| verdict.outcome == Outcome::Decides)
            .map(|verdict| verdict.occasion)
    }

    /// A minute of local time: so many days after Thursday 1 January 1970, at so many o'clock.
    fn at(days: i64, hour: i64) -> Option<i64> {
        Some(days * DAY + hour * 60)
    }

    #[test]
    fn the_first_rule_that_applies_decides() {
        let overflow = all_to_voicemail();
        let thursday_noon = Arrival { minute: at(0, 12), ..QUIET };
        let everything = Arrival {
            do_not_disturb: true,
            minute: at(2, 12),
            anonymous: true,
            known: false,
            calls: 3,
            rung_for: 60,
        };
        assert_eq!(decided_by(&overflow, everything), Some(Occasion::DoNotDisturb));
        let undisturbed = Arrival { do_not_disturb: false, ..everything };
        assert_eq!(decided_by(&overflow, undisturbed), Some(Occasion::OutOfHours));
        let in_hours = Arrival { do_not_disturb: false, minute: thursday_noon.minute, ..everything };
        assert_eq!(decided_by(&overflow, in_hours), Some(Occasion::Anonymous));
        let stranger = Arrival { anonymous: false, ..in_hours };
        assert_eq!(decided_by(&overflow, stranger), Some(Occasion::Stranger));
        let known = Arrival { known: true, ..stranger };
        assert_eq!(decided_by(&overflow, known), Some(Occasion::Crowded));
        let few = Arrival { calls: 2, ..known };
        assert_eq!(decided_by(&overflow, few), Some(Occasion::Unanswered));
        assert_eq!(decided_by(&overflow, Arrival { rung_for: 24, ..few }), None);
    }

    #[test]
    fn a_rule_that_cannot_be_carried_out_is_passed_over() {
        let overflow = Overflow {
            anonymous: Instead::AnswerAndHold,
            unanswered: Instead::Refuse,
            ..Overflow::default()
        };
        let arrival = Arrival { anonymous: true, known: false, rung_for: 30, ..QUIET };
        let no_page = |instead: &Instead| {
            if *instead == Instead::AnswerAndHold { Err(WhyNot::NoAudio) } else { Ok(()) }
        };
        assert_eq!(overflow.decide(arrival, no_page), Some(Instead::Refuse));
    }

    #[test]
    fn a_desk_that_is_not_to_be_disturbed_is_busy_unless_a_rule_says_better() {
        let arrival = Arrival { do_not_disturb: true, ..QUIET };
        assert_eq!(Overflow::default().decide(arrival, |_| Ok(())), Some(Instead::Refuse));
        let overflow = Overflow { do_not_disturb: Instead::Voicemail, ..Overflow::default() };
        assert_eq!(overflow.decide(arrival, |_| Ok(())), Some(Instead::Voicemail));
    }

    #[test]
    fn the_week_begins_on_monday_and_a_desk_closes_on_the_minute() {
        let hours = Hours::default();
        // 1 January 1970 was a Thursday, so the third was a Saturday.
        assert!(at(0, 9).is_some_and(|minute| hours.is_open(minute) && !hours.is_open(minute - 1)));
        assert!(at(0, 17).is_some_and(|minute| !hours.is_open(minute) && hours.is_open(minute - 1)));
        assert!(at(2, 12).is_some_and(|minute| !hours.is_open(minute)));
        assert!(at(4, 12).is_some_and(|minute| hours.is_open(minute)));
        assert!(at(-4, 12).is_some_and(|minute| !hours.is_open(minute)), "the Sunday before");
    }

    #[test]
    fn nothing_is_decided_out_of_hours_while_nobody_knows_the_time() {
        let overflow = Overflow { out_of_hours: Instead::Refuse, ..Overflow::default() };
        assert_eq!(overflow.decide(QUIET, |_| Ok(())), None);
    }
}
