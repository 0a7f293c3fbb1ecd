//! What is done with the sums of a layer.

use super::gelu::gelu;

/// What the sums go through.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Activation {
    /// Nothing.
    Identity,
    /// The Gaussian error linear unit.
    Gelu,
    /// A rectifier with this slope below zero.
    LeakyRelu(f32),
}

/// What is added to the products.
#[derive(Clone, Copy, Debug, Default)]
pub struct Added<'a> {
    /// A number for each output, or none, before the activation.
    pub bias: &'a [f32],
    /// Numbers in the size and order of the output, or none, after everything.
    pub rest: &'a [f32],
}

/// What is done with a sum.
#[derive(Clone, Copy)]
pub struct Finish<'a> {
    /// Each output times a number, or nothing.
    pub scale: &'a [f32],
    /// Before that.
    pub activation: Activation,
    /// What is added.
    pub added: Added<'a>,
}

impl Finish<'_> {
    /// Writes the steps of an output from a place in the whole output on.
    pub fn write(&self, sums: &[f32], output: usize, y: &mut [f32], at: usize) {
        let bias = self.added.bias.get(output).copied().unwrap_or(0.0);
        let scale = self.scale.get(output).copied().unwrap_or(1.0);
        let rest = self.added.rest.get(at..).unwrap_or_default();
        match self.activation {
            Activation::Identity => each(y, sums, rest, |x| (x + bias) * scale),
            Activation::Gelu => each(y, sums, rest, |x| gelu(x + bias) * scale),
            Activation::LeakyRelu(slope) => each(y, sums, rest, |x| {
                let x = x + bias;
                scale * if x < 0.0 { x * slope } else { x }
            }),
        }
    }
}

/// In one go: `y` and the rest are read from memory but once.
fn each(y: &mut [f32], x: &[f32], rest: &[f32], value: impl Fn(f32) -> f32) {
    let values = y.iter_mut().zip(x);
    match rest {
        [] => values.for_each(|(y, x)| *y = value(*x)),
        _ => values.zip(rest).for_each(|((y, x), rest)| *y = value(*x) + rest),
    }
}
