//! ONNX nets on tract.

use std::io::Cursor;
use std::sync::Arc;

use tract_onnx::prelude::*;

use super::{Network, Tensor, Values, kernels};
use crate::error::{Error, ErrorKind, Result};

/// One ONNX file, optimised, its sequence lengths left open.
pub struct TractNetwork {
    name: String,
    plan: Arc<TypedRunnableModel>,
}

impl TractNetwork {
    /// Reads an ONNX file. `voice-corrupt` if it does not parse, `voice-unsupported` if tract can't run it.
    pub fn read(name: &str, bytes: &[u8]) -> Result<Self> {
        Self::prepared(name, bytes, kernels::rewrite)
    }

    /// The same on tract's own operators, to compare with.
    #[cfg(test)]
    pub fn plain(name: &str, bytes: &[u8]) -> Result<Self> {
        Self::prepared(name, bytes, |_, _| Ok(()))
    }

    fn prepared(
        name: &str,
        bytes: &[u8],
        rewrite: impl FnOnce(&str, &mut TypedModel) -> TractResult<()>,
    ) -> Result<Self> {
        let model = tract_onnx::onnx()
            .model_for_read(&mut Cursor::new(bytes))
            .map_err(|e| failure(ErrorKind::VoiceCorrupt, name, "not a readable net", e))?;
        let plan = plan(name, model, rewrite)
            .map_err(|e| failure(ErrorKind::VoiceUnsupported, name, "can't be prepared", e))?;
        Ok(Self { name: name.to_owned(), plan })
    }
}

impl Network for TractNetwork {
    fn run(&self, inputs: Vec<Tensor>) -> Result<Vec<Tensor>> {
        let failed = |e: TractError| failure(ErrorKind::EngineCrashed, &self.name, "run failed", e);
        let inputs = inputs.into_iter().map(to_tract).collect::<TractResult<_>>().map_err(failed)?;
        let outputs = self.plan.run(inputs).map_err(failed)?;
        outputs.into_iter().map(from_tract).collect::<TractResult<_>>().map_err(failed)
    }
}

/// Rewrites a model between tract's two passes: after the first, every operator has its simplest form; the second
/// makes them fast and hard to recognise.
fn plan(
    name: &str,
    model: InferenceModel,
    rewrite: impl FnOnce(&str, &mut TypedModel) -> TractResult<()>,
) -> TractResult<Arc<TypedRunnableModel>> {
    let mut model = model.into_typed()?.into_decluttered()?;
    rewrite(name, &mut model)?;
    model.optimize()?;
    model.into_runnable()
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
