//! Event and Subscription-State (RFC 6665 §8.2).

use std::fmt;

use super::{Params, Problem};
use crate::scan::{cut_params, is_token, number, push_quoted, seconds_or_hour};

/// Which state a subscription is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// The package, such as `dialog`; compared with regard to case (RFC 6665 §8.2.1).
    pub package: String,
    /// `id` and what the package defines.
    pub params: Params,
}

impl Event {
    /// A package without parameters.
    pub fn new(package: &str) -> Self {
        Self { package: package.to_owned(), params: Params::new() }
    }

    /// What tells two subscriptions of a dialog apart (RFC 6665 §8.2.1).
    pub fn id(&self) -> Option<&str> {
        self.params.raw("id")
    }

    /// Reads `package;id=x`.
    ///
    /// # Errors
    /// [`Problem`] if there is no package.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let (package, params) = word_and_params(text)?;
        Ok(Self { package: package.to_owned(), params })
    }
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.package, self.params)
    }
}

/// How a subscription stands (RFC 6665 §4.1.3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SubscriptionState {
    /// Going on, waiting for leave, or over.
    pub state: Substate,
    /// Why it is over, such as `deactivated` or `noresource`; empty if not said.
    pub reason: String,
    /// Seconds that are left.
    pub expires: Option<u32>,
    /// Seconds after which to subscribe again.
    pub retry_after: Option<u32>,
}

/// The word in Subscription-State.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Substate {
    /// `active`, and extensions, which RFC 6665 §4.1.3 treats like it.
    Active,
    /// `pending`
    Pending,
    /// `terminated`
    Terminated,
}

impl SubscriptionState {
    /// Reads `terminated;reason=timeout;retry-after=30`.
    ///
    /// # Errors
    /// [`Problem`] if there is no word.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let (word, params) = word_and_params(text)?;
        let state = if word.eq_ignore_ascii_case("terminated") {
            Substate::Terminated
        } else if word.eq_ignore_ascii_case("pending") {
            Substate::Pending
        } else {
            Substate::Active
        };
        Ok(Self {
            state,
            reason: params.get("reason").unwrap_or_default().into_owned(),
            expires: params.get("expires").map(|seconds| seconds_or_hour(&seconds)),
            retry_after: params.get("retry-after").and_then(|seconds| number(&seconds)),
        })
    }
}

impl fmt::Display for SubscriptionState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.state {
            Substate::Active => "active",
            Substate::Pending => "pending",
            Substate::Terminated => "terminated",
        })?;
        if !self.reason.is_empty() {
            f.write_str(";reason=")?;
            // A token by the grammar; what came otherwise goes on otherwise.
            if is_token(&self.reason) {
                f.write_str(&self.reason)?;
            } else {
                push_quoted(f, &self.reason)?;
            }
        }
        if let Some(expires) = self.expires {
            write!(f, ";expires={expires}")?;
        }
        if let Some(retry_after) = self.retry_after {
            write!(f, ";retry-after={retry_after}")?;
        }
        Ok(())
    }
}

fn word_and_params(text: &str) -> Result<(&str, Params), Problem> {
    let (word, params) = cut_params(text);
    if is_token(word) { Ok((word, Params::parse(params)?)) } else { Err(Problem::Token) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_has_a_package_and_perhaps_an_id() {
        let event = Event::parse("dialog ; id=7;sla").unwrap();
        assert_eq!((event.package.as_str(), event.id()), ("dialog", Some("7")));
        assert_eq!(event.to_string(), "dialog;id=7;sla");
        assert_eq!(Event::parse(""), Err(Problem::Token));
    }

    #[test]
    fn an_ended_subscription_says_why_and_when_to_try_again() {
        let state = SubscriptionState::parse("Terminated;reason=probation;retry-after=30").unwrap();
        assert_eq!(
            (state.state, state.reason.as_str(), state.retry_after),
            (Substate::Terminated, "probation", Some(30))
        );
        assert_eq!(SubscriptionState::parse("active;expires=99999999999").unwrap().expires, Some(3600));
        assert_eq!(SubscriptionState::parse("resting").unwrap().state, Substate::Active);
    }

    #[test]
    fn a_reason_that_came_in_quotes_is_printed_in_quotes() {
        let state = SubscriptionState::parse("active;reason=\"out to lunch \"").unwrap();
        assert_eq!(state.reason, "out to lunch ");
        assert_eq!(state.to_string(), "active;reason=\"out to lunch \"");
        assert_eq!(SubscriptionState::parse(&state.to_string()).unwrap(), state);
    }
}
