//! ONNX nets on tract.

use std::io::Cursor;
use std::sync::Arc;

use tract_onnx::prelude::*;

use super::{Network, Tensor, Values};
use crate::error::{Error, ErrorKind, Result};

/// One ONNX file, optimised, its sequence lengths left open.
pub struct TractNetwork {
    name: String,
    plan: Arc<TypedRunnableModel>,
}

impl TractNetwork {
    /// Reads an ONNX file. `voice-corrupt` if it does not parse, `voice-unsupported` if tract can't run it.
    pub fn read(name: &str, bytes: &[u8]) -> Result<Self> {
        let model = tract_onnx::onnx()
            .model_for_read(&mut Cursor::new(bytes))
            .map_err(|e| failure(ErrorKind::VoiceCorrupt, name, "not a readable net", e))?;
        let plan = model
            .into_optimized()
            .and_then(|model| model.into_runnable())
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
