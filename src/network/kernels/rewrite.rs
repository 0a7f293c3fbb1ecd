//! Finds the dense layers and convolutions of a net.

use std::sync::Arc;

use tracing::debug;
use tract_onnx::tract_core::internal::*;
use tract_onnx::tract_core::ops::binary::{BinMiniOp, TypedBinOp};
use tract_onnx::tract_core::ops::cnn::{Conv, Deconv, KernelFormat, PaddingSpec};
use tract_onnx::tract_core::ops::einsum::EinSum;
use tract_onnx::tract_core::ops::element_wise::ElementWiseOp;
use tract_onnx::tract_core::ops::math::{Add, Mul, Sub};
use tract_onnx::tract_core::ops::nn::gelu_exact::GeluExact;
use tract_onnx::tract_core::ops::nn::rms_norm::RmsNorm;
use tract_onnx::tract_core::ops::nn::{DataFormat, LeakyRelu, Reduce, Reducer};

use super::depthwise::Depthwise;
use super::finish::Activation;
use super::layer::Layer;
use super::minimal::Minimal;
use super::norm::Norm;
use super::operator::{Extent, Kernel, Operator};
use super::packed::Packed;
use super::panel::{Layout, Taps};
use super::upsample::Upsample;
use super::weights::COLUMNS;
use crate::network::Precision;
use crate::network::constant::constant;

/// Puts our kernels into the decluttered model of the net `name`, or of a loop's body in it.
pub fn rewrite(precision: Precision, name: &str, model: &mut TypedModel) -> TractResult<()> {
    let packed = Packed::new(precision);
    Rewriter::<Packed>::default()
        .with_rule_for::<EinSum>("linear", |packed, model, node, _, op| {
            replaced(model, node, product(packed, model, node, op)?)
        })
        .with_rule_for::<Conv>("conv", |packed, model, node, _, op| {
            replaced(model, node, convolution(packed, model, node, op)?)
        })
        .with_rule_for::<Deconv>("deconv", |_, model, node, _, op| {
            replaced(model, node, upsampling(model, node, op)?)
        })
        .with_rule_for::<RmsNorm>("norm", |_, model, node, _, op| norm(model, node, op))
        .rewrite(&packed, model)?;
    let ours = model.nodes().iter().filter(|node| node.op_is::<Operator>()).count();
    let others = model
        .nodes()
        .iter()
        .filter(|node| node.op_is::<EinSum>() || node.op_is::<Conv>() || node.op_is::<Deconv>());
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
    let Some(found) = found else { return Ok(None) };
    let axis = found.axis();
    let Found { mut kernel, shape, input, bias } = found;
    let mut patch = TypedModelPatch::default();
    let mut inputs = vec![patch.tap_model(model, node.inputs[input])?];
    let mut last = node;
    if let Some(bias) = bias {
        inputs.push(patch.tap_model(model, node.inputs[bias])?);
    } else if let Some((next, bias)) = constant_along::<Add>(model, node, axis)? {
        inputs.push(patch.add_const(format!("{}.bias", node.name), bias)?);
        last = next;
    }
    let has_bias = inputs.len() > 1;
    if let Kernel::Dense(layer) | Kernel::Upsample(Upsample { layer, .. }) = &mut kernel
        && let Some((next, activation)) = activation(model, last)?
    {
        layer.activation = activation;
        last = next;
    }
    if let Kernel::Dense(layer) = &mut kernel {
        if let Some((next, scale)) = constant_along::<Mul>(model, last, axis)? {
            layer.scale = scale.try_as_plain_ram()?.as_slice::<f32>()?.to_vec();
            last = next;
        }
        if let Some((next, rest)) = added(model, last)? {
            inputs.push(patch.tap_model(model, rest)?);
            last = next;
        }
    }
    let rest = inputs.len() > 1 + usize::from(has_bias);
    let op = Operator { kernel: Arc::new(kernel), bias: has_bias, rest, shape };
    let outlet = patch.wire_node(&node.name, op, &inputs)?[0];
    patch.shunt_outside(model, last.id.into(), outlet)?;
    Ok(Some(patch))
}

/// The node that follows alone, if it has this operation.
fn following<'a, T: BinMiniOp>(
    model: &'a TypedModel,
    node: &TypedNode,
) -> TractResult<Option<&'a TypedNode>> {
    let is_it = |next: &&TypedNode| next.op_as::<TypedBinOp>().is_some_and(|op| op.0.is::<T>());
    Ok(model.single_succ(node.id)?.filter(is_it))
}

/// The node that follows and combines with a constant along an axis, and the constant.
fn constant_along<'a, T: BinMiniOp>(
    model: &'a TypedModel,
    node: &TypedNode,
    axis: Option<usize>,
) -> TractResult<Option<(&'a TypedNode, Tensor)>> {
    let (Some(next), Some(axis)) = (following::<T>(model, node)?, axis) else { return Ok(None) };
    let shape = &node.outputs[0].fact.shape;
    for input in &next.inputs {
        let fact = model.outlet_fact(*input)?;
        let Some(constant) = fact.konst.as_ref().filter(|_| is_f32(fact)) else { continue };
        let along = |(i, length): (usize, &usize)| {
            length.to_dim() == if i == axis { shape[i].clone() } else { 1.to_dim() }
        };
        if constant.rank() == shape.len() && constant.shape().iter().enumerate().all(along) {
            let constant = constant.as_ref().clone().into_shape(&[constant.len()])?;
            return Ok(Some((next, constant)));
        }
    }
    Ok(None)
}

/// The node that follows and adds something else of the same shape, and that.
fn added<'a>(model: &'a TypedModel, node: &TypedNode) -> TractResult<Option<(&'a TypedNode, OutletId)>> {
    let Some(next) = following::<Add>(model, node)? else { return Ok(None) };
    let own = &node.outputs[0].fact.shape;
    for input in &next.inputs {
        let fact = model.outlet_fact(*input)?;
        if input.node != node.id && is_f32(fact) && fact.shape == *own {
            return Ok(Some((next, *input)));
        }
    }
    Ok(None)
}

/// The node that follows and is an activation that a layer knows.
fn activation<'a>(
    model: &'a TypedModel,
    node: &TypedNode,
) -> TractResult<Option<(&'a TypedNode, Activation)>> {
    let Some(next) = model.single_succ(node.id)? else { return Ok(None) };
    let Some(op) = next.op_as::<ElementWiseOp>() else { return Ok(None) };
    let known = match op.0.downcast_ref::<LeakyRelu>() {
        Some(relu) => Some(Activation::LeakyRelu(relu.alpha)),
        None => op.0.is::<GeluExact>().then_some(Activation::Gelu),
    };
    Ok(known.map(|activation| (next, activation)))
}

/// Layer normalisation, which tract takes apart: what has no mean is divided by its size.
fn norm(model: &TypedModel, node: &TypedNode, op: &RmsNorm) -> TractResult<Option<TypedModelPatch>> {
    let centred = model.node(node.inputs[0].node);
    let fact = &node.outputs[0].fact;
    rule_if!(is_f32(fact));
    rule_if_some!(channels = fact.shape[op.axis].to_usize().ok());
    rule_if!(centred.op_as::<TypedBinOp>().is_some_and(|op| op.0.is::<Sub>()));
    let x = centred.inputs[0];
    rule_if!(is_mean(model, centred.inputs[1], x, op.axis, channels)?);
    rule_if_some!(layout = norm_layout(&fact.shape, op.axis));

    let (last, gain) =
        numbers(constant_along::<Mul>(model, node, Some(op.axis))?, node, vec![1.0; channels])?;
    let (last, bias) =
        numbers(constant_along::<Add>(model, last, Some(op.axis))?, last, vec![0.0; channels])?;
    let epsilon = op.eps.cast_to_scalar::<f32>()?;
    let kernel = Arc::new(Kernel::Norm(Norm { gain, bias, epsilon, layout }));
    let shape = (0..fact.shape.rank()).map(|axis| Extent::Input { axis, times: 1, growth: 0 }).collect();
    let mut patch = TypedModelPatch::default();
    let input = patch.tap_model(model, x)?;
    let op = Operator { kernel, bias: false, rest: false, shape };
    let outlet = patch.wire_node(&node.name, op, &[input])?[0];
    patch.shunt_outside(model, last.id.into(), outlet)?;
    Ok(Some(patch))
}

/// The node that was found and its numbers, or those that stand for none.
fn numbers<'a>(
    found: Option<(&'a TypedNode, Tensor)>,
    node: &'a TypedNode,
    none: Vec<f32>,
) -> TractResult<(&'a TypedNode, Vec<f32>)> {
    let Some((next, constant)) = found else { return Ok((node, none)) };
    Ok((next, constant.try_as_plain_ram()?.as_slice::<f32>()?.to_vec()))
}

/// Whether an outlet is the mean of `x` along an axis of this length.
fn is_mean(
    model: &TypedModel,
    outlet: OutletId,
    x: OutletId,
    axis: usize,
    length: usize,
) -> TractResult<bool> {
    let share = model.node(outlet.node);
    let [sum, factor] = share.inputs[..] else { return Ok(false) };
    let is_share = share.op_as::<TypedBinOp>().is_some_and(|op| op.0.is::<Mul>());
    let factor = model.outlet_fact(factor)?.konst.as_ref().filter(|factor| factor.len() == 1);
    let Some(factor) = factor.filter(|_| is_share) else { return Ok(false) };
    let factor = factor.clone().into_tensor().into_shape(&[])?.cast_to_scalar::<f32>()?;
    let sum = model.node(sum.node);
    let is_sum = |op: &Reduce| op.reducer == Reducer::Sum && op.axes[..] == [axis];
    let is_sum = sum.op_as::<Reduce>().is_some_and(is_sum) && sum.inputs[0] == x;
    Ok(is_sum && (factor * length as f32 - 1.0).abs() < 1e-5)
}

/// Where the channels are among the axes that are not one, of which all others are steps.
fn norm_layout(shape: &ShapeFact, channels: usize) -> Option<Layout> {
    let steps = (0..shape.rank()).filter(|axis| *axis != channels && !shape[*axis].is_one());
    layout(channels, steps)
}

/// A product of a sequence and a constant matrix.
fn product(packed: &Packed, model: &TypedModel, node: &TypedNode, op: &EinSum) -> TractResult<Option<Found>> {
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
            Some(&axis) => Extent::Input { axis, times: 1, growth: 0 },
            None => Extent::One,
        })
    };
    let weights = packed.matrix(matrix, inner.inputs[constant][0])?;
    let layer = Layer::new(weights, Taps::ONE, [from, to]);
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
fn convolution(
    packed: &Packed,
    model: &TypedModel,
    node: &TypedNode,
    op: &Conv,
) -> TractResult<Option<Found>> {
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
    let (order, first) = match pool.data_format {
        DataFormat::NCHW => (Layout::ChannelsFirst, 1),
        DataFormat::CHW => (Layout::ChannelsFirst, 0),
        DataFormat::NHWC => (Layout::ChannelsLast, 1),
        DataFormat::HWC => (Layout::ChannelsLast, 0),
    };
    rule_if!(shape[..first].iter().all(|length| length.is_one()));
    let (before, after) = match &pool.padding {
        PaddingSpec::Valid => (0, 0),
        PaddingSpec::Explicit(before, after) => (before[0], after[0]),
        _ => return Ok(None),
    };
    let taps = Taps { count: pool.kernel_shape[0], dilation: pool.dilation(0), before, after };
    rule_if_some!(kernel = &constant(model, node.inputs[1])?);
    rule_if!(facts[2].shape.as_concrete() == Some(&[pool.output_channels]));

    let kernel = if op.group == 1 {
        let channels = [pool.input_channels, pool.output_channels];
        let minimal = packed.precision() == Precision::Floats && order == Layout::ChannelsFirst;
        let weights = match minimal && Minimal::gains(&taps, channels) {
            true => packed.minimal(kernel)?,
            false => packed.matrix(kernel, 1)?,
        };
        Kernel::Dense(Layer::new(weights, taps, [order; 2]))
    } else {
        rule_if!(op.group == pool.input_channels && op.group == pool.output_channels);
        Kernel::Depthwise(Depthwise::new(kernel.try_as_plain_ram()?.as_slice::<f32>()?, taps, order))
    };
    let steps = |axis| Extent::Input { axis, times: 1, growth: taps.growth() };
    let mut extents = vec![Extent::One; first];
    extents.extend(match order {
        Layout::ChannelsFirst => [Extent::Outputs, steps(first + 1)],
        Layout::ChannelsLast => [steps(first), Extent::Outputs],
    });
    Ok(Some(Found { kernel, shape: extents, input: 0, bias: Some(2) }))
}

/// A transposed convolution of a single sequence in one group.
fn upsampling(model: &TypedModel, node: &TypedNode, op: &Deconv) -> TractResult<Option<Found>> {
    let facts = model.node_input_facts(node.id)?;
    let pool = &op.pool_spec;
    rule_if!(
        op.group == 1 && op.kernel_format == KernelFormat::OIHW && facts.iter().all(|fact| is_f32(fact))
    );
    rule_if!(pool.rank() == 1 && pool.kernel_shape[0] >= pool.stride(0) && pool.dilation(0) == 1);
    let first = match pool.data_format {
        DataFormat::NCHW => 1,
        DataFormat::CHW => 0,
        _ => return Ok(None),
    };
    rule_if!(facts[0].shape[..first].iter().all(|length| length.is_one()));
    let (before, after) = match &pool.padding {
        PaddingSpec::Valid => (0, 0),
        PaddingSpec::Explicit(before, after) => (before[0], after[0]),
        _ => return Ok(None),
    };
    rule_if_some!(kernel = constant(model, node.inputs[1])?);
    let (outputs, channels, stride) = (pool.output_channels, pool.input_channels, pool.stride(0));
    rule_if!(facts[2].shape.as_concrete().is_some_and(|shape| shape.is_empty() || *shape == [outputs]));
    let values = kernel.try_as_plain_ram()?.as_slice::<f32>()?;
    rule_if_some!(upsample = Upsample::new(values, [outputs, channels], stride, before));
    let growth = (pool.kernel_shape[0] + op.adjustments[0]) as isize - (stride + before + after) as isize;
    let mut shape = vec![Extent::One; first];
    shape.extend([Extent::Outputs, Extent::Input { axis: first + 1, times: stride, growth }]);
    Ok(Some(Found { kernel: Kernel::Upsample(upsample), shape, input: 0, bias: Some(2) }))
}

fn is_f32(fact: &TypedFact) -> bool {
    fact.datum_type == f32::datum_type() && fact.is_plain()
}

#[cfg(test)]
#[path = "rewrite_tests.rs"]
mod tests;
