//! A small net for characters with several readings: one bidirectional LSTM layer over the sentence.
//!
//! The weights are those of g2pM (Park and Lee, "g2pM: A Neural Grapheme-to-Phoneme Conversion Package for
//! Mandarin Chinese Based on a New Open Benchmark Dataset", 2020), quantised by `models/lexicon/polyphone.py`.

use std::collections::HashMap;

use super::packed::{Packed, corrupt};
use super::sound::Sound;
use crate::error::Result;

/// The letter that stands for all that the net does not know.
const UNKNOWN: u16 = 1;
/// The letters that the net was taught to expect before and after a sentence.
const FIRST: char = '시';
const LAST: char = '끝';
/// More numbers than a packed net of any sense has, in one of its lists.
const MOST: usize = 1 << 16;

/// What the net thinks of one place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Choice {
    pub sound: Sound,
    /// Its share among the readings of the character, from 0 to 1.
    pub confidence: f32,
}

/// The net and the readings it chooses among.
pub struct Polyphones {
    letters: HashMap<char, u16>,
    classes: Vec<Sound>,
    choices: HashMap<char, Vec<u16>>,
    embedding: Embedding,
    forward: Lstm,
    backward: Lstm,
    hidden: Dense,
    output: Dense,
}

impl Polyphones {
    /// Reads the net section of the lexicon.
    pub fn read(section: &mut Packed) -> Result<Self> {
        let mut size = || section.count().and_then(sensible);
        let (letters, width, units, hidden) = (size()?, size()?, size()?, size()?);
        let (classes, chars, choices) = (size()?, size()?, size()?);
        let letter_codes = section.columns(letters, 2)?;
        let class_sounds = section.columns(classes, 2)?;
        let choices = read_choices(section, chars, choices, classes)?;
        let embedding = Embedding::read(section, letters, width)?;
        let [mut forward, mut backward] =
            [Lstm::read(section, width, units)?, Lstm::read(section, width, units)?];
        let mut hidden = Dense::read(section, 2 * units, hidden)?;
        let mut output = Dense::read(section, hidden.rows(), classes)?;
        for bias in [&mut forward.bias, &mut backward.bias, &mut hidden.bias, &mut output.bias] {
            *bias = section.floats(bias.len())?;
        }
        Ok(Self {
            letters: letter_codes
                .iter()
                .zip(0..)
                .filter_map(|(code, id)| Some((letter(*code)?, id)))
                .collect(),
            classes: class_sounds.iter().map(|packed| Sound::from_packed(*packed as u16)).collect(),
            choices,
            embedding,
            forward,
            backward,
            hidden,
            output,
        })
    }

    /// Whether the net knows several readings of the character.
    pub fn knows(&self, ch: char) -> bool {
        self.choices.contains_key(&ch)
    }

    /// The readings in `sentence` at `places`, of characters that the net knows.
    pub fn choose(&self, sentence: &[char], places: &[usize]) -> Vec<Choice> {
        let letters: Vec<u16> = [FIRST]
            .iter()
            .chain(sentence)
            .chain(&[LAST])
            .map(|ch| self.letters.get(ch).copied().unwrap_or(UNKNOWN))
            .collect();
        let inputs: Vec<Vec<f32>> = letters.iter().map(|letter| self.embedding.row(*letter)).collect();
        let forward = self.forward.run(inputs.iter());
        let mut backward = self.backward.run(inputs.iter().rev());
        backward.reverse();
        places
            .iter()
            .filter_map(|place| {
                let choices = self.choices.get(sentence.get(*place)?)?;
                Some(self.decide(choices, &[&forward[place + 1][..], &backward[place + 1][..]].concat()))
            })
            .collect()
    }

    fn decide(&self, choices: &[u16], state: &[f32]) -> Choice {
        let mut hidden = self.hidden.apply(state);
        hidden.iter_mut().for_each(|value| *value = value.max(0.0));
        let scores: Vec<f32> =
            choices.iter().map(|class| self.output.apply_row(usize::from(*class), &hidden)).collect();
        let highest = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let total: f32 = scores.iter().map(|score| (score - highest).exp()).sum();
        let best = scores.iter().position(|score| *score == highest).unwrap_or(0);
        Choice { sound: self.classes[usize::from(choices[best])], confidence: 1.0 / total }
    }
}

fn letter(code: u32) -> Option<char> {
    char::from_u32(code).filter(|ch| *ch != '\0')
}

fn sensible(number: usize) -> Result<usize> {
    if (1..MOST).contains(&number) { Ok(number) } else { Err(corrupt("a net of no sensible size")) }
}

fn read_choices(
    section: &mut Packed,
    chars: usize,
    total: usize,
    classes: usize,
) -> Result<HashMap<char, Vec<u16>>> {
    let codes = section.columns(chars, 2)?;
    let counts = section.bytes(chars)?;
    let ids = section.columns(total, 2)?;
    if ids.iter().any(|id| *id as usize >= classes) {
        return Err(corrupt("a choice that is no class"));
    }
    let mut ids = ids.into_iter().map(|id| id as u16);
    let choices = codes.iter().zip(counts).filter_map(|(code, count)| {
        let choices: Vec<u16> = ids.by_ref().take(usize::from(*count)).collect();
        Some((letter(*code)?, choices)).filter(|(_, choices)| !choices.is_empty())
    });
    Ok(choices.collect())
}

/// Vectors of the letters, four bits a value (0 to 15 standing for -8 to 7), a scale a letter.
struct Embedding {
    scales: Vec<f32>,
    nibbles: Vec<u8>,
    width: usize,
}

impl Embedding {
    fn read(section: &mut Packed, letters: usize, width: usize) -> Result<Self> {
        let scales = section.columns(letters, 2)?.iter().map(|half| f32::from_bits(half << 16)).collect();
        let nibbles = section.bytes(letters * width / 2)?.to_vec();
        Ok(Self { scales, nibbles, width })
    }

    fn row(&self, letter: u16) -> Vec<f32> {
        let letter = usize::from(letter);
        let scale = self.scales.get(letter).copied().unwrap_or(0.0);
        let start = letter * self.width / 2;
        let bytes = self.nibbles.get(start..start + self.width / 2).unwrap_or_default();
        bytes
            .iter()
            .flat_map(|byte| [byte >> 4, byte & 15])
            .map(|value| (f32::from(value) - 8.0) * scale)
            .collect()
    }
}

/// An LSTM in one direction; its gates in the order input, forget, cell, output.
struct Lstm {
    input: Columns,
    state: Columns,
    bias: Vec<f32>,
    units: usize,
}

impl Lstm {
    fn read(section: &mut Packed, width: usize, units: usize) -> Result<Self> {
        let input = Columns::read(section, 4 * units, width)?;
        let state = Columns::read(section, 4 * units, units)?;
        Ok(Self { input, state, bias: vec![0.0; 4 * units], units })
    }

    /// The state after each input.
    fn run<'a>(&self, inputs: impl Iterator<Item = &'a Vec<f32>>) -> Vec<Vec<f32>> {
        let mut cell = vec![0.0; self.units];
        let mut state = vec![0.0; self.units];
        inputs
            .map(|input| {
                let mut gates = self.bias.clone();
                self.input.add_product(input, &mut gates);
                self.state.add_product(&state, &mut gates);
                self.step(&gates, &mut cell, &mut state);
                state.clone()
            })
            .collect()
    }

    fn step(&self, gates: &[f32], cell: &mut [f32], state: &mut [f32]) {
        let n = self.units;
        for at in 0..n {
            let [input, forget, new, output] =
                [gates[at], gates[n + at], gates[2 * n + at], gates[3 * n + at]];
            cell[at] = sigmoid(forget) * cell[at] + sigmoid(input) * new.tanh();
            state[at] = sigmoid(output) * cell[at].tanh();
        }
    }
}

fn sigmoid(x: f32) -> f32 {
    1.0 / (1.0 + (-x).exp())
}

/// A matrix stored column by column, so that a product adds up whole columns, which compilers turn into SIMD.
struct Columns {
    values: Vec<f32>,
    rows: usize,
}

impl Columns {
    fn read(section: &mut Packed, rows: usize, columns: usize) -> Result<Self> {
        let by_rows = read_rows(section, rows, columns)?;
        let values = (0..columns).flat_map(|c| by_rows.iter().skip(c).step_by(columns).copied()).collect();
        Ok(Self { values, rows })
    }

    /// sums += matrix * vector
    fn add_product(&self, vector: &[f32], sums: &mut [f32]) {
        for (column, factor) in self.values.chunks_exact(self.rows).zip(vector) {
            for (sum, value) in sums.iter_mut().zip(column) {
                *sum += value * factor;
            }
        }
    }
}

/// A dense layer stored row by row.
struct Dense {
    weights: Vec<f32>,
    bias: Vec<f32>,
    columns: usize,
}

impl Dense {
    fn read(section: &mut Packed, columns: usize, rows: usize) -> Result<Self> {
        Ok(Self { weights: read_rows(section, rows, columns)?, bias: vec![0.0; rows], columns })
    }

    fn rows(&self) -> usize {
        self.bias.len()
    }

    fn apply(&self, input: &[f32]) -> Vec<f32> {
        (0..self.rows()).map(|row| self.apply_row(row, input)).collect()
    }

    fn apply_row(&self, row: usize, input: &[f32]) -> f32 {
        let weights = &self.weights[row * self.columns..][..self.columns];
        self.bias[row] + weights.iter().zip(input).map(|(w, x)| w * x).sum::<f32>()
    }
}

/// Rows of 8-bit numbers with a scale each, as floats.
fn read_rows(section: &mut Packed, rows: usize, columns: usize) -> Result<Vec<f32>> {
    let scales = section.floats(rows)?;
    let bytes = section.bytes(rows * columns)?;
    let scaled = bytes.chunks_exact(columns).zip(&scales);
    Ok(scaled.flat_map(|(row, scale)| row.iter().map(move |v| f32::from(*v as i8) * scale)).collect())
}
