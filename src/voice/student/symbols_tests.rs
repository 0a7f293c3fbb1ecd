use super::*;
use crate::phone::{Phone, Stress, Vowel};
use crate::token::Span;
use proptest::prelude::*;

/// The symbols of the Kokoro models that this kind writes, and a few that it does not.
fn map() -> HashMap<String, i64> {
    let marks = ";:,.!?—…\"()“” ".chars();
    let letters = "AIOWYabcdefhijklmnopqrstuvwxyzɑæɔɕðʤəɚɛɜɡɥɨɪŋθɹɻʂʃʧʊʌɤʒˈˌʰʦʨꭧ↓→↗↘".chars();
    marks.chain(letters).map(String::from).zip(1..).collect()
}

fn token(boundary: Boundary, mark: Option<char>) -> Token {
    Token {
        text: "字".to_owned(),
        span: Span { start: 0, end: 1 },
        pinyin: Vec::new(),
        surface: Vec::new(),
        phones: Vec::new(),
        boundary,
        mark,
        pause_ms: 0,
    }
}

/// A token of a syllable, written with what follows it: `hao3`, `hao3_` at the end of a word, `hao3，` at a mark.
fn syllable(written: &str) -> Token {
    let at = written.find(|c: char| c.is_ascii_digit()).unwrap();
    let (boundary, mark) = match written[at + 1..].chars().next() {
        None => (Boundary::Syllable, None),
        Some('_') => (Boundary::Word, None),
        Some('/') => (Boundary::Phrase, None),
        Some(mark @ ('，' | '、' | '：' | '（')) => (Boundary::Clause, Some(mark)),
        Some('#') => (Boundary::Clause, None),
        Some('|') => (Boundary::Sentence, None),
        mark => (Boundary::Sentence, mark),
    };
    let tone = written[at..=at].parse().unwrap();
    let surface = vec![Syllable { base: written[..at].to_owned(), tone }];
    Token { pinyin: surface.clone(), surface, ..token(boundary, mark) }
}

fn line(tokens: &[Token]) -> String {
    let phonemes = Symbols::new(&map()).unwrap().phonemize(tokens, &[]).unwrap();
    phonemes.into_iter().map(|phoneme| phoneme.symbol).collect()
}

fn written(text: &str) -> String {
    line(&text.split(' ').map(syllable).collect::<Vec<_>>())
}

#[test]
fn words_are_parted_and_pauses_marked() {
    for (text, expected) in [
        ("ni2 hao3， shi4 jie4。", "$ni↗xau↓,_ʂɨ↘ʨje↘.$"),
        ("wo3_ ai4_ ni3！", "$wo↓_ai↘_ni↓!$"),
        ("ma5？", "$ma？$"),
        ("hao3、 hao3、", "$xau↓、_xau↓,$"),
        ("hao3（ hao3； hao3… hao3\n", "$xau↓,_xau↓;_xau↓…_xau↓.$"),
        ("hao3： hao3～ hao3# hao3| hao3|", "$xau↓:_xau↓—_xau↓,_xau↓._xau↓.$"),
        ("hao3_ hao3", "$xau↓_xau↓,$"),
        ("ni2 hao3/ wo3。", "$ni↗xau↓|wo↓.$"),
        ("wo3/", "$wo↓,$"),
        ("hao3_ hao3，", "$xau↓_xau↓,$"),
    ] {
        assert_eq!(written(text), expected, "{text}");
    }
}

#[test]
fn erhua_joins_the_syllable_before() {
    for (text, expected) in [
        ("hua1 er5。", "$xwa→ɹ.$"),
        ("wan2_ er5_ ba5。", "$wa↗nɹ_pa.$"),
        ("hua1， er5。", "$xwa→,_ɚ.$"),
        ("er5。", "$ɚ.$"),
        ("er2 er5。", "$ɚ↗ɹ.$"),
    ] {
        assert_eq!(written(text), expected, "{text}");
    }
}

#[test]
fn english_words_are_spoken_as_english() {
    let vowel = |vowel, stress| Phone::Vowel { vowel, stress };
    let hello = [
        Phone::Consonant('h'),
        vowel(Vowel::Ah, Stress::None),
        Phone::Consonant('l'),
        vowel(Vowel::Ow, Stress::Primary),
    ];
    let word = Token { phones: hello.to_vec(), ..syllable("ha1_") };
    let letters = [vowel(Vowel::Ey, Stress::Secondary), vowel(Vowel::Ay, Stress::Primary)];
    let acronym = Token { phones: letters.to_vec(), ..syllable("ei1。") };
    assert_eq!(line(&[syllable("shuo1_"), word.clone(), acronym]), "$ʂwo→_həlˈO_ˌAˈI.$");
    assert_eq!(line(&[word, syllable("er5。")]), "$həlˈO_ɚ.$");
}

#[test]
fn a_short_pause_parts_an_english_word_from_the_mandarin_after_it() {
    let english = |text: &str, after: &str| Token {
        text: text.to_owned(),
        phones: word("g Ey' m").phones,
        ..syllable(&format!("a1{after}"))
    };
    for (text, after, next, expected) in [
        ("game", "_", "wan2。", "$ɡˈAm·_wa↗n.$"),
        ("game", "/", "wan2。", "$ɡˈAm·_wa↗n.$"),
        ("game", "，", "wan2。", "$ɡˈAm,_wa↗n.$"),
        ("game", "_", "de5。", "$ɡˈAm_tɤ.$"),
        ("game", "", "wan2。", "$ɡˈAmwa↗n.$"),
        ("GM", "_", "wan2。", "$ɡˈAm_wa↗n.$"),
        ("K", "/", "wan2。", "$ɡˈAm|wa↗n.$"),
    ] {
        assert_eq!(line(&[english(text, after), syllable(next)]), expected, "{text}{after}");
    }
    assert_eq!(line(&[syllable("wan2_"), english("game", "_"), english("boy", "。")]), "$wa↗n_ɡˈAm_ɡˈAm.$");
}

/// A word of consonants and vowels such as `Iy`, with `'` after a stressed one.
fn word(phones: &str) -> Token {
    let phone = |written: &str| {
        let vowel = match written.trim_end_matches('\'') {
            "Ae" => Vowel::Ae,
            "Aa" => Vowel::Aa,
            "Ao" => Vowel::Ao,
            "Ah" => Vowel::Ah,
            "Eh" => Vowel::Eh,
            "Er" => Vowel::Er,
            "Ey" => Vowel::Ey,
            "Ih" => Vowel::Ih,
            "Iy" => Vowel::Iy,
            "Ow" => Vowel::Ow,
            consonant => return Phone::Consonant(consonant.chars().next().unwrap()),
        };
        Phone::Vowel { vowel, stress: if written.ends_with('\'') { Stress::Primary } else { Stress::None } }
    };
    Token { phones: phones.split(' ').map(phone).collect(), ..syllable("a1。") }
}

#[test]
fn english_stops_are_aspirated_where_english_does_it() {
    for (phones, symbols) in [
        ("t Iy' m", "tʰˈim"),
        ("t r Ae' v Ah l", "tʰɹˈævəl"),
        ("s t Ey'", "stˈA"),
        ("w Ih' n t Er", "wˈɪntʰəɹ"),
        ("h Ae' p Iy", "hˈæpi"),
        ("p Aa' r t Iy", "pʰˈɑɹti"),
        ("Eh' r p Ao r t", "ˈɛɹpʰɔɹt"),
        ("h Ow t Eh' l", "hOtʰˈɛl"),
        ("k Ae' m p", "kʰˈæmp"),
        ("k Ih' n", "kˈɪn"),
        ("C Eh' r", "ʧʰˈɛɹ"),
        ("t Iy' C Er", "tʰˈiʧʰəɹ"),
        ("m Ae' C", "mˈæʧ"),
        ("b Eh' d", "bˈɛd"),
    ] {
        assert_eq!(line(&[word(phones)]), format!("${symbols}.$"), "{phones}");
    }
}

#[test]
fn a_word_with_a_phone_of_no_english_is_unsupported() {
    let word = Token { phones: vec![Phone::Consonant('q')], ..syllable("ha1_") };
    let error = Symbols::new(&map()).unwrap().phonemize(&[word], &[]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::VoiceUnsupported);
    let error = Symbols::new(&map()).unwrap().phonemize(&[syllable("xx1。")], &[]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::VoiceUnsupported);
    assert!(error.message().contains("xx"), "{error}");
}

#[test]
fn symbols_know_their_part_and_their_token() {
    use Role::{Boundary, Coda, End, Onset, Pause, Rhyme};
    let tokens = [syllable("pang2_"), syllable("ai4。")];
    let phonemes = Symbols::new(&map()).unwrap().phonemize(&tokens, &[]).unwrap();
    let parts: Vec<(&str, Role, usize)> =
        phonemes.iter().map(|p| (p.symbol.as_str(), p.role, p.token)).collect();
    let expected = [
        ("$", End, 0),
        ("p", Onset, 0),
        ("ʰ", Onset, 0),
        ("a", Rhyme, 0),
        ("↗", Coda, 0),
        ("ŋ", Coda, 0),
        ("_", Boundary, 0),
        ("a", Rhyme, 1),
        ("i", Coda, 1),
        ("↘", Coda, 1),
        (".", Pause, 1),
        ("$", End, 1),
    ];
    assert_eq!(parts, expected);
}

#[test]
fn a_part_of_a_line_gets_the_end_marks_that_it_lacks() {
    let symbols = Symbols::new(&map()).unwrap();
    for (part, expected) in
        [("a.", "$a.$"), ("$a_", "$a_$"), ("a.$", "$a.$"), ("$a.$", "$a.$"), ("$", "$$"), ("$$", "$$")]
    {
        let phoneme = |(token, symbol): (usize, char)| {
            let symbol = symbol.to_string();
            Phoneme { role: symbols.role(&symbol), symbol, token }
        };
        let enclosed = symbols.enclosed(part.chars().enumerate().map(phoneme).collect());
        assert_eq!(
            enclosed.iter().map(|phoneme| phoneme.symbol.as_str()).collect::<String>(),
            expected,
            "{part}"
        );
        assert!(enclosed.iter().all(|phoneme| phoneme.token < part.len()));
    }
}

#[test]
fn marks_at_which_the_prosody_is_shaped_have_the_ids_of_plain_ones() {
    let symbols = Symbols::new(&map()).unwrap();
    for (symbol, plain, role, boundary) in [
        ("|", " ", Role::Phrase, Boundary::Phrase),
        ("·", ",", Role::Pause, Boundary::Word),
        ("、", ",", Role::Item, Boundary::Clause),
        ("？", "?", Role::Question, Boundary::Sentence),
    ] {
        assert_eq!(symbols.ids(&[symbol.to_owned()]).unwrap().into_rows(), [[map()[plain]]]);
        assert_eq!((symbols.role(symbol), symbols.boundary(symbol)), (role, boundary));
    }
}

#[test]
fn ids_are_those_of_the_manifest_between_zeros() {
    let symbols = Symbols::new(&map()).unwrap();
    let ids = symbols.ids(&["$", "a", "_", "$"].map(str::to_owned)).unwrap();
    assert_eq!(ids.into_rows(), [[0, map()["a"], map()[" "], 0]]);
    assert_eq!(symbols.ids(&["Q".to_owned()]).unwrap_err().kind(), ErrorKind::VoiceCorrupt);
}

#[test]
fn a_map_without_a_symbol_that_texts_need_is_corrupt() {
    for missing in [" ", ".", "ꭧ", "→", "ˈ", "ʒ", "ɹ", "…"] {
        let mut map = map();
        map.remove(missing);
        let error = Symbols::new(&map).err().unwrap();
        assert_eq!(error.kind(), ErrorKind::VoiceCorrupt);
        let named = if missing == " " { "\"_\"".to_owned() } else { format!("\"{missing}\"") };
        assert!(error.message().contains(&named), "{error}");
    }
}

proptest! {
    #[test]
    fn what_is_written_is_known_and_framed(
        text in prop::collection::vec("(ni3|hua1|er5|zhuang4|lv4|a5|hng5)(|_|，|。|#)", 1..30)
    ) {
        let symbols = Symbols::new(&map()).unwrap();
        let tokens: Vec<Token> = text.iter().map(|one| syllable(one)).collect();
        let phonemes = symbols.phonemize(&tokens, &[]).unwrap();
        let names: Vec<String> = phonemes.iter().map(|p| p.symbol.clone()).collect();
        let ids = symbols.ids(&names).unwrap().into_rows().concat();
        prop_assert!(ids[0] == 0 && ids[ids.len() - 1] == 0);
        prop_assert!(ids[1..ids.len() - 1].iter().all(|id| *id > 0));
        prop_assert!(phonemes.windows(2).all(|pair| pair[0].token <= pair[1].token));
        prop_assert_eq!(symbols.role(&names[names.len() - 2]), Role::Pause);
    }
}
