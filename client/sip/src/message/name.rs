//! Header names: one table of canonical and compact forms (RFC 3261 §7.3.3 and the registry of its extensions).

use std::fmt;

macro_rules! names {
    ($($variant:ident $canonical:literal $compact:literal;)*) => {
        /// The name of a header. Names compare without regard to case.
        #[derive(Clone, Copy, Debug)]
        pub enum Name<'a> {
            $(#[doc = concat!("`", $canonical, "`")] $variant,)*
            /// A header that this crate has no name for, as written.
            Other(&'a str),
        }

        /// Every known name with its spellings. A name's place here is its [`Known`] number.
        const TABLE: &[(Name<'static>, &str, &str)] = &[$((Name::$variant, $canonical, $compact),)*];

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
    Accept "Accept" "";
    AcceptContact "Accept-Contact" "a";
    AcceptEncoding "Accept-Encoding" "";
    AcceptLanguage "Accept-Language" "";
    AlertInfo "Alert-Info" "";
    Allow "Allow" "";
    AllowEvents "Allow-Events" "u";
    AnswerMode "Answer-Mode" "";
    AuthenticationInfo "Authentication-Info" "";
    Authorization "Authorization" "";
    CallId "Call-ID" "i";
    CallInfo "Call-Info" "";
    Contact "Contact" "m";
    ContentDisposition "Content-Disposition" "";
    ContentEncoding "Content-Encoding" "e";
    ContentLanguage "Content-Language" "";
    ContentLength "Content-Length" "l";
    ContentTransferEncoding "Content-Transfer-Encoding" "";
    ContentType "Content-Type" "c";
    CSeq "CSeq" "";
    Date "Date" "";
    Diversion "Diversion" "";
    ErrorInfo "Error-Info" "";
    Event "Event" "o";
    Expires "Expires" "";
    FlowTimer "Flow-Timer" "";
    From "From" "f";
    HistoryInfo "History-Info" "";
    Identity "Identity" "y";
    InReplyTo "In-Reply-To" "";
    Join "Join" "";
    MaxForwards "Max-Forwards" "";
    MimeVersion "MIME-Version" "";
    MinExpires "Min-Expires" "";
    MinSe "Min-SE" "";
    Organization "Organization" "";
    PAssertedIdentity "P-Asserted-Identity" "";
    PAutoAnswer "P-Auto-Answer" "";
    PCalledPartyId "P-Called-Party-ID" "";
    PPreferredIdentity "P-Preferred-Identity" "";
    Path "Path" "";
    Priority "Priority" "";
    Privacy "Privacy" "";
    ProxyAuthenticate "Proxy-Authenticate" "";
    ProxyAuthenticationInfo "Proxy-Authentication-Info" "";
    ProxyAuthorization "Proxy-Authorization" "";
    ProxyRequire "Proxy-Require" "";
    RAck "RAck" "";
    Reason "Reason" "";
    RecordRoute "Record-Route" "";
    ReferSub "Refer-Sub" "";
    ReferTo "Refer-To" "r";
    ReferredBy "Referred-By" "b";
    RejectContact "Reject-Contact" "j";
    RemotePartyId "Remote-Party-ID" "";
    Replaces "Replaces" "";
    ReplyTo "Reply-To" "";
    RequestDisposition "Request-Disposition" "d";
    Require "Require" "";
    RetryAfter "Retry-After" "";
    Route "Route" "";
    RSeq "RSeq" "";
    Server "Server" "";
    ServiceRoute "Service-Route" "";
    SessionExpires "Session-Expires" "x";
    SipETag "SIP-ETag" "";
    SipIfMatch "SIP-If-Match" "";
    Subject "Subject" "s";
    SubscriptionState "Subscription-State" "";
    Supported "Supported" "k";
    TargetDialog "Target-Dialog" "";
    Timestamp "Timestamp" "";
    To "To" "t";
    Unsupported "Unsupported" "";
    UserAgent "User-Agent" "";
    Via "Via" "v";
    Warning "Warning" "";
    WwwAuthenticate "WWW-Authenticate" "";
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
