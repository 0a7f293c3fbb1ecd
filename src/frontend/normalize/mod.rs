//! Written text to text that can be read aloud character by character.
//!
//! clean -> rules over pieces (digits, letters, signs) -> tidy. CONVENTIONS.md beside this file lists how everything is
//! read, with examples; the tests check its tables.

mod amount;
mod bare;
mod clean;
mod codes;
mod dates;
mod emoji;
mod english;
mod letters;
mod links;
mod marks;
mod measure;
mod money;
mod names;
pub(super) mod numbers;
mod phone;
mod plain;
mod rates;
mod scores;
mod signs;
mod slang;
mod tables;
mod tidy;
mod times;
mod units;
mod verbalization;
mod view;

pub use emoji::Emoji;
pub use links::Links;
pub use numbers::Digits;
use verbalization::{Rule, Verbalization};
use view::{Kind, Pieces, View};

use super::spoken::{Origin, Spoken, SpokenChar};
use crate::token::Span;

/// Rules for digits, first match first: what names something before what counts something.
const DIGITS: &[Rule] = &[
    plain::list_mark,
    phone::masked,
    names::address,
    names::hexadecimal,
    phone::telephone,
    codes::coded,
    phone::announced,
    phone::local,
    phone::stock,
    phone::named,
    codes::sort,
    codes::team,
    codes::airliner,
    codes::suffixed,
    codes::round_the_clock,
    codes::floor,
    bare::asked,
    dates::date,
    names::version,
    dates::memorial,
    dates::years,
    times::time,
    times::lap,
    scores::ratio,
    dates::calendar,
    phone::service,
    slang::slang,
    names::lines,
    signs::numbered,
    names::ordinal,
    phone::chain,
    phone::string,
    plain::worded_range,
    plain::after_unit,
    amount::amount,
    plain::number,
];

const LATIN: &[Rule] = &[
    signs::between_numbers,
    names::address,
    names::two_is_to,
    names::number_sign,
    units::lone,
    money::money,
    times::half_first,
    names::car_plate,
    names::overlong,
    codes::standard,
    codes::book,
    codes::recommendation,
    names::model,
    names::roman_numeral,
    names::word,
];

const SYMBOLS: &[Rule] = &[
    signs::superscript,
    signs::arrow,
    rates::bare,
    signs::single,
    phone::telephone,
    money::money,
    signs::about,
    signs::root,
    signs::power,
    names::craft,
    amount::dash,
    amount::amount,
    signs::tag,
    signs::operator,
    signs::between_numbers,
    signs::numbered,
    names::joint,
    signs::named,
];

/// Rules for an English text; signs that they leave are read as in Chinese.
const ENGLISH: &[Rule] = &[names::address, english::number, names::joint, signs::named];

const SPACES: &[Rule] = &[signs::operator, signs::between_numbers, amount::dash];

/// Dropping a sign can bring pieces together to which a rule applies, so the rules run until nothing changes.
const PASSES: usize = 4;

/// Spells out everything in a text that is not read as it stands.
///
/// The result holds no digits, and normalizing it again changes nothing. Letters of other scripts (kana, hangul,
/// Cyrillic) are left out; the result says where.
pub(super) fn normalize(
    text: impl IntoIterator<Item = SpokenChar>,
    emoji: Emoji,
    digits: Digits,
    links: Links,
) -> Spoken {
    let mut chars = clean::clean(marks::resolve(text.into_iter().collect()).into_iter());
    if emoji == Emoji::Speak {
        chars = emoji::speak(chars);
    }
    let mut left_out = Vec::new();
    for _ in 0..PASSES {
        let spelled = spell_out(&chars, digits, links);
        left_out.extend(tidy::foreign(&spelled).map(|c| c.span));
        let next = tidy::tidy(spelled);
        let done = next == chars;
        chars = next;
        if done {
            break;
        }
    }
    Spoken { chars, left_out }
}

/// One pass of the rules.
fn spell_out(chars: &[SpokenChar], digits: Digits, links: Links) -> Vec<SpokenChar> {
    let pieces = Pieces::new(chars, digits, links);
    let mut spoken = Vec::with_capacity(chars.len());
    let mut at = 0;
    while at < pieces.len() {
        let view = pieces.view(at);
        let verbalization = rules(view).iter().find_map(|rule| rule(view));
        let taken = verbalization.as_ref().map_or(1, |verbalization| verbalization.pieces);
        let source = &chars[pieces.char_at(at)..pieces.char_at(at + taken)];
        match verbalization {
            Some(verbalization) => spoken.extend(said(&verbalization, source)),
            None => spoken.extend_from_slice(source),
        }
        at += taken;
    }
    spoken
}

fn rules(view: View) -> &'static [Rule] {
    match view.kind(0) {
        Some(Kind::Digits | Kind::Symbol) if view.english() => ENGLISH,
        Some(Kind::Digits) => DIGITS,
        Some(Kind::Latin) => LATIN,
        Some(Kind::Symbol) => SYMBOLS,
        Some(Kind::Space) => SPACES,
        Some(Kind::Han) | None => &[],
    }
}

/// The words of a verbalization, each character with the place of all that was read.
fn said(verbalization: &Verbalization, source: &[SpokenChar]) -> impl Iterator<Item = SpokenChar> {
    let start = source.first().map_or(0, |c| c.span.start);
    let end = source.last().map_or(start, |c| c.span.end);
    // Only the names of digits are read one by one; what stands between them joins the words around.
    let origin = move |ch| match verbalization.origin {
        Origin::Digits if !"零一二三四五六七八九幺".contains(ch) => Origin::Number,
        origin => origin,
    };
    verbalization.said.chars().map(move |ch| SpokenChar { ch, span: Span { start, end }, origin: origin(ch) })
}

#[cfg(test)]
mod tests;
