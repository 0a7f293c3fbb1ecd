//! Prosody requested for each token, by the options of the caller and the markup.

use crate::frontend::Style;
use crate::options::Options;
use crate::token::{Span, Token};
use crate::voice::acoustic::Phonemizer;
use crate::voice::emotion::Preset;

/// Voice settings in the markup of a text, by range. The last range around a token applies.
pub type Styles = Vec<(Span, Style)>;

/// Prosody requested for one token.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ProsodyControl<'a> {
    /// Factor on the speaking rate.
    pub speed: f32,
    /// Factor on the pitch in Hz.
    pub pitch: f32,
    /// Factor on the loudness.
    pub energy: f32,
    /// Name of the emotion; `None` if the intensity is 0.
    pub emotion: Option<&'a str>,
    /// Rules of the emotion, for a voice that was not trained on it.
    pub preset: Option<&'static Preset>,
    /// Intensity of the emotion, 0 to 1.
    pub intensity: f32,
}

impl<'a> ProsodyControl<'a> {
    /// Control of `token`: the options of the caller times the settings of the markup. An emotion in the markup takes
    /// precedence over that of the options.
    pub fn new(phonemizer: &dyn Phonemizer, options: &'a Options, styles: &'a Styles, token: &Token) -> Self {
        let style = style_of(styles, token);
        let (speed, pitch, volume) = style.map_or((1.0, 1.0, 1.0), |s| (s.speed, s.pitch, s.volume));
        let marked = style.and_then(|style| style.emotion.as_ref()).map(|e| (e.name.as_str(), e.intensity));
        let asked = || options.emotion.as_deref().map(|name| (name, options.intensity));
        let emotion = marked.or_else(asked).filter(|(_, intensity)| *intensity > 0.0);
        Self {
            speed: options.speed * speed,
            pitch: options.pitch * pitch,
            energy: options.energy * volume,
            emotion: emotion.map(|(name, _)| name),
            preset: emotion.and_then(|(name, _)| phonemizer.preset(name)),
            intensity: emotion.map_or(0.0, |(_, intensity)| intensity),
        }
    }

    /// Factor on the length of pauses.
    pub fn pauses(&self) -> f32 {
        self.preset.map_or(1.0, |preset| preset.pauses).powf(self.intensity)
    }
}

/// Settings of the markup for a token.
pub fn style_of<'a>(styles: &'a Styles, token: &Token) -> Option<&'a Style> {
    let around = |span: &Span| span.start <= token.span.start && token.span.end <= span.end;
    styles.iter().rev().find(|(span, _)| around(span)).map(|(_, style)| style)
}

/// Control of each token.
pub fn controls<'a>(
    phonemizer: &dyn Phonemizer,
    options: &'a Options,
    styles: &'a Styles,
    tokens: &[Token],
) -> Vec<ProsodyControl<'a>> {
    tokens.iter().map(|token| ProsodyControl::new(phonemizer, options, styles, token)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frontend::Emotion;
    use crate::token::Boundary;
    use crate::voice::fastspeech2::symbols::Symbols;
    use crate::voice::manifest::tests::layout;

    fn token() -> Token {
        let (text, span) = ("八".to_owned(), Span { start: 3, end: 4 });
        let (pinyin, surface) = (Vec::new(), Vec::new());
        Token {
            text,
            span,
            pinyin,
            surface,
            phones: Vec::new(),
            boundary: Boundary::Word,
            mark: None,
            pause_ms: 0,
        }
    }

    #[test]
    fn markup_multiplies_and_its_emotion_goes_first() {
        let symbols = Symbols::new(&layout()).unwrap();
        let emotion =
            |name: &str, intensity| Some(Emotion { name: name.to_owned(), intensity, optional: false });
        let marked =
            |emotion| vec![(Span { start: 0, end: 9 }, Style { speed: 0.5, emotion, ..Style::default() })];
        let asked =
            Options { speed: 2.0, emotion: Some("sad".to_owned()), intensity: 0.5, ..Options::default() };
        let elsewhere = vec![(Span { start: 0, end: 3 }, Style { speed: 0.5, ..Style::default() })];
        let cases = [
            (&asked, Vec::new(), 2.0, Some(("sad", 0.5))),
            (&asked, elsewhere, 2.0, Some(("sad", 0.5))),
            (&asked, marked(None), 1.0, Some(("sad", 0.5))),
            (&asked, marked(emotion("happy", 0.8)), 1.0, Some(("happy", 0.8))),
            (&asked, marked(emotion("happy", 0.0)), 1.0, None),
            (&Options::default(), Vec::new(), 1.0, None),
        ];
        for (options, styles, speed, emotion) in cases {
            let control = ProsodyControl::new(&symbols, options, &styles, &token());
            assert_eq!(control.speed, speed);
            assert_eq!(control.emotion.map(|name| (name, control.intensity)), emotion);
            assert_eq!(control.preset.map(|preset| preset.name), emotion.map(|(name, _)| name));
        }
    }
}
