//! How the relay says no: one status, one [`Problem`], the same for every path.

use std::borrow::Cow;
use std::time::Duration;

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use cordboard_wire::{Problem, ProblemCode};

/// A request that is not granted.
#[derive(Debug)]
pub(crate) struct Refusal {
    status: StatusCode,
    code: ProblemCode,
    message: Cow<'static, str>,
    retry_after: Option<Duration>,
}

impl Refusal {
    fn new(status: StatusCode, code: ProblemCode, message: impl Into<Cow<'static, str>>) -> Self {
        Self { status, code, message: message.into(), retry_after: None }
    }

    pub(crate) fn wrong_password() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, ProblemCode::WrongPassword, "User unknown or password wrong.")
    }

    pub(crate) fn locked_out(remaining: Duration) -> Self {
        let refusal = Self::new(
            StatusCode::TOO_MANY_REQUESTS,
            ProblemCode::LockedOut,
            "Too many failures; wait as long as Retry-After says.",
        );
        Self { retry_after: Some(remaining), ..refusal }
    }

    pub(crate) fn not_signed_in() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            ProblemCode::NotSignedIn,
            "No session, or it has expired: sign in.",
        )
    }

    pub(crate) fn foreign_origin(expected: &str) -> Self {
        let message = format!(
            "Only pages of {expected} may do this. If the console is served under another address, set `public_url`."
        );
        Self::new(StatusCode::FORBIDDEN, ProblemCode::ForeignOrigin, message)
    }

    pub(crate) fn no_team() -> Self {
        let message = "This operator is in no team; `team` in the configuration says which.";
        Self::bad_request(StatusCode::NOT_FOUND, message)
    }

    pub(crate) fn bad_request(status: StatusCode, message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(status, ProblemCode::BadRequest, message)
    }

    pub(crate) fn internal(fault: &dyn std::error::Error) -> Self {
        tracing::error!("{fault}");
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            ProblemCode::Internal,
            "A fault of the relay's own; see its log.",
        )
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let problem = Problem { code: self.code, message: self.message.into_owned() };
        let mut response = (self.status, Json(problem)).into_response();
        if let Some(remaining) = self.retry_after {
            // Rounded up: whoever comes back on the second is not refused again.
            let seconds = remaining.as_secs() + u64::from(remaining.subsec_nanos() > 0);
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}
