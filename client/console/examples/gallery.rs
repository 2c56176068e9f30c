//! The design's gallery: boards as they look on a busy morning and in each state, without a telephone system.
//!
//! `client/console/examples/gallery.sh` builds it; the address chooses what to see, such as
//! `gallery.html?board=busy&theme=dark&lang=fr` (boards: busy, idle, sign-in, start, offline).

use std::time::Duration;

use cordboard_console::acts::{Acts, Outside};
use cordboard_console::board::Board;
use cordboard_console::clock::Clock;
use cordboard_console::door::{Door, DoorProblem, Stage};
use cordboard_console::theme::{Contrast, Density, Look, Theme};
use cordboard_console::ui::App;
use cordboard_console::ui::words::Language;
use cordboard_desk::{
    Allowed, AudioView, CallFailure, CallId, CallStatus, CallView, CallWay, ChoiceView, Command, Contact,
    ContactId, ContactView, ContactsView, Delta, DirectoryId, DirectoryView, Freshness, Instant, LinkState,
    LinkView, Look as Window, MicrophoneLoss, Notice, NoticeId, NoticeView, PageId, PageInput, PageOutput,
    PhoneId, PhoneView, Quality, SocketLoss, Standing, TeamCallId, TeamCallState, TeamCallView,
    TeamMemberView, TeamView, VoicemailView, Way, WhoView, WhyNot, matched_ranges,
};
use cordboard_wire::{Line, Operator, PracticeOperator, Welcome};
use leptos::prelude::*;

/// The moment that the gallery shows.
const NOW: Instant = Instant::from_millis(1_764_771_960_000);

fn main() {
    console_error_panic_hook::set_once();
    leptos::mount::mount_to_body(|| {
        let look = Look::kept();
        if asked("theme").as_deref() == Some("dark") {
            look.theme.set(Theme::Dark);
        } else {
            look.theme.set(Theme::Light);
        }
        if asked("density").as_deref() == Some("compact") {
            look.density.set(Density::Compact);
        }
        if asked("contrast").as_deref() == Some("more") {
            look.contrast.set(Contrast::More);
        }
        look.tongue.speak(Language::from_tags(asked("lang").as_deref()).unwrap_or_default());
        let (board, door) = (Board::new(), Door::new());
        door.stage.set(Stage::Console);
        door.welcome.set(Some(welcome()));
        paint(board, door, asked("board").as_deref().unwrap_or("busy"));
        view! { <App board=board door=door acts=acts(board) look=look clock=Clock::stopped_at(NOW) /> }
    });
}

/// What the address asks for under a name.
fn asked(name: &str) -> Option<String> {
    let query = window().location().search().ok()?;
    let pairs = query.trim_start_matches('?').split('&').filter_map(|pair| pair.split_once('='));
    pairs.into_iter().find(|(key, _)| *key == name).map(|(_, value)| value.to_owned())
}

fn paint(board: Board, door: Door, which: &str) {
    let shown = match which {
        "sign-in" => {
            door.stage.set(Stage::SignIn);
            door.problem.set(Some(DoorProblem::WrongPassword));
            return;
        }
        "idle" => Shown { directories: empty_directories(), ..Shown::default() },
        "start" => Shown { audio: AudioView::default(), directories: directories(), ..Shown::default() },
        "offline" => Shown {
            calls: calls(),
            directories: directories(),
            link: LinkView {
                state: LinkState::SocketDown(SocketLoss::RelayUnreachable),
                since: ago(9),
                retry_at: Some(NOW + Duration::from_secs(4)),
            },
            audio: AudioView { host: Some(PageId(1)), lost: Some(MicrophoneLoss::Unplugged) },
            ..Shown::default()
        },
        _ => Shown { calls: calls(), directories: directories(), notices: notices(), ..Shown::default() },
    };
    let Shown { calls, directories, notices, link, audio } = shown;
    board.take(PageOutput::Board(Box::new(cordboard_desk::Board {
        page: Some(PageId(1)),
        operator: Some(Operator {
            user: "nora".into(),
            name: "Nora Lindahl".into(),
            desk: "Front desk 1".into(),
        }),
        lines: lines(),
        calls,
        directories,
        notices,
        link,
        audio,
        missed: 2,
        phones: phones(),
        voicemail: Some(VoicemailView { number: "*97".into(), waiting: true, new: Some(3) }),
        team: (which != "idle").then(|| team(which)),
        ..cordboard_desk::Board::default()
    })));
    let quality = Quality { loss: 0.0, jitter_ms: 2.0, round_trip_ms: 12.0, mos: 4.3 };
    board.take(PageOutput::Delta(Delta::Quality { call: CallId(3), quality }));
}

struct Shown {
    calls: Vec<CallView>,
    directories: Vec<DirectoryView>,
    notices: Vec<NoticeView>,
    link: LinkView,
    audio: AudioView,
}

impl Default for Shown {
    fn default() -> Self {
        Self {
            calls: Vec::new(),
            directories: Vec::new(),
            notices: Vec::new(),
            link: LinkView { state: LinkState::Registered, since: ago(600), retry_at: None },
            audio: AudioView { host: Some(PageId(1)), lost: None },
        }
    }
}

/// An outside that answers looks and suggestions from the gallery's own people and lets the rest pass.
fn acts(board: Board) -> Acts {
    Acts::new(Outside {
        say: Box::new(move |said| {
            if let PageInput::Command(command) = said {
                answer(board, command);
            }
        }),
        import: Box::new(|_, _, _| {}),
        sign_in: Box::new(|_| {}),
        sign_out: Box::new(|| {}),
        ask_relay: Box::new(|| {}),
        start_shift: Box::new(|| {}),
    })
}

#[expect(clippy::wildcard_enum_match_arm, reason = "a picture answers only what it must to be seen")]
fn answer(board: Board, command: Command) {
    let told = match command {
        Command::Look(look) => {
            let matching: Vec<_> =
                people().into_iter().filter(|person| matches(person, &look.query)).collect();
            let rows = matching.iter().skip(look.first as usize).take(look.count as usize).cloned().collect();
            let total = u32::try_from(matching.len()).unwrap_or(u32::MAX);
            Delta::Contacts(Box::new(ContactsView { look: Window { ..look }, total, rows }))
        }
        Command::Suggest { typed } => {
            let found =
                people().into_iter().filter(|person| !typed.is_empty() && matches(person, &typed)).take(5);
            let choices = found.map(|person| ChoiceView {
                directory: DirectoryId(1),
                contact: person.id,
                way: Way::Phone,
                name: format!("{} {}", person.contact.first_name, person.contact.last_name),
                number: person.contact.phone,
                phone: person.phone,
            });
            let choices = choices.collect();
            Delta::Suggestions { typed, choices }
        }
        Command::DismissNotice(notice) => Delta::NoticeGone(notice),
        Command::SetDoNotDisturb(on) => Delta::DoNotDisturb(on),
        _ => return,
    };
    // As in life the answer comes a little later.
    set_timeout(move || board.take(PageOutput::Delta(told)), Duration::from_millis(1));
}

fn matches(person: &ContactView, query: &str) -> bool {
    let contact = &person.contact;
    let texts =
        [&contact.first_name, &contact.last_name, &contact.title, &contact.department, &contact.phone];
    query.is_empty() || texts.into_iter().any(|text| !matched_ranges(text, query).is_empty())
}

/// Three colleagues of a team; with the relay away, as they were before. Whoever waits longest is marked on the board and on
/// the own list, so that both marks are seen.
fn team(which: &str) -> TeamView {
    use TeamCallState::{Held, Queued, Ringing, Taking, Talking};
    let call = |call, name: &str, number: &str, line: usize, state, seconds: (u64, u64)| TeamCallView {
        id: TeamCallId { seat: 1, call },
        state,
        since: ago(seconds.0),
        first_rang: Some(ago(seconds.1)),
        who: WhoView { name: name.into(), number: number.into(), ..WhoView::default() },
        line: lines().get(line).cloned(),
        queued_for: String::new(),
        longest: false,
        take_over: match state {
            _ if which == "offline" => Err(WhyNot::TeamUnknown),
            Talking => Err(WhyNot::AlreadyAnswered),
            Taking => Err(WhyNot::BeingTaken),
            Ringing | Held | Queued => Ok(()),
        },
    };
    let member = |user: &str, name: &str, desk: &str, calls| TeamMemberView {
        user: user.into(),
        name: name.into(),
        desk: desk.into(),
        calls,
    };
    let queued = TeamCallView {
        queued_for: "Marie-Claire Beaumont".into(),
        longest: true,
        ..call(3, "Konstantin Abramowitsch-Wellington", "+44 20 7946 0733", 2, Queued, (95, 312))
    };
    let away = which == "offline";
    TeamView {
        name: "Reception".into(),
        unknown_since: away.then(|| ago(64)),
        members: vec![
            member(
                "robin",
                "Robin Ashdown",
                "Front desk 1",
                vec![
                    call(1, "Ottoline Marsh", "+44 20 7946 0811", 0, Talking, (48, 60)),
                    call(2, "Priya Raman", "+44 161 496 0220", 1, Held, (31, 140)),
                    queued,
                    call(4, "", "+33 6 39 98 20 11", 2, Ringing, (9, 9)),
                ],
            ),
            member(
                "sam",
                "Sam Velasquez",
                "Front desk 2",
                vec![
                    call(5, "Anselm Birch", "01632 960 155", 0, Taking, (1, 40)),
                    TeamCallView {
                        who: WhoView {
                            name: "Grace Okafor".into(),
                            number: "204".into(),
                            local: true,
                            ..WhoView::default()
                        },
                        take_over: Err(WhyNot::BeingTaken),
                        ..call(6, "", "", 0, Held, (150, 200))
                    },
                ],
            ),
            member("toni", "Toni Barclay", "Back office", Vec::new()),
        ],
        longest: if which == "offline" { Vec::new() } else { vec![CallId(4)] },
    }
}

fn ago(seconds: u64) -> Instant {
    NOW - Duration::from_secs(seconds)
}

fn welcome() -> Welcome {
    Welcome {
        company: "Aldergate Law".into(),
        version: "0.1.0".into(),
        practice_operators: vec![PracticeOperator { user: "nora".into(), name: "Nora Lindahl".into() }],
    }
}

fn lines() -> Vec<Line> {
    let line = |number: &str, name: &str, badge: &str, greeting: &str| Line {
        number: number.into(),
        name: name.into(),
        badge: badge.into(),
        greeting: greeting.into(),
    };
    vec![
        line("020 7946 0100", "Aldergate Law", "AL", "Good afternoon, Aldergate Law, Nora speaking."),
        line("020 7946 0200", "Brightwater Clinic", "BC", ""),
        line("01 99 00 40 00", "Kestrel Freight", "KF", ""),
    ]
}

fn directories() -> Vec<DirectoryView> {
    let directory = |id, name: &str, local, line: Option<usize>, count, note: &str| DirectoryView {
        id: DirectoryId(id),
        name: name.into(),
        local,
        line: line.and_then(|at| lines().get(at).cloned()),
        note: note.into(),
        read_only: false,
        count,
        can_undo: false,
    };
    vec![
        directory(1, "Aldergate Law", true, Some(0), 24, "Ask for the matter number before transferring."),
        directory(2, "Brightwater Clinic", true, Some(1), 86, ""),
        directory(3, "Kestrel Freight", true, Some(2), 212, ""),
        directory(4, "Personal", false, None, 34, ""),
    ]
}

fn empty_directories() -> Vec<DirectoryView> {
    directories()
        .into_iter()
        .map(|directory| DirectoryView { count: 0, note: String::new(), ..directory })
        .collect()
}

fn notices() -> Vec<NoticeView> {
    let why = CallFailure::NoAnswer;
    let notice = Notice::TransferFailed { who: "Isabelle Caron".into(), target: "Marie Dupont".into(), why };
    vec![NoticeView { id: NoticeId(1), at: NOW, notice }]
}

fn calls() -> Vec<CallView> {
    use CallStatus::{BackFrom, OnHold, Queued, Ringing, RingingOut, Talking};
    let back = BackFrom { target: "Marie Dupont".into(), why: CallFailure::NoAnswer };
    let incoming = |slot, name: &str, number: &str, line, status, seconds| {
        call(CallWay::Incoming, slot, name, number, line, status, seconds)
    };
    let outgoing = |slot, name: &str, number: &str, line, status, seconds| {
        call(CallWay::Outgoing, slot, name, number, line, status, seconds)
    };
    vec![
        incoming(0, "Helena Brandt", "+44 20 7946 0533", 1, Ringing, 12),
        incoming(1, "", "+33 6 39 98 14 52", 2, Ringing, 4),
        incoming(2, "Daniel Osei", "+44 161 496 0148", 0, Talking, 221),
        local(incoming(3, "Sofia Lindqvist", "2231", 0, OnHold, 72)),
        incoming(4, "Graham Whitcombe", "+44 7700 900 318", 1, OnHold, 278),
        incoming(5, "Isabelle Caron", "+33 1 99 00 27 60", 0, back, 54),
        CallView {
            waits_for: Some("Marie Dupont".into()),
            ..incoming(6, "Ewan Laird", "+44 131 496 0200", 0, Queued { target: "Marie Dupont".into() }, 36)
        },
        local(outgoing(0, "Priya Nair", "2104", 0, CallStatus::Failed(CallFailure::Busy), 24)),
        local(outgoing(1, "Tom Ferreira", "+44 7700 900 142", 2, RingingOut, 9)),
    ]
}

fn local(call: CallView) -> CallView {
    CallView { who: WhoView { local: true, ..call.who }, ..call }
}

fn call(
    way: CallWay,
    slot: u8,
    name: &str,
    number: &str,
    line: usize,
    status: CallStatus,
    seconds: u64,
) -> CallView {
    let id = CallId(u32::from(slot) + if way == CallWay::Incoming { 1 } else { 21 });
    let talking = status == CallStatus::Talking;
    let (title, company) = if talking { ("Regional buyer", "Harbour & Pike") } else { ("", "") };
    CallView {
        id,
        way,
        slot,
        since: ago(seconds),
        answered_at: talking.then(|| ago(seconds)),
        who: WhoView {
            name: name.into(),
            number: number.into(),
            title: title.into(),
            company: company.into(),
            ..WhoView::default()
        },
        line: lines().get(line).cloned(),
        cord: None,
        waits_for: None,
        silenced: false,
        muted: false,
        held_by_far_end: false,
        allowed: allowed(&status, way),
        status,
    }
}

/// About what the desk would allow.
fn allowed(status: &CallStatus, way: CallWay) -> Allowed {
    let when = |yes: bool, why: WhyNot| if yes { Ok(()) } else { Err(why) };
    let rings = *status == CallStatus::Ringing;
    let (talks, holds) =
        (*status == CallStatus::Talking, matches!(status, CallStatus::OnHold | CallStatus::BackFrom { .. }));
    Allowed {
        park: Err(WhyNot::NoParking),
        to_voicemail: Err(cordboard_desk::WhyNot::NoVoicemail),
        answer: when(rings, WhyNot::AlreadyAnswered),
        decline: when(rings, WhyNot::AlreadyAnswered),
        hold: when(talks, WhyNot::NotAnswered),
        resume: when(holds, WhyNot::NotOnHold),
        hang_up: when(!rings || way == CallWay::Outgoing, WhyNot::NotAnswered),
        transfer: when(rings || talks || holds, WhyNot::NotAnswered),
        consult: when(talks || holds, WhyNot::NotAnswered),
        connect: Err(WhyNot::NoCall),
        swap: Err(WhyNot::NoCall),
        join: Err(WhyNot::NobodyToJoin),
        mute_party: Err(WhyNot::NotInConference),
        queue: when(talks || holds, WhyNot::NotAnswered),
        back_to_caller: Err(WhyNot::NoCall),
        send_digit: when(talks, WhyNot::NotAnswered),
        mute: when(talks, WhyNot::NotAnswered),
    }
}

/// First name, last name, title, department, extension; then which of mobile, mail, voicemail, web they have.
const PEOPLE: [(&str, &str, &str, &str, &str, &str); 24] = [
    ("Marie", "Dupont", "Team head", "Client services", "2118", "mev"),
    ("Omar", "Haddad", "Associate", "Litigation", "2142", "mevw"),
    ("Marcus", "Bell", "Partner", "Corporate", "2101", "mevw"),
    ("Marta", "Kowalska", "Paralegal", "Property", "2163", "ev"),
    ("Martin", "Okafor", "Partner", "Tax", "2107", "mevw"),
    ("Tamara", "Novak", "Office manager", "Facilities", "2190", "mev"),
    ("Amara", "Diallo", "Trainee solicitor", "Family", "2175", "ev"),
    ("Marlene", "Fischer", "Secretary", "Litigation", "2144", "mev"),
    ("Mariam", "Yusuf", "Associate", "Employment", "2139", "mevw"),
    ("Lamar", "Whitfield", "Support engineer", "IT", "2199", "evw"),
    ("Priya", "Nair", "Director", "Marketing", "2104", "mevw"),
    ("Tom", "Ferreira", "Events lead", "Marketing", "2125", "me"),
    ("Jonas", "Weber", "Analyst", "Marketing", "2127", "ev"),
    ("Elise", "Tran", "Designer", "Marketing", "2128", "ew"),
    ("Ana", "Marques", "Receptionist", "Front desk", "2001", "ev"),
    ("Dagmar", "Holm", "Partner", "Shipping", "2110", "mevw"),
    ("Rosemary", "Clarke", "HR manager", "People", "2180", "mev"),
    ("Kumar", "Patel", "Controller", "Finance", "2185", "mev"),
    ("Marit", "Solberg", "Curator", "Library", "2192", "evw"),
    ("Marisol", "Vega", "Translator", "Languages", "2171", "mev"),
    ("Hilmar", "Jonsson", "Security", "Facilities", "2197", "ev"),
    ("", "Marble Room", "Room", "Floor 3", "2303", "w"),
    ("Waldemar", "Sikora", "Driver", "Facilities", "", ""),
    ("Ingmar", "Dahl", "Archivist", "Records", "2166", "e"),
];

fn people() -> Vec<ContactView> {
    let person =
        |(id, (first, last, title, department, phone, ways)): (u32, (&str, &str, &str, &str, &str, &str))| {
            let with = |letter: char, text: &str| {
                if ways.contains(letter) { text.to_owned() } else { String::new() }
            };
            let contact = Contact {
                first_name: first.into(),
                last_name: last.into(),
                title: title.into(),
                department: department.into(),
                phone: phone.into(),
                mobile: with('m', "+44 7700 900 100"),
                email: with('e', "someone@aldergate.example"),
                voicemail: with('v', "*97"),
                web: with('w', "https://aldergate.example"),
                ..Contact::default()
            };
            let phone = (!phone.is_empty()).then_some(PhoneId(id));
            ContactView { id: ContactId(id), contact, phone }
        };
    (1..).zip(PEOPLE).map(person).collect()
}

/// What the phones of the gallery's people do: each standing several times.
fn phones() -> Vec<PhoneView> {
    use Standing::{Available, Away, Busy, DoNotDisturb, Offline, Ringing, Unknown};
    let standings = [
        Busy,
        Available,
        DoNotDisturb,
        Available,
        Ringing,
        Available,
        Available,
        Busy,
        Offline,
        Available,
        Busy,
        Ringing,
        Available,
        Away,
        Busy,
        DoNotDisturb,
        Available,
        Unknown,
    ];
    let phone = |(id, standing): (u32, Standing)| {
        let since = ago(u64::from(id) * 38);
        let freshness = if standing == Unknown { Freshness::Stale { since } } else { Freshness::Known };
        PhoneView {
            id: PhoneId(id),
            standing,
            since,
            freshness,
            calls: Vec::new(),
            waiting: u32::from(id == 1),
            queues: false,
            intercept: Ok(()),
            place: None,
        }
    };
    (1..).zip(standings).map(phone).collect()
}
