//! Who somebody is to those who are called, and to those who watch.

use rsip::Header;

use crate::message;
use crate::shown::Party;

/// A name and a number, which may be withheld.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Identity {
    pub(crate) name: String,
    pub(crate) number: String,
    pub(crate) withheld: bool,
}

impl Identity {
    /// The From header's address, without tag (RFC 3323 §4.1.1.3 for a withheld number).
    pub(crate) fn address(&self, domain: &str) -> String {
        if self.withheld {
            "\"Anonymous\" <sip:anonymous@anonymous.invalid>".to_owned()
        } else {
            self.asserted(domain)
        }
    }

    /// What the network vouches for (RFC 3325 §9.1); a withheld number is not passed on to a console.
    pub(crate) fn headers(&self, domain: &str) -> Vec<Header> {
        if self.withheld {
            vec![message::header("Privacy", "id")]
        } else {
            vec![message::header("P-Asserted-Identity", self.asserted(domain))]
        }
    }

    /// As watchers know it.
    pub(crate) fn party(&self) -> Party {
        if self.withheld {
            Party { name: "Anonymous".to_owned(), number: String::new() }
        } else {
            Party { name: self.name.clone(), number: self.number.clone() }
        }
    }

    fn asserted(&self, domain: &str) -> String {
        let name = if self.name.is_empty() { String::new() } else { format!("\"{}\" ", self.name) };
        format!("{name}<sip:{}@{domain}>", self.number)
    }
}
