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

/// Frames kept by the first window: 0.8 s of sound at 80 frames per second, so that playback can start early.
const OPENING: usize = 64;

/// Frames kept by the longest windows. Longer windows spend less on context (18 frames per side cost 14 % here, and
/// 56 % of the first window); shorter windows take less memory and cancel sooner.
const LONGEST: usize = 256;

/// Windows over `frames` frames, in order: a short one first, then longer ones, each with `reach` as context. Every
/// window is fed at least `least` frames if there are that many.
///
/// ```
/// use hanvox::vocoder::{Reach, windows};
///
/// let kept: Vec<_> = windows(500, Reach { before: 36, after: 0 }, 1).map(|window| window.keep).collect();
/// assert_eq!(kept, [0..64, 64..192, 192..448, 448..500]);
/// ```
pub fn windows(frames: usize, reach: Reach, least: usize) -> impl Iterator<Item = FrameWindow> {
    keeps(frames, OPENING, LONGEST)
        .map(move |keep| FrameWindow { feed: feed(&keep, frames, reach, least), keep })
}

/// Ranges to keep. Each is twice as long as the one before it, up to `longest`, since it is computed while that one
/// plays. The last range includes a remainder of less than half an `opening`, which would not be worth its context.
fn keeps(frames: usize, opening: usize, longest: usize) -> impl Iterator<Item = Range<usize>> {
    let (mut start, mut length) = (0, opening);
    std::iter::from_fn(move || {
        let left = frames - start;
        let taken = if left < length + opening / 2 { left } else { length };
        let keep = start..start + taken;
        start = keep.end;
        length = (2 * length).min(longest.max(opening));
        (taken > 0).then_some(keep)
    })
}

/// Range to feed. It ends at the ends of the mel, so that the net pads its input where it would in one run over the
/// whole.
fn feed(keep: &Range<usize>, frames: usize, reach: Reach, least: usize) -> Range<usize> {
    let end = (keep.end + reach.after).max(least).min(frames);
    let start = keep.start.saturating_sub(reach.before).min(end.saturating_sub(least));
    start..end
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_short_mel_is_one_window() {
        let all: Vec<_> = windows(50, Reach { before: 22, after: 22 }, 1).collect();
        assert_eq!(all, [FrameWindow { feed: 0..50, keep: 0..50 }]);
    }

    #[test]
    fn no_frames_no_windows() {
        assert_eq!(windows(0, Reach { before: 22, after: 22 }, 9).count(), 0);
    }

    #[test]
    fn a_causal_net_is_fed_nothing_that_comes_after() {
        let feeds: Vec<_> = windows(500, Reach { before: 36, after: 0 }, 1).map(|w| w.feed).collect();
        assert_eq!(feeds, [0..64, 28..192, 156..448, 412..500]);
    }

    proptest! {
        #[test]
        fn windows_keep_every_frame_once_with_context(
            frames in 1usize..2000, before in 0usize..60, after in 0usize..60, least in 0usize..90
        ) {
            let mut next = 0;
            for w in windows(frames, Reach { before, after }, least) {
                prop_assert_eq!(w.keep.start, next);
                next = w.keep.end;
                prop_assert!(w.feed.end <= frames && w.feed.len() >= least.min(frames));
                prop_assert!(w.feed.start == 0 || w.keep.start - w.feed.start >= before);
                prop_assert!(w.feed.end == frames || w.feed.end - w.keep.end >= after);
                prop_assert!(w.keep.len() < LONGEST + OPENING / 2);
            }
            prop_assert_eq!(next, frames);
        }
    }
}
