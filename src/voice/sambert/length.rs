//! Length regulator: repeats the vectors of symbols for their frames, as the memory of the decoder (one row per step).

/// Widths of the vectors of a symbol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Widths {
    /// Width of the text, which includes pitch and energy.
    pub text: usize,
    /// Width of the emotion.
    pub emotion: usize,
    /// Width of the speaker.
    pub speaker: usize,
}

/// Vectors of the symbols of an input, row-major.
pub struct SymbolRows {
    /// Text, `[symbols][Widths::text]`.
    pub text: Vec<f32>,
    /// Emotion, `[symbols][Widths::emotion]`.
    pub emotion: Vec<f32>,
    /// Speaker, `[symbols][Widths::speaker]`.
    pub speaker: Vec<f32>,
}

impl Widths {
    /// Width of a row of memory, for `frames` frames per step.
    pub fn memory(self, frames: usize) -> usize {
        frames * self.text + self.speaker + self.emotion
    }

    /// Width of the input of the duration net.
    pub fn condition(self) -> usize {
        self.text + self.speaker + self.emotion
    }
}

impl SymbolRows {
    /// Input of the duration net: text, speaker and emotion of each symbol, concatenated.
    pub fn conditions(&self, widths: Widths) -> Vec<f32> {
        let text = self.text.chunks_exact(widths.text);
        let speaker = self.speaker.chunks_exact(widths.speaker);
        let emotion = self.emotion.chunks_exact(widths.emotion);
        text.zip(speaker).zip(emotion).flat_map(|((t, s), e)| [t, s, e].concat()).collect()
    }

    /// Memory of the decoder, `step` frames per row: the text of each frame with its position in the symbol, then
    /// speaker and emotion of the first frame. The last row is padded with frames without text at position 0.
    pub fn memory(&self, widths: Widths, durations: &[usize], step: usize) -> Vec<f32> {
        let places: Vec<(usize, usize)> = durations
            .iter()
            .enumerate()
            .flat_map(|(symbol, &frames)| (1..=frames).map(move |place| (symbol, place)))
            .collect();
        let mut memory = Vec::with_capacity(places.len().div_ceil(step) * widths.memory(step));
        for frames in places.chunks(step) {
            for i in 0..step {
                self.push_frame(&mut memory, widths.text, frames.get(i).copied());
            }
            let symbol = frames.first().map_or(0, |&(symbol, _)| symbol);
            memory.extend_from_slice(row(&self.speaker, symbol, widths.speaker));
            memory.extend_from_slice(row(&self.emotion, symbol, widths.emotion));
        }
        memory
    }

    fn push_frame(&self, memory: &mut Vec<f32>, width: usize, frame: Option<(usize, usize)>) {
        let place = frame.map_or(0, |(_, place)| place);
        let text = frame.map(|(symbol, _)| row(&self.text, symbol, width));
        memory.extend((0..width).map(|c| text.map_or(0.0, |text| text[c]) + position(place, c, width)));
    }
}

fn row(rows: &[f32], index: usize, width: usize) -> &[f32] {
    &rows[index * width..(index + 1) * width]
}

/// Number `column` of the sinusoidal embedding of a position in `width` numbers (Vaswani et al. 2017,
/// arXiv:1706.03762).
fn position(place: usize, column: usize, width: usize) -> f32 {
    let exponent = (column - column % 2) as f64 / width as f64;
    let angle = place as f64 / 10_000f64.powf(exponent);
    (if column.is_multiple_of(2) { angle.sin() } else { angle.cos() }) as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    const WIDTHS: Widths = Widths { text: 2, emotion: 1, speaker: 1 };

    fn rows() -> SymbolRows {
        SymbolRows {
            text: vec![10.0, 11.0, 20.0, 21.0, 30.0, 31.0],
            emotion: vec![1.0, 2.0, 3.0],
            speaker: vec![4.0, 5.0, 6.0],
        }
    }

    #[test]
    fn conditions_are_text_speaker_emotion() {
        let expected = [10.0, 11.0, 4.0, 1.0, 20.0, 21.0, 5.0, 2.0, 30.0, 31.0, 6.0, 3.0];
        assert_eq!(rows().conditions(WIDTHS), expected);
    }

    #[test]
    fn a_row_of_memory_holds_three_frames_and_the_last_one_is_filled_up() {
        let memory = rows().memory(WIDTHS, &[2, 0, 2], 3);
        let place = |q: f32| [q.sin(), q.cos()];
        let frame = |text: [f32; 2], q: f32| [text[0] + place(q)[0], text[1] + place(q)[1]];
        let first = [frame([10.0, 11.0], 1.0), frame([10.0, 11.0], 2.0), frame([30.0, 31.0], 1.0)].concat();
        let last = [frame([30.0, 31.0], 2.0), [0.0, 1.0], [0.0, 1.0]].concat();
        let expected = [first, vec![4.0, 1.0], last, vec![6.0, 3.0]].concat();
        assert_eq!(memory.len(), expected.len());
        assert!(memory.iter().zip(&expected).all(|(a, b)| (a - b).abs() < 1e-5), "{memory:?}");
    }

    #[test]
    fn no_frames_make_no_memory() {
        assert!(rows().memory(WIDTHS, &[0, 0, 0], 3).is_empty());
    }
}
