//! Dense layers and convolutions of our own in tract's nets.
//!
//! [`rewrite`] looks for multiplications by constant weights in a net, and puts a [`linear::Linear`] in their place. What
//! it does not know stays with tract, and a debug record names it.

mod depthwise;
mod gelu;
mod layer;
mod linear;
mod panel;
mod rewrite;
mod weights;

pub use rewrite::rewrite;

#[cfg(test)]
mod tests;
