//! Every header form that RFC 3261 §20 and the RFCs of its extensions show, read as it is meant.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::wildcard_enum_match_arm,
    reason = "a test stops where something is not as it should be"
)]

use cordboard_message::header::{Refresher, Substate};
use cordboard_message::uri::Uri;
use cordboard_message::{Frame, Headers, Message, Method, Name, Request, StatusCode, parse};

/// The headers of a request that has these lines besides the ones that every request needs.
fn with(lines: &str) -> Headers {
    let text = format!(
        "INVITE sip:a@b SIP/2.0\r\nVia: SIP/2.0/WSS x.invalid;branch=z9hG4bK1\r\nFrom: <sip:c@d>;tag=1\r\nTo: <sip:a@b>\r\n\
        Call-ID: 1\r\nCSeq: 1 INVITE\r\n{lines}\r\n\r\n"
    );
    match parse(text.as_bytes()) {
        Ok(Frame::Message(Message::Request(request))) => request.headers,
        other => panic!("{other:?}\n{lines}"),
    }
}

#[test]
fn contacts_of_one_line_keep_their_parameters_apart() {
    let headers = with(
        "Contact: \"Mr. Watson\" <sip:watson@worcester.bell-telephone.com> ;q=0.7; expires=3600,\r\n \
        \"Mr. Watson\" <mailto:watson@bell-telephone.com> ;q=0.1\r\nm: <sips:bob@192.0.2.4>;expires=\"60\"",
    );
    let contacts = headers.contacts().unwrap();
    assert_eq!(contacts[0].expires(), Some(3600));
    assert_eq!(
        (contacts[1].uri.as_str(), contacts[1].params.raw("q")),
        ("mailto:watson@bell-telephone.com", Some("0.1"))
    );
    assert_eq!((contacts[2].uri.as_str(), contacts[2].expires()), ("sips:bob@192.0.2.4", Some(60)));
}

#[test]
fn a_star_contact_is_no_address() {
    assert_eq!(with("Contact: *").contacts(), Ok(Vec::new()));
}

#[test]
fn senders_come_with_names_without_brackets_and_anonymous() {
    for (line, display, user, tag) in [
        ("\"A. G. Bell\" <sip:agb@bell-telephone.com> ;tag=a48s", "A. G. Bell", "agb", Some("a48s")),
        ("sip:+12125551212@server.phone2net.com;tag=887s", "", "+12125551212", Some("887s")),
        ("Anonymous <sip:c8oqz84zk7z@privacy.org>;tag=hyh8", "Anonymous", "c8oqz84zk7z", Some("hyh8")),
        ("<tel:+15551234567>", "", "+15551234567", None),
    ] {
        let mut headers = with("");
        headers.set(Name::From, line);
        let from = headers.from().unwrap();
        assert_eq!(
            (from.display.as_str(), from.uri.user().as_ref(), from.tag()),
            (display, user, tag),
            "{line}"
        );
    }
}

#[test]
fn a_hop_may_have_white_space_anywhere() {
    let headers = with(
        "Via: SIP / 2.0 / UDP first.example.com: 4000;ttl=16\r\n  ;maddr=224.2.0.1 ;branch=z9hG4bKa7c6a8dlze.1",
    );
    let via = headers.vias().unwrap().remove(1);
    assert_eq!(
        (via.sent_by(), via.branch()),
        (("first.example.com", Some(4000)), Some("z9hG4bKa7c6a8dlze.1"))
    );
    assert_eq!(via.params.raw("maddr"), Some("224.2.0.1"));
}

#[test]
fn routes_keep_their_order_over_lines_and_commas() {
    let headers = with(
        "Record-Route: <sip:server10.biloxi.com;lr>,\r\n <sip:bigbox3.site3.atlanta.com;lr>\r\n\
        Record-Route: <sip:p3.middle.com>\r\nRoute: <sip:alice@atlanta.com>, <sip:bob@biloxi.com>",
    );
    let hosts: Vec<_> =
        headers.record_routes().unwrap().iter().map(|route| route.uri.host().to_owned()).collect();
    assert_eq!(hosts, ["server10.biloxi.com", "bigbox3.site3.atlanta.com", "p3.middle.com"]);
    assert_eq!(headers.routes().unwrap().len(), 2);
}

#[test]
fn waiting_times_come_with_comments_and_parameters() {
    for line in ["18000;duration=3600", "18000 (I'm in a meeting)", "18000"] {
        assert_eq!(with(&format!("Retry-After: {line}")).retry_after(), Ok(Some(18000)), "{line}");
    }
    assert_eq!(with("Expires: soon").expires(), Some(3600));
    assert_eq!(with("Min-Expires: 60").min_expires(), Ok(Some(60)));
    assert_eq!(with("Flow-Timer: 25").flow_timer(), Ok(Some(25)));
    assert_eq!(with("Min-SE: 90;lr").min_se(), Ok(Some(90)));
    let session = with("x: 4000;refresher=uac").session_expires().unwrap().unwrap();
    assert_eq!((session.seconds, session.refresher), (4000, Some(Refresher::Uac)));
}

#[test]
fn word_lists_may_be_empty_and_spread_over_lines() {
    let headers =
        with("Supported:\r\nk: 100rel, timer\r\nSupported: replaces\r\nAllow: INVITE,ACK , BYE\r\nu: dialog");
    assert_eq!(headers.supported().collect::<Vec<_>>(), ["100rel", "timer", "replaces"]);
    assert!(headers.supports("TIMER") && !headers.supports("gruu"));
    assert!(headers.allows(&Method::Bye) && !headers.allows(&Method::Update));
    assert_eq!(headers.allow_events().collect::<Vec<_>>(), ["dialog"]);
}

#[test]
fn alerts_and_hints_keep_their_parameters() {
    let headers = with(
        "Call-Info: <http://www.example.com/alice/photo.jpg> ;purpose=icon,\r\n <http://www.example.com/alice/> ;purpose=info\r\n\
        Alert-Info: Auto Answer, <http://www.notused.com>;info=alert-autoanswer;delay=0",
    );
    let calls = headers.call_info();
    assert_eq!(
        (calls[0].params.raw("purpose"), calls[1].target.as_str()),
        (Some("icon"), "http://www.example.com/alice/")
    );
    let alerts = headers.alert_info();
    assert_eq!((alerts[0].target.as_str(), alerts[1].params.raw("delay")), ("Auto Answer", Some("0")));
}

#[test]
fn who_calls_and_who_was_called_is_read_in_all_its_forms() {
    let headers = with(
        "P-Asserted-Identity: \"Cullen Jennings\" <sip:fluffy@cisco.com>, tel:+14085264000\r\nPrivacy: id;user\r\n\
        Remote-Party-ID: \"John Doe\" <sip:jdoe@foo.com>;party=calling; id-type=subscriber; privacy=full; screen=yes\r\n\
        Diversion: <tel:+19195551234>;reason=user-busy, <sip:p2@isp.com>;reason=\"no-answer\";counter=2\r\n\
        History-Info: <sip:UserA@ims.example.com?Reason=SIP%3Bcause%3D302>;index=1;foo=bar, <sip:B@x>;index=1.1\r\n\
        P-Called-Party-ID: <sip:sales@example.com>",
    );
    let asserted = headers.p_asserted_identity().unwrap();
    assert_eq!(
        (asserted[0].display.as_str(), asserted[1].uri.as_str()),
        ("Cullen Jennings", "tel:+14085264000")
    );
    assert!(headers.privacy("id") && headers.privacy("USER") && !headers.privacy("none"));
    assert_eq!(headers.remote_party_id().unwrap()[0].params.raw("privacy"), Some("full"));
    let diversion = headers.diversion().unwrap();
    assert_eq!(diversion[1].params.get("reason").as_deref(), Some("no-answer"));
    let history = headers.history_info().unwrap();
    assert_eq!(history[0].uri.header("Reason").as_deref(), Some("SIP;cause=302"));
    assert_eq!(history[1].params.raw("index"), Some("1.1"));
    assert_eq!(headers.p_called_party_id().unwrap().unwrap().uri.user(), "sales");
}

#[test]
fn reasons_of_several_protocols_are_all_read() {
    let headers = with(
        "Reason: SIP ;cause=600 ;text=\"Busy Everywhere\", Q.850;cause=16\r\nReason: ;broken\r\nReason: SIP;cause=200",
    );
    let reasons = headers.reasons();
    assert_eq!(
        reasons.iter().map(|reason| reason.cause).collect::<Vec<_>>(),
        [Some(600), Some(16), Some(200)]
    );
    assert!(reasons[2].is_answered_elsewhere());
}

#[test]
fn a_transfer_is_read_with_the_call_that_it_replaces() {
    let headers = with(
        "Refer-To: <sips:a8342043f@atlanta.example.com?Replaces=12345600%40atlanta.example.com\r\n \
        %3bfrom-tag%3d1234567%3bto-tag%3d23431>\r\nReferred-By: sip:r@ref.example;cid=\"2UWQFN309shb3@ref.example\"\r\nRefer-Sub: false",
    );
    // A fold inside a URI is no fold that any RFC allows: the address is broken, the rest is not.
    assert!(headers.refer_to().is_err());
    assert_eq!(
        headers.referred_by().unwrap().unwrap().params.get("cid").as_deref(),
        Some("2UWQFN309shb3@ref.example")
    );
    assert!(!headers.refer_sub());
    let headers = with(
        "r: <sip:bob@x?Replaces=1%40x%3bfrom-tag%3d2%3bto-tag%3d3&Require=replaces>\r\nReplaces: 1@x;to-tag=3;from-tag=2",
    );
    let target = headers.refer_to().unwrap().unwrap().uri;
    let replaces = headers.replaces().unwrap().unwrap();
    assert_eq!(target.header("Replaces").unwrap(), "1@x;from-tag=2;to-tag=3");
    assert_eq!((replaces.call_id.as_str(), replaces.to_tag.as_str()), ("1@x", "3"));
}

#[test]
fn events_and_their_states_are_read() {
    let headers = with(
        "o: message-summary\r\nSubscription-State: terminated ; reason=giveup;retry-after=\"9\"\r\nRAck: 776656 1 INVITE\r\nRSeq: 988789",
    );
    assert_eq!(headers.event().unwrap().unwrap().package, "message-summary");
    let state = headers.subscription_state().unwrap().unwrap();
    assert_eq!(
        (state.state, state.reason.as_str(), state.retry_after),
        (Substate::Terminated, "giveup", Some(9))
    );
    assert_eq!((headers.rack().unwrap().unwrap().rseq, headers.rseq()), (776_656, Ok(Some(988_789))));
}

#[test]
fn an_error_names_its_header() {
    let headers = with("Session-Expires: never");
    assert_eq!(headers.session_expires().unwrap_err().to_string(), "Bad Session-Expires: bad number");
    assert_eq!(headers.event(), Ok(None));
    let empty = Headers::new();
    assert_eq!(empty.from().unwrap_err().to_string(), "Missing From");
}

#[test]
fn a_response_repeats_what_its_request_needs() {
    let request = Request::new(Method::Invite, Uri::parse("sip:a@b").unwrap())
        .with(Name::Via, "SIP/2.0/WSS x.invalid;branch=z9hG4bK1")
        .with(Name::Via, "SIP/2.0/UDP y")
        .with(Name::From, "<sip:c@d>;tag=1")
        .with(Name::To, "sip:a@b")
        .with(Name::CallId, "1")
        .with(Name::CSeq, "1 INVITE")
        .with(Name::Timestamp, "54");
    let trying = request.respond(StatusCode::TRYING, None);
    assert_eq!(
        (trying.headers.get(Name::To), trying.headers.get(Name::Timestamp)),
        (Some("sip:a@b"), Some("54"))
    );
    let ok = request.respond(StatusCode::OK, Some("9"));
    let text = String::from_utf8(ok.to_bytes()).unwrap();
    assert_eq!(
        text,
        "SIP/2.0 200 OK\r\nVia: SIP/2.0/WSS x.invalid;branch=z9hG4bK1\r\nVia: SIP/2.0/UDP y\r\nFrom: <sip:c@d>;tag=1\r\n\
        To: <sip:a@b>;tag=9\r\nCall-ID: 1\r\nCSeq: 1 INVITE\r\nContent-Length: 0\r\n\r\n"
    );
}
