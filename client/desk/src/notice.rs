//! Notices: what the operator is told beside the lists, and for how long.

use std::collections::VecDeque;
use std::time::Duration;

use cordboard_sip::Instant;
use serde::{Deserialize, Serialize};

use crate::{
    Addressee, CallFailure, CsvProblem, HoldMusicLoss, NoSound, NotTaken, NoticeId, PhoneId, WhyNot,
};

/// Notices kept on the screen; older ones give way.
const MOST: usize = 20;
/// How long a notice stays that only says what can be read elsewhere as well: in the log, the lists, a counter.
const PASSES: Duration = Duration::from_secs(20);

/// A notice: what happened, why, and what to do, all as codes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticeView {
    /// Which notice.
    pub id: NoticeId,
    /// When.
    pub at: Instant,
    /// What.
    pub notice: Notice,
}

/// What the operator is told beside the lists.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Notice {
    /// A caller hung up before being answered.
    Missed { who: String },
    /// Somebody else took the call.
    TakenElsewhere { who: String },
    /// A call was answered by itself, as the telephone system asked.
    AnsweredItself { who: String },
    /// Somebody of the team has taken the call over.
    TakenOver { who: String, by: String },
    /// A call of the team could not be taken over; it is where it was, or gone.
    NotTakenOver { who: String, from: String, why: NotTaken },
    /// A transfer is done.
    Transferred { who: String, target: Addressee },
    /// Handed on, but the PBX did not tell the outcome.
    HandedOver { who: String, target: Addressee },
    /// A transfer failed; the call is back.
    TransferFailed { who: String, target: Addressee, why: CallFailure },
    /// A caller hung up while somebody was asked on their behalf.
    CallerLeft { who: String, target: String },
    /// Hold was refused: the caller still hears.
    HoldRefused { who: String },
    /// Resume was refused: the caller is still on hold.
    ResumeRefused { who: String },
    /// The connection was lost, and the call with it.
    CallLost { who: String },
    /// A newer version is there, and takes over when no call is up any more.
    UpdateReady,
    /// The engine stopped and began again; the calls were kept.
    Restarted,
    /// A colleague's phone rings, of which the operator wants to be told.
    PhoneRings { phone: PhoneId, name: String, from: String },
    /// Sound could not be set up for a call.
    NoSound { who: String, problem: NoSound },
    /// The sound file for callers on hold cannot be played: they hear a tone.
    HoldMusicLost { problem: HoldMusicLoss },
    /// A SIP message could not be understood.
    Malformed { problem: String },
    /// What was typed is not a number or address.
    NotANumber { typed: String },
    /// A command was not possible.
    NotPossible(WhyNot),
    /// A CSV file was read.
    Imported { directory: String, file_name: String, imported: u32, bad_rows: Vec<CsvProblem> },
    /// A CSV file was refused as a whole.
    ImportRefused { file_name: String, why: CsvProblem },
    /// The browser's store failed.
    StoreFailed { problem: String },
    /// Something that the browser's store had kept cannot be read any more.
    StoreSpoilt,
}

impl Notice {
    /// Whom it is about, if it is about one call; empty if nobody knows who that is.
    pub fn who_mut(&mut self) -> Option<&mut String> {
        match self {
            Self::Missed { who }
            | Self::TakenElsewhere { who }
            | Self::AnsweredItself { who }
            | Self::TakenOver { who, .. }
            | Self::NotTakenOver { who, .. }
            | Self::Transferred { who, .. }
            | Self::HandedOver { who, .. }
            | Self::TransferFailed { who, .. }
            | Self::CallerLeft { who, .. }
            | Self::HoldRefused { who }
            | Self::ResumeRefused { who }
            | Self::CallLost { who }
            | Self::NoSound { who, .. } => Some(who),
            Self::UpdateReady
            | Self::Restarted
            | Self::PhoneRings { .. }
            | Self::HoldMusicLost { .. }
            | Self::Malformed { .. }
            | Self::NotANumber { .. }
            | Self::NotPossible(_)
            | Self::Imported { .. }
            | Self::ImportRefused { .. }
            | Self::StoreFailed { .. }
            | Self::StoreSpoilt => None,
        }
    }

    /// It goes by itself: nothing is to be done about it, and what it says can be read elsewhere.
    fn passes(&self) -> bool {
        match self {
            Self::Missed { .. }
            | Self::TakenElsewhere { .. }
            | Self::TakenOver { .. }
            | Self::Transferred { .. }
            | Self::HandedOver { .. }
            | Self::CallerLeft { .. }
            | Self::NotANumber { .. }
            | Self::NotPossible(_) => true,
            Self::Imported { bad_rows, .. } => bad_rows.is_empty(),
            Self::AnsweredItself { .. }
            | Self::NotTakenOver { .. }
            | Self::TransferFailed { .. }
            | Self::HoldRefused { .. }
            | Self::ResumeRefused { .. }
            | Self::CallLost { .. }
            | Self::NoSound { .. }
            | Self::UpdateReady
            | Self::Restarted
            | Self::PhoneRings { .. }
            | Self::HoldMusicLost { .. }
            | Self::Malformed { .. }
            | Self::ImportRefused { .. }
            | Self::StoreFailed { .. }
            | Self::StoreSpoilt => false,
        }
    }
}

/// The notices on the screen, oldest first.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Notices {
    all: VecDeque<NoticeView>,
    last: u32,
}

impl Notices {
    /// Puts up a notice.
    pub(crate) fn put_up(&mut self, now: Instant, notice: Notice) {
        self.last = self.last.wrapping_add(1);
        self.all.push_back(NoticeView { id: NoticeId(self.last), at: now, notice });
        if self.all.len() > MOST {
            // What passes anyway gives way before what somebody should read.
            let passing = self.all.iter().position(|view| view.notice.passes());
            self.all.remove(passing.unwrap_or(0));
        }
    }

    /// Takes down those of which this is true.
    pub(crate) fn take_down(&mut self, which: impl Fn(&NoticeView) -> bool) {
        self.all.retain(|view| !which(view));
    }

    /// Takes down what has been read long enough.
    pub(crate) fn look_at_clock(&mut self, now: Instant) {
        self.take_down(|view| passes_at(view).is_some_and(|at| at <= now));
    }

    /// When the next one passes.
    pub(crate) fn deadline(&self) -> Option<Instant> {
        self.all.iter().filter_map(passes_at).min()
    }

    /// What is on the screen.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &NoticeView> {
        self.all.iter()
    }
}

fn passes_at(view: &NoticeView) -> Option<Instant> {
    view.notice.passes().then(|| view.at + PASSES)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn missed(who: &str) -> Notice {
        Notice::Missed { who: who.into() }
    }

    #[test]
    fn what_passes_gives_way_to_what_should_be_read() {
        let now = Instant::from_millis(1_000);
        let mut notices = Notices::default();
        notices.put_up(now, Notice::StoreSpoilt);
        for caller in 0..MOST {
            notices.put_up(now, missed(&caller.to_string()));
        }
        let all: Vec<_> = notices.iter().map(|view| view.notice.clone()).collect();
        assert_eq!(all.len(), MOST);
        assert_eq!((all.first(), all.get(1)), (Some(&Notice::StoreSpoilt), Some(&missed("1"))));
    }

    #[test]
    fn good_news_passes_and_trouble_stays() {
        let now = Instant::from_millis(1_000);
        let mut notices = Notices::default();
        notices.put_up(now, missed("Jan"));
        notices.put_up(now, Notice::CallLost { who: "Una".into() });
        assert_eq!(notices.deadline(), Some(now + PASSES));
        notices.look_at_clock(now + PASSES - Duration::from_millis(1));
        assert_eq!(notices.iter().count(), 2);
        notices.look_at_clock(now + PASSES);
        let left: Vec<_> = notices.iter().map(|view| &view.notice).collect();
        assert_eq!(left, [&Notice::CallLost { who: "Una".into() }]);
        assert_eq!(notices.deadline(), None);
    }
}
