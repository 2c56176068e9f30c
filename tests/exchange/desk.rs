//! The attendant's desk at the practice exchange: what it sees of colleagues, and what others see of its operator.

use std::time::Instant as Clock;

use cordboard_desk::{
    Board, Command, Desk, Input, Instant, LinkState, Output, PageId, PageInput, PageOutput, PhoneView,
    Standing, Stored,
};
use cordboard_practice::{Exchange, Settings as ExchangeSettings};
use cordboard_sip::package::{Availability, Package, Watched};
use cordboard_wire::{Account, DirectorySeed, Dtmf, HoldMusic, Numbering, Operator, Provision, Watch};
use futures_util::{SinkExt, StreamExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::console::{Console, PATIENCE, exchange};

/// A socket to the exchange.
type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

const PAGE: PageId = PageId(1);

/// A desk on a real socket, and the board of its one page.
struct AtDesk {
    desk: Desk,
    socket: Socket,
    board: Board,
    began: Clock,
}

impl AtDesk {
    /// Nora's shift begins; Agnes Thorley (301) is in her directory.
    async fn open(exchange: &Exchange) -> Self {
        let began = Clock::now();
        let (desk, socket) = (Desk::new(7, at(began)), connect(exchange).await);
        let mut console = Self { desk, socket, board: Board::default(), began };
        console.tell(Input::Restored(Stored::default())).await;
        console.tell(Input::PageJoined(PAGE)).await;
        console.tell(Input::Provisioned(Box::new(provision()))).await;
        console.until(|board| (board.link.state == LinkState::Registered).then_some(())).await;
        console
    }

    async fn act(&mut self, command: Command) {
        self.tell(Input::PageSaid(PAGE, PageInput::Command(command))).await;
    }

    async fn tell(&mut self, input: Input) {
        self.desk.handle_input(at(self.began), input);
        self.flush().await;
    }

    async fn flush(&mut self) {
        while let Some(output) = self.desk.poll_output() {
            match output {
                Output::SendFrame(frame) => self.socket.send(Message::binary(frame)).await.unwrap(),
                // It is open already.
                Output::Connect { .. } => self.desk.handle_input(at(self.began), Input::Connected),
                Output::Disconnect => panic!("the connection is dead"),
                // Nobody here is in a team.
                Output::ConnectTeam | Output::DisconnectTeam | Output::TellTeam(_) => {}
                Output::Tell(_, told) | Output::TellAll(told) => match told {
                    PageOutput::Board(board) => self.board = *board,
                    PageOutput::Delta(delta) => self.board.apply(delta),
                    PageOutput::Media(_) | PageOutput::Ring(_) | PageOutput::Notify(_) => {}
                },
                Output::Store(_) => {}
            }
        }
    }

    /// Waits until the board shows it.
    async fn until<T>(&mut self, shown: impl Fn(&Board) -> Option<T>) -> T {
        let deadline = Clock::now() + PATIENCE;
        loop {
            if let Some(shown) = shown(&self.board) {
                return shown;
            }
            assert!(Clock::now() < deadline, "it did not come: {:?}", self.board.phones);
            let now = at(self.began);
            let due = self.desk.poll_timeout().map_or(PATIENCE, |due| due.since(now)).min(PATIENCE);
            match timeout(due, self.socket.next()).await {
                Ok(Some(Ok(Message::Text(text)))) => {
                    self.tell(Input::FrameReceived(text.as_bytes().to_vec())).await;
                }
                Ok(Some(Ok(Message::Binary(frame)))) => self.tell(Input::FrameReceived(frame.to_vec())).await,
                Ok(Some(Ok(_))) => {}
                Ok(other) => panic!("the exchange has gone: {other:?}"),
                Err(_) => {
                    self.desk.handle_timeout(at(self.began));
                    self.flush().await;
                }
            }
        }
    }

    /// Waits until Agnes's phone does this.
    async fn agnes(&mut self, standing: Standing) -> PhoneView {
        self.until(|board| board.phones.iter().find(|phone| phone.standing == standing).cloned()).await
    }
}

async fn connect(exchange: &Exchange) -> Socket {
    let mut request = exchange.url().into_client_request().unwrap();
    request.headers_mut().insert("sec-websocket-protocol", "sip".parse().unwrap());
    let (socket, _) = timeout(PATIENCE, connect_async(request)).await.unwrap().unwrap();
    socket
}

fn at(began: Clock) -> Instant {
    Instant::from_millis(1_700_000_000_000) + began.elapsed()
}

fn provision() -> Provision {
    Provision {
        operator: Operator { user: "nora".into(), name: "Nora Fielding".into(), desk: "Front desk".into() },
        account: Account {
            aor: format!("nora@{}", ExchangeSettings::default().domain),
            display_name: "Nora Fielding".into(),
            auth_user: "nora".into(),
            password: "secret".into(),
            expires: 600,
            codecs: Vec::new(),
            dtmf: Dtmf::Rtp,
            voicemail: "*97".into(),
            voicemail_of: String::new(),
            parking: Vec::new(),
            rooms: Vec::new(),
            servers: 1,
            line_header: String::new(),
            watch: vec![Watch::Dialog, Watch::Presence],
            publish: true,
            pickup_of: "**{number}".into(),
            queue_busy: true,
            queue_delay: 3,
            auto_answer: false,
            incoming_calls: 8,
        },
        lines: Vec::new(),
        numbering: Numbering { extension_length: 3, ..Numbering::default() },
        directories: vec![DirectorySeed {
            key: "law".into(),
            name: "Aldergate Law".into(),
            local: true,
            line: String::new(),
            note: String::new(),
            csv: "lastname,firstname,phone\nThorley,Agnes,301\n".into(),
        }],
        ice_servers: Vec::new(),
        practice: true,
        team: String::new(),
        hold_music: HoldMusic::Pbx,
        crm: String::new(),
    }
}

#[tokio::test]
async fn a_desk_sees_a_colleague_free_busy_and_rung() {
    let exchange = exchange().await;
    let mut nora = AtDesk::open(&exchange).await;
    nora.agnes(Standing::Available).await;
    exchange.occupy("301", true).await;
    assert!(nora.agnes(Standing::Busy).await.queues);
    exchange.occupy("301", false).await;
    nora.agnes(Standing::Available).await;
    exchange.ring_colleague("+442079460811", "301").await.unwrap();
    let ringing = nora.agnes(Standing::Ringing).await;
    assert_eq!(ringing.intercept, Ok(()));
    assert!(ringing.calls[0].number.contains("2079460811"), "{:?}", ringing.calls);
}

#[tokio::test]
async fn a_desk_shows_what_waits_in_the_mailbox() {
    let exchange = exchange().await;
    let mut nora = AtDesk::open(&exchange).await;
    let voicemail = nora.until(|board| board.voicemail.clone().filter(|box_| box_.new.is_some())).await;
    assert_eq!((voicemail.number.as_str(), voicemail.new), ("*97", Some(0)));
}

#[tokio::test]
async fn another_operator_sees_that_this_one_wants_no_calls() {
    let exchange = exchange().await;
    let mut nora = AtDesk::open(&exchange).await;
    let mut luc = Console::registered(&exchange, "luc").await;
    let id = luc.watch(Package::Presence, "201").await;
    nora.act(Command::SetDoNotDisturb(true)).await;
    // Her desk has to hear the answers to what it says.
    let seen = luc.told(id, |state| match state {
        Watched::Presence(presence) => {
            (presence.availability() == Some(Availability::DoNotDisturb)).then_some(())
        }
        _ => None,
    });
    let works = nora.until(|_| None::<()>);
    tokio::select! { () = seen => {}, () = works => {} }
}
