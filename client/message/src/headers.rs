//! The header section of a message: order and text as received, in one piece of memory.

use std::fmt::{self, Display, Write};
use std::ops::Range;

use crate::name::{Known, Name};
use crate::scan::is_token;

/// All headers of a message in their order. Values are kept as text (unfolded); typed access is on demand.
#[derive(Clone, Default)]
pub struct Headers {
    /// Names as written and values, one behind the other; `lines` says where.
    text: String,
    lines: Vec<Line>,
}

#[derive(Clone, Copy)]
struct Line {
    known: Known,
    name: (u32, u32),
    value: (u32, u32),
}

impl Headers {
    /// No headers.
    pub fn new() -> Self {
        Self::default()
    }

    /// How many header lines there are.
    pub fn len(&self) -> usize {
        self.lines.len()
    }

    /// True if there is none.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// Name and value of each line, in order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (Name<'_>, &str)> {
        self.lines.iter().map(|line| (line.known.name(self.slice(line.name)), self.slice(line.value)))
    }

    /// The value of the first line of that name.
    pub fn get(&self, name: Name<'_>) -> Option<&str> {
        self.all(name).next()
    }

    /// The values of all lines of that name, each as written: a line may hold several values.
    pub fn all(&self, name: Name<'_>) -> impl DoubleEndedIterator<Item = &str> {
        let known = name.known();
        self.lines
            .iter()
            .filter(move |line| line.known == known && self.is(line, name))
            .map(|line| self.slice(line.value))
    }

    /// True if there is a line of that name.
    pub fn contains(&self, name: Name<'_>) -> bool {
        self.lines.iter().any(|line| self.is(line, name))
    }

    /// Adds a line at the end. Line breaks in the value become spaces, so that no value can add a header.
    pub fn push(&mut self, name: Name<'_>, value: impl Display) {
        let line = self.write_line(name, &value);
        self.lines.push(line);
    }

    /// Adds a line before all others, as a new Via must be.
    pub fn push_front(&mut self, name: Name<'_>, value: impl Display) {
        let line = self.write_line(name, &value);
        self.lines.insert(0, line);
    }

    /// Replaces the first line of that name and drops the others, or adds a line at the end.
    pub fn set(&mut self, name: Name<'_>, value: impl Display) {
        let place = self.lines.iter().position(|line| self.is(line, name));
        self.remove(name);
        let line = self.write_line(name, &value);
        self.lines.insert(place.unwrap_or(self.lines.len()), line);
    }

    /// Drops all lines of that name.
    pub fn remove(&mut self, name: Name<'_>) {
        let text = &self.text;
        self.lines.retain(|line| !is_line(text, line, name));
    }

    /// Adds copies of all lines of that name from another message, as a response does with Via (RFC 3261 §8.2.6.2).
    pub fn copy_from(&mut self, other: &Self, name: Name<'_>) {
        for value in other.all(name) {
            self.push(name, value);
        }
    }

    /// A section whose text is already in place; the parser adds the lines.
    pub(super) fn with_text(text: String, lines: usize) -> Self {
        Self { text, lines: Vec::with_capacity(lines) }
    }

    /// Adds a line of the text given to [`Self::with_text`]; false if the name is none.
    pub(super) fn add_line(&mut self, name: Range<usize>, value: Range<usize>) -> bool {
        let text = self.text.get(name.clone()).unwrap_or_default();
        let known = Known::parse(text);
        if known == Known::OTHER && !is_token(text) {
            return false;
        }
        self.lines.push(Line {
            known,
            name: span(name.start, name.end),
            value: span(value.start, value.end),
        });
        true
    }

    /// A header that may stand once only but stands there again and says something else.
    pub(super) fn contradicted(&self) -> Option<Name<'static>> {
        let again =
            self.lines.iter().enumerate().filter(|(_, line)| line.known.is_single()).find(|(index, line)| {
                let before = self.lines.iter().take(*index).find(|before| before.known == line.known);
                before.is_some_and(|before| self.slice(before.value) != self.slice(line.value))
            });
        again.map(|(_, line)| line.known.name(""))
    }

    fn write_line(&mut self, name: Name<'_>, value: &dyn Display) -> Line {
        let start = self.text.len();
        if name.known() == Known::OTHER {
            self.text.push_str(name.as_str());
        }
        let middle = self.text.len();
        // Writing into a String does not fail; a Display that does has written what it could.
        _ = write!(OneLine(&mut self.text), "{value}");
        Line { known: name.known(), name: span(start, middle), value: span(middle, self.text.len()) }
    }

    fn is(&self, line: &Line, name: Name<'_>) -> bool {
        is_line(&self.text, line, name)
    }

    fn slice(&self, (start, end): (u32, u32)) -> &str {
        slice(&self.text, (start, end))
    }
}

fn is_line(text: &str, line: &Line, name: Name<'_>) -> bool {
    line.known == name.known()
        && (line.known != Known::OTHER || slice(text, line.name).eq_ignore_ascii_case(name.as_str()))
}

fn slice(text: &str, (start, end): (u32, u32)) -> &str {
    text.get(start as usize..end as usize).unwrap_or_default()
}

/// Messages are far below 4 GiB; should one ever not be, its last headers read as empty.
fn span(start: usize, end: usize) -> (u32, u32) {
    (u32::try_from(start).unwrap_or(u32::MAX), u32::try_from(end).unwrap_or(u32::MAX))
}

/// What must not stand in a value: line breaks, and form feeds, which not everybody takes for white space.
const BREAKS: [char; 3] = ['\r', '\n', '\x0c'];

/// Writes line breaks as spaces.
struct OneLine<'a>(&'a mut String);

impl Write for OneLine<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        if text.contains(BREAKS) {
            self.0.extend(text.chars().map(|c| if BREAKS.contains(&c) { ' ' } else { c }));
        } else {
            self.0.push_str(text);
        }
        Ok(())
    }
}

/// Two sections are equal if they have the same names and values in the same order.
impl PartialEq for Headers {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl Eq for Headers {}

/// The lines as they are sent, each with its line end.
impl Display for Headers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.iter().try_for_each(|(name, value)| write!(f, "{name}: {value}\r\n"))
    }
}

impl fmt::Debug for Headers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.iter().map(|(name, _)| name.as_str());
        f.debug_list().entries(names).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_keep_their_order_and_are_found_by_any_spelling() {
        let mut headers = Headers::new();
        headers.push(Name::Via, "a");
        headers.push(Name::Other("X-Queue"), "sales");
        headers.push(Name::Via, "b");
        headers.push_front(Name::Via, "c");
        assert_eq!(headers.all(Name::Via).collect::<Vec<_>>(), ["c", "a", "b"]);
        assert_eq!(headers.get(Name::Other("x-queue")), Some("sales"));
        headers.set(Name::Via, "d");
        assert_eq!(headers.to_string(), "Via: d\r\nX-Queue: sales\r\n");
        headers.remove(Name::Other("X-QUEUE"));
        assert_eq!(headers.len(), 1);
    }

    #[test]
    fn no_value_can_add_a_header() {
        let mut headers = Headers::new();
        headers.push(Name::Subject, "lunch\r\nContact: <sip:evil@example.com>");
        assert_eq!(headers.to_string(), "Subject: lunch  Contact: <sip:evil@example.com>\r\n");
    }
}
