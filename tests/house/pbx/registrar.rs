//! The registrar, with what those in the field do differently (RFC 3261 §10.3, RFC 5626 §6).

use std::time::Duration;

use cordboard_desk::Instant;
use md5::{Digest, Md5};
use rsip::Request;

use super::wire::{Lines, param, uri, user, value};

/// A place where the account is reachable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Binding {
    pub(crate) instance: String,
    pub(crate) contact: String,
    pub(crate) until: Instant,
}

/// How the list of bindings in the 200 looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Listing {
    /// As registered, with instance and expiry (Kamailio).
    AsRegistered,
    /// As registered, without the instance (FreeSWITCH).
    WithoutInstance,
    /// The address that the socket came from, and no instance (Asterisk with `rewrite_contact`).
    Rewritten,
}

pub(crate) struct Registrar {
    pub(crate) bindings: Vec<Binding>,
    /// The longest that is granted, seconds.
    pub(crate) longest: u32,
    /// The shortest that is granted, seconds.
    pub(crate) shortest: u32,
    pub(crate) listing: Listing,
    /// The expiry is told for all bindings at once too.
    pub(crate) tells_expires: bool,
    /// More bindings than this are too many.
    pub(crate) most: usize,
    /// With too many, the oldest gives way; otherwise the newest is refused.
    pub(crate) oldest_gives_way: bool,
    /// Refuses everybody with this.
    pub(crate) out_of_order: Option<(u16, Lines)>,
    pub(crate) password: &'static str,
    nonces: u32,
    /// Nonce counts seen with the nonce that is good now.
    last_count: u32,
}

const REALM: &str = "pbx.test";

impl Registrar {
    pub(crate) fn new(listing: Listing, tells_expires: bool) -> Self {
        Self {
            bindings: Vec::new(),
            longest: 3600,
            shortest: 30,
            listing,
            tells_expires,
            most: 10,
            oldest_gives_way: true,
            out_of_order: None,
            password: "secret",
            nonces: 1,
            last_count: 0,
        }
    }

    /// Status and headers of the answer to a REGISTER.
    pub(crate) fn register(&mut self, now: Instant, request: &Request) -> (u16, Lines) {
        self.bindings.retain(|binding| binding.until > now);
        if let Some(refusal) = &self.out_of_order {
            return refusal.clone();
        }
        if !self.is_signed(request, "Authorization") {
            return (401, vec![("WWW-Authenticate", self.challenge())]);
        }
        let contact = value(request, "Contact").unwrap();
        let asked: u32 = param(&contact, "expires").unwrap().parse().unwrap();
        if (1..self.shortest).contains(&asked) {
            return (423, vec![("Min-Expires", self.shortest.to_string())]);
        }
        let granted = asked.min(self.longest);
        let binding = Binding {
            instance: param(&contact, "+sip.instance").unwrap(),
            contact: uri(&contact),
            until: now + Duration::from_secs(u64::from(granted)),
        };
        self.bindings.retain(|old| old.instance != binding.instance && old.contact != binding.contact);
        if granted > 0 {
            if self.bindings.len() >= self.most {
                if !self.oldest_gives_way {
                    return (403, Vec::new());
                }
                self.bindings.remove(0);
            }
            self.bindings.push(binding);
        }
        (200, self.list(now, granted))
    }

    fn list(&self, now: Instant, granted: u32) -> Lines {
        let mut lines = Vec::new();
        for (index, binding) in self.bindings.iter().enumerate() {
            let left = binding.until.since(now).as_secs();
            let contact = match self.listing {
                Listing::AsRegistered => format!(
                    "<{}>;expires={left};+sip.instance=\"<{}>\";reg-id=1",
                    binding.contact, binding.instance
                ),
                Listing::WithoutInstance => format!("<{}>;expires={left}", binding.contact),
                Listing::Rewritten => {
                    let user = user(&binding.contact);
                    format!("<sip:{user}@192.0.2.7:{};transport=ws>;expires={left}", 50_000 + index)
                }
            };
            lines.push(("Contact", contact));
        }
        if self.tells_expires {
            lines.push(("Expires", granted.to_string()));
        }
        lines
    }

    /// Another console of the same account registers.
    pub(crate) fn bind_another(&mut self, now: Instant) {
        if self.bindings.len() >= self.most {
            self.bindings.remove(0);
        }
        self.bindings.insert(
            0,
            Binding {
                instance: "urn:uuid:00000000-0000-4000-8000-00000000cafe".to_owned(),
                contact: "sip:other@elsewhere.invalid;transport=ws".to_owned(),
                until: now + Duration::from_secs(3599),
            },
        );
    }

    /// Where a browser of ours is reachable, and not another one.
    pub(crate) fn ours(&self, now: Instant) -> Option<&Binding> {
        self.bindings.iter().find(|binding| binding.until > now && !binding.instance.ends_with("cafe"))
    }

    /// A challenge with a nonce that was not used before.
    pub(crate) fn challenge(&mut self) -> String {
        self.nonces += 1;
        self.last_count = 0;
        format!("Digest realm=\"{REALM}\", nonce=\"n{}\", algorithm=MD5, qop=\"auth\"", self.nonces)
    }

    /// Checks the digest, and that no count is used twice (RFC 7616 §3.4). rsip reads counts as decimals below 256,
    /// so the fields are split here.
    pub(crate) fn is_signed(&mut self, request: &Request, header: &str) -> bool {
        let Some(credentials) = value(request, header) else { return false };
        let field = |name: &str| {
            let fields = credentials.trim_start_matches("Digest ").split(',');
            let found = fields.filter_map(|field| field.trim().split_once('='));
            let found = found.filter(|(other, _)| *other == name).map(|(_, value)| value).next();
            found.unwrap_or_default().trim_matches('"').to_owned()
        };
        let hash =
            |text: String| -> String { Md5::digest(text).iter().map(|byte| format!("{byte:02x}")).collect() };
        let ours = hash(format!("{}:{REALM}:{}", field("username"), self.password));
        let theirs = hash(format!("{}:{}", request.method, field("uri")));
        let (nonce, nc, cnonce) = (field("nonce"), field("nc"), field("cnonce"));
        let good = hash(format!("{ours}:{nonce}:{nc}:{cnonce}:auth:{theirs}")) == field("response");
        let count = u32::from_str_radix(&nc, 16).unwrap_or_default();
        let fresh = nonce == format!("n{}", self.nonces) && count > self.last_count;
        if good && fresh {
            self.last_count = count;
        }
        good && fresh
    }
}
