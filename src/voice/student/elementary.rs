//! Elementary functions without branches, so that the compiler runs a loop over them on vector registers.
//!
//! Each is the Taylor series of its function on a range where the first term left out is below the last digit of a
//! float. What is not a number stays so.

use std::f32::consts::{FRAC_2_PI, LOG2_E};
use std::f64;

/// Adding this to a number below 2^22 leaves the nearest whole number in the last bits.
const ROUND: f32 = 12_582_912.0;

/// The largest number that [`exp`] takes; larger ones give the same.
pub const MOST_EXPONENT: f32 = 88.0;

/// Below this the exponential is as good as zero, and is zero.
const LEAST_EXPONENT: f32 = -87.0;

/// `x` as a whole number of steps and the rest, which is half a step at most; `step` in two parts, whose first has
/// zeros at its end, so that its multiples are exact.
#[inline(always)]
fn reduced(x: f32, per_step: f32, [coarse, fine]: [f32; 2]) -> (i32, f32) {
    let shifted = x * per_step + ROUND;
    let steps = shifted - ROUND;
    (shifted.to_bits().wrapping_sub(ROUND.to_bits()) as i32, x - steps * coarse - steps * fine)
}

/// The two parts of a step.
const fn parts(step: f64) -> [f32; 2] {
    let coarse = f32::from_bits((step as f32).to_bits() & 0xFFFF_F000);
    [coarse, (step - coarse as f64) as f32]
}

/// The polynomial with these coefficients, that of the constant first.
#[inline(always)]
fn polynomial<const N: usize>(coefficients: [f32; N], x: f32) -> f32 {
    let [lower @ .., highest] = coefficients.as_slice() else { return 0.0 };
    lower.iter().rev().fold(*highest, |sum, coefficient| sum * x + coefficient)
}

/// `e^x`, within 1e-6 of itself, for `x` up to [`MOST_EXPONENT`].
#[inline(always)]
pub fn exp(x: f32) -> f32 {
    const STEP: [f32; 2] = parts(f64::consts::LN_2);
    let held = if x > MOST_EXPONENT { MOST_EXPONENT } else { x };
    let held = if held < LEAST_EXPONENT { LEAST_EXPONENT } else { held };
    let (steps, r) = reduced(held, LOG2_E, STEP);
    let series = polynomial([1.0, 1.0, 1.0 / 2.0, 1.0 / 6.0, 1.0 / 24.0, 1.0 / 120.0, 1.0 / 720.0], r);
    let power = f32::from_bits((steps.wrapping_add(127) as u32) << 23);
    if x < LEAST_EXPONENT { 0.0 } else { series * power }
}

/// Hyperbolic tangent, within 1e-6.
#[inline(always)]
pub fn tanh(x: f32) -> f32 {
    1.0 - 2.0 / (exp(2.0 * x) + 1.0)
}

/// Sine and cosine of an angle in radians, within 1e-6 for angles up to 5,000.
#[inline(always)]
pub fn sin_cos(x: f32) -> (f32, f32) {
    const STEP: [f32; 2] = parts(f64::consts::FRAC_PI_2);
    let (quarters, r) = reduced(x, FRAC_2_PI, STEP);
    let square = r * r;
    let sin = r * polynomial([1.0, -1.0 / 6.0, 1.0 / 120.0, -1.0 / 5_040.0, 1.0 / 362_880.0], square);
    let cos = polynomial([1.0, -1.0 / 2.0, 1.0 / 24.0, -1.0 / 720.0, 1.0 / 40_320.0], square);
    let (a, b) = if quarters & 1 == 0 { (sin, cos) } else { (cos, sin) };
    let sign = |number: f32, negative: i32| f32::from_bits(number.to_bits() ^ ((negative as u32 & 2) << 30));
    (sign(a, quarters), sign(b, quarters.wrapping_add(1)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn they_are_what_the_library_has(x in -87f32..88.0, angle in -5_000f32..5_000.0) {
            let exact = f64::from(x).exp();
            prop_assert!((f64::from(exp(x)) / exact - 1.0).abs() <= 1e-6, "exp {}", x);
            prop_assert!((f64::from(tanh(x)) - f64::from(x).tanh()).abs() <= 1e-6, "tanh {}", x);
            let (sin, cos) = sin_cos(angle);
            let (exact_sin, exact_cos) = f64::from(angle).sin_cos();
            prop_assert!((f64::from(sin) - exact_sin).abs() <= 1e-6, "sin {}", angle);
            prop_assert!((f64::from(cos) - exact_cos).abs() <= 1e-6, "cos {}", angle);
        }
    }

    #[test]
    fn they_hold_at_the_ends() {
        assert_eq!((exp(f32::NEG_INFINITY), exp(-1e9), exp(0.0)), (0.0, 0.0, 1.0));
        assert_eq!(exp(f32::INFINITY), exp(MOST_EXPONENT));
        assert_eq!((tanh(f32::INFINITY), tanh(-1e9), tanh(0.0)), (1.0, -1.0, 0.0));
        assert!(exp(f32::NAN).is_nan() && tanh(f32::NAN).is_nan());
        assert!(sin_cos(f32::NAN).0.is_nan() && sin_cos(f32::INFINITY).1.is_nan());
    }
}
