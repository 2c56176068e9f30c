//! Session descriptions as browsers and the telephone systems that talk to them write them (RFC 3264, RFC 8839).

use cordboard_desk::Direction;

/// One side's half of the media: whose it is, which edition, and which way it wants sound to flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Half {
    /// Names the connection: every one has a certificate of its own, and so a fingerprint (RFC 8122 §5).
    pub(crate) connection: u32,
    /// Grows with every description of the same connection (RFC 3264 §8).
    pub(crate) edition: u32,
    pub(crate) direction: Direction,
}

/// Offer or answer; they differ in who may choose the role in the DTLS handshake (RFC 5763 §5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    Offer,
    Answer,
}

impl Half {
    pub(crate) fn write(self, role: Role) -> String {
        let Self { connection, edition, direction } = self;
        let setup = match role {
            Role::Offer => "actpass",
            Role::Answer => "active",
        };
        let lines = [
            "v=0".to_owned(),
            format!("o=- {connection} {edition} IN IP4 127.0.0.1"),
            "s=-".to_owned(),
            "t=0 0".to_owned(),
            "a=group:BUNDLE 0".to_owned(),
            "m=audio 9 UDP/TLS/RTP/SAVPF 111 9 0 8 110".to_owned(),
            "c=IN IP4 0.0.0.0".to_owned(),
            "a=candidate:1 1 udp 2122260223 127.0.0.1 40000 typ host".to_owned(),
            "a=ice-ufrag:abcd".to_owned(),
            "a=ice-pwd:abcdefghijklmnopqrstuvwx".to_owned(),
            format!("a=fingerprint:sha-256 {}", fingerprint(connection)),
            format!("a=setup:{setup}"),
            "a=mid:0".to_owned(),
            format!("a={}", word(direction)),
            "a=rtcp-mux".to_owned(),
            "a=rtpmap:111 opus/48000/2".to_owned(),
            "a=rtpmap:110 telephone-event/48000".to_owned(),
        ];
        lines.map(|line| line + "\r\n").concat()
    }

    /// Reads what the other side wrote; what the rest of the media needs has to be there.
    pub(crate) fn read(text: &str, role: Role) -> Self {
        let only = |start: &str| {
            let found: Vec<_> = text.lines().filter_map(|line| line.strip_prefix(start)).collect();
            assert_eq!(found.len(), 1, "one {start} in {text}");
            found[0]
        };
        assert!(only("m=audio ").contains("UDP/TLS/RTP/SAVPF"), "{text}");
        assert!(text.contains("a=rtcp-mux"), "{text}");
        assert_eq!(only("a=setup:") == "actpass", role == Role::Offer, "{text}");
        let origin: Vec<u32> = only("o=- ").split(' ').filter_map(|number| number.parse().ok()).collect();
        assert_eq!(only("a=fingerprint:sha-256 "), fingerprint(origin[0]));
        let all = [Direction::SendRecv, Direction::SendOnly, Direction::RecvOnly, Direction::Inactive];
        let direction = all.into_iter().find(|one| text.contains(&format!("a={}\r\n", word(*one))));
        Self { connection: origin[0], edition: origin[1], direction: direction.expect("a direction") }
    }
}

/// The same flow seen from the other side.
pub(crate) fn mirrored(direction: Direction) -> Direction {
    match direction {
        Direction::SendOnly => Direction::RecvOnly,
        Direction::RecvOnly => Direction::SendOnly,
        Direction::SendRecv | Direction::Inactive => direction,
    }
}

/// The most that an answerer who wants `wanted` may say to an offer of `offered` (RFC 3264 §6.1).
pub(crate) fn at_most(wanted: Direction, offered: Direction) -> Direction {
    let flows = |direction| match direction {
        Direction::SendRecv => (true, true),
        Direction::SendOnly => (true, false),
        Direction::RecvOnly => (false, true),
        Direction::Inactive => (false, false),
    };
    let (ours, theirs) = (flows(wanted), flows(mirrored(offered)));
    match (ours.0 && theirs.0, ours.1 && theirs.1) {
        (true, true) => Direction::SendRecv,
        (true, false) => Direction::SendOnly,
        (false, true) => Direction::RecvOnly,
        (false, false) => Direction::Inactive,
    }
}

fn word(direction: Direction) -> &'static str {
    match direction {
        Direction::SendRecv => "sendrecv",
        Direction::SendOnly => "sendonly",
        Direction::RecvOnly => "recvonly",
        Direction::Inactive => "inactive",
    }
}

fn fingerprint(connection: u32) -> String {
    let bytes = [connection.to_be_bytes(); 8].concat();
    bytes.iter().map(|byte| format!("{byte:02X}")).collect::<Vec<_>>().join(":")
}
