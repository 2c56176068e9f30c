//! Headers as JSON: those that the user agent knows in typed form, the others as text.

use cordboard_sip::message::header::{
    CSeq, Challenge, DigestChallenge, Event, HeaderError, Info, MediaType, NameAddr, Params, RAck, Reason,
    Refresher, Replaces, SessionExpires, SubscriptionState, Substate, Via,
};
use cordboard_sip::message::{Headers, Name};
use cordboard_sip::uri::{Scheme, Uri};
use serde_json::{Map, Value, json};

/// All headers by their full names.
pub(crate) fn typed(headers: &Headers) -> Value {
    let mut shown = Map::new();
    for (name, _) in headers.iter() {
        if !shown.keys().any(|known| known.eq_ignore_ascii_case(name.as_str())) {
            shown.insert(name.to_string(), header(headers, name));
        }
    }
    Value::Object(shown)
}

fn header(headers: &Headers, name: Name<'_>) -> Value {
    let texts = || headers.all(name).collect::<Vec<_>>();
    let shown = if let Some(of) = addresses_of(name) {
        if of == Name::Contact && headers.get(of) == Some("*") {
            return json!("*");
        }
        headers.addresses(of).map(|all| all.iter().map(address).collect())
    } else {
        structured(headers, name).unwrap_or_else(|| Ok(json!(texts())))
    };
    shown.unwrap_or_else(|error| json!({ "text": texts(), "problem": error.to_string() }))
}

/// Headers that are lists of addresses.
fn addresses_of(name: Name<'_>) -> Option<Name<'static>> {
    [
        Name::Contact,
        Name::Route,
        Name::RecordRoute,
        Name::Path,
        Name::ServiceRoute,
        Name::PAssertedIdentity,
        Name::RemotePartyId,
        Name::Diversion,
        Name::HistoryInfo,
    ]
    .into_iter()
    .find(|known| *known == name)
}

/// `None` for what is only text to the user agent.
#[allow(clippy::wildcard_enum_match_arm, reason = "text is what every other header is, new ones included")]
fn structured(headers: &Headers, name: Name<'_>) -> Option<Result<Value, HeaderError>> {
    let list = |values: Vec<Value>| Some(Ok(Value::Array(values)));
    let tokens = || list(headers.tokens(name).map(Value::from).collect());
    match name {
        Name::Via => Some(headers.vias().map(|all| all.iter().map(via).collect())),
        Name::From => Some(headers.from().map(|value| address(&value))),
        Name::To => Some(headers.to().map(|value| address(&value))),
        Name::ReferTo => optional(headers.refer_to(), address),
        Name::ReferredBy => optional(headers.referred_by(), address),
        Name::PCalledPartyId => optional(headers.p_called_party_id(), address),
        Name::CallId => Some(headers.call_id().map(Value::from)),
        Name::CSeq => Some(headers.cseq().map(|value| cseq(&value))),
        Name::RAck => optional(headers.rack(), rack),
        Name::RSeq => optional(headers.rseq(), |value| json!(value)),
        Name::MaxForwards => optional(headers.max_forwards(), |value| json!(value)),
        Name::Expires => headers.expires().map(|value| Ok(json!(value))),
        Name::MinExpires => optional(headers.min_expires(), |value| json!(value)),
        Name::RetryAfter => optional(headers.retry_after(), |value| json!(value)),
        Name::FlowTimer => optional(headers.flow_timer(), |value| json!(value)),
        Name::SessionExpires => optional(headers.session_expires(), session_expires),
        Name::MinSe => optional(headers.min_se(), |value| json!(value)),
        Name::WwwAuthenticate => {
            Some(headers.www_authenticate().map(|all| all.iter().map(challenge).collect()))
        }
        Name::ProxyAuthenticate => {
            Some(headers.proxy_authenticate().map(|all| all.iter().map(challenge).collect()))
        }
        Name::ReferSub => Some(Ok(json!(headers.refer_sub()))),
        Name::Replaces => optional(headers.replaces(), replaces),
        Name::Event => optional(headers.event(), event),
        Name::SubscriptionState => optional(headers.subscription_state(), subscription_state),
        Name::ContentType => optional(headers.content_type(), media_type),
        Name::Reason => list(headers.reasons().iter().map(reason).collect()),
        Name::AlertInfo => list(headers.alert_info().iter().map(info).collect()),
        Name::CallInfo => list(headers.call_info().iter().map(info).collect()),
        Name::Supported
        | Name::Require
        | Name::Unsupported
        | Name::Allow
        | Name::AllowEvents
        | Name::Accept => tokens(),
        _ => None,
    }
}

fn optional<T>(
    read: Result<Option<T>, HeaderError>,
    show: impl Fn(&T) -> Value,
) -> Option<Result<Value, HeaderError>> {
    read.map(|value| value.as_ref().map(show)).transpose()
}

/// An address with each of its parts, escapes undone.
pub(crate) fn uri(uri: &Uri) -> Value {
    if uri.scheme() == Scheme::Other {
        return json!({ "text": uri.as_str(), "scheme": uri.scheme_text() });
    }
    let mut shown = Map::new();
    shown.insert("text".to_owned(), json!(uri.as_str()));
    shown.insert("scheme".to_owned(), json!(uri.scheme_text()));
    shown.insert("user".to_owned(), json!(uri.user()));
    if uri.is_sip() {
        shown.insert("host".to_owned(), json!(uri.host()));
        shown.insert("port".to_owned(), json!(uri.port()));
        shown.insert(
            "headers".to_owned(),
            uri.headers().map(|(name, value)| json!({ name: value })).collect(),
        );
    }
    let parameters = uri.params().map(|(name, _)| (name.to_owned(), json!(uri.param(name))));
    shown.insert("params".to_owned(), Value::Object(parameters.collect()));
    Value::Object(shown)
}

fn params(of: &Params) -> Value {
    // A parameter without a value is shown as an empty one.
    Value::Object(
        of.iter().map(|(name, _)| (name.to_owned(), json!(of.get(name).unwrap_or_default()))).collect(),
    )
}

fn address(of: &NameAddr) -> Value {
    json!({ "display": of.display, "uri": uri(&of.uri), "params": params(&of.params) })
}

fn via(of: &Via) -> Value {
    let Via { transport, host, port, params: with } = of;
    json!({ "transport": transport.as_str(), "host": host, "port": port, "params": params(with) })
}

fn cseq(of: &CSeq) -> Value {
    json!({ "number": of.number, "method": of.method.as_str() })
}

fn rack(of: &RAck) -> Value {
    json!({ "rseq": of.rseq, "cseq": cseq(&of.cseq) })
}

fn session_expires(of: &SessionExpires) -> Value {
    let refresher = of.refresher.map(|refresher| match refresher {
        Refresher::Uac => "uac",
        Refresher::Uas => "uas",
    });
    json!({ "seconds": of.seconds, "refresher": refresher })
}

fn challenge(of: &Challenge) -> Value {
    match of {
        Challenge::Digest(DigestChallenge {
            realm,
            nonce,
            opaque,
            stale,
            algorithm,
            qop,
            qop_named,
            userhash,
        }) => json!({
            "scheme": "Digest",
            "realm": realm,
            "nonce": nonce,
            "opaque": opaque,
            "stale": stale,
            // None of those that are known.
            "algorithm": algorithm.map(|algorithm| algorithm.as_str()),
            "qop": qop.iter().map(|qop| qop.as_str()).collect::<Vec<_>>(),
            "qop_named": qop_named,
            "userhash": userhash,
        }),
        Challenge::Other { scheme } => json!({ "scheme": scheme }),
    }
}

fn replaces(of: &Replaces) -> Value {
    let Replaces { call_id, to_tag, from_tag, early_only } = of;
    json!({ "call_id": call_id, "to_tag": to_tag, "from_tag": from_tag, "early_only": early_only })
}

fn event(of: &Event) -> Value {
    json!({ "package": of.package, "params": params(&of.params) })
}

fn subscription_state(of: &SubscriptionState) -> Value {
    let state = match of.state {
        Substate::Active => "active",
        Substate::Pending => "pending",
        Substate::Terminated => "terminated",
    };
    json!({ "state": state, "reason": of.reason, "expires": of.expires, "retry_after": of.retry_after })
}

/// A media type with its parameters.
pub(crate) fn media_type(of: &MediaType) -> Value {
    json!({ "essence": of.essence, "params": params(&of.params) })
}

fn reason(of: &Reason) -> Value {
    json!({ "protocol": of.protocol, "cause": of.cause, "text": of.text })
}

fn info(of: &Info) -> Value {
    json!({ "target": of.target, "params": params(&of.params) })
}
