//! The little that the exchange reads in SDP itself; the rest is str0m's, or passes from browser to browser.

/// True if the offer puts the other side on hold (RFC 3264 §8.4): it will not listen.
pub(crate) fn holds(offer: &str) -> bool {
    let audio = offer.split("\nm=").find(|section| section.starts_with("audio")).unwrap_or(offer);
    let direction = direction(audio).or_else(|| direction(offer));
    // The address 0.0.0.0 is how RFC 2543 held; browsers write it in every offer, but with a direction.
    matches!(direction, Some("sendonly" | "inactive"))
}

fn direction(section: &str) -> Option<&str> {
    section
        .lines()
        .filter_map(|line| line.trim_end().strip_prefix("a="))
        .find(|attribute| matches!(*attribute, "sendrecv" | "sendonly" | "recvonly" | "inactive"))
}

/// The first fingerprint: another one means another browser connection behind the same call (RFC 8842 §5.5).
pub(crate) fn fingerprint(sdp: &str) -> Option<&str> {
    sdp.lines().find_map(|line| line.trim_end().strip_prefix("a=fingerprint:"))
}

/// Without the candidates that only a browser on the same network can resolve (`….local`, RFC 8828 §5.2 and mDNS):
/// str0m takes addresses only. ICE learns the true address from the browser's first check.
pub(crate) fn without_local_names(sdp: &str) -> String {
    let hidden = |line: &str| line.starts_with("a=candidate:") && line.contains(".local ");
    sdp.lines().filter(|line| !hidden(line)).map(|line| format!("{}\r\n", line.trim_end())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const OFFER: &str = "v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 0\r\nc=IN IP4 0.0.0.0\r\na=fingerprint:sha-256 AA\r\na=candidate:1 1 udp 1 0a-b.local 9 typ host\r\n";

    #[test]
    fn directions_that_do_not_listen_are_hold() {
        for (direction, held) in
            [("sendrecv", false), ("recvonly", false), ("sendonly", true), ("inactive", true)]
        {
            assert_eq!(holds(&format!("{OFFER}a={direction}\r\n")), held, "{direction}");
        }
        assert!(!holds(OFFER));
    }

    #[test]
    fn names_of_the_local_network_are_left_out() {
        assert!(!without_local_names(OFFER).contains(".local"));
        assert!(without_local_names(OFFER).ends_with("a=fingerprint:sha-256 AA\r\n"));
        assert_eq!(fingerprint(OFFER), Some("sha-256 AA"));
    }
}
