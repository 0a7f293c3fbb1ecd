//! The Gaussian error linear unit, `x / 2 * (1 + erf(x / sqrt(2)))`.

use std::f32::consts::FRAC_1_SQRT_2;

/// The unit.
#[inline(always)]
pub fn gelu(x: f32) -> f32 {
    0.5 * x * (1.0 + erf(x * FRAC_1_SQRT_2))
}

/// The error function, within 3e-7: equation 7.1.28 of Abramowitz and Stegun, Handbook of Mathematical Functions.
#[inline(always)]
fn erf(x: f32) -> f32 {
    const COEFFICIENTS: [f32; 6] =
        [0.0000430638, 0.0002765672, 0.0001520143, 0.009270527, 0.04228201, 0.07052308];
    let size = x.abs();
    let sum = COEFFICIENTS.iter().fold(0.0, |sum, coefficient| (sum + coefficient) * size) + 1.0;
    let square = sum * sum;
    let fourth = square * square;
    let eighth = fourth * fourth;
    (1.0 - 1.0 / (eighth * eighth)).copysign(x)
}
