//! Operators with weights.

use tract_onnx::ops::rec::common::CommonRec;
use tract_onnx::ops::rec::lstm::LSTM;
use tract_onnx::pb::NodeProto;
use tract_onnx::tract_core::ops::change_axes::wire_with_rank_broadcast;
use tract_onnx::tract_core::ops::cnn::{Deconv, KernelFormat, PaddingSpec, PoolSpec};
use tract_onnx::tract_core::ops::einsum::EinSum;
use tract_onnx::tract_core::ops::nn::{DataFormat, Reduce, Reducer};
use tract_onnx::tract_core::ops::{math, nn};
use tract_onnx::tract_hir::internal::*;
use tract_onnx::tract_hir::ops::cnn::Conv;

use super::node::name;

/// A product of two matrices, each maybe transposed, and a bias.
pub fn gemm(model: &mut TypedModel, node: &NodeProto, inputs: &[OutletId]) -> TractResult<TVec<OutletId>> {
    ensure!((2..=3).contains(&inputs.len()));
    let factor = |attribute| Ok::<_, TractError>(node.get_attr_opt(attribute)?.unwrap_or(1.0f32));
    ensure!(factor("alpha")? == 1.0 && factor("beta")? == 1.0, "only sums without factors");
    let transposed = |attribute| Ok::<_, TractError>(node.get_attr_opt(attribute)?.unwrap_or(false));
    let facts = [model.outlet_fact(inputs[0])?, model.outlet_fact(inputs[1])?];
    ensure!(facts.iter().all(|fact| fact.rank() == 2));
    let kind = facts[0].datum_type;
    let axes = AxesMapping::for_numpy_matmul(2, transposed("transA")?, transposed("transB")?, false)?;
    let product =
        model.wire_node(format!("{}.product", name(node)), EinSum::new(axes, kind), &inputs[..2])?;
    match inputs.get(2) {
        Some(bias) => wire_with_rank_broadcast(name(node), model, math::add(), &[product[0], *bias]),
        None => Ok(product),
    }
}

/// A convolution in groups.
pub fn conv(model: &mut TypedModel, node: &NodeProto, inputs: &[OutletId]) -> TractResult<TVec<OutletId>> {
    ensure!((2..=3).contains(&inputs.len()));
    let axes = spatial_axes(model, inputs)?;
    let mut conv = Conv::default().padding(padding(node, axes)?);
    conv.group = node.get_attr_opt("group")?;
    conv.strides = node.get_attr_opt_tvec("strides")?;
    conv.dilations = node.get_attr_opt_tvec("dilations")?;
    conv.bias_input = (inputs.len() == 3).then_some(2);
    ensure!(conv.group != Some(0));
    conv.wire(name(node), model, inputs)
}

/// A transposed convolution. Its kernel has the inputs of a group first, then the outputs.
pub fn conv_transpose(
    model: &mut TypedModel,
    node: &NodeProto,
    inputs: &[OutletId],
) -> TractResult<TVec<OutletId>> {
    ensure!((2..=3).contains(&inputs.len()));
    ensure!(!node.attribute.iter().any(|attribute| attribute.name == "output_shape"), "no given shapes");
    let axes = spatial_axes(model, inputs)?;
    let group = node.get_attr_opt("group")?.unwrap_or(1);
    ensure!(group > 0);
    let (name, kind) = (name(node), model.outlet_fact(inputs[0])?.datum_type);

    let kernel = AxisOp::wire_split_axis(model, format!("{name}.groups"), inputs[1], 0, group)?;
    let kernel = model.wire_node(format!("{name}.outputs_first"), AxisOp::Move(1, 2), &kernel)?;
    let kernel = AxisOp::wire_collapse_axis(model, format!("{name}.kernel"), kernel[0], 0)?[0];
    let bias = match inputs.get(2) {
        Some(bias) => *bias,
        None => model.add_const(format!("{name}.bias"), Tensor::zero_scalar_dt(kind)?)?,
    };
    let shape = model.outlet_fact(kernel)?.shape.as_concrete().context("the kernel has no known shape")?;
    let pool = PoolSpec::new(
        DataFormat::NCHW,
        shape[2..].into(),
        padding(node, axes)?,
        node.get_attr_opt_tvec("dilations")?,
        node.get_attr_opt_tvec("strides")?,
        shape[1] * group,
        shape[0],
    );
    let longer = node.get_attr_opt_tvec("output_padding")?.unwrap_or_else(|| tvec!(0; axes));
    let deconv = Deconv::new(pool, KernelFormat::OIHW, longer, group);
    model.wire_node(name, deconv, &[inputs[0], kernel, bias])
}

/// Axes along which a kernel moves: all but those of the batch and of the channels.
fn spatial_axes(model: &TypedModel, inputs: &[OutletId]) -> TractResult<usize> {
    let (rank, kernel) = (model.outlet_fact(inputs[0])?.rank(), model.outlet_fact(inputs[1])?.rank());
    ensure!(rank > 2 && rank == kernel, "a kernel of {kernel} axes for an input of {rank}");
    Ok(rank - 2)
}

/// The attribute has the lengths before each axis, then those after.
fn padding(node: &NodeProto, axes: usize) -> TractResult<PaddingSpec> {
    ensure!(node.get_attr_opt::<&str>("auto_pad")?.is_none_or(|way| way == "NOTSET"), "only given padding");
    let pads = node.get_attr_opt_vec::<usize>("pads")?.unwrap_or_else(|| vec![0; 2 * axes]);
    ensure!(pads.len() == 2 * axes);
    let (before, after) = pads.split_at(axes);
    Ok(PaddingSpec::Explicit(before.into(), after.into()))
}

/// A long short-term memory, in one direction or both.
pub fn lstm(model: &mut TypedModel, node: &NodeProto, inputs: &[OutletId]) -> TractResult<TVec<OutletId>> {
    ensure!(inputs.len() >= 3);
    let direction = node.get_attr_opt("direction")?.unwrap_or("forward");
    ensure!(["forward", "bidirectional"].contains(&direction), "direction {direction} is not known");
    let body = LSTM { f: Box::new(nn::sigmoid()), g: Box::new(math::tanh()), h: Box::new(math::tanh()) };
    CommonRec::from_node_and_options(node, 3, 0, Box::new(body))?.wire(name(node), model, inputs)
}

/// Subtracts the mean along the last axis, divides by the deviation, and applies a gain and maybe a bias.
pub fn layer_norm(
    model: &mut TypedModel,
    node: &NodeProto,
    inputs: &[OutletId],
) -> TractResult<TVec<OutletId>> {
    ensure!((2..=3).contains(&inputs.len()));
    ensure!(node.output.iter().skip(1).all(String::is_empty), "only the normalised values");
    let (name, fact) = (name(node), model.outlet_fact(inputs[0])?.clone());
    let last = fact.rank().checked_sub(1).context("a single value has no mean")?;
    let axis: i64 = node.get_attr_opt("axis")?.unwrap_or(-1);
    ensure!(axis == -1 || axis == last as i64, "only along the last axis");
    let count = fact.shape[last].to_usize().context("the length of the axis must be known")?;
    let epsilon: f32 = node.get_attr_opt("epsilon")?.unwrap_or(1e-5);

    let share = tensor0(1.0 / count as f32).broadcast_into_rank(fact.rank())?;
    let share = model.add_const(format!("{name}.share"), share)?;
    let total = Reduce::new(tvec!(last), Reducer::Sum);
    let total = model.wire_node(format!("{name}.total"), total, &inputs[..1])?[0];
    let mean = model.wire_node(format!("{name}.mean"), math::mul(), &[total, share])?[0];
    let centred = model.wire_node(format!("{name}.centred"), math::sub(), &[inputs[0], mean])?;
    let norm = nn::RmsNorm { axis: last, eps: rctensor0(epsilon) };
    let normal = model.wire_node(format!("{name}.normal"), norm, &centred)?[0];
    let scaled = [normal, inputs[1]];
    let scaled = wire_with_rank_broadcast(format!("{name}.scaled"), model, math::mul(), &scaled)?;
    match inputs.get(2) {
        Some(bias) => wire_with_rank_broadcast(name, model, math::add(), &[scaled[0], *bias]),
        None => Ok(scaled),
    }
}
