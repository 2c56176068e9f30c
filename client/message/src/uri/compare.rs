//! "The same address" by RFC 3261 §19.1.4.

use super::parse::ipv6;
use super::{Scheme, Uri, unescape};

/// Parameters that differ also when one side leaves them out, since leaving out means a default (§19.1.4).
const NEVER_IGNORED: [&str; 4] = ["user", "ttl", "method", "maddr"];

impl Uri {
    /// True if both name the same resource by RFC 3261 §19.1.4 (which is not transitive, hence not `Eq`).
    ///
    /// `tel:` URIs are compared by RFC 3966 §5: visual separators do not count. Other schemes: the text.
    pub fn equivalent(&self, other: &Self) -> bool {
        match (self.scheme(), other.scheme()) {
            (Scheme::Sip, Scheme::Sip) | (Scheme::Sips, Scheme::Sips) => same_sip(self, other),
            (Scheme::Tel, Scheme::Tel) => same_tel(self, other),
            (Scheme::Other, Scheme::Other) => {
                self.scheme_text().eq_ignore_ascii_case(other.scheme_text()) && self.user() == other.user()
            }
            (Scheme::Sip | Scheme::Sips | Scheme::Tel | Scheme::Other, _) => false,
        }
    }
}

fn same_sip(a: &Uri, b: &Uri) -> bool {
    // User and password are case-sensitive, all else is not; an escaped character equals the bare one.
    a.user() == b.user()
        && a.raw_password().map(unescape) == b.raw_password().map(unescape)
        && same_host(a.host(), b.host())
        && a.port() == b.port()
        && params_agree(a, b)
        && params_agree(b, a)
        && headers_agree(a, b)
        && headers_agree(b, a)
}

fn same_host(a: &str, b: &str) -> bool {
    match (ipv6(a), ipv6(b)) {
        (Some(a), Some(b)) => a == b,
        (None, None) => a.eq_ignore_ascii_case(b),
        (Some(_), None) | (None, Some(_)) => false,
    }
}

/// A parameter of both must agree; one that only one side has counts for some names only. Of a parameter that is
/// there twice, which no URI should have, one must agree.
fn params_agree(a: &Uri, b: &Uri) -> bool {
    a.params().all(|(name, value)| {
        let (name, value) = (unescape(name), unescape(value.unwrap_or_default()));
        if b.has_param(&name) {
            b.params().any(|(other, it)| same_word(other, &name) && same_word(it.unwrap_or_default(), &value))
        } else {
            !NEVER_IGNORED.iter().any(|counted| name.eq_ignore_ascii_case(counted))
        }
    })
}

fn same_word(written: &str, word: &str) -> bool {
    unescape(written).eq_ignore_ascii_case(word)
}

/// Headers are never ignored: each must be on both sides with the same value.
fn headers_agree(a: &Uri, b: &Uri) -> bool {
    a.headers().all(|(name, value)| {
        let (name, value) = (unescape(name), unescape(value));
        b.headers().any(|(other, it)| same_word(other, &name) && unescape(it) == value)
    })
}

fn same_tel(a: &Uri, b: &Uri) -> bool {
    digits(&a.user()).eq(digits(&b.user())) && tel_params_agree(a, b) && tel_params_agree(b, a)
}

fn digits(number: &str) -> impl Iterator<Item = char> {
    number.chars().filter(|c| !matches!(c, '-' | '.' | '(' | ')')).map(|c| c.to_ascii_lowercase())
}

fn tel_params_agree(a: &Uri, b: &Uri) -> bool {
    a.params().all(|(name, value)| {
        b.param(name).is_some_and(|other| unescape(value.unwrap_or_default()).eq_ignore_ascii_case(&other))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn same(a: &str, b: &str) -> bool {
        let (a, b) = (Uri::parse(a).unwrap(), Uri::parse(b).unwrap());
        assert_eq!(a.equivalent(&b), b.equivalent(&a), "{a} {b}");
        a.equivalent(&b)
    }

    #[test]
    fn the_examples_of_the_rfc_that_are_the_same() {
        for (a, b) in [
            ("sip:%61lice@atlanta.com;transport=TCP", "sip:alice@AtLanTa.CoM;Transport=tcp"),
            ("sip:carol@chicago.com", "sip:carol@chicago.com;newparam=5"),
            ("sip:carol@chicago.com", "sip:carol@chicago.com;security=on"),
            (
                "sip:biloxi.com;transport=tcp;method=REGISTER?to=sip:bob%40biloxi.com",
                "sip:biloxi.com;method=REGISTER;transport=tcp?to=sip:bob%40biloxi.com",
            ),
            (
                "sip:alice@atlanta.com?subject=project%20x&priority=urgent",
                "sip:alice@atlanta.com?priority=urgent&subject=project%20x",
            ),
        ] {
            assert!(same(a, b), "{a} {b}");
        }
    }

    #[test]
    fn the_examples_of_the_rfc_that_differ() {
        for (a, b) in [
            ("SIP:ALICE@AtLanTa.CoM;Transport=udp", "sip:alice@AtLanTa.CoM;Transport=UDP"),
            ("sip:bob@biloxi.com", "sip:bob@biloxi.com:5060"),
            ("sip:bob@biloxi.com", "sip:bob@biloxi.com:6000;transport=tcp"),
            ("sip:carol@chicago.com", "sip:carol@chicago.com?Subject=next%20meeting"),
            ("sip:bob@phone21.boxesbybob.com", "sip:bob@192.0.2.4"),
            ("sip:carol@chicago.com;security=on", "sip:carol@chicago.com;security=off"),
            ("sip:a@b", "sips:a@b"),
            ("sip:a@b", "sip:a@b;user=phone"),
        ] {
            assert!(!same(a, b), "{a} {b}");
        }
    }

    #[test]
    fn what_is_there_twice_is_compared_twice() {
        let twice = "sip:a@b;x=1;x=2?Route=%3Csip:c%3E&Route=%3Csip:d%3E";
        assert!(same(twice, "sip:a@b;X=2;x=1?route=%3Csip:d%3E&route=%3Csip:c%3E"));
        assert!(!same(twice, "sip:a@b;x=1?Route=%3Csip:c%3E"));
    }

    #[test]
    fn an_ipv6_address_is_the_same_however_it_is_written() {
        assert!(same("sip:[2001:db8::9:1]", "sip:[2001:DB8:0:0::9:1]"));
        assert!(!same("sip:[2001:db8::9:1]", "sip:[2001:db8::9:2]"));
    }

    #[test]
    fn separators_of_a_tel_number_do_not_count() {
        assert!(same("tel:+1-201-555-0123", "tel:+1(201)5550123"));
        assert!(!same("tel:7042;phone-context=example.com", "tel:7042"));
    }
}
