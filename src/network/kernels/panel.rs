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

impl Layout {
    /// Writes a panel, a row for each channel, to the steps from `start` on.
    pub fn store(self, panel: &[Lanes], channels: usize, start: usize, y: &mut [f32]) {
        let steps = y.len() / channels;
        let width = COLUMNS.min(steps - start);
        for (channel, lanes) in panel.iter().enumerate() {
            match self {
                Self::ChannelsFirst => {
                    let at = channel * steps + start;
                    y[at..at + width].copy_from_slice(&lanes[..width]);
                }
                Self::ChannelsLast => {
                    let places = y[start * channels + channel..].iter_mut().step_by(channels);
                    places.zip(&lanes[..width]).for_each(|(y, lane)| *y = *lane);
                }
            }
        }
    }
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

    /// The step of the input that a tap of an output's step sees; `None` before the sequence, and maybe beyond its end.
    pub fn seen(&self, step: usize, tap: usize) -> Option<usize> {
        (step + tap * self.dilation).checked_sub(self.before)
    }

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
        match self.layout {
            Layout::ChannelsLast => self.transpose(panel, taps, start),
            Layout::ChannelsFirst => self.gather(panel, taps, start),
        }
    }

    fn transpose(&self, panel: &mut [Lanes], taps: &Taps, start: usize) {
        for (lane, tap) in (0..COLUMNS).flat_map(|lane| (0..taps.count).map(move |tap| (lane, tap))) {
            let at = taps.seen(start + lane, tap).map(|step| step * self.channels);
            let rows = panel.iter_mut().skip(tap).step_by(taps.count);
            match at.and_then(|at| self.values.get(at..at + self.channels)) {
                Some(step) => rows.zip(step).for_each(|(row, value)| row[lane] = *value),
                None => rows.for_each(|row| row[lane] = 0.0),
            }
        }
    }

    fn gather(&self, panel: &mut [Lanes], taps: &Taps, start: usize) {
        let steps = self.steps();
        let channels = self.values.chunks_exact(steps);
        for (channel, rows) in channels.zip(panel.chunks_exact_mut(taps.count)) {
            for (tap, row) in rows.iter_mut().enumerate() {
                let first = taps.seen(start, tap);
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
    taps.seen(step, tap).and_then(|at| channel.get(at)).copied().unwrap_or(0.0)
}
