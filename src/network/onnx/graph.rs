//! Graphs, and those of loops within them.

use std::collections::{HashMap, HashSet};

use tract_onnx::pb::{GraphProto, NodeProto};
use tract_onnx::tract_core::ops::scan::{InputMapping, OutputMapping, Scan, ScanInfo};
use tract_onnx::tract_hir::internal::*;

use super::node::{name, tensor};
use super::operators;
use crate::network::constant::constant;

/// A model that grows by the nodes of a graph.
pub struct Reader<'a> {
    pub model: TypedModel,
    /// Where the values of the graph are in the model, by their names.
    pub outlets: HashMap<&'a str, OutletId>,
}

impl<'a> Reader<'a> {
    /// A model without nodes, whose open lengths are of `symbols`.
    pub fn new(symbols: SymbolScope) -> Self {
        Self { model: TypedModel { symbols, ..TypedModel::default() }, outlets: HashMap::new() }
    }

    /// Adds the weights and the nodes of a graph, whose inputs must be there.
    pub fn graph(&mut self, graph: &'a GraphProto) -> TractResult<()> {
        for constant in &graph.initializer {
            let outlet = self.model.add_const(&constant.name, tensor(constant)?)?;
            self.outlets.insert(&constant.name, outlet);
        }
        for node in &graph.node {
            self.node(node).with_context(|| format!("{} {}", node.op_type, name(node)))?;
        }
        Ok(())
    }

    fn node(&mut self, node: &'a NodeProto) -> TractResult<()> {
        let inputs = node.input.iter().filter(|input| !input.is_empty());
        let inputs: Vec<_> = inputs.map(|input| self.outlet(input)).collect::<TractResult<_>>()?;
        let outputs = match node.op_type.as_str() {
            "Scan" => self.scan(node, &inputs)?,
            _ => operators::wire(&mut self.model, node, &inputs)?,
        };
        let constants = self.facts(&inputs)?.iter().all(|fact| fact.konst.is_some());
        for (output, outlet) in node.output.iter().filter(|output| !output.is_empty()).zip(outputs) {
            let outlet = if constants { folded(&mut self.model, output, outlet)? } else { outlet };
            self.outlets.insert(output, outlet);
        }
        Ok(())
    }

    /// Where a value of the graph is in the model.
    pub fn outlet(&self, value: &str) -> TractResult<OutletId> {
        self.outlets.get(value).copied().with_context(|| format!("there is no value {value}"))
    }

    fn facts(&self, outlets: &[OutletId]) -> TractResult<Vec<&TypedFact>> {
        outlets.iter().map(|outlet| self.model.outlet_fact(*outlet)).collect()
    }

    /// A loop that takes its state along and a slice of other inputs on their first axis in each turn. It gives its last
    /// state, and slices of other outputs.
    fn scan(&mut self, node: &'a NodeProto, inputs: &[OutletId]) -> TractResult<TVec<OutletId>> {
        let known = |attribute: &str| ["body", "num_scan_inputs"].contains(&attribute);
        ensure!(
            node.attribute.iter().all(|attribute| known(&attribute.name)),
            "only the first axis, forwards"
        );
        let graph: &GraphProto = node.get_attr("body")?;
        let sliced: usize = node.get_attr("num_scan_inputs")?;
        ensure!(graph.input.len() == inputs.len() && sliced > 0 && sliced <= inputs.len());
        let states = inputs.len() - sliced;
        ensure!(graph.output.len() >= states, "a state is lost");

        let mut body = Reader::new(self.model.symbols.clone());
        let mut mapping = vec![];
        for (place, (input, outlet)) in graph.input.iter().zip(inputs).enumerate() {
            let fact = self.model.outlet_fact(*outlet)?.without_value();
            mapping.push(match place < states {
                true => body.state(&input.name, fact)?,
                false => body.slice(&input.name, fact)?,
            });
        }
        let mut inputs = inputs.to_vec();
        for value in outside(graph) {
            let outlet = self.outlet(value)?;
            if body.outer(value, self.model.outlet_fact(outlet)?)? {
                inputs.push(outlet);
                mapping.push(InputMapping::Full);
            }
        }
        body.graph(graph)?;
        let outputs = body.results(graph, states)?;
        let scan = Scan::new(body.model, mapping, outputs, 0)?;
        self.model.wire_node(name(node), scan, &inputs)
    }

    /// An input of a loop's body that each turn hands to the next.
    fn state(&mut self, name: &'a str, fact: TypedFact) -> TractResult<InputMapping> {
        let source = self.model.add_source(name, fact)?;
        self.outlets.insert(name, source);
        Ok(InputMapping::State)
    }

    /// An input of a loop's body that is another slice in each turn, without its first axis.
    fn slice(&mut self, name: &'a str, mut fact: TypedFact) -> TractResult<InputMapping> {
        ensure!(fact.rank() > 0, "a single value has no slices");
        fact.shape.set(0, 1.to_dim());
        let slice = self.model.add_source(format!("{name}.slice"), fact)?;
        let source = self.model.wire_node(name, AxisOp::Rm(0), &[slice])?[0];
        self.outlets.insert(name, source);
        Ok(InputMapping::Scan(ScanInfo { axis: 0, chunk: 1 }))
    }

    /// A value from outside of a loop's body. Whether it becomes an input, which constants do not.
    fn outer(&mut self, name: &'a str, fact: &TypedFact) -> TractResult<bool> {
        let inside = match &fact.konst {
            Some(constant) => self.model.add_const(name, constant.clone())?,
            None => self.model.add_source(name, fact.clone())?,
        };
        self.outlets.insert(name, inside);
        Ok(fact.konst.is_none())
    }

    /// Makes the outputs of a loop's body those of its model: the states, then values that become slices.
    fn results(&mut self, graph: &GraphProto, states: usize) -> TractResult<Vec<OutputMapping<TDim>>> {
        let mut outlets = vec![];
        let mut mapping = vec![];
        for (slot, output) in graph.output.iter().enumerate() {
            let outlet = self.outlet(&output.name)?;
            if slot < states {
                outlets.push(outlet);
                let last_value_slot = Some(slot);
                mapping.push(OutputMapping { state: true, last_value_slot, ..OutputMapping::default() });
            } else {
                let name = format!("{}.slice", output.name);
                outlets.push(self.model.wire_node(name, AxisOp::Add(0), &[outlet])?[0]);
                let scan = Some((slot, ScanInfo { axis: 0, chunk: 1 }));
                mapping.push(OutputMapping { scan, ..OutputMapping::default() });
            }
        }
        self.model.select_output_outlets(&outlets)?;
        Ok(mapping)
    }
}

/// What is computed of constants alone, as a constant.
fn folded(model: &mut TypedModel, name: &str, outlet: OutletId) -> TractResult<OutletId> {
    match constant(model, outlet)? {
        Some(value) if model.outlet_fact(outlet)?.konst.is_none() => model.add_const(name, value),
        _ => Ok(outlet),
    }
}

/// Values that a graph uses and does not have, each once.
fn outside(graph: &GraphProto) -> Vec<&str> {
    let nodes = graph.node.iter();
    let mut known: HashSet<&str> = graph.input.iter().map(|input| &*input.name).collect();
    known.extend(graph.initializer.iter().map(|tensor| &*tensor.name));
    known.extend(nodes.clone().flat_map(|node| &node.output).map(String::as_str));
    let used = nodes.flat_map(|node| &node.input).map(String::as_str).filter(|value| !value.is_empty());
    used.filter(|value| known.insert(value)).collect()
}
