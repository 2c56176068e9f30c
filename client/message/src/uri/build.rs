//! Making addresses and changing them; each part is escaped as it needs.

use super::escape::{Part, escape, unescape};
use super::{Uri, UriError};

impl Uri {
    /// `sip:user@host[:port]`; an empty user leaves `user@` out. `host` may be `name`, `name:5060` or `[::1]:5060`.
    ///
    /// # Errors
    /// [`UriError`] if the host is none.
    pub fn sip(user: &str, host: &str) -> Result<Self, UriError> {
        if user.is_empty() {
            return Self::parse(&format!("sip:{host}"));
        }
        Self::parse(&format!("sip:{}@{host}", escape(user, Part::User)))
    }

    /// With the parameter added, or its value replaced; an empty value makes a bare flag such as `;lr`.
    #[must_use]
    pub fn with_param(&self, name: &str, value: &str) -> Self {
        let mut piece = escape(name, Part::Param).into_owned();
        if !value.is_empty() {
            piece.push('=');
            piece.push_str(&escape(value, Part::Param));
        }
        let mut params = self.raw_params_but(name);
        params.push(';');
        params.push_str(&piece);
        self.rebuilt(&params, self.raw_headers())
    }

    /// Without the parameter.
    #[must_use]
    pub fn without_param(&self, name: &str) -> Self {
        self.rebuilt(&self.raw_params_but(name), self.raw_headers())
    }

    /// With a header added for whoever builds a request from this address (`?Replaces=…`).
    #[must_use]
    pub fn with_header(&self, name: &str, value: &str) -> Self {
        let mut headers = self.raw_headers().to_owned();
        if !headers.is_empty() {
            headers.push('&');
        }
        headers.push_str(&escape(name, Part::Header));
        headers.push('=');
        headers.push_str(&escape(value, Part::Header));
        self.rebuilt(&self.params_with_mark(), &headers)
    }

    /// Without its headers, as a Request-URI must be (RFC 3261 §19.1.5).
    #[must_use]
    pub fn without_headers(&self) -> Self {
        self.rebuilt(&self.params_with_mark(), "")
    }

    /// Without password, parameters and headers: what identifies a person.
    #[must_use]
    pub fn bare(&self) -> Self {
        if !self.is_sip() {
            return self.rebuilt("", "");
        }
        let user = self.raw_user();
        let at = if user.is_empty() { "" } else { "@" };
        let hostport = self.slice(self.parts.host_start, self.hostport_end());
        self.reparsed(format!("{}:{user}{at}{hostport}", self.scheme_text()))
    }

    fn params_with_mark(&self) -> String {
        let params = self.raw_params();
        if params.is_empty() { String::new() } else { format!(";{params}") }
    }

    fn raw_params_but(&self, dropped: &str) -> String {
        let mut kept = String::new();
        for piece in self.raw_params().split(';').filter(|piece| !piece.is_empty()) {
            let name = piece.split('=').next().unwrap_or_default();
            if !unescape(name).eq_ignore_ascii_case(dropped) {
                kept.push(';');
                kept.push_str(piece);
            }
        }
        kept
    }

    fn rebuilt(&self, params: &str, headers: &str) -> Self {
        let front = self.text.get(..usize::from(self.hostport_end())).unwrap_or_default();
        let mark = if headers.is_empty() { "" } else { "?" };
        self.reparsed(format!("{front}{params}{mark}{headers}"))
    }

    /// Where scheme, user, host and port end.
    fn hostport_end(&self) -> u16 {
        if self.is_sip() {
            let params = self.parts.params_start.min(self.parts.params_end);
            let marked = self.text.get(..usize::from(params)).is_some_and(|front| front.ends_with(';'));
            if marked { params - 1 } else { params }
        } else {
            self.parts.user_end
        }
    }

    /// Parts that were valid stay valid when put together again; should that ever fail, the address stays unchanged.
    fn reparsed(&self, text: String) -> Self {
        Self::parse(&text).unwrap_or_else(|_| self.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn uri(text: &str) -> Uri {
        Uri::parse(text).unwrap()
    }

    #[test]
    fn parameters_and_headers_are_added_in_their_places() {
        let target = uri("sip:bob@b.example:5062?Subject=x");
        assert_eq!(
            target.with_param("transport", "ws").as_str(),
            "sip:bob@b.example:5062;transport=ws?Subject=x"
        );
        assert_eq!(
            target.with_param("lr", "").with_param("lr", "").as_str(),
            "sip:bob@b.example:5062;lr?Subject=x"
        );
        assert_eq!(
            uri("sip:bob@b.example;ob").with_header("Replaces", "1@x;to-tag=2").as_str(),
            "sip:bob@b.example;ob?Replaces=1%40x%3Bto-tag%3D2"
        );
        assert_eq!(target.with_header("A", "b").as_str(), "sip:bob@b.example:5062?Subject=x&A=b");
    }

    #[test]
    fn parts_are_taken_away_alone() {
        let full = uri("sip:bob:pw@b.example:5062;lr;transport=ws?Replaces=1");
        assert_eq!(full.without_headers().as_str(), "sip:bob:pw@b.example:5062;lr;transport=ws");
        assert_eq!(full.without_param("LR").as_str(), "sip:bob:pw@b.example:5062;transport=ws?Replaces=1");
        assert_eq!(full.bare().as_str(), "sip:bob@b.example:5062");
        assert_eq!(uri("tel:+44;isub=1").bare().as_str(), "tel:+44");
        assert_eq!(uri("sip:b.example").bare().as_str(), "sip:b.example");
    }

    #[test]
    fn a_dialled_number_becomes_a_user() {
        assert_eq!(Uri::sip("**21#", "pbx.example").unwrap().as_str(), "sip:**21%23@pbx.example");
        assert_eq!(Uri::sip("", "[::1]:5060").unwrap().as_str(), "sip:[::1]:5060");
        assert_eq!(Uri::sip("a@b", "c").unwrap().user(), "a@b");
    }
}
