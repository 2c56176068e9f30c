//! The console: the page that operators see.
