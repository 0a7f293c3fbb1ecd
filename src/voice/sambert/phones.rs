//! Conversion of Mandarin syllables to the phones of KAN-TTS, by rule.

/// Initial and final of a syllable in pinyin (`v` for ü, without tone); `None` if it can't be split. For pinyin that is
/// not a syllable the result may not be phones of the voice.
///
/// `y` and `w` are initials, a syllable that starts with a vowel gets the initial `ga`, `ge` or `go`, and `x` is
/// written `xx`.
pub fn of_syllable(base: &str) -> Option<[String; 2]> {
    let base = if NASAL.contains(&base) { "en" } else { base };
    let (initial, rest) = split(base);
    let onset = match (initial, rest.get(..1)?) {
        ("", opening @ ("a" | "e" | "o")) => format!("g{opening}"),
        ("", _) => return None,
        ("x", _) => "xx_c".to_owned(),
        _ => format!("{initial}_c"),
    };
    Some([onset, format!("{}_c", rhyme(initial, rest))])
}

/// Name of a final with the suffix 儿: in 花儿 huar, `ua_c` becomes `uar_c`. `None` if `rhyme` is not a final.
pub fn coloured(rhyme: &str) -> Option<String> {
    let plain = rhyme.strip_suffix("_c")?;
    Some(format!("{plain}r_c"))
}

/// Interjections without a vowel. The nearest phone is `en`.
const NASAL: [&str; 5] = ["m", "n", "ng", "hm", "hng"];

/// Syllable split before its first vowel.
fn split(base: &str) -> (&str, &str) {
    base.split_at(base.find(|letter| "aeiouv".contains(letter)).unwrap_or(base.len()))
}

/// Name of a final in the phone set, where pinyin abbreviates it or spells two sounds alike.
fn rhyme<'a>(initial: &str, rest: &'a str) -> &'a str {
    match (initial, rest) {
        ("z" | "c" | "s", "i") => "ii",
        ("zh" | "ch" | "sh" | "r", "i") => "ih",
        ("j" | "q" | "x" | "y", "u") => "v",
        ("j" | "q" | "x" | "y", "ue") => "ve",
        ("j" | "q" | "x" | "y", "uan") => "van",
        ("j" | "q" | "x" | "y", "un") => "vn",
        ("l" | "n", "ue") => "ve",
        (_, "ui") => "uei",
        (_, "iu") => "iou",
        (_, "un") => "uen",
        _ => rest,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn syllables_follow_the_rules_of_the_phone_set() {
        for (base, phones) in [
            ("bei", "b_c ei_c"),
            ("xie", "xx_c ie_c"),
            ("ju", "j_c v_c"),
            ("qvan", "q_c van_c"),
            ("xue", "xx_c ve_c"),
            ("jun", "j_c vn_c"),
            ("yan", "y_c an_c"),
            ("you", "y_c ou_c"),
            ("yi", "y_c i_c"),
            ("yu", "y_c v_c"),
            ("yun", "y_c vn_c"),
            ("yuan", "y_c van_c"),
            ("yong", "y_c ong_c"),
            ("wei", "w_c ei_c"),
            ("wu", "w_c u_c"),
            ("weng", "w_c eng_c"),
            ("zi", "z_c ii_c"),
            ("ri", "r_c ih_c"),
            ("shi", "sh_c ih_c"),
            ("gui", "g_c uei_c"),
            ("liu", "l_c iou_c"),
            ("lun", "l_c uen_c"),
            ("lv", "l_c v_c"),
            ("nve", "n_c ve_c"),
            ("ang", "ga ang_c"),
            ("er", "ge er_c"),
            ("ou", "go ou_c"),
            ("ng", "ge en_c"),
        ] {
            assert_eq!(of_syllable(base).map(|phones| phones.join(" ")).as_deref(), Some(phones), "{base}");
        }
    }

    #[test]
    fn what_is_no_syllable_has_no_phones() {
        for base in ["", "b", "ui", "xq", "八", "ü", "ia"] {
            assert_eq!(of_syllable(base), None, "{base}");
        }
    }

    #[test]
    fn the_coloured_final_is_named_after_the_plain_one() {
        for (rhyme, expected) in [("ua_c", Some("uar_c")), ("e_c", Some("er_c")), ("b", None)] {
            assert_eq!(coloured(rhyme).as_deref(), expected, "{rhyme}");
        }
    }
}
