//! What falls due, and who sees to it.

use super::Agent;
use crate::Instant;
use crate::timer::Timer;
use crate::transaction::Silence;

impl Agent {
    /// `timer` was set to `due`, which has come.
    pub(super) fn handle_due(&mut self, now: Instant, due: Instant, timer: Timer) {
        match timer {
            Timer::Transaction(id, letter) => {
                if let Some(outgoing) = self.transactions.expire(id, letter) {
                    self.hear_nothing(now, *outgoing, Silence::TimedOut);
                }
            }
            Timer::AnswerAgain(id) => self.handle_answer_again(now, id),
            Timer::AckMissing(id) => self.handle_ack_missing(now, id),
            Timer::Glare(id) => self.handle_glare_over(now, id),
            Timer::CancelGivesUp(id) => self.handle_cancel_gives_up(now, id),
            Timer::RingAgain(id) => self.handle_ring_again(now, due, id),
            Timer::RingsTooLong(id) => self.handle_rings_too_long(now, id),
            Timer::RefreshSession(id) => self.handle_refresh_session(now, id),
            Timer::SessionOver(id) => self.handle_session_over(now, id),
            Timer::ReliableAgain(id) => self.handle_reliable_again(now, id),
            Timer::PrackMissing(id) => self.handle_prack_missing(now, id),
            Timer::ReferSilent(id) => self.handle_refer_silent(now, id),
            Timer::ReportExpires(id) => self.handle_report_expires(now, id),
            Timer::SubscriptionRefresh(id) => self.handle_subscription_refresh_due(now, id),
            Timer::SubscribeAgain(id) => self.handle_subscribe_again_due(now, id),
            Timer::NotifyMissing(id) => self.handle_notify_missing(now, id),
            Timer::TurnsHeld => self.release_turns(now),
            Timer::PublicationRefresh => self.handle_publication_refresh_due(now),
            Timer::PublishAgain => self.handle_publish_again_due(now),
            Timer::ReturnToFirst => self.handle_return_due(now),
            Timer::Refresh => self.handle_refresh_due(now),
            Timer::RegisterAgain => self.handle_register_again_due(now),
            Timer::Ping => self.handle_ping_due(now),
            Timer::PongMissing => self.handle_pong_missing(now, due),
        }
    }
}
