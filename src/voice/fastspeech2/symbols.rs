//! Symbols of a `fastspeech2` voice: initials, finals with tone, and boundary marks.

use std::collections::{BTreeMap, HashMap};

use super::layout::{Ends, Layout};
use crate::error::{Error, ErrorKind, Result};
use crate::token::{Boundary, Syllable, Token};
use crate::voice::acoustic::{Phoneme, Phonemizer, Role};
use crate::voice::emotion::{self, Emotions, Preset};
use crate::voice::symbol_ids::SymbolIds;

/// Symbol set of a voice.
pub struct Symbols {
    ids: HashMap<String, i64>,
    pinyin: BTreeMap<String, (String, String)>,
    ends: Ends,
}

/// Symbol of the suffix 儿. It follows the syllable that it colours, without a boundary between them.
const ERHUA: &str = "er5";

impl Symbols {
    /// Symbol set from a manifest. Fails with `voice-corrupt` if it lacks a mark that every input needs.
    pub fn new(layout: &Layout) -> Result<Self> {
        let ids: HashMap<_, _> = layout.symbols.iter().cloned().zip(0..).collect();
        let symbols = Self { ids, pinyin: layout.pinyin.clone(), ends: layout.ends.clone() };
        let Ends { begin, end } = &symbols.ends;
        let needed = begin.iter().chain(end).map(String::as_str).chain([ERHUA, "#0", "#3"]);
        needed.map(|mark| symbols.id(mark)).collect::<Result<Vec<_>>>()?;
        Ok(symbols)
    }

    fn id(&self, symbol: &str) -> Result<i64> {
        self.ids.get(symbol).copied().ok_or_else(|| {
            Error::new(ErrorKind::VoiceCorrupt, format!("voice.json: the symbol \"{symbol}\" is missing"))
        })
    }

    fn phonemize_syllable(&self, syllable: &Syllable) -> Result<[String; 2]> {
        let (initial, rhyme) = self.pinyin.get(syllable.base.as_str()).ok_or_else(|| {
            Error::new(
                ErrorKind::VoiceUnsupported,
                format!("the voice has no syllable \"{}\"", syllable.base),
            )
        })?;
        Ok([initial.clone(), format!("{rhyme}{}", syllable.tone)])
    }
}

impl Phonemizer for Symbols {
    /// Symbols of `tokens`: silence at both ends, an end mark, and a boundary mark after every syllable but the last.
    fn phonemize(&self, tokens: &[Token], _emotions: &[Option<&str>]) -> Result<Vec<Phoneme>> {
        let mut symbols: Vec<_> = self.ends.begin.iter().map(|symbol| (symbol.clone(), 0)).collect();
        for (index, token) in tokens.iter().enumerate() {
            for (i, syllable) in token.surface.iter().enumerate() {
                if syllable.is_erhua() {
                    symbols.pop();
                    symbols.push((ERHUA.to_owned(), index));
                } else {
                    symbols.extend(self.phonemize_syllable(syllable)?.map(|symbol| (symbol, index)));
                }
                let inside = i + 1 < token.surface.len();
                let boundary = if inside { Boundary::Syllable } else { token.boundary };
                symbols.push((mark(boundary).to_owned(), index));
            }
        }
        symbols.pop();
        let last = tokens.len().saturating_sub(1);
        symbols.extend(self.ends.end.iter().map(|symbol| (symbol.clone(), last)));
        let phoneme = |(symbol, token): (String, usize)| Phoneme { role: self.role(&symbol), symbol, token };
        Ok(symbols.into_iter().map(phoneme).collect())
    }

    /// Rule-based emotions: voices of this kind were not trained on any.
    fn emotions(&self) -> Emotions {
        Emotions::prosody()
    }

    fn preset(&self, name: &str) -> Option<&'static Preset> {
        emotion::preset(name)
    }

    fn role(&self, symbol: &str) -> Role {
        let Ends { begin, end } = &self.ends;
        match symbol {
            "#0" => Role::Boundary,
            "#3" => Role::Pause,
            _ if begin.iter().chain(end).any(|silence| silence == symbol) => Role::End,
            _ if symbol.ends_with(|last: char| last.is_ascii_digit()) => Role::Rhyme,
            _ => Role::Onset,
        }
    }

    fn boundary(&self, symbol: &str) -> Boundary {
        match symbol {
            "#3" => Boundary::Clause,
            _ => Boundary::Syllable,
        }
    }

    /// Fails with `voice-corrupt` for a symbol that the voice lacks.
    fn ids(&self, symbols: &[String]) -> Result<SymbolIds> {
        let ids = symbols.iter().map(|symbol| self.id(symbol)).collect::<Result<Vec<_>>>()?;
        Ok(ids.into())
    }

    fn closing(&self) -> usize {
        self.ends.end.len()
    }
}

/// Mark of a boundary inside an input.
fn mark(boundary: Boundary) -> &'static str {
    match boundary {
        Boundary::Syllable | Boundary::Word | Boundary::Phrase => "#0",
        Boundary::Clause | Boundary::Sentence => "#3",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::token::Span;
    use crate::voice::manifest::tests::layout;

    fn token(text: &str, base: &str, tone: u8, boundary: Boundary) -> Token {
        let syllable = Syllable { base: base.to_owned(), tone };
        Token {
            text: text.to_owned(),
            span: Span { start: 0, end: 1 },
            pinyin: vec![syllable.clone()],
            surface: vec![syllable],
            phones: Vec::new(),
            boundary,
            mark: None,
            pause_ms: 0,
        }
    }

    fn spelled(tokens: &[Token]) -> Result<String> {
        let symbols = Symbols::new(&layout())?.phonemize(tokens, &[])?;
        Ok(symbols.into_iter().map(|phoneme| phoneme.symbol).collect::<Vec<_>>().join(" "))
    }

    #[test]
    fn syllables_are_parted_by_boundaries_and_framed_by_silence() {
        let tokens = [
            token("八", "ba", 1, Boundary::Syllable),
            token("爸", "ba", 4, Boundary::Clause),
            token("啊", "a", 5, Boundary::Sentence),
        ];
        assert_eq!(spelled(&tokens).unwrap(), "sil b a1 #0 b a4 #3 ^ a5 sil eos");
    }

    #[test]
    fn erhua_joins_the_syllable_before() {
        let tokens = [token("把", "ba", 4, Boundary::Syllable), token("儿", "er", 5, Boundary::Clause)];
        assert_eq!(spelled(&tokens).unwrap(), "sil b a4 er5 sil eos");
    }

    #[test]
    fn symbols_know_their_part() {
        use Role::{Boundary, End, Onset, Pause, Rhyme};
        let symbols = Symbols::new(&layout()).unwrap();
        let roles = "sil b a1 er5 #0 ^ a4 #3 eos".split(' ').map(|symbol| symbols.role(symbol));
        let expected = [End, Onset, Rhyme, Rhyme, Boundary, Onset, Rhyme, Pause, End];
        assert_eq!(roles.collect::<Vec<_>>(), expected);
    }

    #[test]
    fn a_syllable_the_voice_lacks_is_named() {
        let error = spelled(&[token("囧", "jiong", 3, Boundary::Sentence)]).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::VoiceUnsupported);
        assert!(error.message().contains("jiong"));
    }
}
