// Made by scripts/errors.mjs from src/error/table.json; change it there.

/// What went wrong in the engine. JavaScript has further codes of its own in the same table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The text is empty or only blank.
    EmptyText,
    /// The text has characters, but none that can be spoken.
    NothingToSpeak,
    /// The markup of a text (SSML or pinyin in braces) is broken; the message names line and column.
    MarkupInvalid,
    /// An option is unknown, out of range or of the wrong type.
    OptionInvalid,
    /// The voice has no emotion of this name.
    UnknownEmotion,
    /// A file of the voice, or of the engine, is not there, or no voice is loaded.
    VoiceMissing,
    /// A file of the voice is truncated, altered or unreadable.
    VoiceCorrupt,
    /// The voice is of a version or kind that this engine does not know.
    VoiceUnsupported,
    /// The acoustic model made fewer frames than the text has symbols, too few to be its sound.
    MelTooShort,
    /// No usable sound came out where speech was due: no samples, no numbers, silence or clipping.
    OutputInvalid,
    /// A fault of the engine itself, or the end of its worker.
    EngineCrashed,
}

impl ErrorKind {
    /// All kinds, for tables and tests.
    pub const ALL: [ErrorKind; 11] = [
        ErrorKind::EmptyText,
        ErrorKind::NothingToSpeak,
        ErrorKind::MarkupInvalid,
        ErrorKind::OptionInvalid,
        ErrorKind::UnknownEmotion,
        ErrorKind::VoiceMissing,
        ErrorKind::VoiceCorrupt,
        ErrorKind::VoiceUnsupported,
        ErrorKind::MelTooShort,
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
            ErrorKind::UnknownEmotion => "unknown-emotion",
            ErrorKind::VoiceMissing => "voice-missing",
            ErrorKind::VoiceCorrupt => "voice-corrupt",
            ErrorKind::VoiceUnsupported => "voice-unsupported",
            ErrorKind::MelTooShort => "mel-too-short",
            ErrorKind::OutputInvalid => "output-invalid",
            ErrorKind::EngineCrashed => "engine-crashed",
        }
    }

    /// How a log ranks it: `error`, `warning` for what other input mends, or `info`.
    pub fn level(self) -> &'static str {
        match self {
            ErrorKind::EmptyText => "warning",
            ErrorKind::NothingToSpeak => "warning",
            ErrorKind::MarkupInvalid => "warning",
            ErrorKind::OptionInvalid => "warning",
            ErrorKind::UnknownEmotion => "warning",
            ErrorKind::VoiceMissing => "error",
            ErrorKind::VoiceCorrupt => "error",
            ErrorKind::VoiceUnsupported => "error",
            ErrorKind::MelTooShort => "error",
            ErrorKind::OutputInvalid => "error",
            ErrorKind::EngineCrashed => "error",
        }
    }
}
