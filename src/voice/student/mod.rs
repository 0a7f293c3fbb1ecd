//! Kind `student`: small nets trained on speech of Kokoro (Hexgrad, Apache-2.0).
//!
//! `encoder` reads the symbols and predicts durations, `curves` predicts F0 (Hz) and energy per frame, `decoder`
//! predicts the parts of a spectrum, which `source_filter` turns into samples. A frame of the symbols, which `encoder`
//! counts and `curves` reads, is two frames of the curves and the spectrum; one of these has `hop` samples.

mod elementary;
mod english;
pub mod layout;
mod mandarin;
mod noise;
mod pulses;
mod questions;
mod source_filter;
pub mod symbols;
mod windows;

use std::ops::RangeInclusive;
use std::rc::Rc;

use tracing::debug;

use super::acoustic::{self, EncoderOutput, Limits, Variances};
use super::model::{AudioStream, Contour, Edges, Input, Prosody, SpeechModel};
use crate::error::{Error, ErrorKind, Result};
use crate::network::{self, Network, Tensor};
pub use layout::Layout;
use pulses::{LEAST_HZ, MOST_HZ, VOICED_HZ};
pub use windows::Audio;
use windows::{Frames, SpectrumDecoder, SymbolColumns};

/// Frames of the curves and the spectrum per frame of the symbols.
const CURVE_FRAMES: usize = 2;

/// Speech model of three nets.
pub struct Student {
    encoder: Box<dyn Network>,
    curves: Box<dyn Network>,
    decoder: Rc<SpectrumDecoder>,
    limits: Limits,
    hop: usize,
}

impl Student {
    /// Model from its nets: encoder, curves, decoder. Fails with `voice-corrupt` if they do not fit each other, the
    /// speakers or the symbols, or if their output is not finite.
    pub fn new(layout: &Layout, audio: Audio, nets: [Box<dyn Network>; 3]) -> Result<Self> {
        let [encoder, curves, net] = nets;
        let decoder = Rc::new(SpectrumDecoder { net, audio, f0: layout.f0, context: layout.context });
        let student = Self { encoder, curves, decoder, limits: layout.limits, hop: audio.hop };
        student.try_out(layout).map_err(|cause| {
            Error::new(ErrorKind::VoiceCorrupt, "the nets do not fit together").because(cause)
        })?;
        Ok(student)
    }

    /// Speaks the symbols of the lowest and the highest id, to see whether the nets can do it. Ids beyond the nets' tables
    /// and weights that are not finite are found without running them.
    fn try_out(&self, layout: &Layout) -> Result<()> {
        let ids = || layout.symbols.values().copied();
        let ids: Vec<i64> = ids().min().into_iter().chain(ids().max()).collect();
        let style = layout.speakers.first().map(|speaker| speaker.style.clone()).unwrap_or_default();
        let durations = vec![CURVE_FRAMES; ids.len()];
        let mut encoded = self.encode(Input { ids: ids.into(), style, ..Input::default() })?;
        self.durations(&encoded.variances.frames)?;
        let values = self.contour(&mut encoded, &durations)?.symbols.len();
        let ratios = vec![1.0; values];
        let prosody = Prosody { durations, pitch: ratios.clone(), loudness: ratios, ..Prosody::default() };
        self.decode(encoded, prosody)?.try_for_each(|samples| samples.map(drop))
    }

    /// Inputs of the decoder for symbols with shaped prosody.
    fn frames(&self, encoded: EncoderOutput, prosody: Prosody) -> Result<Frames> {
        let [_, timbre, style] = hidden(&encoded)?;
        Ok(Frames {
            timbre: SymbolColumns::read(timbre, prosody.durations.len(), "timbre of the symbols")?,
            symbols: repeated(&prosody.durations),
            style: style.clone(),
            f0: shifted(&encoded.variances.f0, &prosody.pitch),
            energy: encoded.variances.energy,
            loudness: prosody.loudness,
        })
    }
}

impl SpeechModel for Student {
    fn limits(&self) -> Limits {
        let Limits { symbols, frames } = self.limits;
        Limits { symbols, frames: CURVE_FRAMES * frames }
    }

    /// The pulses follow any factor; only their frequency is limited.
    fn pitches(&self) -> RangeInclusive<f32> {
        0.25..=4.0
    }

    /// The nets put half a second of silence before and after what they say. The opening symbol ends with the beginning of
    /// the first sound; before the closing mark, the sign of a tone is silent and a vowel lasts up to 0.2 s.
    fn edges(&self) -> Edges {
        Edges { opening: 125.0, rhyme: 250.0, coda: 150.0, mark: 300.0 }
    }

    fn frame_samples(&self) -> usize {
        self.hop
    }

    fn encode(&self, input: Input) -> Result<EncoderOutput> {
        let ids = input.ids.into_rows().concat();
        let (count, width) = (ids.len(), input.style.len());
        let style = Tensor::f32(&[1, width], input.style);
        let inputs = vec![Tensor::i64(&[1, count], ids), style.clone()];
        let [prosody, timbre, logarithms] = network::run(self.encoder.as_ref(), "encoder", inputs)?;
        let logarithms = logarithms.into_f32(&[1, count], "durations")?;
        let frames =
            logarithms.into_iter().map(|logarithm| CURVE_FRAMES as f32 * logarithm.exp_m1()).collect();
        let variances = Variances { frames, f0: Vec::new(), energy: Vec::new() };
        Ok(EncoderOutput { hidden: vec![prosody, timbre, style], variances })
    }

    /// Whole frames of the symbols, at least one for each.
    fn durations(&self, lengths: &[f32]) -> Result<Vec<usize>> {
        let of_symbols = |length: &f32| length / CURVE_FRAMES as f32;
        let lengths: Vec<f32> =
            lengths.iter().map(of_symbols).map(|length| if length < 1.0 { 1.0 } else { length }).collect();
        Ok(acoustic::durations(&lengths)?.into_iter().map(|frames| CURVE_FRAMES * frames).collect())
    }

    /// The curves are predicted for whole frames of the symbols, and stretched to durations in between.
    fn contour(&self, encoded: &mut EncoderOutput, durations: &[usize]) -> Result<Contour> {
        let [prosody, _, style] = hidden(encoded)?;
        let columns = SymbolColumns::read(prosody, durations.len(), "prosody of the symbols")?;
        let whole: Vec<usize> = durations.iter().map(|frames| frames.div_ceil(CURVE_FRAMES)).collect();
        let given = repeated(&whole);
        let inputs = vec![columns.stretched(&given), style.clone()];
        let [f0, energy] = network::run(self.curves.as_ref(), "curves", inputs)?;
        let curve = |tensor: Tensor, what| {
            let values = tensor.into_f32(&[1, CURVE_FRAMES * given.len()], what)?;
            match values.iter().all(|value| value.is_finite()) {
                true => Ok(fitted(&values, &whole, durations)),
                false => Err(Error::new(ErrorKind::OutputInvalid, format!("the {what} is not a number"))),
            }
        };
        let (f0, energy) = (curve(f0, "pitch")?, curve(energy, "energy")?);
        let semitones = f0.iter().map(|hz| (*hz > VOICED_HZ).then(|| 12.0 * hz.log2())).collect();
        encoded.variances.f0 = f0;
        encoded.variances.energy = energy;
        let symbols = repeated(durations);
        Ok(Contour { semitones, lengths: vec![1.0; symbols.len()], symbols })
    }

    fn decode(&self, encoded: EncoderOutput, prosody: Prosody) -> Result<AudioStream> {
        let frames = self.frames(encoded, prosody)?;
        Ok(Box::new(windows::Windows::new(Rc::clone(&self.decoder), frames)))
    }
}

/// Tensors that [`Student::encode`] keeps for the other nets.
fn hidden(encoded: &EncoderOutput) -> Result<&[Tensor; 3]> {
    let missing = || Error::new(ErrorKind::EngineCrashed, "the encoder's output is incomplete");
    encoded.hidden.as_slice().try_into().map_err(|_| missing())
}

/// Index of each symbol, repeated for each of its frames.
fn repeated(durations: &[usize]) -> Vec<usize> {
    let symbol = |(symbol, duration): (usize, &usize)| std::iter::repeat_n(symbol, *duration);
    durations.iter().enumerate().flat_map(symbol).collect()
}

/// A curve over symbols of `whole` frames, as long as `durations` say: of each symbol the nearest values, since between a
/// voice and none there is nothing to interpolate.
fn fitted(curve: &[f32], whole: &[usize], durations: &[usize]) -> Vec<f32> {
    let mut rest = curve;
    let mut values = Vec::with_capacity(durations.iter().sum());
    for (whole, duration) in whole.iter().zip(durations) {
        let own = rest.split_off(..CURVE_FRAMES * whole).unwrap_or_default();
        values.extend((0..*duration).map(|frame| own[(2 * frame + 1) * own.len() / (2 * duration)]));
    }
    values
}

/// F0 in Hz, times its factor where the speech is voiced, clamped to the range of the pulses.
fn shifted(f0: &[f32], ratios: &[f32]) -> Vec<f32> {
    let mut held = 0;
    let shift = |(&hz, ratio): (&f32, &f32)| {
        if hz <= VOICED_HZ {
            return hz;
        }
        let asked = hz * ratio;
        let within = asked.clamp(LEAST_HZ, MOST_HZ);
        held += usize::from(within != asked);
        within
    };
    let shifted = f0.iter().zip(ratios).map(shift).collect();
    if held > 0 {
        debug!(frames = held, "the pitch is held between {LEAST_HZ} and {MOST_HZ} Hz");
    }
    shifted
}

#[cfg(test)]
mod tests;
