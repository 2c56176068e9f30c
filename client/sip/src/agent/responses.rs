//! What comes back to our requests, and what never does.

use super::ending::Occasion;
use super::{Agent, Purpose};
use crate::Instant;
use crate::auth::{Verdict, is_challenge};
use crate::dialog::Dialog;
use crate::message::{Response, StatusCode};
use crate::session::stage::Event;
use crate::transaction::{Outgoing, Silence};

impl Agent {
    /// A response: answers its challenge, or hands it to whom it concerns.
    pub(super) fn handle_response(&mut self, now: Instant, response: &Response) {
        // What matches nothing is a copy or a stray (RFC 3261 §18.1.2).
        let Some((_, outgoing)) = self.transactions.hear(&mut self.wire, now, response) else { return };
        if is_challenge(response.status) && self.answer_challenge(now, &outgoing, response) {
            return;
        }
        match outgoing.purpose {
            Purpose::Register | Purpose::Unregister => {
                self.handle_register_response(now, &outgoing, response)
            }
            Purpose::Invite(id) => self.handle_invite_response(now, id, &outgoing, response),
            Purpose::Reinvite(id) => self.handle_reinvite_response(now, id, &outgoing, response),
            Purpose::Update(id) => self.handle_update_response(now, id, &outgoing, response),
            Purpose::Bye(id) => self.handle_bye_response(now, id, response),
            Purpose::Refer(id) => self.handle_refer_response(now, id, &outgoing, response),
            Purpose::Report(id) => self.handle_report_response(now, id, response.status),
            Purpose::Subscribe(id) => self.handle_subscribe_response(now, id, &outgoing, response),
            Purpose::Publish => self.handle_publish_response(now, response),
            // The answer to these changes nothing.
            Purpose::StrayBye(_)
            | Purpose::Prack(..)
            | Purpose::Cancel
            | Purpose::Info(_)
            | Purpose::Ping => {}
        }
    }

    /// Sends the request once more with credentials; false if its response is to be taken as it is (§22.2, §22.3).
    fn answer_challenge(&mut self, now: Instant, outgoing: &Outgoing, response: &Response) -> bool {
        let Outgoing { request, tries, .. } = outgoing;
        let verdict = self.keyring.learn(&mut self.random, request, response, *tries);
        let is_register = matches!(outgoing.purpose, Purpose::Register | Purpose::Unregister);
        match verdict {
            Verdict::Again => {
                let Some(number) = self.number_again(outgoing) else { return false };
                self.send_in_place(now, outgoing.clone(), number, tries + 1);
                true
            }
            Verdict::Wrong | Verdict::Unusable if is_register => {
                self.handle_register_unanswerable(now, outgoing, verdict == Verdict::Wrong);
                true
            }
            Verdict::Wrong | Verdict::Unusable => false,
        }
    }

    /// Sends a request once more in place of one that was refused.
    pub(super) fn send_in_place(&mut self, now: Instant, outgoing: Outgoing, number: u32, tries: u8) {
        self.note_refer_again(&outgoing, number);
        let begins = if let Purpose::Invite(id) = outgoing.purpose { Some(id) } else { None };
        if let Some(id) = begins {
            self.advance(now, id, Event::SentAgain, &Occasion::default());
        }
        let transaction = self.send_again(now, outgoing, number, tries);
        if let Some(id) = begins {
            self.begin_anew(now, id, transaction);
        }
    }

    /// A request of ours got no final response.
    pub(super) fn hear_nothing(&mut self, now: Instant, outgoing: Outgoing, silence: Silence) {
        match outgoing.purpose {
            Purpose::Register | Purpose::Unregister => self.handle_register_silence(now, &outgoing, silence),
            Purpose::Invite(id) => self.handle_invite_silence(now, id, silence),
            Purpose::Reinvite(id) => self.handle_reinvite_silence(now, id, silence),
            Purpose::Update(id) => self.handle_update_silence(now, id, silence),
            Purpose::Bye(id) => self.handle_bye_silence(now, id, silence),
            Purpose::Refer(id) => self.handle_refer_silence(now, id, &outgoing, silence),
            Purpose::Report(id) => self.handle_report_response(now, id, StatusCode::REQUEST_TIMEOUT),
            Purpose::Subscribe(id) => self.handle_subscribe_silence(now, id, &outgoing, silence),
            Purpose::Publish => self.handle_publish_silence(now, silence),
            Purpose::StrayBye(_)
            | Purpose::Prack(..)
            | Purpose::Cancel
            | Purpose::Info(_)
            | Purpose::Ping => {}
        }
    }

    /// The CSeq number for sending a request of ours once more; `None` if nobody wants it any more.
    pub(super) fn number_again(&mut self, outgoing: &Outgoing) -> Option<u32> {
        match outgoing.purpose {
            Purpose::Register | Purpose::Unregister => Some(self.registrar.next_number()),
            Purpose::Reinvite(id)
            | Purpose::Update(id)
            | Purpose::Bye(id)
            | Purpose::Refer(id)
            | Purpose::Info(id) => self.sessions.get_mut(&id)?.dialog.as_mut().map(Dialog::next_number),
            Purpose::Report(id) => self.report_dialog(id).map(Dialog::next_number),
            Purpose::Subscribe(id) => self.next_subscribe_number(id, outgoing),
            Purpose::Publish => Some(self.publisher.next_number()),
            Purpose::Prack(id, ref tag) => {
                let dialog = self.sessions.get_mut(&id)?.dialog_with(tag);
                dialog.map(Dialog::next_number)
            }
            // Taken back: it is not begun anew.
            Purpose::Invite(id) => {
                self.sessions.get(&id).filter(|session| session.stage.is_alive())?;
                outgoing.request.headers.cseq().ok().map(|cseq| cseq.number + 1)
            }
            Purpose::StrayBye(_) | Purpose::Ping => {
                outgoing.request.headers.cseq().ok().map(|cseq| cseq.number + 1)
            }
            Purpose::Cancel => None,
        }
    }
}
