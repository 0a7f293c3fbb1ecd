//! ONNX nets, run by tract.

use std::io::Cursor;
use std::sync::Arc;

use tract_onnx::prelude::*;
use tract_onnx::tract_core::ops::array::Gather;
use tract_onnx::tract_core::ops::scan::Scan;

use super::{Network, Precision, Tensor, Values, kernels, unpack};
use crate::error::{Error, ErrorKind, Result};

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
    /// Reads an ONNX file. Fails with `voice-corrupt` if it does not parse, and with `voice-unsupported` if tract can't
    /// run it.
    pub fn read(name: &str, bytes: &[u8]) -> Result<Self> {
        Self::read_as(Precision::Floats, name, bytes)
    }

    /// The same in another precision.
    pub fn read_as(precision: Precision, name: &str, bytes: &[u8]) -> Result<Self> {
        Self::prepared(name, bytes, |name, model| kernels::rewrite(precision, name, model))
    }

    /// The same net on tract's own operators, to compare with.
    #[cfg(test)]
    pub fn plain(name: &str, bytes: &[u8]) -> Result<Self> {
        Self::prepared(name, bytes, |_, _| Ok(()))
    }

    fn prepared(
        name: &str,
        bytes: &[u8],
        rewrite: impl FnOnce(&str, &mut TypedModel) -> TractResult<()>,
    ) -> Result<Self> {
        let unfit = |e: TractError| failure(ErrorKind::VoiceUnsupported, name, "can't be prepared", e);
        let model =
            read(bytes).map_err(|e| failure(ErrorKind::VoiceCorrupt, name, "not a readable net", e))?;
        let mut model = model.into_typed().map_err(unfit)?;
        model.declutter().map_err(unfit)?;
        let rows = (0..model.inputs.len()).map(|input| rows(&model, input)).collect();
        let finite = is_finite(&model).map_err(unfit)?;
        // Between tract's two passes: after the first, every operator has its simplest form; the second makes them
        // fast and hard to recognise.
        rewrite(name, &mut model).map_err(unfit)?;
        model.optimize().map_err(unfit)?;
        let plan = model.into_runnable().map_err(unfit)?;
        Ok(Self { name: name.to_owned(), plan, rows, finite })
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

fn read(bytes: &[u8]) -> TractResult<InferenceModel> {
    let onnx = tract_onnx::onnx();
    let mut proto = onnx.proto_model_for_read(&mut Cursor::new(bytes))?;
    proto.graph.iter_mut().for_each(unpack::unpack);
    onnx.model_for_proto_model(&proto)
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
