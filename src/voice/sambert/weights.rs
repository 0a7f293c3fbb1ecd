//! Weights from a safetensors file, as `f32` whatever their storage type: `F32`, `F16`, or `I8` with a scale per row.

use half::f16;
use safetensors::tensor::TensorView;
use safetensors::{Dtype, SafeTensors};

use super::linear::{Linear, Lstm, Norm};
use crate::error::{Error, ErrorKind, Result};

/// Tensors of the step nets, by name.
pub struct Weights<'a> {
    tensors: SafeTensors<'a>,
}

impl<'a> Weights<'a> {
    /// Tensors of a safetensors file. Fails with `voice-corrupt` if it is not one.
    pub fn read(bytes: &'a [u8]) -> Result<Self> {
        let tensors = SafeTensors::deserialize(bytes).map_err(|e| {
            Error::new(ErrorKind::VoiceCorrupt, "the step weights are no safetensors").because(e)
        })?;
        Ok(Self { tensors })
    }

    /// Values of a tensor of exactly this shape. Fails with `voice-corrupt` if it is missing, has another shape or a
    /// value that is not finite.
    pub fn values(&self, name: &str, shape: &[usize]) -> Result<Vec<f32>> {
        let tensor = self.tensor(name)?;
        if tensor.shape() != shape {
            return Err(corrupt(format!("{name}: shape {:?} where {shape:?} is needed", tensor.shape())));
        }
        let values = match tensor.dtype() {
            Dtype::I8 => self.scaled(name, &tensor)?,
            _ => floats(name, &tensor)?,
        };
        match values.iter().all(|value| value.is_finite()) {
            true => Ok(values),
            false => Err(corrupt(format!("{name} holds what is no number"))),
        }
    }

    /// Length of the first axis of a tensor. Fails with `voice-corrupt` if it is missing or empty.
    pub fn rows(&self, name: &str) -> Result<usize> {
        let rows = self.tensor(name)?.shape().first().copied().unwrap_or_default();
        if rows == 0 { Err(corrupt(format!("{name} is empty"))) } else { Ok(rows) }
    }

    /// Layer from `NAME.weight` and `NAME.bias`, with any number of outputs.
    pub fn linear(&self, name: &str, inputs: usize) -> Result<Linear> {
        let outputs = self.rows(&format!("{name}.weight"))?;
        self.linear_to(name, inputs, outputs)
    }

    /// Layer from `NAME.weight` and `NAME.bias`, with a given number of outputs.
    pub fn linear_to(&self, name: &str, inputs: usize, outputs: usize) -> Result<Linear> {
        let weight = self.values(&format!("{name}.weight"), &[outputs, inputs])?;
        let bias = self.values(&format!("{name}.bias"), &[outputs])?;
        filled(name, &weight)?;
        Ok(Linear::new(weight, bias))
    }

    /// Layer norm from `NAME.weight` and `NAME.bias`.
    pub fn norm(&self, name: &str, width: usize) -> Result<Norm> {
        let part = |part: &str| self.values(&format!("{name}.{part}"), &[width]);
        Ok(Norm { weight: part("weight")?, bias: part("bias")? })
    }

    /// LSTM from `NAME.w_ih`, `NAME.w_hh` and `NAME.bias`, and its width.
    pub fn lstm(&self, name: &str, inputs: usize) -> Result<(Lstm, usize)> {
        let gates = self.rows(&format!("{name}.w_ih"))?;
        let width = gates / 4;
        let weight = self.values(&format!("{name}.w_ih"), &[4 * width, inputs])?;
        filled(name, &weight)?;
        let bias = self.values(&format!("{name}.bias"), &[4 * width])?;
        let hidden = self.values(&format!("{name}.w_hh"), &[4 * width, width])?;
        Ok((Lstm { input: Linear::new(weight, bias), hidden }, width))
    }

    fn tensor(&self, name: &str) -> Result<TensorView<'_>> {
        self.tensors.tensor(name).map_err(|e| corrupt(format!("{name} is missing")).because(e))
    }

    /// Values of an `I8` tensor: each row times its scale from `NAME.scale`.
    fn scaled(&self, name: &str, tensor: &TensorView) -> Result<Vec<f32>> {
        let rows = tensor.shape().first().copied().unwrap_or_default();
        let scales = self.values(&format!("{name}.scale"), &[rows])?;
        let width = (tensor.data().len() / rows.max(1)).max(1);
        let row = |(row, &scale): (&[u8], &f32)| -> Vec<f32> {
            row.iter().map(|&byte| f32::from(byte.cast_signed()) * scale).collect()
        };
        Ok(tensor.data().chunks(width).zip(&scales).flat_map(row).collect())
    }
}

fn floats(name: &str, tensor: &TensorView) -> Result<Vec<f32>> {
    let data = tensor.data();
    match tensor.dtype() {
        Dtype::F32 => Ok(data.as_chunks::<4>().0.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect()),
        Dtype::F16 => {
            Ok(data.as_chunks::<2>().0.iter().map(|bytes| f16::from_le_bytes(*bytes).to_f32()).collect())
        }
        other => Err(corrupt(format!("{name} is stored as {other:?}"))),
    }
}

#[track_caller]
fn filled(name: &str, values: &[f32]) -> Result<()> {
    if values.is_empty() { Err(corrupt(format!("{name} is empty"))) } else { Ok(()) }
}

#[track_caller]
fn corrupt(message: String) -> Error {
    Error::new(ErrorKind::VoiceCorrupt, format!("steps: {message}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(tensors: &[(&str, Dtype, &[usize], Vec<u8>)]) -> Vec<u8> {
        let view = |(name, dtype, shape, data): &(&str, Dtype, &[usize], Vec<u8>)| {
            (name.to_string(), TensorView::new(*dtype, shape.to_vec(), &data.clone().leak()[..]).unwrap())
        };
        safetensors::serialize(tensors.iter().map(view), None).unwrap()
    }

    fn bytes(values: &[f32]) -> Vec<u8> {
        values.iter().flat_map(|value| value.to_le_bytes()).collect()
    }

    #[test]
    fn numbers_come_back_from_every_storage() {
        let halves = [0x3c00u16, 0xc000, 0x0001, 0x3555].iter().flat_map(|half| half.to_le_bytes()).collect();
        let file = file(&[
            ("f", Dtype::F32, &[2], bytes(&[1.5, -2.0])),
            ("h", Dtype::F16, &[4], halves),
            ("q", Dtype::I8, &[2, 2], vec![1, 255, 2, 128]),
            ("q.scale", Dtype::F32, &[2], bytes(&[0.5, 0.25])),
        ]);
        let weights = Weights::read(&file).unwrap();
        assert_eq!(weights.values("f", &[2]).unwrap(), [1.5, -2.0]);
        assert_eq!(weights.values("h", &[4]).unwrap(), [1.0, -2.0, 2f32.powi(-24), 0.333_251_95]);
        assert_eq!(weights.values("q", &[2, 2]).unwrap(), [0.5, -0.5, 0.5, -32.0]);
    }

    #[test]
    fn what_does_not_fit_is_corrupt_and_named() {
        let file = file(&[
            ("a.weight", Dtype::F32, &[2, 2], bytes(&[1.0; 4])),
            ("a.bias", Dtype::F32, &[2], bytes(&[1.0, f32::NAN])),
            ("b.weight", Dtype::F64, &[1], vec![0; 8]),
        ]);
        let weights = Weights::read(&file).unwrap();
        for result in [
            weights.linear("a", 2).map(drop),
            weights.linear("a", 3).map(drop),
            weights.linear("c", 2).map(drop),
            weights.values("b.weight", &[1]).map(drop),
            Weights::read(b"nonsense").map(drop),
        ] {
            assert_eq!(result.unwrap_err().kind(), ErrorKind::VoiceCorrupt);
        }
    }
}
