//! Finds the dense layers and convolutions of a net.

use std::sync::Arc;

use tracing::debug;
use tract_onnx::tract_core::internal::*;
use tract_onnx::tract_core::ops::binary::TypedBinOp;
use tract_onnx::tract_core::ops::cnn::{Conv, KernelFormat, PaddingSpec};
use tract_onnx::tract_core::ops::einsum::EinSum;
use tract_onnx::tract_core::ops::element_wise::ElementWiseOp;
use tract_onnx::tract_core::ops::math::Add;
use tract_onnx::tract_core::ops::nn::{DataFormat, gelu_exact::GeluExact};

use super::depthwise::Depthwise;
use super::layer::{Activation, Layer};
use super::linear::{Extent, Kernel, Linear};
use super::panel::{Layout, Taps};
use super::weights::{COLUMNS, Weights};

/// Puts our kernels into the decluttered model of the net `name`.
pub fn rewrite(name: &str, model: &mut TypedModel) -> TractResult<()> {
    Rewriter::<()>::default()
        .with_rule_for::<EinSum>("linear", |(), model, node, _, op| {
            replaced(model, node, product(model, node, op)?)
        })
        .with_rule_for::<Conv>("conv", |(), model, node, _, op| {
            replaced(model, node, convolution(model, node, op)?)
        })
        .rewrite(&(), model)?;
    let ours = model.nodes().iter().filter(|node| node.op_is::<Linear>()).count();
    let others = model.nodes().iter().filter(|node| node.op_is::<EinSum>() || node.op_is::<Conv>());
    let others: Vec<&str> = others.map(|node| node.name.as_str()).collect();
    debug!(net = name, ours, others = others.join(" "), "dense layers and convolutions");
    Ok(())
}

/// A node as one of our kernels.
struct Found {
    kernel: Kernel,
    shape: Vec<Extent>,
    /// Input with the sequence.
    input: usize,
    /// Input with the bias.
    bias: Option<usize>,
}

impl Found {
    /// The axis that the kernel's outputs are along.
    fn axis(&self) -> Option<usize> {
        self.shape.iter().position(|extent| *extent == Extent::Outputs)
    }
}

/// Puts the kernel in the place of its node and of what follows and can be part of it.
fn replaced(
    model: &TypedModel,
    node: &TypedNode,
    found: Option<Found>,
) -> TractResult<Option<TypedModelPatch>> {
    let Some(mut found) = found else { return Ok(None) };
    let mut patch = TypedModelPatch::default();
    let mut inputs = vec![patch.tap_model(model, node.inputs[found.input])?];
    let mut last = node;
    if let Some(bias) = found.bias {
        inputs.push(patch.tap_model(model, node.inputs[bias])?);
    } else if let Some((next, bias)) = added(model, node, found.axis())? {
        inputs.push(patch.add_const(format!("{}.bias", node.name), bias)?);
        last = next;
    }
    if let Kernel::Dense(layer) = &mut found.kernel
        && let Some(next) = model.single_succ(last.id)?.filter(|next| is_gelu(next))
    {
        layer.activation = Activation::Gelu;
        last = next;
    }
    let op = Linear { kernel: Arc::new(found.kernel), shape: found.shape };
    let outlet = patch.wire_node(&node.name, op, &inputs)?[0];
    patch.shunt_outside(model, last.id.into(), outlet)?;
    Ok(Some(patch))
}

/// The node that adds a constant along an axis, and the constant.
fn added<'a>(
    model: &'a TypedModel,
    node: &TypedNode,
    axis: Option<usize>,
) -> TractResult<Option<(&'a TypedNode, Tensor)>> {
    let next = model.single_succ(node.id)?;
    let add = next.filter(|next| next.op_as::<TypedBinOp>().is_some_and(|op| op.0.is::<Add>()));
    let (Some(add), Some(axis)) = (add, axis) else { return Ok(None) };
    let shape = &node.outputs[0].fact.shape;
    for input in &add.inputs {
        let Some(constant) = &model.outlet_fact(*input)?.konst else { continue };
        let along = |(i, length): (usize, &usize)| {
            length.to_dim() == if i == axis { shape[i].clone() } else { 1.to_dim() }
        };
        if constant.rank() == shape.len() && constant.shape().iter().enumerate().all(along) {
            let bias = constant.as_ref().clone().into_shape(&[constant.len()])?;
            return Ok(Some((add, bias)));
        }
    }
    Ok(None)
}

fn is_gelu(node: &TypedNode) -> bool {
    node.op_as::<ElementWiseOp>().is_some_and(|op| op.0.is::<GeluExact>())
}

/// A product of a sequence and a constant matrix.
fn product(model: &TypedModel, node: &TypedNode, op: &EinSum) -> TractResult<Option<Found>> {
    let facts = model.node_input_facts(node.id)?;
    rule_if!(op.q_params.is_none() && facts.len() == 2 && facts.iter().all(|fact| is_f32(fact)));
    rule_if_some!(constant = facts.iter().position(|fact| fact.konst.is_some()));
    let input = 1 - constant;
    rule_if_some!(matrix = facts[constant].konst.as_ref().filter(|matrix| matrix.rank() == 2));
    rule_if!(facts[input].konst.is_none());

    let once = |places: &TVec<usize>| places.len() <= 1;
    let mut axes = op.axes.iter_all_axes();
    rule_if!(axes.all(|axis| axis.inputs.iter().chain(&axis.outputs).all(once)));
    let has = |places: &TVec<usize>| !places.is_empty();
    let kind = |x: bool, weights: bool, output: bool| {
        let alike = |axis: &&Axis| {
            (has(&axis.inputs[input]), has(&axis.inputs[constant]), has(&axis.outputs[0]))
                == (x, weights, output)
        };
        op.axes.iter_all_axes().filter(alike).collect::<Vec<_>>()
    };
    let ([inner], [outer]) = (&kind(true, true, false)[..], &kind(false, true, true)[..]) else {
        return Ok(None);
    };
    let shape = &facts[input].shape;
    rule_if!(kind(true, false, false).iter().all(|axis| shape[axis.inputs[input][0]].is_one()));

    // Steps are what is left, in one order on both sides.
    let mut steps: Vec<&Axis> = kind(true, false, true);
    steps.retain(|axis| !shape[axis.inputs[input][0]].is_one());
    steps.sort_by_key(|axis| axis.inputs[input][0]);
    rule_if!(steps.is_sorted_by_key(|axis| axis.outputs[0][0]));
    let count: TDim = steps.iter().map(|axis| &shape[axis.inputs[input][0]]).product();
    rule_if!(count.to_usize().map_or(true, |count| count >= COLUMNS));
    rule_if_some!(from = layout(inner.inputs[input][0], steps.iter().map(|axis| axis.inputs[input][0])));
    rule_if_some!(to = layout(outer.outputs[0][0], steps.iter().map(|axis| axis.outputs[0][0])));

    let output_rank = op.axes.rank(InOut::Out(0));
    let extent = |place: usize| {
        let axis = op.axes.axis((InOut::Out(0), place))?;
        Ok(match axis.inputs[input].first() {
            _ if axis.repr == outer.repr => Extent::Outputs,
            Some(&axis) => Extent::Input { axis, growth: 0 },
            None => Extent::One,
        })
    };
    let values = matrix.try_as_plain_ram()?.as_slice::<f32>()?;
    let (rows, columns) = (matrix.shape()[0], matrix.shape()[1]);
    let weights = match inner.inputs[constant][0] {
        0 => Weights::new(rows, columns, |input, output| values[input * columns + output]),
        _ => Weights::new(columns, rows, |input, output| values[output * columns + input]),
    };
    let layer = Layer { weights, taps: Taps::ONE, input: from, output: to, activation: Activation::Identity };
    let shape = (0..output_rank).map(extent).collect::<TractResult<_>>()?;
    Ok(Some(Found { kernel: Kernel::Dense(layer), shape, input, bias: None }))
}

/// Where the axis of the channels is among those of the steps, if not between them.
fn layout(channels: usize, mut steps: impl Iterator<Item = usize> + Clone) -> Option<Layout> {
    if steps.clone().all(|step| channels < step) {
        return Some(Layout::ChannelsFirst);
    }
    steps.all(|step| step < channels).then_some(Layout::ChannelsLast)
}

/// A convolution of a single sequence with stride 1, in one group or one for each channel.
fn convolution(model: &TypedModel, node: &TypedNode, op: &Conv) -> TractResult<Option<Found>> {
    let facts = model.node_input_facts(node.id)?;
    let pool = &op.pool_spec;
    rule_if!(op.q_params.is_none() && op.kernel_fmt == KernelFormat::OIHW);
    rule_if!(
        pool.rank() == 1
            && pool.kernel_shape[0] > 0
            && pool.stride(0) == 1
            && facts.iter().all(|fact| is_f32(fact))
    );
    let shape = &facts[0].shape;
    let channels = match pool.data_format {
        DataFormat::NCHW => 1,
        DataFormat::CHW => 0,
        _ => return Ok(None),
    };
    rule_if!(shape[..channels].iter().all(|length| length.is_one()));
    let (before, after) = match &pool.padding {
        PaddingSpec::Valid => (0, 0),
        PaddingSpec::Explicit(before, after) => (before[0], after[0]),
        _ => return Ok(None),
    };
    let taps = Taps { count: pool.kernel_shape[0], dilation: pool.dilation(0), before, after };
    rule_if_some!(kernel = &facts[1].konst);
    rule_if!(facts[2].shape.as_concrete() == Some(&[pool.output_channels]));

    let values = kernel.try_as_plain_ram()?.as_slice::<f32>()?;
    let kernel = if op.group == 1 {
        let inputs = pool.input_channels * taps.count;
        let weight = |input: usize, output: usize| values[output * inputs + input];
        let weights = Weights::new(inputs, pool.output_channels, weight);
        let order = Layout::ChannelsFirst;
        Kernel::Dense(Layer { weights, taps, input: order, output: order, activation: Activation::Identity })
    } else {
        rule_if!(op.group == pool.input_channels && op.group == pool.output_channels);
        Kernel::Depthwise(Depthwise { kernels: values.to_vec(), taps })
    };
    let steps = Extent::Input { axis: channels + 1, growth: taps.growth() };
    let mut extents = vec![Extent::One; channels];
    extents.extend([Extent::Outputs, steps]);
    Ok(Some(Found { kernel, shape: extents, input: 0, bias: Some(2) }))
}

fn is_f32(fact: &TypedFact) -> bool {
    fact.datum_type == f32::datum_type() && fact.is_plain()
}

#[cfg(test)]
#[path = "rewrite_tests.rs"]
mod tests;
