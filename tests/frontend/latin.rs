//! Latin words as a voice that speaks English is asked to say them: English phones as in the ARPAbet, pinyin elsewhere.

use hanvox::error::Result;
use hanvox::frontend::Frontend;
use hanvox::phone::{Phone, Stress};
use hanvox::token::{Token, spell};

/// Lines of word and reading that are read otherwise, with what was found.
pub fn misread(frontend: &Frontend, lines: &str) -> Result<Vec<String>> {
    let mut misread = Vec::new();
    for line in lines.lines().filter(|line| !line.starts_with('#')) {
        let Some((word, wanted)) = line.split_once('\t') else { continue };
        let found = frontend.analyze(word)?.iter().map(reading).collect::<Vec<_>>().join(" | ");
        if found != wanted {
            misread.push(format!("{word}\t{found}\t{wanted}"));
        }
    }
    Ok(misread)
}

fn reading(token: &Token) -> String {
    match token.phones.is_empty() {
        true => spell(&token.pinyin),
        false => token.phones.iter().map(arpabet).collect::<Vec<_>>().join(" "),
    }
}

fn arpabet(phone: &Phone) -> String {
    match phone {
        Phone::Vowel { vowel, stress } => {
            let stress = match stress {
                Stress::None => 0,
                Stress::Primary => 1,
                Stress::Secondary => 2,
            };
            format!("{}{stress}", format!("{vowel:?}").to_uppercase())
        }
        Phone::Consonant(letter) => match letter {
            'C' => "CH".to_owned(),
            'D' => "DH".to_owned(),
            'h' => "HH".to_owned(),
            'J' => "JH".to_owned(),
            'N' => "NG".to_owned(),
            'S' => "SH".to_owned(),
            'T' => "TH".to_owned(),
            'Z' => "ZH".to_owned(),
            other => other.to_ascii_uppercase().to_string(),
        },
    }
}
