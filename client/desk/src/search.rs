//! Search as each key is pressed: every field, words in any order, accents and case folded, digits however they are written.

mod dictionary;
mod fold;
mod index;
mod mark;
mod numbers;
mod query;
mod slot_set;

pub(crate) use fold::fold_into;
pub(crate) use index::SearchIndex;
pub use mark::matched_ranges;
pub(crate) use query::Query;
pub(crate) use slot_set::SlotSet;
