//! English phones, as the front end hands them to voices that speak English.

/// An English vowel, named as in the ARPAbet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Vowel {
    Aa,
    Ae,
    Ah,
    Ao,
    Aw,
    Ay,
    Eh,
    Er,
    Ey,
    Ih,
    Iy,
    Ow,
    Oy,
    Uh,
    Uw,
}

/// Stress of an English vowel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stress {
    /// Unstressed.
    None,
    /// Of the letters of an acronym before the last one.
    Secondary,
    /// The main stress of a word.
    Primary,
}

/// An English phone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phone {
    /// The centre of a syllable.
    Vowel {
        /// Its quality.
        vowel: Vowel,
        /// Its stress.
        stress: Stress,
    },
    /// A consonant by its letter: `S` for sh, `C` ch, `J` j as in jam, `Z` as in measure, `T` and `D` for
    /// the two th, `N` for ng; the others are written as in English.
    Consonant(char),
}
