//! Dense layers, convolutions and layer normalisation of our own in tract's nets.
//!
//! [`rewrite`] looks for multiplications by constant weights in a net, with what is done to their sums, and puts an
//! [`operator::Operator`] in their place. What it does not know stays with tract, and a debug record names it.

mod depthwise;
mod finish;
mod gelu;
mod layer;
mod minimal;
mod norm;
mod operator;
mod packed;
mod panel;
mod rewrite;
mod steps;
mod upsample;
mod weights;

pub use operator::operations;
pub use rewrite::rewrite;

#[cfg(test)]
mod net_tests;
#[cfg(test)]
mod tests;
