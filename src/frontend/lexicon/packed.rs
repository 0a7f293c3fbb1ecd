//! A cursor over packed little-endian bytes that never reads past the end.

use crate::error::{Error, ErrorKind, Result};

/// Bytes still to be read.
pub struct Packed<'a>(&'a [u8]);

impl<'a> Packed<'a> {
    /// Starts at the first byte.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// The next `count` bytes; `voice-corrupt` if there are fewer.
    pub fn bytes(&mut self, count: usize) -> Result<&'a [u8]> {
        let (head, tail) = self.0.split_at_checked(count).ok_or_else(truncated)?;
        self.0 = tail;
        Ok(head)
    }

    /// A 32-bit number.
    pub fn u32(&mut self) -> Result<u32> {
        let bytes = self.bytes(4)?;
        Ok(bytes.iter().rev().fold(0, |number, byte| number << 8 | u32::from(*byte)))
    }

    /// A 32-bit count.
    pub fn count(&mut self) -> Result<usize> {
        Ok(self.u32()? as usize)
    }

    /// A part that starts with its length.
    pub fn section(&mut self) -> Result<Packed<'a>> {
        let length = self.count()?;
        self.bytes(length).map(Packed)
    }

    /// `count` numbers of `size` bytes each, stored as columns: all lowest bytes first.
    pub fn columns(&mut self, count: usize, size: usize) -> Result<Vec<u32>> {
        let mut numbers = vec![0; count.min(self.0.len())];
        for shift in 0..size {
            for (number, byte) in numbers.iter_mut().zip(self.bytes(count)?) {
                *number |= u32::from(*byte) << (8 * shift);
            }
        }
        Ok(numbers)
    }

    /// `count` 32-bit floats, all of them finite.
    pub fn floats(&mut self, count: usize) -> Result<Vec<f32>> {
        let bytes = self.bytes(count.saturating_mul(4))?;
        let floats: Vec<f32> =
            bytes.as_chunks::<4>().0.iter().map(|chunk| f32::from_le_bytes(*chunk)).collect();
        if floats.iter().all(|float| float.is_finite()) {
            Ok(floats)
        } else {
            Err(corrupt("a number that is none"))
        }
    }

    /// All that is left, as text.
    pub fn text(self) -> Result<&'a str> {
        std::str::from_utf8(self.0).map_err(|_| corrupt("text that is not UTF-8"))
    }
}

fn truncated() -> Error {
    corrupt("it ends too early")
}

/// The error for packed data that cannot be right.
pub fn corrupt(what: &str) -> Error {
    Error::new(ErrorKind::VoiceCorrupt, format!("the lexicon is damaged: {what}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_come_back_as_numbers() {
        let numbers = Packed::new(&[1, 2, 0, 3]).columns(2, 2);
        assert_eq!(numbers.unwrap_or_default(), [1, 0x302]);
    }

    #[test]
    fn a_short_file_is_an_error() {
        assert!(Packed::new(&[1, 2]).u32().is_err());
        assert!(Packed::new(&[9, 0, 0, 0, 1]).section().is_err());
        assert!(Packed::new(&[1]).columns(usize::MAX, 2).is_err());
    }
}
