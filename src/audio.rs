//! Audio output: fades, silence, 16-bit PCM and the WAV header.

use hound::{SampleFormat, WavSpec};

use crate::error::{Error, ErrorKind, Result};

/// Size of the header from [`wav_header`], in bytes.
pub const WAV_HEADER_BYTES: usize = 44;

/// Fades in the first `count` samples along a half cosine.
pub fn fade_in(samples: &mut [f32], count: usize) {
    let count = count.min(samples.len());
    for (i, sample) in samples[..count].iter_mut().enumerate() {
        *sample *= half_cosine(i, count);
    }
}

/// Fades out the last `count` samples along a half cosine.
pub fn fade_out(samples: &mut [f32], count: usize) {
    let count = count.min(samples.len());
    let start = samples.len() - count;
    for (i, sample) in samples[start..].iter_mut().enumerate() {
        *sample *= half_cosine(count - 1 - i, count);
    }
}

fn half_cosine(i: usize, count: usize) -> f32 {
    0.5 - 0.5 * (std::f32::consts::PI * (i as f32 + 0.5) / count as f32).cos()
}

/// Number of samples in `milliseconds` at `rate` Hz.
pub fn samples_in(milliseconds: u32, rate: u32) -> usize {
    (u64::from(milliseconds) * u64::from(rate) / 1000) as usize
}

/// One sample as 16-bit PCM, clipped at full scale.
fn quantise(sample: f32) -> i16 {
    (sample.clamp(-1.0, 1.0) * f32::from(i16::MAX)).round() as i16
}

/// Samples (-1 to 1) as little-endian 16-bit PCM.
pub fn pcm16(samples: &[f32]) -> Vec<u8> {
    samples.iter().flat_map(|&sample| quantise(sample).to_le_bytes()).collect()
}

fn spec(rate: u32) -> WavSpec {
    WavSpec { channels: 1, sample_rate: rate, bits_per_sample: 16, sample_format: SampleFormat::Int }
}

/// Header (44 bytes) of a mono 16-bit WAV file with `samples` samples, or of unknown length.
///
/// The sizes of a file of unknown length are `u32::MAX`, as streaming players expect. Fails with `output-invalid` above
/// 4 GiB, the limit of the format.
pub fn wav_header(rate: u32, samples: Option<u64>) -> Result<Vec<u8>> {
    let mut header = spec(rate).into_header_for_infinite_file();
    let Some(samples) = samples else { return Ok(header) };
    let data = u32::try_from(samples * 2).ok().filter(|bytes| *bytes <= u32::MAX - 36);
    let data = data.ok_or_else(|| Error::new(ErrorKind::OutputInvalid, "a WAV file ends at 4 GiB"))?;
    header[4..8].copy_from_slice(&(data + 36).to_le_bytes());
    header[40..44].copy_from_slice(&data.to_le_bytes());
    Ok(header)
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use hound::WavWriter;

    use super::*;

    /// A file as hound writes it.
    fn wav(rate: u32, samples: &[f32]) -> Vec<u8> {
        let mut file = Cursor::new(Vec::new());
        let mut writer = WavWriter::new(&mut file, spec(rate)).unwrap();
        samples.iter().for_each(|&sample| writer.write_sample(quantise(sample)).unwrap());
        writer.finalize().unwrap();
        file.into_inner()
    }

    #[test]
    fn header_and_pcm_make_the_same_file_as_wav() {
        let samples: Vec<f32> = (0..1000).map(|i| (i as f32 / 50.0).sin() * 1.2).collect();
        let mut parts = wav_header(24_000, Some(1000)).unwrap();
        assert_eq!(parts.len(), WAV_HEADER_BYTES);
        parts.extend(pcm16(&samples));
        assert_eq!(parts, wav(24_000, &samples));
    }

    #[test]
    fn wav_reads_back() {
        let file = wav(24_000, &[0.0, 0.5, -1.0, 2.0]);
        let mut reader = hound::WavReader::new(Cursor::new(file)).unwrap();
        assert_eq!(reader.spec(), spec(24_000));
        let samples: Vec<i16> = reader.samples().map(|s| s.unwrap()).collect();
        assert_eq!(samples, [0, 16384, -32767, 32767]);
    }

    #[test]
    fn a_file_beyond_the_format_is_refused() {
        let error = wav_header(24_000, Some(1 << 31)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::OutputInvalid);
    }

    #[test]
    fn fades_start_and_end_near_silence() {
        let mut samples = vec![1.0; 100];
        fade_in(&mut samples, 10);
        fade_out(&mut samples, 10);
        assert!(samples[0] < 0.01 && samples[99] < 0.01);
        assert!(samples[10..90].iter().all(|&s| s == 1.0));
        assert!(samples.windows(2).all(|w| (w[1] - w[0]).abs() < 0.2));
    }
}
