//! Drizzle's own model of a schema, the one that drizzle-kit keeps in its snapshots. The evaluator
//! of TypeScript and the reader of snapshots both make it; [`super::ddl`] writes it as the SQL that
//! drizzle-kit would generate.

use crate::catalog::Part;
use crate::schema::Place;
use crate::sql::Dialect;
use crate::sql::change::Identity;

/// Why a slot is not known, and where that is.
#[derive(Clone, Debug)]
pub(crate) struct Doubt {
    pub(crate) place: Place,
    pub(crate) reason: String,
}

/// Something that may not be known.
pub(crate) type Evaluated<T> = Result<T, Doubt>;

/// A schema as drizzle-kit sees it, whether it was declared or read from a snapshot.
#[derive(Clone, Debug)]
pub(crate) struct Kit {
    pub(crate) dialect: Dialect,
    pub(crate) enums: Vec<KitEnum>,
    pub(crate) sequences: Vec<KitName>,
    pub(crate) tables: Vec<KitTable>,
    pub(crate) views: Vec<KitView>,
    /// There may be more tables than these, and why.
    pub(crate) open: Vec<Doubt>,
    /// Files that no runtime could load.
    pub(crate) broken: Vec<Doubt>,
}

/// A name with a schema, `None` for the default one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct KitName {
    pub(crate) schema: Option<String>,
    pub(crate) name: String,
}

/// An enum type, which only PostgreSQL has here.
#[derive(Clone, Debug)]
pub(crate) struct KitEnum {
    pub(crate) name: KitName,
    pub(crate) labels: Evaluated<Vec<String>>,
    pub(crate) place: Place,
}

/// A table with all that belongs to it.
#[derive(Clone, Debug)]
pub(crate) struct KitTable {
    pub(crate) name: KitName,
    pub(crate) columns: Vec<KitColumn>,
    pub(crate) primary_key: Option<KitKey>,
    pub(crate) uniques: Vec<KitKey>,
    pub(crate) foreign_keys: Vec<KitForeignKey>,
    pub(crate) indexes: Vec<KitIndex>,
    pub(crate) checks: Vec<KitCheck>,
    /// Parts that exist, of which not everything is known.
    pub(crate) doubts: Vec<(Part, Doubt)>,
    /// Columns whose name is not known.
    pub(crate) unnamed: usize,
    /// Whether its policies count (PostgreSQL).
    pub(crate) row_security: bool,
    /// Those whose names are known (PostgreSQL).
    pub(crate) policies: Vec<KitPolicy>,
    /// There may be more columns, keys or indexes than these.
    pub(crate) open: Option<Doubt>,
    pub(crate) place: Place,
}

impl KitTable {
    /// A table of which nothing is known but its name.
    pub(crate) fn new(name: KitName, place: Place) -> Self {
        Self {
            name,
            columns: Vec::new(),
            primary_key: None,
            uniques: Vec::new(),
            foreign_keys: Vec::new(),
            indexes: Vec::new(),
            checks: Vec::new(),
            doubts: Vec::new(),
            unnamed: 0,
            row_security: false,
            policies: Vec::new(),
            open: None,
            place,
        }
    }
}

/// A policy of a table.
#[derive(Clone, Debug)]
pub(crate) struct KitPolicy {
    pub(crate) name: String,
    pub(crate) place: Place,
}

/// How a column is generated.
#[derive(Clone, Debug)]
pub(crate) struct KitGenerated {
    pub(crate) expression: String,
    pub(crate) stored: bool,
}

/// A column as drizzle-kit writes it.
#[derive(Clone, Debug)]
pub(crate) struct KitColumn {
    pub(crate) name: String,
    pub(crate) data_type: Evaluated<String>,
    /// The schema of the enum that the type is, `public` among them; PostgreSQL.
    pub(crate) enum_schema: Option<String>,
    pub(crate) not_null: Evaluated<bool>,
    pub(crate) primary: bool,
    pub(crate) auto_increment: bool,
    pub(crate) default: Evaluated<Option<String>>,
    pub(crate) generated: Evaluated<Option<KitGenerated>>,
    pub(crate) identity: Option<Identity>,
    pub(crate) on_update_now: bool,
    pub(crate) client_default: bool,
    pub(crate) place: Place,
}

impl KitColumn {
    /// A column of which nothing is known but its name.
    pub(crate) fn new(name: &str, place: Place) -> Self {
        let doubt = Doubt {
            place: place.clone(),
            reason: "the type is not known".to_owned(),
        };
        Self {
            name: name.to_owned(),
            data_type: Err(doubt),
            enum_schema: None,
            not_null: Ok(false),
            primary: false,
            auto_increment: false,
            default: Ok(None),
            generated: Ok(None),
            identity: None,
            on_update_now: false,
            client_default: false,
            place,
        }
    }

    /// Whether type, nullability and default are known.
    pub(crate) fn is_known(&self) -> bool {
        self.data_type.is_ok()
            && self.not_null.is_ok()
            && self.default.is_ok()
            && self.generated.is_ok()
    }
}

/// A primary key or unique constraint.
#[derive(Clone, Debug)]
pub(crate) struct KitKey {
    pub(crate) name: String,
    pub(crate) columns: Vec<String>,
    pub(crate) nulls_not_distinct: bool,
    pub(crate) place: Place,
}

/// A foreign key as drizzle-kit writes it.
#[derive(Clone, Debug)]
pub(crate) struct KitForeignKey {
    pub(crate) name: String,
    pub(crate) columns: Vec<String>,
    pub(crate) table: KitName,
    pub(crate) referenced: Vec<String>,
    /// As Drizzle spells it: `no action`, `cascade`, `set null`.
    pub(crate) on_delete: Option<String>,
    pub(crate) on_update: Option<String>,
    pub(crate) place: Place,
}

/// An index, unique or not, as drizzle-kit writes it.
#[derive(Clone, Debug)]
pub(crate) struct KitIndex {
    pub(crate) name: String,
    pub(crate) unique: bool,
    /// The access method that `using` names (PostgreSQL).
    pub(crate) method: Option<String>,
    pub(crate) elements: Vec<KitElement>,
    pub(crate) condition: Option<String>,
    pub(crate) place: Place,
}

/// One element of an index.
#[derive(Clone, Debug)]
pub(crate) struct KitElement {
    /// A column's name, or an expression.
    pub(crate) text: String,
    pub(crate) is_expression: bool,
    pub(crate) descending: bool,
    pub(crate) nulls_first: bool,
    pub(crate) opclass: Option<String>,
}

/// A check, whose condition is SQL that somebody wrote.
#[derive(Clone, Debug)]
pub(crate) struct KitCheck {
    pub(crate) name: String,
    pub(crate) condition: String,
    pub(crate) place: Place,
}

/// A view, materialized or not.
#[derive(Clone, Debug)]
pub(crate) struct KitView {
    pub(crate) name: KitName,
    pub(crate) materialized: bool,
    /// Somebody else makes it.
    pub(crate) existing: bool,
    pub(crate) query: Option<String>,
    pub(crate) place: Place,
}
