//! Emotion intensities between 0 (neutral) and 1, by interpolation of embeddings.

use std::cell::OnceCell;

use super::layout::Layout;
use crate::error::{Error, ErrorKind, Result};
use crate::network::{Tensor, Values};
use crate::voice::symbol_ids::SymbolIds;

/// Row of the ids that holds the emotions.
const EMOTION: usize = 4;

/// Embedding of the neutral emotion.
pub struct Neutral {
    id: i64,
    /// Ids of the break marks.
    marks: Vec<i64>,
    /// Embedding, computed on first use.
    row: OnceCell<Vec<f32>>,
}

/// Index of a symbol and its emotion intensity, between 0 and 1.
pub type Between = (usize, f32);

impl Neutral {
    /// Neutral emotion of a layout: its first.
    pub fn new(layout: &Layout) -> Self {
        let symbol = layout.emotions.first().map(|emotion| &emotion.symbol);
        let id = layout.symbols.emotion.iter().position(|name| Some(name) == symbol);
        let phones = layout.symbols.sy.iter().zip(0..);
        let marks = phones.filter(|(name, _)| name.starts_with('#')).map(|(_, id)| id).collect();
        Self { id: id.unwrap_or_default() as i64, marks, row: OnceCell::new() }
    }

    /// Symbols with an intensity between 0 and 1, both excluded. Break marks are left out.
    pub fn between(&self, ids: &SymbolIds, intensities: &[f32]) -> Vec<Between> {
        let phones = ids.first_row().iter().zip(intensities).enumerate();
        phones
            .filter(|(_, (phone, at))| !self.marks.contains(phone) && (0.0..1.0).contains(*at) && **at > 0.0)
            .map(|(symbol, (_, at))| (symbol, *at))
            .collect()
    }

    /// Embedding in `width` numbers. `embed` returns the text, emotion and speaker vectors of symbol ids.
    pub fn row(&self, width: usize, embed: impl FnOnce(SymbolIds) -> Result<[Tensor; 3]>) -> Result<&[f32]> {
        if let Some(row) = self.row.get() {
            return Ok(row);
        }
        // The emotion is looked up for itself; any phone will do.
        let mut ids = vec![vec![0]; 6];
        ids[EMOTION] = vec![self.id];
        let [_, emotion, _] = embed(ids.into())?;
        let row = emotion.into_f32(&[1, 1, width], "neutral emotion")?;
        Ok(self.row.get_or_init(|| row))
    }
}

/// Interpolates rows of an emotion tensor `[1, symbols, width]` between the neutral row and their value.
pub fn interpolate(emotions: &mut Tensor, neutral: &[f32], between: &[Between]) -> Result<()> {
    let Values::F32(values) = &mut emotions.values else {
        return Err(Error::new(ErrorKind::VoiceUnsupported, "emotion of the symbols: expected f32"));
    };
    let mut rows: Vec<_> = values.chunks_exact_mut(neutral.len().max(1)).collect();
    for &(symbol, intensity) in between {
        let row = rows.get_mut(symbol).into_iter().flat_map(|row| row.iter_mut());
        row.zip(neutral).for_each(|(value, neutral)| *value = neutral + intensity * (*value - neutral));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn neutral() -> Neutral {
        Neutral { id: 3, marks: vec![9], row: OnceCell::new() }
    }

    #[test]
    fn marks_and_what_is_neutral_or_whole_stay() {
        let ids = SymbolIds::from(vec![1, 9, 2, 3, 4]);
        assert_eq!(neutral().between(&ids, &[0.5, 0.5, 0.0, 1.0, 0.25]), [(0, 0.5), (4, 0.25)]);
        assert!(neutral().between(&ids, &[]).is_empty());
    }

    #[test]
    fn the_neutral_row_is_asked_for_once() {
        let neutral = neutral();
        let embed = |ids: SymbolIds| {
            assert_eq!(ids.into_rows()[EMOTION], [3]);
            Ok([(); 3].map(|()| Tensor::f32(&[1, 1, 2], vec![0.5, 1.0])))
        };
        assert_eq!(neutral.row(2, embed).unwrap(), [0.5, 1.0]);
        assert_eq!(neutral.row(2, |_| unreachable!()).unwrap(), [0.5, 1.0]);
    }

    #[test]
    fn rows_move_from_the_neutral_one() {
        let mut emotions = Tensor::f32(&[1, 3, 2], vec![1.0, 3.0, 1.0, 3.0, 1.0, 3.0]);
        interpolate(&mut emotions, &[0.0, 1.0], &[(0, 0.5), (2, 0.25), (7, 0.5)]).unwrap();
        assert_eq!(emotions.values, Values::F32(vec![0.5, 2.0, 1.0, 3.0, 0.25, 1.5]));
    }
}
