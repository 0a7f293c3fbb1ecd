//! Choices for web addresses and e-mail.

/// How web addresses and e-mail are read.
#[derive(Clone, Copy, Debug, Default, serde::Deserialize, PartialEq, Eq)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "lowercase")]
pub enum Links {
    /// Sign by sign.
    #[default]
    Spell,
    /// As what they are: 网址, 邮箱.
    Name,
}
