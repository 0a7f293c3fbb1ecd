use proptest::prelude::*;

use super::*;
use crate::token::{Span, Syllable};
use crate::voice::symbol_lines;

fn names(names: &str) -> Vec<String> {
    names.split(' ').map(str::to_owned).collect()
}

/// The phones that the tests need, and all of the other tables.
fn symbols() -> Symbols {
    let tables = Tables {
        sy: names(
            "a_c ai_c b_c e_c ei_c en_c er_c h_c i_c ian_c in_c ing_c j_c m_c q_c t_c ang_c ua_c y_c z_c ga ge uar_c #1 #2 #3 #4 _ ~ MASK",
        ),
        tone: names("tone1 tone_none tone4 tone2 tone3 tone5 tone0 _ ~ MASK"),
        syllable_flag: names("s_begin s_end s_none s_both s_middle _ ~ MASK"),
        word_segment: names("word_begin word_end word_middle word_both word_none _ ~ MASK"),
        emotion: names("emotion_none emotion_neutral emotion_angry _ ~ MASK"),
        speaker: names("F7 F74 _ ~ MASK"),
    };
    let emotion = |name: &str| TrainedEmotion { name: name.to_owned(), symbol: format!("emotion_{name}") };
    Symbols::new(tables, vec![emotion("neutral"), emotion("angry")], "F7".to_owned()).unwrap()
}

/// A token for each syllable; words are separated by their boundary: `|`, `,` or `.`.
fn tokens(text: &str) -> Vec<Token> {
    let token = |syllable: &str| {
        let letters = syllable.trim_end_matches(['|', ';', ',', '.']);
        let (base, tone) = letters.split_at(letters.len() - 1);
        let surface = vec![Syllable { base: base.to_owned(), tone: tone.parse().unwrap() }];
        let boundary = match &syllable[letters.len()..] {
            "|" => Boundary::Word,
            ";" => Boundary::Phrase,
            "," => Boundary::Clause,
            "." => Boundary::Sentence,
            _ => Boundary::Syllable,
        };
        let (text, span) = ("字".to_owned(), Span { start: 0, end: 1 });
        Token {
            text,
            span,
            pinyin: surface.clone(),
            surface,
            phones: Vec::new(),
            boundary,
            mark: None,
            pause_ms: 0,
        }
    };
    text.split(' ').map(token).collect()
}

fn spelled(text: &str) -> Vec<String> {
    let symbols = symbols().phonemize(&tokens(text), &[]).unwrap();
    symbols.into_iter().map(|phoneme| phoneme.symbol).collect()
}

fn read(line: &str) -> Result<Vec<String>> {
    let written = symbol_lines::read(line, &symbols())?;
    Ok(written.into_iter().map(|written| written.symbol.to_owned()).collect())
}

fn line(symbols: &[String]) -> String {
    symbol_lines::write(symbols.iter().map(String::as_str))
}

/// Each symbol without emotion and speaker.
fn phones(text: &str) -> String {
    let short = |symbol: &String| symbol.split('$').take(4).collect::<Vec<_>>().join("$");
    spelled(text).iter().map(short).collect::<Vec<_>>().join(" ")
}

/// 北京今天天气怎么样, as KAN-TTS itself shows it for its Chinese voices.
const OFFICIAL: &str = "\
    {b_c$tone3$s_begin$word_begin$emotion_neutral$F7} {ei_c$tone3$s_end$word_middle$emotion_neutral$F7} \
    {j_c$tone1$s_begin$word_middle$emotion_neutral$F7} {ing_c$tone1$s_end$word_end$emotion_neutral$F7} \
    {#1$tone_none$s_none$word_none$emotion_none$F7} \
    {j_c$tone1$s_begin$word_begin$emotion_neutral$F7} {in_c$tone1$s_end$word_middle$emotion_neutral$F7} \
    {t_c$tone1$s_begin$word_middle$emotion_neutral$F7} {ian_c$tone1$s_end$word_end$emotion_neutral$F7} \
    {#1$tone_none$s_none$word_none$emotion_none$F7} \
    {t_c$tone1$s_begin$word_begin$emotion_neutral$F7} {ian_c$tone1$s_end$word_middle$emotion_neutral$F7} \
    {q_c$tone4$s_begin$word_middle$emotion_neutral$F7} {i_c$tone4$s_end$word_end$emotion_neutral$F7} \
    {#1$tone_none$s_none$word_none$emotion_none$F7} \
    {z_c$tone3$s_begin$word_begin$emotion_neutral$F7} {en_c$tone3$s_end$word_middle$emotion_neutral$F7} \
    {m_c$tone5$s_begin$word_middle$emotion_neutral$F7} {e_c$tone5$s_end$word_middle$emotion_neutral$F7} \
    {y_c$tone4$s_begin$word_middle$emotion_neutral$F7} {ang_c$tone4$s_end$word_end$emotion_neutral$F7} \
    {#4$tone_none$s_none$word_none$emotion_none$F7}";

#[test]
fn the_official_sample_line_comes_out_exactly() {
    assert_eq!(line(&spelled("bei3 jing1| jin1 tian1| tian1 qi4| zen3 me5 yang4.")), OFFICIAL);
    assert_eq!(line(&read(&format!("0\t{OFFICIAL}\n")).unwrap()), OFFICIAL);
}

#[test]
fn erhua_colours_the_final_where_there_is_a_phone_for_it() {
    let coloured = "h_c$tone1$s_begin$word_begin uar_c$tone1$s_end$word_end #4$tone_none$s_none$word_none";
    assert_eq!(phones("hua1 er5."), coloured);
    let apart = phones("bai2 er5.");
    assert!(
        apart.contains("ai_c$tone2$s_end$word_middle ge$tone5$s_begin$word_middle er_c$tone5"),
        "{apart}"
    );
    assert!(phones("er5.").starts_with("ge$tone5$s_begin$word_begin er_c$tone5$s_end$word_end"));
}

#[test]
fn breaks_have_the_level_of_their_boundary_and_the_last_is_at_least_a_clause() {
    let marks = |text: &str| -> Vec<String> {
        spelled(text).iter().filter(|s| s.starts_with('#')).map(|s| s[..2].to_owned()).collect()
    };
    assert_eq!(marks("a1| a1; a1, a1."), ["#1", "#2", "#3", "#4"]);
    for open in ["a1", "a1|", "a1;", "a1,"] {
        assert_eq!(marks(open), ["#3"], "{open}");
    }
}

#[test]
fn symbols_know_their_token_and_its_emotion() {
    let symbols =
        symbols().phonemize(&tokens("a1 hua1 er5| a1."), &[None, Some("angry"), None, None]).unwrap();
    let owners: Vec<usize> = symbols.iter().map(|phoneme| phoneme.token).collect();
    assert_eq!(owners, [0, 0, 1, 1, 2, 3, 3, 3]);
    let angry = symbols.iter().filter(|phoneme| phoneme.symbol.contains("emotion_angry"));
    assert!(angry.clone().all(|phoneme| phoneme.token == 1) && angry.count() == 2);
}

#[test]
fn ids_are_rows_of_fields() {
    let symbols = symbols();
    let line =
        "{a_c$tone4$s_both$word_both$emotion_angry$F74} {#1$tone_none$s_none$word_none$emotion_none$F7}";
    let ids = symbols.ids(&read(line).unwrap()).unwrap();
    assert_eq!(ids.into_rows(), [[0, 23], [2, 1], [3, 2], [3, 4], [2, 0], [1, 0]]);
}

#[test]
fn what_is_no_symbol_is_refused() {
    let symbols = symbols();
    for line in [
        "",
        "你好",
        "{a_c}",
        "{a_c$tone1$s_both$word_both$emotion_none$F7",
        "{xyz$tone1$s_both$word_both$emotion_none$F7}",
        "{a_c$tone9$s_both$word_both$emotion_none$F7}",
        "{a_c$tone1$s_both$word_both$emotion_none$F8}",
        "{~$tone1$s_both$word_both$emotion_none$F7}",
        "{a_c$tone1$s_both$word_both$emotion_none$F7$F7}",
    ] {
        assert_eq!(read(line).unwrap_err().kind(), ErrorKind::MarkupInvalid, "{line}");
    }
    let error = symbols.phonemize(&tokens("xue2."), &[]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::VoiceUnsupported);
}

#[test]
fn emotions_go_by_name() {
    let emotions = symbols().emotions();
    assert_eq!(emotions.names, ["neutral", "angry"]);
    assert!(emotions.check("angry").is_ok());
    let error = emotions.check("disgust").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UnknownEmotion);
    assert!(error.message().contains("neutral, angry"));
}

proptest! {
    #[test]
    fn no_line_panics(line in r"([{}$~#_a-z0-9 \t]|a_c|tone1|s_both|word_both|F7|\PC){0,60}") {
        let symbols = symbols();
        if let Ok(symbols_read) = read(&line) {
            prop_assert_eq!(symbols.ids(&symbols_read).unwrap().into_rows().len(), FIELDS);
        }
    }

    #[test]
    fn what_is_spelled_can_be_read(text in r"(a|bai|hua|er|zai|tian|yang)[1-5][|;,.]?( (a|bai|hua|er|zai|tian|yang)[1-5][|;,.]?){0,20}") {
        let spelled = spelled(&text);
        prop_assert_eq!(read(&line(&spelled)).unwrap(), spelled);
    }
}
