//! A console's user agent at the practice exchange, and all that it is told.

use std::time::Duration;

use cordboard_practice::{Exchange, Operator, Settings as ExchangeSettings};
use cordboard_sip::package::{Package, Watched};
use cordboard_sip::{
    Agent, Event, Instant, Registration, Secret, Settings, SubscriptionId, SubscriptionState, Urgency,
};
use cordboard_tests::phone::{Handset, Phone, Told};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::time::timeout;

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

pub(crate) struct Console {
    handset: Handset,
    told: UnboundedReceiver<Told>,
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
        let mut phone = Phone::new(&exchange.url(), settings);
        let (tell, told) = unbounded_channel();
        let mut console = Self { handset: phone.handset(), told, events: Vec::new() };
        console.act(Agent::register);
        // It ends with the story.
        tokio::spawn(async move { while tell.send(phone.turn().await).is_ok() {} });
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
    pub(crate) async fn reconnect(&mut self) {
        self.handset.cut();
        self.registration_stands().await;
    }

    /// Does something with the agent.
    pub(crate) fn act<T>(&self, act: impl FnOnce(&mut Agent, Instant) -> T) -> T {
        self.handset.act(act)
    }

    /// How many messages went over its wire that begin so.
    pub(crate) fn carried(&self, beginning: &str) -> usize {
        let trace = self.handset.look(|agent| agent.trace().to_text());
        trace.lines().filter(|line| line.starts_with(beginning)).count()
    }

    /// Watches somebody, whom the exchange lets be watched.
    pub(crate) async fn watch(&mut self, package: Package, target: &str) -> SubscriptionId {
        let id = self.act(|agent, now| agent.subscribe(now, package, target, Urgency::Visible)).unwrap();
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
        loop {
            let found =
                self.events.iter().enumerate().find_map(|(place, event)| Some((place, wanted(event)?)));
            if let Some((place, found)) = found {
                self.events.drain(..=place);
                return found;
            }
            match timeout(PATIENCE, self.told.recv()).await {
                Ok(Some(Told::Event(event))) => {
                    assert!(!matches!(event, Event::Malformed { .. }), "{event:?}");
                    self.events.push(event);
                }
                Ok(Some(Told::Connected | Told::Disconnected(_))) => {}
                Ok(None) | Err(_) => panic!("it did not come; told: {:#?}", self.events),
            }
        }
    }
}
