//! Fixed windows over a mel, with enough context on both sides to be exact.

use std::ops::Range;

/// One run of the vocoder, in frames of the whole mel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Window {
    /// Frames fed to the net.
    pub feed: Range<usize>,
    /// Frames of its output that are right and not given by an earlier window; inside `feed`.
    pub keep: Range<usize>,
}

/// Cuts `frames` into runs that keep `window` frames each and see `context` more on both sides.
///
/// Every run but that of a mel shorter than `window + 2 * context` feeds the same number of frames. At the two
/// ends of the mel the run is shifted inwards, so that the net's own edge padding is where it would be in the
/// whole.
pub fn windows(frames: usize, window: usize, context: usize) -> impl Iterator<Item = Window> {
    let size = (window + 2 * context).min(frames);
    (0..frames).step_by(window.max(1)).map(move |start| {
        let keep = start..(start + window).min(frames);
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
        let all: Vec<_> = windows(50, 64, 22).collect();
        assert_eq!(all, [Window { feed: 0..50, keep: 0..50 }]);
    }

    #[test]
    fn no_frames_no_windows() {
        assert_eq!(windows(0, 64, 22).count(), 0);
    }

    proptest! {
        #[test]
        fn windows_keep_every_frame_once_with_context(frames in 1usize..2000, window in 1usize..200, context in 0usize..60) {
            let mut next = 0;
            for w in windows(frames, window, context) {
                prop_assert_eq!(w.keep.start, next);
                next = w.keep.end;
                prop_assert!(w.feed.end <= frames);
                prop_assert!(w.feed.start == 0 || w.keep.start - w.feed.start >= context);
                prop_assert!(w.feed.end == frames || w.feed.end - w.keep.end >= context);
                prop_assert_eq!(w.feed.len(), (window + 2 * context).min(frames));
            }
            prop_assert_eq!(next, frames);
        }
    }
}
