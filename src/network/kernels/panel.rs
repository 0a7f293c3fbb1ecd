//! Panels: the inputs of neighbouring steps side by side, as the tiles read them.

use super::weights::{COLUMNS, Lanes};

/// The order of a sequence's numbers in memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// `[channels][steps]`.
    ChannelsFirst,
    /// `[steps][channels]`.
    ChannelsLast,
}

/// The steps that an output sees, those of a convolution with stride 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Taps {
    /// How many.
    pub count: usize,
    /// From one to the next.
    pub dilation: usize,
    /// Steps of zeros before the sequence.
    pub before: usize,
    /// Steps of zeros after it.
    pub after: usize,
}

impl Taps {
    /// Every output sees its own step.
    pub const ONE: Self = Self { count: 1, dilation: 1, before: 0, after: 0 };

    /// Steps that there are more of in the output than in the input.
    pub fn growth(&self) -> isize {
        (self.before + self.after) as isize - (self.dilation * (self.count - 1)) as isize
    }
}

/// A sequence to take panels of.
#[derive(Clone, Copy, Debug)]
pub struct Sequence<'a> {
    /// As many as there are channels and steps.
    pub values: &'a [f32],
    /// Their order.
    pub layout: Layout,
    /// Numbers of a step.
    pub channels: usize,
}

impl Sequence<'_> {
    /// How many steps there are.
    pub fn steps(&self) -> usize {
        self.values.len() / self.channels
    }

    /// Fills a panel with what the output's steps from `start` on see: a row for each tap of each channel, zeros beyond
    /// the ends.
    pub fn fill(&self, panel: &mut [Lanes], taps: &Taps, start: usize) {
        match (self.layout, taps.count) {
            (Layout::ChannelsLast, 1) => self.transpose(panel, start),
            _ => self.gather(panel, taps, start),
        }
    }

    fn transpose(&self, panel: &mut [Lanes], start: usize) {
        for lane in 0..COLUMNS {
            let at = (start + lane) * self.channels;
            match self.values.get(at..at + self.channels) {
                Some(step) => panel.iter_mut().zip(step).for_each(|(row, value)| row[lane] = *value),
                None => panel.iter_mut().for_each(|row| row[lane] = 0.0),
            }
        }
    }

    fn gather(&self, panel: &mut [Lanes], taps: &Taps, start: usize) {
        let steps = self.steps();
        let channels = self.values.chunks_exact(steps);
        for (channel, rows) in channels.zip(panel.chunks_exact_mut(taps.count)) {
            for (tap, row) in rows.iter_mut().enumerate() {
                let first = (start + tap * taps.dilation).checked_sub(taps.before);
                let inside = first.and_then(|first| channel.get(first..first + COLUMNS));
                match inside.and_then(|values| values.first_chunk()) {
                    Some(values) => *row = *values,
                    None => *row = std::array::from_fn(|lane| edge(channel, taps, start + lane, tap)),
                }
            }
        }
    }
}

/// What a tap of an output's step sees.
fn edge(channel: &[f32], taps: &Taps, step: usize, tap: usize) -> f32 {
    let at = (step + tap * taps.dilation).checked_sub(taps.before);
    at.and_then(|at| channel.get(at)).copied().unwrap_or(0.0)
}
