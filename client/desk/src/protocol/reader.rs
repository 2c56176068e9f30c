//! Reads what postcard has written (its wire format, version 1), without ever stopping half-way: what is missing or
//! garbled reads as zero or as empty, and only at the end is it asked whether anything was.
//!
//! Postcard's own reader can fail at every field and must then drop all fields before it: written out for every type
//! of the desk and the user agent, that is 20 kB of brotli.

use std::fmt;

use serde::de::{
    DeserializeSeed, Deserializer, EnumAccess, Error, IntoDeserializer, MapAccess, SeqAccess, VariantAccess,
    Visitor,
};
use serde::forward_to_deserialize_any;

/// What was read is not what was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Garbled;

impl fmt::Display for Garbled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("garbled")
    }
}

impl std::error::Error for Garbled {}

/// Nobody reads why: texts of the reasons would be downloaded for nothing.
impl Error for Garbled {
    fn custom<T: fmt::Display>(_why: T) -> Self {
        Self
    }
}

/// Bytes and what has become of them.
pub(super) struct Reader<'de> {
    bytes: &'de [u8],
    garbled: bool,
}

impl<'de> Reader<'de> {
    pub(super) fn new(bytes: &'de [u8]) -> Self {
        Self { bytes, garbled: false }
    }

    /// True once something was missing or not what could have been written.
    pub(super) fn is_garbled(&self) -> bool {
        self.garbled
    }

    /// The value, or the empty one of its kind, which only what is garbled lacks.
    fn or_garbled<T: Default>(&mut self, value: Option<T>) -> T {
        self.garbled |= value.is_none();
        value.unwrap_or_default()
    }

    fn take(&mut self, count: usize) -> &'de [u8] {
        let split = self.bytes.split_at_checked(count);
        let (taken, left) = self.or_garbled(split);
        self.bytes = left;
        taken
    }

    fn byte(&mut self) -> u8 {
        let byte = self.take(1).first().copied();
        self.or_garbled(byte)
    }

    /// Seven bits a byte, the lowest first; all bytes but the last have their highest bit set.
    fn number(&mut self) -> u64 {
        let mut number = 0;
        for shift in (0..u64::BITS).step_by(7) {
            let byte = self.byte();
            number |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return number;
            }
        }
        self.or_garbled(None)
    }

    /// A number that fits a smaller kind.
    fn small<T: TryFrom<u64> + Default>(&mut self) -> T {
        let number = self.number();
        self.or_garbled(T::try_from(number).ok())
    }

    /// A number with a sign, which is its lowest bit.
    fn signed<T: TryFrom<i64> + Default>(&mut self) -> T {
        let number = self.number();
        let number = (number >> 1).cast_signed() ^ -(number & 1).cast_signed();
        self.or_garbled(T::try_from(number).ok())
    }

    /// How many of something follow, each of which takes a byte at least.
    fn count(&mut self) -> usize {
        let count = self.small();
        self.or_garbled((count <= self.bytes.len()).then_some(count))
    }

    fn block(&mut self) -> &'de [u8] {
        let length = self.count();
        self.take(length)
    }

    fn text(&mut self) -> &'de str {
        let text = str::from_utf8(self.block());
        self.or_garbled(text.ok())
    }

    fn array<const N: usize>(&mut self) -> [u8; N] {
        let bytes = self.take(N).try_into();
        bytes.unwrap_or([0; N])
    }
}

/// What is read without looking further.
macro_rules! plain {
    ($($kind:ident: $visit:ident($read:expr),)*) => {
        $(fn $kind<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Garbled> {
            let read: fn(Self) -> _ = $read;
            visitor.$visit(read(self))
        })*
    };
}

impl<'de> Deserializer<'de> for &mut Reader<'de> {
    type Error = Garbled;

    plain! {
        deserialize_bool: visit_bool(|reader| reader.byte() != 0),
        deserialize_u8: visit_u8(|reader| reader.byte()),
        deserialize_u16: visit_u16(|reader| reader.small()),
        deserialize_u32: visit_u32(|reader| reader.small()),
        deserialize_u64: visit_u64(|reader| reader.number()),
        deserialize_i8: visit_i8(|reader| reader.byte().cast_signed()),
        deserialize_i16: visit_i16(|reader| reader.signed()),
        deserialize_i32: visit_i32(|reader| reader.signed()),
        deserialize_i64: visit_i64(|reader| reader.signed()),
        deserialize_f32: visit_f32(|reader| f32::from_le_bytes(reader.array())),
        deserialize_f64: visit_f64(|reader| f64::from_le_bytes(reader.array())),
        deserialize_char: visit_char(|reader| reader.text().chars().next().unwrap_or_default()),
        deserialize_str: visit_borrowed_str(|reader| reader.text()),
        deserialize_string: visit_str(|reader| reader.text()),
        deserialize_bytes: visit_borrowed_bytes(|reader| reader.block()),
        deserialize_byte_buf: visit_bytes(|reader| reader.block()),
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Garbled> {
        if self.byte() == 0 { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Garbled> {
        visitor.visit_unit()
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Garbled> {
        visitor.visit_unit()
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Garbled> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Garbled> {
        let left = self.count();
        visitor.visit_seq(Many { reader: self, left })
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Garbled> {
        let left = self.count();
        visitor.visit_map(Many { reader: self, left })
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Garbled> {
        visitor.visit_seq(Fields(self))
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, Garbled> {
        visitor.visit_seq(Fields(self))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Garbled> {
        visitor.visit_seq(Fields(self))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Garbled> {
        visitor.visit_enum(self)
    }

    /// What was written does not say what it is.
    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Garbled> {
        Err(Garbled)
    }

    forward_to_deserialize_any! { i128 u128 identifier ignored_any }

    fn is_human_readable(&self) -> bool {
        false
    }
}

/// The fields of a struct: whoever asks for one knows that it is there.
struct Fields<'r, 'de>(&'r mut Reader<'de>);

impl<'de> SeqAccess<'de> for Fields<'_, 'de> {
    type Error = Garbled;

    // Seen from within, nobody need write code for a field that is not there.
    #[inline(always)]
    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Garbled> {
        seed.deserialize(&mut *self.0).map(Some)
    }
}

/// The elements of a list, or the keys and values of a map.
struct Many<'r, 'de> {
    reader: &'r mut Reader<'de>,
    left: usize,
}

impl<'de> SeqAccess<'de> for Many<'_, 'de> {
    type Error = Garbled;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Garbled> {
        let Some(left) = self.left.checked_sub(1) else { return Ok(None) };
        self.left = left;
        seed.deserialize(&mut *self.reader).map(Some)
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.left)
    }
}

impl<'de> MapAccess<'de> for Many<'_, 'de> {
    type Error = Garbled;

    fn next_key_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Garbled> {
        self.next_element_seed(seed)
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, Garbled> {
        seed.deserialize(&mut *self.reader)
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.left)
    }
}

impl<'de> EnumAccess<'de> for &mut Reader<'de> {
    type Error = Garbled;
    type Variant = Self;

    fn variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<(T::Value, Self), Garbled> {
        let variant: u32 = self.small();
        let variant = seed.deserialize(IntoDeserializer::<Garbled>::into_deserializer(variant))?;
        Ok((variant, self))
    }
}

impl<'de> VariantAccess<'de> for &mut Reader<'de> {
    type Error = Garbled;

    fn unit_variant(self) -> Result<(), Garbled> {
        Ok(())
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Garbled> {
        seed.deserialize(self)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Garbled> {
        visitor.visit_seq(Fields(self))
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Garbled> {
        visitor.visit_seq(Fields(self))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::fmt::Debug;

    use proptest::prelude::*;
    use serde::{Deserialize, Serialize};

    use crate::protocol::{pack, unpack};

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    enum Kind {
        Bare,
        Around(Box<Kind>),
        Pair(i16, i64),
        Named { at: char, of: Option<f32> },
    }

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    struct Empty;

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    struct Everything {
        yes: bool,
        small: (u8, u16, u32, u64, usize),
        signed: (i8, i16, i32, i64),
        floats: (f32, f64),
        empty: Empty,
        nothing: (),
        text: String,
        kinds: Vec<Kind>,
        map: BTreeMap<String, Option<u8>>,
    }

    fn everything() -> Everything {
        Everything {
            yes: true,
            small: (u8::MAX, u16::MAX, u32::MAX, u64::MAX, 300),
            signed: (i8::MIN, i16::MIN, i32::MIN, i64::MIN),
            floats: (-1.5, f64::MAX),
            empty: Empty,
            nothing: (),
            text: "Grüße".to_owned(),
            kinds: vec![
                Kind::Bare,
                Kind::Around(Box::new(Kind::Pair(i16::MAX, i64::MAX))),
                Kind::Named { at: 'ß', of: Some(0.25) },
                Kind::Named { at: '\0', of: None },
            ],
            map: BTreeMap::from([("none".to_owned(), None), ("some".to_owned(), Some(7))]),
        }
    }

    fn garbled<T: Debug + for<'de> Deserialize<'de>>(bytes: &[u8]) {
        if let Some(read) = unpack::<T>(bytes) {
            panic!("{bytes:x?} was read as {read:?}");
        }
    }

    #[test]
    fn what_was_written_is_read() {
        assert_eq!(unpack(&pack(&everything())), Some(everything()));
    }

    #[test]
    fn what_ends_early_is_garbled() {
        let whole = pack(&everything());
        for end in 0..whole.len() {
            garbled::<Everything>(&whole[..end]);
        }
    }

    #[test]
    fn what_nobody_writes_is_garbled() {
        garbled::<Kind>(&[4]);
        garbled::<u16>(&[0xff, 0xff, 0x7f]);
        garbled::<u64>(&[0xff; 11]);
        garbled::<String>(&[1, 0xff]);
        garbled::<Vec<u8>>(&pack(&u32::MAX));
    }

    proptest! {
        #[test]
        fn anything_at_all_can_be_read(bytes: Vec<u8>) {
            let _ = unpack::<Everything>(&bytes);
            let _ = unpack::<crate::PageInput>(&bytes);
            let _ = unpack::<crate::PageOutput>(&bytes);
        }
    }
}
