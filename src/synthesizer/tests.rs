//! The pipeline on nets made of arithmetic.

use serde_json::{Value, json};
use tracing_subscriber::filter::LevelFilter;

use super::prosody_control::Styles;
use super::*;
use crate::event::tests::records;
use crate::frontend::testing::lexicon;
use crate::frontend::{Emotion, Style};
use crate::network::{Network, Tensor};
use crate::token::{Boundary, Syllable, Token};
use crate::vocoder::Vocoder;
use crate::voice::fastspeech2::symbols::Symbols;
use crate::voice::fastspeech2::{FastSpeech2, Positions};
use crate::voice::manifest::tests::{layout, manifest};
use crate::voice::mel_model::MelModel;
use crate::voice::speakers::Speakers;

/// A net made of a closure over its inputs.
struct Fake<F>(F);

impl<F: Fn(&[Tensor]) -> Vec<Tensor>> Network for Fake<F> {
    fn run(&self, inputs: Vec<Tensor>) -> Result<Vec<Tensor>> {
        Ok((self.0)(&inputs))
    }
}

fn net<F: Fn(&[Tensor]) -> Vec<Tensor> + 'static>(run: F) -> Box<dyn Network> {
    Box::new(Fake(run))
}

/// Three frames a symbol, every sample `level`; 63 positions, so that 21 symbols are the most.
fn voice(level: f32) -> Rc<Voice> {
    voice_of(3.0, move |sample| if sample % 2 == 0 { level } else { -level })
}

/// `frames` a symbol, each sample of a window as `wave` says.
fn voice_of(frames: f32, wave: impl Fn(usize) -> f32 + 'static) -> Rc<Voice> {
    let (manifest, layout) = (manifest(), layout());
    let table = vec![0; layout.positions.rows * layout.positions.cols * 4];
    let positions = Positions::read(&layout.positions, &table).unwrap();
    let encoder = net(move |inputs| {
        let count = inputs[0].shape[1];
        let row = |value| Tensor::f32(&[1, count], vec![value; count]);
        vec![Tensor::f32(&[1, 2, count], vec![0.0; 2 * count]), row(frames), row(0.0), row(0.0)]
    });
    let variance = net(|inputs| vec![inputs[0].clone()]);
    let decoder = net(|inputs| vec![inputs[0].clone()]);
    let vocoder = net(move |inputs| {
        let samples = 4 * inputs[0].shape[2];
        vec![Tensor::f32(&[1, 1, samples], (0..samples).map(&wave).collect())]
    });
    let phonemizer = Box::new(Symbols::new(&layout).unwrap());
    let acoustic = Box::new(FastSpeech2::new(&layout, [encoder, variance, decoder], positions));
    let stage = &layout.stages.vocoder;
    let vocoder = Vocoder::new(vocoder, manifest.hop, stage.reach(), stage.min_frames);
    let model = Rc::new(MelModel::new(acoustic, vocoder, manifest.hop));
    Rc::new(Voice {
        manifest,
        phonemizer,
        speakers: Speakers::default(),
        mel_model: Some(Rc::clone(&model)),
        model,
    })
}

fn chunk(syllables: usize) -> Chunk {
    let syllable = || vec![Syllable { base: "ba".to_owned(), tone: 1 }];
    let token = |i: usize| Token {
        text: "八".to_owned(),
        span: Span { start: i, end: i + 1 },
        pinyin: syllable(),
        surface: syllable(),
        phones: Vec::new(),
        boundary: if i + 1 == syllables { Boundary::Sentence } else { Boundary::Syllable },
        mark: None,
        pause_ms: if i + 1 == syllables { 100 } else { 0 },
    };
    Chunk { tokens: (0..syllables).map(token).collect() }
}

fn synthesis(voice: Rc<Voice>, chunks: Vec<Chunk>) -> Synthesis {
    styled(voice, chunks, Options::default(), Styles::new())
}

fn styled(voice: Rc<Voice>, chunks: Vec<Chunk>, options: Options, styles: Styles) -> Synthesis {
    let mut plan = Plan::new(voice, options).unwrap();
    plan.places = chunks.iter().map(Chunk::span).collect();
    (plan.chunks, plan.styles) = (chunks, styles);
    Synthesis::of_plan(plan, TracingSpan::none())
}

fn all(synthesis: &mut Synthesis) -> Result<Vec<AudioWindow>> {
    std::iter::from_fn(|| synthesis.next_window().transpose()).collect()
}

fn speak(level: f32, chunks: Vec<Chunk>) -> Result<Vec<AudioWindow>> {
    all(&mut synthesis(voice(level), chunks))
}

/// Samples of `syllables` spoken in one go: 3 frames of 4 samples for each of the opening silence, two symbols
/// a syllable and a mark between; then 100 ms at 8 kHz, of which the two closing symbols are a part.
fn samples(syllables: usize) -> usize {
    (1 + 2 * syllables + (syllables - 1)) * 12 + 800
}

#[test]
fn each_chunk_is_opened_and_closed_once_and_followed_by_its_pause() {
    let windows = speak(0.5, vec![chunk(1), chunk(6)]).unwrap();
    for (index, syllables) in [(0, 1), (1, 6)] {
        let of_chunk: Vec<_> = windows.iter().filter(|window| window.chunk == index).collect();
        assert_eq!(of_chunk.iter().map(|window| window.samples.len()).sum::<usize>(), samples(syllables));
        assert_eq!(of_chunk.iter().filter(|window| window.first).count(), 1);
        assert!(of_chunk[0].first && of_chunk[of_chunk.len() - 1].last);
    }
    assert!(windows[0].samples[0].abs() < 0.01);
    assert!(windows[0].samples.ends_with(&[0.0; 776]));
}

#[test]
fn a_chunk_of_too_many_frames_is_spoken_in_parts() {
    let windows = speak(0.5, vec![chunk(40)]).unwrap();
    assert!(windows.iter().all(|window| window.chunk == 0));
    assert_eq!(windows.iter().filter(|window| window.first).count(), 1);
    assert_eq!(windows.iter().filter(|window| window.last).count(), 1);
    assert!(windows.last().unwrap().last);
}

#[test]
fn markup_shapes_the_tokens_inside_it() {
    let slow = Style { speed: 0.5, ..Style::default() };
    let styles = vec![(Span { start: 1, end: 2 }, slow)];
    let mut synthesis = styled(voice(0.5), vec![chunk(3)], Options::default(), styles);
    let windows = all(&mut synthesis).unwrap();
    let spoken: usize = windows.iter().map(|window| window.samples.len()).sum();
    // The middle token has two symbols and a mark, all twice as long.
    assert_eq!(spoken, samples(3) + 3 * 12);
}

#[test]
fn a_text_at_any_speed_takes_its_share_of_the_time() {
    for frames in [2.0, 3.0] {
        let length = |speed: f32| -> f32 {
            let options = Options { speed, ..Options::default() };
            let pausing = |count| {
                let mut chunk = chunk(count);
                chunk.tokens[count - 1].pause_ms = (450.0 / speed).round() as u32;
                chunk
            };
            let chunks = vec![pausing(2), pausing(1)];
            let mut synthesis = styled(
                voice_of(frames, |sample| if sample % 2 == 0 { 0.5 } else { -0.5 }),
                chunks,
                options,
                Styles::new(),
            );
            all(&mut synthesis).unwrap().iter().map(|window| window.samples.len() as f32).sum()
        };
        for speed in [0.5, 1.3, 2.0, 3.0] {
            // A frame and a millisecond of the pause for each chunk.
            let away = length(speed) - length(1.0) / speed;
            assert!(away.abs() <= 2.0 * (4.0 + 8.0), "{frames} frames at {speed}: {away} samples");
        }
    }
}

#[test]
fn the_pauses_between_sentences_follow_the_speed_and_those_of_the_markup_do_not() {
    let frontend = Frontend::new(lexicon());
    let pauses = |text: &str| -> Vec<u32> {
        let options = Options { speed: 3.0, ..Options::default() };
        let plan = Plan::new(voice(0.5), options).unwrap().of_text(&frontend, text).unwrap();
        plan.chunks.iter().map(Chunk::pause_ms).collect()
    };
    assert_eq!(pauses("爸爸。八。"), [150, 150]);
    assert_eq!(pauses("<speak><s>爸爸<break time=\"200ms\"/></s>八。</speak>"), [200, 150]);
}

#[test]
fn an_emotion_of_the_markup_goes_before_that_of_the_options() {
    let angry = Style {
        emotion: Some(Emotion { name: "angry".to_owned(), intensity: 1.0, optional: false }),
        ..Style::default()
    };
    let styles = vec![(Span { start: 1, end: 2 }, angry)];
    let options = Options { speed: 0.9, emotion: Some("sad".to_owned()), ..Options::default() };
    let mut synthesis = styled(voice(0.5), vec![chunk(3)], options, styles);
    let spoken: usize = all(&mut synthesis).unwrap().iter().map(|window| window.samples.len()).sum();
    // Of three frames become 3.83 where it is sad (six symbols, without those that the closing silence hides) and 3.09
    // where it is angry (three): 32 in all instead of 27.
    assert_eq!(spoken, samples(3) + (32 - 27) * 4);
}

#[test]
fn an_emotion_shapes_the_pauses_that_nobody_wrote() {
    let frontend = Frontend::new(lexicon());
    let pauses = |text: &str, name: &str| -> Vec<u32> {
        let options = Options { emotion: Some(name.to_owned()), ..Options::default() };
        let plan = Plan::new(voice(0.5), options).unwrap().of_text(&frontend, text).unwrap();
        plan.chunks.iter().map(Chunk::pause_ms).collect()
    };
    assert_eq!(pauses("爸爸。八。", "neutral"), [450, 450]);
    assert_eq!(pauses("爸爸。八。", "sad"), [675, 675]);
    let marked = "<speak><s>爸爸<break time=\"200ms\"/></s><emotion name=\"neutral\">八。</emotion></speak>";
    assert_eq!(pauses(marked, "sad"), [200, 450]);
}

#[test]
fn an_emotion_that_the_voice_lacks_is_refused_wherever_it_is_asked_for() {
    let frontend = Frontend::new(lexicon());
    let asked = Options { emotion: Some("envious".to_owned()), ..Options::default() };
    let marked = "<speak><emotion name=\"envious\" intensity=\"0\">八</emotion></speak>";
    for (text, options) in [("八", asked), (marked, Options::default())] {
        let error = Plan::new(voice(0.5), options).unwrap().of_text(&frontend, text).err().unwrap();
        assert_eq!(error.kind(), ErrorKind::UnknownEmotion);
        assert!(error.message().contains("neutral, happy"), "{error}");
    }
}

#[test]
fn samples_that_are_not_numbers_are_an_error() {
    assert_eq!(speak(f32::NAN, vec![chunk(1)]).unwrap_err().kind(), ErrorKind::OutputInvalid);
}

#[test]
fn a_text_resumed_at_a_chunk_gives_its_pieces_from_there() {
    let text = || vec![chunk(1), chunk(6), chunk(40), chunk(2)];
    let windows = speak(0.5, text()).unwrap();
    for start in 0..=4 {
        for already in 0..3 {
            let mut synthesis = synthesis(voice(0.5), text());
            (0..already).for_each(|_| drop(synthesis.next_window().unwrap()));
            synthesis.resume(start).unwrap();
            let of_rest = |window: &&AudioWindow| window.chunk >= start;
            let rest: Vec<_> = windows.iter().filter(of_rest).cloned().collect();
            assert_eq!(all(&mut synthesis).unwrap(), rest);
        }
    }
    assert_eq!(synthesis(voice(0.5), text()).resume(5).unwrap_err().kind(), ErrorKind::OptionInvalid);
}

#[test]
fn with_a_limit_every_chunk_is_opened_and_closed_once() {
    for limit in 1..8 {
        let mut synthesis = synthesis(voice(0.5), vec![chunk(1), chunk(6), chunk(7)]);
        synthesis.set_limit(limit).unwrap();
        let windows = all(&mut synthesis).unwrap();
        for (index, chunk) in synthesis.chunks().iter().enumerate() {
            let of_chunk: Vec<_> = windows.iter().filter(|window| window.chunk == index).collect();
            assert_eq!(of_chunk.iter().filter(|window| window.first).count(), 1);
            assert_eq!(of_chunk.iter().filter(|window| window.last).count(), 1);
            assert!(of_chunk[0].first && of_chunk[of_chunk.len() - 1].last);
            assert!(of_chunk.len() >= chunk.length().div_ceil(limit));
        }
        assert_eq!(synthesis.chunks().len(), 3);
    }
}

#[test]
fn a_limit_of_nothing_is_refused() {
    let mut synthesis = synthesis(voice(0.5), vec![chunk(1)]);
    assert_eq!(synthesis.set_limit(0).unwrap_err().kind(), ErrorKind::OptionInvalid);
}

#[test]
fn too_few_frames_are_an_error_of_the_encoder() {
    for frames in [-1.0, 0.0, 0.1, 0.9] {
        let error = all(&mut synthesis(voice_of(frames, |_| 0.5), vec![chunk(3)])).unwrap_err();
        assert_eq!((error.kind(), error.stage()), (ErrorKind::MelTooShort, Some("encoder")));
    }
    let options = Options { speed: 1.9, ..Options::default() };
    let mut fast = styled(voice_of(1.0, |_| 0.5), vec![chunk(3)], options, Styles::new());
    assert!(all(&mut fast).is_ok());
}

#[test]
fn silence_and_clipping_are_errors_of_the_vocoder_in_their_chunk() {
    for level in [0.0, 1e-5, 1.0] {
        let mut synthesis = synthesis(voice(level), vec![chunk(2), chunk(3)]);
        synthesis.resume(1).unwrap();
        let error = all(&mut synthesis).unwrap_err();
        assert_eq!((error.kind(), error.stage()), (ErrorKind::OutputInvalid, Some("vocoder")));
        assert_eq!(error.chunk(), Some(ChunkPlace { index: 1, start: 0, end: 3 }));
    }
}

#[test]
fn silence_that_the_markup_asks_for_is_none() {
    let silent = Style { volume: 0.0, ..Style::default() };
    let styles = vec![(Span { start: 0, end: 2 }, silent)];
    let of_chunks = |chunks| styled(voice(0.0), chunks, Options::default(), styles.clone());
    assert!(all(&mut of_chunks(vec![chunk(2)])).is_ok());
    assert_eq!(all(&mut of_chunks(vec![chunk(3)])).unwrap_err().kind(), ErrorKind::OutputInvalid);
}

#[test]
fn after_an_error_the_chunk_begins_anew() {
    let failing = std::rc::Rc::new(std::cell::Cell::new(true));
    let wave = {
        let failing = failing.clone();
        move |_| if failing.get() { f32::NAN } else { 0.5 }
    };
    let mut synthesis = synthesis(voice_of(3.0, wave), vec![chunk(2)]);
    assert!(synthesis.next_window().is_err());
    failing.set(false);
    assert!(synthesis.next_window().unwrap().is_some_and(|window| window.first));
}

#[test]
fn spans_say_what_took_how_long_and_are_all_closed() {
    let records = records(LevelFilter::DEBUG, || {
        let request = info_span!("synthesize", request = "r7");
        let mut synthesis = Synthesis { request, ..synthesis(voice(0.5), vec![chunk(2), chunk(40)]) };
        all(&mut synthesis).unwrap();
    });
    let has = |field: &str, value: Value| records.iter().filter(|record| record[field] == value).count();
    assert_eq!(has("request", json!("r7")), records.len());
    assert!(
        records.iter().all(|record| record["duration_ms"].is_f64() || record["message"] != "run is done")
    );
    for stage in ["encoder", "variance", "decoder", "vocoder"] {
        assert!(has("stage", json!(stage)) > 1, "{stage}");
    }
    assert_eq!((has("message", json!("begin is done")), has("chunk", json!(1)) > 5), (2, true));
    assert_eq!(records.last().unwrap()["message"], "synthesize is done");
}

#[test]
fn dropped_syntheses_leave_no_span_open() {
    let records = records(LevelFilter::DEBUG, || {
        for dropped_after in 0..500 {
            let request = info_span!("synthesize", request = dropped_after);
            let mut synthesis = Synthesis { request, ..synthesis(voice(0.5), vec![chunk(2), chunk(6)]) };
            (0..dropped_after % 4).for_each(|_| drop(synthesis.next_window().unwrap()));
        }
    });
    let closed = |name: &str| records.iter().filter(|record| record["message"] == name).count();
    assert_eq!(closed("synthesize is done"), 500);
}

#[test]
fn symbol_lines_are_spoken_as_they_stand() {
    let text = "0\t{sil} {b} {a1} {sil} {eos}\n\n1\t{b} {a2} {#3} {b} {a4} {eos}\r\n";
    let mut spoken = Synthesis::of_lines(voice(0.5), text, Options::default(), "").unwrap();
    let places: Vec<(usize, usize)> = spoken.places().iter().map(|place| (place.start, place.end)).collect();
    assert_eq!(places, [(2, 28), (32, 60)]);
    assert_eq!(spoken.lines().unwrap(), text.replace("\n\n", "\n").trim_end());
    let windows = all(&mut spoken).unwrap();
    // Three frames a symbol, four samples a frame.
    let samples: Vec<usize> = windows.iter().map(|window| window.samples.len()).collect();
    assert_eq!(samples, [5 * 12, 6 * 12]);
}

#[test]
fn a_long_symbol_line_is_cut_at_its_marks() {
    let line = format!("{} {{#3}} {}", "{b} {a1} ".repeat(6).trim(), "{b} {a1} ".repeat(6).trim());
    let mut spoken = Synthesis::of_lines(voice(0.5), &line, Options::default(), "").unwrap();
    let windows = all(&mut spoken).unwrap();
    assert_eq!(windows.iter().map(|window| window.samples.len()).collect::<Vec<_>>(), [13 * 12, 12 * 12]);
}

#[test]
fn symbol_lines_take_no_emotion_from_the_options() {
    let options = Options { emotion: Some("happy".to_owned()), ..Options::default() };
    let error = Synthesis::of_lines(voice(0.5), "{b} {a1}", options, "").map(drop).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::OptionInvalid);
}

#[test]
fn what_is_no_symbol_line_is_told_by_its_number() {
    for (text, kind, told) in [
        ("", ErrorKind::EmptyText, "no symbol lines"),
        (" \n\t\n", ErrorKind::EmptyText, "no symbol lines"),
        ("{b}\n{b} {q1}", ErrorKind::MarkupInvalid, "line 2: symbol 2"),
        ("今天", ErrorKind::MarkupInvalid, "line 1"),
    ] {
        let error = Synthesis::of_lines(voice(0.5), text, Options::default(), "").map(drop).unwrap_err();
        assert_eq!(error.kind(), kind, "{text}");
        assert!(error.message().contains(told), "{error}");
    }
}

#[test]
fn a_pitch_or_a_speaker_that_the_voice_lacks_is_refused() {
    let frontend = Frontend::new(lexicon());
    let high = Options { pitch: 1.6, ..Options::default() };
    let other = Options { speaker: Some("qing".to_owned()), ..Options::default() };
    for (options, told) in [(high, "1.5"), (other, "qing")] {
        let refused = [
            Synthesis::new(&frontend, voice(0.5), "八", options.clone(), ""),
            Synthesis::of_lines(voice(0.5), "{b} {a1}", options, ""),
        ];
        for error in refused.map(|made| made.map(drop).unwrap_err()) {
            assert_eq!(error.kind(), ErrorKind::OptionInvalid);
            assert!(error.message().contains(told), "{error}");
        }
    }
}

/// Name and sample, from the start of the text, of each mark.
fn marks(synthesis: &mut Synthesis) -> Vec<(String, usize)> {
    let mut before = 0;
    let mut found = Vec::new();
    for window in all(synthesis).unwrap() {
        found.extend(window.marks.into_iter().map(|mark| (mark.name, before + mark.sample)));
        before += window.samples.len();
    }
    found
}

#[test]
fn a_mark_stands_where_the_token_after_it_begins() {
    let frontend = Frontend::new(lexicon());
    let text =
        "<speak><mark name=\"a\"/>爸<mark name=\"b\"/>爸。<mark name=\"c\"/>八。<mark name=\"d\"/></speak>";
    let mut synthesis = Synthesis::new(&frontend, voice(0.5), text, Options::default(), "").unwrap();
    let lengths: Vec<usize> = [0, 1]
        .map(|chunk| {
            synthesis.resume(chunk).unwrap();
            let windows = all(&mut synthesis).unwrap();
            windows.iter().filter(|window| window.chunk == chunk).map(|window| window.samples.len()).sum()
        })
        .to_vec();
    synthesis.resume(0).unwrap();
    let placed = marks(&mut synthesis);
    // The opening silence, a syllable of two symbols and the boundary: 12 samples each.
    let meant = [("a", 0), ("b", 4 * 12), ("c", lengths[0]), ("d", lengths[0] + lengths[1])];
    assert_eq!(placed, meant.map(|(name, sample)| (name.to_owned(), sample)));
    for limit in 1..4 {
        synthesis.resume(0).unwrap();
        synthesis.set_limit(limit).unwrap();
        let names: Vec<_> = marks(&mut synthesis).into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["a", "b", "c", "d"]);
    }
    synthesis.resume(1).unwrap();
    assert_eq!(marks(&mut synthesis)[0], ("c".to_owned(), 0));
}

/// Lengths of the runs of silence inside a sound and at its start, in samples.
fn silences(samples: &[f32]) -> Vec<usize> {
    let runs = samples.chunk_by(|a, b| (*a == 0.0) == (*b == 0.0));
    runs.filter(|run| run[0] == 0.0).map(<[f32]>::len).collect()
}

#[test]
fn a_break_is_as_long_as_it_is_written_wherever_it_stands() {
    let frontend = Frontend::new(lexicon());
    // At 8 kHz.
    for (inside, meant) in [
        ("爸<break time=\"300ms\"/>爸", &[2400][..]),
        ("爸，<break time=\"50ms\"/>爸", &[400]),
        ("<break time=\"200ms\"/>爸", &[1600]),
        (
            "<s><break strength=\"x-weak\"/>爸<break time=\"100ms\"/><break time=\"150ms\"/>爸<break/>爸</s>",
            &[800, 2000],
        ),
        ("爸。<break time=\"1s\"/>爸", &[8000]),
    ] {
        let text = format!("<speak>{inside}<break time=\"0s\"/></speak>");
        let mut synthesis = Synthesis::new(&frontend, voice(0.5), &text, Options::default(), "").unwrap();
        let windows = all(&mut synthesis).unwrap();
        let samples: Vec<f32> = windows.iter().flat_map(|window| window.samples.clone()).collect();
        // The voice of the tests sounds in its own pauses: only 12 samples of them, that of its end, may be a part of one.
        let heard: Vec<usize> = silences(&samples).into_iter().filter(|run| *run > 99).collect();
        assert_eq!(heard.len(), meant.len(), "{inside}: {heard:?}");
        assert!(heard.iter().zip(meant).all(|(a, b)| a.abs_diff(*b) <= 24), "{inside}: {heard:?}");
        let mut before = 0;
        let starts = windows.iter().flat_map(|window| {
            let start = before;
            before += if window.last { 0 } else { window.samples.len() };
            window.characters.iter().map(move |at| (at.start, start))
        });
        assert!(starts.count() > 0);
    }
}

#[test]
fn times_are_those_of_the_symbols_however_a_chunk_is_cut() {
    let times = |limit: usize| -> Vec<(usize, f64, f64)> {
        let mut synthesis = synthesis(voice(0.5), vec![chunk(1), chunk(6)]);
        synthesis.set_limit(limit).unwrap();
        let windows = all(&mut synthesis).unwrap();
        let at = |window: &AudioWindow| {
            let chunk = window.chunk;
            window.characters.iter().map(move |at| (chunk, at.start, at.end)).collect::<Vec<_>>()
        };
        windows.iter().flat_map(at).collect()
    };
    // Three frames of four samples for each symbol: the opening silence, then two a syllable and a boundary.
    let symbol = 12.0 / 8000.0;
    let near = |a: f64, b: f64| (a - b).abs() < 1e-9;
    let whole = times(100);
    assert_eq!(whole.len(), 7);
    assert!(near(whole[0].1, symbol) && near(whole[0].2, 3.0 * symbol), "{whole:?}");
    for (i, (chunk, start, _)) in whole[1..].iter().enumerate() {
        assert!(*chunk == 1 && near(*start, (1 + 3 * i) as f64 * symbol), "{whole:?}");
    }
    // Each of the parts has silence at both ends.
    let parts = times(3);
    assert_eq!(parts.len(), 7);
    assert!(near(parts[4].1, (1 + 8 + 2 + 1) as f64 * symbol), "{parts:?}");
}
