//! Noise by index: a bin of a frame has the same value in whatever window the frame is computed.

use realfft::num_complex::Complex32;

/// Largest number of bins of a frame, so that every bin of every frame has its own index.
pub const BINS: usize = 1024;

/// Increment of SplitMix64: 2^64 divided by the golden ratio.
const STEP: u64 = 0x9E37_79B9_7F4A_7C15;

/// Complex number whose parts have mean 0 and variance 1. Each is the sum of two uniform numbers, which sounds like
/// Gaussian noise.
pub fn value(seed: u64, frame: usize, bin: usize) -> Complex32 {
    let number = (frame as u64).wrapping_mul(BINS as u64).wrapping_add(bin as u64 + 1);
    let bits = mixed(seed.wrapping_add(STEP.wrapping_mul(number)));
    let quarter = |i: u32| ((bits >> (16 * i)) & 0xFFFF) as f32;
    // A sum of two even spreads of 65536 steps has the variance 65536^2 / 6.
    let scale = 6f32.sqrt() / 65536.0;
    Complex32::new((quarter(0) + quarter(1) - 65535.0) * scale, (quarter(2) + quarter(3) - 65535.0) * scale)
}

/// Finaliser of SplitMix64 (Steele, Lea & Flood 2014).
fn mixed(mut bits: u64) -> u64 {
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    bits ^ (bits >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_are_those_of_splitmix64() {
        // The first outputs of the generator seeded with 0.
        let expected = [0xE220_A839_7B1D_CDAF, 0x6E78_9E6A_A1B9_65F4, 0x06C4_5D18_8009_454F];
        for (i, bits) in (1..).zip(expected) {
            assert_eq!(mixed(STEP.wrapping_mul(i)), bits);
        }
    }

    #[test]
    fn noise_has_unit_variance_and_no_mean() {
        let values: Vec<Complex32> = (0..200).flat_map(|t| (0..601).map(move |k| value(0, t, k))).collect();
        for part in [|z: &Complex32| z.re, |z: &Complex32| z.im] {
            let count = values.len() as f32;
            let mean = values.iter().map(part).sum::<f32>() / count;
            let variance = values.iter().map(|z| part(z).powi(2)).sum::<f32>() / count;
            assert!(mean.abs() < 0.01 && (variance - 1.0).abs() < 0.01, "{mean} {variance}");
        }
        assert_ne!(value(0, 1, 0), value(1, 1, 0));
    }
}
