//! The operator that tract runs.

use std::sync::Arc;

use tract_onnx::tract_core::internal::*;

use super::depthwise::Depthwise;
use super::layer::Layer;

/// What the operator computes.
#[derive(Clone, Debug)]
pub enum Kernel {
    /// Every output from all channels.
    Dense(Layer),
    /// Every output from its own channel.
    Depthwise(Depthwise),
}

impl Kernel {
    /// Numbers of a step of the output.
    fn outputs(&self) -> usize {
        match self {
            Self::Dense(layer) => layer.weights.outputs(),
            Self::Depthwise(depthwise) => depthwise.channels(),
        }
    }

    fn run(&self, x: &[f32], bias: &[f32], y: &mut [f32]) {
        match self {
            Self::Dense(layer) => layer.run(x, bias, y),
            Self::Depthwise(depthwise) => depthwise.run(x, bias, y),
        }
    }
}

/// The length of an axis of the output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Extent {
    /// One.
    One,
    /// The outputs of the kernel.
    Outputs,
    /// That of an axis of the input.
    Input {
        /// Which one.
        axis: usize,
        /// How much longer it is.
        growth: isize,
    },
}

/// A [`Kernel`] in a net. Its inputs are the sequence and, if it has one, the bias.
#[derive(Clone, Debug)]
pub struct Linear {
    /// What it computes.
    pub kernel: Arc<Kernel>,
    /// Shape of the output.
    pub shape: Vec<Extent>,
}

impl PartialEq for Linear {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.kernel, &other.kernel) && self.shape == other.shape
    }
}

impl Eq for Linear {}

impl Linear {
    fn output_shape<D: DimLike>(&self, input: &[D]) -> TractResult<TVec<D>> {
        let extent = |extent: &Extent| match extent {
            Extent::One => Ok(D::one()),
            Extent::Outputs => Ok(self.kernel.outputs().into()),
            Extent::Input { axis, growth } => longer(&input[*axis], *growth),
        };
        self.shape.iter().map(extent).collect()
    }
}

fn longer<D: DimLike>(length: &D, growth: isize) -> TractResult<D> {
    let change = D::from(growth.unsigned_abs());
    if growth >= 0 {
        return Ok(length.clone() + change);
    }
    if let (Ok(length), Ok(change)) = (length.to_usize(), change.to_usize()) {
        ensure!(length > change, "a sequence of {length} steps is shorter than the kernel");
    }
    Ok(length.clone() - change)
}

impl Op for Linear {
    fn name(&self) -> StaticName {
        "Linear".into()
    }

    op_as_typed_op!();
}

impl EvalOp for Linear {
    op_out_of_plan!();

    fn eval(&self, _: &EvalContext, inputs: TVec<TValue>) -> TractResult<TVec<TValue>> {
        let x = inputs[0].try_as_plain_ram()?.as_slice::<f32>()?;
        let bias = inputs.get(1).map(|bias| bias.try_as_plain_ram()).transpose()?;
        let bias = bias.as_ref().map(|bias| bias.as_slice::<f32>()).transpose()?.unwrap_or_default();
        let mut y = Tensor::zero::<f32>(&self.output_shape(inputs[0].shape())?)?;
        match (x.is_empty(), y.len()) {
            (true, 0) => {}
            (true, _) => bail!("a sequence of no steps"),
            (false, _) => self.kernel.run(x, bias, y.try_as_plain_ram_mut()?.as_slice_mut::<f32>()?),
        }
        Ok(tvec!(y.into_tvalue()))
    }
}

impl TypedOp for Linear {
    fn output_facts(&self, inputs: &[&TypedFact]) -> TractResult<TVec<TypedFact>> {
        Ok(tvec!(f32::fact(self.output_shape::<TDim>(&inputs[0].shape.to_tvec())?)))
    }

    as_op!();
}
