//! One net, to compare it with other runtimes.

use js_sys::{Array, BigInt64Array, Float32Array, Object, Reflect};
use wasm_bindgen::prelude::*;

use super::thrown::thrown;
use crate::network::{self, Network, Precision, Tensor, TractNetwork, Values};

/// One ONNX net by itself, as a voice would run it.
#[wasm_bindgen]
pub struct Net {
    net: TractNetwork,
}

#[wasm_bindgen]
impl Net {
    /// Reads an ONNX file. `rounded` is whether what 8-bit weights are multiplied by is rounded to 16 bits.
    #[wasm_bindgen(constructor)]
    pub fn new(name: &str, bytes: &[u8], rounded: bool) -> Result<Net, JsValue> {
        let precision = if rounded { Precision::Rounded } else { Precision::Floats };
        Ok(Self { net: TractNetwork::read_as(precision, name, bytes).map_err(thrown)? })
    }

    /// Multiplications and additions of the layers and convolutions that all nets have run so far.
    pub fn operations() -> f64 {
        network::operations() as f64
    }

    /// Outputs of one run. A tensor is an object with `dims`, its shape, and `data`, a `Float32Array` or, for ids, a
    /// `BigInt64Array`.
    pub fn run(&self, inputs: Vec<JsValue>) -> Result<Vec<JsValue>, JsValue> {
        let inputs = inputs.iter().map(tensor).collect::<Result<_, _>>()?;
        self.net.run(inputs).map_err(thrown)?.into_iter().map(object).collect()
    }
}

fn tensor(object: &JsValue) -> Result<Tensor, JsValue> {
    let field = |name: &str| Reflect::get(object, &name.into());
    let lengths = Array::from(&field("dims")?);
    let shape = lengths.iter().map(|length| length.as_f64().unwrap_or_default() as usize).collect();
    let data = field("data")?;
    let values = match data.dyn_ref::<BigInt64Array>() {
        Some(ids) => Values::I64(ids.to_vec()),
        None => Values::F32(data.dyn_into::<Float32Array>()?.to_vec()),
    };
    Ok(Tensor { shape, values })
}

fn object(tensor: Tensor) -> Result<JsValue, JsValue> {
    let data: JsValue = match &tensor.values {
        Values::F32(values) => Float32Array::from(values.as_slice()).into(),
        Values::I64(values) => BigInt64Array::from(values.as_slice()).into(),
    };
    let dims: Array = tensor.shape.iter().map(|length| JsValue::from(*length as f64)).collect();
    let object = Object::new();
    Reflect::set(&object, &"dims".into(), &dims)?;
    Reflect::set(&object, &"data".into(), &data)?;
    Ok(object.into())
}
