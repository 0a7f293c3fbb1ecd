//! Surnames that are read otherwise than the character usually is, where a person's name stands.

use crate::frontend::lexicon::{Lexicon, Place, Sound};

/// Longest entries of the lists of titles and of words before a name, in characters.
const LONGEST: usize = 3;

/// The reading of a surname, or of a given name after one.
pub fn reading(lexicon: &Lexicon, place: &Place) -> Option<Sound> {
    let (text, at) = (place.text, place.at);
    if let Some(surname) = lexicon.surname(text[at]) {
        let named = at > 0 && text[at - 1] == '姓';
        if named || surname.common && (has_title(lexicon, text, at) || has_given_name(lexicon, text, at)) {
            return Some(surname.sound);
        }
    }
    let after_surname = (1..=2).filter_map(|back| at.checked_sub(back)).any(|surname| {
        lexicon.surname(text[surname]).is_some_and(|s| s.common) && has_given_name(lexicon, text, surname)
    });
    if after_surname { lexicon.reading(text[at]) } else { None }
}

/// 任教授: but "to serve as" is the same character, so the name must open the stretch or follow 的, 请 and the like.
fn has_title(lexicon: &Lexicon, text: &[char], at: usize) -> bool {
    let title = (1..=LONGEST).any(|length| {
        is_in(lexicon, "titles", text, at + 1, length)
            && !(length == 1 && opens_longer_word(lexicon, &text[at + 1..]))
    });
    title && (opens(lexicon, text, at) || follows_age(text, at))
}

/// 曾总是 is no 曾总.
fn opens_longer_word(lexicon: &Lexicon, text: &[char]) -> bool {
    matches!(text.get(1), Some('账' | '量' | '数' | '额' | '得'))
        || lexicon.words().prefixes(text).any(|(length, _)| length > 1)
}

/// 单晓燕: two characters that given names are made of; or 曾乐说: one, if no word is made so.
fn has_given_name(lexicon: &Lexicon, text: &[char], at: usize) -> bool {
    let given = |offset| text.get(at + offset).is_some_and(|ch| lexicon.char_in_list("given", *ch));
    let two = given(1) && given(2);
    (two || given(1) && has_short_name(lexicon, text, at)) && opens(lexicon, text, at)
}

/// Whether the surname and the character after it are a whole name: 曾乐是, but not 曾有的 or 解明.
fn has_short_name(lexicon: &Lexicon, text: &[char], at: usize) -> bool {
    const OFTEN_WORDS: &str = "有进行成发生长为以子心思言立正非元全";
    const AFTER_NAMES: &str = "说是的在和与对也就跟向给把从被，、";
    let given = text.get(at + 1).is_some_and(|ch| !OFTEN_WORDS.contains(*ch));
    let ends = text.get(at + 2).is_none_or(|ch| AFTER_NAMES.contains(*ch));
    given && ends && lexicon.words().find(&text[at..at + 2]).is_none()
}

/// Whether a name may start at `at`.
fn opens(lexicon: &Lexicon, text: &[char], at: usize) -> bool {
    let lead = |length: usize| at >= length && is_in(lexicon, "name-leads", text, at - length, length);
    at == 0 || (1..=LONGEST).any(lead)
}

/// 老单, 小任
fn follows_age(text: &[char], at: usize) -> bool {
    at > 0 && matches!(text[at - 1], '老' | '小' | '阿')
}

fn is_in(lexicon: &Lexicon, list: &str, text: &[char], start: usize, length: usize) -> bool {
    text.get(start..start + length)
        .is_some_and(|word| lexicon.in_list(list, &word.iter().collect::<String>()))
}

#[cfg(test)]
mod tests {
    use crate::frontend::testing::{lexicon, stretch};

    #[test]
    fn surnames_are_read_as_such_where_a_name_stands() {
        let lexicon = lexicon();
        for (words, at, expected) in [
            ("姓 曾", 1, "zeng1"),
            ("曾 老师", 0, "zeng1"),
            ("收件人 是 单 晓 燕", 4, "shan4"),
            ("任 教授", 0, "ren2"),
            ("他 任 教授", 1, "ren4"),
            ("曾 在 北京", 0, "ceng2"),
            ("单 看 这 一 点", 0, "dan1"),
            ("尉迟 恭", 0, "yu4"),
        ] {
            let sound = stretch(&lexicon, words).readings[at].sound;
            let found = sound.map(|sound| lexicon.syllable(sound).to_string());
            assert_eq!(found.as_deref(), Some(expected), "{words}");
        }
    }
}
