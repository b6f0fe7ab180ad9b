//! What stands after the columns of a table, as far as no server has it.

use super::Draft;
use super::columns::refuse_charset;
use crate::catalog::Rejection;
use crate::catalog::apply::Outcome;
use crate::catalog::rejection::sqlstate;
use crate::source::Span;

/// Storage engines of MySQL, MariaDB and their relatives.
const ENGINES: &[&str] = &[
    "archive",
    "aria",
    "bdb",
    "blackhole",
    "cassandra",
    "columnstore",
    "connect",
    "csv",
    "default",
    "example",
    "falcon",
    "federated",
    "federatedx",
    "heap",
    "infinidb",
    "innodb",
    "isam",
    "maria",
    "memory",
    "merge",
    "mrg_isam",
    "mrg_myisam",
    "mroonga",
    "myisam",
    "myrocks",
    "ndb",
    "ndbcluster",
    "oqgraph",
    "pbxt",
    "performance_schema",
    "rocksdb",
    "s3",
    "sequence",
    "soliddb",
    "sphinx",
    "spider",
    "tokudb",
    "tidb",
    "xtradb",
];

impl Draft {
    /// Refuses an engine, a character set or a collation that no server has.
    pub(super) fn refuse_options(&self, span: Span) -> Outcome {
        let option = |name: &str| self.table.option(name);
        if let Some(engine) = option("engine")
            && !self.lenient
            && !engine.is_empty()
            && !ENGINES.contains(&engine.to_ascii_lowercase().as_str())
        {
            let message = format!("no storage engine is called `{engine}`");
            let code = sqlstate::UNDEFINED_OBJECT;
            return Err(Rejection::new(code, span, message));
        }
        refuse_charset(option("charset"), option("collate"), span)
    }
}
