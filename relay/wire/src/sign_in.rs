//! Before and at the door: who may sign in and how.

use serde::{Deserialize, Serialize};

/// What the sign-in page shows before anybody is known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Welcome {
    /// The company or desk that this relay serves, as the administrator wrote it.
    pub company: String,
    /// The relay's version.
    pub version: String,
    /// In practice mode, the operators who may sign in with one click; empty with a real PBX.
    pub practice_operators: Vec<PracticeOperator>,
}

/// A practice operator: signed in by one click, without a password.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PracticeOperator {
    /// The user to send in [`SignIn`].
    pub user: String,
    /// The name to show.
    pub name: String,
}

/// A request to sign in.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignIn {
    /// The user's name.
    pub user: String,
    /// The password; empty for a practice operator.
    pub password: String,
}

// The password must not reach a log through a derived `Debug`.
impl std::fmt::Debug for SignIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SignIn").finish_non_exhaustive()
    }
}

/// The answer to a sign-in that was accepted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedIn {
    /// Who is signed in.
    pub operator: Operator,
}

/// A person at a console.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Operator {
    /// The name signed in with.
    pub user: String,
    /// The name to show.
    pub name: String,
    /// The desk, such as "Front desk 1"; may be empty.
    pub desk: String,
}
