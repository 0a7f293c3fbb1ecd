//! The symbols of an input, as prosody and times see them.

use crate::voice::acoustic::{Phoneme, Phonemizer, Role};

/// Symbol of an input, as far as prosody is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Symbol {
    /// Role in its syllable.
    pub role: Role,
    /// Index of its token.
    pub token: usize,
    /// Tone that it stands for, of a voice whose pitch is drawn towards tones.
    pub tone: Option<u8>,
}

impl Symbol {
    /// What prosody needs to know of a phoneme of a voice.
    pub fn of(phoneme: &Phoneme, phonemizer: &dyn Phonemizer) -> Self {
        Self { role: phoneme.role, token: phoneme.token, tone: phonemizer.tone(&phoneme.symbol) }
    }
}

/// Whether a symbol starts a syllable, given the role before it.
pub fn opens_syllable(before: Role, role: Role) -> bool {
    match role {
        Role::Onset => before != Role::Onset,
        Role::Rhyme => !matches!(before, Role::Onset | Role::Rhyme),
        _ => false,
    }
}
