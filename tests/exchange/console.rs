//! An agent on a real socket and a real clock, and all that it is told.

use std::time::{Duration, Instant as Clock};

use cordboard_practice::{Exchange, Operator, Settings as ExchangeSettings};
use cordboard_sip::package::{Package, Watched};
use cordboard_sip::{
    Agent, Event, Instant, Output, Registration, Secret, Settings, SubscriptionId, SubscriptionState, Urgency,
};
use futures_util::{SinkExt, StreamExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

/// How long anything may take on a busy machine.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// An exchange with two operators, Nora at 201 and Luc at 202.
pub(crate) async fn exchange() -> Exchange {
    let operators = vec![
        Operator::new("nora", "secret", "Nora Fielding", "201"),
        Operator::new("luc", "secret", "Luc Moreau", "202"),
    ];
    Exchange::start(ExchangeSettings { operators, ..ExchangeSettings::default() }).await.unwrap()
}

/// A socket to the exchange.
pub(crate) type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

pub(crate) struct Console {
    pub(crate) agent: Agent,
    socket: Socket,
    began: Clock,
    /// What was told and not yet asked for.
    events: Vec<Event>,
}

impl Console {
    /// A registered console.
    pub(crate) async fn registered(exchange: &Exchange, user: &str) -> Self {
        let settings = Settings {
            aor: format!("{user}@{}", ExchangeSettings::default().domain),
            display_name: String::new(),
            auth_user: user.to_owned(),
            password: Secret::new("secret"),
            instance: format!("urn:uuid:00000000-0000-4000-8000-00000000000{}", user.len()),
            expires: 600,
            user_agent: "Cordboard/test".to_owned(),
            servers: 1,
            line_header: String::new(),
        };
        let agent = Agent::new(settings, 7, Instant::from_millis(0));
        let mut console =
            Self { agent, socket: connect(exchange).await, began: Clock::now(), events: Vec::new() };
        let now = console.now();
        console.agent.handle_connected(now);
        console.agent.register(now);
        console.registration_stands().await;
        console
    }

    async fn registration_stands(&mut self) {
        self.wait(|event| {
            matches!(event, Event::Registration(Registration::Registered { .. })).then_some(())
        })
        .await;
    }

    /// Loses the connection without a word and comes back on another.
    pub(crate) async fn reconnect(&mut self, exchange: &Exchange) {
        self.agent.handle_disconnected(self.now());
        self.socket = connect(exchange).await;
        self.agent.handle_connected(self.now());
        self.registration_stands().await;
    }

    pub(crate) fn now(&self) -> Instant {
        Instant::from_millis(1_700_000_000_000) + self.began.elapsed()
    }

    /// Watches somebody, whom the exchange lets be watched.
    pub(crate) async fn watch(&mut self, package: Package, target: &str) -> SubscriptionId {
        let now = self.now();
        let id = self.agent.subscribe(now, package, target, Urgency::Visible).unwrap();
        self.standing(id, &SubscriptionState::Active).await;
        id
    }

    /// Waits until a subscription stands like this.
    pub(crate) async fn standing(&mut self, id: SubscriptionId, wanted: &SubscriptionState) {
        self.wait(|event| match event {
            Event::Subscription { subscription, state } => {
                (*subscription == id && state == wanted).then_some(())
            }
            _ => None,
        })
        .await;
    }

    /// Waits until what is told of somebody is what the story waits for.
    pub(crate) async fn told<T>(&mut self, id: SubscriptionId, wanted: impl Fn(&Watched) -> Option<T>) -> T {
        self.wait(|event| match event {
            Event::Watched { subscription: Some(told), state } if *told == id => wanted(state),
            _ => None,
        })
        .await
    }

    /// Waits for an event, and forgets it and those before it.
    pub(crate) async fn wait<T>(&mut self, wanted: impl Fn(&Event) -> Option<T>) -> T {
        let deadline = Clock::now() + PATIENCE;
        loop {
            self.flush().await;
            let found =
                self.events.iter().enumerate().find_map(|(place, event)| Some((place, wanted(event)?)));
            if let Some((place, found)) = found {
                self.events.drain(..=place);
                return found;
            }
            assert!(Clock::now() < deadline, "it did not come; told: {:#?}", self.events);
            self.step().await;
        }
    }

    /// Sends what is to be sent and keeps what is told.
    pub(crate) async fn flush(&mut self) {
        while let Some(output) = self.agent.poll_output() {
            match output {
                Output::SendFrame(frame) => self.socket.send(Message::binary(frame)).await.unwrap(),
                Output::DropConnection => panic!("the connection is dead"),
                Output::Event(event) => {
                    assert!(!matches!(event, Event::Malformed { .. }), "{event:?}");
                    self.events.push(event);
                }
            }
        }
    }

    /// Takes the next frame, or does what falls due before it comes.
    async fn step(&mut self) {
        let due = self.agent.poll_timeout().map_or(PATIENCE, |due| due.since(self.now())).min(PATIENCE);
        match timeout(due, self.socket.next()).await {
            Ok(Some(Ok(Message::Text(text)))) => self.agent.handle_frame(self.now(), text.as_bytes()),
            Ok(Some(Ok(Message::Binary(frame)))) => self.agent.handle_frame(self.now(), &frame),
            Ok(Some(Ok(_))) => {}
            Ok(other) => panic!("the exchange has gone: {other:?}"),
            Err(_) => self.agent.handle_timeout(self.now()),
        }
    }
}

pub(crate) async fn connect(exchange: &Exchange) -> Socket {
    let mut request = exchange.url().into_client_request().unwrap();
    request.headers_mut().insert("sec-websocket-protocol", "sip".parse().unwrap());
    let (socket, _) = timeout(PATIENCE, connect_async(request)).await.unwrap().unwrap();
    socket
}
