//! Who is at the far end, and whom the call was meant for (RFC 3323, 3325, 5806, 7044, 7315; S12).

use crate::Party;
use crate::encoded_word::decoded;
use crate::message::header::NameAddr;
use crate::message::{Headers, Name, Request};
use crate::uri::{Scheme, Uri};

/// The party at an address.
pub(crate) fn party(address: &NameAddr) -> Party {
    let uri = &address.uri;
    // RFC 3323 §4.1.1.3 names the host; PBXs are content with the user.
    let anonymous = uri.host().eq_ignore_ascii_case("anonymous.invalid")
        || uri.user().eq_ignore_ascii_case("anonymous")
        || address.display.eq_ignore_ascii_case("anonymous");
    if anonymous {
        return Party { uri: uri.to_string(), anonymous, ..Party::default() };
    }
    let name = decoded(&address.display).into_owned();
    Party { name, number: number(uri), uri: uri.to_string(), anonymous }
}

/// Somebody as a document names them; `None` without an address.
pub(crate) fn named(address: &str, display: Option<&str>) -> Option<Party> {
    let name = display.unwrap_or_default();
    Some(match Uri::parse(address) {
        _ if address.is_empty() => return None,
        Ok(uri) => party(&NameAddr::new(uri).with_display(name)),
        // A number without a scheme, or nothing that one could call; people can read it all the same.
        Err(_) => Party {
            name: name.to_owned(),
            number: address.split('@').next().unwrap_or_default().to_owned(),
            uri: address.to_owned(),
            anonymous: false,
        },
    })
}

/// A number as people know it: the user part without parameters of a telephone number inside it (RFC 3261 §19.1.6).
fn number(uri: &Uri) -> String {
    let user = uri.user();
    match uri.scheme() {
        Scheme::Sip | Scheme::Sips | Scheme::Tel => user.split(';').next().unwrap_or_default().to_owned(),
        Scheme::Other => user.into_owned(),
    }
}

/// Who sends this request: the network's word, then the older network's word, then the sender's own.
pub(crate) fn sender(headers: &Headers) -> Party {
    let from = headers.from().ok();
    let mut sender = asserted(headers)
        .or_else(|| from.as_ref().map(party))
        .unwrap_or_else(|| Party { anonymous: true, ..Party::default() });
    // RFC 3325 §9.3: a network that asserts who it is may still ask to keep it from us.
    let withheld = ["id", "user", "header"].into_iter().any(|word| headers.privacy(word));
    if withheld && !sender.anonymous {
        sender = Party { uri: sender.uri, anonymous: true, ..Party::default() };
    }
    sender
}

/// Who answers: the network's word, then whom the dialog is with.
pub(crate) fn answerer(headers: &Headers, called: &Party) -> Party {
    match asserted(headers) {
        Some(party) if headers.privacy("id") => Party { uri: party.uri, anonymous: true, ..Party::default() },
        Some(party) => party,
        None => called.clone(),
    }
}

/// P-Asserted-Identity, then Remote-Party-ID.
fn asserted(headers: &Headers) -> Option<Party> {
    let asserted = headers.p_asserted_identity().unwrap_or_default();
    // There may be a sip and a tel address (RFC 3325 §9.1): the one with a name says more.
    let best = asserted.iter().find(|address| !address.display.is_empty()).or(asserted.first());
    if let Some(address) = best {
        return Some(party(address));
    }
    let older = headers.remote_party_id().unwrap_or_default();
    let address = older.first()?;
    let privacy = address.params.raw("privacy").unwrap_or("off");
    if privacy.eq_ignore_ascii_case("off") {
        Some(party(address))
    } else {
        Some(Party { uri: address.uri.to_string(), anonymous: true, ..Party::default() })
    }
}

/// Every address that the call was meant for, the most original first, each once. What the header named by the settings
/// says comes before all: somebody has put it there for this.
pub(crate) fn called(invite: &Request, line_header: &str) -> Vec<Party> {
    let headers = &invite.headers;
    let mut all: Vec<NameAddr> =
        headers.all(Name::parse(line_header)).filter_map(|text| line(text, invite)).collect();
    all.extend(headers.history_info().unwrap_or_default());
    // The last diversion stands first, so the original target stands last (RFC 5806 §5).
    all.extend(headers.diversion().unwrap_or_default().into_iter().rev());
    all.extend(headers.p_called_party_id().ok().flatten());
    all.extend(headers.to().ok());
    all.push(NameAddr::new(invite.uri.clone()));
    let mut called: Vec<Party> = Vec::new();
    for address in all {
        let address = NameAddr { uri: address.uri.without_headers(), ..address };
        let party = party(&address);
        if !called.iter().any(|known| known.uri == party.uri) {
            called.push(party);
        }
    }
    called
}

/// An address, or a bare number or name in the domain that was called.
fn line(text: &str, invite: &Request) -> Option<NameAddr> {
    let domain = invite.headers.to().ok().map(|to| to.uri.host().to_owned()).unwrap_or_default();
    let bare = || Uri::sip(text.trim(), &domain).ok().map(NameAddr::new);
    NameAddr::parse(text).ok().or_else(bare).filter(|address| !address.uri.user().is_empty())
}

/// True if a CANCEL or BYE says that somebody else took the call (RFC 3326).
pub(crate) fn is_answered_elsewhere(headers: &Headers) -> bool {
    headers.contains(Name::Reason) && headers.reasons().iter().any(|reason| reason.is_answered_elsewhere())
}
