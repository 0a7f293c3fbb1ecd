//! Speakers of a voice and mixes of them.

use serde::Deserialize;

use crate::error::{Error, ErrorKind, Result};

/// Speaker of a voice.
#[derive(Clone, Debug, Deserialize, PartialEq)]
pub struct Speaker {
    /// Name in requests; it has no `:` or `,`.
    pub name: String,
    /// Style vector, an input of the nets.
    pub style: Vec<f32>,
    /// `female` or `male`.
    #[serde(default)]
    pub sex: Option<String>,
}

/// Speakers of a voice, the default one first; empty for a voice with a single speaker.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Speakers(Vec<Speaker>);

impl Speakers {
    /// Speakers from a manifest.
    pub fn new(speakers: Vec<Speaker>) -> Self {
        Self(speakers)
    }

    /// Whether all names are unique and usable in a mix, and all styles are finite and have the same length.
    pub(super) fn are_sound(speakers: &[Speaker]) -> bool {
        let width = speakers.first().map_or(0, |speaker| speaker.style.len());
        let is_sound = |(i, Speaker { name, style, .. }): (usize, &Speaker)| {
            let plain = !name.is_empty() && !name.contains([':', ',']) && name.trim() == name;
            let own = speakers[..i].iter().all(|other| other.name != *name);
            plain && own && style.len() == width && style.iter().all(|value| value.is_finite())
        };
        width > 0 && speakers.iter().enumerate().all(is_sound)
    }

    /// Style vector of a speaker (`qing`) or of a mix with shares (`qing:0.7,song:0.3`). Shares are from 0.001 to 1000
    /// and are scaled to a sum of 1. `None` gives the default speaker.
    ///
    /// Fails with `option-invalid` for an unknown name, listing the known ones, and for a share out of range.
    ///
    /// ```
    /// use hanvox::voice::speakers::{Speaker, Speakers};
    ///
    /// let speaker =
    ///     |name: &str, style: [f32; 2]| Speaker { name: name.to_owned(), style: style.to_vec(), sex: None };
    /// let speakers = Speakers::new(vec![speaker("qing", [1.0, 0.0]), speaker("song", [0.0, 2.0])]);
    /// assert_eq!(speakers.style(Some("qing:3,song:1"))?, [0.75, 0.5]);
    /// assert_eq!(speakers.style(None)?, [1.0, 0.0]);
    /// # Ok::<(), hanvox::error::Error>(())
    /// ```
    pub fn style(&self, asked: Option<&str>) -> Result<Vec<f32>> {
        let Some(asked) = asked else {
            return Ok(self.0.first().map(|speaker| speaker.style.clone()).unwrap_or_default());
        };
        let shares = asked.split(',').map(|part| self.share(part)).collect::<Result<Vec<_>>>()?;
        let whole: f32 = shares.iter().map(|(_, share)| share).sum();
        let width = shares.first().map_or(0, |(speaker, _)| speaker.style.len());
        let value = |i: usize| shares.iter().map(|(speaker, share)| share / whole * speaker.style[i]).sum();
        Ok((0..width).map(value).collect())
    }

    /// Name of the first speaker with one of these names, in whatever case, or else of this sex.
    pub fn like(&self, names: &[String], sex: Option<&str>) -> Option<&str> {
        let named =
            names.iter().find_map(|name| self.0.iter().find(|own| own.name.eq_ignore_ascii_case(name)));
        let of_sex = || self.0.iter().find(|own| sex.is_some() && own.sex.as_deref() == sex);
        named.or_else(of_sex).map(|speaker| speaker.name.as_str())
    }

    /// Speaker and share of one part of a mix.
    fn share(&self, part: &str) -> Result<(&Speaker, f32)> {
        let invalid = |message: String| Error::new(ErrorKind::OptionInvalid, message);
        let (name, share) = part.split_once(':').unwrap_or((part, "1"));
        let (name, share) = (name.trim(), share.trim());
        let speaker = self.0.iter().find(|speaker| speaker.name == name).ok_or_else(|| {
            let names: Vec<&str> = self.0.iter().map(|speaker| speaker.name.as_str()).collect();
            match names.is_empty() {
                true => {
                    invalid(format!("the voice has no speaker \"{name}\", it is the voice of one person"))
                }
                false => invalid(format!("the voice has no speaker \"{name}\", it has {}", names.join(", "))),
            }
        })?;
        let parsed = share.parse().ok().filter(|share: &f32| (1e-3..=1e3).contains(share));
        let share = parsed.ok_or_else(|| {
            invalid(format!("the share \"{share}\" of speaker \"{name}\" is not a number from 0.001 to 1000"))
        })?;
        Ok((speaker, share))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn speakers() -> Speakers {
        let speaker = |name: &str, style: [f32; 2], sex: &str| Speaker {
            name: name.to_owned(),
            style: style.to_vec(),
            sex: Some(sex.to_owned()),
        };
        Speakers::new(vec![speaker("qing", [1.0, 0.0], "female"), speaker("song", [0.0, 2.0], "male")])
    }

    #[test]
    fn a_speaker_is_found_by_name_or_sex() {
        let like = |names: &[&str], sex| {
            let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
            speakers().like(&names, sex).map(str::to_owned)
        };
        assert_eq!(like(&["Xiaoxiao", "Song"], Some("female")).as_deref(), Some("song"));
        assert_eq!(like(&["Yunxi"], Some("male")).as_deref(), Some("song"));
        assert_eq!(like(&[], Some("female")).as_deref(), Some("qing"));
        assert_eq!(like(&["Yunxi"], None), None);
    }

    #[test]
    fn a_name_or_a_mix_has_a_style() {
        for (asked, expected) in [
            (None, [1.0, 0.0]),
            (Some("song"), [0.0, 2.0]),
            (Some("qing:3, song:1"), [0.75, 0.5]),
            (Some("qing,song"), [0.5, 1.0]),
            (Some("song:0.5"), [0.0, 2.0]),
        ] {
            assert_eq!(speakers().style(asked).unwrap(), expected, "{asked:?}");
        }
        assert_eq!(Speakers::default().style(None).unwrap(), [0.0; 0]);
    }

    #[test]
    fn what_is_no_speaker_is_refused_with_those_there_are() {
        for (asked, told) in [
            ("", "qing, song"),
            ("Qing", "qing, song"),
            ("qing:0.5,", "qing, song"),
            ("qing:0", "\"0\""),
            ("qing:-1,song:2", "\"-1\""),
            ("qing:NaN", "\"NaN\""),
            ("qing:1:2", "\"1:2\""),
            ("qing:x", "\"x\""),
        ] {
            let error = speakers().style(Some(asked)).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::OptionInvalid);
            assert!(error.message().contains(told), "{asked}: {error}");
        }
        let error = Speakers::default().style(Some("qing")).unwrap_err();
        assert!(error.message().contains("one person"), "{error}");
    }

    #[test]
    fn speakers_have_names_of_their_own_and_equal_styles() {
        let changed = |change: fn(&mut Vec<Speaker>)| {
            let Speakers(mut all) = speakers();
            change(&mut all);
            Speakers::are_sound(&all)
        };
        assert!(changed(|_| ()));
        assert!(!changed(|all| all.clear()));
        assert!(!changed(|all| all[1].name = "qing".to_owned()));
        assert!(!changed(|all| all[1].name = "a:b".to_owned()));
        assert!(!changed(|all| all[1].name = " ".to_owned()));
        assert!(!changed(|all| all[1].style.push(0.0)));
        assert!(!changed(|all| all[0].style[1] = f32::INFINITY));
        assert!(!changed(|all| all.iter_mut().for_each(|speaker| speaker.style.clear())));
    }
}
