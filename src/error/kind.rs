// Made by scripts/errors.mjs from src/error/table.json; change it there.

/// What went wrong, as a closed list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    /// The text is empty or only blank.
    EmptyText,
    /// The text has characters, but none that can be spoken.
    NothingToSpeak,
    /// The text is longer than the limit of one request.
    TextTooLong,
    /// The text is not valid in its encoding: bytes that are no UTF-8, or half of a surrogate pair.
    EncodingInvalid,
    /// The markup of a text (SSML or pinyin in braces) is broken; the message names line and column.
    MarkupInvalid,
    /// An option is unknown, out of range or of the wrong type.
    OptionInvalid,
    /// The request to the API can't be read: its address, method, content type or body.
    RequestInvalid,
    /// There is no voice of this name.
    UnknownVoice,
    /// The voice has no emotion of this name.
    UnknownEmotion,
    /// A file of the voice, or of the engine, is not there, or no voice is loaded.
    VoiceMissing,
    /// A file of the voice is truncated, altered or unreadable.
    VoiceCorrupt,
    /// The voice is of a version or kind that this engine does not know.
    VoiceUnsupported,
    /// Something could not be fetched.
    Network,
    /// The other side of a connection was silent for too long.
    NetworkTimeout,
    /// The device has no room for what should be stored.
    QuotaExceeded,
    /// Nothing can be stored here: the browser or the file system refuses it.
    StorageBlocked,
    /// The engine's memory ran out.
    OutOfMemory,
    /// The engine gave nothing for longer than a chunk may take.
    SynthesisTimeout,
    /// The acoustic model made fewer frames than the text has symbols, too few to be its sound.
    MelTooShort,
    /// No usable sound came out where speech was due: no samples, no numbers, silence or clipping.
    OutputInvalid,
    /// A fault of the engine itself, or the end of its worker.
    EngineCrashed,
    /// A bug in the page or in the library's JavaScript; the engine is not at fault.
    InternalError,
    /// The page and its engine are of different versions, as after an update of the server in between.
    VersionMismatch,
    /// The engine or its voice is not ready yet.
    Loading,
    /// More requests are waiting than the queue takes.
    Busy,
    /// It was stopped on request.
    Canceled,
    /// The browser or runtime lacks something that the engine needs.
    NotSupported,
    /// The browser holds the sound back until the reader acts.
    AudioBlocked,
    /// A file could not be written.
    OutputFailed,
}

impl ErrorKind {
    /// All kinds, for tables and tests.
    pub const ALL: [ErrorKind; 29] = [
        ErrorKind::EmptyText,
        ErrorKind::NothingToSpeak,
        ErrorKind::TextTooLong,
        ErrorKind::EncodingInvalid,
        ErrorKind::MarkupInvalid,
        ErrorKind::OptionInvalid,
        ErrorKind::RequestInvalid,
        ErrorKind::UnknownVoice,
        ErrorKind::UnknownEmotion,
        ErrorKind::VoiceMissing,
        ErrorKind::VoiceCorrupt,
        ErrorKind::VoiceUnsupported,
        ErrorKind::Network,
        ErrorKind::NetworkTimeout,
        ErrorKind::QuotaExceeded,
        ErrorKind::StorageBlocked,
        ErrorKind::OutOfMemory,
        ErrorKind::SynthesisTimeout,
        ErrorKind::MelTooShort,
        ErrorKind::OutputInvalid,
        ErrorKind::EngineCrashed,
        ErrorKind::InternalError,
        ErrorKind::VersionMismatch,
        ErrorKind::Loading,
        ErrorKind::Busy,
        ErrorKind::Canceled,
        ErrorKind::NotSupported,
        ErrorKind::AudioBlocked,
        ErrorKind::OutputFailed,
    ];

    /// The stable code, kebab-case.
    pub fn code(self) -> &'static str {
        match self {
            ErrorKind::EmptyText => "empty-text",
            ErrorKind::NothingToSpeak => "nothing-to-speak",
            ErrorKind::TextTooLong => "text-too-long",
            ErrorKind::EncodingInvalid => "encoding-invalid",
            ErrorKind::MarkupInvalid => "markup-invalid",
            ErrorKind::OptionInvalid => "option-invalid",
            ErrorKind::RequestInvalid => "request-invalid",
            ErrorKind::UnknownVoice => "unknown-voice",
            ErrorKind::UnknownEmotion => "unknown-emotion",
            ErrorKind::VoiceMissing => "voice-missing",
            ErrorKind::VoiceCorrupt => "voice-corrupt",
            ErrorKind::VoiceUnsupported => "voice-unsupported",
            ErrorKind::Network => "network",
            ErrorKind::NetworkTimeout => "network-timeout",
            ErrorKind::QuotaExceeded => "quota-exceeded",
            ErrorKind::StorageBlocked => "storage-blocked",
            ErrorKind::OutOfMemory => "out-of-memory",
            ErrorKind::SynthesisTimeout => "synthesis-timeout",
            ErrorKind::MelTooShort => "mel-too-short",
            ErrorKind::OutputInvalid => "output-invalid",
            ErrorKind::EngineCrashed => "engine-crashed",
            ErrorKind::InternalError => "internal-error",
            ErrorKind::VersionMismatch => "version-mismatch",
            ErrorKind::Loading => "loading",
            ErrorKind::Busy => "busy",
            ErrorKind::Canceled => "canceled",
            ErrorKind::NotSupported => "not-supported",
            ErrorKind::AudioBlocked => "audio-blocked",
            ErrorKind::OutputFailed => "output-failed",
        }
    }

    /// How a log ranks it: `error`, `warning` for what other input mends, or `info`.
    pub fn level(self) -> &'static str {
        match self {
            ErrorKind::EmptyText => "warning",
            ErrorKind::NothingToSpeak => "warning",
            ErrorKind::TextTooLong => "warning",
            ErrorKind::EncodingInvalid => "warning",
            ErrorKind::MarkupInvalid => "warning",
            ErrorKind::OptionInvalid => "warning",
            ErrorKind::RequestInvalid => "warning",
            ErrorKind::UnknownVoice => "error",
            ErrorKind::UnknownEmotion => "warning",
            ErrorKind::VoiceMissing => "error",
            ErrorKind::VoiceCorrupt => "error",
            ErrorKind::VoiceUnsupported => "error",
            ErrorKind::Network => "error",
            ErrorKind::NetworkTimeout => "error",
            ErrorKind::QuotaExceeded => "warning",
            ErrorKind::StorageBlocked => "warning",
            ErrorKind::OutOfMemory => "error",
            ErrorKind::SynthesisTimeout => "error",
            ErrorKind::MelTooShort => "error",
            ErrorKind::OutputInvalid => "error",
            ErrorKind::EngineCrashed => "error",
            ErrorKind::InternalError => "error",
            ErrorKind::VersionMismatch => "error",
            ErrorKind::Loading => "warning",
            ErrorKind::Busy => "warning",
            ErrorKind::Canceled => "info",
            ErrorKind::NotSupported => "error",
            ErrorKind::AudioBlocked => "warning",
            ErrorKind::OutputFailed => "error",
        }
    }
}
