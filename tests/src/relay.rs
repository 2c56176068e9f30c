//! The real relay, as an administrator starts it.
