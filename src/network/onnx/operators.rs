//! The operators of ONNX that voices use, in tract's: <https://onnx.ai/onnx/operators/>.

use tract_onnx::pb::tensor_proto::DataType;
use tract_onnx::pb::{NodeProto, TensorProto};
use tract_onnx::tract_core::ops::array::{Pad, PadMode, StridedSlice};
use tract_onnx::tract_core::ops::cast::{cast, wire_cast};
use tract_onnx::tract_core::ops::change_axes::wire_with_rank_broadcast;
use tract_onnx::tract_core::ops::{math, nn};
use tract_onnx::tract_hir::internal::*;
use tract_onnx::tract_hir::ops::activations::{Clip, Softplus};
use tract_onnx::tract_hir::ops::array::{
    AddDims, Concat, Flatten, Gather, MultiBroadcastTo, PermuteAxes, Reshape, RmDims, Split,
};
use tract_onnx::tract_hir::ops::matmul::MatMulInference;
use tract_onnx::tract_hir::ops::nn::{Reduce, Reducer, Softmax};

use super::layers;
use super::node::{name, tensor};

/// Adds a node to the model and gives its outputs, in the order of those that have names.
pub fn wire(model: &mut TypedModel, node: &NodeProto, inputs: &[OutletId]) -> TractResult<TVec<OutletId>> {
    let name = name(node);
    let least = usize::from(node.op_type != "Constant");
    ensure!(inputs.len() >= least, "an input is missing");
    match node.op_type.as_str() {
        "Add" => binary(model, name, math::add(), inputs),
        "Sub" => binary(model, name, math::sub(), inputs),
        "Mul" => binary(model, name, math::mul(), inputs),
        "Div" => binary(model, name, math::div(), inputs),
        "Erf" => model.wire_node(name, math::erf(), &inputs[..1]),
        "Exp" => model.wire_node(name, math::exp(), &inputs[..1]),
        "Log" => model.wire_node(name, math::ln(), &inputs[..1]),
        "Sin" => model.wire_node(name, math::sin(), &inputs[..1]),
        "Sqrt" => model.wire_node(name, math::sqrt(), &inputs[..1]),
        "Tanh" => model.wire_node(name, math::tanh(), &inputs[..1]),
        "Sigmoid" => model.wire_node(name, nn::sigmoid(), &inputs[..1]),
        "Relu" => Clip::new(Some(0.0), None).wire(name, model, &inputs[..1]),
        "LeakyRelu" => {
            let slope = node.get_attr_opt("alpha")?.unwrap_or(0.01);
            model.wire_node(name, nn::leaky_relu(slope), &inputs[..1])
        }
        "Softplus" => Softplus.wire(name, model, &inputs[..1]),
        "Softmax" => {
            let axis = node.get_attr_opt("axis")?.unwrap_or(-1);
            Softmax::new(axis).wire(name, model, &inputs[..1])
        }
        "ReduceMean" => reduce(model, node, Reducer::Mean, inputs),
        "MatMul" => {
            ensure!(inputs.len() == 2);
            MatMulInference::default().wire(name, model, inputs)
        }
        "Gemm" => layers::gemm(model, node, inputs),
        "Conv" => layers::conv(model, node, inputs),
        "ConvTranspose" => layers::conv_transpose(model, node, inputs),
        "LSTM" => layers::lstm(model, node, inputs),
        "LayerNormalization" => layers::layer_norm(model, node, inputs),
        "Identity" => Ok(inputs.into()),
        "Constant" => {
            let value: &TensorProto = node.get_attr("value")?;
            Ok(tvec!(model.add_const(name, tensor(value)?)?))
        }
        "Cast" => {
            let to = DataType::try_from(node.get_attr::<i64>("to")? as i32)?.try_into()?;
            model.wire_node(name, cast(to), &inputs[..1])
        }
        "Shape" => {
            let shape = model.outlet_fact(inputs[0])?.shape.to_tvec();
            Ok(tvec!(model.add_const(name, tensor1(&shape))?))
        }
        "Reshape" => {
            ensure!(inputs.len() == 2);
            let keeps_zero = node.get_attr_opt("allowzero")?.unwrap_or(false);
            Reshape::new(keeps_zero).wire(name, model, inputs)
        }
        "Flatten" => Flatten::new(node.get_attr_opt("axis")?.unwrap_or(1)).wire(name, model, &inputs[..1]),
        "Transpose" => {
            let axes = node.get_attr_opt_vec::<usize>("perm")?;
            PermuteAxes::new(axes.map(Into::into)).wire(name, model, &inputs[..1])
        }
        "Unsqueeze" => {
            let axes = integers(model, inputs, 1)?.into_iter().map(|axis| axis as isize).collect();
            AddDims::new(axes).wire(name, model, &inputs[..1])
        }
        "Squeeze" => {
            let axes = integers(model, inputs, 1)?.into_iter().map(|axis| axis as isize).collect();
            RmDims::new(axes).wire(name, model, &inputs[..1])
        }
        "Expand" => {
            ensure!(inputs.len() == 2);
            MultiBroadcastTo.wire(name, model, inputs)
        }
        "Concat" => Concat::new(node.get_attr("axis")?).wire(name, model, inputs),
        "Gather" => {
            ensure!(inputs.len() == 2);
            Gather::new(node.get_attr_opt("axis")?.unwrap_or(0)).wire(name, model, inputs)
        }
        "Slice" => slice(model, node, inputs),
        "Split" => split(model, node, inputs),
        "Pad" => pad(model, node, inputs),
        _ => bail!("the operator is not known"),
    }
}

/// With axes of one in front of the input that has fewer, and both of one type.
fn binary(
    model: &mut TypedModel,
    name: &str,
    operator: impl Into<Box<dyn TypedOp>>,
    inputs: &[OutletId],
) -> TractResult<TVec<OutletId>> {
    ensure!(inputs.len() == 2);
    let kinds = [model.outlet_fact(inputs[0])?.datum_type, model.outlet_fact(inputs[1])?.datum_type];
    let kind = DatumType::super_type_for(kinds).context("the inputs have no type in common")?;
    let inputs = wire_cast(name, model, inputs, kind)?;
    wire_with_rank_broadcast(name, model, operator, &inputs)
}

fn reduce(
    model: &mut TypedModel,
    node: &NodeProto,
    reducer: Reducer,
    inputs: &[OutletId],
) -> TractResult<TVec<OutletId>> {
    let axes = node.get_attr_opt_vec::<i64>("axes")?;
    let rank = model.outlet_fact(inputs[0])?.rank() as i64;
    ensure!(axes.iter().flatten().all(|axis| (-rank..rank).contains(axis)), "an axis is not there");
    let keeps = node.get_attr_opt("keepdims")?.unwrap_or(true);
    Reduce::new(axes, keeps, reducer).wire(name(node), model, &inputs[..1])
}

/// Inputs: the sequence, where parts start, where they end, on which axes, in which steps.
fn slice(model: &mut TypedModel, node: &NodeProto, inputs: &[OutletId]) -> TractResult<TVec<OutletId>> {
    ensure!((3..=5).contains(&inputs.len()));
    let mut given = node.input.iter().map(|input| !input.is_empty()).skip(3);
    let axes = given.next().unwrap_or(false).then_some(3);
    let steps = given.next().unwrap_or(false).then_some(inputs.len() - 1);
    let slice = StridedSlice {
        optional_axes_input: axes,
        optional_steps_input: steps,
        begin_mask: 0,
        end_mask: 0,
        shrink_axis_mask: 0,
    };
    model.wire_node(name(node), slice, inputs)
}

fn split(model: &mut TypedModel, node: &NodeProto, inputs: &[OutletId]) -> TractResult<TVec<OutletId>> {
    let lengths = if inputs.len() == 1 { None } else { Some(integers(model, inputs, 1)?) };
    let lengths = lengths.map(|lengths| lengths.into_iter().map(|length| length as usize).collect());
    let axis = node.get_attr_opt("axis")?.unwrap_or(0);
    Split::new(axis, node.output.len(), lengths).wire(name(node), model, &inputs[..1])
}

/// Zeros, or the sequence mirrored, before and after each axis.
fn pad(model: &mut TypedModel, node: &NodeProto, inputs: &[OutletId]) -> TractResult<TVec<OutletId>> {
    let mode = match node.get_attr_opt("mode")? {
        None | Some("constant") => PadMode::Constant(rctensor0(0f32)),
        Some("reflect") => PadMode::Reflect,
        Some(mode) => bail!("mode {mode} is not known"),
    };
    ensure!(inputs.len() == 2, "only zeros, on all axes");
    let lengths = integers(model, inputs, 1)?;
    let rank = model.outlet_fact(inputs[0])?.rank();
    ensure!(lengths.len() == 2 * rank && lengths.iter().all(|length| *length >= 0));
    let pads = (0..rank).map(|axis| (lengths[axis] as usize, lengths[rank + axis] as usize)).collect();
    model.wire_node(name(node), Pad::new(pads, mode), &inputs[..1])
}

/// The values of an input that must be constant.
fn integers(model: &TypedModel, inputs: &[OutletId], input: usize) -> TractResult<Vec<i64>> {
    let outlet = inputs.get(input).with_context(|| format!("input {input} is missing"))?;
    let constant = &model.outlet_fact(*outlet)?.konst;
    let values = constant.as_ref().context("the input must be constant")?.cast_to::<i64>()?;
    Ok(values.try_as_plain_ram()?.as_slice::<i64>()?.to_vec())
}
