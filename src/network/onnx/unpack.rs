//! Unpacks the weights of an ONNX file before its graph is read.
//!
//! A file has bytes or floats of 16 bits, a cast, and for bytes a product with the size of a step. tract would compute
//! these several times while it infers shapes and simplifies the graph.

use std::collections::{HashMap, HashSet};

use half::f16;
use tract_onnx::pb::tensor_proto::DataType;
use tract_onnx::pb::{GraphProto, NodeProto, TensorProto};

/// Puts floats in the place of weights that are cast, and maybe multiplied by other weights, here and in the bodies of
/// loops. What is not as expected stays as it is.
pub fn unpack(graph: &mut GraphProto) {
    let attributes = graph.node.iter_mut().flat_map(|node| &mut node.attribute);
    attributes.filter_map(|attribute| attribute.g.as_mut()).for_each(unpack);
    let mut unpacked = Unpacked::new(graph);
    graph.node.retain(|node| match unpacked.value(node) {
        Some(tensor) => {
            unpacked.add(tensor);
            false
        }
        None => true,
    });
    let used = graph.node.iter().flat_map(|node| &node.input).collect::<HashSet<_>>();
    let is_used = |tensor: &TensorProto| used.contains(&tensor.name);
    let outputs = |tensor: &TensorProto| graph.output.iter().any(|output| output.name == tensor.name);
    graph.initializer =
        unpacked.tensors.into_iter().filter(|tensor| is_used(tensor) || outputs(tensor)).collect();
}

/// The constants of a graph.
struct Unpacked {
    tensors: Vec<TensorProto>,
    places: HashMap<String, usize>,
}

impl Unpacked {
    fn new(graph: &mut GraphProto) -> Self {
        let tensors = std::mem::take(&mut graph.initializer);
        let places = tensors.iter().enumerate().map(|(place, tensor)| (tensor.name.clone(), place));
        Self { places: places.collect(), tensors }
    }

    fn add(&mut self, tensor: TensorProto) {
        self.places.insert(tensor.name.clone(), self.tensors.len());
        self.tensors.push(tensor);
    }

    fn get(&self, name: &str) -> Option<&TensorProto> {
        self.places.get(name).map(|place| &self.tensors[*place])
    }

    /// What a node computes, if that is a constant.
    fn value(&self, node: &NodeProto) -> Option<TensorProto> {
        let (floats, dims) = match (node.op_type.as_str(), &node.input[..]) {
            ("Cast", [packed]) if is_to_floats(node) => {
                let packed = self.get(packed)?;
                (cast(packed)?, packed.dims.clone())
            }
            ("Mul", [steps, size]) => {
                let (steps, size) = (self.get(steps)?, self.get(size)?);
                (multiply(steps, size)?, steps.dims.clone())
            }
            _ => return None,
        };
        let mut raw_data = Vec::with_capacity(size_of_val(&floats[..]));
        floats.iter().for_each(|float| raw_data.extend_from_slice(&float.to_le_bytes()));
        let [name] = &node.output[..] else { return None };
        Some(TensorProto {
            name: name.clone(),
            dims,
            data_type: DataType::Float as i32,
            raw_data,
            ..TensorProto::default()
        })
    }
}

fn is_to_floats(node: &NodeProto) -> bool {
    matches!(&node.attribute[..], [to] if to.name == "to" && to.i == i64::from(DataType::Float as i32))
}

/// Bytes or floats of 16 bits as floats.
fn cast(packed: &TensorProto) -> Option<Vec<f32>> {
    let bytes = &packed.raw_data;
    let floats: Vec<f32> = match DataType::try_from(packed.data_type).ok()? {
        DataType::Int8 => bytes.iter().map(|byte| f32::from(*byte as i8)).collect(),
        DataType::Float16 => {
            bytes.as_chunks::<2>().0.iter().map(|pair| f16::from_le_bytes(*pair).to_f32()).collect()
        }
        _ => return None,
    };
    (floats.len() == count(packed)?).then_some(floats)
}

/// Each value times the size of its step, which may be the same along some axes.
fn multiply(steps: &TensorProto, size: &TensorProto) -> Option<Vec<f32>> {
    let (values, sizes) = (floats(steps)?, floats(size)?);
    let dims = lengths(steps)?;
    let mut of_size = vec![1; dims.len().checked_sub(size.dims.len())?];
    of_size.extend(lengths(size)?);
    let fits = |(length, of_size): (&usize, &usize)| *of_size == 1 || of_size == length;
    if values.is_empty() || !dims.iter().zip(&of_size).all(fits) {
        return None;
    }
    // A row has one size, or as many as values.
    let outer = of_size.iter().rposition(|length| *length > 1).map_or(0, |last| last + 1);
    let (outer, step) = if outer == dims.len() { (outer.saturating_sub(1), 1) } else { (outer, 0) };
    let row: usize = dims[outer..].iter().product();
    let mut products = Vec::with_capacity(values.len());
    for (number, row) in values.chunks_exact(row).enumerate() {
        let place = place(number, &dims[..outer], &of_size[..outer]);
        match step {
            0 => products.extend(row.iter().map(|value| value * sizes[place])),
            _ => {
                products.extend(row.iter().zip(&sizes[place * row.len()..]).map(|(value, size)| value * size))
            }
        }
    }
    Some(products)
}

/// Where the size of a row is, in rows.
fn place(mut number: usize, dims: &[usize], of_size: &[usize]) -> usize {
    let (mut place, mut stride) = (0, 1);
    for (length, of_size) in dims.iter().zip(of_size).rev() {
        place += if *of_size > 1 { number % length * stride } else { 0 };
        stride *= of_size;
        number /= length;
    }
    place
}

/// The values of a tensor of floats.
fn floats(tensor: &TensorProto) -> Option<Vec<f32>> {
    let is_float = tensor.data_type == DataType::Float as i32;
    let chunks = tensor.raw_data.as_chunks::<4>().0;
    let floats: Vec<f32> = chunks.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect();
    (is_float && floats.len() == count(tensor)?).then_some(floats)
}

/// How many values the tensor's shape has room for.
fn count(tensor: &TensorProto) -> Option<usize> {
    lengths(tensor)?.into_iter().try_fold(1usize, usize::checked_mul)
}

fn lengths(tensor: &TensorProto) -> Option<Vec<usize>> {
    tensor.dims.iter().map(|length| usize::try_from(*length).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tensor(dims: &[i64], values: &[f32]) -> TensorProto {
        let raw_data = values.iter().flat_map(|value| value.to_le_bytes()).collect();
        let data_type = DataType::Float as i32;
        TensorProto { dims: dims.to_vec(), data_type, raw_data, ..TensorProto::default() }
    }

    #[test]
    fn a_size_is_for_all_or_along_an_axis() {
        let steps = tensor(&[2, 2, 2], &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0]);
        for (size, meant) in [
            (tensor(&[], &[2.0]), Some([2.0, 4.0, 6.0, 8.0, 10.0, 12.0, 14.0, 16.0])),
            (tensor(&[2, 1, 1], &[1.0, 2.0]), Some([1.0, 2.0, 3.0, 4.0, 10.0, 12.0, 14.0, 16.0])),
            (tensor(&[1, 2, 1], &[1.0, 2.0]), Some([1.0, 2.0, 6.0, 8.0, 5.0, 6.0, 14.0, 16.0])),
            (tensor(&[2], &[1.0, 2.0]), Some([1.0, 4.0, 3.0, 8.0, 5.0, 12.0, 7.0, 16.0])),
            (tensor(&[2, 1, 2], &[1.0, 2.0, 3.0, 4.0]), Some([1.0, 4.0, 3.0, 8.0, 15.0, 24.0, 21.0, 32.0])),
            (tensor(&[3], &[1.0, 2.0, 3.0]), None),
        ] {
            assert_eq!(
                multiply(&steps, &size).as_deref(),
                meant.as_ref().map(|meant| &meant[..]),
                "{:?}",
                size.dims
            );
        }
    }

    #[test]
    fn bytes_and_halves_become_floats() {
        let mut packed = tensor(&[2], &[]);
        (packed.data_type, packed.raw_data) = (DataType::Int8 as i32, vec![3, 0xFE]);
        assert_eq!(cast(&packed), Some(vec![3.0, -2.0]));
        (packed.data_type, packed.raw_data) = (DataType::Float16 as i32, vec![0, 0x3C, 0, 0xC0]);
        assert_eq!(cast(&packed), Some(vec![1.0, -2.0]));
        packed.raw_data = vec![0];
        assert_eq!(cast(&packed), None);
    }
}
