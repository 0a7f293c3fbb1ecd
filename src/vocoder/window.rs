//! Windows over a mel, with enough context on both sides to be exact.

use std::ops::Range;

/// One run of the vocoder, in frames of the whole mel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Window {
    /// Frames fed to the net.
    pub feed: Range<usize>,
    /// Frames of its output that are right and not given by an earlier window; inside `feed`.
    pub keep: Range<usize>,
}

/// Frames that the opening window of a mel keeps: 0.8 s of sound at 80 frames a second, so that playing can start.
const OPENING: usize = 64;

/// Frames that every later window keeps. Longer ones waste less on context (22 frames a side cost 17 % here, 69 %
/// of the opening window), shorter ones hold less memory and cancel sooner.
const FOLLOWING: usize = 256;

/// Cuts `frames` into runs that keep an opening and then following windows, and see `context` frames more on
/// both sides.
pub fn windows(frames: usize, context: usize) -> impl Iterator<Item = Window> {
    cut(frames, OPENING, FOLLOWING, context)
}

/// At the two ends of the mel a run is shifted inwards rather than shortened, so that the net's own edge padding
/// is where it would be in the whole, and plans see few different lengths.
fn cut(frames: usize, opening: usize, following: usize, context: usize) -> impl Iterator<Item = Window> {
    let starts = std::iter::once(0).chain((opening..).step_by(following));
    starts.take_while(move |&start| start < frames).map(move |start| {
        let length = if start == 0 { opening } else { following };
        let keep = start..(start + length).min(frames);
        let size = (length + 2 * context).min(frames);
        let from = start.saturating_sub(context).min(frames - size);
        Window { feed: from..from + size, keep }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_short_mel_is_one_window() {
        let all: Vec<_> = cut(50, 64, 256, 22).collect();
        assert_eq!(all, [Window { feed: 0..50, keep: 0..50 }]);
    }

    #[test]
    fn no_frames_no_windows() {
        assert_eq!(cut(0, 64, 256, 22).count(), 0);
    }

    proptest! {
        #[test]
        fn windows_keep_every_frame_once_with_context(
            frames in 1usize..2000, opening in 1usize..100, following in 1usize..300, context in 0usize..60
        ) {
            let mut next = 0;
            for w in cut(frames, opening, following, context) {
                prop_assert_eq!(w.keep.start, next);
                next = w.keep.end;
                prop_assert!(w.feed.end <= frames);
                prop_assert!(w.feed.start == 0 || w.keep.start - w.feed.start >= context);
                prop_assert!(w.feed.end == frames || w.feed.end - w.keep.end >= context);
            }
            prop_assert_eq!(next, frames);
        }
    }
}
