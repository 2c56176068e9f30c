//! One call from ringing to the end, with no browser and no network: what the desk is told, what it asks for, and
//! every SIP frame. Run it with `cargo run -p cordboard-desk --example one_call`.
#![allow(clippy::print_stdout, reason = "an example shows what it does")]

use cordboard_desk::{
    CallId, Command, Desk, Input, Instant, MediaAsk, Output, PageId, PageInput, PageOutput, Stored,
};
use cordboard_sip::message::{Frame, Message, Method, Name, Request, StatusCode, parse};
use cordboard_wire::{Account, Dtmf, HoldMusic, Line, Numbering, Operator, Provision};

const PAGE: PageId = PageId(1);
const SDP: &str =
    "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 0\r\na=sendrecv\r\n";

fn main() {
    let mut console =
        Console { desk: Desk::new(1, Instant::from_millis(0)), now: Instant::from_millis(0), contact: None };
    console.tell("the browser's store is read", Input::Restored(Stored::default()));
    console.tell("a page opens", Input::PageJoined(PAGE));
    console.tell("the relay tells who works here", Input::Provisioned(Box::new(provision())));
    console.tell("the operator starts the shift", Input::PageSaid(PAGE, PageInput::MediaReady));

    let invite = console.invite();
    console.tell("somebody calls", Input::FrameReceived(invite));
    console.act("the operator answers", Command::Answer(CallId(1)));
    console.act("the operator puts the caller on hold", Command::Hold(CallId(1)));
    console.act("the operator takes the caller back", Command::Resume(CallId(1)));
    console.act("the operator hangs up", Command::HangUp(CallId(1)));
}

/// The desk and the smallest world in which it can work.
struct Console {
    desk: Desk,
    now: Instant,
    /// Where the desk wants calls sent.
    contact: Option<String>,
}

impl Console {
    fn act(&mut self, what: &str, command: Command) {
        self.tell(what, Input::PageSaid(PAGE, PageInput::Command(command)));
    }

    fn tell(&mut self, what: &str, input: Input) {
        println!("\n=== {what}");
        self.desk.handle_input(self.now, input);
        while let Some(output) = self.desk.poll_output() {
            if let Some(reply) = self.carry_out(output) {
                self.desk.handle_input(self.now, reply);
            }
        }
    }

    /// Does what the desk asks for, as engine, page and telephone system would.
    fn carry_out(&mut self, output: Output) -> Option<Input> {
        match output {
            Output::Connect { .. } => Some(Input::Connected),
            Output::SendFrame(frame) => {
                println!("--> {}", indented(&frame));
                let reply = self.telephone_system(&frame)?;
                println!("<-- {}", indented(&reply));
                Some(Input::FrameReceived(reply))
            }
            Output::Tell(page, PageOutput::Media(ask)) => {
                println!("    page: {ask:?}");
                match ask {
                    MediaAsk::Offer { leg, .. } => {
                        Some(Input::PageSaid(page, PageInput::OfferMade { leg, sdp: SDP.into() }))
                    }
                    MediaAsk::Answer { leg, .. } => {
                        Some(Input::PageSaid(page, PageInput::AnswerMade { leg, sdp: SDP.into() }))
                    }
                    MediaAsk::Apply { .. }
                    | MediaAsk::TakeBack { .. }
                    | MediaAsk::SetMicrophone { .. }
                    | MediaAsk::SetSpeaker { .. }
                    | MediaAsk::SetHears { .. }
                    | MediaAsk::PlayMusic { .. }
                    | MediaAsk::SendDigit { .. }
                    | MediaAsk::PlayTone { .. }
                    | MediaAsk::Close { .. } => None,
                }
            }
            Output::TellAll(PageOutput::Delta(delta)) => {
                println!("    paint: {delta:?}");
                None
            }
            Output::Tell(..) | Output::TellAll(_) | Output::Disconnect | Output::Store(_) => None,
            Output::ConnectTeam | Output::DisconnectTeam | Output::TellTeam(_) => None,
        }
    }

    /// A telephone system that agrees to everything.
    fn telephone_system(&mut self, frame: &[u8]) -> Option<Vec<u8>> {
        match parse(frame).ok()? {
            Frame::Message(Message::Request(request)) => self.agree(&request),
            Frame::Message(Message::Response(response)) if response.status == StatusCode::OK => {
                let to = response.headers.get(Name::To)?;
                let contact = self.contact.as_ref()?;
                let head =
                    "Max-Forwards: 70\r\nFrom: <sip:5550123@pbx.example>;tag=caller\r\nCall-ID: one-call";
                let via = "Via: SIP/2.0/WS pbx.example;branch=z9hG4bKack";
                Some(
                    format!("ACK {contact} SIP/2.0\r\n{via}\r\n{head}\r\nTo: {to}\r\nCSeq: 1 ACK\r\n\r\n")
                        .into_bytes(),
                )
            }
            Frame::Message(Message::Response(_)) | Frame::Ping | Frame::Pong => None,
        }
    }

    fn agree(&mut self, request: &Request) -> Option<Vec<u8>> {
        if request.method == Method::Ack {
            return None;
        }
        let contact = request.headers.get(Name::Contact).unwrap_or_default().to_owned();
        let mut answer =
            request.respond(StatusCode::OK, Some("pbx")).with(Name::Contact, "<sip:pbx.example>");
        if request.method == Method::Register {
            self.contact = contact.split(['<', '>']).nth(1).map(str::to_owned);
            answer = request
                .respond(StatusCode::OK, Some("pbx"))
                .with(Name::Contact, format!("{contact};expires=600"));
        }
        if request.method == Method::Invite {
            answer = answer.with_body("application/sdp", SDP);
        }
        Some(answer.to_bytes())
    }

    fn invite(&self) -> Vec<u8> {
        let contact = self.contact.as_deref().unwrap_or("sip:desk@example.invalid");
        format!(
            "INVITE {contact} SIP/2.0\r\nVia: SIP/2.0/WS pbx.example;branch=z9hG4bKone\r\nMax-Forwards: 70\r\n\
             From: \"A. Caller\" <sip:5550123@pbx.example>;tag=caller\r\nTo: <sip:5550100@pbx.example>\r\n\
             Call-ID: one-call\r\nCSeq: 1 INVITE\r\nContact: <sip:pbx.example>\r\nContent-Type: application/sdp\r\n\
             Content-Length: {}\r\n\r\n{SDP}",
            SDP.len()
        )
        .into_bytes()
    }
}

fn indented(frame: &[u8]) -> String {
    String::from_utf8_lossy(frame).trim_end().replace("\r\n", "\n    ")
}

fn provision() -> Provision {
    Provision {
        operator: Operator { user: "alice".into(), name: "Alice".into(), desk: "Front desk".into() },
        account: Account {
            aor: "alice@pbx.example".into(),
            display_name: "Alice".into(),
            auth_user: "alice".into(),
            password: String::new(),
            expires: 600,
            codecs: Vec::new(),
            dtmf: Dtmf::Rtp,
            voicemail: String::new(),
            voicemail_of: String::new(),
            parking: Vec::new(),
            rooms: Vec::new(),
            servers: 1,
            line_header: String::new(),
            watch: Vec::new(),
            publish: false,
            pickup_of: String::new(),
            queue_busy: false,
            queue_delay: 3,
            auto_answer: false,
            incoming_calls: 8,
        },
        lines: vec![Line {
            number: "5550100".into(),
            name: "Front desk".into(),
            badge: "FD".into(),
            greeting: String::new(),
        }],
        numbering: Numbering::default(),
        directories: Vec::new(),
        ice_servers: Vec::new(),
        practice: false,
        team: String::new(),
        hold_music: HoldMusic::Pbx,
        crm: String::new(),
    }
}
