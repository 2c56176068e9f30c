//! How a leg sounds, from the connection's statistics of the last second.

use cordboard_desk::Quality;
use js_sys::{Map, Reflect};
use wasm_bindgen::JsValue;

/// Reads statistics and remembers the counters of the last look.
#[derive(Default)]
pub(crate) struct Meter {
    before: Option<Counters>,
}

#[derive(Clone, Copy)]
struct Counters {
    received: f64,
    lost: f64,
}

impl Meter {
    /// The figures since the last look; `None` at the first, and while nothing comes in.
    pub(crate) fn read(&mut self, stats: &Map) -> Option<Quality> {
        let mut counters = None;
        let (mut jitter, mut round_trip) = (0.0, 0.0);
        stats.for_each(&mut |entry, _| match text(&entry, "type").as_deref() {
            Some("inbound-rtp") => {
                counters = Some(Counters {
                    received: number(&entry, "packetsReceived"),
                    lost: number(&entry, "packetsLost"),
                });
                jitter = number(&entry, "jitter") * 1000.0;
            }
            Some("candidate-pair") if flag(&entry, "nominated") => {
                round_trip = number(&entry, "currentRoundTripTime") * 1000.0;
            }
            Some(_) | None => {}
        });
        let now = counters?;
        let before = self.before.replace(now)?;
        let (received, lost) = (now.received - before.received, (now.lost - before.lost).max(0.0));
        (received > 0.0).then(|| quality(lost / (received + lost), jitter, round_trip))
    }
}

/// Puts the figures together with an estimate of the mean opinion score: the E-model of ITU-T G.107 with all but
/// delay and loss at their defaults, for a codec that hides some loss (Bpl 25).
fn quality(loss: f64, jitter_ms: f64, round_trip_ms: f64) -> Quality {
    // One way, with a jitter buffer of twice the jitter and 20 ms in the codec.
    let delay = round_trip_ms / 2.0 + 2.0 * jitter_ms + 20.0;
    let by_delay = 0.024 * delay + 0.11 * (delay - 177.3).max(0.0);
    let by_loss = 95.0 * (loss * 100.0) / (loss * 100.0 + 25.0);
    let rating = (93.2 - by_delay - by_loss).clamp(0.0, 100.0);
    let mos = 1.0 + 0.035 * rating + rating * (rating - 60.0) * (100.0 - rating) * 7e-6;
    Quality {
        loss: small(loss),
        jitter_ms: small(jitter_ms),
        round_trip_ms: small(round_trip_ms),
        mos: small(mos),
    }
}

#[expect(clippy::cast_possible_truncation, reason = "figures for the eye need no more")]
fn small(figure: f64) -> f32 {
    figure as f32
}

fn get(entry: &JsValue, key: &str) -> JsValue {
    Reflect::get(entry, &JsValue::from_str(key)).unwrap_or(JsValue::UNDEFINED)
}

fn text(entry: &JsValue, key: &str) -> Option<String> {
    get(entry, key).as_string()
}

fn number(entry: &JsValue, key: &str) -> f64 {
    get(entry, key).as_f64().unwrap_or(0.0)
}

fn flag(entry: &JsValue, key: &str) -> bool {
    get(entry, key).as_bool().unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clean_short_line_is_good_and_a_lossy_one_poor() {
        assert!(quality(0.0, 2.0, 20.0).mos > 4.2);
        // A tenth lost is a rating of 65: many are dissatisfied; a fifth is 50: nearly all are (G.107 annex B).
        let (tenth, fifth) = (quality(0.10, 2.0, 20.0).mos, quality(0.20, 2.0, 20.0).mos);
        assert!((3.1..3.6).contains(&tenth), "{tenth}");
        assert!(fifth < 2.7, "{fifth}");
        assert!(quality(0.0, 2.0, 900.0).mos < 3.5);
    }
}
