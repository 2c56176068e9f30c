//! Header names: one table of canonical and compact forms (RFC 3261 §7.3.3 and the registry of its extensions).

use std::fmt;

macro_rules! names {
    (@ once) => { true };
    (@ often) => { false };
    ($($variant:ident $canonical:literal $compact:literal $often:ident;)*) => {
        /// The name of a header. Names compare without regard to case.
        #[derive(Clone, Copy, Debug)]
        pub enum Name<'a> {
            $(#[doc = concat!("`", $canonical, "`")] $variant,)*
            /// A header that this crate has no name for, as written.
            Other(&'a str),
        }

        /// Every known name with its spellings. A name's place here is its [`Known`] number.
        const TABLE: &[(Name<'static>, &str, &str)] = &[$((Name::$variant, $canonical, $compact),)*];

        /// True for each name of which a message can obey one line only, in the order of [`TABLE`].
        const SINGLE: &[bool] = &[$(names!(@ $often),)*];

        #[allow(clippy::upper_case_acronyms, reason = "mirrors the variants of `Name`")]
        #[repr(u8)]
        enum Place { $($variant,)* Unknown }

        impl<'a> Name<'a> {
            /// The name as it is printed: canonical if known, else as written.
            pub const fn as_str(self) -> &'a str {
                match self {
                    $(Self::$variant => $canonical,)*
                    Self::Other(name) => name,
                }
            }

            pub(super) const fn known(self) -> Known {
                match self {
                    $(Self::$variant => Known(Place::$variant as u8),)*
                    Self::Other(_) => Known::OTHER,
                }
            }
        }
    };
}

names! {
    Accept "Accept" "" often;
    AcceptContact "Accept-Contact" "a" often;
    AcceptEncoding "Accept-Encoding" "" often;
    AcceptLanguage "Accept-Language" "" often;
    AlertInfo "Alert-Info" "" often;
    Allow "Allow" "" often;
    AllowEvents "Allow-Events" "u" often;
    AnswerMode "Answer-Mode" "" often;
    AuthenticationInfo "Authentication-Info" "" often;
    Authorization "Authorization" "" often;
    CallId "Call-ID" "i" once;
    CallInfo "Call-Info" "" often;
    Contact "Contact" "m" often;
    ContentDisposition "Content-Disposition" "" often;
    ContentEncoding "Content-Encoding" "e" often;
    ContentLanguage "Content-Language" "" often;
    ContentLength "Content-Length" "l" once;
    ContentTransferEncoding "Content-Transfer-Encoding" "" often;
    ContentType "Content-Type" "c" once;
    CSeq "CSeq" "" once;
    Date "Date" "" often;
    Diversion "Diversion" "" often;
    ErrorInfo "Error-Info" "" often;
    Event "Event" "o" often;
    Expires "Expires" "" often;
    FlowTimer "Flow-Timer" "" often;
    From "From" "f" once;
    HistoryInfo "History-Info" "" often;
    Identity "Identity" "y" often;
    InReplyTo "In-Reply-To" "" often;
    Join "Join" "" often;
    MaxForwards "Max-Forwards" "" once;
    MimeVersion "MIME-Version" "" often;
    MinExpires "Min-Expires" "" often;
    MinSe "Min-SE" "" often;
    Organization "Organization" "" often;
    PAssertedIdentity "P-Asserted-Identity" "" often;
    PAutoAnswer "P-Auto-Answer" "" often;
    PCalledPartyId "P-Called-Party-ID" "" often;
    PPreferredIdentity "P-Preferred-Identity" "" often;
    Path "Path" "" often;
    Priority "Priority" "" often;
    Privacy "Privacy" "" often;
    ProxyAuthenticate "Proxy-Authenticate" "" often;
    ProxyAuthenticationInfo "Proxy-Authentication-Info" "" often;
    ProxyAuthorization "Proxy-Authorization" "" often;
    ProxyRequire "Proxy-Require" "" often;
    RAck "RAck" "" often;
    Reason "Reason" "" often;
    RecordRoute "Record-Route" "" often;
    ReferSub "Refer-Sub" "" often;
    ReferTo "Refer-To" "r" often;
    ReferredBy "Referred-By" "b" often;
    RejectContact "Reject-Contact" "j" often;
    RemotePartyId "Remote-Party-ID" "" often;
    Replaces "Replaces" "" often;
    ReplyTo "Reply-To" "" often;
    RequestDisposition "Request-Disposition" "d" often;
    Require "Require" "" often;
    RetryAfter "Retry-After" "" often;
    Route "Route" "" often;
    RSeq "RSeq" "" often;
    Server "Server" "" often;
    ServiceRoute "Service-Route" "" often;
    SessionExpires "Session-Expires" "x" often;
    SipETag "SIP-ETag" "" often;
    SipIfMatch "SIP-If-Match" "" often;
    Subject "Subject" "s" often;
    SubscriptionState "Subscription-State" "" often;
    Supported "Supported" "k" often;
    TargetDialog "Target-Dialog" "" often;
    Timestamp "Timestamp" "" often;
    To "To" "t" once;
    Unsupported "Unsupported" "" often;
    UserAgent "User-Agent" "" often;
    Via "Via" "v" often;
    Warning "Warning" "" often;
    WwwAuthenticate "WWW-Authenticate" "" often;
}

impl<'a> Name<'a> {
    /// Reads a name in any spelling: canonical, compact, any case.
    pub fn parse(text: &'a str) -> Self {
        match Known::parse(text) {
            Known::OTHER => Self::Other(text),
            known => known.name(text),
        }
    }
}

impl PartialEq for Name<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.known() == other.known()
            && (self.known() != Known::OTHER || self.as_str().eq_ignore_ascii_case(other.as_str()))
    }
}

impl Eq for Name<'_> {}

impl fmt::Display for Name<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A known name as one byte, so that looking for a header compares bytes and not texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Known(u8);

impl Known {
    /// Not in the table: the text decides.
    pub(super) const OTHER: Self = Self(Place::Unknown as u8);

    pub(super) fn name(self, written: &str) -> Name<'_> {
        TABLE.get(usize::from(self.0)).map_or(Name::Other(written), |(name, _, _)| *name)
    }

    /// True if a message can obey one line of that name only.
    pub(super) fn is_single(self) -> bool {
        SINGLE.get(usize::from(self.0)).is_some_and(|single| *single)
    }

    pub(super) fn parse(text: &str) -> Self {
        let bytes = text.as_bytes();
        let mut slot = hash(bytes);
        // Open addressing: a full circle cannot happen, as the table below is more than half empty.
        while let Some(&place) = SLOTS.get(slot)
            && let Some((_, canonical, compact)) = TABLE.get(usize::from(place))
        {
            // Nearly all names come in their canonical spelling.
            if *canonical == text
                || canonical.eq_ignore_ascii_case(text)
                || compact.eq_ignore_ascii_case(text)
            {
                return Self(place);
            }
            slot = (slot + 1) % SLOTS.len();
        }
        Self::OTHER
    }
}

/// Hash table of all spellings, computed by the compiler: the number of the name, or `Unknown` for an empty slot.
const SLOTS: [u8; 256] = slots();

#[allow(clippy::indexing_slicing, reason = "runs in the compiler, which checks every index")]
const fn slots() -> [u8; 256] {
    let mut slots = [Place::Unknown as u8; 256];
    let mut place = 0;
    while place < TABLE.len() {
        let spellings = [TABLE[place].1, TABLE[place].2];
        let mut which = 0;
        while which < 2 {
            if !spellings[which].is_empty() {
                let mut slot = hash(spellings[which].as_bytes());
                while slots[slot] != Place::Unknown as u8 {
                    slot = (slot + 1) % slots.len();
                }
                slots[slot] = place as u8;
            }
            which += 1;
        }
        place += 1;
    }
    slots
}

/// Length, first, middle and last letter tell nearly all header names apart.
const fn hash(name: &[u8]) -> usize {
    let (first, middle, last) = match name {
        [] => (0, 0, 0),
        [only] => (*only, *only, *only),
        [first, .., last] => (*first, at_middle(name), *last),
    };
    let mixed = (first | 0x20) as usize * 31 + (middle | 0x20) as usize * 7 + (last | 0x20) as usize * 3;
    (mixed + name.len() * 13) % 256
}

#[allow(clippy::indexing_slicing, reason = "half of a non-empty slice's length is inside it")]
const fn at_middle(name: &[u8]) -> u8 {
    name[name.len() / 2]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_leads_to_its_name() {
        for (name, canonical, compact) in TABLE {
            for spelling in [
                canonical.to_string(),
                canonical.to_uppercase(),
                canonical.to_lowercase(),
                compact.to_string(),
            ] {
                if !spelling.is_empty() {
                    assert_eq!(Name::parse(&spelling), *name, "{spelling}");
                }
            }
        }
    }

    #[test]
    fn an_unknown_name_keeps_its_spelling_and_ignores_case() {
        assert_eq!(Name::parse("X-Queue").as_str(), "X-Queue");
        assert_eq!(Name::parse("X-Queue"), Name::Other("x-queue"));
        assert_ne!(Name::parse("X-Queue"), Name::Other("X-Line"));
        assert_ne!(Name::parse("X-Queue"), Name::Via);
    }

    #[test]
    fn most_names_are_found_at_once() {
        let crowded =
            TABLE.iter().filter(|(name, canonical, _)| SLOTS[hash(canonical.as_bytes())] != name.known().0);
        assert!(crowded.count() < TABLE.len() / 4);
    }
}
