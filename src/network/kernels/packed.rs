//! Constants as the matrices of layers, each made once.

use std::cell::RefCell;
use std::sync::Arc;

use tract_onnx::tract_core::internal::*;

use super::layer::Matrix;
use super::minimal::Minimal;
use crate::network::Precision;

/// Matrices that were packed already: a net may use one more than once.
#[derive(Default)]
pub struct Packed {
    precision: Precision,
    matrices: RefCell<Vec<Known>>,
}

/// How a constant is a matrix.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    /// Its inputs are along this axis and everything after it.
    Inputs { axis: usize },
    /// For minimal filtering.
    Minimal,
}

/// A matrix and the constant it was made of.
struct Known {
    constant: Arc<Tensor>,
    kind: Kind,
    matrix: Arc<Matrix>,
}

impl Packed {
    /// None yet, of nets in this precision.
    pub fn new(precision: Precision) -> Self {
        Self { precision, matrices: RefCell::default() }
    }

    /// How exactly the net is computed.
    pub fn precision(&self) -> Precision {
        self.precision
    }

    /// The matrix of a constant whose inputs are along an axis and everything after it.
    pub fn matrix(&self, constant: &Arc<Tensor>, axis: usize) -> TractResult<Arc<Matrix>> {
        self.known(constant, Kind::Inputs { axis }, || self.packed(constant, axis))
    }

    /// A kernel `[outputs][channels][taps]`.
    pub fn minimal(&self, constant: &Arc<Tensor>) -> TractResult<Arc<Matrix>> {
        self.known(constant, Kind::Minimal, || {
            let values = constant.try_as_plain_ram()?.as_slice::<f32>()?;
            let [outputs, channels, taps] = constant.shape()[..] else { bail!("a kernel of another rank") };
            let weight = |input: usize, output: usize| values[output * channels * taps + input];
            Ok(Matrix::Minimal(Minimal::new([channels, taps], outputs, weight)))
        })
    }

    /// What was made of a constant before, or what is made of it now.
    fn known(
        &self,
        constant: &Arc<Tensor>,
        kind: Kind,
        make: impl FnOnce() -> TractResult<Matrix>,
    ) -> TractResult<Arc<Matrix>> {
        let mut all = self.matrices.borrow_mut();
        for known in all.iter() {
            if known.kind == kind && is_same(&known.constant, constant)? {
                return Ok(Arc::clone(&known.matrix));
            }
        }
        let matrix = Arc::new(make()?);
        all.push(Known { constant: Arc::clone(constant), kind, matrix: Arc::clone(&matrix) });
        Ok(matrix)
    }

    fn packed(&self, constant: &Tensor, axis: usize) -> TractResult<Matrix> {
        let values = constant.try_as_plain_ram()?.as_slice::<f32>()?;
        let inputs: usize =
            if axis == 0 { constant.shape()[0] } else { constant.shape()[1..].iter().product() };
        let outputs = constant.len() / inputs.max(1);
        Ok(match axis {
            0 => {
                Matrix::new(self.precision, inputs, outputs, |input, output| values[input * outputs + output])
            }
            _ => {
                Matrix::new(self.precision, inputs, outputs, |input, output| values[output * inputs + input])
            }
        })
    }
}

fn is_same(a: &Arc<Tensor>, b: &Arc<Tensor>) -> TractResult<bool> {
    if Arc::ptr_eq(a, b) || a.shape() != b.shape() {
        return Ok(Arc::ptr_eq(a, b));
    }
    Ok(a.try_as_plain_ram()?.as_slice::<f32>()? == b.try_as_plain_ram()?.as_slice::<f32>()?)
}
