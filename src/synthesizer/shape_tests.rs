use proptest::prelude::*;

use super::*;
use crate::voice::acoustic::{Scales, Variances, durations};
use crate::voice::emotion::{PRESETS, Preset, preset};
use crate::voice::mel_model::{self, PITCHES};
use crate::voice::parts::Scale;

const SCALES: Scales =
    Scales { f0: Scale { mean: 250.0, std: 60.0 }, energy: Scale { mean: 50.0, std: 35.0 } };

const FRAME_MS: f32 = 12.5;

/// As the pipeline shapes what a voice with a mel predicts.
fn shape(
    variances: &mut Variances,
    scales: Scales,
    symbols: &[Symbol],
    controls: &[ProsodyControl],
    closes: bool,
) {
    let contour = mel_model::contour(variances, scales);
    let prosody = Prosody {
        lengths: lengths(&variances.frames, symbols, controls, Edges::default(), FRAME_MS),
        durations: Vec::new(),
        pitch: pitches(&contour, PITCHES, symbols, controls, closes),
        loudness: loudness(&contour, symbols, controls),
    };
    mel_model::apply(&prosody, scales, variances);
}

fn control(name: &'static str, intensity: f32) -> ProsodyControl<'static> {
    ProsodyControl {
        speed: 1.0,
        pitch: 1.0,
        energy: 1.0,
        emotion: Some(name),
        preset: preset(name),
        intensity,
    }
}

/// Syllables of an onset, a rhyme and a mark after it, a pause after the second; a token each.
fn syllables(count: usize) -> Vec<Symbol> {
    let symbol = |role, token| Symbol { role, token, tone: None };
    let middle = (0..count).flat_map(|token| {
        let mark = if token == 1 { Role::Pause } else { Role::Boundary };
        [Role::Onset, Role::Rhyme, mark].map(|role| symbol(role, token))
    });
    let (first, last) = (symbol(Role::End, 0), symbol(Role::End, count - 1));
    std::iter::once(first).chain(middle).chain([last]).collect()
}

fn flat(count: usize) -> Variances {
    Variances { frames: vec![6.0; count], f0: vec![0.0; count], energy: vec![0.0; count] }
}

/// Flat contours of eight syllables, shaped.
fn shaped(control: ProsodyControl, closes: bool) -> Variances {
    let symbols = syllables(8);
    let mut variances = flat(symbols.len());
    shape(&mut variances, SCALES, &symbols, &[control; 8], closes);
    variances
}

fn semitones(variances: &Variances) -> Vec<f32> {
    let hz = |predicted: &f32| SCALES.f0.mean + SCALES.f0.std * predicted;
    variances.f0.iter().map(|predicted| 12.0 * (hz(predicted) / SCALES.f0.mean).log2()).collect()
}

#[test]
fn no_emotion_leaves_everything() {
    for preset in &PRESETS {
        assert_eq!(shaped(control(preset.name, 0.0), true), flat(26), "{}", preset.name);
    }
    assert_eq!(shaped(control("neutral", 1.0), true), flat(26));
}

#[test]
fn each_preset_moves_rate_pauses_energy_and_register() {
    for preset in &PRESETS {
        for intensity in [0.5, 1.0] {
            let variances = shaped(control(preset.name, intensity), false);
            let near = |a: f32, b: f32| assert!((a - b).abs() < 1e-3, "{}: {a} for {b}", preset.name);
            near(variances.frames[2], 6.0 / preset.rate.powf(intensity));
            near(variances.frames[6], 6.0 * preset.pauses.powf(intensity));
            let loudness =
                (SCALES.energy.mean + SCALES.energy.std * variances.energy[2]) / SCALES.energy.mean;
            near(20.0 * loudness.log10(), preset.energy * intensity);
            let semitones = semitones(&variances);
            near((semitones[0] + semitones[25]) / 2.0, preset.register * intensity);
            let fall = (semitones[0] - semitones[25]) * 26.0 / 25.0;
            near(fall, preset.declination * intensity);
        }
    }
}

#[test]
fn only_the_last_two_syllables_of_a_sentence_rise() {
    let (open, closed) = (shaped(control("surprise", 1.0), false), shaped(control("surprise", 1.0), true));
    let (open, closed) = (semitones(&open), semitones(&closed));
    let rise: Vec<f32> = open.iter().zip(&closed).map(|(open, closed)| closed - open).collect();
    assert!(rise[..18].iter().all(|rise| rise.abs() < 1e-3), "{rise:?}");
    assert!(rise[18..].windows(2).all(|pair| pair[0] <= pair[1] + 1e-3), "{rise:?}");
    assert!((rise[25] - preset("surprise").unwrap().rise).abs() < 1e-3, "{rise:?}");
}

#[test]
fn range_moves_the_syllables_and_flattens_none() {
    let symbols = syllables(4);
    for (range, own) in [(0.8, 1.0), (1.25, 1.25)] {
        let preset: &'static Preset = Box::leak(Box::new(Preset { range, ..*preset("neutral").unwrap() }));
        let mut variances = flat(symbols.len());
        // High and low syllables by turns, each falling from its rhyme to its mark.
        variances.f0 = symbols.iter().map(|symbol| if symbol.token % 2 == 0 { 0.5 } else { -0.5 }).collect();
        variances.f0.iter_mut().skip(3).step_by(3).for_each(|mark| *mark -= 0.2);
        let before = semitones(&variances);
        let control = ProsodyControl { preset: Some(preset), ..control("neutral", 1.0) };
        shape(&mut variances, SCALES, &symbols, &[control; 4], false);
        let after = semitones(&variances);
        let fall = |semitones: &[f32]| semitones[8] - semitones[9];
        let apart = |semitones: &[f32]| semitones[8] + semitones[9] - semitones[11] - semitones[12];
        assert!((fall(&after) / fall(&before) - own).abs() < 1e-2, "{range}");
        assert!((apart(&after) / apart(&before) - range).abs() < 1e-2, "{range}");
    }
}

#[test]
fn an_emotion_stays_with_its_tokens_and_multiplies_with_the_options() {
    let symbols = syllables(8);
    let mut variances = flat(symbols.len());
    let mut controls = [ProsodyControl { speed: 2.0, ..control("neutral", 0.0) }; 8];
    controls[3] = ProsodyControl { speed: 2.0, ..control("sad", 1.0) };
    shape(&mut variances, SCALES, &symbols, &controls, true);
    let sad = preset("sad").unwrap();
    for (frames, symbol) in variances.frames.iter().zip(&symbols) {
        let expected = if symbol.token == 3 { 3.0 / sad.rate } else { 3.0 };
        assert!((frames - expected).abs() < 1e-4);
    }
}

#[test]
fn no_symbol_that_sounds_loses_its_last_frame_and_the_next_ones_make_up_for_it() {
    let (own, predicted) = ([2, 2, 2, 9, 0, 2], [1.9, 2.0, 2.1, 9.0, 0.3, 2.4]);
    assert_eq!(whole_frames(&own, &predicted, &[0.3, 0.3, 0.3, 4.0, 0.1, 1.2]), [1, 1, 1, 2, 0, 1]);
    // What nothing shapes stays as it is.
    assert_eq!(whole_frames(&own, &predicted, &[1.9, 2.0, 0.6, 9.0, 0.3, 1.6]), [2, 2, 1, 9, 0, 1]);
}

#[test]
fn the_symbol_before_the_mark_makes_the_pause_between_phrases_and_after_items() {
    use Role::{Boundary, Coda, Item, Phrase, Rhyme};
    let roles = [Rhyme, Coda, Phrase, Rhyme, Coda, Phrase, Rhyme, Coda, Item, Boundary];
    let symbols = roles.map(|role| Symbol { role, token: 0, tone: None });
    let predicted = [6.0, 4.0, 4.0, 6.0, 16.0, 4.0, 6.0, 4.0, 2.0, 4.0];
    let shaped = |control| lengths(&predicted, &symbols, &[control], Edges::default(), FRAME_MS);
    let plain = control("neutral", 0.0);
    let expected = [6.0, 11.2, 4.0, 6.0, 16.0, 4.0, 6.0, 12.0, 2.0, 4.0];
    assert_eq!(shaped(plain), expected);
    assert_eq!(shaped(ProsodyControl { speed: 2.0, ..plain }), expected.map(|frames| frames / 2.0));
    let pauses = preset("sad").unwrap().pauses;
    assert_eq!(shaped(control("sad", 1.0))[7], 12.0 * pauses);
}

#[test]
fn silence_at_the_edges_of_an_input_is_cut_to_what_the_model_says() {
    use Role::{Coda, End, Onset, Pause, Rhyme};
    let edges = Edges { opening: 125.0, rhyme: 250.0, coda: 150.0, mark: 300.0 };
    let shaped = |roles: &[Role], edges| {
        let symbols: Vec<_> = roles.iter().map(|role| Symbol { role: *role, token: 0, tone: None }).collect();
        lengths(&vec![60.0; roles.len()], &symbols, &[control("neutral", 0.0)], edges, FRAME_MS)
    };
    let coda = [End, Onset, Rhyme, Coda, Pause, End];
    assert_eq!(shaped(&coda, edges), [10.0, 60.0, 60.0, 12.0, 24.0, 60.0]);
    assert_eq!(shaped(&coda, Edges::default()), [60.0; 6]);
    assert_eq!(shaped(&[End, Onset, Rhyme, Pause, End], edges), [10.0, 60.0, 20.0, 24.0, 60.0]);
    assert_eq!(shaped(&[End, End], edges), [10.0, 60.0]);
    assert!(shaped(&[], edges).is_empty());
}

#[test]
fn a_question_rises_over_its_last_two_syllables_and_what_follows_does_not() {
    let mut symbols = syllables(8);
    let asked = 3 * 5;
    symbols[asked].role = Role::Question;
    for name in ["neutral", "surprise"] {
        let mut rise = |role| {
            symbols[asked].role = role;
            let mut variances = flat(symbols.len());
            shape(&mut variances, SCALES, &symbols, &[control(name, 1.0); 8], false);
            semitones(&variances)
        };
        let (plain, risen) = (rise(Role::Pause), rise(Role::Question));
        let rise: Vec<f32> = plain.iter().zip(&risen).map(|(plain, risen)| risen - plain).collect();
        let near = |values: &[f32], expected: f32| values.iter().all(|value| (value - expected).abs() < 1e-3);
        assert!(near(&rise[..9], 0.0) && near(&rise[asked + 1..], 0.0), "{rise:?}");
        assert!(rise[9..=asked].windows(2).all(|pair| pair[0] <= pair[1] + 1e-3), "{rise:?}");
        assert!(near(&rise[asked - 1..=asked], super::rise(Role::Question)), "{rise:?}");
    }
}

#[test]
fn pitch_stays_where_the_nets_can_follow() {
    for (pitch, name) in [(1.5, "surprise"), (3.0, "neutral"), (0.5, "sad")] {
        let variances = shaped(ProsodyControl { pitch, ..control(name, 1.0) }, true);
        let most = 12.0 * PITCHES.end().log2() + 1e-3;
        assert!(semitones(&variances).iter().all(|semitone| (-12.001..=most).contains(semitone)), "{name}");
    }
}

proptest! {
    #[test]
    fn speech_takes_as_long_as_was_asked_for(predicted in prop::collection::vec(1.5f32..40.0, 1..200), speed in 0.5f32..=3.0) {
        let own: Vec<usize> = predicted.iter().map(|frames| frames.round() as usize).collect();
        let lengths: Vec<f32> = predicted.iter().map(|frames| frames / speed).collect();
        let durations = whole_frames(&own, &vec![f32::NAN; own.len()], &lengths);
        prop_assert!(durations.iter().all(|frames| *frames > 0));
        let (whole, asked) = (durations.iter().sum::<usize>() as f32, lengths.iter().sum::<f32>());
        // After the last symbols nothing makes up for their frames.
        let short: f32 = lengths.iter().map(|length| (1.0 - length).max(0.0)).sum();
        prop_assert!((-0.51..=0.51 + short).contains(&(whole - asked)), "{} for {}", whole, asked);
    }

    #[test]
    fn what_is_shaped_can_be_spoken(
        predicted in prop::collection::vec((0.1f32..60.0, -6.0f32..6.0, -3.0f32..6.0), 11),
        asked in prop::collection::vec((prop::sample::select(&PRESETS[..]), 0.0f32..=1.0, 0.5f32..=2.0, 0.5f32..=1.5, 0.0f32..=2.0), 3),
        closes: bool,
    ) {
        let symbols = syllables(3);
        let mut variances = Variances {
            frames: predicted.iter().map(|(frames, ..)| *frames).collect(),
            f0: predicted.iter().map(|(_, f0, _)| *f0).collect(),
            energy: predicted.iter().map(|(.., energy)| *energy).collect(),
        };
        let controls: Vec<ProsodyControl> = asked
            .iter()
            .map(|&(preset, intensity, speed, pitch, energy)| ProsodyControl { speed, pitch, energy, ..control(preset.name, intensity) })
            .collect();
        shape(&mut variances, SCALES, &symbols, &controls, closes);
        prop_assert!(variances.frames.iter().all(|frames| *frames > 0.0 && frames.is_finite()));
        prop_assert!(variances.f0.iter().chain(&variances.energy).all(|value| value.is_finite()));
        prop_assert!(durations(&variances.frames).is_ok() || variances.frames.iter().all(|frames| *frames < 0.5));
    }
}
