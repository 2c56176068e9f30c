//! Whatever arrives and whatever is done, in any order: no panic, and all that is sent can be read (X9).

use proptest::prelude::*;
use proptest::sample::select;

use crate::turns::{Day, STATUSES, Turn};

fn turn() -> impl Strategy<Value = Turn> {
    let status = prop_oneof![16 => select(&STATUSES), 1 => 100..700u16];
    prop_oneof![
        1 => prop::collection::vec(any::<u8>(), 0..200).prop_map(Turn::Noise),
        2 => (0..20usize, any::<usize>(), any::<u8>()).prop_map(|(of, at, with)| Turn::Spoilt { of, at, with }),
        8 => (0..8usize, status, any::<bool>(), any::<bool>())
            .prop_map(|(of, status, sdp, tag)| Turn::Answer { of, status, sdp, tag }),
        2 => (0..20usize).prop_map(|of| Turn::Copy { of }),
        3 => (0..4u8, any::<bool>()).prop_map(|(number, sdp)| Turn::TheirInvite { number, sdp }),
        4 => (0..8usize, any::<bool>()).prop_map(|(of, sdp)| Turn::TheirAck { of, sdp }),
        4 => (0..8usize, any::<u8>(), 0..9u8).prop_map(|(of, method, number)| Turn::InDialog { of, method, number }),
        8 => (any::<u8>(), 0..6u8).prop_map(|(act, session)| Turn::Act { act, session }),
        4 => (0..40_000u32).prop_map(|millis| Turn::Pass { millis }),
        1 => any::<bool>().prop_map(Turn::Connection),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_that_happens_in_any_order_does_harm(turns in prop::collection::vec(turn(), 1..60)) {
        let mut day = Day::new();
        turns.into_iter().for_each(|turn| day.play(turn));
        day.end();
    }

    #[test]
    fn nothing_that_is_read_from_bytes_does_harm(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let mut day = Day::new();
        let mut rest = bytes.as_slice();
        while let Some(turn) = Turn::read(&mut rest) {
            day.play(turn);
        }
        day.end();
    }
}

proptest! {
    // Saving takes its time, hence fewer.
    #![proptest_config(ProptestConfig { cases: 20, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn being_saved_and_restored_at_every_turn_makes_no_difference(turns in prop::collection::vec(turn(), 1..40)) {
        let mut day = Day::with_twin();
        turns.into_iter().for_each(|turn| day.play(turn));
        day.end();
    }
}
