//! Emoji, read by name on demand.

use super::tables::{PairList, pairs};
use crate::frontend::spoken::SpokenChar;

/// How emoji are treated.
#[derive(Clone, Copy, Debug, Default, serde::Deserialize, PartialEq, Eq)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "lowercase")]
pub enum Emoji {
    /// Not spoken.
    #[default]
    Drop,
    /// Read by name; those without a name in `data/emoji.tsv` are not spoken.
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
