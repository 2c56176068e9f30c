//! Calls that take over others (RFC 3891): attended transfer, pickup, and being the one who is moved (S9).

use cordboard_sip::message::header::Replaces;
use cordboard_sip::message::{Method, Name, Request, Response};
use cordboard_sip::{ActError, EndCause, Event, Invitation, ReferProgress, SessionId};

use crate::far_end::{
    OURS, Phone, THEIRS, accept, in_our_dialog, respond, restored, seconds, their_ack, their_bare_invite,
    their_invite,
};

/// In a call with a caller, and with 201, who was asked about it. Hands out both sessions, and the INVITE to 201.
fn consulting() -> (Phone, SessionId, SessionId, Request) {
    let (mut phone, caller, _) = Phone::in_call();
    let consulted = phone.act(|agent, now| agent.invite(now, "201", OURS)).unwrap();
    let invite = phone.request(Method::Invite);
    phone.receive(accept(&invite, "grace"));
    phone.request(Method::Ack);
    phone.events.clear();
    (phone, caller, consulted, invite)
}

/// A call that wants to take over another. `to_tag` is ours.
fn taking_over(call_id: &str, to_tag: &str, from_tag: &str) -> Request {
    let mut invite = their_invite()
        .with(Name::Replaces, format!("{call_id};to-tag={to_tag};from-tag={from_tag}"))
        .with(Name::Require, "replaces");
    invite.headers.set(Name::CallId, "takeover");
    invite.headers.set(Name::From, "<sip:400@pbx.example>;tag=dan");
    invite.headers.set(Name::Via, "SIP/2.0/WS pbx.example;branch=z9hG4bKtakeover");
    invite
}

fn incoming(phone: &mut Phone) -> (SessionId, Box<Invitation>) {
    phone.response(100);
    match phone.event() {
        Event::Incoming { session, invitation } => (session, invitation),
        other => panic!("{other:?}"),
    }
}

fn our_tag(invite: &Request) -> String {
    invite.headers.from().unwrap().tag().unwrap().to_owned()
}

#[test]
fn an_attended_transfer_names_the_other_call_as_its_far_end_sees_it() {
    // RFC 3891 §3: to-tag is the tag of whoever receives the Replaces; RFC 3261 §19.1.1: all of it escaped.
    let (mut phone, caller, consulted, invite) = consulting();
    phone.act(|agent, now| agent.refer_replacing(now, caller, consulted)).unwrap();
    let refer = phone.request(Method::Refer);
    assert_eq!(refer.headers.to().unwrap().tag(), Some("theirs"));
    let call_id = invite.headers.call_id().unwrap();
    let expected = format!(
        "<sip:201@pbx.example?Replaces={call_id}%3Bto-tag%3Dgrace%3Bfrom-tag%3D{}>",
        our_tag(&invite)
    );
    assert_eq!(refer.headers.get(Name::ReferTo), Some(expected.as_str()));
    assert_eq!(refer.headers.referred_by().unwrap().unwrap().to_string(), "<sip:front@pbx.example>");
    phone.receive(respond(&refer, 202));
    assert_eq!(phone.event(), Event::ReferProgress { session: caller, progress: ReferProgress::Accepted });
}

#[test]
fn a_caller_who_was_consulted_sees_the_tags_the_other_way_round() {
    let (mut phone, caller, _) = Phone::answered();
    let consulted = phone.act(|agent, now| agent.invite(now, "201", OURS)).unwrap();
    let invite = phone.request(Method::Invite);
    phone.receive(accept(&invite, "grace"));
    phone.request(Method::Ack);
    phone.act(|agent, now| agent.refer_replacing(now, consulted, caller)).unwrap();
    let refer = phone.request(Method::Refer);
    assert_eq!(refer.headers.to().unwrap().tag(), Some("grace"));
    let target = refer.headers.refer_to().unwrap().unwrap().uri;
    let replaces = Replaces::parse(&target.header("Replaces").unwrap()).unwrap();
    assert_eq!((replaces.call_id.as_str(), replaces.to_tag.as_str()), ("their-call", "carol"));
    assert_eq!(target.without_headers().as_str(), "sip:300@pbx.example");
}

#[test]
fn a_contact_that_is_good_everywhere_is_named_in_place_of_the_address_called() {
    // RFC 5627 §3.3
    let (mut phone, caller, _) = Phone::in_call();
    let consulted = phone.act(|agent, now| agent.invite(now, "201", OURS)).unwrap();
    let invite = phone.request(Method::Invite);
    let mut ok = accept(&invite, "grace");
    ok.headers.set(Name::Contact, "<sip:201@pbx.example;gr=desk>");
    phone.receive(ok);
    phone.request(Method::Ack);
    phone.act(|agent, now| agent.refer_replacing(now, caller, consulted)).unwrap();
    let refer = phone.request(Method::Refer);
    assert!(refer.headers.get(Name::ReferTo).unwrap().starts_with("<sip:201@pbx.example;gr=desk?Replaces="));
}

#[test]
fn another_phone_is_told_how_to_take_a_call_that_rings_here_or_is_up() {
    let (mut phone, session, _) = Phone::called_with(their_invite());
    let (target, replaces) = phone.act(|agent, _| agent.way_in(session)).unwrap();
    // RFC 3891 §3: the tags as the caller, who will receive it, sees them; §7.1: not once it is answered.
    assert_eq!(target, "sip:300@pbx.example");
    assert_eq!((replaces.call_id.as_str(), replaces.to_tag.as_str()), ("their-call", "carol"));
    assert!(replaces.early_only);
    phone.act(|agent, now| agent.ring(now, session)).unwrap();
    let ringing = phone.response(180);
    assert_eq!(Some(replaces.from_tag.as_str()), ringing.headers.to().unwrap().tag());
    phone.act(|agent, now| agent.accept(now, session, OURS)).unwrap();
    let ok = phone.response(200);
    phone.receive(their_ack(&ok, ""));
    let (_, up) = phone.act(|agent, _| agent.way_in(session)).unwrap();
    assert_eq!(up, Replaces { early_only: false, ..replaces });
    phone.act(|agent, now| agent.hang_up(now, session)).unwrap();
    assert_eq!(phone.act(|agent, _| agent.way_in(session)), None);
}

#[test]
fn a_phone_that_we_only_ring_is_nobodys_to_take_over() {
    // RFC 3891 §3: whoever did not begin an early dialog may not have it replaced.
    let (mut phone, session, invite) = Phone::calling();
    phone.receive(respond(&invite, 180));
    assert_eq!(phone.act(|agent, _| agent.way_in(session)), None);
}

#[test]
fn a_phone_that_still_rings_cannot_be_taken_over() {
    let (mut phone, caller, _) = Phone::in_call();
    let consulted = phone.act(|agent, now| agent.invite(now, "201", OURS)).unwrap();
    let invite = phone.request(Method::Invite);
    phone.receive(respond(&invite, 180));
    assert_eq!(
        phone.act(|agent, now| agent.refer_replacing(now, caller, consulted)),
        Err(ActError::WrongState)
    );
    assert_eq!(phone.act(|agent, now| agent.refer_replacing(now, caller, caller)), Err(ActError::WrongState));
    assert!(phone.sent.is_empty());
}

#[test]
fn a_transfer_to_a_call_that_has_ended_meanwhile_leaves_the_caller_with_us() {
    let (mut phone, caller, consulted, _) = consulting();
    phone.act(|agent, now| agent.refer_replacing(now, caller, consulted)).unwrap();
    let refer = phone.request(Method::Refer);
    phone.receive(respond(&refer, 202));
    let mut word = in_our_dialog(&respond(&refer, 200).headers, Method::Notify, 1)
        .with(Name::Event, "refer")
        .with(Name::SubscriptionState, "terminated;reason=noresource")
        .with_body("message/sipfrag", "SIP/2.0 481 Call/Transaction Does Not Exist");
    word.headers.set(Name::Via, "SIP/2.0/WS pbx.example;branch=z9hG4bKword");
    phone.events.clear();
    phone.receive(word);
    phone.response(200);
    assert!(matches!(
        phone.event(),
        Event::ReferProgress { progress: ReferProgress::Failed { status: 481, .. }, .. }
    ));
    phone.act(|agent, now| agent.hang_up(now, caller)).unwrap();
    phone.request(Method::Bye);
}

#[test]
fn a_far_end_that_will_not_tell_leaves_the_outcome_unknown_at_once() {
    // RFC 4488 §4
    let (mut phone, caller, consulted, _) = consulting();
    phone.act(|agent, now| agent.refer_replacing(now, caller, consulted)).unwrap();
    let refer = phone.request(Method::Refer);
    assert!(refer.headers.supports("norefersub"));
    phone.receive(respond(&refer, 202).with(Name::ReferSub, "false"));
    assert_eq!(phone.event(), Event::ReferProgress { session: caller, progress: ReferProgress::Accepted });
    assert_eq!(phone.event(), Event::ReferProgress { session: caller, progress: ReferProgress::Unknown });
    phone.pass(seconds(300));
    phone.silent();
}

#[test]
fn picking_up_names_the_call_and_insists() {
    let mut phone = Phone::connected();
    let replaces = Replaces {
        call_id: "ringing".to_owned(),
        to_tag: "callers".to_owned(),
        from_tag: "phones".to_owned(),
        early_only: true,
    };
    let session = phone.act(|agent, now| agent.invite_replacing(now, "300", OURS, replaces.clone())).unwrap();
    let invite = phone.request(Method::Invite);
    assert_eq!(invite.headers.get(Name::Replaces), Some("ringing;to-tag=callers;from-tag=phones;early-only"));
    assert_eq!(invite.headers.get(Name::Require), Some("replaces"));
    // Somebody was faster.
    phone.receive(respond(&invite, 486));
    phone.request(Method::Ack);
    assert!(
        matches!(phone.event(), Event::Ended { session: ended, cause: EndCause::Refused { status: 486, .. } } if ended == session)
    );
}

#[test]
fn a_call_that_is_up_is_taken_over_and_ended_by_bye() {
    // RFC 3891 §3
    let (mut phone, old, invite) = Phone::in_call();
    let call_id = invite.headers.call_id().unwrap().to_owned();
    phone.receive(taking_over(&call_id, &our_tag(&invite), "theirs"));
    let (new, invitation) = incoming(&mut phone);
    assert_eq!(invitation.replaces, Some(old));
    assert_eq!(invitation.caller.number, "400");
    restored(&mut phone);
    phone.act(|agent, now| agent.accept(now, new, OURS)).unwrap();
    let ok = phone.response(200);
    let bye = phone.request(Method::Bye);
    assert_eq!(bye.headers.call_id().unwrap(), call_id);
    assert_eq!(phone.event(), Event::Ended { session: old, cause: EndCause::Local });
    phone.receive(respond(&bye, 200));
    phone.receive(their_ack(&ok, ""));
    assert_eq!(phone.event(), Event::Established { session: new, sdp: None });
    phone.silent();
}

#[test]
fn a_call_of_ours_that_rings_is_taken_over_and_cancelled() {
    // RFC 3891 §3: early dialogs only if we began them.
    let (mut phone, old, invite) = Phone::calling();
    phone.receive(respond(&invite, 180));
    phone.events.clear();
    let call_id = invite.headers.call_id().unwrap().to_owned();
    let mut pickup = taking_over(&call_id, &our_tag(&invite), "theirs");
    pickup.headers.set(
        Name::Replaces,
        format!("{};early-only", pickup.headers.get(Name::Replaces).unwrap().to_owned()),
    );
    phone.receive(pickup);
    let (new, invitation) = incoming(&mut phone);
    assert_eq!(invitation.replaces, Some(old));
    phone.act(|agent, now| agent.accept(now, new, OURS)).unwrap();
    phone.response(200);
    phone.request(Method::Cancel);
    assert_eq!(phone.event(), Event::Ended { session: old, cause: EndCause::Local });
    phone.receive(respond(&invite, 487));
    phone.request(Method::Ack);
    phone.silent();
}

#[test]
fn a_call_that_was_answered_meanwhile_is_not_picked_up() {
    // RFC 3891 §3: early-only.
    let (mut phone, _, invite) = Phone::in_call();
    let mut pickup = taking_over(invite.headers.call_id().unwrap(), &our_tag(&invite), "theirs");
    pickup.headers.set(
        Name::Replaces,
        format!("{};early-only", pickup.headers.get(Name::Replaces).unwrap().to_owned()),
    );
    phone.receive(pickup);
    phone.response(486);
    phone.silent();
}

#[test]
fn what_rings_here_is_not_ours_to_give_away() {
    let (mut phone, session, _) = Phone::called_with(their_invite());
    phone.act(|agent, now| agent.ring(now, session)).unwrap();
    let ringing = phone.response(180);
    let tag = ringing.headers.to().unwrap().tag().unwrap().to_owned();
    phone.receive(taking_over("their-call", &tag, "carol"));
    phone.response(481);
    phone.silent();
}

#[test]
fn a_call_that_nobody_knows_or_that_is_over_is_not_taken_over() {
    let (mut phone, session, invite) = Phone::in_call();
    let call_id = invite.headers.call_id().unwrap().to_owned();
    for (id, to_tag, from_tag) in [
        ("other", our_tag(&invite), "theirs"),
        (&call_id, "other".to_owned(), "theirs"),
        (&call_id, our_tag(&invite), "other"),
    ] {
        let mut stray = taking_over(id, &to_tag, from_tag);
        stray.headers.set(Name::Via, format!("SIP/2.0/WS pbx.example;branch=z9hG4bK{id}{to_tag}{from_tag}"));
        stray.headers.set(Name::CallId, format!("{id}{to_tag}{from_tag}"));
        phone.receive(stray);
        phone.response(481);
    }
    // Hung up a moment ago.
    phone.act(|agent, now| agent.hang_up(now, session)).unwrap();
    phone.request(Method::Bye);
    phone.events.clear();
    phone.receive(taking_over(&call_id, &our_tag(&invite), "theirs"));
    phone.response(603);
    phone.silent();
}

#[test]
fn a_replaces_that_cannot_be_read_or_is_there_twice_is_refused() {
    let (mut phone, _, invite) = Phone::in_call();
    let good = taking_over(invite.headers.call_id().unwrap(), &our_tag(&invite), "theirs");
    let twice = good.clone().with(Name::Replaces, "other;to-tag=1;from-tag=2");
    phone.receive(twice);
    phone.response(400);
    let mut broken = good;
    broken.headers.set(Name::Replaces, "nothing");
    broken.headers.set(Name::Via, "SIP/2.0/WS pbx.example;branch=z9hG4bKbroken");
    broken.headers.set(Name::CallId, "broken");
    phone.receive(broken);
    phone.response(400);
    phone.silent();
}

#[test]
fn a_takeover_that_is_given_up_or_refused_leaves_the_call_as_it_was() {
    let (mut phone, old, invite) = Phone::in_call();
    let call_id = invite.headers.call_id().unwrap().to_owned();
    phone.receive(taking_over(&call_id, &our_tag(&invite), "theirs"));
    let (new, _) = incoming(&mut phone);
    phone.act(|agent, now| agent.reject(now, new, 488)).unwrap();
    phone.response(488);
    assert_eq!(phone.event(), Event::Ended { session: new, cause: EndCause::Local });
    phone.silent();
    phone.act(|agent, now| agent.hang_up(now, old)).unwrap();
    phone.request(Method::Bye);
}

#[test]
fn a_takeover_of_a_call_that_ends_in_the_same_moment_is_just_a_call() {
    let (mut phone, old, invite) = Phone::in_call();
    let call_id = invite.headers.call_id().unwrap().to_owned();
    phone.receive(taking_over(&call_id, &our_tag(&invite), "theirs"));
    let (new, _) = incoming(&mut phone);
    phone.receive(in_our_dialog(&accept(&invite, "theirs").headers, Method::Bye, 1));
    phone.response(200);
    assert_eq!(phone.event(), Event::Ended { session: old, cause: EndCause::RemoteHungUp });
    phone.act(|agent, now| agent.accept(now, new, OURS)).unwrap();
    let ok = phone.response(200);
    phone.receive(their_ack(&ok, ""));
    assert_eq!(phone.event(), Event::Established { session: new, sdp: None });
    phone.silent();
}

#[test]
fn a_takeover_without_an_offer_is_answered_with_one() {
    let (mut phone, _, invite) = Phone::in_call();
    let mut bare = their_bare_invite().with(
        Name::Replaces,
        format!("{};to-tag={};from-tag=theirs", invite.headers.call_id().unwrap(), our_tag(&invite)),
    );
    bare.headers.set(Name::CallId, "takeover");
    phone.receive(bare);
    let (new, invitation) = incoming(&mut phone);
    assert_eq!(invitation.offer, None);
    phone.act(|agent, now| agent.accept(now, new, OURS)).unwrap();
    let ok: Response = phone.response(200);
    phone.request(Method::Bye);
    phone.events.clear();
    phone.receive(their_ack(&ok, THEIRS));
    assert_eq!(phone.event(), Event::Established { session: new, sdp: Some(THEIRS.to_owned()) });
}
