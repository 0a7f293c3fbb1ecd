//! MP3 (MPEG-1, 2 and 2.5 Layer III) by `rusty_mp3`.

use rusty_mp3::{Error, Mp3Encoder, Mp3EncoderConfig, encoder_header};

use crate::{Result, Settings};

pub struct Encoder {
    encoder: Mp3Encoder,
    settings: Settings,
    started: bool,
}

impl Encoder {
    pub fn new(settings: Settings) -> Result<Encoder> {
        encoder_header(settings.rate, 1, settings.kbps)?;
        let encoder = Mp3Encoder::new(Mp3EncoderConfig { bitrate_kbps: settings.kbps, vbr_quality: None });
        Ok(Encoder { encoder, settings, started: false })
    }

    pub fn encode(&mut self, pcm: &[u8]) -> Result<Vec<u8>> {
        self.encoder.push_pcm_s16le(pcm, 1, self.settings.rate)?;
        self.packets()
    }

    pub fn finish(&mut self) -> Result<Vec<u8>> {
        self.encoder.finish();
        self.packets()
    }

    pub fn head(&mut self) -> Result<Vec<u8>> {
        let tag = self.encoder.lame_tag_frame().filter(|_| self.settings.seekable);
        Ok(tag.unwrap_or_default().to_vec())
    }

    fn packets(&mut self) -> Result<Vec<u8>> {
        let mut bytes = Vec::new();
        loop {
            match self.encoder.next_packet() {
                Ok(packet) if self.keeps_next() => bytes.extend(packet),
                Ok(_) => {}
                Err(Error::Again | Error::Eof) => return Ok(bytes),
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// The first packet only tells the length, which a stream does not know in time.
    fn keeps_next(&mut self) -> bool {
        std::mem::replace(&mut self.started, true) || self.settings.seekable
    }
}
