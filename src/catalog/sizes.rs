//! How many rows tables have, as somebody has counted them: no migration says.

use std::collections::BTreeMap;

use super::QName;

/// Up to so many rows, what is done to each of them is done before anybody notices.
pub const SMALL: u64 = 10_000;

/// From so many rows on, others wait for minutes.
pub const LARGE: u64 = 10_000_000;

/// The number of rows of tables, by name: `public.events`, or `events` for the home schema.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sizes(BTreeMap<String, u64>);

impl Sizes {
    /// Notes about how many rows a table has.
    pub fn insert(&mut self, table: impl Into<String>, rows: u64) {
        self.0.insert(table.into(), rows);
    }

    /// Adds what a query has printed: a table and a number in each line, with a comma, a tab or a
    /// `|` between them.
    ///
    /// # Errors
    /// The number of the first line that is none of that, from 1.
    pub fn read(&mut self, text: &str) -> Result<(), usize> {
        for (number, line) in (1_usize..).zip(text.lines()) {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let (table, rows) = line.rsplit_once([',', '\t', '|']).ok_or(number)?;
            let table = table.trim().trim_matches('"').replace("\".\"", ".");
            // An estimate of a table that was never analysed is -1.
            let rows: i64 = rows.trim().parse().map_err(|_| number)?;
            if let Ok(rows) = u64::try_from(rows) {
                self.insert(table, rows);
            }
        }
        Ok(())
    }

    /// Adds what others know, which wins.
    pub fn extend(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// How many rows a table has, if anybody has counted them.
    pub fn rows(&self, table: &QName) -> Option<u64> {
        let full = self.0.get(&table.to_string());
        full.or_else(|| self.0.get(&table.name).filter(|_| table.is_at_home()))
            .copied()
    }

    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// A number of rows as people say it.
pub fn spoken(rows: u64) -> String {
    match rows {
        0..1_000_000 => format!("{} thousand", rows / 1000),
        1_000_000..1_000_000_000 => format!("{} million", rows / 1_000_000),
        _ => format!("{} billion", rows / 1_000_000_000),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_psql_and_mysql_are_read() {
        let mut sizes = Sizes::default();
        let text = "public.events,120000000\nusers\t5\n\n# old\n\"public\".\"Big\" | 7\nnew,-1\n";
        assert_eq!(sizes.read(text), Ok(()));
        assert_eq!(
            sizes.rows(&QName::new("public", "events")),
            Some(120_000_000)
        );
        assert_eq!(sizes.rows(&QName::new("", "users")), Some(5));
        assert_eq!(sizes.rows(&QName::new("public", "Big")), Some(7));
        assert_eq!(sizes.rows(&QName::new("public", "new")), None);
        assert_eq!(sizes.rows(&QName::new("audit", "users")), None);
        assert_eq!(sizes.read("events many"), Err(1));
    }
}
