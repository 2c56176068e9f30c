//! Frames for a trace: as they were, but for secrets, which become as many `x` so that all lengths stay true.

/// Headers whose credentials are struck out; the last two are the other side's half (RFC 7616 §3.5), which a
/// password can be guessed from as well.
const CREDENTIALS: [&str; 4] =
    ["authorization", "proxy-authorization", "authentication-info", "proxy-authentication-info"];

/// Schemes whose credentials are a secret from end to end (RFC 7617, RFC 8898).
const BARE_SECRETS: [&[u8]; 2] = [b"basic", b"bearer"];

/// Lines of a body that hold keys (RFC 8839 §5.4, RFC 4568, RFC 4567, RFC 8866 §5.12), and dialled digits, which may
/// be those of a card.
const KEYS: [&[u8]; 5] = [b"a=ice-pwd:", b"a=crypto:", b"a=key-mgmt:", b"k=", b"signal="];

/// The frame without digests, passwords in URIs, media keys and dialled digits.
pub fn redact(frame: &[u8]) -> Vec<u8> {
    let mut out = frame.to_vec();
    let mut rest = out.as_mut_slice();
    while !rest.is_empty() {
        let len = line_length(rest);
        let Some((line, tail)) = std::mem::take(&mut rest).split_at_mut_checked(len) else { break };
        if is_credentials(line) {
            strike_param(line, b"response");
            strike_param(line, b"rspauth");
            strike_bare_secrets(line);
        }
        strike_uri_passwords(line);
        for key in KEYS {
            strike_behind(line, key);
        }
        rest = tail;
    }
    out
}

/// How long the first line is, with the folded ones that go on with it (RFC 3261 §7.3.1).
fn line_length(bytes: &[u8]) -> usize {
    let ends = bytes.iter().enumerate().filter(|(_, byte)| **byte == b'\n').map(|(at, _)| at + 1);
    let mut goes_on = ends.filter(|end| !bytes.get(*end).is_some_and(|next| b" \t".contains(next)));
    goes_on.next().unwrap_or(bytes.len())
}

fn is_credentials(line: &[u8]) -> bool {
    let colon = line.iter().position(|byte| *byte == b':').unwrap_or(0);
    let name = line.get(..colon).unwrap_or_default().trim_ascii_end();
    CREDENTIALS.iter().any(|known| name.eq_ignore_ascii_case(known.as_bytes()))
}

/// Strikes the value of `name=value` or `name="value"` out.
fn strike_param(line: &mut [u8], name: &[u8]) {
    let mut from = 0;
    while let Some(at) = find(line, from, name) {
        from = at + name.len();
        let boundary =
            at.checked_sub(1).and_then(|before| line.get(before)).is_none_or(|b| b" \t,\n".contains(b));
        let value = line.get_mut(from..).unwrap_or_default();
        if !boundary || !value.trim_ascii_start().starts_with(b"=") {
            continue;
        }
        let past_equals = value.iter().take_while(|byte| b" \t\r\n=\"".contains(byte)).count();
        strike(value.iter_mut().skip(past_equals), b",\"\r\n \t");
    }
}

fn strike_bare_secrets(line: &mut [u8]) {
    let value = line.iter().skip_while(|byte| **byte != b':').skip(1);
    let start = line.len() - value.skip_while(|byte| byte.is_ascii_whitespace()).count();
    for scheme in BARE_SECRETS {
        if find(line, start, scheme) == Some(start) {
            let behind = line.iter_mut().skip(start + scheme.len());
            behind.filter(|byte| !byte.is_ascii_whitespace()).for_each(|byte| *byte = b'x');
        }
    }
}

/// `sip:user:password@host` anywhere in the line.
fn strike_uri_passwords(line: &mut [u8]) {
    for scheme in [b"sip:".as_slice(), b"sips:"] {
        let mut from = 0;
        while let Some(at) = find(line, from, scheme) {
            from = at + scheme.len();
            let userinfo = line.get_mut(from..).unwrap_or_default();
            let end =
                userinfo.iter().position(|byte| b"@<> \t\r\n\"".contains(byte)).unwrap_or(userinfo.len());
            if userinfo.get(end) == Some(&b'@')
                && let Some(colon) =
                    userinfo.iter().position(|byte| *byte == b':').filter(|colon| *colon < end)
            {
                strike(userinfo.iter_mut().take(end).skip(colon + 1), b"");
            }
        }
    }
}

fn strike_behind(line: &mut [u8], front: &[u8]) {
    if line.get(..front.len()).is_some_and(|start| start.eq_ignore_ascii_case(front)) {
        strike(line.iter_mut().skip(front.len()), b"\r\n");
    }
}

fn strike<'a>(bytes: impl Iterator<Item = &'a mut u8>, until: &[u8]) {
    bytes.take_while(|byte| !until.contains(byte)).for_each(|byte| *byte = b'x');
}

/// Where `wanted` (in lower case) begins at or after `from`, ignoring case.
fn find(line: &[u8], from: usize, wanted: &[u8]) -> Option<usize> {
    let rest = line.get(from..)?;
    rest.windows(wanted.len()).position(|window| window.eq_ignore_ascii_case(wanted)).map(|at| at + from)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn redacted(text: &str) -> String {
        let out = String::from_utf8(redact(text.as_bytes())).unwrap();
        assert_eq!(out.len(), text.len());
        out
    }

    #[test]
    fn digests_are_struck_out_even_when_folded() {
        let text = "Authorization: Digest username=\"bob\",\r\n response=\"6629fae4\", cnonce=\"1\"\r\nX: response=\"keep\"\r\n";
        let out = redacted(text);
        assert!(out.contains("response=\"xxxxxxxx\", cnonce=\"1\""), "{out}");
        assert!(out.contains("username=\"bob\"") && out.contains("response=\"keep\""), "{out}");
        assert!(
            redacted("proxy-authorization : Digest response = abc,nc=1\r\n").contains("response = xxx,nc=1")
        );
        assert!(redacted("Authorization: Basic QWxhZGRpbjo=\r\n").ends_with("Basic xxxxxxxxxxxx\r\n"));
        assert!(redacted("Authorization: Bearer\r\n\tabc\r\n").ends_with("Bearer\r\n\txxx\r\n"));
        assert!(redacted("Authorization: Digest\n response =\n\t\"abc\"\n").ends_with("\t\"xxx\"\n"));
        assert!(redacted("Authentication-Info: rspauth=\"abc\", nc=1\r\n").contains("rspauth=\"xxx\", nc=1"));
    }

    #[test]
    fn passwords_in_addresses_are_struck_out() {
        let text = "INVITE sip:bob:secret@b.example:5060 SIP/2.0\r\nTo: <SIPS:bob:pw@c>, <sip:c.example:5060;x=@>\r\n";
        let out = redacted(text);
        assert!(out.starts_with("INVITE sip:bob:xxxxxx@b.example:5060 SIP/2.0"), "{out}");
        assert!(out.contains("<SIPS:bob:xx@c>"), "{out}");
    }

    #[test]
    fn media_keys_are_struck_out_and_all_else_stays() {
        let text = "a=ice-ufrag:x1\r\na=ice-pwd:abcdef\r\na=crypto:1 AES inline:zzz\r\nm=audio 9\r\n";
        assert_eq!(
            redacted(text),
            "a=ice-ufrag:x1\r\na=ice-pwd:xxxxxx\r\na=crypto:xxxxxxxxxxxxxxxx\r\nm=audio 9\r\n"
        );
        assert_eq!(
            redacted("k=clear:abc\r\na=key-mgmt:mikey A\r\n"),
            "k=xxxxxxxxx\r\na=key-mgmt:xxxxxxx\r\n"
        );
        assert_eq!(redacted("Signal=5\r\nDuration=160\r\n"), "Signal=x\r\nDuration=160\r\n");
    }
}
