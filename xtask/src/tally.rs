//! Counts what passed and failed over all test runners, for the one line at the end.

/// How many checks passed and failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
}

impl Tally {
    /// One check that is no test runner, such as the formatter.
    pub(crate) fn one(passed: bool) -> Self {
        Self { passed: u64::from(passed), failed: u64::from(!passed) }
    }

    pub(crate) fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }

    /// Counts a `test result:` line of a test runner; any other line counts nothing.
    pub(crate) fn read(&mut self, line: &str) {
        let Some(figures) = line.trim().strip_prefix("test result:") else { return };
        for part in figures.split([';', '.']) {
            match part.split_whitespace().collect::<Vec<_>>().as_slice() {
                [count, "passed"] => self.passed += count.parse::<u64>().unwrap_or(0),
                [count, "failed"] => self.failed += count.parse::<u64>().unwrap_or(0),
                _ => {}
            }
        }
    }

    /// A runner that ended badly without naming a failed test (it did not compile, or it crashed) is one failure,
    /// and one that ran no test at all has not shown anything either.
    pub(crate) fn settle(&mut self, ended_well: bool) {
        let silent = self.passed + self.failed == 0;
        if self.failed == 0 && (!ended_well || silent) {
            self.failed = 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally_of(lines: &[&str], ended_well: bool) -> Tally {
        let mut tally = Tally::default();
        lines.iter().for_each(|line| tally.read(line));
        tally.settle(ended_well);
        tally
    }

    #[test]
    fn results_of_several_binaries_add_up() {
        let lines = [
            "running 3 tests",
            "test result: ok. 3 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s",
            "test result: FAILED. 4 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1.20s",
        ];
        assert_eq!(tally_of(&lines, false), Tally { passed: 7, failed: 2 });
    }

    #[test]
    fn a_runner_that_does_not_compile_is_a_failure() {
        assert_eq!(tally_of(&["error: could not compile"], false), Tally { passed: 0, failed: 1 });
    }

    #[test]
    fn a_crash_after_passed_tests_is_a_failure() {
        let lines =
            ["test result: ok. 3 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s"];
        assert_eq!(tally_of(&lines, false), Tally { passed: 3, failed: 1 });
    }

    #[test]
    fn running_no_test_at_all_is_a_failure() {
        assert_eq!(tally_of(&[], true), Tally { passed: 0, failed: 1 });
    }
}
