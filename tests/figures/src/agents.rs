//! Whole user agents at work in memory: two that call each other, and one that registers and leaves.

use std::time::Duration;

use cordboard_sip::{Agent, Event, Instant, Output, Registration, Secret, SessionId, Settings};

const OFFER: &str = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111 8 101\r\n\
    c=IN IP4 0.0.0.0\r\na=rtpmap:111 opus/48000/2\r\na=rtpmap:8 PCMA/8000\r\na=rtpmap:101 telephone-event/8000\r\n\
    a=mid:0\r\na=rtcp-mux\r\na=sendrecv\r\n";

/// How much later each call or registration is than the last: what lingers of the ones before is there as in a busy
/// hour, and goes in its time.
const PACE: Duration = Duration::from_secs(1);

fn agent(user: &str, now: Instant) -> Agent {
    let settings = Settings {
        aor: format!("{user}@pbx.example"),
        display_name: "Front Desk".to_owned(),
        auth_user: user.to_owned(),
        password: Secret::new("secret"),
        instance: "urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6".to_owned(),
        expires: 600,
        user_agent: "Cordboard".to_owned(),
        servers: 1,
        line_header: String::new(),
    };
    let mut agent = Agent::new(settings, user.len() as u64, now);
    agent.handle_connected(now);
    agent
}

/// What an agent wants now: frames to be sent, and events.
fn drained(agent: &mut Agent) -> (Vec<Vec<u8>>, Vec<Event>) {
    let (mut frames, mut events) = (Vec::new(), Vec::new());
    while let Some(output) = agent.poll_output() {
        match output {
            Output::SendFrame(frame) => frames.push(frame),
            Output::Event(event) => events.push(event),
            Output::DropConnection => {}
        }
    }
    (frames, events)
}

fn at_start() -> Instant {
    Instant::from_millis(1_700_000_000_000)
}

fn do_what_is_due(agent: &mut Agent, now: Instant) {
    if agent.poll_timeout().is_some_and(|due| due <= now) {
        agent.handle_timeout(now);
    }
}

/// Two agents with a wire between them.
#[derive(Debug)]
pub struct Pair {
    caller: Agent,
    called: Agent,
    now: Instant,
}

impl Default for Pair {
    fn default() -> Self {
        Self::new()
    }
}

impl Pair {
    /// Two agents that have just been connected.
    pub fn new() -> Self {
        let now = at_start();
        Self { caller: agent("front", now), called: agent("lawyer", now), now }
    }

    /// One call: INVITE, 100, 180, 200, ACK, BYE, 200. False unless both sides saw it through.
    pub fn call(&mut self) -> bool {
        self.now = self.now + PACE;
        do_what_is_due(&mut self.caller, self.now);
        do_what_is_due(&mut self.called, self.now);
        let Ok(call) = self.caller.invite(self.now, "lawyer", OFFER) else { return false };
        let mut ends = 0;
        loop {
            let (out, told) = drained(&mut self.caller);
            let (back, heard) = drained(&mut self.called);
            if out.is_empty() && back.is_empty() && told.is_empty() && heard.is_empty() {
                return ends == 2;
            }
            out.iter().for_each(|frame| self.called.handle_frame(self.now, frame));
            back.iter().for_each(|frame| self.caller.handle_frame(self.now, frame));
            for event in told.iter().chain(&heard) {
                ends += u32::from(matches!(event, Event::Ended { .. }));
            }
            if told.iter().any(|event| matches!(event, Event::Answered { .. }))
                && self.caller.hang_up(self.now, call).is_err()
            {
                return false;
            }
            if let Some(session) = heard.iter().find_map(rings)
                && !self.takes(session)
            {
                return false;
            }
        }
    }

    fn takes(&mut self, session: SessionId) -> bool {
        self.called.ring(self.now, session).is_ok() && self.called.accept(self.now, session, OFFER).is_ok()
    }
}

fn rings(event: &Event) -> Option<SessionId> {
    if let Event::Incoming { session, .. } = event { Some(*session) } else { None }
}

/// An agent, and a registrar that grants everything.
#[derive(Debug)]
pub struct Registrant {
    agent: Agent,
    now: Instant,
    registered: bool,
}

impl Default for Registrant {
    fn default() -> Self {
        Self::new()
    }
}

impl Registrant {
    /// An agent that is not registered.
    pub fn new() -> Self {
        let now = at_start();
        Self { agent: agent("front", now), now, registered: false }
    }

    fn is_granted(&self, event: &Event) -> bool {
        let Event::Registration(registration) = event else { return false };
        match registration {
            Registration::Registered { .. } => self.registered,
            Registration::Off => !self.registered,
            Registration::Registering | Registration::Failed { .. } => false,
        }
    }

    /// One REGISTER and its answer, which takes the place or gives it back, in turn. False unless it was granted.
    pub fn register_or_leave(&mut self) -> bool {
        self.now = self.now + PACE;
        do_what_is_due(&mut self.agent, self.now);
        if self.registered {
            self.agent.unregister(self.now);
        } else {
            self.agent.register(self.now);
        }
        self.registered = !self.registered;
        let mut granted = false;
        loop {
            let (frames, events) = drained(&mut self.agent);
            if frames.is_empty() && events.is_empty() {
                return granted;
            }
            for answer in frames.iter().map(|frame| registrar(frame)) {
                self.agent.handle_frame(self.now, &answer);
            }
            granted |= events.iter().any(|event| self.is_granted(event));
        }
    }
}

/// The answer to a REGISTER, or to a ping: made from its text, since the registrar is not what is measured.
fn registrar(frame: &[u8]) -> Vec<u8> {
    let Ok(request) = std::str::from_utf8(frame) else { return Vec::new() };
    if request.trim().is_empty() {
        return b"\r\n".to_vec();
    }
    let kept = ["Via:", "From:", "To:", "Call-ID:", "CSeq:", "Contact:"];
    let mut answer = "SIP/2.0 200 OK\r\n".to_owned();
    for line in request.split("\r\n").filter(|line| kept.iter().any(|name| line.starts_with(name))) {
        answer.push_str(line);
        answer.push_str(if line.starts_with("To:") { ";tag=registrar\r\n" } else { "\r\n" });
    }
    answer.push_str("Content-Length: 0\r\n\r\n");
    answer.into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_call_is_seen_through() {
        let mut pair = Pair::new();
        assert!((0..100).all(|_| pair.call()));
    }

    #[test]
    fn every_registration_is_granted_and_given_back() {
        let mut registrant = Registrant::new();
        assert!((0..100).all(|_| registrant.register_or_leave()));
    }
}
