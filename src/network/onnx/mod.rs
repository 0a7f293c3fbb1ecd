//! Reads ONNX graphs into tract's typed models, operator by operator.
//!
//! tract's own reader knows every operator of the standard and solves rules for the shapes of a whole graph. Voices use
//! some forty operators, and in the order of a file each has the shapes of its inputs: knowing only these operators
//! makes the engine smaller and sooner ready. The tests compare with tract's reader.

mod graph;
mod layers;
mod node;
mod operators;
mod unpack;

use std::io::Cursor;

use tract_onnx::Onnx;
use tract_onnx::dim_expr::parse_onnx_dim;
use tract_onnx::pb::tensor_proto::DataType;
use tract_onnx::pb::tensor_shape_proto::dimension::Value as Length;
use tract_onnx::pb::type_proto::Value as Type;
use tract_onnx::pb::{ModelProto, ValueInfoProto};
use tract_onnx::tract_hir::internal::*;

use graph::Reader;

/// Oldest and newest operator set that the operators are read by.
const OPERATOR_SETS: std::ops::Range<i64> = 13..18;

/// Parses an ONNX file and unpacks its weights.
pub fn parse(bytes: &[u8]) -> TractResult<ModelProto> {
    let mut proto = Onnx::default().proto_model_for_read(&mut Cursor::new(bytes))?;
    proto.graph.iter_mut().for_each(unpack::unpack);
    Ok(proto)
}

/// The model of a parsed file. Fails for an operator, or a use of it, that is not known.
pub fn typed(proto: &ModelProto) -> TractResult<TypedModel> {
    let graph = proto.graph.as_ref().context("there is no graph")?;
    let standard = proto.opset_import.iter().find(|set| set.domain.is_empty() || set.domain == "ai.onnx");
    let version = standard.map_or(0, |set| set.version);
    ensure!(OPERATOR_SETS.contains(&version), "operator set {version} is not one of {OPERATOR_SETS:?}");
    let mut reader = Reader::new(SymbolScope::default());
    let given = |input: &&ValueInfoProto| !graph.initializer.iter().any(|tensor| tensor.name == input.name);
    for input in graph.input.iter().filter(given) {
        let fact = fact(&reader.model.symbols, input)?;
        let source = reader.model.add_source(&input.name, fact)?;
        reader.outlets.insert(&input.name, source);
    }
    reader.graph(graph)?;
    let outputs = graph.output.iter().map(|output| reader.outlet(&output.name));
    let outputs = outputs.collect::<TractResult<Vec<_>>>()?;
    reader.model.select_output_outlets(&outputs)?;
    reader.model.into_compact()
}

/// Type and shape of an input of the net, with a symbol for each length that the file leaves open.
fn fact(symbols: &SymbolScope, input: &ValueInfoProto) -> TractResult<TypedFact> {
    let Some(Type::TensorType(tensor)) = input.r#type.as_ref().and_then(|of| of.value.as_ref()) else {
        bail!("input {} has no type", input.name);
    };
    let kind: DatumType = DataType::try_from(tensor.elem_type)?.try_into()?;
    let shape = tensor.shape.as_ref().with_context(|| format!("input {} has no shape", input.name))?;
    let lengths = shape.dim.iter().map(|length| match &length.value {
        Some(Length::DimValue(length)) if *length >= 0 => Ok(length.to_dim()),
        Some(Length::DimParam(name)) => parse_onnx_dim(symbols, name),
        _ => Ok(symbols.new_with_prefix("length").to_dim()),
    });
    Ok(kind.fact(lengths.collect::<TractResult<TVec<TDim>>>()?))
}

#[cfg(test)]
mod tests;
