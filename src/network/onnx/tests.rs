use tract_onnx::pb::tensor_shape_proto::{Dimension, dimension};
use tract_onnx::pb::{
    AttributeProto, GraphProto, ModelProto, NodeProto, OperatorSetIdProto, TensorShapeProto, TypeProto,
    ValueInfoProto, attribute_proto, type_proto,
};

use tract_onnx::pb::TensorProto;

use super::*;

fn node(operator: &str, inputs: &[&str], output: &str) -> NodeProto {
    NodeProto {
        op_type: operator.into(),
        input: inputs.iter().map(|input| (*input).into()).collect(),
        output: vec![output.into()],
        ..NodeProto::default()
    }
}

fn integer(name: &str, i: i64) -> AttributeProto {
    let kind = attribute_proto::AttributeType::Int as i32;
    AttributeProto { name: name.into(), r#type: kind, i, ..AttributeProto::default() }
}

fn value(name: &str) -> ValueInfoProto {
    let length = |value| Dimension { value: Some(value), ..Dimension::default() };
    let dim = vec![length(Length::DimValue(1)), length(dimension::Value::DimParam("T".into()))];
    let shape = Some(TensorShapeProto { dim });
    let tensor = type_proto::Tensor { elem_type: DataType::Float as i32, shape };
    let r#type = Some(TypeProto { value: Some(Type::TensorType(tensor)), ..TypeProto::default() });
    ValueInfoProto { name: name.into(), r#type, ..ValueInfoProto::default() }
}

/// A graph from `x`, a row of floats, to `y`.
fn graph(nodes: Vec<NodeProto>) -> GraphProto {
    GraphProto { node: nodes, input: vec![value("x")], output: vec![value("y")], ..GraphProto::default() }
}

fn file(graph: GraphProto, version: i64) -> ModelProto {
    let set = OperatorSetIdProto { version, ..OperatorSetIdProto::default() };
    ModelProto { graph: Some(graph), opset_import: vec![set], ..ModelProto::default() }
}

#[track_caller]
fn refused(graph: GraphProto, version: i64, why: &str) {
    let error = format!("{:#}", typed(&file(graph, version)).unwrap_err());
    assert!(error.contains(why), "{error}");
}

#[test]
fn a_length_is_open_and_stays_so() {
    let model =
        typed(&file(graph(vec![node("Tanh", &["x"], "h"), node("Add", &["x", "h"], "y")]), 17)).unwrap();
    let shape: Vec<String> = model.output_fact(0).unwrap().shape.iter().map(ToString::to_string).collect();
    assert_eq!(shape, ["1", "T"]);
}

#[test]
fn what_is_computed_of_constants_is_one() {
    let tensor =
        TensorProto { data_type: DataType::Float as i32, float_data: vec![2.0], ..TensorProto::default() };
    let mut two = node("Constant", &[], "two");
    let kind = attribute_proto::AttributeType::Tensor as i32;
    let value =
        AttributeProto { name: "value".into(), r#type: kind, t: Some(tensor), ..AttributeProto::default() };
    two.attribute.push(value);
    let nodes = vec![two, node("Mul", &["two", "two"], "four"), node("Mul", &["x", "four"], "y")];
    let model = typed(&file(graph(nodes), 17)).unwrap();
    let constants = model.nodes().iter().filter_map(|node| node.outputs[0].fact.konst.as_ref());
    assert!(constants.map(|value| value.cast_to_scalar::<f32>().unwrap()).any(|value| value == 4.0));
}

#[test]
fn a_refusal_names_the_operator_and_the_node() {
    refused(graph(vec![node("Whirl", &["x"], "y")]), 17, "Whirl y: the operator is not known");
}

#[test]
fn values_inputs_axes_and_operator_sets_must_be_there() {
    refused(graph(vec![node("Add", &["x", "z"], "y")]), 17, "there is no value z");
    refused(graph(vec![node("Tanh", &[], "y")]), 17, "an input is missing");
    refused(graph(vec![node("Add", &["x"], "y")]), 17, "Add y");
    refused(graph(vec![node("Tanh", &["x"], "y")]), 12, "operator set 12");
    refused(graph(vec![node("Tanh", &["x"], "z")]), 17, "there is no value y");
    let mut mean = node("ReduceMean", &["x"], "y");
    let kind = attribute_proto::AttributeType::Ints as i32;
    let axes =
        AttributeProto { name: "axes".into(), r#type: kind, ints: vec![7], ..AttributeProto::default() };
    mean.attribute.push(axes);
    refused(graph(vec![mean]), 17, "an axis is not there");
}

#[test]
fn a_loop_gives_slices_along_the_first_axis_and_no_other() {
    let mut scan = node("Scan", &["x"], "y");
    let kind = attribute_proto::AttributeType::Graph as i32;
    let g = Some(graph(vec![node("Tanh", &["x"], "y")]));
    let body = AttributeProto { name: "body".into(), r#type: kind, g, ..AttributeProto::default() };
    scan.attribute.extend([body, integer("num_scan_inputs", 1)]);
    let model = typed(&file(graph(vec![scan.clone()]), 17)).unwrap();
    let shape: Vec<String> = model.output_fact(0).unwrap().shape.iter().map(ToString::to_string).collect();
    assert_eq!(shape, ["1", "T"]);
    scan.attribute.push(integer("scan_output_axes", 0));
    refused(graph(vec![scan]), 17, "only the first axis, forwards");
}
