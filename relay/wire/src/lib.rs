//! The JSON that relay and client speak.
