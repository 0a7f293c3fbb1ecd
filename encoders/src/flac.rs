//! FLAC by `flacenc`.

use flacenc::bitsink::ByteSink;
use flacenc::component::{BitRepr, MetadataBlockData, Stream};
use flacenc::error::{Verified, Verify};
use flacenc::source::{Fill, FrameBuf};
use flacenc::{config, encode_fixed_size_frame};

use crate::{Result, Settings, samples};

/// Samples of a block: a sixth of a second at 24 kHz.
const BLOCK: usize = 4096;
const BITS: usize = 16;
const VORBIS_COMMENT: u8 = 4;
const VENDOR: &str = "flacenc";

pub struct Encoder {
    config: Verified<config::Encoder>,
    /// Without its frames.
    stream: Stream,
    waiting: Vec<i32>,
    begun: bool,
    blocks: usize,
    /// Samples encoded so far.
    taken: usize,
    seekable: bool,
}

impl Encoder {
    pub fn new(settings: Settings) -> Result<Encoder> {
        let config = config::Encoder::default().into_verified().map_err(|(_, error)| error)?;
        let mut stream = Stream::new(settings.rate as usize, 1, BITS)?;
        stream.stream_info_mut().set_block_sizes(BLOCK, BLOCK)?;
        stream.add_metadata_block(MetadataBlockData::new_unknown(VORBIS_COMMENT, &comments(&settings.tags))?);
        let seekable = settings.seekable;
        Ok(Encoder { config, stream, waiting: Vec::new(), begun: false, blocks: 0, taken: 0, seekable })
    }

    pub fn encode(&mut self, pcm: &[u8]) -> Result<Vec<u8>> {
        let mut bytes = self.beginning()?;
        self.waiting.extend(samples(pcm).map(i32::from));
        while self.waiting.len() >= BLOCK {
            bytes.extend(self.next_block(BLOCK)?);
        }
        Ok(bytes)
    }

    pub fn finish(&mut self) -> Result<Vec<u8>> {
        let mut bytes = self.beginning()?;
        let left = self.waiting.len();
        if left > 0 {
            bytes.extend(self.next_block(left)?);
        }
        self.stream.stream_info_mut().set_total_samples(self.taken);
        Ok(bytes)
    }

    pub fn head(&mut self) -> Result<Vec<u8>> {
        if self.seekable { written(&self.stream) } else { Ok(Vec::new()) }
    }

    /// The metadata, once.
    fn beginning(&mut self) -> Result<Vec<u8>> {
        if std::mem::replace(&mut self.begun, true) { Ok(Vec::new()) } else { written(&self.stream) }
    }

    fn next_block(&mut self, size: usize) -> Result<Vec<u8>> {
        let mut buffer = FrameBuf::with_size(1, size)?;
        buffer.fill_interleaved(&self.waiting[..size])?;
        let frame = encode_fixed_size_frame(&self.config, &buffer, self.blocks, self.stream.stream_info())?;
        self.waiting.drain(..size);
        self.blocks += 1;
        self.taken += size;
        written(&frame)
    }
}

fn written(part: &impl BitRepr) -> Result<Vec<u8>> {
    let mut sink = ByteSink::new();
    part.write(&mut sink).map_err(|error| error.to_string())?;
    Ok(sink.into_inner())
}

/// A Vorbis comment: each text after its length, little-endian.
fn comments(tags: &[String]) -> Vec<u8> {
    let text = |text: &str| [&(text.len() as u32).to_le_bytes(), text.as_bytes()].concat();
    let mut bytes = text(VENDOR);
    bytes.extend((tags.len() as u32).to_le_bytes());
    for tag in tags {
        bytes.extend(text(tag));
    }
    bytes
}
