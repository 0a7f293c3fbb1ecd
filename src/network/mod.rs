//! The seam to the nets: tensors in, tensors out. Only [`tract`] knows the library behind it.

mod kernels;
mod tract;

pub use tract::TractNetwork;

use crate::error::{Error, ErrorKind, Result};

/// The numbers of a tensor, row-major.
#[derive(Clone, Debug, PartialEq)]
pub enum Values {
    /// Numbers.
    F32(Vec<f32>),
    /// Ids.
    I64(Vec<i64>),
}

/// A dense row-major tensor.
#[derive(Clone, Debug, PartialEq)]
pub struct Tensor {
    /// Length of each axis.
    pub shape: Vec<usize>,
    /// As many as the product of the shape.
    pub values: Values,
}

impl Tensor {
    /// A float tensor; the product of `shape` must be the number of values.
    pub fn f32(shape: &[usize], values: Vec<f32>) -> Self {
        debug_assert_eq!(shape.iter().product::<usize>(), values.len());
        Self { shape: shape.to_vec(), values: Values::F32(values) }
    }

    /// An integer tensor; the product of `shape` must be the number of values.
    pub fn i64(shape: &[usize], values: Vec<i64>) -> Self {
        debug_assert_eq!(shape.iter().product::<usize>(), values.len());
        Self { shape: shape.to_vec(), values: Values::I64(values) }
    }

    /// The values of a float tensor of exactly this shape; `output-invalid` if it is empty, `voice-unsupported` if it
    /// is of another shape.
    pub fn into_f32(self, shape: &[usize], what: &str) -> Result<Vec<f32>> {
        match self.values {
            Values::F32(values) if self.shape == shape => Ok(values),
            _ if self.shape.contains(&0) => {
                Err(Error::new(ErrorKind::OutputInvalid, format!("{what}: the net gave nothing")))
            }
            _ => Err(Error::new(
                ErrorKind::VoiceUnsupported,
                format!("{what}: expected f32 of shape {shape:?}, got shape {:?}", self.shape),
            )),
        }
    }
}

/// A net that is ready to run. Inputs and outputs are in the order of the net's file.
pub trait Network {
    /// Runs the net once.
    fn run(&self, inputs: Vec<Tensor>) -> Result<Vec<Tensor>>;
}

/// Runs `net`, the stage `name` of the pipeline, and takes its outputs as an array, or says what the net gave
/// instead.
pub fn run<const OUTPUTS: usize>(
    net: &dyn Network,
    name: &'static str,
    inputs: Vec<Tensor>,
) -> Result<[Tensor; OUTPUTS]> {
    let _span = tracing::debug_span!("run", stage = name).entered();
    let outputs = net.run(inputs).map_err(|error| error.in_stage(name))?;
    let count = outputs.len();
    outputs.try_into().map_err(|_| {
        let message = format!("{name}: expected {OUTPUTS} outputs, got {count}");
        Error::new(ErrorKind::VoiceUnsupported, message).in_stage(name)
    })
}
