//! What a person does to a session, beyond answering and calling: hang up, send digits.

use super::ending::Occasion;
use super::{Agent, Purpose};
use crate::message::Method;
use crate::session::stage::{Event, Stage};
use crate::{ActError, Instant, SessionId};

/// How long a digit sounds, milliseconds.
const DIGIT_MS: u32 = 160;

impl Agent {
    /// Ends a session in whatever state it is: CANCEL, BYE or a refusal (486), as is due. Without a connection the
    /// far end is told as soon as there is one.
    ///
    /// # Errors
    /// [`ActError::NoSession`] if there is none, or it has ended.
    pub fn hang_up(&mut self, now: Instant, session: SessionId) -> Result<(), ActError> {
        self.alive(session)?;
        self.advance(now, session, Event::HangUp, &Occasion::default());
        Ok(())
    }

    /// Sends one DTMF digit by INFO (`application/dtmf-relay`, RFC 6086 §2 legacy use).
    ///
    /// # Errors
    /// [`ActError::NoSession`], [`ActError::NotConnected`], or [`ActError::WrongState`] before the session is up or if
    /// `digit` is none of `0`–`9`, `*`, `#`, `A`–`D`.
    pub fn send_digit_info(&mut self, now: Instant, session: SessionId, digit: char) -> Result<(), ActError> {
        let connected = self.wire.connected;
        let digit = digit.to_ascii_uppercase();
        let of = self.alive(session)?;
        let is_digit = digit.is_ascii_digit() || "*#ABCD".contains(digit);
        let (Stage::Established, Some(dialog), true) = (of.stage, of.dialog.as_mut(), is_digit) else {
            return Err(ActError::WrongState);
        };
        if !connected {
            return Err(ActError::NotConnected);
        }
        let number = dialog.next_number();
        let request = dialog
            .request(Method::Info, number)
            .with_body("application/dtmf-relay", format!("Signal={digit}\r\nDuration={DIGIT_MS}\r\n"));
        self.send(now, request, Purpose::Info(session));
        Ok(())
    }

    /// A number for a new session.
    pub(super) fn next_session(&mut self) -> SessionId {
        self.last_session = self.last_session.wrapping_add(1);
        SessionId(self.last_session)
    }
}
