//! Ids of symbols.

/// Ids of symbols, as the nets of a voice are given them: one row for each of its tables, all of the same length.
///
/// ```
/// use hanvox::voice::symbol_ids::SymbolIds;
///
/// let ids = SymbolIds::from(vec![4, 7, 7]);
/// assert_eq!(ids.len(), 3);
/// assert_eq!(ids.into_rows(), [[4, 7, 7]]);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SymbolIds(Vec<Vec<i64>>);

impl SymbolIds {
    /// Number of symbols.
    pub fn len(&self) -> usize {
        self.0.first().map_or(0, Vec::len)
    }

    /// Whether there are no symbols.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Ids in the voice's first table, which tells the symbols apart.
    pub fn first_row(&self) -> &[i64] {
        self.0.first().map_or(&[], Vec::as_slice)
    }

    /// Rows, in the order of the voice's tables.
    pub fn into_rows(self) -> Vec<Vec<i64>> {
        self.0
    }
}

/// Ids of a voice with one table.
impl From<Vec<i64>> for SymbolIds {
    fn from(row: Vec<i64>) -> Self {
        Self(vec![row])
    }
}

/// Rows of a voice with several tables.
impl From<Vec<Vec<i64>>> for SymbolIds {
    fn from(rows: Vec<Vec<i64>>) -> Self {
        Self(rows)
    }
}
