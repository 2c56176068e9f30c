//! XML as event bodies have it: elements, attributes, text, to a limited depth and number.
//!
//! Our own, since it is half as large as the crates that read XML (7.8 kB by brotli in a bare module; xmlparser 10.5
//! without a tree, quick-xml 13.7, roxmltree 17.2). Three things make it small: prefixes are dropped, as no body has two
//! elements of one local name whose meaning differs; there are no document types, hence no entities but the five of XML
//! itself and characters by number, hence nothing that a short text could blow up to; and the whole document is already
//! there.

use std::borrow::Cow;
use std::fmt;

/// How deep elements may lie in one another.
const MAX_DEPTH: usize = 24;
/// The most elements that are read of one document.
const MAX_ELEMENTS: usize = 20_000;
/// The most attributes of one element.
const MAX_ATTRIBUTES: usize = 64;

/// An element with all that is in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Element<'a> {
    /// Without its prefix.
    pub(super) name: &'a str,
    attributes: Vec<(&'a str, Cow<'a, str>)>,
    children: Vec<Self>,
    /// All text right inside it, in one.
    text: String,
}

/// Why a document cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum XmlError {
    /// There is no element.
    Empty,
    /// It stops in the middle.
    Unfinished,
    /// An end tag that ends something else.
    WrongEnd,
    /// A tag or an attribute that is none.
    BadTag,
    /// A document type that defines something.
    Definitions,
    /// Deeper, longer or wider than any event body.
    TooMuch,
}

impl fmt::Display for XmlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "no element",
            Self::Unfinished => "cut off",
            Self::WrongEnd => "end tag without its start",
            Self::BadTag => "bad tag",
            Self::Definitions => "document type with definitions",
            Self::TooMuch => "too deep or too many elements",
        })
    }
}

impl<'a> Element<'a> {
    /// The value of an attribute, whatever its prefix.
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_ref())
    }

    /// Its text without the white space around it.
    pub(super) fn text(&self) -> &str {
        self.text.trim()
    }

    /// All elements right inside it.
    pub(super) fn children(&self) -> impl Iterator<Item = &Self> {
        self.children.iter()
    }

    /// The elements of that name right inside it.
    pub(super) fn all<'b>(&'b self, name: &'b str) -> impl Iterator<Item = &'b Self> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// The first element of that name right inside it.
    pub(super) fn first<'b>(&'b self, name: &'b str) -> Option<&'b Self> {
        self.all(name).next()
    }

    /// The text of the first element of that name right inside it, if it has any.
    pub(super) fn text_of(&self, name: &str) -> Option<&str> {
        let child = self.children.iter().find(|child| child.name == name);
        child.map(Self::text).filter(|text| !text.is_empty())
    }

    /// Shows this element and all within it, from the outside to the inside.
    pub(super) fn each_within(&self, show: &mut impl FnMut(&Self)) {
        show(self);
        for child in &self.children {
            child.each_within(show);
        }
    }

    fn named(name: &'a str) -> Self {
        Self { name: local(name), attributes: Vec::new(), children: Vec::new(), text: String::new() }
    }
}

/// Reads a document up to the end of its one element; what follows is of no interest.
///
/// # Errors
/// [`XmlError`] says why not; nothing is repaired.
pub(super) fn read(text: &str) -> Result<Element<'_>, XmlError> {
    let mut reader = Reader { rest: text, open: Vec::new(), elements: 0 };
    loop {
        if let Some(root) = reader.step()? {
            return Ok(root);
        }
    }
}

struct Reader<'a> {
    rest: &'a str,
    /// Elements begun and not ended, the outermost first, each with its name as written.
    open: Vec<(&'a str, Element<'a>)>,
    elements: usize,
}

impl<'a> Reader<'a> {
    /// Reads up to the end of the next tag. The root, when it has ended.
    fn step(&mut self) -> Result<Option<Element<'a>>, XmlError> {
        let missing =
            if self.open.is_empty() && self.elements == 0 { XmlError::Empty } else { XmlError::Unfinished };
        let text = self.until("<").ok_or(missing)?;
        self.add_text(&unescaped(text));
        if self.skip("!--") {
            self.until("-->").ok_or(XmlError::Unfinished)?;
        } else if self.skip("![CDATA[") {
            let text = self.until("]]>").ok_or(XmlError::Unfinished)?;
            self.add_text(text);
        } else if self.skip("?") {
            self.until("?>").ok_or(XmlError::Unfinished)?;
        } else if self.skip("!") {
            // XPIDF names its document type; whoever defines something in it is up to no good.
            let kind = self.until(">").ok_or(XmlError::Unfinished)?;
            if kind.contains('[') {
                return Err(XmlError::Definitions);
            }
        } else if self.skip("/") {
            let name = self.until(">").ok_or(XmlError::Unfinished)?.trim_end();
            let (begun, element) = self.open.pop().ok_or(XmlError::WrongEnd)?;
            if begun != name {
                return Err(XmlError::WrongEnd);
            }
            return Ok(self.close(element));
        } else {
            return self.start();
        }
        Ok(None)
    }

    /// Reads a start tag from behind its bracket.
    fn start(&mut self) -> Result<Option<Element<'a>>, XmlError> {
        let name = self.word();
        if name.is_empty() {
            return Err(XmlError::BadTag);
        }
        self.elements += 1;
        if self.elements > MAX_ELEMENTS || self.open.len() == MAX_DEPTH {
            return Err(XmlError::TooMuch);
        }
        let mut element = Element::named(name);
        loop {
            self.rest = self.rest.trim_start();
            if self.skip("/>") {
                return Ok(self.close(element));
            }
            if self.skip(">") {
                self.open.push((name, element));
                return Ok(None);
            }
            if self.rest.is_empty() {
                return Err(XmlError::Unfinished);
            }
            if element.attributes.len() == MAX_ATTRIBUTES {
                return Err(XmlError::TooMuch);
            }
            element.attributes.push(self.pair()?);
        }
    }

    /// Reads `name="value"` or `name='value'`.
    fn pair(&mut self) -> Result<(&'a str, Cow<'a, str>), XmlError> {
        let name = self.word();
        self.rest = self.rest.trim_start();
        if name.is_empty() || !self.skip("=") {
            return Err(XmlError::BadTag);
        }
        self.rest = self.rest.trim_start();
        let quote = if self.skip("\"") {
            "\""
        } else if self.skip("'") {
            "'"
        } else {
            return Err(XmlError::BadTag);
        };
        let value = self.until(quote).ok_or(XmlError::Unfinished)?;
        Ok((local(name), unescaped(value)))
    }

    fn close(&mut self, element: Element<'a>) -> Option<Element<'a>> {
        match self.open.last_mut() {
            Some((_, parent)) => parent.children.push(element),
            None => return Some(element),
        }
        None
    }

    fn add_text(&mut self, text: &str) {
        if let Some((_, element)) = self.open.last_mut() {
            element.text.push_str(text);
        }
    }

    /// The text before `mark`; reading goes on behind it.
    fn until(&mut self, mark: &str) -> Option<&'a str> {
        let (before, behind) = self.rest.split_once(mark)?;
        self.rest = behind;
        Some(before)
    }

    fn skip(&mut self, front: &str) -> bool {
        let behind = self.rest.strip_prefix(front);
        self.rest = behind.unwrap_or(self.rest);
        behind.is_some()
    }

    /// A name: all up to white space or a mark.
    fn word(&mut self) -> &'a str {
        let end = self.rest.find(|c: char| c.is_ascii_whitespace() || "/>=<\"'".contains(c));
        let (word, rest) = self.rest.split_at(end.unwrap_or(self.rest.len()));
        self.rest = rest;
        word
    }
}

fn local(name: &str) -> &str {
    name.rsplit(':').next().unwrap_or(name)
}

/// Text with its references replaced. One that is none, as of those who forget to escape, stays as it is.
fn unescaped(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('&') {
        out.push_str(before);
        let reference = behind.split_once(';').and_then(|(name, behind)| Some((referred(name)?, behind)));
        rest = match reference {
            Some((character, behind)) => {
                out.push(character);
                behind
            }
            None => {
                out.push('&');
                behind
            }
        };
    }
    out.push_str(rest);
    Cow::Owned(out)
}

fn referred(name: &str) -> Option<char> {
    let number = |digits: &str, radix| u32::from_str_radix(digits, radix).ok().and_then(char::from_u32);
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => match name.strip_prefix("#x").or(name.strip_prefix("#X")) {
            Some(digits) => number(digits, 16),
            None => number(name.strip_prefix('#')?, 10),
        },
    }
}

/// Adds text to a document, with all that is a mark in it escaped.
pub(super) fn push_escaped(out: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn elements_attributes_and_text_are_found_whatever_the_prefix() {
        let text = "\u{feff}<?xml version='1.0'?>\n<!-- a <b> -->\n<d:a x:one = \"1\" two='&lt;&#x41;&amp;'>t1<b/>\
                    <![CDATA[<&>]]><p:c>in</p:c > t2</d:a>\0\0";
        let root = read(text).unwrap();
        assert_eq!((root.name, root.attribute("one"), root.attribute("two")), ("a", Some("1"), Some("<A&")));
        assert_eq!(root.text(), "t1<&> t2");
        assert_eq!(root.text_of("c"), Some("in"));
        assert_eq!(root.text_of("b"), None);
        assert_eq!(root.children().count(), 2);
    }

    #[test]
    fn what_is_no_document_is_told() {
        for (text, error) in [
            ("", XmlError::Empty),
            ("no tag", XmlError::Empty),
            ("<a>", XmlError::Unfinished),
            ("<a", XmlError::Unfinished),
            ("<a b=\"1>", XmlError::Unfinished),
            ("<a><!--", XmlError::Unfinished),
            ("<a></b>", XmlError::WrongEnd),
            ("</a>", XmlError::WrongEnd),
            ("<>", XmlError::BadTag),
            ("<a b>", XmlError::BadTag),
            ("<a b=1/>", XmlError::BadTag),
            // A Call-ID with a quote that somebody did not escape.
            ("<a id=\"x\"y\"/>", XmlError::BadTag),
        ] {
            assert_eq!(read(text), Err(error), "{text}");
        }
    }

    #[test]
    fn a_document_type_may_be_named_but_defines_nothing() {
        let named =
            "<!DOCTYPE presence PUBLIC \"-//IETF//DTD RFCxxxx XPIDF 1.0//EN\" \"xpidf.dtd\"><presence/>";
        assert_eq!(read(named).unwrap().name, "presence");
        let bomb = "<!DOCTYPE x [<!ENTITY a \"boom\"><!ENTITY b \"&a;&a;&a;\">]><x>&b;</x>";
        assert_eq!(read(bomb), Err(XmlError::Definitions));
        assert_eq!(
            read("<x>&b; & &#xd800; &#99999999999;</x>").unwrap().text(),
            "&b; & &#xd800; &#99999999999;"
        );
    }

    #[test]
    fn depth_and_number_are_limited() {
        assert!(read(&("<a>".repeat(MAX_DEPTH) + &"</a>".repeat(MAX_DEPTH))).is_ok());
        assert_eq!(read(&"<a>".repeat(MAX_DEPTH + 1)), Err(XmlError::TooMuch));
        assert_eq!(read(&("<a>".to_owned() + &"<b/>".repeat(MAX_ELEMENTS))), Err(XmlError::TooMuch));
        let wide: String = (0..=MAX_ATTRIBUTES).map(|number| format!(" a{number}=''")).collect();
        assert_eq!(read(&format!("<a{wide}/>")), Err(XmlError::TooMuch));
    }

    proptest! {
        #[test]
        fn no_text_makes_it_stumble(text in "(<|>|/|!|\\[|\\]|-|\\?|&|;|#|x|\"|'|=| |a|b|:|CDATA|é){0,60}") {
            _ = read(&text);
        }

        #[test]
        fn what_is_escaped_reads_the_same(text in "[ -~é-ü]{0,40}") {
            let mut document = "<a b=\"".to_owned();
            push_escaped(&mut document, &text);
            document.push_str("\">");
            push_escaped(&mut document, &text);
            document.push_str("</a>");
            let root = read(&document).unwrap();
            prop_assert_eq!(root.attribute("b"), Some(text.as_str()));
            prop_assert_eq!(root.text(), text.trim());
        }
    }
}
