//! Answers of consoles to what we asked.

use rsip::{Method, Response};

use super::{Asked, Output, Purpose, Switch, transaction};
use crate::dialog;
use crate::ids::LegId;
use crate::leg::{LateAnswer, LegEvent, LegState};
use crate::message;

impl Switch {
    pub(super) fn response_received(&mut self, response: &Response) {
        let Some((_, method)) = message::cseq(response) else { return };
        let key = transaction(response, method);
        let status = response.status_code.code();
        if status < 200 {
            if let Some(asked) = self.asked.get_mut(&key) {
                asked.provisional = true;
                let (leg, purpose) = (asked.leg, asked.purpose);
                if purpose == Purpose::Invite {
                    if let Some(leg) = self.legs.get_mut(&leg) {
                        leg.dialog.early(response);
                    }
                    self.step(leg, LegEvent::Progress);
                    self.hunt_progress(leg, status);
                }
            }
            return;
        }
        let Some(asked) = self.asked.remove(&key) else { return self.notify_answered(&key, status) };
        if method == Method::Invite && status >= 300 {
            // Hop by hop, whatever the leg thinks of it (RFC 3261 §17.1.1.3).
            if let Some(leg) = self.legs.get(&asked.leg) {
                let text = dialog::ack_refusal(&asked.request, response).to_string();
                self.outputs.push_back(Output::SendFrame { conn: leg.conn, text });
            }
        }
        self.answered(asked, status, Some(response));
    }

    /// Nothing came back: as good as 408 (RFC 3261 §8.1.3.1).
    pub(super) fn unanswered(&mut self, key: &str) {
        // An INVITE that rings may ring for as long as its hunt lasts.
        if self
            .asked
            .get(key)
            .is_some_and(|asked| asked.provisional && asked.request.method == Method::Invite)
        {
            return;
        }
        match self.asked.remove(key) {
            Some(asked) => self.answered(asked, 408, None),
            None => self.notify_answered(key, 408),
        }
    }

    fn answered(&mut self, asked: Asked, status: u16, response: Option<&Response>) {
        let Asked { leg, request, purpose, .. } = asked;
        let sequence = message::cseq(&request).map(|(sequence, _)| sequence).unwrap_or_default();
        let sdp = response.and_then(|response| message::body(&response.body));
        let accepted = response.filter(|_| status < 300);
        match purpose {
            Purpose::Notice => {}
            Purpose::Invite => match accepted {
                Some(response) => {
                    if let Some(leg) = self.legs.get_mut(&leg) {
                        leg.dialog.answered(response);
                    }
                    self.step(leg, LegEvent::Accepted);
                    if self.legs.get(&leg).is_some_and(|leg| leg.state == LegState::Up) {
                        self.hunt_won(leg, sdp, sequence);
                    }
                }
                None => match redirected(response).filter(|_| (300..400).contains(&status)) {
                    Some(number) => self.leg_redirected(leg, &number),
                    None => self.leg_refused(leg, status),
                },
            },
            Purpose::Relay { from } => {
                self.reinvite_over(leg, accepted);
                self.relayed(leg, from, status, sequence, sdp);
            }
            Purpose::Place { voice } => {
                self.reinvite_over(leg, accepted);
                self.placed(voice, leg, status, sequence, sdp);
            }
            Purpose::Join { transfer } => {
                self.reinvite_over(leg, accepted);
                self.joined(transfer, leg, status, sequence, sdp);
            }
        }
    }

    fn reinvite_over(&mut self, id: LegId, accepted: Option<&Response>) {
        let Some(leg) = self.legs.get_mut(&id) else { return };
        leg.reinviting = false;
        if let Some(response) = accepted {
            leg.dialog.retarget(response);
        }
    }

    /// Passes the answer to a re-INVITE on to the console that sent it.
    fn relayed(&mut self, id: LegId, from: LegId, status: u16, sequence: u32, sdp: Option<String>) {
        let reoffer = self.legs.get_mut(&from).and_then(|leg| leg.reoffer.take());
        if status >= 300 {
            if let Some(reoffer) = reoffer {
                self.reply_in(from, &reoffer, status, "");
            }
            return;
        }
        match reoffer {
            Some(reoffer) if message::body(&reoffer.body).is_none() => {
                // The offer is in this answer: the other console's ACK brings the answer to it.
                if let Some(leg) = self.legs.get_mut(&from) {
                    leg.late_answer = Some(LateAnswer::Leg(id, sequence));
                }
                self.reply_in(from, &reoffer, 200, sdp.as_deref().unwrap_or_default());
            }
            Some(reoffer) => {
                self.ack(id, sequence, "");
                self.reply_in(from, &reoffer, 200, sdp.as_deref().unwrap_or_default());
            }
            None => self.ack(id, sequence, ""),
        }
    }
}

/// Where a redirection points (RFC 3261 §8.1.3.4): the first number among its Contacts.
fn redirected(response: Option<&Response>) -> Option<String> {
    let contacts = message::contacts(response?);
    contacts.into_iter().find_map(|(_, contact)| contact).map(|contact| contact.user())
}
