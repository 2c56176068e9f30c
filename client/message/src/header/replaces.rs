//! Replaces: the call that a new call takes over (RFC 3891).

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Params, Problem};
use crate::scan::cut_params;

/// A dialog as its *receiver* sees it: `to_tag` is the receiver's own tag (RFC 3891 §3).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Replaces {
    /// The dialog's Call-ID.
    pub call_id: String,
    /// The receiver's local tag.
    pub to_tag: String,
    /// The receiver's remote tag.
    pub from_tag: String,
    /// Only if the dialog is not yet answered.
    pub early_only: bool,
}

impl Replaces {
    /// Reads `call-id;to-tag=…;from-tag=…`.
    ///
    /// # Errors
    /// [`Problem`] if the Call-ID or a tag is missing.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let (call_id, params) = cut_params(text);
        if call_id.is_empty() {
            return Err(Problem::Empty);
        }
        let params = Params::parse(params)?;
        let tag = |name: &'static str| params.raw(name).map(str::to_owned).ok_or(Problem::MissingParam(name));
        Ok(Self {
            call_id: call_id.to_owned(),
            to_tag: tag("to-tag")?,
            from_tag: tag("from-tag")?,
            early_only: params.has("early-only"),
        })
    }
}

impl fmt::Display for Replaces {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{};to-tag={};from-tag={}", self.call_id, self.to_tag, self.from_tag)?;
        if self.early_only { f.write_str(";early-only") } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::uri::Uri;

    #[test]
    fn both_tags_are_needed() {
        let text = "98732@sip.example.com;to-tag=r33th4x0r;from-tag=ff87ff;early-only";
        let replaces = Replaces::parse(text).unwrap();
        assert!(replaces.early_only);
        assert_eq!(replaces.to_string(), text);
        assert_eq!(Replaces::parse("1;to-tag=2"), Err(Problem::MissingParam("from-tag")));
        assert_eq!(Replaces::parse(";to-tag=2"), Err(Problem::Empty));
    }

    #[test]
    fn it_travels_inside_refer_to_and_back() {
        let replaces = Replaces::parse("a@b;to-tag=1;from-tag=2").unwrap();
        let target = Uri::parse("sip:bob@b.example").unwrap().with_header("Replaces", &replaces.to_string());
        assert_eq!(Replaces::parse(&target.header("replaces").unwrap()).unwrap(), replaces);
    }
}
