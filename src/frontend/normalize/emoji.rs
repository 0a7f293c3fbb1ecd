//! Emoji by name, for those who want to hear them.

use super::tables::{PairList, pairs};
use crate::frontend::spoken::SpokenChar;

/// What becomes of emoji.
#[derive(Clone, Copy, Debug, Default, serde::Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Emoji {
    /// They are not said.
    #[default]
    Drop,
    /// Their names are said; those without a name here are not.
    Speak,
}

/// The usual ones, with the names that Chinese keyboards give them.
static NAMES: PairList = PairList::new(|| pairs(include_str!("data/emoji.tsv")));

fn name(ch: char) -> Option<&'static str> {
    NAMES.iter().find(|(signs, _)| signs.contains(ch)).map(|(_, name)| *name)
}

/// Puts names in the place of emoji, with a pause around them.
pub(super) fn speak(chars: Vec<SpokenChar>) -> Vec<SpokenChar> {
    let mut spoken = Vec::with_capacity(chars.len());
    for c in chars {
        match name(c.ch) {
            Some(name) => {
                let parted = ['|'].into_iter().chain(name.chars()).chain(['|']);
                spoken.extend(parted.map(|ch| SpokenChar { ch, ..c }));
            }
            None => spoken.push(c),
        }
    }
    spoken
}
