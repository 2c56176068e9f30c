//! The few changes that we make to a description before it is sent.

use super::media::direction_of;
use super::{Direction, Line, Sdp};

impl Sdp {
    /// States the direction in every section that is not rejected, in place of what stood there.
    pub fn set_direction(&mut self, direction: Direction) {
        // From the last section backwards, so that the places of the others stay true.
        for index in (0..self.media.len()).rev() {
            if self.media().nth(index).is_some_and(|media| !media.is_rejected()) {
                self.set_section_direction(index, direction);
            }
        }
    }

    fn set_section_direction(&mut self, index: usize, direction: Direction) {
        let section = self.section(index);
        let text = format!("a={}", direction.as_str());
        let lines = self.lines.get_mut(section.clone()).unwrap_or_default();
        if let Some(line) = lines.iter_mut().find(|line| direction_of(line).is_some()) {
            line.text = text;
            return;
        }
        // Behind the section's last line that says anything.
        let filled = lines.iter().rposition(|line| !line.text.is_empty()).unwrap_or_default();
        let Some(last) = lines.get_mut(filled) else { return };
        if last.end.is_empty() {
            last.end = "\r\n";
        }
        let end = last.end;
        self.lines.insert(section.start + filled + 1, Line { text, end });
        for later in self.media.iter_mut().skip(index + 1) {
            *later += 1;
        }
    }

    /// Puts the codecs of every audio section into the order of `names` (RFC 3264 §5.1: the first is liked best).
    ///
    /// Codecs that are not named follow in their old order, and what only goes with a codec (telephone-event,
    /// comfort noise, redundancy) comes last. Nothing is added or dropped.
    pub fn prefer_codecs<S: AsRef<str>>(&mut self, names: &[S]) {
        let rewritten: Vec<_> = self
            .media()
            .filter(|media| media.kind() == "audio")
            .map(|media| {
                let codecs = media.codecs();
                let rank = |format: &&str| {
                    let codec = codecs.iter().find(|codec| codec.payload.to_string() == **format);
                    codec.map_or(names.len(), |codec| {
                        let wanted = names.iter().position(|name| codec.is(name.as_ref()));
                        let companion = COMPANIONS.iter().any(|name| codec.is(name));
                        wanted.unwrap_or(names.len() + usize::from(companion))
                    })
                };
                let mut formats = Vec::new();
                for format in media.formats() {
                    let place = formats.partition_point(|placed| rank(placed) <= rank(&format));
                    formats.insert(place, format);
                }
                let front = format!("m=audio {} {}", media.port_text(), media.protocol());
                (media.index, formats.into_iter().fold(front, |line, format| line + " " + format))
            })
            .collect();
        for (index, text) in rewritten {
            if let Some(line) = self.media.get(index).and_then(|at| self.lines.get_mut(*at)) {
                line.text = text;
            }
        }
    }
}

/// Formats that carry no speech of their own (RFC 4733, RFC 3389, RFC 2198).
const COMPANIONS: [&str; 3] = ["telephone-event", "CN", "red"];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sdp::{SdpProblem, Setup};

    /// As a browser writes it, cut down.
    const OFFER: &str = "v=0\r\no=- 46 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0\r\n\
        m=audio 9 UDP/TLS/RTP/SAVPF 111 63 9 0 8 13 110 126\r\nc=IN IP4 0.0.0.0\r\na=ice-ufrag:x\r\na=ice-pwd:y\r\n\
        a=fingerprint:sha-256 AB:CD\r\na=setup:actpass\r\na=mid:0\r\na=sendrecv\r\na=rtcp-mux\r\n\
        a=rtpmap:111 opus/48000/2\r\na=rtpmap:63 red/48000/2\r\na=rtpmap:9 G722/8000\r\na=rtpmap:110 telephone-event/48000\r\n\
        a=rtpmap:126 telephone-event/8000\r\n";

    /// As an exchange without ICE writes it, line feeds only.
    const PLAIN: &str = "v=0\no=- 1 1 IN IP4 192.0.2.5\ns=-\nc=IN IP4 192.0.2.5\nt=0 0\nm=audio 4000 RTP/AVP 8 0 101\n\
        a=rtpmap:101 telephone-event/8000\nm=video 0 RTP/AVP 31";

    fn read(text: &str) -> Sdp {
        Sdp::parse(text).unwrap()
    }

    #[test]
    fn what_is_not_touched_is_printed_as_it_was() {
        for text in [OFFER, PLAIN, "v=0\r\n\r\n", "v=0"] {
            assert_eq!(read(text).to_string(), text);
        }
    }

    #[test]
    fn the_facts_of_a_section_are_found() {
        let sdp = read(OFFER);
        let audio = sdp.audio().unwrap();
        assert_eq!((audio.kind(), audio.port(), audio.protocol()), ("audio", 9, "UDP/TLS/RTP/SAVPF"));
        assert_eq!(
            (audio.setup(), audio.mid(), audio.has_rtcp_mux()),
            (Some(Setup::ActPass), Some("0"), true)
        );
        assert_eq!(audio.fingerprint().unwrap().value, "AB:CD");
        let names: Vec<_> = audio.codecs().into_iter().map(|codec| codec.name).collect();
        assert_eq!(
            names,
            ["opus", "red", "G722", "PCMU", "PCMA", "CN", "telephone-event", "telephone-event"]
        );
        assert!(!sdp.is_ice_lite());
        assert!(read(&OFFER.replace("s=-", "s=-\r\na=ice-lite")).is_ice_lite());
    }

    #[test]
    fn the_old_hold_is_understood_but_ice_is_no_hold() {
        assert_eq!(read(OFFER).audio().unwrap().direction(), Direction::SendRecv);
        let held = PLAIN.replace("c=IN IP4 192.0.2.5", "c=IN IP4 0.0.0.0");
        assert_eq!(read(&held).audio().unwrap().direction(), Direction::SendOnly);
        assert_eq!(
            read(&held.replace("t=0 0", "t=0 0\na=recvonly")).audio().unwrap().direction(),
            Direction::Inactive
        );
        assert!(read(&PLAIN.replace("t=0 0", "t=0 0\na=inactive")).audio().unwrap().direction().is_hold());
    }

    #[test]
    fn a_direction_is_replaced_or_added_in_live_sections_only() {
        let mut sdp = read(OFFER);
        sdp.set_direction(Direction::SendOnly);
        assert_eq!(sdp.to_string(), OFFER.replace("a=sendrecv", "a=sendonly"));
        let mut sdp = read(PLAIN);
        sdp.set_direction(Direction::Inactive);
        assert_eq!(sdp.audio().unwrap().direction(), Direction::Inactive);
        assert!(sdp.to_string().ends_with("telephone-event/8000\na=inactive\nm=video 0 RTP/AVP 31"), "{sdp}");
    }

    #[test]
    fn codecs_are_reordered_and_companions_stay_last() {
        let mut sdp = read(OFFER);
        sdp.prefer_codecs(&["g722", "opus", "PCMA"]);
        assert!(sdp.to_string().contains("m=audio 9 UDP/TLS/RTP/SAVPF 9 111 8 0 63 13 110 126\r\n"), "{sdp}");
    }

    #[test]
    fn a_line_that_cannot_be_read_is_named() {
        for (text, line, problem) in [
            ("", 1, SdpProblem::NoVersion),
            ("v=1\r\n", 1, SdpProblem::NoVersion),
            ("v=0\r\nm =video 3227 RTP/AVP 31\r\n", 2, SdpProblem::NotALine),
            ("v=0\r\nm=audio\r\n", 2, SdpProblem::BadMedia),
            ("v=0\r\nm=audio x RTP/AVP 0\r\n", 2, SdpProblem::BadMedia),
        ] {
            let error = Sdp::parse(text).unwrap_err();
            assert_eq!((error.line, error.problem), (line, problem), "{text}");
        }
    }
}
