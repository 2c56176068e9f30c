//! The attendant's desk without I/O: calls, directories, commands and views.

mod addressee;
mod board;
mod call;
mod can;
mod chance;
mod clock;
mod command;
mod conference;
mod consultation;
mod contact;
mod desk;
mod directory;
mod failure;
mod id;
mod input;
mod leg;
mod line_side;
mod link;
mod log;
mod notice;
mod number;
mod output;
mod overflow;
mod pages;
mod phone;
mod phone_view;
pub mod protocol;
mod queue;
mod search;
mod sign_in;
mod socket;
mod team;
mod team_view;
mod view;
mod watch_list;
mod who;

pub use addressee::Addressee;
pub use can::*;
pub use clock::{Clock, Reading};
pub use command::*;
pub use conference::PARTIES;
pub use contact::*;
pub use desk::{Desk, HOLD_LIMIT};
pub use directory::*;
pub use id::*;
pub use input::*;
pub use log::{CallEnd, LogEntry, LogLook, LogView, RedialView};
pub use notice::{Notice, NoticeView};
pub use number::*;
pub use output::*;
pub use overflow::{Hours, Instead, Occasion, Outcome, Overflow, Verdict};
pub use phone_view::*;
pub use search::matched_ranges;
pub use sign_in::{SignIn, SignInEvent};
pub use team_view::*;
pub use view::*;

// What a call of the team is doing, as consoles tell each other.
pub use cordboard_wire::TeamCallState;
// Words of the telephone that views speak too, so that a page needs no other crate.
pub use cordboard_sip::{Instant, RegistrationFailure};
