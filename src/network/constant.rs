//! Values that are known before a net runs.

use std::sync::Arc;

use tract_onnx::tract_core::internal::*;

/// How many operations in a row are done here.
const FOLDS: usize = 16;

/// The constant that an outlet has, or that it gets from constants: tract leaves large ones to every run.
pub fn constant(model: &TypedModel, outlet: OutletId) -> TractResult<Option<Arc<Tensor>>> {
    folded(model, outlet, FOLDS)
}

fn folded(model: &TypedModel, outlet: OutletId, folds: usize) -> TractResult<Option<Arc<Tensor>>> {
    let (node, known) = (model.node(outlet.node), &model.outlet_fact(outlet)?.konst);
    if known.is_some() || folds == 0 || node.inputs.is_empty() {
        return Ok(known.clone());
    }
    let mut inputs = tvec!();
    for input in &node.inputs {
        rule_if_some!(input = folded(model, *input, folds - 1)?);
        inputs.push(input.into_tvalue());
    }
    let outputs = node.op.eval_out_of_plan(inputs)?.unwrap_or_default();
    Ok(outputs.into_iter().nth(outlet.slot).map(TValue::into_arc_tensor))
}
