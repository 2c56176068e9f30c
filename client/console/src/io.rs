//! What the page needs of the browser, one API per file. Nothing here decides about a call, and
//! nothing in `ui` comes here: both meet in `board`.

pub(crate) mod closing;
pub(crate) mod engine;
mod ffi;
pub(crate) mod media;
pub(crate) mod notify;
pub(crate) mod permission;
pub(crate) mod relay;
pub(crate) mod wait;
