//! Slows down whoever guesses passwords, by user and by address.
//!
//! Every attempt counts before its password is looked at, so that many at once gain nothing; a success takes its count
//! back. A count that has reached its limit refuses until nothing was tried for the lock-out time.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv6Addr};
use std::time::Duration;

use tokio::time::Instant;

use crate::config::LockOutLimits;

/// Counts kept at a time. Each address adds only a few names before it is refused, so this fills only under attack
/// from very many addresses; then the counts that would end first are forgotten first.
const MOST_COUNTS: usize = 4_000;

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Who {
    User(String),
    Address(IpAddr),
}

struct Count {
    attempts: u32,
    forgotten_at: Instant,
}

/// The counts of failed sign-ins.
pub(crate) struct LockOut {
    limits: LockOutLimits,
    counts: BTreeMap<Who, Count>,
}

impl LockOut {
    pub(crate) fn new(limits: LockOutLimits) -> Self {
        Self { limits, counts: BTreeMap::new() }
    }

    /// Counts an attempt, or says how long to wait.
    pub(crate) fn admit(&mut self, user: &str, address: IpAddr, now: Instant) -> Result<(), Duration> {
        self.counts.retain(|_, count| count.forgotten_at > now);
        let keys = keys(user, address);
        let locked_until = keys
            .iter()
            .filter_map(|who| self.counts.get(who).filter(|count| count.attempts >= self.limit(who)))
            .map(|count| count.forgotten_at)
            .max();
        if let Some(until) = locked_until {
            return Err(until.duration_since(now));
        }
        for who in keys {
            let forgotten_at = now + self.limits.lock_out;
            let count = self.counts.entry(who).or_insert(Count { attempts: 0, forgotten_at });
            count.attempts += 1;
            count.forgotten_at = forgotten_at;
        }
        self.forget_surplus();
        Ok(())
    }

    /// The attempt was a success: the user starts afresh, the address gets this one attempt back. Were the address
    /// forgiven as a whole, one good account would let it guess at others without end.
    pub(crate) fn forgive(&mut self, user: &str, address: IpAddr) {
        let [user, address] = keys(user, address);
        self.counts.remove(&user);
        if let Some(count) = self.counts.get_mut(&address) {
            count.attempts = count.attempts.saturating_sub(1);
        }
    }

    fn limit(&self, who: &Who) -> u32 {
        match who {
            Who::User(_) => self.limits.per_user,
            Who::Address(_) => self.limits.per_address,
        }
    }

    fn forget_surplus(&mut self) {
        while self.counts.len() > MOST_COUNTS {
            let first =
                self.counts.iter().min_by_key(|(_, count)| count.forgotten_at).map(|(who, _)| who.clone());
            if let Some(who) = first {
                self.counts.remove(&who);
            }
        }
    }
}

fn keys(user: &str, address: IpAddr) -> [Who; 2] {
    [Who::User(user.to_owned()), Who::Address(network(address))]
}

/// What one customer of a provider has: a single IPv4 address, but a whole /64 of IPv6 (RFC 6177 section 2).
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => IpAddr::V4(address),
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << 64))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);
    const LOCK: Duration = Duration::from_secs(300);

    fn lock_out() -> LockOut {
        LockOut::new(LockOutLimits { per_user: 3, per_address: 5, lock_out: LOCK })
    }

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn a_user_is_locked_out_after_the_limit_and_let_in_again_later() {
        let (mut door, start) = (lock_out(), Instant::now());
        for n in 0..3 {
            assert_eq!(door.admit("anna", address(&format!("10.0.0.{n}")), start), Ok(()));
        }
        let later = start + Duration::from_secs(100);
        assert_eq!(door.admit("anna", HERE, later), Err(Duration::from_secs(200)));
        assert_eq!(door.admit("bert", HERE, later), Ok(()), "others are not concerned");
        assert_eq!(door.admit("anna", HERE, start + LOCK), Ok(()));
    }

    #[test]
    fn an_address_that_tries_many_names_is_locked_out() {
        let (mut door, start) = (lock_out(), Instant::now());
        for name in ["a", "b", "c", "d", "e"] {
            assert_eq!(door.admit(name, HERE, start), Ok(()));
        }
        assert_eq!(door.admit("f", HERE, start), Err(LOCK));
        assert_eq!(door.admit("f", address("10.0.0.1"), start), Ok(()));
    }

    #[test]
    fn a_success_clears_the_user_but_does_not_let_the_address_guess_on() {
        let (mut door, start) = (lock_out(), Instant::now());
        for _ in 0..2 {
            door.admit("anna", HERE, start).unwrap();
            door.admit("mallory", HERE, start).unwrap();
            door.forgive("mallory", HERE);
        }
        for name in ["b", "c", "d"] {
            assert_eq!(door.admit(name, HERE, start), Ok(()));
        }
        assert!(door.admit("e", HERE, start).is_err(), "two guesses at anna and three others make five");
    }

    #[test]
    fn one_network_of_ipv6_is_one_address() {
        let (mut door, start) = (lock_out(), Instant::now());
        for n in 0..5 {
            door.admit(&format!("user{n}"), address(&format!("2001:db8::{n}")), start).unwrap();
        }
        assert!(door.admit("user9", address("2001:db8::ffff"), start).is_err());
        assert!(door.admit("user9", address("2001:db8:0:1::1"), start).is_ok());
    }

    #[test]
    fn memory_stays_bounded_under_attack_from_everywhere() {
        let (mut door, start) = (lock_out(), Instant::now());
        for n in 0..2_500_u32 {
            let from = IpAddr::V4(std::net::Ipv4Addr::from_bits(n));
            door.admit(&format!("user{n}"), from, start + Duration::from_millis(n.into())).unwrap();
        }
        assert_eq!(door.counts.len(), MOST_COUNTS);
    }
}
