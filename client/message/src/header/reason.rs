//! Reason: why a call ended or was refused (RFC 3326).

use std::fmt;

use super::{Params, Problem};
use crate::scan::{cut_params, is_token, number, push_quoted};

/// One reason; a message may give several, of different protocols.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// `SIP`, `Q.850` or another.
    pub protocol: String,
    /// The protocol's cause code.
    pub cause: Option<u32>,
    /// Words for people; may be empty.
    pub text: String,
}

impl Reason {
    /// Reads one value, such as `SIP;cause=200;text="Call completed elsewhere"`.
    ///
    /// # Errors
    /// [`Problem`] if there is no protocol.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let (protocol, params) = cut_params(text);
        if !is_token(protocol) {
            return Err(Problem::Token);
        }
        let params = Params::parse(params)?;
        Ok(Self {
            protocol: protocol.to_owned(),
            cause: params.get("cause").and_then(|cause| number(&cause)),
            text: params.get("text").unwrap_or_default().into_owned(),
        })
    }

    /// True if this says that somebody else took the call: SIP 200 or Q.850 26.
    pub fn is_answered_elsewhere(&self) -> bool {
        (self.protocol.eq_ignore_ascii_case("SIP") && self.cause == Some(200))
            || (self.protocol.eq_ignore_ascii_case("Q.850") && self.cause == Some(26))
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.protocol)?;
        if let Some(cause) = self.cause {
            write!(f, ";cause={cause}")?;
        }
        if !self.text.is_empty() {
            f.write_str(";text=")?;
            push_quoted(f, &self.text)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answered_elsewhere_is_told_in_two_ways() {
        let reason = Reason::parse(r#"SIP ;cause=200 ;text="Call completed elsewhere""#).unwrap();
        assert!(reason.is_answered_elsewhere());
        assert_eq!(reason.to_string(), r#"SIP;cause=200;text="Call completed elsewhere""#);
        assert!(Reason::parse("Q.850;cause=26").unwrap().is_answered_elsewhere());
        assert!(!Reason::parse("Q.850;cause=16").unwrap().is_answered_elsewhere());
        assert!(Reason::parse(";cause=1").is_err());
    }
}
