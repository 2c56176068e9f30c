//! SUBSCRIBE and NOTIFY (RFC 6665): consoles watch numbers.

use std::collections::BTreeMap;
use std::time::Duration;

use rsip::headers::{Event as EventHeader, Expires, MinExpires, Require, SubscriptionState as StateHeader};
use rsip::{Header, Method, Request};

use super::{Output, Switch, TRANSACTION_LIFE, transaction};
use crate::colleagues::colleagues;
use crate::dialog::Dialog;
use crate::documents::{self, About, Member};
use crate::ids::{ConnId, SubscriptionId};
use crate::registrar::Proof;
use crate::shown::{ALLOW_EVENTS, Package, Shown};
use crate::subscription::{Subscription, SubscriptionAct, SubscriptionEvent, SubscriptionState, Told};
use crate::timers::Timer;
use crate::{address, message};

/// The number by which all colleagues can be watched at once (RFC 4662).
const LIST: &str = "colleagues";
/// Shortest and longest subscription and publication that is granted, seconds.
const SHORTEST: u32 = 60;
const LONGEST: u32 = 3_600;

/// How long is granted.
pub(super) enum Granted {
    For(Duration),
    /// `Expires: 0`.
    Nothing,
    /// 423 is to be answered with this header.
    TooBrief(Header),
}

/// What is granted to a SUBSCRIBE or PUBLISH (RFC 6665 §4.2.1.1, RFC 3903 §6).
pub(super) fn grant(request: &Request) -> Granted {
    match message::expires(request).unwrap_or(LONGEST) {
        0 => Granted::Nothing,
        1..SHORTEST => Granted::TooBrief(MinExpires::from(SHORTEST.to_string()).into()),
        seconds => Granted::For(Duration::from_secs(seconds.min(LONGEST).into())),
    }
}

/// The header that tells what was granted.
pub(super) fn granted(time: Duration) -> Header {
    Expires::from(time.as_secs().to_string()).into()
}

/// Which packages there are.
pub(super) fn allow_events() -> Header {
    message::header("Allow-Events", ALLOW_EVENTS)
}

impl Switch {
    /// How many subscriptions an operator's consoles have.
    pub(crate) fn subscriptions(&self, user: &str) -> usize {
        self.subscriptions.values().filter(|subscription| subscription.user == user).count()
    }

    pub(super) fn subscribe_received(&mut self, conn: ConnId, request: &Request, in_dialog: bool) {
        if in_dialog {
            return self.resubscribe_received(conn, request);
        }
        let Some((user, instance)) = self.proven(conn, request) else { return };
        let event = message::value(request, "Event").unwrap_or_default();
        let Some(package) = Package::named(&event) else {
            return self.reply(conn, request, 489, vec![allow_events()]);
        };
        let watched = address::user(&request.uri);
        let list = watched == LIST;
        if !takes(request, package, list) {
            return self.reply(conn, request, 406, Vec::new());
        }
        // Who cannot read lists must not get one (RFC 4662 §4.2).
        if list && !supports_lists(request) {
            return self.reply(conn, request, 421, vec![Require::from("eventlist").into()]);
        }
        let members = self.members(package, &watched);
        if members.is_empty() {
            return self.reply(conn, request, 404, Vec::new());
        }
        let time = match grant(request) {
            Granted::For(time) => time,
            Granted::Nothing => Duration::ZERO,
            Granted::TooBrief(least) => return self.reply(conn, request, 423, vec![least]),
        };
        let tag = self.tokens.next();
        let Some(dialog) = Dialog::called(request, tag, &self.settings.domain) else {
            return self.reply(conn, request, 400, Vec::new());
        };
        let id = SubscriptionId(self.tokens.number());
        let subscription = Subscription {
            conn,
            user,
            instance,
            dialog,
            package,
            event,
            watched,
            members,
            list,
            told: BTreeMap::new(),
            full: true,
            version: 0,
            heard_sequence: message::cseq(request).map(|(sequence, _)| sequence).unwrap_or_default(),
            state: SubscriptionState::Active,
            until: self.now + time,
        };
        self.subscriptions.insert(id, subscription);
        self.subscribed(id, request, time);
    }

    /// A SUBSCRIBE within a subscription: goes on, or ends it (RFC 6665 §4.2.1.4).
    fn resubscribe_received(&mut self, conn: ConnId, request: &Request) {
        let Some(id) = self.subscription_of(request) else {
            return self.reply(conn, request, 481, Vec::new());
        };
        let sequence = message::cseq(request).map(|(sequence, _)| sequence).unwrap_or_default();
        let Some(subscription) = self.subscriptions.get_mut(&id) else { return };
        subscription.conn = conn;
        if sequence <= subscription.heard_sequence {
            return self.reply_to_subscriber(id, request, 500, Vec::new());
        }
        subscription.heard_sequence = sequence;
        subscription.dialog.retarget(request);
        let time = match grant(request) {
            Granted::For(time) => time,
            Granted::Nothing => Duration::ZERO,
            Granted::TooBrief(least) => return self.reply_to_subscriber(id, request, 423, vec![least]),
        };
        subscription.until = self.now + time;
        // Everything is told again, not only what has changed (RFC 4662 §5.2).
        subscription.full = true;
        self.subscribed(id, request, time);
    }

    fn subscribed(&mut self, id: SubscriptionId, request: &Request, time: Duration) {
        let Some(subscription) = self.subscriptions.get(&id) else { return };
        let mut extra = vec![subscription.dialog.contact(), granted(time), allow_events()];
        if subscription.list {
            extra.push(Require::from("eventlist").into());
        }
        self.reply_to_subscriber(id, request, 200, extra);
        let event = if time.is_zero() { SubscriptionEvent::Left } else { SubscriptionEvent::Refreshed };
        self.step_subscription(id, event);
    }

    fn reply_to_subscriber(
        &mut self,
        id: SubscriptionId,
        request: &Request,
        status: u16,
        extra: Vec<Header>,
    ) {
        let Some(subscription) = self.subscriptions.get(&id) else { return };
        let text = message::answer(request, status, &subscription.dialog.local_tag, extra, "").to_string();
        self.outputs.push_back(Output::SendFrame { conn: subscription.conn, text });
    }

    fn subscription_of(&self, request: &Request) -> Option<SubscriptionId> {
        let call_id = message::call_id(request);
        let local = message::to(request).map(|(_, to)| message::tag(&to))?;
        let remote = message::from(request).map(|(_, from)| message::tag(&from))?;
        self.subscriptions.iter().find_map(|(id, subscription)| {
            let dialog = &subscription.dialog;
            let same = dialog.call_id == call_id && dialog.local_tag == local && dialog.remote_tag == remote;
            same.then_some(*id)
        })
    }

    /// The operator and instance who sent this, proven where that is asked; otherwise the request is answered here.
    pub(super) fn proven(&mut self, conn: ConnId, request: &Request) -> Option<(String, String)> {
        let Some((user, instance)) = self.registrar.behind(conn) else {
            self.reply(conn, request, 403, Vec::new());
            return None;
        };
        if self.settings.challenge_calls {
            match self.registrar.prove(self.now, &mut self.tokens, request) {
                Proof::Operator(prover) if prover == user => {}
                Proof::Operator(_) | Proof::Wrong => {
                    self.reply(conn, request, 403, Vec::new());
                    return None;
                }
                Proof::Challenge(challenges) => {
                    self.challenge_call(conn, request, challenges);
                    return None;
                }
            }
        }
        Some((user, instance))
    }

    /// The numbers behind a name; none if nobody has it.
    fn members(&self, package: Package, watched: &str) -> Vec<String> {
        if watched == LIST {
            let people = colleagues().iter().map(|colleague| colleague.extension.to_owned());
            return people.filter(|number| self.shown(package, number).is_some()).collect();
        }
        self.shown(package, watched).map(|_| watched.to_owned()).into_iter().collect()
    }

    /// Tells everybody who watches something that has changed. Called after each input.
    pub(super) fn tell_watchers(&mut self) {
        let mut now: BTreeMap<(Package, String), Option<Shown>> = BTreeMap::new();
        let mut changed = Vec::new();
        for (id, subscription) in &self.subscriptions {
            // What nobody uses never changes, and there may be thousands of it.
            let mut used = subscription.members.iter().filter(|number| !self.settings.has_telephone(number));
            let differs = used.any(|number| {
                let key = (subscription.package, number.clone());
                let shown = now.entry(key).or_insert_with(|| self.shown(subscription.package, number));
                shown.as_ref() != subscription.told.get(number).map(|told| &told.shown)
            });
            if differs {
                changed.push(*id);
            }
        }
        for id in changed {
            self.step_subscription(id, SubscriptionEvent::Changed);
        }
    }

    /// Subscriptions that were not refreshed run out.
    pub(super) fn expire_subscriptions(&mut self) {
        let over: Vec<SubscriptionId> = self
            .subscriptions
            .iter()
            .filter(|(_, subscription)| subscription.until <= self.now)
            .map(|(id, _)| *id)
            .collect();
        for id in over {
            self.step_subscription(id, SubscriptionEvent::RanOut);
        }
    }

    /// A NOTIFY was answered, or not.
    pub(super) fn notify_answered(&mut self, key: &str, status: u16) {
        let Some(id) = self.notices.remove(key) else { return };
        if status >= 300 {
            self.step_subscription(id, SubscriptionEvent::Refused);
        }
    }

    /// Moves a subscription along its table. Nobody else writes its state.
    fn step_subscription(&mut self, id: SubscriptionId, event: SubscriptionEvent) {
        let Some(subscription) = self.subscriptions.get_mut(&id) else { return };
        let (state, act) = subscription.state.step(event);
        subscription.state = state;
        match act {
            SubscriptionAct::Nothing => {}
            SubscriptionAct::Notify => self.notify(id, false),
            SubscriptionAct::NotifyLast => self.notify(id, true),
        }
        if state == SubscriptionState::Gone {
            self.subscriptions.remove(&id);
        }
    }

    fn notify(&mut self, id: SubscriptionId, last: bool) {
        let Some(subscription) = self.subscriptions.get(&id) else { return };
        let left = subscription.until.saturating_duration_since(self.now).as_secs();
        let full = subscription.full || last;
        let (package, members) = (subscription.package, subscription.members.clone());
        let shown: Vec<(String, Shown)> = members
            .into_iter()
            .filter_map(|number| self.shown(package, &number).map(|shown| (number, shown)))
            .collect();
        let names: BTreeMap<String, String> =
            shown.iter().map(|(number, _)| (number.clone(), self.party_at(number).name)).collect();
        let (domain, now, branch) = (self.settings.domain.clone(), self.now, self.tokens.branch());
        let Some(subscription) = self.subscriptions.get_mut(&id) else { return };
        subscription.full = false;
        let mut told = Vec::new();
        for (number, shown) in shown {
            let version = match subscription.told.get(&number) {
                // A list is told of what has changed; a single number always as a whole.
                Some(told) if subscription.list && !full && told.shown == shown => continue,
                Some(told) => told.version,
                None => 0,
            };
            let about = About { number: &number, domain: &domain, version, now };
            let document = documents::document(about, &shown);
            subscription.told.insert(number.clone(), Told { shown, version: version + 1 });
            let name = names.get(&number).cloned().unwrap_or_default();
            told.push(Member { number, name, document });
        }
        let mut headers = vec![
            EventHeader::from(subscription.event.as_str()).into(),
            StateHeader::from(if last {
                "terminated;reason=timeout".to_owned()
            } else {
                format!("active;expires={left}")
            })
            .into(),
        ];
        let (kind, body) = if subscription.list {
            headers.push(Require::from("eventlist").into());
            let about =
                About { number: &subscription.watched, domain: &domain, version: subscription.version, now };
            subscription.version += 1;
            documents::resource_list(about, package.kind(), &told, full, last)
        } else {
            let body = told.into_iter().map(|member| member.document).collect();
            (package.kind().to_owned(), body)
        };
        let request = subscription.dialog.request(Method::Notify, &branch, headers, (&kind, &body));
        let (conn, key) = (subscription.conn, transaction(&request, Method::Notify));
        self.outputs.push_back(Output::SendFrame { conn, text: request.to_string() });
        self.notices.insert(key.clone(), id);
        self.after(TRANSACTION_LIFE, Timer::Unanswered(key));
    }
}

/// True if the console reads what it would get (RFC 6665 §4.2.1.1; without Accept it takes the package's own type).
fn takes(request: &Request, package: Package, list: bool) -> bool {
    let kind = if list { "multipart/related" } else { package.kind() };
    message::value(request, "Accept").is_none_or(|accepted| {
        accepted.split(',').any(|entry| {
            let entry = entry.split(';').next().unwrap_or_default().trim();
            entry == "*/*" || entry.eq_ignore_ascii_case(kind)
        })
    })
}

fn supports_lists(request: &Request) -> bool {
    message::value(request, "Supported")
        .is_some_and(|tags| tags.split(',').any(|tag| tag.trim().eq_ignore_ascii_case("eventlist")))
}
