//! Shaping of predicted prosody: durations in frames, factors on pitch (Hz) and loudness. Samples are never changed
//! here.

use std::ops::{Range, RangeInclusive};

use super::prosody_control::ProsodyControl;
use crate::error::Result;
use crate::voice::acoustic::{EncoderOutput, Role};
use crate::voice::model::{Contour, Prosody, SpeechModel};

/// Symbol of an input, as far as prosody is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Symbol {
    /// Role in its syllable.
    pub role: Role,
    /// Index of its token.
    pub token: usize,
}

/// Shaped prosody of an input of `symbols`, with one of `controls` per token; `None` if it is longer than the model can
/// take. `closes` is set if the input ends a sentence.
///
/// Fails like [`SpeechModel::durations`] and [`SpeechModel::contour`].
pub fn prosody(
    model: &dyn SpeechModel,
    encoded: &mut EncoderOutput,
    symbols: &[Symbol],
    controls: &[ProsodyControl],
    closes: bool,
) -> Result<Option<Prosody>> {
    let lengths = lengths(&encoded.variances.frames, symbols, controls);
    let predicted = &encoded.variances.frames;
    let own = model.durations(predicted).map_err(|error| error.in_stage("encoder"))?;
    let durations = if lengths == *predicted { own } else { whole_frames(&own, &lengths) };
    if durations.iter().sum::<usize>() > model.limits().frames {
        return Ok(None);
    }
    let contour = model.contour(encoded, &durations)?;
    let pitch = pitches(&contour, model.pitches(), symbols, controls, closes);
    let loudness = loudness(&contour, symbols, controls);
    Ok(Some(Prosody { lengths, durations, pitch, loudness }))
}

/// Length of the pause between two phrases, as a share of the pause that the voice makes at a comma.
const PHRASE_PAUSE: f32 = 0.3;

/// Shaped lengths of `symbols` in frames.
fn lengths(predicted: &[f32], symbols: &[Symbol], controls: &[ProsodyControl]) -> Vec<f32> {
    let length = |(frames, symbol): (&f32, &Symbol)| frames * length(&controls[symbol.token], symbol.role);
    predicted.iter().zip(symbols).map(length).collect()
}

/// Whole frames of symbols of shaped `lengths`, which have `own` frames in the model's own speech. Each ends at the frame
/// nearest to its end, so that the speech takes as long as was asked for. One that sounds in the model's own speech keeps a
/// frame at least; what it takes too long by is made up for by those after it.
fn whole_frames(own: &[usize], lengths: &[f32]) -> Vec<usize> {
    let mut owed = 0.0;
    let whole = |(own, length): (&usize, &f32)| {
        let due = length.max(0.0) + owed;
        let frames = due.round().max(*own.min(&1) as f32);
        owed = due - frames;
        frames as usize
    };
    own.iter().zip(lengths).map(whole).collect()
}

/// Factor on the length of a symbol.
fn length(control: &ProsodyControl, role: Role) -> f32 {
    let rate = control.preset.map_or(1.0, |preset| preset.rate).powf(control.intensity);
    let ratio = match role {
        Role::Pause => control.pauses(),
        Role::Phrase => PHRASE_PAUSE * control.pauses(),
        _ => 1.0 / rate,
    };
    ratio / control.speed
}

/// Factor on the loudness for each value of a contour.
fn loudness(contour: &Contour, symbols: &[Symbol], controls: &[ProsodyControl]) -> Vec<f32> {
    let ratio = |&symbol: &usize| {
        let control = &controls[symbols[symbol].token];
        let decibels = control.preset.map_or(0.0, |preset| preset.energy) * control.intensity;
        control.energy * 10f32.powf(decibels / 20.0)
    };
    contour.symbols.iter().map(ratio).collect()
}

/// Factor on the pitch in Hz for each value of a contour, clamped to what the model can follow.
fn pitches(
    contour: &Contour,
    range: RangeInclusive<f32>,
    symbols: &[Symbol],
    controls: &[ProsodyControl],
    closes: bool,
) -> Vec<f32> {
    let mean = mean(contour, 0..contour.symbols.len(), symbols);
    let centres = centres(contour, symbols);
    let middles = middles(&contour.lengths);
    let length: f32 = contour.lengths.iter().sum();
    let ending = ending(contour, symbols, &middles);
    let ratio = |(i, &symbol): (usize, &usize)| {
        let control = &controls[symbols[symbol].token];
        let raised = control.preset.map_or(0.0, |preset| {
            let fall = preset.declination * (0.5 - middles[i] / length.max(1.0));
            let rise = if closes { preset.rise * ending[i] } else { 0.0 };
            let placed = contour.semitones[i].zip(centres[symbol]).zip(mean);
            let stretched = placed.map_or(0.0, |((semitones, centre), mean)| {
                // Less of a syllable's own movement would leave its tone as good as flat.
                let (away, own) = (centre - mean, semitones - centre);
                (preset.range - 1.0) * away + (preset.range - 1.0).max(0.0) * own
            });
            preset.register + stretched + fall + rise
        });
        let ratio = control.pitch * (raised * control.intensity / 12.0).exp2();
        ratio.clamp(*range.start(), *range.end())
    };
    contour.symbols.iter().enumerate().map(ratio).collect()
}

/// Whether a symbol is mostly voiced. Boundaries are: they carry the end of the syllable before them.
fn is_voiced(symbol: &Symbol) -> bool {
    matches!(symbol.role, Role::Rhyme | Role::Coda | Role::Boundary)
}

/// Mean of the voiced values in `range`, weighted by length.
fn mean(contour: &Contour, range: Range<usize>, symbols: &[Symbol]) -> Option<f32> {
    let voiced = range.filter(|&i| is_voiced(&symbols[contour.symbols[i]]));
    let values = voiced.filter_map(|i| Some((contour.semitones[i]?, contour.lengths[i].max(0.0))));
    let (sum, weight) =
        values.fold((0.0, 0.0), |(sum, total), (value, weight)| (sum + value * weight, total + weight));
    (weight > 0.0).then(|| sum / weight)
}

/// Mean pitch of the syllable of each symbol; `None` before the first syllable. A boundary or pause belongs to the
/// syllable before it, which sounds on into it.
fn centres(contour: &Contour, symbols: &[Symbol]) -> Vec<Option<f32>> {
    let mut centres = Vec::with_capacity(symbols.len());
    for syllable in symbols.chunk_by(|symbol, next| !opens_syllable(symbol.role, next.role)) {
        let (first, after) = (centres.len(), centres.len() + syllable.len());
        let start = contour.symbols.partition_point(|symbol| *symbol < first);
        let end = contour.symbols.partition_point(|symbol| *symbol < after);
        centres.resize(after, mean(contour, start..end, symbols));
    }
    centres
}

/// Whether a symbol starts a syllable, given the role before it.
fn opens_syllable(before: Role, role: Role) -> bool {
    match role {
        Role::Onset => before != Role::Onset,
        Role::Rhyme => !matches!(before, Role::Onset | Role::Rhyme),
        _ => false,
    }
}

/// Middle of each value, in frames.
fn middles(lengths: &[f32]) -> Vec<f32> {
    let mut end = 0.0;
    let middle = |frames: &f32| {
        end += frames;
        end - frames / 2.0
    };
    lengths.iter().map(middle).collect()
}

/// Progress of each value through the last two syllables, from 0 to 1.
fn ending(contour: &Contour, symbols: &[Symbol], middles: &[f32]) -> Vec<f32> {
    let mut start = 0;
    let middle = |values: &[usize]| {
        start += values.len();
        (values[0], (middles[start - values.len()] + middles[start - 1]) / 2.0)
    };
    let parts = contour.symbols.chunk_by(|symbol, next| symbol == next).map(middle);
    let rhymes: Vec<f32> =
        parts.filter(|(symbol, _)| symbols[*symbol].role == Role::Rhyme).map(|(_, middle)| middle).collect();
    let Some(&last) = rhymes.last() else { return vec![0.0; middles.len()] };
    // From the rhyme before the last two on.
    let from = rhymes.len().checked_sub(3).map_or(0.0, |i| rhymes[i]);
    let way = (last - from).max(1.0);
    middles.iter().map(|middle| ((middle - from) / way).clamp(0.0, 1.0)).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::voice::acoustic::{Scales, Variances, durations};
    use crate::voice::emotion::{PRESETS, Preset, preset};
    use crate::voice::mel_model::{self, PITCHES};
    use crate::voice::parts::Scale;

    const SCALES: Scales =
        Scales { f0: Scale { mean: 250.0, std: 60.0 }, energy: Scale { mean: 50.0, std: 35.0 } };

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
            lengths: lengths(&variances.frames, symbols, controls),
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
        let symbol = |role, token| Symbol { role, token };
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
        let (open, closed) =
            (shaped(control("surprise", 1.0), false), shaped(control("surprise", 1.0), true));
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
            let preset: &'static Preset =
                Box::leak(Box::new(Preset { range, ..*preset("neutral").unwrap() }));
            let mut variances = flat(symbols.len());
            // High and low syllables by turns, each falling from its rhyme to its mark.
            variances.f0 =
                symbols.iter().map(|symbol| if symbol.token % 2 == 0 { 0.5 } else { -0.5 }).collect();
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
        let (own, lengths) = ([2, 2, 2, 9, 0, 2], [0.3, 0.3, 0.3, 4.0, 0.1, 1.2]);
        assert_eq!(whole_frames(&own, &lengths), [1, 1, 1, 2, 0, 1]);
    }

    #[test]
    fn pitch_stays_where_the_nets_can_follow() {
        for (pitch, name) in [(1.5, "surprise"), (3.0, "neutral"), (0.5, "sad")] {
            let variances = shaped(ProsodyControl { pitch, ..control(name, 1.0) }, true);
            let most = 12.0 * PITCHES.end().log2() + 1e-3;
            assert!(
                semitones(&variances).iter().all(|semitone| (-12.001..=most).contains(semitone)),
                "{name}"
            );
        }
    }

    proptest! {
        #[test]
        fn speech_takes_as_long_as_was_asked_for(predicted in prop::collection::vec(1.5f32..40.0, 1..200), speed in 0.5f32..=3.0) {
            let own: Vec<usize> = predicted.iter().map(|frames| frames.round() as usize).collect();
            let lengths: Vec<f32> = predicted.iter().map(|frames| frames / speed).collect();
            let durations = whole_frames(&own, &lengths);
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
}
