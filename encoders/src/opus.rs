//! Opus in Ogg by `opus-pure`.

use opus_pure::{Application, MAX_PACKET_BYTES, OggOpusWriter, OpusEncoder, OpusHead, OpusTags, Signal};

use crate::{Result, Settings, samples};

const FRAMES_PER_SECOND: usize = 50;
/// Granule positions count samples of this rate, whatever the encoder's is (RFC 7845).
const GRANULES_PER_SECOND: u64 = 48_000;
/// A page is complete with this many bytes: some tenths of a second, so that a listener need not wait for more.
const PAGE_BYTES: usize = 1500;

pub struct Encoder {
    encoder: OpusEncoder,
    writer: Option<OggOpusWriter<Vec<u8>>>,
    pre_skip: u64,
    /// Granules for each sample.
    ticks: u64,
    /// Samples of a frame.
    frame: usize,
    waiting: Vec<i16>,
    /// Samples taken in so far.
    taken: u64,
}

impl Encoder {
    pub fn new(settings: Settings) -> Result<Encoder> {
        let mut encoder = OpusEncoder::new(settings.rate as i32, 1, Application::Audio)?;
        encoder.bitrate_bps = settings.kbps as i32 * 1000;
        encoder.signal_type = Some(Signal::Voice);
        let head = OpusHead::for_encoder(&encoder, settings.rate);
        let pre_skip = u64::from(head.pre_skip);
        let mut tags = OpusTags::new();
        tags.comments = settings.tags;
        let mut writer = OggOpusWriter::with_tags(Vec::new(), head, tags)?;
        writer.set_page_target(PAGE_BYTES);
        Ok(Encoder {
            encoder,
            writer: Some(writer),
            pre_skip,
            ticks: GRANULES_PER_SECOND / u64::from(settings.rate),
            frame: settings.rate as usize / FRAMES_PER_SECOND,
            waiting: Vec::new(),
            taken: 0,
        })
    }

    pub fn encode(&mut self, pcm: &[u8]) -> Result<Vec<u8>> {
        let before = self.waiting.len();
        self.waiting.extend(samples(pcm));
        self.taken += (self.waiting.len() - before) as u64;
        while self.waiting.len() >= self.frame {
            self.next_frame(None)?;
        }
        Ok(self.written())
    }

    pub fn finish(&mut self) -> Result<Vec<u8>> {
        let end = self.pre_skip + self.taken * self.ticks;
        // The encoder lags behind: so much silence brings the last samples out of it.
        let left = self.waiting.len() + self.pre_skip.div_ceil(self.ticks) as usize;
        let frames = left.div_ceil(self.frame);
        self.waiting.resize(frames * self.frame, 0);
        for frame in 1..=frames {
            self.next_frame((frame == frames).then_some(end))?;
        }
        let rest = self.writer.take().map(OggOpusWriter::finish).transpose()?;
        Ok(rest.unwrap_or_default())
    }

    /// Nothing at the beginning depends on the length.
    pub fn head(&mut self) -> Result<Vec<u8>> {
        Ok(Vec::new())
    }

    /// Encodes a frame; the last one says at which granule the sound ends.
    fn next_frame(&mut self, end: Option<u64>) -> Result<()> {
        let writer = self.writer.as_mut().ok_or("the stream is finished")?;
        let mut packet = [0; MAX_PACKET_BYTES];
        let length = self.encoder.encode_s16(&self.waiting[..self.frame], self.frame, &mut packet)?;
        self.waiting.drain(..self.frame);
        match end {
            None => writer.write_packet(&packet[..length])?,
            Some(end) => {
                let duration = end.saturating_sub(writer.granule() as u64);
                writer.write_packet_with_duration(&packet[..length], duration as u32)?;
            }
        }
        Ok(())
    }

    fn written(&mut self) -> Vec<u8> {
        self.writer.as_mut().and_then(OggOpusWriter::get_mut).map(std::mem::take).unwrap_or_default()
    }
}
