//! The types that PostgreSQL gives to values in queries; what is not certain has none.

mod functions;

use super::Catalog;
use crate::server::is_home_schema;
use crate::sql::change::{ColumnRef, DataType, ValueType};

/// What is known of a value's type.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Typed {
    /// There is no such column.
    Absent,
    Unknown,
    /// A string or `NULL` that takes any type.
    Untyped,
    Known(DataType),
}

impl Typed {
    pub(super) fn of(data_type: Option<DataType>) -> Self {
        data_type.map_or(Self::Unknown, Self::Known)
    }

    pub(super) fn known(&self) -> Option<&DataType> {
        match self {
            Self::Known(data_type) => Some(data_type),
            _ => None,
        }
    }
}

/// Numbers that turn into each other by themselves, the narrow ones first.
const NUMBERS: &[&str] = &[
    "smallint",
    "integer",
    "bigint",
    "numeric",
    "real",
    "double precision",
];
/// Moments likewise.
const MOMENTS: &[&str] = &[
    "date",
    "timestamp without time zone",
    "timestamp with time zone",
];
/// Texts, which all turn into each other, so that the first decides.
const TEXTS: &[&str] = &["character varying", "text", "character", "bpchar"];

impl Catalog {
    /// The type of a column of a query's result.
    pub(crate) fn type_of_value(&self, value: &ValueType) -> Option<DataType> {
        match self.typed(value) {
            Typed::Known(data_type) => Some(data_type),
            Typed::Untyped if self.dialect.expressions_have_types() => {
                Some(DataType::named("text"))
            }
            Typed::Untyped | Typed::Unknown | Typed::Absent => None,
        }
    }

    /// The type of the n-th column that a star stands for.
    pub(crate) fn type_behind_star(&self, value: &ValueType, at: usize) -> Option<DataType> {
        match self.typed(&self.behind_star(value, at)) {
            Typed::Known(data_type) => Some(data_type),
            _ => None,
        }
    }

    /// A value that a star stands for.
    fn behind_star(&self, value: &ValueType, at: usize) -> ValueType {
        match value {
            ValueType::Column(star) => {
                let relation = star
                    .relation
                    .as_ref()
                    .and_then(|name| self.find_relation(name));
                let columns = relation
                    .and_then(|name| self.relation_columns(&name))
                    .unwrap_or_default();
                columns.get(at).map_or(ValueType::Unknown, |column| {
                    let column = crate::sql::change::Ident::synthetic(*column);
                    ValueType::Column(ColumnRef {
                        column,
                        ..star.clone()
                    })
                })
            }
            ValueType::Call(name, parts) => ValueType::Call(
                name.clone(),
                parts
                    .iter()
                    .map(|part| self.behind_star(part, at))
                    .collect(),
            ),
            _ => ValueType::Unknown,
        }
    }

    fn typed(&self, value: &ValueType) -> Typed {
        match value {
            ValueType::Unknown => Typed::Unknown,
            ValueType::Untyped => Typed::Untyped,
            ValueType::Exactly(data_type) => Typed::Known(self.resolved(data_type)),
            ValueType::Column(column) => self.typed_column(column),
            ValueType::OneOf(places) => {
                let found: Vec<Typed> = places.iter().map(|place| self.typed(place)).collect();
                let known = found.iter().find(|typed| typed.known().is_some());
                known.cloned().unwrap_or_else(|| {
                    if found.contains(&Typed::Unknown) {
                        Typed::Unknown
                    } else {
                        Typed::Absent
                    }
                })
            }
            ValueType::Call(..) if !self.dialect.expressions_have_types() => Typed::Unknown,
            ValueType::Call(name, args) => {
                let args: Vec<Typed> = args.iter().map(|arg| self.typed(arg)).collect();
                if name == "coalesce" {
                    self.common(&args)
                } else {
                    Typed::of(self.result(name, &args))
                }
            }
        }
    }

    fn typed_column(&self, column: &ColumnRef) -> Typed {
        let Some(relation) = column
            .relation
            .as_ref()
            .and_then(|name| self.find_relation(name))
        else {
            return Typed::Unknown;
        };
        if let Some(table) = self.tables.get(&relation) {
            return match self
                .column_at(table, &column.column.value)
                .map(|at| &table.columns[at])
            {
                Some(found) => {
                    Typed::of(found.knowledge.is_exact().then(|| found.data_type.clone()))
                }
                None if table.knowledge.is_exact() => Typed::Absent,
                None => Typed::Unknown,
            };
        }
        let Some(view) = self
            .views
            .get(&relation)
            .filter(|view| view.columns.len() == view.column_types.len())
        else {
            return Typed::Unknown;
        };
        match view
            .columns
            .iter()
            .position(|name| self.same(name, &column.column.value))
        {
            Some(at) => Typed::of(view.column_types[at].clone()),
            None if view.knowledge.is_exact() => Typed::Absent,
            None => Typed::Unknown,
        }
    }

    /// A written type as the catalog keeps it.
    pub(super) fn resolved(&self, data_type: &DataType) -> DataType {
        let written = data_type
            .schema
            .as_deref()
            .filter(|schema| *schema != "pg_catalog");
        let settled = DataType {
            schema: written.map(str::to_owned),
            ..data_type.clone()
        };
        let found = self.type_of(&settled);
        let schema = match &found {
            Some(found) => Some(found.schema.clone()),
            None => settled.schema.clone(),
        };
        DataType {
            schema: schema.filter(|schema| !is_home_schema(schema)),
            ..settled
        }
    }

    /// One type for several values, as `UNION`, `CASE` and `COALESCE` choose it
    /// (`select_common_type` of the server).
    pub(super) fn common(&self, values: &[Typed]) -> Typed {
        let mut types = Vec::new();
        for value in values {
            match value {
                Typed::Known(data_type) => types.push(data_type),
                Typed::Untyped => {}
                Typed::Unknown | Typed::Absent => return Typed::Unknown,
            }
        }
        let Some((first, rest)) = types.split_first() else {
            return Typed::Untyped;
        };
        if types.len() == values.len() && rest.iter().all(|other| other == first) {
            return Typed::Known((*first).clone());
        }
        if rest.iter().all(|other| same_type(other, first)) {
            return Typed::Known(plain(first));
        }
        let bases: Vec<DataType> = types.iter().map(|data_type| self.base(data_type)).collect();
        if bases.iter().all(|base| rank(TEXTS, base).is_some()) {
            return Typed::Known(plain(&bases[0]));
        }
        Typed::of(
            [NUMBERS, MOMENTS]
                .iter()
                .find_map(|ladder| widest(ladder, &bases)),
        )
    }

    /// The type beneath a domain.
    pub(crate) fn base(&self, data_type: &DataType) -> DataType {
        let domain = self
            .type_of(data_type)
            .and_then(|name| self.domains.get(&name));
        match domain {
            Some(domain) if !data_type.array => self.base(&domain.base),
            _ => data_type.clone(),
        }
    }
}

fn same_type(one: &DataType, other: &DataType) -> bool {
    one.name == other.name && one.schema == other.schema && one.array == other.array
}

/// The type without its length or precision.
fn plain(data_type: &DataType) -> DataType {
    let bare = DataType {
        args: Vec::new(),
        ..data_type.clone()
    };
    if bare.schema.is_none() && bare.name == "character" {
        DataType {
            name: "bpchar".to_owned(),
            ..bare
        }
    } else {
        bare
    }
}

fn rank(ladder: &[&str], data_type: &DataType) -> Option<usize> {
    let plain = data_type.schema.is_none() && !data_type.array;
    ladder
        .iter()
        .position(|name| plain && *name == data_type.name)
}

/// The one of a ladder to which all of them climb.
fn widest(ladder: &[&str], types: &[DataType]) -> Option<DataType> {
    let ranks: Option<Vec<usize>> = types
        .iter()
        .map(|data_type| rank(ladder, data_type))
        .collect();
    ranks?
        .into_iter()
        .max()
        .map(|rank| DataType::named(ladder[rank]))
}
