//! ONNX nets, run by tract.

use std::sync::Arc;

use tract_onnx::prelude::*;
use tract_onnx::tract_core::ops::array::Gather;
use tract_onnx::tract_core::ops::scan::Scan;
use tract_onnx::tract_core::optim::Optimizer;

use super::{Network, Precision, Tensor, Values, kernels, onnx};
use crate::error::{Error, ErrorKind, Result};

/// Puts other operators into a simplified model with this name.
type Rewrite<'a> = dyn Fn(&str, &mut TypedModel) -> TractResult<()> + 'a;

/// Optimised net of one ONNX file, for inputs of any length.
pub struct TractNetwork {
    name: String,
    plan: Arc<TypedRunnableModel>,
    /// Rows of the smallest table that the ids of each input index.
    rows: Vec<Option<usize>>,
    /// Whether all weights are finite.
    finite: bool,
}

impl TractNetwork {
    /// Reads an ONNX file. Fails with `voice-corrupt` if it does not parse, and with `voice-unsupported` if it can't be
    /// run.
    pub fn read(name: &str, bytes: &[u8]) -> Result<Self> {
        Self::read_as(Precision::Floats, name, bytes)
    }

    /// The same in another precision.
    pub fn read_as(precision: Precision, name: &str, bytes: &[u8]) -> Result<Self> {
        let proto = onnx::parse(bytes)
            .map_err(|e| failure(ErrorKind::VoiceCorrupt, name, "not a readable net", e))?;
        onnx::typed(&proto)
            .and_then(|model| {
                Self::prepared(name, model, &|name, model| kernels::rewrite(precision, name, model))
            })
            .map_err(|e| failure(ErrorKind::VoiceUnsupported, name, "can't be prepared", e))
    }

    /// The same net on tract's own operators, to compare with.
    #[cfg(test)]
    pub fn plain(name: &str, bytes: &[u8]) -> Result<Self> {
        let unfit = |e: TractError| failure(ErrorKind::VoiceUnsupported, name, "can't be prepared", e);
        let model = tract_onnx::onnx().model_for_read(&mut std::io::Cursor::new(bytes)).map_err(unfit)?;
        Self::prepared(name, model.into_typed().map_err(unfit)?, &|_, _| Ok(())).map_err(unfit)
    }

    fn prepared(name: &str, mut model: TypedModel, rewrite: &Rewrite<'_>) -> TractResult<Self> {
        let finite = is_finite(&model)?;
        rewrite_loops(name, &mut model, rewrite)?;
        model.declutter()?;
        let rows = (0..model.inputs.len()).map(|input| rows(&model, input)).collect();
        // Between tract's two passes: after the first, every operator has its simplest form; the second makes them
        // fast and hard to recognise.
        rewrite(name, &mut model)?;
        model.optimize()?;
        Ok(Self { name: name.to_owned(), plan: model.into_runnable()?, rows, finite })
    }

    /// The net itself if all its weights are finite; fails with `voice-corrupt` otherwise. Activations can hide such
    /// weights from the outputs.
    pub fn finite(self) -> Result<Self> {
        match self.finite {
            true => Ok(self),
            false => {
                let message = format!("{}: there are weights that are not finite numbers", self.name);
                Err(Error::new(ErrorKind::VoiceCorrupt, message))
            }
        }
    }

    /// Fails with `voice-corrupt` for an id without a row in its table, at which tract would panic.
    fn check_ids(&self, inputs: &[Tensor]) -> Result<()> {
        for (input, rows) in inputs.iter().zip(&self.rows) {
            let (Values::I64(ids), Some(rows)) = (&input.values, *rows) else { continue };
            let known = |id: &i64| usize::try_from(*id).is_ok_and(|id| id < rows);
            if let Some(id) = ids.iter().find(|id| !known(id)) {
                let message = format!("{}: id {id} where the net knows {rows}", self.name);
                return Err(Error::new(ErrorKind::VoiceCorrupt, message));
            }
        }
        Ok(())
    }
}

/// Simplifies and rewrites the bodies of loops, before the model that they are in: tract looks for a better order of
/// axes in a body again and again, which took a third of preparing the voice `han` and found nothing.
fn rewrite_loops(name: &str, model: &mut TypedModel, rewrite: &Rewrite<'_>) -> TractResult<()> {
    for node in model.nodes_mut() {
        let name = format!("{name}, {}", node.name);
        let Some(scan) = node.op_as_mut::<Scan>() else { continue };
        rewrite_loops(&name, &mut scan.body, rewrite)?;
        let mut optimizer = Optimizer::declutter();
        optimizer.passes.pop();
        optimizer.session().optimize(&mut scan.body)?;
        rewrite(&name, &mut scan.body)?;
    }
    Ok(())
}

/// Rows of the smallest table that an input indexes; `None` if it indexes no table.
fn rows(model: &TypedModel, input: usize) -> Option<usize> {
    let source = model.inputs[input];
    let tables = model.nodes().iter().filter_map(|node| {
        let gather = node.op_as::<Gather>()?;
        let mut ids = node.inputs[1];
        // Through casts and new axes.
        while let [before] = model.node(ids.node).inputs[..] {
            ids = before;
        }
        let table = model.outlet_fact(node.inputs[0]).ok().filter(|_| ids == source)?;
        table.shape.as_concrete()?.get(gather.axis).copied()
    });
    tables.min()
}

/// Whether all constants are finite, in the bodies of loops too.
fn is_finite(model: &TypedModel) -> TractResult<bool> {
    for scan in model.nodes().iter().filter_map(|node| node.op_as::<Scan>()) {
        if !is_finite(&scan.body)? {
            return Ok(false);
        }
    }
    for fact in model.nodes().iter().flat_map(|node| &node.outputs).map(|output| &output.fact) {
        let floats = fact.konst.as_ref().filter(|tensor| tensor.datum_type() == DatumType::F32);
        let Some(tensor) = floats else { continue };
        if !tensor.view().as_slice::<f32>()?.iter().all(|weight| weight.is_finite()) {
            return Ok(false);
        }
    }
    Ok(true)
}

impl Network for TractNetwork {
    fn run(&self, inputs: Vec<Tensor>) -> Result<Vec<Tensor>> {
        self.check_ids(&inputs)?;
        let failed = |e: TractError| failure(ErrorKind::EngineCrashed, &self.name, "run failed", e);
        let inputs = inputs.into_iter().map(to_tract).collect::<TractResult<_>>().map_err(failed)?;
        let outputs = self.plan.run(inputs).map_err(failed)?;
        outputs.into_iter().map(from_tract).collect::<TractResult<_>>().map_err(failed)
    }
}

#[track_caller]
fn failure(kind: ErrorKind, name: &str, what: &str, cause: TractError) -> Error {
    Error::new(kind, format!("{name}: {what}")).because(cause)
}

fn to_tract(tensor: Tensor) -> TractResult<TValue> {
    let shape = &tensor.shape;
    let tensor = match &tensor.values {
        Values::F32(values) => tract_onnx::prelude::Tensor::from_shape(shape, values),
        Values::I64(values) => tract_onnx::prelude::Tensor::from_shape(shape, values),
    }?;
    Ok(tensor.into_tvalue())
}

fn from_tract(value: TValue) -> TractResult<Tensor> {
    let values = value.cast_to::<f32>()?;
    Ok(Tensor::f32(value.shape(), values.view().as_slice::<f32>()?.to_vec()))
}
