//! Content-Type (RFC 3261 §20.15).

use std::fmt;

use super::{Params, Problem};
use crate::scan::{cut, cut_params, is_token, trim};

/// A media type with its parameters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MediaType {
    /// `application/sdp` and the like, in lower case.
    pub essence: String,
    /// `boundary`, `charset` and others.
    pub params: Params,
}

impl MediaType {
    /// Reads `type/subtype;params`.
    ///
    /// # Errors
    /// [`Problem`] if it is not that.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let (essence, params) = cut_params(text);
        let (kind, subkind) = cut(essence, b'/').ok_or(Problem::Token)?;
        if !is_token(trim(kind)) || !is_token(trim(subkind)) {
            return Err(Problem::Token);
        }
        let mut essence = essence.to_ascii_lowercase();
        essence.retain(|c| !c.is_ascii_whitespace());
        Ok(Self { essence, params: Params::parse(params)? })
    }

    /// True for `essence`, such as `application/sdp`, whatever the parameters; `essence` in lower case.
    pub fn is(&self, essence: &str) -> bool {
        self.essence == essence
    }

    /// True for `multipart/…`, a body of several bodies.
    pub fn is_multipart(&self) -> bool {
        self.essence.starts_with("multipart/")
    }
}

impl fmt::Display for MediaType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.essence, self.params)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn type_and_subtype_ignore_case() {
        let media = MediaType::parse("Multipart/Mixed ; boundary=\"a b\"").unwrap();
        assert!(media.is("multipart/mixed"));
        assert_eq!(media.params.get("boundary").as_deref(), Some("a b"));
        assert_eq!(MediaType::parse("application"), Err(Problem::Token));
        assert_eq!(MediaType::parse("a/"), Err(Problem::Token));
    }
}
