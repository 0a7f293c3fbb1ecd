//! The front end as a whole: accuracy that must not fall, and what holds for any text.
#![allow(clippy::expect_used, reason = "a test says what it needs and stops")]

#[path = "frontend/latin.rs"]
mod latin;
#[path = "frontend/measure.rs"]
mod measure;
#[path = "frontend/reports.rs"]
mod reports;
#[path = "frontend/words.rs"]
mod words;

use std::sync::LazyLock;

use hanvox::error::ErrorKind;
use hanvox::frontend::{Digits, Frontend, Lexicon, Links, ReadingOptions};
use hanvox::options::MarkupMode;
use hanvox::token::{Span, Syllable, Token};
use proptest::prelude::*;

static FRONTEND: LazyLock<Frontend> = LazyLock::new(frontend);

fn frontend() -> Frontend {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/models/lexicon/lexicon.bin");
    let bytes = std::fs::read(path).expect("the committed lexicon");
    Frontend::new(Lexicon::read(&bytes).expect("a readable lexicon"))
}

fn analyze(text: &str) -> Vec<Token> {
    FRONTEND.analyze(text).expect("any text can be analyzed")
}

fn pinyin(tokens: &[Token]) -> String {
    tokens.iter().flat_map(|t| &t.pinyin).map(ToString::to_string).collect::<Vec<_>>().join(" ")
}

/// Holds labelled sentences to the least shares of all syllables and of the lexical ones, in percent; the number of all.
#[track_caller]
fn assert_read(sentences: &str, least: f64, least_lexical: f64) -> usize {
    let (all, lexical) = measure::running(&FRONTEND, sentences).expect("readable lines");
    assert!(all.percent() >= least, "{:.2} %: {:#?}", all.percent(), all.misses);
    assert!(lexical.percent() >= least_lexical, "{:.2} %: {:#?}", lexical.percent(), lexical.misses);
    all.all
}

#[test]
fn running_text_is_read_as_well_as_before() {
    let syllables = assert_read(include_str!("frontend/running.tsv"), 99.7, 99.8);
    assert!(syllables > 5000, "the set is {syllables} syllables");
}

#[test]
fn other_genres_are_read_as_well_as_before() {
    assert_read(include_str!("frontend/genres.tsv"), 99.7, 99.8);
}

#[test]
fn everyday_sentences_are_read_as_well_as_before() {
    assert_read(include_str!("frontend/everyday.tsv"), 99.9, 99.9);
}

#[test]
fn sentences_by_others_are_read_as_well_as_before() {
    assert_read(include_str!("frontend/unseen.tsv"), 99.9, 99.9);
}

#[test]
fn characters_of_two_readings_are_read_as_well_as_before() {
    let shares = reports::measure(&FRONTEND, include_str!("frontend/verbs.tsv")).expect("readable cases");
    let all = &shares["b own: all"];
    let misses: Vec<_> = shares.values().flat_map(|share| &share.misses).collect();
    assert!(all.all >= 1800 && all.percent() >= 96.0, "{:.2} %: {misses:#?}", all.percent());
}

#[test]
fn faults_of_known_kinds_do_not_come_back() {
    let shares = reports::measure(&FRONTEND, include_str!("frontend/kinds.tsv")).expect("readable cases");
    let misses: Vec<_> = shares.values().flat_map(|share| &share.misses).collect();
    for (kind, least) in [("a own: all", 140), ("b own: all", 160)] {
        let all = &shares[kind];
        assert!(all.all >= least && all.percent() >= 99.0, "{:.2} %: {misses:#?}", all.percent());
    }
}

#[test]
fn english_words_and_names_are_read_as_reviewed() {
    let misread = latin::misread(&FRONTEND, include_str!("frontend/latin.tsv")).expect("readable lines");
    assert!(misread.is_empty(), "{}", misread.join("\n"));
}

#[test]
fn long_clauses_pause_where_a_person_does() {
    let (places, broken) =
        measure::phrases(&FRONTEND, include_str!("frontend/phrases.txt")).expect("readable lines");
    assert!(places.percent() >= 85.0, "{:.2} %: {:#?}", places.percent(), places.misses);
    assert!(broken.percent() >= 80.0, "{:.2} %: {:#?}", broken.percent(), broken.misses);
}

#[test]
fn sandhi_cases_hold() {
    let score = measure::sandhi(&FRONTEND, include_str!("frontend/sandhi.tsv")).expect("readable lines");
    assert!(score.misses.is_empty(), "{:#?}", score.misses);
}

#[test]
fn polyphones_are_read_as_well_as_before() {
    // A tenth of the set: the whole takes most of a minute in a build with checks.
    let [sentences, labels] =
        measure::CPP.map(|text| text.lines().step_by(10).collect::<Vec<_>>().join("\n"));
    let score = measure::cpp(&FRONTEND, &sentences, &labels).expect("readable sets");
    assert!(score.percent() >= 97.3, "{:.2} %: {:#?}", score.percent(), score.misses);
}

#[test]
fn words_are_read_as_the_dictionary_says() {
    // Every 40th word of the dictionary; `npm run lexicon:check` tries them all.
    let report = words::read(&FRONTEND, include_str!("frontend/words.tsv")).expect("readable lines");
    let [two, three, four] = report.equal();
    assert!(two >= 99.8 && three >= 99.6 && four >= 99.8, "{report}{:#?}", report.differing);
}

#[test]
fn the_user_dictionary_comes_before_all_others() {
    let mut frontend = frontend();
    frontend
        .set_user_dictionary("# own\n银行\tyin2 xing2\nhanvox\than4 wo4 ke4 si5\n")
        .expect("a dictionary");
    let tokens = frontend.analyze("去银行用hanvox").expect("any text");
    assert_eq!(pinyin(&tokens), "qu4 yin2 xing2 yong4 han4 wo4 ke4 si5");
    let error = frontend.set_user_dictionary("银行 yin2").err();
    assert_eq!(error.map(|e| e.kind()), Some(ErrorKind::OptionInvalid));
}

#[test]
fn the_final_particle_runs_on_where_it_is_wanted() {
    let mut frontend = frontend();
    let spoken = |frontend: &Frontend| measure::spoken(&frontend.analyze("天啊，好啊").expect("any text"));
    assert_eq!(spoken(&frontend), "tian1 a5 hao3 a5");
    frontend.set_options(ReadingOptions { a_variants: true, ..ReadingOptions::default() });
    assert_eq!(spoken(&frontend), "tian1 na5 hao3 wa5");
}

#[test]
fn bare_figures_are_read_as_asked() {
    let read = |digits: Digits, text: &str| {
        let mut frontend = frontend();
        frontend.set_options(ReadingOptions { digits, ..ReadingOptions::default() });
        frontend.normalize(text).expect("any text")
    };
    for (text, auto, each, quantity) in [
        ("得到4521", "得到四千五百二十一", "得到四五二幺", "得到四千五百二十一"),
        ("20080808", "二零零八年八月八日", "二零零八零八零八", "两千零八万零八百零八"),
        ("123456789", "幺二三四五六七八九", "幺二三四五六七八九", "一亿两千三百四十五万六千七百八十九"),
        ("666", "六六六", "六六六", "六百六十六"),
        ("110", "幺幺零", "幺幺零", "一百一十"),
        // What has a unit, a measure word, a mark or an announcing word is no bare run.
        ("300元", "三百元", "三百元", "三百元"),
        ("12个", "十二个", "十二个", "十二个"),
        ("8:30", "八点半", "八点半", "八点半"),
        ("第12名", "第十二名", "第十二名", "第十二名"),
        ("2008年", "二零零八年", "二零零八年", "二零零八年"),
        ("尾号1702", "尾号幺七零二", "尾号幺七零二", "尾号幺七零二"),
        ("3.14", "三点一四", "三点一四", "三点一四"),
    ] {
        assert_eq!(read(Digits::Auto, text), auto, "{text}");
        assert_eq!(read(Digits::Each, text), each, "{text}");
        assert_eq!(read(Digits::Quantity, text), quantity, "{text}");
    }
}

#[test]
fn addresses_are_named_where_they_are_not_to_be_spelled() {
    let mut frontend = frontend();
    let read = |frontend: &Frontend, text: &str| frontend.normalize(text).expect("any text");
    let text = "见https://example.com/a?b=1，或写信到abc@qq.com。";
    assert!(read(&frontend, text).contains("example点com斜杠a问号"));
    frontend.set_options(ReadingOptions { links: Links::Name, ..ReadingOptions::default() });
    assert_eq!(read(&frontend, text), "见网址，或写信到邮箱。");
}

#[test]
fn what_cannot_be_said_is_told_with_its_place() {
    let left_out = |text: &str| FRONTEND.read(text, MarkupMode::Auto).expect("any text").left_out;
    let span = |start, end| Span { start, end };
    assert_eq!(left_out("カタカナ很难한국어，哈"), [span(0, 4), span(6, 9)]);
    assert_eq!(left_out("天\u{323af}地"), [span(1, 3)]);
    assert_eq!(left_out("我喜欢雪の花、αβ和A😀。"), []);
    assert_eq!(pinyin(&analyze("𠮷野家")), "ji2 ye3 jia1");
}

#[test]
fn a_character_without_a_reading_is_reported() {
    let tokens = analyze("天\u{323af}地");
    assert_eq!(tokens.len(), 3);
    assert!(tokens[1].pinyin.is_empty());
}

#[test]
fn a_retroflex_suffix_is_told_apart_from_a_child() {
    let is_suffix = |token: &Token| token.text == "儿" && token.surface.iter().all(Syllable::is_erhua);
    let retroflex = |text: &str| analyze(text).last().is_some_and(is_suffix);
    assert!(retroflex("这花儿"));
    assert!(!retroflex("他女儿"));
}

/// Spans stay inside the text and go on from where they were; no Chinese character is lost.
fn check(text: &str) -> std::result::Result<(), TestCaseError> {
    let tokens = analyze(text);
    let length = text.encode_utf16().count();
    let mut last = 0;
    for token in &tokens {
        prop_assert!(
            token.span.start >= last && token.span.start <= token.span.end && token.span.end <= length
        );
        last = token.span.start;
        prop_assert!(token.pinyin.len() == token.surface.len());
        prop_assert!(token.surface.iter().all(|s| (1..=5).contains(&s.tone) && !s.base.is_empty()));
    }
    let mut at = 0;
    for ch in text.chars() {
        if ('\u{4e00}'..='\u{9fff}').contains(&ch) {
            prop_assert!(tokens.iter().any(|t| (t.span.start..t.span.end).contains(&at)), "{ch} is lost");
        }
        at += ch.len_utf16();
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn any_text_is_analyzed(text in "\\PC{0,60}") {
        check(&text)?;
    }

    #[test]
    fn any_mix_of_chinese_is_analyzed(text in "[一-龥㐀-䶵\u{20000}-\u{2a6d6}一不得地着了儿个长行，。！？ \n0-9a-zA-Z.%]{0,80}") {
        check(&text)?;
    }

    #[test]
    fn any_bytes_are_no_lexicon_or_one_that_works(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let mut file = b"HANVOXLX\x04\0\0\0".to_vec();
        file.extend(bytes);
        if let Ok(lexicon) = Lexicon::read(&file) {
            prop_assert!(Frontend::new(lexicon).analyze("一个人").is_ok());
        }
    }
}
