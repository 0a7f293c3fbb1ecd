//! Tables of words in files beside the rules: text whose lines with `# ` at their start are comments.

use std::sync::LazyLock;

/// A list of words.
pub(super) type WordList = LazyLock<Vec<&'static str>>;
/// What is written and what is said for it.
pub(super) type PairList = LazyLock<Vec<(&'static str, &'static str)>>;

/// WordList with blanks or line ends between them.
pub(super) fn words(table: &'static str) -> Vec<&'static str> {
    rows(table).flat_map(str::split_whitespace).collect()
}

/// Lines of what is written, a tab and what is said.
pub(super) fn pairs(table: &'static str) -> Vec<(&'static str, &'static str)> {
    rows(table).filter_map(|row| row.split_once('\t')).collect()
}

fn rows(table: &'static str) -> impl Iterator<Item = &'static str> {
    table.lines().filter(|line| !line.starts_with("# "))
}

/// What is said for `written`.
pub(super) fn find(table: &[(&str, &'static str)], written: &str) -> Option<&'static str> {
    table.iter().find(|(known, _)| *known == written).map(|(_, said)| *said)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::path::Path;

    use super::*;

    /// The tables of one kind, by name.
    fn files(kind: &str) -> Vec<(String, &'static str)> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/frontend/normalize/data");
        let paths = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        let read = |path: &Path| -> &'static str { std::fs::read_to_string(path).unwrap().leak() };
        let of_kind = paths.filter(|path| path.extension().is_some_and(|extension| extension == kind));
        of_kind.map(|path| (path.display().to_string(), read(&path))).collect()
    }

    #[test]
    fn comments_are_left_out() {
        assert_eq!(words("# A head.\na b\nc\n"), ["a", "b", "c"]);
        assert_eq!(pairs("# A head.\n#\tno\nx\tyes, and\n"), [("#", "no"), ("x", "yes, and")]);
        assert_eq!(find(&pairs("a\t1\nb\t2\n"), "b"), Some("2"));
    }

    #[test]
    fn every_table_says_what_it_is() {
        for (name, table) in files("txt").into_iter().chain(files("tsv")) {
            let head: String = table.lines().take_while(|line| line.starts_with("# ")).collect();
            assert!(head.contains("Format: ") && head.contains("licence"), "{name}");
        }
    }

    #[test]
    fn lists_hold_words_once() {
        let lists = files("txt");
        assert!(lists.len() > 15);
        for (name, table) in lists {
            let found = words(table);
            let distinct: HashSet<&str> = found.iter().copied().collect();
            assert!(!found.is_empty() && distinct.len() == found.len() && !table.contains('\t'), "{name}");
        }
    }

    #[test]
    fn pairs_have_two_cells_and_one_meaning() {
        let tables = files("tsv");
        assert!(tables.len() > 5);
        for (name, table) in tables {
            let found = pairs(table);
            assert_eq!(found.len(), rows(table).count(), "{name}");
            let written: HashSet<&str> = found.iter().map(|(written, _)| *written).collect();
            assert!(!found.is_empty() && written.len() == found.len(), "{name}");
            for (written, said) in found {
                assert!(!written.is_empty() && !said.is_empty() && !said.contains('\t'), "{name}: {written}");
            }
        }
    }
}
