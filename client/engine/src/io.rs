//! What the engine needs of the browser, one API per file. Nothing here decides about a call.

pub(crate) mod clock;
pub(crate) mod page_port;
pub(crate) mod relay;
pub(crate) mod socket;
pub(crate) mod store;
pub(crate) mod worker;
