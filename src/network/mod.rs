//! Neural nets: tensors in, tensors out. `onnx` reads them, `tract` runs them, `kernels` makes them fast.

mod constant;
mod kernels;
mod onnx;
mod tract;

pub use kernels::operations;
pub use tract::TractNetwork;

use crate::error::{Error, ErrorKind, Result};

/// Numbers of a tensor, row-major.
#[derive(Clone, Debug, PartialEq)]
pub enum Values {
    /// Floats.
    F32(Vec<f32>),
    /// Ids.
    I64(Vec<i64>),
}

/// Dense row-major tensor.
#[derive(Clone, Debug, PartialEq)]
pub struct Tensor {
    /// Length of each axis.
    pub shape: Vec<usize>,
    /// Values; as many as the product of the shape.
    pub values: Values,
}

impl Tensor {
    /// Float tensor. The number of values must be the product of `shape`.
    pub fn f32(shape: &[usize], values: Vec<f32>) -> Self {
        debug_assert_eq!(shape.iter().product::<usize>(), values.len());
        Self { shape: shape.to_vec(), values: Values::F32(values) }
    }

    /// Integer tensor. The number of values must be the product of `shape`.
    pub fn i64(shape: &[usize], values: Vec<i64>) -> Self {
        debug_assert_eq!(shape.iter().product::<usize>(), values.len());
        Self { shape: shape.to_vec(), values: Values::I64(values) }
    }

    /// Values of a float tensor of exactly this shape. Fails with `output-invalid` if it is empty, and with
    /// `voice-unsupported` if it has another shape or type.
    ///
    /// ```
    /// use hanvox::network::Tensor;
    ///
    /// let tensor = Tensor::f32(&[1, 2], vec![0.5, 1.0]);
    /// assert_eq!(tensor.clone().into_f32(&[1, 2], "pitch")?, [0.5, 1.0]);
    /// assert_eq!(tensor.into_f32(&[2, 1], "pitch").unwrap_err().kind().code(), "voice-unsupported");
    /// # Ok::<(), hanvox::error::Error>(())
    /// ```
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

/// How exactly a net is computed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Precision {
    /// In floats of 32 bits.
    #[default]
    Floats,
    /// Where weights are stored as bytes, what they are multiplied by is rounded to 16 bits, in half of the time. The
    /// outputs keep more than 80 dB: too little for a pitch, whose error adds up in the phase of the sound.
    Rounded,
}

/// Net that is ready to run. Inputs and outputs have the order of its file.
pub trait Network {
    /// Runs the net once.
    fn run(&self, inputs: Vec<Tensor>) -> Result<Vec<Tensor>>;
}

/// Outputs of `net`, which runs as the stage `name` of the pipeline. Fails like [`Network::run`], and with
/// `voice-unsupported` if the number of outputs is wrong.
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
