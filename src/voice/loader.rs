//! Loading of a voice file by file. It reads nothing itself: whoever has the files hands them over, when it likes.

use std::collections::HashMap;
use std::rc::Rc;

use tracing::debug_span;

use super::Voice;
use super::acoustic::{AcousticModel, Phonemizer};
use super::fastspeech2::{self, FastSpeech2, Positions};
use super::manifest::{Manifest, Model};
use super::mel_model::MelModel;
use super::model::SpeechModel;
use super::parts::{Content, Stage, VocoderStage};
use super::sambert::Sambert;
use super::speakers::Speakers;
use super::student::{self, Audio, Student};
use crate::error::{Error, ErrorKind, Result};
use crate::network::{Network, Precision, TractNetwork};
use crate::vocoder::Vocoder;

/// Voice on its way into memory. The bytes of a net are not needed any more once it is added.
///
/// ```no_run
/// use hanvox::voice::Loader;
///
/// let folder = std::path::Path::new("www/voices/han");
/// let mut loader = Loader::new(&std::fs::read_to_string(folder.join("voice.json"))?)?;
/// for path in loader.files() {
///     loader.add(&path, &std::fs::read(folder.join(&path))?)?;
/// }
/// let voice = loader.finish()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Loader {
    manifest: Manifest,
    phonemizer: Box<dyn Phonemizer>,
    files: Vec<(String, Content)>,
    parts: HashMap<String, Part>,
}

/// What was made of a file.
enum Part {
    Net(TractNetwork),
    Table(Vec<u8>),
}

impl Loader {
    /// Loader of the voice with this manifest. Whatever can be wrong with a manifest alone is found here.
    ///
    /// Fails with `voice-corrupt` if it is not a manifest, and with `voice-unsupported` for an unknown format or kind.
    pub fn new(manifest: &str) -> Result<Self> {
        Self::of(manifest).map_err(in_load)
    }

    fn of(manifest: &str) -> Result<Self> {
        let manifest = Manifest::read(manifest)?;
        let (files, phonemizer): (_, Box<dyn Phonemizer>) = match &manifest.model {
            Model::FastSpeech2(layout) => {
                layout.positions.check(manifest.bytes_of(&layout.positions.file))?;
                (layout.files(), Box::new(fastspeech2::symbols::Symbols::new(layout)?))
            }
            Model::Sambert(layout) => (layout.files(), Box::new(layout.symbols()?)),
            Model::Student(layout) => {
                (layout.files(), Box::new(student::symbols::Symbols::new(&layout.symbols)?))
            }
        };
        let files: Vec<_> = files.into_iter().map(|(path, content)| (path.to_owned(), content)).collect();
        check_files(&manifest, &files)?;
        Ok(Self { manifest, phonemizer, files, parts: HashMap::new() })
    }

    /// Paths of the files to add.
    pub fn files(&self) -> Vec<String> {
        self.files.iter().map(|(path, _)| path.clone()).collect()
    }

    /// Takes the bytes of one of [`Self::files`] and prepares its net.
    ///
    /// Fails with `voice-corrupt` if it is another file, or they have the wrong length or content, and with
    /// `voice-unsupported` for an unknown type of net.
    pub fn add(&mut self, path: &str, bytes: &[u8]) -> Result<()> {
        let _span = debug_span!("add", stage = "load", file = path).entered();
        let part = self.checked(path, bytes.len()).and_then(|content| Part::read(content, path, bytes));
        self.parts.insert(path.to_owned(), part.map_err(in_load)?);
        Ok(())
    }

    /// Content of a file of this length.
    fn checked(&self, path: &str, bytes: usize) -> Result<Content> {
        let Manifest { id, files, .. } = &self.manifest;
        let corrupt = |message| Error::new(ErrorKind::VoiceCorrupt, message);
        let needed = self.files.iter().find(|(needed, _)| needed == path);
        let listed = files.iter().find(|file| file.path == path);
        match (needed, listed) {
            (Some(&(_, content)), Some(file)) if file.bytes == bytes => Ok(content),
            (Some(_), Some(file)) => {
                Err(corrupt(format!("{id}: {path} has {bytes} bytes instead of {}", file.bytes)))
            }
            _ => Err(corrupt(format!("{id}: {path} is not a file of the voice"))),
        }
    }

    /// The voice. Fails with `voice-missing` if a file was not added, and with `voice-corrupt` or `voice-unsupported`
    /// if the files do not fit together.
    pub fn finish(self) -> Result<Voice> {
        let _span = debug_span!("finish", stage = "load").entered();
        self.assembled().map_err(in_load)
    }

    fn assembled(self) -> Result<Voice> {
        let Self { manifest, phonemizer, parts, .. } = self;
        let mut parts = Parts { voice: manifest.id.clone(), hop: manifest.hop, parts };
        let mut speakers = Speakers::default();
        let mut mel_model = None;
        let model: Rc<dyn SpeechModel> = match &manifest.model {
            Model::FastSpeech2(layout) => {
                let stages = &layout.stages;
                let nets = parts.nets([&stages.encoder, &stages.variance, &stages.decoder])?;
                let positions = Positions::read(&layout.positions, &parts.table(&layout.positions.file)?)?;
                let acoustic = Box::new(FastSpeech2::new(layout, nets, positions));
                let model = parts.mel_model(acoustic, &stages.vocoder)?;
                mel_model = Some(Rc::clone(&model));
                model
            }
            Model::Sambert(layout) => {
                let stages = &layout.stages;
                let nets = parts.nets([&stages.encoder, &stages.variance, &stages.postnet])?;
                let acoustic = Box::new(Sambert::new(layout, nets, &parts.table(&stages.steps.file)?)?);
                let model = parts.mel_model(acoustic, &stages.vocoder)?;
                mel_model = Some(Rc::clone(&model));
                model
            }
            Model::Student(layout) => {
                let stages = &layout.stages;
                let nets = parts.nets([&stages.encoder, &stages.curves, &stages.decoder])?;
                speakers = Speakers::new(layout.speakers.clone());
                let audio = Audio { rate: manifest.sample_rate, hop: manifest.hop };
                Rc::new(Student::new(layout, audio, nets)?)
            }
        };
        Ok(Voice { manifest, phonemizer, speakers, model, mel_model })
    }
}

impl Voice {
    /// Reads a voice whose files are at hand. `file` returns the bytes of a file named in the manifest; it is called at
    /// most once per file, and the bytes are dropped before the next call. Where files come bit by bit, use
    /// [`Loader`].
    ///
    /// Fails with `voice-missing` if a file is missing, with `voice-corrupt` if a file has the wrong length or content,
    /// and with `voice-unsupported` for an unknown format, kind or type of net.
    ///
    /// ```no_run
    /// use hanvox::voice::Voice;
    ///
    /// let folder = std::path::Path::new("www/voices/han");
    /// let manifest = std::fs::read_to_string(folder.join("voice.json"))?;
    /// let voice = Voice::read(&manifest, |path| std::fs::read(folder.join(path)).ok())?;
    /// println!("{} Hz", voice.manifest.sample_rate);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn read(manifest: &str, mut file: impl FnMut(&str) -> Option<Vec<u8>>) -> Result<Self> {
        let mut loader = Loader::new(manifest)?;
        for path in loader.files() {
            let bytes = file(&path).ok_or_else(|| in_load(missing(&loader.manifest.id, &path)))?;
            loader.add(&path, &bytes)?;
        }
        loader.finish()
    }
}

/// Fails with `voice-corrupt` if a file is used that is not listed, or used twice.
fn check_files(manifest: &Manifest, files: &[(String, Content)]) -> Result<()> {
    for (i, (path, _)) in files.iter().enumerate() {
        let corrupt = |fault| Err(Error::new(ErrorKind::VoiceCorrupt, format!("voice.json: {path} {fault}")));
        if manifest.bytes_of(path).is_none() {
            return corrupt("is used but not listed");
        }
        if files[..i].iter().any(|(earlier, _)| earlier == path) {
            return corrupt("is used twice");
        }
    }
    Ok(())
}

fn in_load(error: Error) -> Error {
    error.in_stage("load")
}

impl Part {
    fn read(content: Content, path: &str, bytes: &[u8]) -> Result<Self> {
        match content {
            Content::Net => Ok(Self::Net(TractNetwork::read(path, bytes)?)),
            Content::FiniteNet => Ok(Self::Net(TractNetwork::read(path, bytes)?.finite()?)),
            Content::RoundedNet => {
                Ok(Self::Net(TractNetwork::read_as(Precision::Rounded, path, bytes)?.finite()?))
            }
            Content::Table => Ok(Self::Table(bytes.to_vec())),
        }
    }
}

/// Parts of a voice whose files were added.
struct Parts {
    voice: String,
    hop: usize,
    parts: HashMap<String, Part>,
}

impl Parts {
    fn nets<const COUNT: usize>(&mut self, stages: [&Stage; COUNT]) -> Result<[Box<dyn Network>; COUNT]> {
        let nets = stages.into_iter().map(|stage| self.net(&stage.file)).collect::<Result<Vec<_>>>()?;
        nets.try_into().map_err(|_| Error::new(ErrorKind::EngineCrashed, "a net was lost on its way"))
    }

    fn mel_model(&mut self, acoustic: Box<dyn AcousticModel>, stage: &VocoderStage) -> Result<Rc<MelModel>> {
        let vocoder = Vocoder::new(self.net(&stage.file)?, self.hop, stage.reach(), stage.min_frames);
        Ok(Rc::new(MelModel::new(acoustic, vocoder, self.hop)))
    }

    fn net(&mut self, path: &str) -> Result<Box<dyn Network>> {
        match self.take(path)? {
            Part::Net(net) => Ok(Box::new(net)),
            Part::Table(_) => Err(two_uses(path)),
        }
    }

    fn table(&mut self, path: &str) -> Result<Vec<u8>> {
        match self.take(path)? {
            Part::Table(bytes) => Ok(bytes),
            Part::Net(_) => Err(two_uses(path)),
        }
    }

    fn take(&mut self, path: &str) -> Result<Part> {
        self.parts.remove(path).ok_or_else(|| missing(&self.voice, path))
    }
}

fn missing(voice: &str, path: &str) -> Error {
    Error::new(ErrorKind::VoiceMissing, format!("{voice}: {path} is missing"))
}

fn two_uses(path: &str) -> Error {
    Error::new(ErrorKind::VoiceCorrupt, format!("voice.json: {path} has two uses"))
}
