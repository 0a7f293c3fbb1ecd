//! What nodes and weights of a file are called and hold.

use tract_onnx::data_resolver::FopenDataResolver;
use tract_onnx::pb::{NodeProto, TensorProto};
use tract_onnx::tensor::load_tensor;
use tract_onnx::tract_hir::internal::*;

/// The name of a node; nodes need none, but values do.
pub fn name(node: &NodeProto) -> &str {
    match (&*node.name, node.output.first()) {
        ("", Some(output)) => output,
        (name, _) => name,
    }
}

/// The values of a tensor in a file. There are no other files for large ones.
pub fn tensor(proto: &TensorProto) -> TractResult<Tensor> {
    load_tensor(&FopenDataResolver, proto, None)
}
