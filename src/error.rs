//! The one error type. Every kind has a stable code that the JavaScript side repeats.

use std::fmt;

/// What went wrong, as a closed list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    /// The text is empty or only blank.
    EmptyText,
    /// The text has characters, but none that can be spoken.
    NothingToSpeak,
    /// The markup of a text (SSML or pinyin in braces) is broken; the message names line and column.
    MarkupInvalid,
    /// An option is out of range or of the wrong type.
    OptionInvalid,
    /// A file of the voice, or the voice itself, is not there.
    VoiceMissing,
    /// A file of the voice is truncated, altered or unreadable.
    VoiceCorrupt,
    /// The voice is of a version or kind that this engine does not know.
    VoiceUnsupported,
    /// The nets gave no usable numbers.
    OutputInvalid,
    /// A fault of the engine itself.
    EngineCrashed,
}

impl ErrorKind {
    /// All kinds, for tables and tests.
    pub const ALL: [ErrorKind; 9] = [
        ErrorKind::EmptyText,
        ErrorKind::NothingToSpeak,
        ErrorKind::MarkupInvalid,
        ErrorKind::OptionInvalid,
        ErrorKind::VoiceMissing,
        ErrorKind::VoiceCorrupt,
        ErrorKind::VoiceUnsupported,
        ErrorKind::OutputInvalid,
        ErrorKind::EngineCrashed,
    ];

    /// The stable code, kebab-case.
    pub fn code(self) -> &'static str {
        match self {
            ErrorKind::EmptyText => "empty-text",
            ErrorKind::NothingToSpeak => "nothing-to-speak",
            ErrorKind::MarkupInvalid => "markup-invalid",
            ErrorKind::OptionInvalid => "option-invalid",
            ErrorKind::VoiceMissing => "voice-missing",
            ErrorKind::VoiceCorrupt => "voice-corrupt",
            ErrorKind::VoiceUnsupported => "voice-unsupported",
            ErrorKind::OutputInvalid => "output-invalid",
            ErrorKind::EngineCrashed => "engine-crashed",
        }
    }

    /// How a log should rank it: what the caller can mend by other input is a `warning`.
    pub fn level(self) -> &'static str {
        match self {
            ErrorKind::EmptyText
            | ErrorKind::NothingToSpeak
            | ErrorKind::MarkupInvalid
            | ErrorKind::OptionInvalid => "warning",
            _ => "error",
        }
    }
}

/// An error with its kind, a message for people and the place that raised it.
#[derive(Debug, Clone)]
pub struct Error {
    kind: ErrorKind,
    message: String,
    place: &'static std::panic::Location<'static>,
}

/// The result of everything in this crate.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// An error of `kind`; the caller's file and line become its place.
    #[track_caller]
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), place: std::panic::Location::caller() }
    }

    /// What went wrong.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// The message, without the code.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// File and line that raised it.
    pub fn place(&self) -> &'static std::panic::Location<'static> {
        self.place
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.kind.code(), self.message)
    }
}

impl std::error::Error for Error {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_kebab_case_and_unique() {
        let mut codes: Vec<_> = ErrorKind::ALL.iter().map(|kind| kind.code()).collect();
        assert!(codes.iter().all(|c| c.chars().all(|c| c.is_ascii_lowercase() || c == '-')));
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), ErrorKind::ALL.len());
    }

    #[test]
    fn an_error_knows_where_it_was_raised() {
        let error = Error::new(ErrorKind::EmptyText, "nothing there");
        assert!(error.place().file().ends_with("error.rs"));
        assert_eq!(error.to_string(), "empty-text: nothing there");
    }
}
