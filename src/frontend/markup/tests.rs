use proptest::prelude::*;

use super::*;
use crate::error::ErrorKind;
use crate::frontend::markup::asked::Mark;
use crate::frontend::normalize::{Digits, Emoji, Links, normalize};
use crate::frontend::spoken::Spoken;
use crate::token::Span;

fn read(text: &str) -> Result<(Spoken, Markup)> {
    read_as(text, MarkupMode::Auto)
}

fn read_as(text: &str, mode: MarkupMode) -> Result<(Spoken, Markup)> {
    parse(text, mode)
        .map(|(written, markup)| (normalize(written, Emoji::Drop, Digits::Auto, Links::Spell), markup))
}

fn spoken(text: &str) -> String {
    read(text).map(|(spoken, _)| spoken.text()).unwrap_or_else(|error| error.to_string())
}

fn ssml(inside: &str) -> String {
    format!("<speak>{inside}</speak>")
}

#[test]
fn elements_are_read() {
    let cases = [
        ("你好&amp;再见", "你好和再见"),
        ("<p>一段</p><p>二段</p>", "一段\n二段"),
        ("<s>一句</s>", "一句"),
        ("你好<break time=\"500ms\"/>再见", "你好，再见"),
        ("你好<break strength=\"none\"/>再见", "你好再见"),
        ("<say-as interpret-as=\"digits\">110</say-as>人", "一一零人"),
        ("<say-as interpret-as=\"cardinal\">110</say-as>", "一百一十"),
        ("<say-as interpret-as=\"ordinal\">3</say-as>名", "第三名"),
        ("<say-as interpret-as=\"date\" format=\"mdy\">3/5/2024</say-as>", "二零二四年三月五日"),
        ("<say-as interpret-as=\"characters\">abc</say-as>", "A B C"),
        ("<say-as interpret-as=\"time\">8:30</say-as>", "八点半"),
        ("<sub alias=\"万维网\">WWW</sub>联盟", "万维网联盟"),
        ("<sub alias=\"3个\">x</sub>", "三个"),
        ("<prosody rate=\"slow\">慢</prosody><emotion name=\"happy\">好</emotion>", "慢好"),
        ("<![CDATA[1<2]]>", "一小于二"),
        ("<!-- 不读 -->读&#20013;文", "读中文"),
        ("<phoneme alphabet=\"pinyin\" ph=\"chong2\">重</phoneme>庆", "重庆"),
    ];
    for (inside, expected) in cases {
        assert_eq!(spoken(&ssml(inside)), expected, "{inside}");
    }
    assert_eq!(
        spoken("<?xml version=\"1.0\"?>\n<speak version=\"1.1\" xml:lang=\"zh-CN\">\n你好\n</speak>\n"),
        "你好"
    );
}

#[test]
fn places_are_those_of_the_written_text() {
    let text = "<speak>去<phoneme ph=\"chong2\">重</phoneme>庆<mark name=\"m\"/></speak>";
    let (spoken, markup) = read(text).unwrap();
    let at = |ch: char| text.chars().position(|c| c == ch).unwrap();
    assert_eq!(markup.readings[0].span, Span { start: at('重'), end: at('重') + 1 });
    assert_eq!(markup.marks, [Mark { place: at('庆') + 1, name: "m".to_string() }]);
    let spans: Vec<usize> = spoken.chars.iter().map(|c| c.span.start).collect();
    assert_eq!(spans, [at('去'), at('重'), at('庆')]);
}

#[test]
fn styles_nest() {
    let (_, markup) = read(&ssml(
        "<prosody rate=\"120%\">a<prosody pitch=\"+10%\"/><emotion name=\"sad\" intensity=\"0.6\">b</emotion></prosody>\
        <emotion category=\"happy\"><prosody rate=\"80%\">c</prosody></emotion>",
    ))
    .unwrap();
    let styles: Vec<_> =
        markup.styles.iter().map(|(span, style)| (span.end - span.start, style.speed, style.pitch)).collect();
    assert_eq!(styles[0].1, 1.2);
    assert_eq!(styles[1], (0, 1.2, 1.1));
    let emotion =
        |index: usize| markup.styles[index].1.emotion.as_ref().map(|e| (e.name.as_str(), e.intensity));
    assert_eq!([1, 2, 4].map(emotion), [None, Some(("sad", 0.6)), Some(("happy", 1.0))]);
    assert_eq!(styles[2].0, 1);
}

#[test]
fn inline_readings_are_taken_out() {
    let (read_aloud, markup) = read("去重{chong2}庆银行{yin2 hang2}").unwrap();
    assert_eq!(read_aloud.text(), "去重庆银行");
    assert_eq!(markup.readings[0].span, Span { start: 1, end: 2 });
    assert_eq!(markup.readings[1].span, Span { start: 11, end: 13 });
    assert_eq!(markup.readings[1].syllables[1].to_string(), "hang2");
    assert_eq!(spoken("见{注释}和{x}"), "见注释和x");
}

#[test]
fn broken_markup_is_told_with_its_place() {
    let cases = [
        ("<speak>你好", "line 1, column 1"),
        ("<speak>\n<sub>你好</sub></speak>", "line 2, column 1"),
        ("<speak><p>你好</speak>", "line 1"),
        ("<speak>&unknown;</speak>", "line 1, column 8"),
        ("<speak/><speak/>", "line 1, column 9"),
        ("<speak/>你好", "line 1, column 9"),
        ("<speak><phoneme ph=\"xyz9\">重</phoneme></speak>", "line 1, column 8"),
        ("<speak><phoneme ph=\"chong2 qing4\">重</phoneme></speak>", "a syllable"),
        ("<speak><say-as>1</say-as></speak>", "interpret-as"),
        ("<speak><say-as interpret-as=\"cardinal\">一二</say-as></speak>", "no number"),
        ("<speak><break time=\"99s\"/></speak>", "10s"),
        ("<speak><prosody rate=\"9\">好</prosody></speak>", "rate"),
        ("<speak><emotion intensity=\"1\">好</emotion></speak>", "name"),
        ("<speak><emotion name=\"sad\" intensity=\"2\">好</emotion></speak>", "intensity"),
        ("<speak><mark name=\"a\">好</mark></speak>", "holds no text"),
        ("<?xml version=\"1.0\"?><!DOCTYPE x><speak/>", "document type"),
        ("好{hao9}", "hao9"),
        ("好{hao3 ma5}", "more syllables"),
    ];
    for (text, told) in cases {
        let error = read_as(text, MarkupMode::On).expect_err(text);
        assert_eq!(error.kind(), ErrorKind::MarkupInvalid, "{text}");
        assert!(error.message().contains(told), "{text}: {}", error.message());
    }
}

fn places_are_inside(text: &str) {
    let Ok((spoken, markup)) = read(text) else { return };
    let length = text.encode_utf16().count();
    let mut last = 0;
    for c in &spoken.chars {
        assert!(
            c.span.start >= last && c.span.start < c.span.end && c.span.end <= length,
            "{c:?} in {text:?}"
        );
        assert!(!c.ch.is_ascii_digit());
        last = c.span.start;
    }
    assert!(markup.readings.iter().all(|given| given.span.end <= length && !given.syllables.is_empty()));
    assert!(markup.styles.iter().all(|(span, _)| span.start <= span.end && span.end <= length));
    assert!(markup.breaks.iter().all(|pause| pause.place <= length));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3_000))]

    #[test]
    fn any_document_is_read_or_refused(parts in prop::collection::vec(prop::sample::select(vec![
        "<p>", "</p>", "<s>", "</s>", "<break time='1s'/>", "<break/>", "<phoneme ph='chong2'>", "</phoneme>", "<prosody rate='slow'>",
        "</prosody>", "<say-as interpret-as='digits'>", "</say-as>", "<sub alias='好3'>", "</sub>", "<mark name='m'/>", "<emotion name='sad'>",
        "</emotion>", "<!-- x -->", "<![CDATA[", "]]>", "&amp;", "&#x20013;", "&x;", "重", "3个", "😀", "a", " ", "\n", "<", ">", "{zhong4}", "\"",
    ]), 0..12)) {
        places_are_inside(&ssml(&parts.concat()));
        places_are_inside(&parts.concat());
    }

    #[test]
    fn any_text_is_read_or_refused(text in any::<String>()) {
        places_are_inside(&text);
        places_are_inside(&ssml(&text));
    }
}

#[test]
fn plain_text_that_looks_like_markup_is_spoken() {
    let cases = [
        ("变量{x1}的值", "变量x一的值"),
        ("好{hao9}", "好hao九"),
        ("好{hao3 ma5}", "好hao三ma五"),
        ("如果a<b", "如果a小于b"),
        ("<speaker>在说", "在说"),
    ];
    for (text, expected) in cases {
        assert_eq!(spoken(text), expected, "{text}");
    }
    let off = |text| read_as(text, MarkupMode::Off).unwrap();
    let (plain, markup) = off("重{chong2}庆");
    assert!(markup.readings.is_empty() && plain.text().contains("chong"), "{}", plain.text());
    assert_eq!(spoken("\u{FEFF}<speak>你好</speak>"), "你好");
}

#[test]
fn the_markup_of_other_engines_is_read() {
    let azure = r#"<speak version="1.0" xmlns="http://www.w3.org/2001/10/synthesis" xmlns:mstts="http://www.w3.org/2001/mstts"
        xml:lang="zh-CN"><voice name="zh-CN-XiaoxiaoNeural" gender="Female"><mstts:silence type="Leading" value="300ms"/>
        <mstts:express-as style="cheerful" styledegree="0.5">你好</mstts:express-as><mstts:viseme type="x"/><lang xml:lang="en-US">hello</lang>
        <emphasis level="strong">世界</emphasis></voice></speak>"#;
    let (spoken, markup) = read(azure).unwrap();
    assert_eq!(spoken.text().replace(['，', ' '], ""), "你好hello世界");
    assert_eq!(markup.breaks[0].pause_ms, 300);
    let emotions: Vec<_> = markup.styles.iter().filter_map(|(_, style)| style.emotion.clone()).collect();
    assert_eq!(emotions, [Emotion { name: "happy".to_owned(), intensity: 0.5, optional: true }]);
    assert!(markup.styles.iter().any(|(_, style)| style.speed < 1.0 && style.volume > 1.0));
    let voice = Speaker { names: vec!["zh-CN-XiaoxiaoNeural".to_owned()], sex: Some("female".to_owned()) };
    assert!(markup.styles.iter().all(|(_, style)| style.speaker.as_ref() == Some(&voice)));
}

#[test]
fn of_unknown_elements_the_text_is_spoken() {
    let cases = [
        ("<amazon:effect name=\"whispered\">小声</amazon:effect>说", "小声说"),
        ("<audio src=\"a.mp3\"><desc>掌声</desc>好</audio>", "好"),
        ("<foo:bar><baz>你</baz>好</foo:bar>", "你好"),
        ("<phoneme alphabet=\"ipa\" ph=\"x\">重</phoneme>要", "重要"),
        ("<say-as interpret-as=\"expletive\">好</say-as>", "好"),
        ("<metadata>x</metadata>好", "好"),
    ];
    for (inside, expected) in cases {
        assert_eq!(spoken(&ssml(inside)), expected, "{inside}");
    }
    assert_eq!(spoken("<ssml:speak xmlns:ssml=\"x\"><ssml:p>好</ssml:p></ssml:speak>"), "好");
}

#[test]
fn breaks_at_one_place_add_up_and_one_before_everything_leads() {
    let (_, markup) =
        read("<speak><break time=\"200ms\"/>你<break time=\"0.3s\"/><break time=\"100ms\"/>好</speak>")
            .unwrap();
    let places: Vec<u32> = markup.breaks.iter().map(|pause| pause.pause_ms).collect();
    assert_eq!(places, [200, 300, 100]);
}
