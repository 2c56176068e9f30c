//! A SIP user agent without I/O.
