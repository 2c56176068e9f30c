//! Typed access to headers: read when asked, never before.
//!
//! A header that may be absent comes as `Option`; one that is there and cannot be read is an error naming it.

use crate::header::{
    CSeq, Challenge, Event, HeaderError, Info, MediaType, NameAddr, Problem, RAck, Reason, Replaces,
    SessionExpires, SubscriptionState, Via,
};
use crate::scan::{self, number, seconds_or_hour, trim};
use crate::{Headers, Name};

type Read<T> = Result<T, HeaderError>;

impl Headers {
    /// The topmost Via.
    ///
    /// # Errors
    /// Missing, or not to be read.
    pub fn via(&self) -> Read<Via> {
        let line = self.needed(Name::Via)?;
        let first = scan::values(line).next().unwrap_or(Err(Problem::Empty));
        first.and_then(Via::parse).map_err(wrong(Name::Via))
    }

    /// All Via values, the topmost first.
    ///
    /// # Errors
    /// One cannot be read.
    pub fn vias(&self) -> Read<Vec<Via>> {
        self.list(Name::Via, Via::parse)
    }

    /// Who sends.
    ///
    /// # Errors
    /// Missing, or not to be read.
    pub fn from(&self) -> Read<NameAddr> {
        NameAddr::parse(self.needed(Name::From)?).map_err(wrong(Name::From))
    }

    /// Whom it is for.
    ///
    /// # Errors
    /// Missing, or not to be read.
    pub fn to(&self) -> Read<NameAddr> {
        NameAddr::parse(self.needed(Name::To)?).map_err(wrong(Name::To))
    }

    /// The Call-ID as written.
    ///
    /// # Errors
    /// Missing or empty.
    pub fn call_id(&self) -> Read<&str> {
        let text = self.needed(Name::CallId)?;
        if text.is_empty() { Err(HeaderError::new(Name::CallId, Problem::Empty)) } else { Ok(text) }
    }

    /// Sequence number and method.
    ///
    /// # Errors
    /// Missing, or not to be read.
    pub fn cseq(&self) -> Read<CSeq> {
        CSeq::parse(self.needed(Name::CSeq)?).map_err(wrong(Name::CSeq))
    }

    /// All contacts. The `*` of a REGISTER that drops everything counts as none.
    ///
    /// # Errors
    /// One cannot be read.
    pub fn contacts(&self) -> Read<Vec<NameAddr>> {
        if self.get(Name::Contact) == Some("*") { Ok(Vec::new()) } else { self.addresses(Name::Contact) }
    }

    /// All Route values in order.
    ///
    /// # Errors
    /// One cannot be read.
    pub fn routes(&self) -> Read<Vec<NameAddr>> {
        self.addresses(Name::Route)
    }

    /// All Record-Route values in order.
    ///
    /// # Errors
    /// One cannot be read.
    pub fn record_routes(&self) -> Read<Vec<NameAddr>> {
        self.addresses(Name::RecordRoute)
    }

    /// All Path values in order (RFC 3327).
    ///
    /// # Errors
    /// One cannot be read.
    pub fn paths(&self) -> Read<Vec<NameAddr>> {
        self.addresses(Name::Path)
    }

    /// All Service-Route values in order (RFC 3608).
    ///
    /// # Errors
    /// One cannot be read.
    pub fn service_routes(&self) -> Read<Vec<NameAddr>> {
        self.addresses(Name::ServiceRoute)
    }

    /// Hops that are left, 0 to 255.
    ///
    /// # Errors
    /// Not a number up to 255 (RFC 3261 §20.22).
    pub fn max_forwards(&self) -> Read<Option<u8>> {
        self.optional(Name::MaxForwards, |text| {
            number(trim(text)).and_then(|hops| u8::try_from(hops).ok()).ok_or(Problem::Number)
        })
    }

    /// Seconds; what is no number means one hour (RFC 3261 §20.19).
    pub fn expires(&self) -> Option<u32> {
        self.get(Name::Expires).map(seconds_or_hour)
    }

    /// The shortest expiry that the server takes, seconds (RFC 3261 §20.23).
    ///
    /// # Errors
    /// Not a number.
    pub fn min_expires(&self) -> Read<Option<u32>> {
        self.number(Name::MinExpires)
    }

    /// Seconds to wait, without comment and parameters (RFC 3261 §20.33).
    ///
    /// # Errors
    /// Not a number, or one that no server means.
    pub fn retry_after(&self) -> Read<Option<u32>> {
        self.optional(Name::RetryAfter, |text| {
            let digits = text.split([';', '(', ' ', '\t']).next().unwrap_or_default();
            number(digits).ok_or(Problem::Number)
        })
    }

    /// Seconds within which the server wants to hear from us (RFC 5626 §4.4).
    ///
    /// # Errors
    /// Not a number.
    pub fn flow_timer(&self) -> Read<Option<u32>> {
        self.number(Name::FlowTimer)
    }

    /// RFC 4028.
    ///
    /// # Errors
    /// Not to be read.
    pub fn session_expires(&self) -> Read<Option<SessionExpires>> {
        self.optional(Name::SessionExpires, SessionExpires::parse)
    }

    /// The shortest session interval allowed, seconds (RFC 4028 §5).
    ///
    /// # Errors
    /// Not a number.
    pub fn min_se(&self) -> Read<Option<u32>> {
        self.optional(Name::MinSe, |text| SessionExpires::parse(text).map(|interval| interval.seconds))
    }

    /// What the server asks for with 401, one entry a challenge.
    ///
    /// # Errors
    /// One cannot be read.
    pub fn www_authenticate(&self) -> Read<Vec<Challenge>> {
        self.challenges(Name::WwwAuthenticate)
    }

    /// What a proxy asks for with 407, one entry a challenge.
    ///
    /// # Errors
    /// One cannot be read.
    pub fn proxy_authenticate(&self) -> Read<Vec<Challenge>> {
        self.challenges(Name::ProxyAuthenticate)
    }

    /// Whom to call (RFC 3515).
    ///
    /// # Errors
    /// Not to be read.
    pub fn refer_to(&self) -> Read<Option<NameAddr>> {
        self.optional(Name::ReferTo, NameAddr::parse)
    }

    /// Who asked for this call (RFC 3892).
    ///
    /// # Errors
    /// Not to be read.
    pub fn referred_by(&self) -> Read<Option<NameAddr>> {
        self.optional(Name::ReferredBy, NameAddr::parse)
    }

    /// False if the sender of a REFER wants no subscription, or the answer grants none (RFC 4488).
    pub fn refer_sub(&self) -> bool {
        !self.get(Name::ReferSub).is_some_and(|text| {
            text.split(';').next().is_some_and(|word| trim(word).eq_ignore_ascii_case("false"))
        })
    }

    /// Which dialog this call takes over (RFC 3891).
    ///
    /// # Errors
    /// Not to be read.
    pub fn replaces(&self) -> Read<Option<Replaces>> {
        self.optional(Name::Replaces, Replaces::parse)
    }

    /// Which event package (RFC 6665).
    ///
    /// # Errors
    /// Not to be read.
    pub fn event(&self) -> Read<Option<Event>> {
        self.optional(Name::Event, Event::parse)
    }

    /// How the subscription stands (RFC 6665).
    ///
    /// # Errors
    /// Not to be read.
    pub fn subscription_state(&self) -> Read<Option<SubscriptionState>> {
        self.optional(Name::SubscriptionState, SubscriptionState::parse)
    }

    /// All reasons given (RFC 3326); values that are none are passed over, since they only inform.
    pub fn reasons(&self) -> Vec<Reason> {
        self.all_values(Name::Reason).filter_map(|value| Reason::parse(value.ok()?).ok()).collect()
    }

    /// The number of a reliable provisional response (RFC 3262).
    ///
    /// # Errors
    /// Not a number.
    pub fn rseq(&self) -> Read<Option<u32>> {
        self.number(Name::RSeq)
    }

    /// What a PRACK confirms (RFC 3262).
    ///
    /// # Errors
    /// Not to be read.
    pub fn rack(&self) -> Read<Option<RAck>> {
        self.optional(Name::RAck, RAck::parse)
    }

    /// Who the network says is calling (RFC 3325); one SIP and one tel address at most.
    ///
    /// # Errors
    /// One cannot be read.
    pub fn p_asserted_identity(&self) -> Read<Vec<NameAddr>> {
        self.addresses(Name::PAssertedIdentity)
    }

    /// The older way to say who is calling; parameters `party`, `privacy`, `screen`.
    ///
    /// # Errors
    /// One cannot be read.
    pub fn remote_party_id(&self) -> Read<Vec<NameAddr>> {
        self.addresses(Name::RemotePartyId)
    }

    /// Who diverted the call, the last diversion first (RFC 5806); parameter `reason`.
    ///
    /// # Errors
    /// One cannot be read.
    pub fn diversion(&self) -> Read<Vec<NameAddr>> {
        self.addresses(Name::Diversion)
    }

    /// Where the call has been, the first target first (RFC 7044); parameter `index`, Reason and Privacy in the URI.
    ///
    /// # Errors
    /// One cannot be read.
    pub fn history_info(&self) -> Read<Vec<NameAddr>> {
        self.addresses(Name::HistoryInfo)
    }

    /// The address that was called before the registrar replaced it (RFC 7315 §4.2).
    ///
    /// # Errors
    /// Not to be read.
    pub fn p_called_party_id(&self) -> Read<Option<NameAddr>> {
        self.optional(Name::PCalledPartyId, NameAddr::parse)
    }

    /// True if Privacy names `word`, such as `id` or `user` (RFC 3323 §4.2).
    pub fn privacy(&self, word: &str) -> bool {
        self.all(Name::Privacy)
            .flat_map(|line| line.split([';', ',']))
            .any(|value| trim(value).eq_ignore_ascii_case(word))
    }

    /// How to alert (RFC 3261 §20.4); values that cannot be read are passed over.
    pub fn alert_info(&self) -> Vec<Info> {
        self.all_values(Name::AlertInfo).filter_map(|value| Info::parse(value.ok()?).ok()).collect()
    }

    /// More about the caller (RFC 3261 §20.9); values that cannot be read are passed over.
    pub fn call_info(&self) -> Vec<Info> {
        self.all_values(Name::CallInfo).filter_map(|value| Info::parse(value.ok()?).ok()).collect()
    }

    /// Extensions that the sender knows.
    pub fn supported(&self) -> impl Iterator<Item = &str> {
        self.tokens(Name::Supported)
    }

    /// True if the sender knows the extension `tag`.
    pub fn supports(&self, tag: &str) -> bool {
        self.supported().any(|known| known.eq_ignore_ascii_case(tag))
    }

    /// Extensions that the sender insists on.
    pub fn require(&self) -> impl Iterator<Item = &str> {
        self.tokens(Name::Require)
    }

    /// Extensions that were refused with 420.
    pub fn unsupported(&self) -> impl Iterator<Item = &str> {
        self.tokens(Name::Unsupported)
    }

    /// Methods that the sender takes.
    pub fn allow(&self) -> impl Iterator<Item = &str> {
        self.tokens(Name::Allow)
    }

    /// True if Allow is there and names `method`.
    pub fn allows(&self, method: &crate::Method) -> bool {
        self.allow().any(|allowed| allowed == method.as_str())
    }

    /// Event packages that the sender takes.
    pub fn allow_events(&self) -> impl Iterator<Item = &str> {
        self.tokens(Name::AllowEvents)
    }

    /// The type of the body.
    ///
    /// # Errors
    /// Not to be read.
    pub fn content_type(&self) -> Read<Option<MediaType>> {
        self.optional(Name::ContentType, MediaType::parse)
    }

    /// The words of a comma list over all lines of that name; empty ones are passed over.
    pub fn tokens<'a>(&'a self, name: Name<'a>) -> impl Iterator<Item = &'a str> {
        self.all(name).flat_map(scan::words).map(trim).filter(|token| !token.is_empty())
    }

    /// Every address of a header that may hold several, such as one that this crate does not know.
    ///
    /// # Errors
    /// One cannot be read.
    pub fn addresses(&self, name: Name<'static>) -> Read<Vec<NameAddr>> {
        self.list(name, NameAddr::parse)
    }

    /// Every value of a comma list over all lines of that name, as written.
    pub(super) fn all_values<'a>(&'a self, name: Name<'a>) -> impl Iterator<Item = Result<&'a str, Problem>> {
        self.all(name).flat_map(scan::values)
    }

    fn challenges(&self, name: Name<'static>) -> Read<Vec<Challenge>> {
        let mut challenges = Vec::new();
        for line in self.all(name) {
            challenges.extend(Challenge::parse_all(line).map_err(wrong(name))?);
        }
        Ok(challenges)
    }

    fn number(&self, name: Name<'static>) -> Read<Option<u32>> {
        self.optional(name, |text| number(trim(text)).ok_or(Problem::Number))
    }

    fn needed(&self, name: Name<'static>) -> Read<&str> {
        self.get(name).ok_or(HeaderError::new(name, Problem::Missing))
    }

    fn optional<T>(&self, name: Name<'static>, read: impl Fn(&str) -> Result<T, Problem>) -> Read<Option<T>> {
        self.get(name).map(read).transpose().map_err(wrong(name))
    }

    fn list<T>(&self, name: Name<'static>, read: impl Fn(&str) -> Result<T, Problem>) -> Read<Vec<T>> {
        let mut list = Vec::new();
        for line in self.all(name) {
            for value in scan::values(line) {
                list.push(value.and_then(&read).map_err(wrong(name))?);
            }
        }
        Ok(list)
    }
}

fn wrong(name: Name<'static>) -> impl Fn(Problem) -> HeaderError {
    move |problem| HeaderError::new(name, problem)
}
