//! Session-Expires: who keeps the session alive, and how often (RFC 4028 §4).

use std::fmt;

use super::{Params, Problem};
use crate::scan::{cut_params, number};

/// The session's lifetime without refresh.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionExpires {
    /// Seconds.
    pub seconds: u32,
    /// Who refreshes, if that is settled.
    pub refresher: Option<Refresher>,
}

/// Who refreshes the session, in the roles of the request at hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refresher {
    /// Whoever sent the request.
    Uac,
    /// Whoever answered it.
    Uas,
}

impl SessionExpires {
    /// Reads `1800;refresher=uac`.
    ///
    /// # Errors
    /// [`Problem`] if there is no number.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let (seconds, params) = cut_params(text);
        let seconds = number(seconds).ok_or(Problem::Number)?;
        let params = Params::parse(params)?;
        let refresher = match params.raw("refresher") {
            Some(word) if word.eq_ignore_ascii_case("uac") => Some(Refresher::Uac),
            Some(word) if word.eq_ignore_ascii_case("uas") => Some(Refresher::Uas),
            Some(_) | None => None,
        };
        Ok(Self { seconds, refresher })
    }
}

impl fmt::Display for SessionExpires {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.seconds)?;
        match self.refresher {
            Some(Refresher::Uac) => f.write_str(";refresher=uac"),
            Some(Refresher::Uas) => f.write_str(";refresher=uas"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_refresher_may_be_open() {
        let read = |text| SessionExpires::parse(text).unwrap();
        assert_eq!(read("1800;refresher=UAS").to_string(), "1800;refresher=uas");
        assert_eq!(read(" 90 ").refresher, None);
        assert_eq!(SessionExpires::parse("soon"), Err(Problem::Number));
    }
}
