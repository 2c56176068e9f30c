//! The torture tests of RFC 4475: each message accepted and read right, or refused as the RFC says.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::wildcard_enum_match_arm,
    reason = "a test stops where something is not as it should be"
)]

use std::path::Path;

use cordboard_message::header::Challenge;
use cordboard_message::uri::Scheme;
use cordboard_message::{Frame, Message, Method, Name, Refusal, Request, Response, StatusCode, parse, parts};

/// What the RFC wants to see done with a message.
enum Verdict {
    Accepted,
    /// Refused with this status; the reason phrase says at least this.
    Answered(u16, &'static str),
    /// Refused in silence.
    Dropped,
}
use Verdict::{Accepted, Answered, Dropped};

const VERDICTS: [(&str, Verdict); 49] = [
    ("badaspec", Accepted),
    ("badbranch", Accepted),
    ("baddate", Accepted),
    ("baddn", Accepted),
    ("badinv01", Answered(400, "Via")),
    ("badvers", Answered(505, "")),
    ("bcast", Dropped),
    ("bext01", Accepted),
    ("bigcode", Dropped),
    ("clerr", Answered(400, "Content-Length")),
    ("cparam01", Accepted),
    ("cparam02", Accepted),
    ("dblreq", Accepted),
    ("esc01", Accepted),
    ("esc02", Accepted),
    ("escnull", Accepted),
    ("escruri", Accepted),
    ("insuf", Answered(400, "Missing From")),
    ("intmeth", Accepted),
    ("inv2543", Accepted),
    ("invut", Accepted),
    ("longreq", Accepted),
    ("ltgtruri", Answered(400, "Request-URI")),
    ("lwsdisp", Accepted),
    ("lwsruri", Answered(400, "start line")),
    ("lwsstart", Answered(400, "start line")),
    ("mcl01", Answered(400, "Content-Length")),
    ("mismatch01", Answered(400, "CSeq")),
    ("mismatch02", Answered(400, "CSeq")),
    ("mpart01", Accepted),
    ("multi01", Answered(400, "several")),
    ("ncl", Answered(400, "Content-Length")),
    ("noreason", Accepted),
    ("novelsc", Answered(416, "")),
    ("quotbal", Answered(400, "To: quote")),
    ("regaut01", Accepted),
    ("regbadct", Answered(400, "Contact")),
    ("regescrt", Accepted),
    ("scalar02", Answered(400, "CSeq")),
    ("scalarlg", Dropped),
    ("sdp01", Accepted),
    ("semiuri", Accepted),
    ("transports", Accepted),
    ("trws", Accepted),
    ("unkscm", Answered(416, "")),
    ("unksm2", Accepted),
    ("unreason", Accepted),
    ("wsinv", Accepted),
    ("zeromf", Accepted),
];

fn bytes(name: &str) -> Vec<u8> {
    let path =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/rfc4475").join(name).with_extension("dat");
    std::fs::read(path).unwrap()
}

fn read(name: &str) -> Result<Message, Refusal> {
    match parse(&bytes(name))? {
        Frame::Message(message) => Ok(message),
        other => panic!("{name}: {other:?}"),
    }
}

fn request(name: &str) -> Request {
    match read(name) {
        Ok(Message::Request(request)) => request,
        other => panic!("{name}: {other:?}"),
    }
}

fn response(name: &str) -> Response {
    match read(name) {
        Ok(Message::Response(response)) => response,
        other => panic!("{name}: {other:?}"),
    }
}

#[test]
fn every_message_meets_its_verdict() {
    for (name, verdict) in VERDICTS {
        match (verdict, read(name)) {
            (Accepted, Ok(_)) => {}
            (Answered(status, reason), Err(refusal)) => {
                let answer = refusal.answer("tag").unwrap_or_else(|| panic!("{name}: no answer, {refusal}"));
                assert_eq!(answer.status.code(), status, "{name}: {refusal}");
                assert!(answer.reason.contains(reason), "{name}: {}", answer.reason);
                assert!(answer.headers.contains(Name::Via), "{name}");
            }
            (Dropped, Err(refusal)) => assert_eq!(refusal.answer("tag"), None, "{name}"),
            (_, outcome) => panic!("{name}: {outcome:?}"),
        }
    }
}

#[test]
fn what_was_accepted_reads_the_same_when_printed() {
    for (name, verdict) in VERDICTS {
        if let Accepted = verdict {
            let message = read(name).unwrap();
            assert_eq!(parse(&message.to_bytes()), Ok(Frame::Message(message)), "{name}");
        }
    }
}

#[test]
fn wsinv_has_white_space_everywhere_and_every_value_in_its_place() {
    let invite = request("wsinv");
    let headers = &invite.headers;
    assert!(invite.uri.has_param("unknownparam"));
    assert_eq!(headers.to().unwrap().tag(), Some("1918181833n"));
    let from = headers.from().unwrap();
    assert_eq!((from.display.as_str(), from.tag()), (r#"J Rosenberg \""#, Some("98asjd8")));
    assert_eq!(headers.max_forwards(), Ok(Some(68)));
    assert_eq!(headers.call_id(), Ok("wsinv.ndaksdj@192.0.2.1"));
    assert_eq!(headers.cseq().unwrap().to_string(), "9 INVITE");
    let vias: Vec<_> = headers.vias().unwrap().iter().map(ToString::to_string).collect();
    assert_eq!(
        vias,
        [
            "SIP/2.0/UDP 192.0.2.2;branch=390skdjuw",
            "SIP/2.0/TCP spindle.example.com;branch=z9hG4bK9ikj8",
            "SIP/2.0/UDP 192.168.255.111;branch=z9hG4bK30239",
        ]
    );
    assert_eq!(headers.get(Name::Subject), Some(""));
    assert_eq!(
        headers.get(Name::Other("newfangledheader")),
        Some("newfangled value continued newfangled value")
    );
    assert_eq!(headers.get(Name::Other("UnknownHeaderWithUnusualValue")), Some(";;,,;;,;"));
    let route = &headers.routes().unwrap()[0].uri;
    assert_eq!((route.has_param("lr"), route.param("unknownwith").as_deref()), (true, Some("value")));
    let contact = &headers.contacts().unwrap()[0];
    assert_eq!(contact.display, r#"Quoted string """#);
    assert_eq!(contact.params.to_string(), ";newparam=newvalue;secondparam;q=0.33");
    assert_eq!(invite.body.len(), 150);
}

#[test]
fn intmeth_is_odd_in_every_part_but_well_formed() {
    let odd = request("intmeth");
    assert_eq!(odd.method, Method::Other("!interesting-Method0123456789_*+`.%indeed'~".into()));
    assert_eq!(odd.uri.user(), "1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*");
    assert_eq!(odd.uri.raw_password(), Some("&it+has=1,weird!*pas$wo~d_too.(doesn't-it)"));
    assert_eq!(odd.headers.via().unwrap().branch(), Some("z9hG4bK-.!%66*_+`'~"));
    // The display name holds escaped control characters.
    assert_eq!(odd.headers.to().unwrap().display, "BEL:\u{7} NUL:\0 DEL:\u{7f}");
    let from = odd.headers.from().unwrap();
    assert_eq!(from.display, "token1~` token2'+_ token3*%!.-");
    assert_eq!(from.tag(), Some("_token~1'+`*%!-."));
    assert_eq!(from.params.get("fromParam''~+*_!.-%").as_deref(), Some("работающий"));
    assert_eq!(odd.headers.max_forwards(), Ok(Some(255)));
    assert_eq!(odd.headers.get(Name::Other("extensionHeader-!.%*+_`'~")), Some("\u{feff}大停電"));
}

#[test]
fn escapes_are_undone_in_addresses_and_nowhere_else() {
    let esc01 = request("esc01");
    assert_eq!(esc01.uri.user(), "sips:user@example.com");
    assert_eq!(esc01.headers.to().unwrap().uri.user(), "user");
    assert_eq!(esc01.headers.from().unwrap().uri.user(), "I have spaces");
    let contact = &esc01.headers.contacts().unwrap()[0].uri;
    assert_eq!((contact.user().as_ref(), contact.has_param("lr")), ("caller", true));
    assert_eq!(contact.param("name").as_deref(), Some("value%41"));

    let esc02 = request("esc02");
    assert_eq!(esc02.method, Method::Other("RE%47IST%45R".into()));
    assert_eq!(esc02.headers.to().unwrap().display, "%Z%45");
    assert_eq!(esc02.headers.contacts().unwrap().len(), 2);
    assert_eq!(esc02.headers.via().unwrap().branch(), Some("z9hG4bK209%fzsnel234"));

    let escnull = request("escnull");
    assert_eq!(escnull.headers.to().unwrap().uri.user(), "null-\0-null");
    let contacts = escnull.headers.contacts().unwrap();
    assert_eq!((contacts[0].uri.user().as_ref(), contacts[1].uri.user().as_ref()), ("\0", "\0\0"));
}

#[test]
fn one_frame_is_one_message_even_if_more_follows() {
    let register = request("dblreq");
    assert_eq!((register.method, register.body), (Method::Register, Vec::new()));
    assert_eq!(register.headers.call_id(), Ok("dblreq.0ha0isndaksdj99sdfafnl3lk233412"));
}

#[test]
fn long_values_and_many_hops_are_kept_whole() {
    let long = request("longreq");
    let vias = long.headers.vias().unwrap();
    assert_eq!(vias.len(), 34);
    assert_eq!((vias[0].host.as_str(), vias[33].host.as_str()), ("sip33.example.com", "host.example.com"));
    assert!(long.headers.to().unwrap().display.starts_with("I have a user name of extreme"));
    assert_eq!(long.headers.call_id().unwrap().len(), 141);
}

#[test]
fn names_addresses_and_transports_are_read_as_they_are_meant() {
    assert_eq!(request("lwsdisp").headers.from().unwrap().display, "caller");
    assert_eq!(request("semiuri").uri.user(), "user;par=u@example.net");
    let accept = request("semiuri");
    assert_eq!(accept.headers.tokens(Name::Accept).last(), Some("message/sipfrag"));
    let vias = request("transports").headers.vias().unwrap();
    let transports: Vec<_> = vias.iter().map(|via| via.transport.as_str()).collect();
    assert_eq!(transports, ["UDP", "SCTP", "TLS", "UNKNOWN", "TCP"]);
    assert_eq!(request("badaspec").headers.to().unwrap().uri.as_str(), "sip:t.watson@example.org");
    assert_eq!(request("baddn").headers.from().unwrap().display, "Bell, Alexander");
    assert_eq!(request("escruri").uri.as_str(), "sip:user@example.com");
}

#[test]
fn reason_phrases_may_be_in_any_script_or_missing() {
    let answer = response("unreason");
    assert_eq!(answer.status, StatusCode::OK);
    assert!(answer.reason.starts_with("= 2**3 * 5**2 но сто девяносто девять"));
    let trying = response("noreason");
    assert_eq!((trying.status, trying.reason.as_str()), (StatusCode::TRYING, ""));
}

#[test]
fn binary_parts_of_a_multipart_body_are_kept() {
    let message = request("mpart01");
    let media = message.headers.content_type().unwrap().unwrap();
    let parts = parts(&media, &message.body).unwrap();
    assert_eq!(parts.len(), 2);
    assert_eq!(parts[0].body, b"Hello");
    assert_eq!(parts[1].body[..4], [0x30, 0x82, 0x01, 0x52]);
    assert_eq!(message.body_of("text/plain"), Some(b"Hello".as_slice()));
}

#[test]
fn a_bare_cookie_is_no_branch() {
    let old = request("badbranch");
    assert_eq!(old.headers.via().unwrap().branch(), None);
    assert_eq!(request("inv2543").headers.via().unwrap().branch(), None);
}

#[test]
fn what_the_agent_decides_by_is_there_to_be_read() {
    let bext = request("bext01");
    assert_eq!(
        bext.headers.require().collect::<Vec<_>>(),
        ["nothingSupportsThis", "nothingSupportsThisEither"]
    );
    assert!(request("invut").headers.content_type().unwrap().unwrap().is("application/unknownformat"));
    assert_eq!(request("sdp01").headers.tokens(Name::Accept).collect::<Vec<_>>(), ["text/nobodyKnowsThis"]);
    assert_eq!(request("zeromf").headers.max_forwards(), Ok(Some(0)));
    let regaut = request("regaut01");
    let challenges = Challenge::parse_all(regaut.headers.get(Name::Authorization).unwrap()).unwrap();
    assert_eq!(challenges, [Challenge::Other { scheme: "NoOneKnowsThisScheme".into() }]);
    assert_eq!(request("unksm2").headers.to().unwrap().uri.scheme(), Scheme::Other);
}

#[test]
fn a_parameter_belongs_to_the_contact_or_to_its_address() {
    let outside = &request("cparam01").headers.contacts().unwrap()[0];
    assert!(outside.params.has("unknownparam") && !outside.uri.has_param("unknownparam"));
    let inside = &request("cparam02").headers.contacts().unwrap()[0];
    assert!(!inside.params.has("unknownparam") && inside.uri.has_param("unknownparam"));
    let escaped = &request("regescrt").headers.contacts().unwrap()[0];
    assert_eq!(escaped.uri.header("Route").as_deref(), Some("<sip:sip.example.com>"));
}

#[test]
fn an_answer_to_a_refused_request_can_be_matched_by_its_sender() {
    let refusal = read("scalar02").unwrap_err();
    let answer = refusal.answer("t1").unwrap();
    assert_eq!(answer.headers.get(Name::CSeq), Some("36893488147419103232 REGISTER"));
    assert_eq!(answer.headers.via().unwrap().branch(), Some("z9hG4bK342sdfoi3"));
    assert_eq!(answer.headers.to().unwrap().tag(), Some("t1"));
    // Of headers that contradict each other the first is repeated, once.
    let answer = read("multi01").unwrap_err().answer("t1").unwrap();
    assert_eq!(answer.headers.all(Name::CallId).collect::<Vec<_>>(), ["multi01.98asdh@192.0.2.1"]);
}
