//! 啊 as it runs on from the syllable before it: 呀, 哇, 哪 (天啊 tian1 na5).

use crate::token::{Boundary, Syllable, Token};

/// Changes the spoken form of every light 啊 that follows a syllable without a break.
pub fn apply(tokens: &mut [Token]) {
    for at in 1..tokens.len() {
        let (before, after) = tokens.split_at_mut(at);
        let (Some(before), Some(token)) = (before.last(), after.first_mut()) else { continue };
        if token.text == "啊" && before.boundary < Boundary::Clause {
            run_on(before.surface.last(), &mut token.surface);
        }
    }
}

fn run_on(before: Option<&Syllable>, surface: &mut [Syllable]) {
    let (Some(before), [syllable]) = (before, surface) else { return };
    if syllable.base == "a" && syllable.tone == 5 {
        syllable.base = format!("{}a", glide(&before.base));
    }
}

/// What joins 啊 to a base syllable. After -ng, 字 and 是 there is a sound that pinyin has no letter for:
/// there 啊 stays as it is.
fn glide(base: &str) -> &'static str {
    let buzzing = matches!(base, "zi" | "ci" | "si" | "zhi" | "chi" | "shi" | "ri" | "er");
    match base.char_indices().next_back() {
        _ if buzzing || base.ends_with("ng") => "",
        Some((_, 'n')) => "n",
        Some((at, 'o')) if base[..at].ends_with('a') => "w",
        // -u, but not the ü that j, q, x and y write as u.
        Some((at, 'u')) if !matches!(&base[..at], "j" | "q" | "x" | "y") => "w",
        Some((_, 'a' | 'e' | 'i' | 'o' | 'u' | 'v')) => "y",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_glide_follows_the_final() {
        for (base, expected) in [
            ("ta", "y"),
            ("wo", "y"),
            ("xie", "y"),
            ("ni", "y"),
            ("qu", "y"),
            ("lv", "y"),
            ("shu", "w"),
            ("hao", "w"),
            ("you", "w"),
            ("tian", "n"),
            ("xing", ""),
            ("shi", ""),
            ("er", ""),
        ] {
            assert_eq!(glide(base), expected, "{base}");
        }
    }
}
