//! The practice exchange: a small telephone exchange to try Cordboard with.
