//! A syllable as a small number: what the stages inside the front end pass along.

/// A syllable without its letters: the number of its base in the lexicon, and its tone (1-5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sound(u16);

impl Sound {
    /// A base (below 8192) with a tone (1-5).
    pub fn new(base: u16, tone: u8) -> Self {
        Self(base << 3 | u16::from(tone & 7))
    }

    /// As packed: base * 8 + tone.
    pub fn from_packed(packed: u16) -> Self {
        Self(packed)
    }

    /// The number of the base syllable.
    pub fn base(self) -> u16 {
        self.0 >> 3
    }

    /// The tone, 5 being neutral.
    pub fn tone(self) -> u8 {
        (self.0 & 7) as u8
    }

    /// The same syllable in another tone.
    pub fn with_tone(self, tone: u8) -> Self {
        Self::new(self.base(), tone)
    }
}
