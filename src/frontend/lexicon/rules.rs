//! Readings of characters that stand alone, by what stands before and after them
//! (`models/lexicon/README.md` describes the rules).

use std::collections::HashMap;

use super::sound::Sound;

/// The rules, by character.
#[derive(Default)]
pub struct ContextRules(HashMap<char, Vec<ContextRule>>);

struct ContextRule {
    sound: Sound,
    after: Vec<String>,
    not_after: Vec<String>,
    before: Vec<String>,
    not_before: Vec<String>,
}

/// A character in its stretch, and the words beside it.
pub struct Place<'a> {
    pub text: &'a [char],
    pub at: usize,
    pub previous: Option<Neighbour<'a>>,
    pub next: Option<Neighbour<'a>>,
}

/// A word beside another.
pub struct Neighbour<'a> {
    pub text: &'a [char],
    /// Whether it is a verb or an adjective, or an idiom.
    pub verbal: bool,
}

impl ContextRules {
    /// Adds a line of rules; `None` if it is not one.
    pub fn add(&mut self, line: &str, sound: impl Fn(&str) -> Option<Sound>) -> Option<()> {
        let mut fields = line.split(' ');
        let ch = fields.next()?.chars().next()?;
        let mut rule = ContextRule {
            sound: sound(fields.next()?)?,
            after: Vec::new(),
            not_after: Vec::new(),
            before: Vec::new(),
            not_before: Vec::new(),
        };
        for field in fields {
            let (kind, entries) = field.split_once(':')?;
            *rule.condition(kind)? = entries.split(',').map(String::from).collect();
        }
        self.0.entry(ch).or_default().push(rule);
        Some(())
    }

    /// The reading that the first fitting rule gives.
    pub fn reading(&self, place: &Place) -> Option<Sound> {
        let rules = self.0.get(place.text.get(place.at)?)?;
        rules.iter().find(|rule| rule.fits(place)).map(|rule| rule.sound)
    }
}

impl ContextRule {
    fn condition(&mut self, kind: &str) -> Option<&mut Vec<String>> {
        match kind {
            "after" => Some(&mut self.after),
            "not-after" => Some(&mut self.not_after),
            "before" => Some(&mut self.before),
            "not-before" => Some(&mut self.not_before),
            _ => None,
        }
    }

    fn fits(&self, place: &Place) -> bool {
        let after = |entries: &[String]| entries.iter().any(|entry| place.stands_after(entry));
        let before = |entries: &[String]| entries.iter().any(|entry| place.stands_before(entry));
        (self.after.is_empty() || after(&self.after))
            && (self.before.is_empty() || before(&self.before))
            && !after(&self.not_after)
            && !before(&self.not_before)
    }
}

impl Place<'_> {
    /// The character `offset` places away.
    pub fn near(&self, offset: isize) -> Option<char> {
        self.text.get(self.at.checked_add_signed(offset)?).copied()
    }

    fn stands_after(&self, entry: &str) -> bool {
        let before = &self.text[..self.at];
        match entry {
            "^" => before.is_empty(),
            "WORD" => self.previous.as_ref().is_some_and(|word| word.text.len() > 1),
            "DOUBLE" => is_double(before),
            "NOT" => matches!(before, [.., '不' | '没', _]),
            _ => match entry.strip_prefix('…') {
                Some(far) => contains(&before[before.len().saturating_sub(REACH)..], far),
                None => {
                    is_neighbour(self.previous.as_ref(), entry).unwrap_or_else(|| ends_with(before, entry))
                }
            },
        }
    }

    fn stands_before(&self, entry: &str) -> bool {
        let after = &self.text[self.at + 1..];
        match entry.strip_suffix('$') {
            Some(last) => after.iter().copied().eq(last.chars()),
            None => is_neighbour(self.next.as_ref(), entry).unwrap_or_else(|| starts_with(after, entry)),
        }
    }
}

/// Whether a word beside a character is of the kind that an entry asks for; `None` if it asks for none.
fn is_neighbour(word: Option<&Neighbour>, entry: &str) -> Option<bool> {
    let asks = |fits: &dyn Fn(&Neighbour) -> bool| Some(word.is_some_and(fits));
    match (entry, entry.strip_prefix('|')) {
        ("VERB", _) => asks(&|word| word.verbal),
        ("NOUN", _) => asks(&|word| word.text.len() > 1 && !word.verbal),
        (_, Some(whole)) => asks(&|word| word.text.iter().copied().eq(whole.chars())),
        _ => None,
    }
}

/// How far before a character `…` looks: 把 and its object.
const REACH: usize = 8;

fn contains(text: &[char], entry: &str) -> bool {
    (0..text.len()).any(|at| starts_with(&text[at..], entry))
}

fn starts_with(text: &[char], entry: &str) -> bool {
    let mut text = text.iter();
    entry.chars().all(|ch| text.next() == Some(&ch))
}

fn ends_with(text: &[char], entry: &str) -> bool {
    let length = entry.chars().count();
    text.len() >= length && text[text.len() - length..].iter().copied().eq(entry.chars())
}

/// 慢慢, 一步一步, 一小把一小把
fn is_double(text: &[char]) -> bool {
    let again = |length: usize| {
        text.len() >= 2 * length && {
            let (first, second) = text[text.len() - 2 * length..].split_at(length);
            first == second
        }
    };
    again(1) || again(2) || again(3)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reading(text: &str, at: usize) -> Option<u16> {
        let mut rules = ContextRules::default();
        let number = |pinyin: &str| pinyin.parse().ok().map(Sound::from_packed);
        for line in [
            "得 1 after:还,^ not-before:了",
            "得 2 before:$",
            "地 3 after:DOUBLE",
            "长 4 after:|树",
            "长 5 before:VERB",
            "当 6 after:…把",
        ] {
            assert!(rules.add(line, number).is_some());
        }
        let text: Vec<char> = text.chars().collect();
        let whole = |range| text.get(range).map(|text| Neighbour { text, verbal: text == ['走'] });
        let previous = at.checked_sub(1).and_then(|before| whole(before..at));
        let next = whole(at + 1..at + 2);
        let sound = rules.reading(&Place { text: &text, at, previous, next })?;
        Some(sound.base() << 3 | u16::from(sound.tone()))
    }

    #[test]
    fn the_first_fitting_rule_is_taken() {
        assert_eq!(reading("还得走", 1), Some(1));
        assert_eq!(reading("得走", 0), Some(1));
        assert_eq!(reading("还得了", 1), None);
        assert_eq!(reading("了得", 1), Some(2));
        assert_eq!(reading("慢慢地走", 2), Some(3));
        assert_eq!(reading("一步一步地走", 4), Some(3));
        assert_eq!(reading("土地", 1), None);
        assert_eq!(reading("树长", 1), Some(4));
        assert_eq!(reading("长走", 0), Some(5));
        assert_eq!(reading("长", 0), None);
        assert_eq!(reading("把沙发当", 3), Some(6));
        assert_eq!(reading("把一二三四五六七八当", 9), None);
        assert_eq!(reading("沙发当", 2), None);
    }

    #[test]
    fn a_line_that_is_no_rule_is_refused() {
        let mut rules = ContextRules::default();
        assert!(rules.add("得 dei3 near:了", |_| Some(Sound::from_packed(1))).is_none());
        assert!(rules.add("得", |_| Some(Sound::from_packed(1))).is_none());
        assert!(rules.add("得 xyz9", |_| None).is_none());
    }
}
