//! Tones: the pitch of each syllable is drawn towards its tone as a dictionary has it said.
//!
//! The nets say a lone syllable like the end of a sentence: its tone is low and nearly flat, a rising one even falls. In
//! running speech tones are flatter than those of a speaker who wants to be understood. The tones are 55, 35, 214 and 51
//! in the letters of Chao (1930), *A system of tone letters*, and 21 for a third tone before another syllable. The
//! semitones and shares are our choice (`docs/prosody.md`); neutral tones stay as they are.

use std::ops::Range;

use super::symbol::{Symbol, opens_syllable};
use crate::voice::acoustic::Role;
use crate::voice::model::Contour;

/// Most syllables of an input that is said in citation form.
const MOST: usize = 2;

/// Share of the way from the predicted pitch to the tone, in citation form.
const CITED: f32 = 0.7;

/// The same in running speech.
const RUNNING: f32 = 0.3;

/// Syllables on each side whose pitch makes the register of a syllable.
const NEIGHBORS: usize = 3;

/// Semitones below the middle of a syllable at which its voice is dying away.
const DYING: f32 = 8.0;

/// Values on each side over which the moves of running speech are smoothed; no weight is at their ends.
const SMOOTH: usize = 5;

/// Place in the voiced part of a syllable, 0 to 1, and semitones above the register there.
type Point = (f32, f32);

/// Points of the tones 1 to 4, which straight lines join.
const TONES: [&[Point]; 4] = [
    &[(0.0, 3.0), (1.0, 3.0)],
    &[(0.0, -2.0), (0.25, -2.5), (1.0, 4.0)],
    &[(0.0, -2.0), (0.55, -8.0), (0.7, -8.0), (1.0, -5.0)],
    &[(0.0, 6.0), (0.15, 6.0), (1.0, -6.0)],
];

/// The same of the third tone before another syllable.
const HALF_THIRD: &[Point] = &[(0.0, -2.0), (1.0, -7.0)];

/// Syllable of an input.
struct Syllable {
    /// Its values in the contour.
    values: Range<usize>,
    /// Those of its voiced part, up to where its voice dies away.
    voiced: Range<usize>,
    tone: Option<u8>,
    /// Whether a pause or the end of the input follows.
    closes: bool,
}

/// Semitones by which each value of a contour moves towards its tone: 0 where no tone is known.
pub fn moved(contour: &Contour, symbols: &[Symbol]) -> Vec<f32> {
    let is_rhyme = |symbol: &&Symbol| symbol.role == Role::Rhyme;
    let cited = symbols.iter().filter(is_rhyme).count() <= MOST;
    let share = if cited { CITED } else { RUNNING };
    let syllables = syllables(contour, symbols);
    let mut moved = vec![0.0; contour.symbols.len()];
    for (index, syllable) in syllables.iter().enumerate() {
        let Some(goal) = goal(syllable) else { continue };
        let register = register(contour, &syllables, index);
        let Syllable { values, voiced, .. } = syllable;
        for value in values.clone() {
            // Before and after the voiced part as at its ends.
            let at = value.clamp(voiced.start, voiced.end - 1);
            let place = (at - voiced.start) as f32 / (voiced.len() - 1).max(1) as f32;
            let predicted = contour.semitones[at].unwrap_or(register);
            moved[value] = share * (register + between(goal, place) - predicted);
        }
    }
    if cited { moved } else { smoothed(&moved) }
}

/// The points of a syllable's tone; `None` if it is neutral or unknown.
fn goal(syllable: &Syllable) -> Option<&'static [Point]> {
    match syllable.tone? {
        3 if !syllable.closes => Some(HALF_THIRD),
        tone => TONES.get(usize::from(tone).wrapping_sub(1)).copied(),
    }
}

/// Mean pitch of a syllable and its neighbors.
fn register(contour: &Contour, syllables: &[Syllable], index: usize) -> f32 {
    let near = index.saturating_sub(NEIGHBORS)..(index + NEIGHBORS + 1).min(syllables.len());
    let pitches =
        syllables[near].iter().flat_map(|syllable| &contour.semitones[syllable.voiced.clone()]).flatten();
    pitches.clone().sum::<f32>() / pitches.count().max(1) as f32
}

/// Values smoothed by a Hann window; before the first and after the last they count as going on.
fn smoothed(values: &[f32]) -> Vec<f32> {
    let weight = |offset: isize| 0.5 + 0.5 * (std::f32::consts::PI * offset as f32 / SMOOTH as f32).cos();
    let weights: Vec<(isize, f32)> =
        (1 - SMOOTH as isize..SMOOTH as isize).map(|offset| (offset, weight(offset))).collect();
    let last = values.len().saturating_sub(1);
    let value = |at: usize| {
        let weighted =
            |&(offset, weight): &(isize, f32)| weight * values[at.saturating_add_signed(offset).min(last)];
        weights.iter().map(weighted).sum::<f32>() / SMOOTH as f32
    };
    (0..values.len()).map(value).collect()
}

/// Syllables with a voiced part.
fn syllables(contour: &Contour, symbols: &[Symbol]) -> Vec<Syllable> {
    let mut first = 0;
    let syllable = |own: &[Symbol]| {
        let start = first;
        first += own.len();
        let rhyme = own.iter().position(|symbol| symbol.role == Role::Rhyme)?;
        let sounding = own
            .iter()
            .take_while(|symbol| matches!(symbol.role, Role::Onset | Role::Rhyme | Role::Coda))
            .count();
        let value = |symbol: usize| contour.symbols.partition_point(|of| *of < symbol);
        let (from, end) = (value(start + rhyme), value(start + sounding));
        let voiced = from..end_of_voice(&contour.semitones[from..end])? + from;
        let tone = own.iter().find_map(|symbol| symbol.tone);
        let is_pause =
            |symbol: &Symbol| matches!(symbol.role, Role::Item | Role::Pause | Role::Question | Role::End);
        let closes = own.iter().any(is_pause);
        Some(Syllable { values: value(start)..value(first), voiced, tone, closes })
    };
    symbols.chunk_by(|symbol, next| !opens_syllable(symbol.role, next.role)).filter_map(syllable).collect()
}

/// Number of values up to where the voice dies away; `None` without any voice.
fn end_of_voice(semitones: &[Option<f32>]) -> Option<usize> {
    let mut sorted: Vec<f32> = semitones.iter().flatten().copied().collect();
    sorted.sort_by(f32::total_cmp);
    let median = sorted.get(sorted.len() / 2)?;
    let last = semitones.iter().rposition(|pitch| pitch.is_some_and(|pitch| pitch > median - DYING));
    last.map(|last| last + 1)
}

/// Value at a place of the line through `points`.
fn between(points: &[Point], place: f32) -> f32 {
    let mut segments = points.iter().zip(points.iter().skip(1));
    let Some((&(from, low), &(to, high))) = segments.find(|(_, end)| place <= end.0) else { return 0.0 };
    low + (high - low) * (place - from) / (to - from)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEVEL: f32 = 90.0;

    /// Syllables of an onset, a rhyme and a tone between the marks at both ends; ten level values a symbol.
    fn input(tones: &[Option<u8>]) -> (Contour, Vec<Symbol>) {
        let symbol = |role, token, tone| Symbol { role, token, tone };
        let syllable = |(token, tone): (usize, &Option<u8>)| {
            [
                symbol(Role::Onset, token, None),
                symbol(Role::Rhyme, token, None),
                symbol(Role::Coda, token, *tone),
            ]
        };
        let mut symbols = vec![symbol(Role::End, 0, None)];
        symbols.extend(tones.iter().enumerate().flat_map(syllable));
        let last = tones.len().saturating_sub(1);
        symbols.extend([Role::Pause, Role::End].map(|role| symbol(role, last, None)));
        let count = 10 * symbols.len();
        let contour = Contour {
            semitones: vec![Some(LEVEL); count],
            lengths: vec![1.0; count],
            symbols: (0..count).map(|value| value / 10).collect(),
        };
        (contour, symbols)
    }

    fn moves(tones: &[Option<u8>]) -> Vec<f32> {
        let (contour, symbols) = input(tones);
        moved(&contour, &symbols)
    }

    #[test]
    fn contours_move_as_an_independent_implementation_moves_them() {
        // By models/student/golden_tones.py.
        let golden = include_str!("../../tests/golden/student_tones.json");
        for case in serde_json::from_str::<Vec<Golden>>(golden).unwrap() {
            let mut symbols = Vec::new();
            let mut of_value = Vec::new();
            for (role, tone, values) in case.symbols {
                of_value.extend(vec![symbols.len(); values]);
                symbols.push(Symbol { role: role_named(&role), token: 0, tone });
            }
            let lengths = vec![1.0; of_value.len()];
            let contour = Contour { semitones: case.semitones, lengths, symbols: of_value };
            for (moved, meant) in moved(&contour, &symbols).into_iter().zip(case.moves) {
                assert!((moved - meant).abs() < 1e-3, "{moved} {meant}");
            }
        }
    }

    /// Case of the golden.
    #[derive(serde::Deserialize)]
    struct Golden {
        /// Role, tone and number of values.
        symbols: Vec<(String, Option<u8>, usize)>,
        semitones: Vec<Option<f32>>,
        moves: Vec<f32>,
    }

    fn role_named(name: &str) -> Role {
        match name {
            "onset" => Role::Onset,
            "rhyme" => Role::Rhyme,
            "coda" => Role::Coda,
            "boundary" => Role::Boundary,
            "pause" => Role::Pause,
            _ => Role::End,
        }
    }

    #[test]
    fn a_lone_syllable_takes_the_shape_of_its_tone() {
        for (tone, start, middle, end) in
            [(1, 3.0, 3.0, 3.0), (2, -2.0, -0.1, 4.0), (3, -2.0, -7.7, -5.0), (4, 6.0, 0.7, -6.0)]
        {
            let moves = moves(&[Some(tone)]);
            let shape = [moves[20], moves[30], moves[39]].map(|semitones| semitones / CITED);
            for (semitones, meant) in shape.into_iter().zip([start, middle, end]) {
                assert!((semitones - meant).abs() < 0.1, "{tone}: {semitones} {meant}");
            }
            // The onset and what follows go on as the voiced part begins and ends; the opening mark is none of it.
            assert_eq!((moves[0], moves[10], moves[59]), (0.0, moves[20], moves[39]));
        }
    }

    #[test]
    fn a_third_tone_before_another_syllable_does_not_rise() {
        let moves = moves(&[Some(3), Some(1)]);
        assert!(moves[20..40].is_sorted_by(|a, b| a >= b) && moves[39] < -4.0);
        assert!(moves[50..70].iter().all(|semitones| (semitones - CITED * 3.0).abs() < 1e-4));
    }

    #[test]
    fn the_voice_may_die_away_before_the_syllable_ends() {
        let (mut contour, symbols) = input(&[Some(4)]);
        contour.semitones[33] = Some(LEVEL - 20.0);
        contour.semitones[34..60].fill(None);
        let moves = moved(&contour, &symbols);
        assert!((moves[32] + CITED * 6.0).abs() < 1e-4);
        assert_eq!(moves[33], moves[32]);
        contour.semitones.fill(None);
        assert_eq!(moved(&contour, &symbols), [0.0; 60]);
    }

    #[test]
    fn neutral_tones_stay_as_they_are() {
        assert_eq!(moves(&[None]), [0.0; 60]);
        assert_eq!(moves(&[Some(1), None])[40..70], [0.0; 30]);
        assert_eq!(moves(&[None, None, None]), [0.0; 120]);
        assert!(moves(&[]).iter().all(|semitones| *semitones == 0.0));
    }

    #[test]
    fn running_speech_goes_a_smaller_part_of_the_way_and_joins_smoothly() {
        let moves = moves(&[Some(1), Some(3), Some(4), Some(2)]);
        // The middle of the high tone, and the ends of the others but for what is smoothed.
        assert!((moves[28] - RUNNING * 3.0).abs() < 1e-4);
        assert!((moves[64] + RUNNING * 5.7).abs() < 0.1, "{}", moves[64]);
        assert!(moves[82] > RUNNING * 4.0 && moves[97] < RUNNING * -3.0, "{} {}", moves[82], moves[97]);
        assert!(moves[129] > RUNNING * 3.5);
        let step = moves.windows(2).map(|pair| (pair[1] - pair[0]).abs()).fold(0.0, f32::max);
        assert!(step < 1.0, "{step}");
    }

    #[test]
    fn the_register_is_that_of_the_neighbors() {
        let (mut contour, symbols) = input(&[Some(1); 9]);
        for (value, semitones) in contour.semitones.iter_mut().enumerate() {
            *semitones = Some(LEVEL - value as f32 / 30.0);
        }
        // A pitch that falls all along stays so: only the slope within each syllable becomes less.
        let moves = moved(&contour, &symbols);
        let middles: Vec<f32> = (3..6).map(|syllable| moves[30 * syllable + 30]).collect();
        assert!(middles.iter().all(|semitones| (semitones - RUNNING * 3.0).abs() < 0.1), "{middles:?}");
    }

    #[test]
    fn a_third_tone_before_a_pause_is_said_whole() {
        let (contour, mut symbols) = input(&[Some(1), Some(3), Some(1)]);
        let flowing = moved(&contour, &symbols);
        let pause = Symbol { role: Role::Pause, token: 1, tone: None };
        symbols[6] = Symbol { role: Role::Coda, token: 1, tone: Some(3) };
        symbols.insert(7, pause);
        let count = 10 * symbols.len();
        let contour = Contour {
            semitones: vec![Some(LEVEL); count],
            lengths: vec![1.0; count],
            symbols: (0..count).map(|value| value / 10).collect(),
        };
        let paused = moved(&contour, &symbols);
        assert!(flowing[64] < flowing[55] && paused[66] > paused[60] + 0.2);
    }
}
