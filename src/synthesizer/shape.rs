//! Shaping of predicted prosody: durations in frames, factors on pitch (Hz) and loudness. Samples are never changed
//! here.

use std::ops::{Range, RangeInclusive};

use super::prosody_control::ProsodyControl;
use super::symbol::{Symbol, opens_syllable};
use super::tones;
use crate::error::Result;
use crate::voice::acoustic::{EncoderOutput, Role};
use crate::voice::model::{Contour, Edges, Prosody, SpeechModel};

/// Shaped prosody of an input of `symbols`, with one of `controls` per token; `None` if it is longer than the model can
/// take. `rate` is the voice's samples a second; `closes` is set if the input ends a sentence.
///
/// Fails like [`SpeechModel::durations`] and [`SpeechModel::contour`].
pub fn prosody(
    model: &dyn SpeechModel,
    encoded: &mut EncoderOutput,
    symbols: &[Symbol],
    controls: &[ProsodyControl],
    rate: u32,
    closes: bool,
) -> Result<Option<Prosody>> {
    let frame_ms = 1000.0 * model.frame_samples() as f32 / rate as f32;
    let predicted = &encoded.variances.frames;
    let lengths = lengths(predicted, symbols, controls, model.edges(), frame_ms);
    let own = model.durations(predicted).map_err(|error| error.in_stage("encoder"))?;
    let durations = whole_frames(&own, predicted, &lengths);
    if durations.iter().sum::<usize>() > model.limits().frames {
        return Ok(None);
    }
    let contour = model.contour(encoded, &durations)?;
    let pitch = pitches(&contour, model.pitches(), symbols, controls, closes);
    let loudness = loudness(&contour, symbols, controls);
    Ok(Some(Prosody { lengths, durations, pitch, loudness }))
}

/// Milliseconds that the symbol before a mark or space has at least. The nets make silence at the end of a symbol that is
/// longer than its sound; see `docs/prosody.md`.
const fn least_ms_before(role: Role) -> Option<f32> {
    match role {
        Role::Phrase => Some(140.0),
        Role::Item => Some(150.0),
        _ => None,
    }
}

/// Milliseconds that a symbol of an input lasts at most.
fn most_ms(edges: Edges, symbols: &[Symbol], index: usize) -> f32 {
    match (symbols[index].role, symbols.len() - 1 - index) {
        (Role::End, _) if index == 0 => edges.opening,
        (Role::Rhyme, 2) => edges.rhyme,
        (Role::Coda, 2) => edges.coda,
        (Role::Pause | Role::Question, 1) => edges.mark,
        _ => f32::INFINITY,
    }
}

/// Semitones by which the last two syllables before a mark rise.
const fn rise(mark: Role) -> f32 {
    match mark {
        Role::Question => 3.0,
        _ => 0.0,
    }
}

/// Shaped lengths of `symbols` in frames of `frame_ms` milliseconds.
fn lengths(
    predicted: &[f32],
    symbols: &[Symbol],
    controls: &[ProsodyControl],
    edges: Edges,
    frame_ms: f32,
) -> Vec<f32> {
    let length = |(i, (frames, symbol)): (usize, (&f32, &Symbol))| {
        let control = &controls[symbol.token];
        let frames = frames.min(most_ms(edges, symbols, i) / frame_ms);
        match symbols.get(i + 1).and_then(|next| least_ms_before(next.role)) {
            Some(least) if frames < least / frame_ms => least / frame_ms * length(control, Role::Pause),
            _ => frames * length(control, symbol.role),
        }
    };
    predicted.iter().zip(symbols).enumerate().map(length).collect()
}

/// Whole frames of symbols of shaped `lengths`, which have `own` frames in the model's own speech for the `predicted`
/// lengths. Those that nothing shapes keep their own. Each of the others ends at the frame nearest to its end, so that
/// the speech takes as long as was asked for. One that sounds in the model's own speech keeps a frame at least; what it
/// takes too long by is made up for by those after it.
fn whole_frames(own: &[usize], predicted: &[f32], lengths: &[f32]) -> Vec<usize> {
    let mut owed = 0.0;
    let whole = |((own, predicted), length): ((&usize, &f32), &f32)| {
        if predicted == length {
            return *own;
        }
        let due = length.max(0.0) + owed;
        let frames = due.round().max(*own.min(&1) as f32);
        owed = due - frames;
        frames as usize
    };
    own.iter().zip(predicted).zip(lengths).map(whole).collect()
}

/// Factor on the length of a symbol.
fn length(control: &ProsodyControl, role: Role) -> f32 {
    let rate = control.preset.map_or(1.0, |preset| preset.rate).powf(control.intensity);
    let ratio = match role {
        Role::Item | Role::Pause | Role::Question => control.pauses(),
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
    let ending = ending(contour, symbols, &middles, symbols.len());
    let risen = risen(contour, symbols, &middles);
    let toned = tones::moved(contour, symbols);
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
        let ratio = control.pitch * ((raised * control.intensity + risen[i] + toned[i]) / 12.0).exp2();
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

/// Middle of each value, in frames.
fn middles(lengths: &[f32]) -> Vec<f32> {
    let mut end = 0.0;
    let middle = |frames: &f32| {
        end += frames;
        end - frames / 2.0
    };
    lengths.iter().map(middle).collect()
}

/// Semitones by which each value rises towards a mark.
fn risen(contour: &Contour, symbols: &[Symbol], middles: &[f32]) -> Vec<f32> {
    let mut risen = vec![0.0; middles.len()];
    for (index, mark) in symbols.iter().enumerate().filter(|(_, symbol)| rise(symbol.role) > 0.0) {
        let way = ending(contour, symbols, middles, index + 1);
        risen.iter_mut().zip(way).for_each(|(risen, way)| *risen += rise(mark.role) * way);
    }
    risen
}

/// Progress of each value through the last two syllables of the first `count` symbols, from 0 to 1; 0 after them.
fn ending(contour: &Contour, symbols: &[Symbol], middles: &[f32], count: usize) -> Vec<f32> {
    let mut start = 0;
    let middle = |values: &[usize]| {
        start += values.len();
        (values[0], (middles[start - values.len()] + middles[start - 1]) / 2.0)
    };
    let parts = contour.symbols.chunk_by(|symbol, next| symbol == next).map(middle);
    let is_rhyme = |symbol: usize| symbol < count && symbols[symbol].role == Role::Rhyme;
    let rhymes: Vec<f32> = parts.filter(|(symbol, _)| is_rhyme(*symbol)).map(|(_, middle)| middle).collect();
    let Some(&last) = rhymes.last() else { return vec![0.0; middles.len()] };
    // From the rhyme before the last two on.
    let from = rhymes.len().checked_sub(3).map_or(0.0, |i| rhymes[i]);
    let way = (last - from).max(1.0);
    let progress = |(middle, symbol): (&f32, &usize)| {
        if *symbol < count { ((middle - from) / way).clamp(0.0, 1.0) } else { 0.0 }
    };
    middles.iter().zip(&contour.symbols).map(progress).collect()
}

#[cfg(test)]
#[path = "shape_tests.rs"]
mod tests;
