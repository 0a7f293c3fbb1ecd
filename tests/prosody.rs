//! What the voice `han` makes of questions and lists.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // Clippy's exception for tests does not reach their helpers here.

use std::path::Path;
use std::sync::LazyLock;

use hanvox::chunk::chunks;
use hanvox::frontend::{Frontend, Lexicon};
use hanvox::options::Options;
use hanvox::synthesizer::prosody_control::ProsodyControl;
use hanvox::synthesizer::shape;
use hanvox::synthesizer::symbol::Symbol;
use hanvox::voice::Voice;
use hanvox::voice::acoustic::Role;
use hanvox::voice::model::Input;

static FRONTEND: LazyLock<Frontend> =
    LazyLock::new(|| Frontend::new(Lexicon::read(include_bytes!("../models/lexicon/lexicon.bin")).unwrap()));

/// Below this F0 in Hz a frame has no voice.
const VOICED: f32 = 40.0;

fn han() -> Voice {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("models/student/pack");
    let manifest = std::fs::read_to_string(folder.join("voice.json")).unwrap();
    Voice::read(&manifest, |path| std::fs::read(folder.join(path)).ok()).unwrap()
}

/// A sentence as it is shaped: roles and frames of its symbols, and F0 in Hz of the frames.
struct Shaped {
    symbols: Vec<(Role, usize)>,
    tokens: Vec<usize>,
    f0: Vec<f32>,
}

impl Shaped {
    fn new(voice: &Voice, text: &str, speaker: &str) -> Self {
        let [chunk] = chunks(FRONTEND.analyze(text).unwrap()).try_into().unwrap();
        let (options, styles) = (Options::default(), Vec::new());
        let control = |token| ProsodyControl::new(voice.phonemizer.as_ref(), &options, &styles, token);
        let controls: Vec<_> = chunk.tokens.iter().map(control).collect();
        let phonemes = voice.phonemizer.phonemize(&chunk.tokens, &[]).unwrap();
        let symbols: Vec<_> =
            phonemes.iter().map(|phoneme| Symbol::of(phoneme, voice.phonemizer.as_ref())).collect();
        let names: Vec<_> = phonemes.into_iter().map(|phoneme| phoneme.symbol).collect();
        let style = voice.speakers.style(Some(speaker)).unwrap();
        let ids = voice.phonemizer.ids(&names).unwrap();
        let mut encoded = voice.model.encode(Input { ids, style, ..Input::default() }).unwrap();
        let rate = voice.manifest.sample_rate;
        let model = voice.model.as_ref();
        let prosody = shape::prosody(model, &mut encoded, &symbols, &controls, rate, true).unwrap().unwrap();
        let f0 = encoded.variances.f0.iter().zip(&prosody.pitch).map(|(hz, ratio)| hz * ratio).collect();
        let tokens = symbols.iter().map(|symbol| symbol.token).collect();
        let symbols = symbols.iter().map(|symbol| symbol.role).zip(prosody.durations).collect();
        Self { symbols, tokens, f0 }
    }

    /// Mean pitch of a character from the end, in semitones; `None` if it has no voice.
    fn semitones(&self, back: usize) -> Option<f32> {
        let token = self.tokens.last()?.checked_sub(back)?;
        let mut end = 0;
        let mut voiced = Vec::new();
        for ((role, frames), own) in self.symbols.iter().zip(&self.tokens) {
            let from = end;
            end += frames;
            if *own == token && matches!(role, Role::Onset | Role::Rhyme | Role::Coda) {
                voiced
                    .extend(self.f0[from..end].iter().filter(|hz| **hz > VOICED).map(|hz| 12.0 * hz.log2()));
            }
        }
        (!voiced.is_empty()).then(|| voiced.iter().sum::<f32>() / voiced.len() as f32)
    }
}

fn mean(values: impl Iterator<Item = f32>) -> f32 {
    let (count, sum) = values.fold((0.0, 0.0), |(count, sum), value| (count + 1.0, sum + value));
    sum / count
}

/// How much higher questions end than the same words as statements: the last syllable and the last but two, in semitones,
/// as the mean over every `step`th of the texts.
fn rises(voice: &Voice, speaker: &str, step: usize) -> [f32; 2] {
    let texts = include_str!("frontend/questions.txt").lines().filter(|line| !line.starts_with('#'));
    let pair = |text: &str| ['？', '。'].map(|mark| Shaped::new(voice, &format!("{text}{mark}"), speaker));
    let pairs: Vec<[Shaped; 2]> = texts.step_by(step).map(pair).collect();
    [0, 2].map(|back| {
        let rise = |[asked, said]: &[Shaped; 2]| Some(asked.semitones(back)? - said.semitones(back)?);
        mean(pairs.iter().filter_map(rise))
    })
}

fn assert_high(voice: &Voice, speaker: &str, step: usize) {
    let [last, before] = rises(voice, speaker, step);
    println!("{speaker}: the last syllable is {last:.2} semitones higher, the last but two {before:.2}");
    assert!(last >= 2.0 && before.abs() <= 0.6, "{speaker}: {last}, {before}");
}

#[test]
fn questions_end_higher_than_statements_unless_a_word_asks() {
    let voice = han();
    assert_high(&voice, "qing", 5);
    for text in ["你叫什么名字", "你去不去"] {
        let [asked, said] = ['？', '。']
            .map(|mark| Shaped::new(&voice, &format!("{text}{mark}"), "qing").semitones(0).unwrap());
        assert!((asked - said).abs() < 1.5, "{text}: {asked} for {said}");
    }
}

#[test]
#[ignore = "takes a minute in a build with checks"]
fn all_questions_end_higher_than_statements() {
    let voice = han();
    ["qing", "song"].iter().for_each(|speaker| assert_high(&voice, speaker, 1));
}

#[test]
fn the_items_of_a_list_are_followed_by_a_pause() {
    let voice = han();
    for text in ["红、黄、蓝是三种颜色。", "桌上有苹果、香蕉、橘子和葡萄。"] {
        let Shaped { symbols, .. } = Shaped::new(&voice, text, "qing");
        let before: Vec<usize> =
            symbols.windows(2).filter(|pair| pair[1].0 == Role::Item).map(|pair| pair[0].1).collect();
        // Twelve frames of the spectrum are 150 ms.
        assert!(before.len() == 2 && before.iter().all(|frames| *frames >= 12), "{text}: {before:?}");
    }
}
