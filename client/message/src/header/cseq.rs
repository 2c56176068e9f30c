//! CSeq and RAck: the numbers that put requests in order (RFC 3261 §20.16, RFC 3262 §7.2).

use std::fmt;

use super::Problem;
use crate::Method;
use crate::ascii::find_any;
use crate::scan::{number, trim};

/// Sequence number and method.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CSeq {
    /// Below 2^31 (RFC 3261 §8.1.1.5).
    pub number: u32,
    /// The method of the request.
    pub method: Method,
}

impl CSeq {
    /// Reads `4711 INVITE`.
    ///
    /// # Errors
    /// [`Problem`] says which half is wrong.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let space = find_any(text, [b' ', b'\t']).unwrap_or(text.len());
        let (digits, method) = text.split_at_checked(space).unwrap_or((text, ""));
        let number = number(digits).filter(|number| *number < 1 << 31).ok_or(Problem::Number)?;
        let method = Method::parse(trim(method)).ok_or(Problem::Token)?;
        Ok(Self { number, method })
    }
}

impl fmt::Display for CSeq {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.number, self.method)
    }
}

/// Which reliable provisional response a PRACK confirms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RAck {
    /// The response's RSeq.
    pub rseq: u32,
    /// The response's CSeq.
    pub cseq: CSeq,
}

impl RAck {
    /// Reads `776656 1 INVITE`.
    ///
    /// # Errors
    /// [`Problem`] says what is wrong.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let (rseq, cseq) = text.split_once([' ', '\t']).ok_or(Problem::Token)?;
        Ok(Self { rseq: number(rseq).ok_or(Problem::Number)?, cseq: CSeq::parse(trim(cseq))? })
    }
}

impl fmt::Display for RAck {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.rseq, self.cseq)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn number_and_method_are_both_needed() {
        assert_eq!(CSeq::parse("0009   INVITE").unwrap().to_string(), "9 INVITE");
        assert_eq!(CSeq::parse("36893488147419103232 REGISTER"), Err(Problem::Number));
        assert_eq!(CSeq::parse("2147483648 BYE"), Err(Problem::Number));
        assert_eq!(CSeq::parse("8"), Err(Problem::Token));
        assert_eq!(CSeq::parse("8 INVITE x"), Err(Problem::Token));
        assert_eq!(RAck::parse("776656 1 INVITE").unwrap().cseq.number, 1);
    }
}
