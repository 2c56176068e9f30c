//! Transactions: a request and its responses, matched and timed (RFC 3261 §17, RFC 6026).
//!
//! The four machines are in the files below, each with its figure; here are the letters they share, the store of
//! what is running, and the matching of what arrives. The transport is reliable, so of the timers only those remain
//! that are not zero or off: B, F, H, L, M, and J, which we keep on purpose (see [`server`]).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::agent::Purpose;
use crate::message::header::HeaderError;
use crate::message::{Method, Name, Request, Response, StatusCode};
use crate::wire::Wire;
use crate::{Instant, timer};

mod client;
mod invite_client;
mod invite_server;
mod kept;
mod matching;
mod server;

use client::Client;
use invite_client::InviteClient;
use invite_server::InviteServer;
use matching::{BranchKey, RequestKey, SequenceKey};
use server::Server;

/// One transaction, numbered by the agent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct TransactionId(u32);

/// The timers of RFC 3261 §17 and RFC 6026 that a reliable transport needs. Each runs for 64*T1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) enum Timer {
    /// An INVITE of ours is not answered.
    B,
    /// Another request of ours is not answered finally.
    F,
    /// A refusal of ours is not acknowledged.
    H,
    /// How long copies of a request are still answered.
    J,
    /// How long copies of an accepted INVITE are swallowed.
    L,
    /// How long further 2xx to an INVITE of ours are taken.
    M,
}

/// A response as far as the tables care.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// 1xx
    Provisional,
    /// 2xx
    Success,
    /// 3xx to 6xx
    Failure,
}

impl Answer {
    pub(crate) fn of(status: StatusCode) -> Self {
        if status.is_provisional() {
            Self::Provisional
        } else if status.is_success() {
            Self::Success
        } else {
            Self::Failure
        }
    }
}

/// What a table wants done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Did {
    /// Send the request or response at hand.
    Send,
    /// Acknowledge the refusal at hand (§17.1.1.3).
    SendAck,
    /// Send the last response once more.
    ResendResponse,
    /// Tell of the request.
    TellRequest,
    /// Tell of the response.
    TellResponse,
    /// Tell of the ACK of a 2xx.
    TellAck,
    /// Tell that no answer came.
    TellTimeout,
    /// Tell that the connection was lost.
    TellLost,
    /// Start a timer.
    Start(Timer),
    /// Stop a timer.
    Stop(Timer),
}

/// One arrow of a table.
type Step<State> = crate::table::Step<State, Did>;

/// A request of ours that runs.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Outgoing {
    /// What it is for.
    pub(crate) purpose: Purpose,
    /// As it was sent.
    #[serde(with = "kept")]
    pub(crate) request: Request,
    /// How often it was sent anew with credentials.
    pub(crate) tries: u8,
    state: OutgoingState,
    key: BranchKey,
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
enum OutgoingState {
    Invite(InviteClient),
    Other(Client),
}

/// A request of theirs that runs.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Incoming {
    key: RequestKey,
    sequence: Option<SequenceKey>,
    state: IncomingState,
    /// What a response copies from its request.
    #[serde(with = "kept")]
    request: Request,
    /// The last response as sent.
    response: Vec<u8>,
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
enum IncomingState {
    Invite(InviteServer),
    Other(Server),
}

/// All that run.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Transactions {
    last: u32,
    outgoing: BTreeMap<TransactionId, Box<Outgoing>>,
    incoming: BTreeMap<TransactionId, Box<Incoming>>,
    by_branch: BTreeMap<BranchKey, TransactionId>,
    by_request: BTreeMap<RequestKey, TransactionId>,
    by_sequence: BTreeMap<SequenceKey, TransactionId>,
}

/// What a request that arrived is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Arrived {
    /// One to work on.
    New(TransactionId),
    /// The ACK of a 2xx (for the session to match), or one that nothing waits for.
    Ack,
    /// A CANCEL, and the INVITE that it means, if it runs.
    Cancel(TransactionId, Option<TransactionId>),
    /// The same request by another way (§8.2.2.2).
    Merged(TransactionId),
    /// A copy or an ACK that the transaction has dealt with.
    Absorbed,
}

/// What became of a request of ours without a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Silence {
    /// No answer in time.
    TimedOut,
    /// The connection was lost.
    Lost,
}

impl Transactions {
    fn next_id(&mut self) -> TransactionId {
        self.last = self.last.wrapping_add(1);
        TransactionId(self.last)
    }

    /// Sends a request and waits for its responses. The topmost Via must be ours.
    pub(crate) fn begin(
        &mut self,
        wire: &mut Wire,
        now: Instant,
        request: Request,
        purpose: Purpose,
        tries: u8,
    ) -> TransactionId {
        let id = self.next_id();
        let (state, did) = if request.method == Method::Invite {
            let step = InviteClient::start();
            (OutgoingState::Invite(step.state), step.did)
        } else {
            let step = Client::start();
            (OutgoingState::Other(step.state), step.did)
        };
        for did in did {
            if *did == Did::Send {
                wire.send(now, request.to_bytes());
            }
            set_timer(wire, now, id, *did);
        }
        let key = BranchKey::of(&request.headers, &request.method);
        self.by_branch.insert(key.clone(), id);
        self.outgoing.insert(id, Box::new(Outgoing { purpose, request, tries, state, key }));
        id
    }

    /// A request of ours, while it runs.
    pub(crate) fn outgoing(&self, id: TransactionId) -> Option<&Outgoing> {
        self.outgoing.get(&id).map(Box::as_ref)
    }

    /// Matches a response to its request (§17.1.3). `None` for a stray or a copy.
    pub(crate) fn hear(
        &mut self,
        wire: &mut Wire,
        now: Instant,
        response: &Response,
    ) -> Option<(TransactionId, Box<Outgoing>)> {
        let method = response.headers.cseq().ok()?.method;
        let key = BranchKey::of(&response.headers, &method);
        let id = *self.by_branch.get(&key)?;
        let outgoing = self.outgoing.get_mut(&id)?;
        let answer = Answer::of(response.status);
        let (did, over) = match outgoing.state {
            OutgoingState::Invite(state) => {
                let step = state.step(invite_client::Event::Response(answer));
                outgoing.state = OutgoingState::Invite(step.state);
                (step.did, step.state.is_over())
            }
            OutgoingState::Other(state) => {
                let step = state.step(client::Event::Response(answer));
                outgoing.state = OutgoingState::Other(step.state);
                (step.did, step.state.is_over())
            }
        };
        for did in did {
            if *did == Did::SendAck {
                wire.send(now, acknowledgement(&outgoing.request, response).to_bytes());
            }
            set_timer(wire, now, id, *did);
        }
        let told = did.contains(&Did::TellResponse).then(|| (id, outgoing.clone()));
        if over {
            self.abandon(id);
        }
        told
    }

    /// The connection is gone: what waits for a response will not get it.
    pub(crate) fn lose_connection(
        &mut self,
        wire: &mut Wire,
        now: Instant,
    ) -> Vec<(TransactionId, Box<Outgoing>)> {
        let ids: Vec<_> = self.outgoing.keys().copied().collect();
        let lost = ids.into_iter().filter_map(|id| {
            let outgoing = self.outgoing.get_mut(&id)?;
            let (did, over) = match outgoing.state {
                OutgoingState::Invite(state) => {
                    let step = state.step(invite_client::Event::TransportLost);
                    outgoing.state = OutgoingState::Invite(step.state);
                    (step.did, step.state.is_over())
                }
                OutgoingState::Other(state) => {
                    let step = state.step(client::Event::TransportLost);
                    outgoing.state = OutgoingState::Other(step.state);
                    (step.did, step.state.is_over())
                }
            };
            for did in did {
                set_timer(wire, now, id, *did);
            }
            let told = did.contains(&Did::TellLost).then(|| (id, outgoing.clone()));
            if over {
                self.abandon(id);
            }
            told
        });
        lost.collect()
    }

    /// Forgets a request of ours that will not be answered any more.
    pub(crate) fn abandon(&mut self, id: TransactionId) -> Option<Box<Outgoing>> {
        let outgoing = self.outgoing.remove(&id)?;
        self.by_branch.remove(&outgoing.key);
        Some(outgoing)
    }

    /// Forgets a request of theirs.
    fn finish(&mut self, id: TransactionId) {
        let Some(incoming) = self.incoming.remove(&id) else { return };
        self.by_request.remove(&incoming.key);
        if let Some(sequence) = incoming.sequence {
            self.by_sequence.remove(&sequence);
        }
    }

    /// A timer of this transaction is due. Tells the request that was never answered, if it is that.
    pub(crate) fn expire(&mut self, id: TransactionId, timer: Timer) -> Option<Box<Outgoing>> {
        if let Some(outgoing) = self.outgoing.get_mut(&id) {
            let (did, over) = match outgoing.state {
                OutgoingState::Invite(state) => {
                    let step = match timer {
                        Timer::B => state.step(invite_client::Event::TimerB),
                        Timer::M => state.step(invite_client::Event::TimerM),
                        Timer::F | Timer::H | Timer::J | Timer::L => return None,
                    };
                    outgoing.state = OutgoingState::Invite(step.state);
                    (step.did, step.state.is_over())
                }
                OutgoingState::Other(state) => {
                    let step = match timer {
                        Timer::F => state.step(client::Event::TimerF),
                        Timer::B | Timer::M | Timer::H | Timer::J | Timer::L => return None,
                    };
                    outgoing.state = OutgoingState::Other(step.state);
                    (step.did, step.state.is_over())
                }
            };
            let outgoing = if over { self.abandon(id) } else { None };
            return outgoing.filter(|_| did.contains(&Did::TellTimeout));
        }
        self.expire_incoming(id, timer);
        None
    }

    fn expire_incoming(&mut self, id: TransactionId, timer: Timer) {
        let Some(incoming) = self.incoming.get_mut(&id) else { return };
        let over = match incoming.state {
            IncomingState::Invite(state) => {
                let step = match timer {
                    Timer::H => state.step(invite_server::Event::TimerH),
                    Timer::L => state.step(invite_server::Event::TimerL),
                    Timer::B | Timer::F | Timer::J | Timer::M => return,
                };
                incoming.state = IncomingState::Invite(step.state);
                step.state.is_over()
            }
            IncomingState::Other(state) => {
                let step = match timer {
                    Timer::J => state.step(server::Event::TimerJ),
                    Timer::B | Timer::F | Timer::H | Timer::L | Timer::M => return,
                };
                incoming.state = IncomingState::Other(step.state);
                step.state.is_over()
            }
        };
        if over {
            self.finish(id);
        }
    }

    /// Matches a request that arrived to what runs (§17.2.3), or begins a transaction for it.
    ///
    /// # Errors
    /// A header that matching needs is missing or broken.
    pub(crate) fn arrive(
        &mut self,
        wire: &mut Wire,
        now: Instant,
        request: &Request,
    ) -> Result<Arrived, HeaderError> {
        let key = RequestKey::of(request)?;
        let known = self.by_request.get(&key).copied();
        if request.method == Method::Ack {
            return Ok(known.map_or(Arrived::Ack, |invite| self.acknowledge(wire, invite)));
        }
        if let Some(incoming) = known.and_then(|id| self.incoming.get(&id)) {
            let did = match incoming.state {
                IncomingState::Invite(state) => state.step(invite_server::Event::Retransmission).did,
                IncomingState::Other(state) => state.step(server::Event::Retransmission).did,
            };
            if did.contains(&Did::ResendResponse) && !incoming.response.is_empty() {
                wire.send(now, incoming.response.clone());
            }
            return Ok(Arrived::Absorbed);
        }
        let sequence = SequenceKey::of(request)?;
        let state = if request.method == Method::Invite {
            IncomingState::Invite(InviteServer::start().state)
        } else {
            IncomingState::Other(Server::start().state)
        };
        let id = self.next_id();
        // §8.2.2.2: same From tag, Call-ID and CSeq, no To tag, another branch: it forked and met itself again.
        let merged = sequence.as_ref().is_some_and(|sequence| self.by_sequence.contains_key(sequence));
        let sequence = sequence.filter(|_| !merged);
        if let Some(sequence) = &sequence {
            self.by_sequence.insert(sequence.clone(), id);
        }
        self.by_request.insert(key.clone(), id);
        let incoming = Incoming { key, sequence, state, request: request.clone(), response: Vec::new() };
        self.incoming.insert(id, Box::new(incoming));
        if request.method == Method::Cancel {
            let meant = self.by_request.get(&RequestKey::of_cancelled(request)?).copied();
            return Ok(Arrived::Cancel(id, meant));
        }
        Ok(if merged { Arrived::Merged(id) } else { Arrived::New(id) })
    }

    /// An ACK either ends a refusal of ours or belongs to a session.
    fn acknowledge(&mut self, wire: &mut Wire, id: TransactionId) -> Arrived {
        let Some(incoming) = self.incoming.get_mut(&id) else { return Arrived::Ack };
        let IncomingState::Invite(state) = incoming.state else { return Arrived::Ack };
        let step = state.step(invite_server::Event::Ack);
        incoming.state = IncomingState::Invite(step.state);
        for did in step.did {
            if let Did::Stop(timer) = did {
                wire.timers.stop(timer::Timer::Transaction(id, *timer));
            }
        }
        if step.state.is_over() {
            self.finish(id);
        }
        if step.did.contains(&Did::TellAck) { Arrived::Ack } else { Arrived::Absorbed }
    }

    /// The request that this transaction is about, while it runs.
    pub(crate) fn request(&self, id: TransactionId) -> Option<&Request> {
        self.incoming.get(&id).map(|incoming| &incoming.request)
    }

    /// Sends a response, or the same 2xx once more.
    pub(crate) fn respond(&mut self, wire: &mut Wire, now: Instant, id: TransactionId, response: &Response) {
        let Some(incoming) = self.incoming.get_mut(&id) else { return };
        let answer = Answer::of(response.status);
        let did = match incoming.state {
            IncomingState::Invite(state) => {
                let step = state.step(invite_server::Event::Respond(answer));
                incoming.state = IncomingState::Invite(step.state);
                step.did
            }
            IncomingState::Other(state) => {
                let step = state.step(server::Event::Respond(answer));
                incoming.state = IncomingState::Other(step.state);
                step.did
            }
        };
        for did in did {
            if *did == Did::Send {
                incoming.response = response.to_bytes();
                wire.send(now, incoming.response.clone());
            }
            set_timer(wire, now, id, *did);
        }
    }

    /// Sends the last response of this transaction once more: a 2xx that is not acknowledged (§13.3.1.4).
    pub(crate) fn respond_again(&mut self, wire: &mut Wire, now: Instant, id: TransactionId) {
        if let Some(incoming) = self.incoming.get(&id).filter(|incoming| !incoming.response.is_empty()) {
            wire.send(now, incoming.response.clone());
        }
    }
}

fn set_timer(wire: &mut Wire, now: Instant, id: TransactionId, did: Did) {
    match did {
        Did::Start(letter) => wire.timers.set(timer::Timer::Transaction(id, letter), now + timer::T1_64),
        Did::Stop(letter) => wire.timers.stop(timer::Timer::Transaction(id, letter)),
        Did::Send
        | Did::SendAck
        | Did::ResendResponse
        | Did::TellRequest
        | Did::TellResponse
        | Did::TellAck
        | Did::TellTimeout
        | Did::TellLost => {}
    }
}

/// The ACK of a refusal: same branch, same route, the To of the response (§17.1.1.3).
fn acknowledgement(invite: &Request, refusal: &Response) -> Request {
    let mut ack = Request::new(Method::Ack, invite.uri.clone());
    if let Some(via) = invite.headers.get(Name::Via) {
        ack.headers.push(Name::Via, via);
    }
    for route in invite.headers.all(Name::Route) {
        ack.headers.push(Name::Route, route);
    }
    ack.headers.push(Name::MaxForwards, 70);
    for name in [Name::From, Name::CallId] {
        if let Some(value) = invite.headers.get(name) {
            ack.headers.push(name, value);
        }
    }
    if let Some(to) = refusal.headers.get(Name::To) {
        ack.headers.push(Name::To, to);
    }
    if let Ok(cseq) = invite.headers.cseq() {
        ack.headers.push(Name::CSeq, format_args!("{} ACK", cseq.number));
    }
    ack
}
