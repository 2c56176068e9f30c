//! The ringer and the desktop notifications: at most one page rings, and what it rings follows the calls.

use std::time::Duration;

use vecmap::VecSet;

use super::Desk;
use crate::call::CallState;
use crate::who::called;
use crate::{CallId, Notification, Output, PageOutput, Ring, RingStyle};

/// The longest that a caller may be on hold before the operator is reminded.
pub const HOLD_LIMIT: Duration = Duration::from_secs(120);

impl Desk {
    /// Brings ringer and notifications to where the calls are.
    pub(super) fn settle_ringing(&mut self) {
        let ringing: VecSet<CallId> =
            self.calls.values().filter(|call| call.state == CallState::Ringing).map(|call| call.id).collect();
        self.settle_ringer(&ringing);
        self.settle_notifications(&ringing);
    }

    fn settle_ringer(&mut self, ringing: &VecSet<CallId>) {
        let ring = match (ringing.is_empty(), self.floor) {
            (true, _) if self.calls.values().any(|call| call.forgotten) => Ring::Reminder,
            (true, _) => Ring::Silent,
            (false, None) => Ring::Loud(self.most_urgent(ringing)),
            // Somebody is in the operator's ear.
            (false, Some(_)) => Ring::Soft,
        };
        if let Some(host) = self.pages.host()
            && self.rung != ring
        {
            self.rung = ring;
            self.outputs.push_back(Output::Tell(host, PageOutput::Ring(ring)));
        }
    }

    fn most_urgent(&self, ringing: &VecSet<CallId>) -> RingStyle {
        let styles = ringing.iter().filter_map(|id| self.calls.get(id)).map(|call| call.ring);
        styles.max().unwrap_or_default()
    }

    fn settle_notifications(&mut self, ringing: &VecSet<CallId>) {
        for call in self.announced.difference(ringing) {
            self.outputs.push_back(Output::TellAll(PageOutput::Notify(Notification::Over { call: *call })));
        }
        self.announced.retain(|call| ringing.contains(call));
        let Some(herald) = self.pages.herald() else { return };
        for call in ringing.difference(&self.announced.clone()) {
            if let Some(view) = self.calls.get(call) {
                let line = view.line.as_ref().map(|line| line.name.clone());
                let notification = Notification::Ringing { call: *call, who: called(&view.who), line };
                self.outputs.push_back(Output::Tell(herald, PageOutput::Notify(notification)));
            }
        }
        self.announced.clone_from(ringing);
    }
}
