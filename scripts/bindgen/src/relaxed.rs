//! Takes relaxed SIMD out of a module.

use anyhow::{Result, ensure};
use walrus::ir::{BinaryOp, Binop, I8x16Swizzle, Instr, InstrSeq, LocalGet, LocalSet, TernOp, TernaryOp};
use walrus::ir::{UnaryOp, Unop, V128Bitselect, VisitorMut, dfs_pre_order_mut};
use walrus::{LocalId, Module, ValType};

/// Puts instructions of plain SIMD in the place of those of relaxed SIMD: one of the results that a host may give for
/// them. Fails if there is one that has no such replacement here.
pub fn replace(module: &mut Module) -> Result<()> {
    let Module { funcs, locals, .. } = module;
    for (_, function) in funcs.iter_local_mut() {
        let entry = function.entry_block();
        let mut replacer = Replacer { addend: locals.add(ValType::V128), unknown: Vec::new() };
        dfs_pre_order_mut(&mut replacer, function, entry);
        ensure!(replacer.unknown.is_empty(), "no replacement for {:?}", replacer.unknown);
    }
    Ok(())
}

struct Replacer {
    /// Holds what is added while the product is computed.
    addend: LocalId,
    /// Instructions without a replacement.
    unknown: Vec<Instr>,
}

impl VisitorMut for Replacer {
    fn start_instr_seq_mut(&mut self, sequence: &mut InstrSeq) {
        if sequence.instrs.iter().all(|(instruction, _)| !is_relaxed(instruction)) {
            return;
        }
        for (instruction, place) in std::mem::take(&mut sequence.instrs) {
            for instruction in self.replacement(instruction) {
                sequence.instrs.push((instruction, place));
            }
        }
    }
}

impl Replacer {
    fn replacement(&mut self, instruction: Instr) -> Vec<Instr> {
        let replacement = match &instruction {
            Instr::Unop(Unop { op }) => unary(op).map(|op| vec![Unop { op }.into()]),
            Instr::Binop(Binop { op }) => binary(op).map(|instruction| vec![instruction]),
            Instr::TernOp(TernOp { op }) => self.ternary(op),
            _ => None,
        };
        if replacement.is_none() && is_relaxed(&instruction) {
            self.unknown.push(instruction.clone());
        }
        replacement.unwrap_or_else(|| vec![instruction])
    }

    fn ternary(&self, op: &TernaryOp) -> Option<Vec<Instr>> {
        let [multiply, add] = match op {
            TernaryOp::F32x4RelaxedMadd => [BinaryOp::F32x4Mul, BinaryOp::F32x4Add],
            TernaryOp::F64x2RelaxedMadd => [BinaryOp::F64x2Mul, BinaryOp::F64x2Add],
            TernaryOp::I8x16RelaxedLaneselect
            | TernaryOp::I16x8RelaxedLaneselect
            | TernaryOp::I32x4RelaxedLaneselect
            | TernaryOp::I64x2RelaxedLaneselect => return Some(vec![V128Bitselect {}.into()]),
            _ => return None,
        };
        let local = self.addend;
        let sum = [LocalGet { local }.into(), Binop { op: add }.into()];
        Some([LocalSet { local }.into(), Binop { op: multiply }.into()].into_iter().chain(sum).collect())
    }
}

fn unary(op: &UnaryOp) -> Option<UnaryOp> {
    Some(match op {
        UnaryOp::I32x4RelaxedTruncF32x4S => UnaryOp::I32x4TruncSatF32x4S,
        UnaryOp::I32x4RelaxedTruncF32x4U => UnaryOp::I32x4TruncSatF32x4U,
        UnaryOp::I32x4RelaxedTruncF64x2SZero => UnaryOp::I32x4TruncSatF64x2SZero,
        UnaryOp::I32x4RelaxedTruncF64x2UZero => UnaryOp::I32x4TruncSatF64x2UZero,
        _ => return None,
    })
}

fn binary(op: &BinaryOp) -> Option<Instr> {
    let op = match op {
        BinaryOp::I8x16RelaxedSwizzle => return Some(I8x16Swizzle {}.into()),
        BinaryOp::F32x4RelaxedMin => BinaryOp::F32x4Min,
        BinaryOp::F32x4RelaxedMax => BinaryOp::F32x4Max,
        BinaryOp::F64x2RelaxedMin => BinaryOp::F64x2Min,
        BinaryOp::F64x2RelaxedMax => BinaryOp::F64x2Max,
        BinaryOp::I16x8RelaxedQ15mulrS => BinaryOp::I16x8Q15MulrSatS,
        _ => return None,
    };
    Some(Binop { op }.into())
}

fn is_relaxed(instruction: &Instr) -> bool {
    match instruction {
        Instr::Unop(Unop { op }) => unary(op).is_some(),
        Instr::Binop(Binop { op }) => {
            binary(op).is_some() || matches!(op, BinaryOp::I16x8RelaxedDotI8x16I7x16S)
        }
        // There are no others with three operands.
        Instr::TernOp(_) => true,
        _ => false,
    }
}
