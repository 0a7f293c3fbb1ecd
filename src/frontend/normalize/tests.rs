use proptest::prelude::*;

use super::*;
use crate::frontend::spoken::places;

fn normalize(text: &str) -> Spoken {
    super::normalize(places(text), Emoji::Drop, Digits::Auto, Links::Spell)
}

fn normalized(text: &str) -> String {
    normalize(text).text()
}

fn check(text: &str) {
    let spoken = normalize(text);
    let said = spoken.text();
    assert!(!said.chars().any(|ch| ch.is_ascii_digit()), "digits left: {said:?}");
    let length: usize = text.encode_utf16().count();
    let mut last = 0;
    for c in &spoken.chars {
        assert!(
            c.span.start >= last && c.span.end > c.span.start && c.span.end <= length,
            "{:?} in {text:?}",
            c
        );
        last = c.span.start;
    }
    assert_eq!(normalized(&said), said, "twice: {text:?}");
}

/// The rows of a table: written and spoken.
fn rows(table: &str) -> Vec<(String, String)> {
    let rows = table.lines().filter(|line| line.starts_with("| `"));
    let cell = |cell: &str| cell.trim().trim_matches('`').replace("\\|", "|");
    rows.filter_map(|row| {
        let mut cells = row.trim_matches('|').split(" | ");
        Some((cell(cells.next()?), cell(cells.next()?)))
    })
    .collect()
}

#[test]
fn the_conventions_hold() {
    let rows = rows(include_str!("CONVENTIONS.md"));
    assert!(rows.len() > 100, "{} rows", rows.len());
    let wrong: Vec<_> = rows
        .iter()
        .map(|(written, spoken)| (written, spoken, normalized(written)))
        .filter(|(_, spoken, said)| *spoken != said)
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    rows.iter().for_each(|(written, _)| check(written));
}

/// Punctuation unified by kind, without spaces, since projects differ in how they write both.
fn comparable(text: &str) -> String {
    let fold = |ch: char| match ch {
        '，' => ',',
        '。' => '.',
        '！' => '!',
        '：' => ':',
        '“' | '”' => '"',
        _ => ch,
    };
    text.chars().filter(|ch| *ch != ' ').map(fold).collect()
}

#[test]
fn the_cases_of_another_project_hold_but_for_the_reviewed_ones() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/tn-wetext");
    let files = std::fs::read_dir(folder).unwrap();
    let reviewed = rows(include_str!("../../../tests/frontend/tn-reviewed.md"));
    let mut wrong = Vec::new();
    let mut known = std::collections::HashSet::new();
    for file in files.flatten().filter(|file| file.path().extension().is_some_and(|kind| kind == "txt")) {
        let cases = std::fs::read_to_string(file.path()).unwrap();
        for (written, spoken) in cases.lines().filter_map(|line| line.split_once("=>")) {
            let (written, spoken) = (written.trim(), spoken.trim());
            let changed = reviewed.iter().find(|(case, _)| case == written);
            known.extend(changed.map(|(case, _)| case.clone()));
            let expected = comparable(changed.map_or(spoken, |(_, spoken)| spoken));
            let said = comparable(&normalized(written));
            if said != expected {
                wrong.push((written.to_string(), expected, said));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert_eq!(known.len(), reviewed.len(), "a reviewed case is in no file");
}

#[test]
fn characters_know_where_they_come_from() {
    let spoken = normalize("版本1.0发布于2026年");
    let spans: Vec<_> = spoken.chars.iter().map(|c| (c.span.start, c.span.end)).collect();
    let expected = [
        (0, 1),
        (1, 2),
        (2, 5),
        (2, 5),
        (2, 5),
        (5, 6),
        (6, 7),
        (7, 8),
        (8, 12),
        (8, 12),
        (8, 12),
        (8, 12),
        (12, 13),
    ];
    assert_eq!(spans, expected);
}

#[test]
fn emoji_are_said_on_demand() {
    let said = |text: &str| super::normalize(places(text), Emoji::Speak, Digits::Auto, Links::Spell).text();
    assert_eq!(said("好👍🏻"), "好，赞");
    assert_eq!(said("❤️你🫠"), "爱心，你");
    assert_eq!(normalized("好👍"), "好");
}

#[test]
fn long_runs_end_soon() {
    for unit in [
        "1", "1-", "1.", "1/", "1:", "1,111", "a.", "a@", "1 ", "(", "*", "²", "~5", "1-1", "$1", "+", "-",
        "x1", "1 1/", "I",
    ] {
        check(&unit.repeat(20_000 / unit.len()));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn any_text_is_read(text in any::<String>()) {
        check(&text);
    }

    #[test]
    fn any_mix_of_figures_and_signs_is_read(
        text in "[0-9０-９一二两年月日个米:：.,，。/\\-~—+×=<>%‰°C¥$€#@_*^²½①Ⅳa-dkmgIVX π℃()（）年月日号点分第万亿 ]{0,24}"
    ) {
        check(&text);
    }

    #[test]
    fn any_row_of_cases_is_read(
        row in prop::collection::vec(
            (prop::sample::select(rows(include_str!("CONVENTIONS.md"))), prop::sample::select(vec!["", " ", "，", "和", "-", "*", "/", "~"])),
            1..5,
        )
    ) {
        check(&row.iter().map(|((written, _), mark)| format!("{written}{mark}")).collect::<String>());
    }
}
