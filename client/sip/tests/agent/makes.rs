//! What telephone systems of several makes do each in its own way.
//!
//! [`HABITS`] says which story is about what; the stories at the foot are of lamps at each make, from morning to evening.

use cordboard_sip::Event;
use cordboard_sip::message::{Method, Name};
use cordboard_sip::package::{DialogInfo, DialogState, Watched};

use crate::far_end::{OURS, Phone};
use crate::races::is_told;
use crate::watching::{notify, watching};

/// The make, what it does, and the story.
const HABITS: &[(&str, &str, &str)] = &[
    // Lamps.
    (
        "Asterisk",
        "one dialog for all that an extension does, without Call-ID and tags",
        "makes::a_lamp_at_asterisk_shows_every_state_and_names_no_call",
    ),
    (
        "FreeSWITCH",
        "says who calls and which call it is",
        "makes::a_lamp_at_freeswitch_names_the_call_so_that_it_can_be_picked_up",
    ),
    (
        "Kamailio",
        "says the same again under a new number",
        "makes::a_lamp_at_kamailio_stays_as_it_is_when_the_same_is_said_again",
    ),
    (
        "BroadWorks",
        "says nothing where nobody talks",
        "makes::a_lamp_at_broadworks_goes_out_when_nothing_is_said",
    ),
    ("BroadWorks", "lists", "packages::many_are_watched_by_one_subscription_and_a_lost_piece_is_asked_for"),
    (
        "Asterisk",
        "extensions without a hint (404)",
        "watching_on::a_refusal_is_final_for_the_one_who_was_asked_about",
    ),
    (
        "FreeSWITCH",
        "places such as park+ and conf+",
        "packages::places_where_calls_are_parked_can_be_watched_by_the_names_that_systems_give_them",
    ),
    (
        "Asterisk",
        "waiting messages unasked",
        "told_unasked::waiting_messages_are_told_without_a_subscription",
    ),
    // Transfers.
    (
        "Asterisk, refer_blind_progress=no",
        "200 at once, whatever becomes of the call",
        "transfer::a_200_at_once_and_out_of_nothing_proves_nothing",
    ),
    ("FreeSWITCH", "ends the telling without a word", "transfer::an_end_without_a_last_word_is_unknown"),
    (
        "many",
        "BYE right after the 202",
        "transfer::a_session_that_ends_without_a_last_word_leaves_the_outcome_unknown",
    ),
    (
        "Asterisk without external_replaces",
        "does not know the other call",
        "replacing::a_transfer_to_a_call_that_has_ended_meanwhile_leaves_the_caller_with_us",
    ),
    // Session timers.
    ("FreeSWITCH", "takes no lifetime below its own least", "session_timer::a_422_is_obeyed_once"),
    (
        "FreeSWITCH",
        "refreshes by INVITEs that change nothing",
        "session_timer::their_refresh_that_changes_nothing_bothers_nobody",
    ),
    (
        "gateways",
        "name UPDATE and ignore it",
        "session_timer::a_gateway_that_names_update_and_ignores_it_gets_a_reinvite",
    ),
    // Provisional responses.
    (
        "Asterisk, 100rel=required",
        "insists",
        "reliable::a_caller_who_insists_is_told_again_until_it_confirms",
    ),
    (
        "Asterisk, 100rel=yes",
        "knows it, and need not have it",
        "reliable::whoever_does_not_insist_is_not_bothered",
    ),
    (
        "Asterisk, follow_early_media_fork",
        "early media of several phones",
        "reliable::each_phone_that_rings_has_a_dialog_and_numbers_of_its_own",
    ),
];

#[test]
fn each_has_its_story() {
    for (make, _, story) in HABITS {
        assert!(is_told(story), "{make}: {story} is not there");
    }
}

/// A lamp of 200, and each of these bodies told in turn; what it showed after each. `None` where nothing was news.
fn shown(bodies: &[String]) -> Vec<Option<DialogInfo>> {
    let (mut phone, _, subscribe) = watching(600);
    let told = bodies.iter().zip(2..).map(|(body, number)| {
        phone.receive(notify(&subscribe, number, "active;expires=600", body));
        phone.response(200);
        match phone.events.pop_front() {
            Some(Event::Watched { state: Watched::Dialogs(info), .. }) => Some(info),
            Some(other) => panic!("{other:?}"),
            None => None,
        }
    });
    told.collect()
}

fn states(shown: &[Option<DialogInfo>]) -> Vec<Option<DialogState>> {
    shown.iter().map(|info| info.as_ref().expect("news").state()).collect()
}

#[test]
fn a_lamp_at_asterisk_shows_every_state_and_names_no_call() {
    let body = |version: u32, inside: &str| {
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
             <dialog-info xmlns=\"urn:ietf:params:xml:ns:dialog-info\" version=\"{version}\" state=\"full\" \
             entity=\"sip:200@192.0.2.5:8088;transport=ws\">\n <dialog id=\"200\">\n  {inside}\n </dialog>\n</dialog-info>\n"
        )
    };
    let on_hold = "<state>confirmed</state><local><target uri=\"sip:200@192.0.2.5\">\
                   <param pname=\"+sip.rendering\" pvalue=\"no\"/></target></local>";
    let shown = shown(&[
        body(1, "<state>early</state>"),
        body(2, "<state>confirmed</state>"),
        body(3, on_hold),
        body(4, "<state>terminated</state>"),
    ]);
    let (rings, talks) = (Some(DialogState::Early), Some(DialogState::Confirmed));
    assert_eq!(states(&shown), [rings, talks, talks, None]);
    let held: Vec<_> = shown.iter().flatten().map(|info| info.dialogs.iter().any(|of| of.held)).collect();
    assert_eq!(held, [false, false, true, false]);
    assert!(shown.iter().flatten().flat_map(|info| &info.dialogs).all(|of| of.replaces().is_none()));
}

#[test]
fn a_lamp_at_freeswitch_names_the_call_so_that_it_can_be_picked_up() {
    let body = "<?xml version=\"1.0\"?>\n\
         <dialog-info xmlns=\"urn:ietf:params:xml:ns:dialog-info\" version=\"7\" state=\"full\" entity=\"sip:200@pbx.example\">\n\
         <dialog id=\"1c8f\" call-id=\"9a3e-77\" local-tag=\"Fs1\" remote-tag=\"carol\" direction=\"recipient\">\n\
         <state>early</state>\n<local>\n<identity display=\"200\">sip:200@pbx.example</identity>\n\
         <target uri=\"sip:200@pbx.example\"><param pname=\"+sip.rendering\" pvalue=\"yes\"/></target>\n</local>\n\
         <remote>\n<identity display=\"Carol\">sip:300@pbx.example</identity>\n<target uri=\"sip:**200@pbx.example\"/>\n\
         </remote>\n</dialog>\n</dialog-info>\n";
    let shown = shown(&[body.to_owned()]);
    let call = &shown[0].as_ref().expect("news").dialogs[0];
    let caller = call.remote.as_ref().expect("a caller");
    assert_eq!((caller.name.as_str(), caller.number.as_str()), ("Carol", "300"));
    assert_eq!(call.remote_target.as_deref(), Some("sip:**200@pbx.example"));
    let replaces = call.replaces().expect("what a pickup needs");
    let mut phone = Phone::connected();
    phone.act(|agent, now| agent.invite_replacing(now, "200", OURS, replaces.clone())).unwrap();
    let invite = phone.request(Method::Invite);
    assert_eq!(invite.headers.get(Name::Replaces), Some("9a3e-77;to-tag=carol;from-tag=Fs1;early-only"));
}

#[test]
fn a_lamp_at_kamailio_stays_as_it_is_when_the_same_is_said_again() {
    let body = |version: u32, state: &str| {
        format!(
            "<?xml version=\"1.0\"?>\n<dialog-info xmlns=\"urn:ietf:params:xml:ns:dialog-info\" version=\"{version}\" \
             state=\"full\" entity=\"sip:200@pbx.example\">\n  <dialog id=\"5d1@192.0.2.8\" direction=\"initiator\">\n    \
             <state>{state}</state>\n  </dialog>\n</dialog-info>\n"
        )
    };
    let shown = shown(&[body(11, "trying"), body(12, "early"), body(15, "early"), body(19, "terminated")]);
    let (tries, rings) = (Some(DialogState::Trying), Some(DialogState::Early));
    assert_eq!(states(&shown), [tries, rings, rings, None]);
}

#[test]
fn a_lamp_at_broadworks_goes_out_when_nothing_is_said() {
    let body = |version: u32, inside: &str| {
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?><dialog-info xmlns=\"urn:ietf:params:xml:ns:dialog-info\" \
             version=\"{version}\" state=\"full\" entity=\"sip:200@pbx.example\">{inside}</dialog-info>"
        )
    };
    let shown = shown(&[
        body(1, "<dialog id=\"Y2FsbA==\" direction=\"recipient\"><state>confirmed</state></dialog>"),
        body(2, ""),
    ]);
    assert_eq!(states(&shown), [Some(DialogState::Confirmed), None]);
}
