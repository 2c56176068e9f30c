//! Alert-Info and Call-Info (RFC 3261 §20.4, §20.9, RFC 7462), in the forms that exchanges really send.

use super::{Params, Problem};
use crate::scan::{cut, cut_params, trim};

/// One value: a link, or a bare word or two such as `Auto Answer`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Info {
    /// What stands in the angle brackets, or all before the parameters.
    pub target: String,
    /// `answer-after`, `purpose`, `info`, `delay` and others.
    pub params: Params,
}

impl Info {
    /// Reads one value.
    ///
    /// # Errors
    /// [`Problem`] if the bracket is open or the parameters are none.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let text = trim(text);
        let (target, params) = match text.strip_prefix('<') {
            Some(rest) => cut(rest, b'>').ok_or(Problem::OpenBracket)?,
            None => cut_params(text),
        };
        Ok(Self { target: target.to_owned(), params: Params::parse(trim(params))? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_and_bare_words_are_both_read() {
        let info = Info::parse("<http://www.notused.com>;info=alert-autoanswer;delay=0").unwrap();
        assert_eq!(
            (info.target.as_str(), info.params.raw("info")),
            ("http://www.notused.com", Some("alert-autoanswer"))
        );
        assert_eq!(Info::parse("Auto Answer").unwrap().target, "Auto Answer");
        let call = Info::parse("<sip:a;b>;answer-after=0").unwrap();
        assert_eq!((call.target.as_str(), call.params.raw("answer-after")), ("sip:a;b", Some("0")));
    }
}
