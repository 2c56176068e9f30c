//! What is said of a series of times: not the mean, which hides the times that people remember.

/// Times of the same thing, milliseconds.
#[derive(Clone, Debug, Default)]
pub(crate) struct Spread {
    sorted: Vec<f64>,
}

impl Spread {
    /// The spread of these times.
    pub(crate) fn of(mut times: Vec<f64>) -> Self {
        times.sort_by(f64::total_cmp);
        Self { sorted: times }
    }

    /// Half of them are shorter.
    pub(crate) fn median(&self) -> f64 {
        self.percentile(50)
    }

    /// The time that so many in a hundred do not exceed (nearest rank).
    pub(crate) fn percentile(&self, percent: usize) -> f64 {
        let rank = (self.sorted.len() * percent).div_ceil(100);
        self.sorted.get(rank.saturating_sub(1)).copied().unwrap_or(f64::NAN)
    }

    /// The longest.
    pub(crate) fn worst(&self) -> f64 {
        self.percentile(100)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_forty_times_two_may_be_longer_than_the_95th_percentile() {
        let spread = Spread::of((1..=40).rev().map(f64::from).collect());
        assert_eq!((spread.median(), spread.percentile(95), spread.worst()), (20.0, 38.0, 40.0));
    }

    #[test]
    fn nothing_measured_is_not_taken_for_fast() {
        assert!(Spread::of(Vec::new()).median().is_nan());
    }
}
