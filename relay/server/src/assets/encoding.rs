//! Which compressed form of a file a browser gets (RFC 9110 section 12.5.3).

use std::collections::BTreeMap;

use axum::http::{HeaderMap, header};

/// The forms a file can be sent in, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Encoding {
    Brotli,
    Gzip,
    Identity,
}

impl Encoding {
    /// The name in `Content-Encoding`; none for the file as it is.
    pub(super) fn token(self) -> Option<&'static str> {
        match self {
            Self::Brotli => Some("br"),
            Self::Gzip => Some("gzip"),
            Self::Identity => None,
        }
    }

    /// The ending of the sibling file that holds this form.
    pub(super) fn suffix(self) -> Option<&'static str> {
        match self {
            Self::Brotli => Some(".br"),
            Self::Gzip => Some(".gz"),
            Self::Identity => None,
        }
    }
}

/// The best form that is there and welcome. Preference among welcome forms is ours: the smallest.
pub(super) fn best<'a, T>(forms: &'a BTreeMap<Encoding, T>, asked: &HeaderMap) -> Option<(Encoding, &'a T)> {
    forms.iter().map(|(encoding, form)| (*encoding, form)).find(|(encoding, _)| is_welcome(*encoding, asked))
}

/// Whether the browser understands this form.
pub(super) fn is_welcome(encoding: Encoding, asked: &HeaderMap) -> bool {
    let Some(token) = encoding.token() else { return true };
    asked
        .get_all(header::ACCEPT_ENCODING)
        .iter()
        .filter_map(|line| line.to_str().ok())
        .any(|line| line.split(',').any(|item| accepts(item, token)))
}

/// Whether one item of the list (`br`, `gzip;q=0.5`) accepts this encoding; weight 0 means not (section 12.4.2).
fn accepts(item: &str, token: &str) -> bool {
    let mut parts = item.split(';').map(str::trim);
    if !parts.next().is_some_and(|name| name.eq_ignore_ascii_case(token)) {
        return false;
    }
    let weight = parts.find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")));
    weight.is_none_or(|weight| weight.parse::<f32>().is_ok_and(|weight| weight > 0.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(accepted: &'static str) -> Encoding {
        let forms = BTreeMap::from([(Encoding::Brotli, ()), (Encoding::Gzip, ()), (Encoding::Identity, ())]);
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_ENCODING, accepted.parse().unwrap());
        best(&forms, &headers).unwrap().0
    }

    #[test]
    fn the_smallest_welcome_form_is_sent() {
        assert_eq!(chosen("gzip, deflate, br, zstd"), Encoding::Brotli);
        assert_eq!(chosen("gzip;q=1.0, br;q=0.1"), Encoding::Brotli);
        assert_eq!(chosen("GZIP"), Encoding::Gzip);
        assert_eq!(chosen("br;q=0, gzip;q=0.5"), Encoding::Gzip);
        assert_eq!(chosen("brotli"), Encoding::Identity);
        assert_eq!(chosen(""), Encoding::Identity);
        assert_eq!(chosen("br;q=nonsense"), Encoding::Identity);
    }
}
