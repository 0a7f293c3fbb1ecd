//! Position embeddings that a model was trained with.

use super::layout::{Dtype, PositionTable};
use crate::error::{Error, ErrorKind, Result};
use crate::network::Tensor;

/// Position embeddings `[rows][cols]`. Row 0 is for padding and is never used.
pub struct Positions {
    rows: usize,
    cols: usize,
    values: Vec<f32>,
}

impl Positions {
    /// Table from its bytes. Fails with `voice-corrupt` if their number does not match `layout`.
    pub fn read(layout: &PositionTable, bytes: &[u8]) -> Result<Self> {
        let values: Vec<f32> = match layout.dtype {
            Dtype::F32 => bytes.as_chunks::<4>().0.iter().map(|b| f32::from_le_bytes(*b)).collect(),
            Dtype::I8 => bytes.iter().map(|&b| f32::from(b as i8) * layout.scale).collect(),
        };
        layout.check(Some(bytes.len()))?;
        Ok(Self { rows: layout.rows, cols: layout.cols, values })
    }

    /// Numbers per position.
    pub fn cols(&self) -> usize {
        self.cols
    }

    /// Length of the longest sequence that the table covers.
    pub fn limit(&self) -> usize {
        self.rows - 1
    }

    /// Positions 1 to `count` as a tensor `[1, cols, count]`. Fails with `voice-unsupported` beyond [`Self::limit`].
    pub fn first(&self, count: usize) -> Result<Tensor> {
        if count > self.limit() {
            let message = format!("{count} positions where the voice has {}", self.limit());
            return Err(Error::new(ErrorKind::VoiceUnsupported, message));
        }
        let column = |c: usize| (1..=count).map(move |r| self.values[r * self.cols + c]);
        Ok(Tensor::f32(&[1, self.cols, count], (0..self.cols).flat_map(column).collect()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layout(dtype: Dtype) -> PositionTable {
        PositionTable { file: "positions.bin".to_owned(), rows: 3, cols: 2, dtype, scale: 0.5 }
    }

    #[test]
    fn rows_from_the_second_on_become_columns() {
        let positions = Positions::read(&layout(Dtype::I8), &[0, 0, 1, 2, 255, 4]).unwrap();
        assert_eq!(positions.limit(), 2);
        assert_eq!(positions.first(2).unwrap(), Tensor::f32(&[1, 2, 2], vec![0.5, -0.5, 1.0, 2.0]));
        assert!(positions.first(3).is_err());
    }

    #[test]
    fn a_table_of_another_size_is_corrupt() {
        for (dtype, bytes) in [(Dtype::I8, 5), (Dtype::F32, 23), (Dtype::F32, 25)] {
            let error = Positions::read(&layout(dtype), &vec![0; bytes]).err().unwrap();
            assert_eq!(error.kind(), ErrorKind::VoiceCorrupt);
        }
    }
}
