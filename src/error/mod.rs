//! The one error type. Its kinds and their codes come from `table.json`, as do those of the JavaScript side.

mod kind;

use std::error::Error as StdError;
use std::fmt;
use std::panic::Location;

pub use kind::ErrorKind;

/// An error with its kind, a message for people and the place that raised it; where they are known, also the
/// stage and the chunk that it struck and what caused it.
///
/// No message holds text that is to be spoken, but for names in its markup.
#[derive(Debug)]
pub struct Error {
    kind: ErrorKind,
    message: String,
    place: &'static Location<'static>,
    stage: Option<&'static str>,
    chunk: Option<ChunkPlace>,
    cause: Option<Box<dyn StdError + Send + Sync>>,
}

/// Which chunk of a text, and where it stands there in UTF-16 units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChunkPlace {
    /// Its index among the chunks.
    pub index: usize,
    /// Its first unit.
    pub start: usize,
    /// The unit after its last one.
    pub end: usize,
}

/// The result of everything in this crate.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// An error of `kind`; the caller's file and line become its place.
    #[track_caller]
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        let place = Location::caller();
        Self { kind, message: message.into(), place, stage: None, chunk: None, cause: None }
    }

    /// The same, caused by `cause`; the message should not say it again.
    pub fn because(self, cause: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self { cause: Some(cause.into()), ..self }
    }

    /// The same, struck in `stage`, unless a stage inside it is known already.
    pub fn in_stage(self, stage: &'static str) -> Self {
        Self { stage: self.stage.or(Some(stage)), ..self }
    }

    /// The same, struck in a chunk.
    pub fn in_chunk(self, chunk: ChunkPlace) -> Self {
        Self { chunk: Some(chunk), ..self }
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
    pub fn place(&self) -> &'static Location<'static> {
        self.place
    }

    /// The stage that it struck: `load`, `frontend`, `encoder`, `variance`, `decoder` or `vocoder`.
    pub fn stage(&self) -> Option<&'static str> {
        self.stage
    }

    /// The chunk that it struck.
    pub fn chunk(&self) -> Option<ChunkPlace> {
        self.chunk
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.kind.code(), self.message)
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.cause.as_deref().map(|cause| cause as &(dyn StdError + 'static))
    }
}

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
        assert!(error.place().file().replace('\\', "/").ends_with("error/mod.rs"));
        assert_eq!(error.to_string(), "empty-text: nothing there");
    }

    #[test]
    fn the_innermost_stage_counts_and_the_cause_is_kept() {
        let chunk = ChunkPlace { index: 2, start: 5, end: 9 };
        let error = Error::new(ErrorKind::OutputInvalid, "no sound")
            .because("a net said so")
            .in_stage("variance")
            .in_stage("decoder")
            .in_chunk(chunk);
        assert_eq!((error.stage(), error.chunk()), (Some("variance"), Some(chunk)));
        assert_eq!(error.source().map(ToString::to_string).as_deref(), Some("a net said so"));
    }
}
