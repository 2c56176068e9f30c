//! G.711, the one codec that every browser and every telephone has: 8,000 samples a second, one byte each.

/// The two laws of G.711.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Law {
    /// PCMU, North America and Japan (RTP payload type 0).
    Mu,
    /// PCMA, everywhere else (RTP payload type 8).
    A,
}

/// Samples a second.
pub(crate) const RATE: u32 = 8_000;
/// Samples in the 20 ms that one packet carries.
pub(crate) const FRAME: usize = 160;

impl Law {
    /// One sample as its byte.
    pub(crate) fn encode(self, sample: i16) -> u8 {
        match self {
            Self::Mu => encode_mu(sample),
            Self::A => encode_a(sample),
        }
    }

    /// One byte as its sample.
    pub(crate) fn decode(self, byte: u8) -> i16 {
        match self {
            Self::Mu => decode_mu(byte),
            Self::A => decode_a(byte),
        }
    }
}

/// Shift that makes the eight mu-law segments start at powers of two.
const BIAS: i32 = 0x84;
/// Loudest value that still fits after the bias.
const CLIP: i32 = 32_635;

fn encode_mu(sample: i16) -> u8 {
    let sign = if sample < 0 { 0x80 } else { 0 };
    let magnitude = i32::from(sample).abs().min(CLIP) + BIAS;
    // The segment is the position of the highest bit, counted from bit 7.
    let segment = (31 - magnitude.leading_zeros()).saturating_sub(7);
    let mantissa = (magnitude >> (segment + 3)) & 0x0f;
    // Sent with all bits inverted, so that silence has many ones on the wire.
    !low_byte(sign | (i32::try_from(segment).unwrap_or(7) << 4) | mantissa)
}

fn decode_mu(byte: u8) -> i16 {
    let bits = i32::from(!byte);
    let segment = (bits >> 4) & 0x07;
    let magnitude = ((((bits & 0x0f) << 3) + BIAS) << segment) - BIAS;
    sample(if bits & 0x80 == 0 { magnitude } else { -magnitude })
}

fn encode_a(value: i16) -> u8 {
    // A-law has 13 bits; negative values are counted from -1 so that there are two zeros.
    let (sign, magnitude) =
        if value >= 0 { (0x80, i32::from(value) >> 3) } else { (0, -1 - (i32::from(value) >> 3)) };
    let code = if magnitude < 32 {
        magnitude >> 1
    } else {
        let segment = 27_i32 - i32::try_from(magnitude.leading_zeros()).unwrap_or(27);
        (segment << 4) | ((magnitude >> segment) & 0x0f)
    };
    // Every other bit is inverted on the wire.
    low_byte(sign | code) ^ 0x55
}

fn decode_a(byte: u8) -> i16 {
    let bits = i32::from(byte ^ 0x55);
    let segment = (bits >> 4) & 0x07;
    let mantissa = ((bits & 0x0f) << 4) | 0x08;
    let magnitude = if segment == 0 { mantissa } else { (mantissa + 0x100) << (segment - 1) };
    sample(if bits & 0x80 == 0 { -magnitude } else { magnitude })
}

fn low_byte(bits: i32) -> u8 {
    u8::try_from(bits & 0xff).unwrap_or_default()
}

fn sample(value: i32) -> i16 {
    i16::try_from(value).unwrap_or(if value < 0 { i16::MIN } else { i16::MAX })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_bytes_have_their_published_values() {
        // ITU-T G.711, tables 1a and 2a: the ends of the scale and silence.
        for (law, byte, value) in [
            (Law::Mu, 0xff, 0),
            (Law::Mu, 0x80, 32_124),
            (Law::Mu, 0x00, -32_124),
            (Law::A, 0xd5, 8),
            (Law::A, 0xaa, 32_256),
            (Law::A, 0x2a, -32_256),
        ] {
            assert_eq!(law.decode(byte), value, "{law:?} {byte:#x}");
        }
    }

    #[test]
    fn every_byte_survives_the_round_trip() {
        for law in [Law::Mu, Law::A] {
            for byte in 0..=255_u8 {
                let there = law.decode(byte);
                assert_eq!(law.decode(law.encode(there)), there, "{law:?} {byte:#x}");
            }
        }
    }

    #[test]
    fn no_sample_is_further_off_than_its_segment_allows() {
        for law in [Law::Mu, Law::A] {
            for value in (i16::MIN..=i16::MAX).step_by(7) {
                let back = i32::from(law.decode(law.encode(value)));
                let allowed = i32::from(value).abs() / 16 + 16;
                assert!(
                    (back - i32::from(value).clamp(-32_256, 32_256)).abs() <= allowed,
                    "{law:?} {value} {back}"
                );
            }
        }
    }
}
