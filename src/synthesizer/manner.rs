//! How each token is spoken: what the caller and the markup ask for, worked into the contours.

use crate::frontend::{Span, Style, Token};
use crate::options::Options;
use crate::voice::acoustic::{Contours, Scales};

/// Voice settings that a text's markup asks for; of those around a token the last one counts.
pub type Styles = Vec<(Span, Style)>;

/// How one token is spoken.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Manner<'a> {
    /// Ratio of the rate to the voice's own.
    pub speed: f32,
    /// Ratio of the pitch in Hz.
    pub pitch: f32,
    /// Ratio of the loudness.
    pub energy: f32,
    /// Name of the emotion; none where the intensity is 0.
    pub emotion: Option<&'a str>,
    /// Of the emotion, to 1.
    pub intensity: f32,
}

impl<'a> Manner<'a> {
    /// The caller's options, times what the markup asks for around `token`; an emotion of the markup goes before the
    /// caller's.
    pub fn new(options: &'a Options, styles: &'a Styles, token: &Token) -> Self {
        let around = |span: &Span| span.start <= token.span.start && token.span.end <= span.end;
        let style = styles.iter().rev().find(|(span, _)| around(span)).map(|(_, style)| style);
        let (speed, pitch, volume) = style.map_or((1.0, 1.0, 1.0), |s| (s.speed, s.pitch, s.volume));
        let marked = style.and_then(|style| style.emotion.as_ref()).map(|e| (e.name.as_str(), e.intensity));
        let asked = || options.emotion.as_deref().map(|name| (name, options.intensity));
        let emotion = marked.or_else(asked).filter(|(_, intensity)| *intensity > 0.0);
        Self {
            speed: options.speed * speed,
            pitch: options.pitch * pitch,
            energy: options.energy * volume,
            emotion: emotion.map(|(name, _)| name),
            intensity: emotion.map_or(0.0, |(_, intensity)| intensity),
        }
    }
}

/// The manner of each token.
pub fn manners<'a>(options: &'a Options, styles: &'a Styles, tokens: &[Token]) -> Vec<Manner<'a>> {
    tokens.iter().map(|token| Manner::new(options, styles, token)).collect()
}

/// Shapes the contours of a part: `owners` has the index in `manners` of each symbol.
pub fn shape(contours: &mut Contours, scales: Scales, owners: &[usize], manners: &[Manner]) {
    for (i, &token) in owners.iter().enumerate() {
        let Manner { speed, pitch, energy, .. } = manners[token];
        contours.frames[i] /= speed;
        contours.f0[i] = scales.f0.scaled(contours.f0[i], pitch);
        contours.energy[i] = scales.energy.scaled(contours.energy[i], energy);
    }
}
