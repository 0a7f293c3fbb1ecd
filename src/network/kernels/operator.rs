//! The operator that tract runs.

use std::cell::Cell;
use std::sync::Arc;

use tract_onnx::tract_core::internal::*;

use super::depthwise::Depthwise;
use super::finish::Added;
use super::layer::Layer;
use super::norm::Norm;
use super::upsample::Upsample;

thread_local! {
    static OPERATIONS: Cell<u64> = const { Cell::new(0) };
}

/// Multiplications and additions that the layers and convolutions of all nets of this thread stand for so far. What is
/// computed by fewer (see [`super::minimal`]) counts as if it were not.
pub fn operations() -> u64 {
    OPERATIONS.get()
}

/// What the operator computes.
#[derive(Clone, Debug)]
pub enum Kernel {
    /// Every output from all channels.
    Dense(Layer),
    /// Every output from its own channel.
    Depthwise(Depthwise),
    /// Every output from all channels of its step.
    Norm(Norm),
    /// Several steps of the output for each of the input.
    Upsample(Upsample),
}

impl Kernel {
    /// Numbers of a step of the output.
    fn outputs(&self) -> usize {
        match self {
            Self::Dense(layer) => layer.weights.outputs(),
            Self::Depthwise(depthwise) => depthwise.channels(),
            Self::Norm(norm) => norm.gain.len(),
            Self::Upsample(upsample) => upsample.outputs(),
        }
    }

    /// Multiplications and additions for a number of the output.
    fn operations(&self) -> usize {
        2 * match self {
            Self::Dense(Layer { weights, .. })
            | Self::Upsample(Upsample { layer: Layer { weights, .. }, .. }) => weights.inputs(),
            Self::Depthwise(depthwise) => depthwise.taps.count,
            Self::Norm(_) => 0,
        }
    }

    fn run(&self, x: &[f32], added: Added, y: &mut [f32]) {
        OPERATIONS.set(OPERATIONS.get() + (self.operations() * y.len()) as u64);
        match self {
            Self::Dense(layer) => layer.run(x, added, y),
            Self::Depthwise(depthwise) => depthwise.run(x, added.bias, y),
            Self::Norm(norm) => norm.run(x, y),
            Self::Upsample(upsample) => upsample.run(x, added.bias, y),
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
        /// How many times as long it is.
        times: usize,
        /// How much longer it is then.
        growth: isize,
    },
}

/// A [`Kernel`] in a net. Its inputs are the sequence, then the bias and the rest, if it has them.
#[derive(Clone, Debug)]
pub struct Operator {
    /// What it computes.
    pub kernel: Arc<Kernel>,
    /// Whether it has a bias.
    pub bias: bool,
    /// Whether it has a rest, see [`Added`].
    pub rest: bool,
    /// Shape of the output.
    pub shape: Vec<Extent>,
}

impl PartialEq for Operator {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.kernel, &other.kernel)
            && (self.bias, self.rest, &self.shape) == (other.bias, other.rest, &other.shape)
    }
}

impl Eq for Operator {}

impl Operator {
    fn output_shape<D: DimLike>(&self, input: &[D]) -> TractResult<TVec<D>> {
        let extent = |extent: &Extent| match extent {
            Extent::One => Ok(D::one()),
            Extent::Outputs => Ok(self.kernel.outputs().into()),
            Extent::Input { axis, times, growth } => longer(&(input[*axis].clone() * *times), *growth),
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

impl Op for Operator {
    fn name(&self) -> StaticName {
        "Operator".into()
    }

    op_as_typed_op!();
}

impl EvalOp for Operator {
    op_out_of_plan!();

    fn eval(&self, _: &EvalContext, inputs: TVec<TValue>) -> TractResult<TVec<TValue>> {
        let x = inputs[0].try_as_plain_ram()?.as_slice::<f32>()?;
        let others = inputs[1..].iter().map(|input| input.try_as_plain_ram());
        let others = others.collect::<TractResult<TVec<_>>>()?;
        let mut others = others.iter().map(|other| other.as_slice::<f32>());
        let mut next = |there: bool| match there {
            true => others.next().context("an input is missing")?,
            false => TractResult::Ok(&[][..]),
        };
        let added = Added { bias: next(self.bias)?, rest: next(self.rest)? };
        let mut y = Tensor::zero::<f32>(&self.output_shape(inputs[0].shape())?)?;
        ensure!(!self.rest || added.rest.len() == y.len(), "what is added has another length");
        match (x.is_empty(), y.len()) {
            (true, 0) => {}
            (true, _) => bail!("a sequence of no steps"),
            (false, _) => self.kernel.run(x, added, y.try_as_plain_ram_mut()?.as_slice_mut::<f32>()?),
        }
        Ok(tvec!(y.into_tvalue()))
    }
}

impl TypedOp for Operator {
    fn output_facts(&self, inputs: &[&TypedFact]) -> TractResult<TVec<TypedFact>> {
        Ok(tvec!(f32::fact(self.output_shape::<TDim>(&inputs[0].shape.to_tvec())?)))
    }

    as_op!();
}
