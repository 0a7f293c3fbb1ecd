//! Graphs that the rewrite knows, and some that it does not.

use tracing::level_filters::LevelFilter;
use tract_onnx::tract_core::internal::*;
use tract_onnx::tract_core::ops::cnn::{Conv, KernelFormat, PaddingSpec, PoolSpec};
use tract_onnx::tract_core::ops::einsum::EinSum;
use tract_onnx::tract_core::ops::math::{add, mul, rsqrt, square, sub};
use tract_onnx::tract_core::ops::nn::{DataFormat, Reduce, Reducer, gelu_exact::gelu_exact, leaky_relu};

use super::super::operator::Operator;
use super::rewrite;
use crate::event::tests::records;
use crate::network::Precision;

/// Numbers of a shape, all different.
fn numbers(shape: &[usize]) -> Tensor {
    let value = |i: usize| ((i * 37 + 11) % 64) as f32 / 64.0 - 0.5;
    let values: Vec<f32> = (0..shape.iter().product()).map(value).collect();
    Tensor::from_shape(shape, &values).unwrap()
}

/// A net with one input; a length of 0 stands for any.
struct Net {
    model: TypedModel,
    last: OutletId,
}

impl Net {
    fn new(shape: &[usize]) -> Self {
        let mut model = TypedModel::default();
        let steps = model.symbols.sym("T").to_dim();
        let shape = shape.iter().map(|&length| if length == 0 { steps.clone() } else { length.to_dim() });
        let last = model.add_source("x", f32::fact(shape.collect::<TVec<TDim>>())).unwrap();
        Self { model, last }
    }

    fn wire(mut self, name: &str, op: impl Into<Box<dyn TypedOp>>, constants: &[Tensor]) -> Self {
        let mut inputs = vec![self.last];
        for (i, constant) in constants.iter().enumerate() {
            inputs.push(self.model.add_const(format!("{name}.{i}"), constant.clone()).unwrap());
        }
        self.last = self.model.wire_node(name, op, &inputs).unwrap()[0];
        self
    }

    fn product(self, name: &str, axes: &str, shape: [usize; 2]) -> Self {
        self.wire(name, EinSum::new(axes.parse().unwrap(), f32::datum_type()), &[numbers(&shape)])
    }

    fn convolution(self, channels: [usize; 2], group: usize, pool: PoolSpec) -> Self {
        let kernel = numbers(&[channels[1], channels[0] / group, pool.kernel_shape[0]]);
        let op = Conv { pool_spec: pool, kernel_fmt: KernelFormat::OIHW, group, q_params: None };
        self.wire("conv", op, &[kernel, numbers(&[channels[1]])])
    }

    /// How many nodes the rewrite leaves beside the input and constants, how many of them are ours; asserts that what they
    /// give is what was given before.
    fn rewritten(mut self, input: &[usize]) -> [usize; 2] {
        self.model.select_output_outlets(&[self.last]).unwrap();
        let mut model = self.model.clone();
        rewrite(Precision::Floats, "net", &mut model).unwrap();
        let before = self.model.output_fact(0).unwrap().shape.clone();
        assert_eq!(model.output_fact(0).unwrap().shape, before);
        let nodes: Vec<_> = model.nodes().iter().filter(|node| !node.inputs.is_empty()).collect();
        let counts = [nodes.len(), nodes.iter().filter(|node| node.op_is::<Operator>()).count()];
        let run = |model: TypedModel| {
            let plan = model.into_optimized().unwrap().into_runnable().unwrap();
            plan.run(tvec!(numbers(input).into_tvalue())).unwrap().remove(0).into_tensor()
        };
        run(model).close_enough(&run(self.model), Approximation::Approximate).unwrap();
        counts
    }
}

#[test]
fn a_dense_layer_takes_its_bias_and_its_gelu_with_it() {
    let net = Net::new(&[1, 6, 0])
        .product("widen", "akm,kn->mn", [6, 10])
        .wire("widen.add", add(), &[numbers(&[1, 10])])
        .wire("gelu", gelu_exact(), &[])
        .product("narrow", "mk,kn->anm", [10, 6])
        .wire("narrow.add", add(), &[numbers(&[1, 6, 1])]);
    assert_eq!(net.rewritten(&[1, 6, 21]), [2, 2]);
}

#[test]
fn a_layer_takes_its_scale_and_what_is_added_to_it() {
    let mut net = Net::new(&[1, 6, 0]);
    let x = net.last;
    net = net.product("square", "akm,kn->anm", [6, 6]).wire("leaky", leaky_relu(0.2), &[]).wire(
        "scale",
        mul(),
        &[numbers(&[1, 6, 1])],
    );
    net.last = net.model.wire_node("add", add(), &[x, net.last]).unwrap()[0];
    assert_eq!(net.rewritten(&[1, 6, 21]), [1, 1]);
}

#[test]
fn layer_normalisation_is_one_operator() {
    for (shape, axis, run) in [(&[1, 6, 0][..], 1, &[1, 6, 21][..]), (&[1, 0, 6], 2, &[1, 21, 6])] {
        let mut net = Net::new(shape);
        let x = net.last;
        let one = |value: f32| Tensor::from_shape(&[1, 1, 1], &[value]).unwrap();
        let along = |axis: usize| if axis == 1 { [1, 6, 1] } else { [1, 1, 6] };
        let sum = || Reduce { axes: tvec!(axis), reducer: Reducer::Sum };
        let mean = net.wire("sum", sum(), &[]).wire("mean", mul(), &[one(1.0 / 6.0)]);
        net = mean;
        let centred = net.model.wire_node("centred", sub(), &[x, net.last]).unwrap()[0];
        net.last = centred;
        net = net
            .wire("square", square(), &[])
            .wire("squares", sum(), &[])
            .wire("variance", mul(), &[one(1.0 / 6.0)])
            .wire("held", add(), &[one(1e-5)])
            .wire("factor", rsqrt(), &[]);
        net.last = net.model.wire_node("unit", mul(), &[centred, net.last]).unwrap()[0];
        net = net.wire("gain", mul(), &[numbers(&along(axis))]).wire("bias", add(), &[numbers(&along(axis))]);
        net.model.select_output_outlets(&[net.last]).unwrap();
        net.model.declutter().unwrap();
        net.last = net.model.outputs[0];
        assert_eq!(net.rewritten(run), [1, 1]);
    }
}

#[test]
fn the_axes_of_a_product_may_be_in_many_orders() {
    for (input, axes, shape, run) in [
        (&[0, 6][..], "mk,kn->mn", [6, 5], &[9, 6][..]),
        (&[0, 6], "mk,nk->mn", [5, 6], &[9, 6]),
        (&[6, 0], "km,kn->nm", [6, 5], &[6, 9]),
        (&[6, 0], "km,kn->mn", [6, 5], &[6, 9]),
        (&[3, 0, 6], "bmk,kn->bmn", [6, 5], &[3, 9, 6]),
        (&[3, 0, 6], "bmk,kn->nbm", [6, 5], &[3, 9, 6]),
        (&[1, 0, 6], "bmk,kn->nmb", [6, 5], &[1, 9, 6]),
        (&[16, 6], "mk,kn->mn", [6, 5], &[16, 6]),
    ] {
        assert_eq!(Net::new(input).product("product", axes, shape).rewritten(run), [1, 1], "{axes}");
    }
}

#[test]
fn products_that_are_not_known_stay_with_tract() {
    for (input, axes, shape, run) in [
        (&[3, 6, 0][..], "bkm,kn->bnm", [6, 5], &[3, 6, 9][..]),
        (&[3, 0, 6], "bmk,kn->mbn", [6, 5], &[3, 9, 6]),
        (&[1, 6], "mk,kn->mn", [6, 5], &[1, 6]),
    ] {
        assert_eq!(Net::new(input).product("product", axes, shape).rewritten(run)[1], 0, "{axes}");
    }
}

fn pool(
    kernel: usize,
    stride: usize,
    dilation: usize,
    padding: PaddingSpec,
    channels: [usize; 2],
) -> PoolSpec {
    let [from, to] = channels;
    let (dilation, stride) = (Some(tvec!(dilation)), Some(tvec!(stride)));
    PoolSpec::new(DataFormat::NCHW, tvec!(kernel), padding, dilation, stride, from, to)
}

#[test]
fn convolutions_of_any_width_are_known() {
    let explicit = |before, after| PaddingSpec::Explicit(tvec!(before), tvec!(after));
    for (kernel, dilation, padding) in [
        (1, 1, PaddingSpec::Valid),
        (3, 1, PaddingSpec::Valid),
        (3, 3, PaddingSpec::Valid),
        (7, 1, explicit(3, 3)),
        (3, 2, explicit(4, 0)),
        (2, 1, explicit(5, 9)),
    ] {
        let pool = pool(kernel, 1, dilation, padding, [6, 5]);
        let net = Net::new(&[1, 6, 0]).convolution([6, 5], 1, pool.clone());
        assert_eq!(net.rewritten(&[1, 6, 17]), [1, 1], "{kernel} {dilation}");
        let depthwise = PoolSpec { output_channels: 6, ..pool.clone() };
        let net = Net::new(&[1, 6, 0]).convolution([6, 6], 6, depthwise.clone());
        assert_eq!(net.rewritten(&[1, 6, 17]), [1, 1], "depthwise {kernel} {dilation}");
        for (outputs, group, pool) in [(5, 1, pool), (6, 6, depthwise)] {
            let last = PoolSpec { data_format: DataFormat::NHWC, ..pool };
            let net = Net::new(&[1, 0, 6]).convolution([6, outputs], group, last);
            assert_eq!(net.rewritten(&[1, 17, 6]), [1, 1], "channels last, {kernel} {dilation} {group}");
        }
    }
}

#[test]
fn convolutions_that_are_not_known_stay_with_tract() {
    let valid = || PaddingSpec::Valid;
    for (group, pool) in [
        (1, pool(3, 2, 1, valid(), [6, 6])),
        (2, pool(3, 1, 1, valid(), [6, 6])),
        (1, pool(3, 1, 1, PaddingSpec::SameUpper, [6, 6])),
    ] {
        let net = Net::new(&[1, 6, 0]).convolution([6, 6], group, pool);
        assert_eq!(net.rewritten(&[1, 6, 17])[1], 0);
    }
}

#[test]
fn no_steps_give_no_steps() {
    let net = Net::new(&[0, 6]).product("product", "mk,kn->mn", [6, 5]);
    assert_eq!(net.rewritten(&[0, 6]), [1, 1]);
}

#[test]
fn a_record_names_what_stays_with_tract() {
    let mut net =
        Net::new(&[3, 6, 0]).product("theirs", "bkm,kn->bmn", [6, 6]).product("ours", "bmk,kn->bmn", [6, 5]);
    net.model.select_output_outlets(&[net.last]).unwrap();
    let records = records(LevelFilter::DEBUG, || rewrite(Precision::Floats, "net", &mut net.model).unwrap());
    let [record] = &records[..] else { panic!("one record") };
    assert_eq!((&record["ours"], &record["others"]), (&1.into(), &"theirs".into()));
}
