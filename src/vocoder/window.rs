//! Windows over frames, with enough context on both sides that the result equals one run over the whole.

use std::ops::Range;

/// Context of a frame: the number of other frames that its samples depend on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reach {
    /// Frames before it.
    pub before: usize,
    /// Frames after it; 0 for causal nets.
    pub after: usize,
}

/// One run of a net over part of an utterance, in frames of the whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FrameWindow {
    /// Frames fed to the net.
    pub feed: Range<usize>,
    /// Frames of the output to keep: exact, and not part of an earlier window. Inside `feed`.
    pub keep: Range<usize>,
}

/// Frames that windows keep. Longer windows spend less on context; shorter windows take less memory and cancel sooner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lengths {
    /// Of the first window, short so that playback can start early.
    pub opening: usize,
    /// How many times as long as the one before it a window is: it is computed while that one plays.
    pub growth: usize,
    /// Of the longest windows.
    pub longest: usize,
    /// Windows are fed from a multiple of so many frames on, 1 for any. A net whose kernels round several steps
    /// together then gives the same bits as in one run over the whole.
    pub alignment: usize,
}

impl Lengths {
    /// For vocoders, which may need nearly as long as their sound lasts: 0.8 s of sound at 80 frames per second first.
    /// 18 frames of context per side cost 14 % of the longest windows, and 56 % of the first; the alignment costs 7 % of
    /// the longest, on average.
    ///
    /// Minimal filtering computes four steps together that lie a dilation apart. 36 frames are whole groups for the
    /// dilations of MelGAN (1, 3, 9 and 27, after upsampling by 3) and of HiFi-GAN (1, 3 and 5, after upsampling by 10).
    pub const VOCODER: Self = Self { opening: 64, growth: 2, longest: 256, alignment: 36 };
}

/// Windows over `frames` frames, in order: a short one first, then longer ones, each with `reach` as context. Every
/// window is fed at least `least` frames if there are that many.
///
/// ```
/// use hanvox::vocoder::{Lengths, Reach, windows};
///
/// let reach = Reach { before: 36, after: 0 };
/// let kept: Vec<_> = windows(500, reach, 1, Lengths::VOCODER).map(|window| window.keep).collect();
/// assert_eq!(kept, [0..64, 64..192, 192..448, 448..500]);
/// ```
pub fn windows(
    frames: usize,
    reach: Reach,
    least: usize,
    lengths: Lengths,
) -> impl Iterator<Item = FrameWindow> {
    keeps(frames, lengths)
        .map(move |keep| FrameWindow { feed: feed(&keep, frames, reach, least, lengths.alignment), keep })
}

/// Ranges to keep. The last one includes a remainder of less than half an opening, which would not be worth its context.
fn keeps(
    frames: usize,
    Lengths { opening, growth, longest, .. }: Lengths,
) -> impl Iterator<Item = Range<usize>> {
    let (mut start, mut length) = (0, opening);
    std::iter::from_fn(move || {
        let left = frames - start;
        let taken = if left < length + opening / 2 { left } else { length };
        let keep = start..start + taken;
        start = keep.end;
        length = (growth * length).min(longest.max(opening));
        (taken > 0).then_some(keep)
    })
}

/// Range to feed. It ends at the ends of the mel, so that the net pads its input where it would in one run over the
/// whole.
fn feed(keep: &Range<usize>, frames: usize, reach: Reach, least: usize, alignment: usize) -> Range<usize> {
    let end = (keep.end + reach.after).max(least).min(frames);
    let start = keep.start.saturating_sub(reach.before).min(end.saturating_sub(least));
    start - start % alignment..end
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_short_mel_is_one_window() {
        let all: Vec<_> = windows(50, Reach { before: 22, after: 22 }, 1, Lengths::VOCODER).collect();
        assert_eq!(all, [FrameWindow { feed: 0..50, keep: 0..50 }]);
    }

    #[test]
    fn no_frames_no_windows() {
        assert_eq!(windows(0, Reach { before: 22, after: 22 }, 9, Lengths::VOCODER).count(), 0);
    }

    #[test]
    fn a_causal_net_is_fed_nothing_that_comes_after() {
        let reach = Reach { before: 36, after: 0 };
        let feeds: Vec<_> = windows(500, reach, 1, Lengths::VOCODER).map(|w| w.feed).collect();
        assert_eq!(feeds, [0..64, 0..192, 144..448, 396..500]);
    }

    proptest! {
        #[test]
        fn windows_keep_every_frame_once_with_context(
            frames in 1usize..2000, before in 0usize..60, after in 0usize..60, least in 0usize..90,
            (opening, growth, longest) in (1usize..90, 1usize..5, 1usize..600), alignment in 1usize..40
        ) {
            let mut next = 0;
            let lengths = Lengths { opening, growth, longest, alignment };
            for w in windows(frames, Reach { before, after }, least, lengths) {
                prop_assert_eq!(w.keep.start, next);
                next = w.keep.end;
                prop_assert!(w.feed.end <= frames && w.feed.len() >= least.min(frames));
                prop_assert!(w.feed.start == 0 || w.keep.start - w.feed.start >= before);
                prop_assert_eq!(w.feed.start % alignment, 0);
                prop_assert!(w.feed.end == frames || w.feed.end - w.keep.end >= after);
                prop_assert!(w.keep.len() < longest.max(opening) + opening.div_ceil(2));
            }
            prop_assert_eq!(next, frames);
        }
    }
}
