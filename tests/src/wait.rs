//! Waiting for a condition, never for a time.

use std::fmt::Display;
use std::time::Duration;

use tokio::time::{Instant, sleep};

use crate::Failed;

/// How long a story waits for what should happen at once, on a slow machine that is busy with other stories. Nothing
/// waits so long that goes well.
pub const SOON: Duration = Duration::from_secs(20);

/// How often a condition is looked at.
const LOOK: Duration = Duration::from_millis(30);

/// Looks again and again until `check` gives an `Ok`; its last error is part of the failure's text.
///
/// # Errors
/// When `within` has passed, with what was waited for and why it had not happened yet.
pub async fn eventually<T, E: Display>(
    what: &str,
    within: Duration,
    mut check: impl AsyncFnMut() -> Result<T, E>,
) -> Result<T, Failed> {
    let deadline = Instant::now() + within;
    loop {
        match check().await {
            Ok(found) => return Ok(found),
            Err(reason) if Instant::now() >= deadline => {
                return Err(Failed::new(format!(
                    "after {} s still waiting for {what}: {reason}",
                    within.as_secs()
                )));
            }
            Err(_) => sleep(LOOK).await,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_condition_that_comes_true_ends_the_wait() {
        let mut looks = 0;
        let third = async || {
            looks += 1;
            if looks == 3 { Ok(looks) } else { Err("not yet") }
        };
        assert_eq!(eventually("the third look", SOON, third).await.unwrap(), 3);
    }

    #[tokio::test]
    async fn a_condition_that_never_holds_says_what_was_missing() {
        let moment = Duration::from_millis(50);
        let outcome = eventually::<(), _>("the moon", moment, async || Err("only the sun is there")).await;
        let text = outcome.unwrap_err().to_string();
        assert!(text.contains("the moon") && text.contains("only the sun"), "{text}");
    }
}
