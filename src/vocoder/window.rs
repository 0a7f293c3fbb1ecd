//! Windows over a mel, with enough context on both sides to be exact.

use std::ops::Range;

/// How far a sample sees: frames of the mel that it depends on beside its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reach {
    /// Before its own.
    pub before: usize,
    /// After its own; 0 for causal nets.
    pub after: usize,
}

/// One run of the vocoder, in frames of the whole mel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FrameWindow {
    /// Frames fed to the net.
    pub feed: Range<usize>,
    /// Frames of its output that are right and not given by an earlier window; inside `feed`.
    pub keep: Range<usize>,
}

/// Frames that the opening window of a mel keeps: 0.8 s of sound at 80 frames a second, so that playing can start.
const OPENING: usize = 64;

/// Frames that the longest windows keep. Longer ones waste less on context (18 frames a side cost 14 % here, 56 % of
/// the opening window), shorter ones hold less memory and cancel sooner.
const LONGEST: usize = 256;

/// Cuts `frames` into runs that keep an opening and then more and more, and see `reach` beyond. No run is fed less
/// than `least` frames where the mel has them.
pub fn windows(frames: usize, reach: Reach, least: usize) -> impl Iterator<Item = FrameWindow> {
    keeps(frames, OPENING, LONGEST)
        .map(move |keep| FrameWindow { feed: feed(&keep, frames, reach, least), keep })
}

/// Each stretch is twice as long as the one before it, up to `longest`: while it is computed, that one is playing.
/// The last one also takes a rest that is not worth its context, of less than half an opening.
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

/// What the net must see. At the two ends of the mel there is nothing beyond, so that the net's own edge padding is
/// where it would be in the whole.
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
