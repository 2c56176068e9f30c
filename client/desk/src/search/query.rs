//! What was typed in the search bar, and when a contact matches it.
//!
//! A query is words in any order; a contact matches if each word is found in it, anywhere in any field. A word that is written
//! like a number is also looked for in the digits of the contact's numbers, however either is written.
//! [`Query::matches`] is this rule in plain words; the index must always agree with it.

use super::fold::fold;
use crate::contact::ContactRef;
use crate::number::{Numbering, digits};

/// A folded query.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Query {
    pub(crate) words: Vec<Word>,
}

/// One word of a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Word {
    /// Folded, not empty, without blanks.
    pub(crate) text: String,
    /// What to look for in numbers, if the word is written like one: its digits, and their beginning in canonical form.
    pub(crate) numbers: Vec<String>,
}

impl Query {
    pub(crate) fn new(typed: &str, numbering: &Numbering) -> Self {
        let folded = fold(typed);
        let words = folded.split(' ').filter(|word| !word.is_empty());
        Self { words: words.map(|word| Word::new(word, numbering)).collect() }
    }

    /// Whether each word is found in the contact.
    pub(crate) fn matches(&self, contact: &ContactRef<'_>, numbering: &Numbering) -> bool {
        let mut text = String::new();
        let mut numbers = Vec::new();
        read_contact(
            contact,
            numbering,
            |field| {
                text.push('\n');
                super::fold::fold_into(&mut text, field);
            },
            |number| numbers.push(number),
        );
        self.words.iter().all(|word| {
            text.contains(&word.text)
                || word.numbers.iter().any(|wanted| numbers.iter().any(|number| number.contains(wanted)))
        })
    }
}

impl Word {
    fn new(text: &str, numbering: &Numbering) -> Self {
        let mut numbers = Vec::new();
        if text == "+" {
            numbers.push(text.to_owned());
        } else if let Some(digits) = digits(text) {
            numbers.extend(numbering.canonical_beginning(&digits));
            if !numbers.contains(&digits) {
                numbers.push(digits);
            }
        }
        Self { text: text.to_owned(), numbers }
    }
}

/// Hands out what of a contact is searched: texts as they stand, and numbers in canonical form.
/// A number field that is not plainly a number, such as a SIP address, is text as well.
pub(crate) fn read_contact<'a>(
    contact: &ContactRef<'a>,
    numbering: &Numbering,
    mut text: impl FnMut(&'a str),
    mut number: impl FnMut(String),
) {
    let ContactRef { last_name, first_name, company, office, department, title, note, phone, mobile, .. } =
        contact;
    let ContactRef { home, voicemail, email, xmpp, calendar, web, .. } = contact;
    for field in [last_name, first_name, company, office, department, title, note, email, xmpp, calendar, web]
    {
        text(field);
    }
    for field in [phone, mobile, home, voicemail] {
        let canonical = numbering.canonical(field);
        let is_number = canonical.is_number();
        if is_number {
            number(canonical.into_text());
        }
        if !is_number || field.contains(|c: char| c.is_alphabetic() || c == '@') {
            text(field);
        }
    }
}
