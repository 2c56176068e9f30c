//! The relay: serves the console, signs people in, tunnels SIP.
