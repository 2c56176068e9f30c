//! What every state machine here answers: the next state, and what is to be done on the way.

/// One arrow of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Step<State, Did: 'static> {
    /// The state from now on.
    pub(crate) state: State,
    /// What to do, in this order.
    pub(crate) did: &'static [Did],
}

impl<State, Did> Step<State, Did> {
    /// Go to `state` and do `did`.
    pub(crate) fn new(state: State, did: &'static [Did]) -> Self {
        Self { state, did }
    }

    /// Nothing happens.
    pub(crate) fn stay(state: State) -> Self {
        Self { state, did: &[] }
    }
}
