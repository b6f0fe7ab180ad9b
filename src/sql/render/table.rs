//! `CREATE TABLE` and constraints.

use super::{Renderer, if_not_exists};
use crate::sql::change::Deferral;
use crate::sql::change::{
    ConstraintDef, ConstraintKind, CreateTable, Ident, PartitionBy, Persistence, ReferentialAction,
    TableOption,
};

impl Renderer {
    pub(super) fn create_table(self, create: &CreateTable) -> String {
        let persistence = match create.persistence {
            Persistence::Permanent => "",
            Persistence::Unlogged => "UNLOGGED ",
            Persistence::Temporary => "TEMPORARY ",
        };
        let name = self.name(&create.name);
        if let Some(module) = create.option("virtual") {
            return format!(
                "CREATE VIRTUAL TABLE {}{name} USING {module}",
                if_not_exists(create.if_not_exists)
            );
        }
        let or_replace = if create.or_replace { "OR REPLACE " } else { "" };
        let mut out = format!(
            "CREATE {or_replace}{persistence}TABLE {}{name}",
            if_not_exists(create.if_not_exists)
        );
        if let Some(like) = create.like.first()
            && self.dialect.like_copies_all()
        {
            return format!("{out} LIKE {}", self.name(&like.table));
        }
        if let Some((parent, _)) = &create.partition_of {
            out.extend([format!(" PARTITION OF {}", self.name(parent))]);
        }
        let likes = create.like.iter().map(|like| {
            let including: String = like
                .including
                .iter()
                .flat_map(|word| [" INCLUDING ", word.as_str()])
                .collect();
            format!("LIKE {}{including}", self.name(&like.table))
        });
        let columns = create.columns.iter().map(|column| self.column(column));
        let indexes = create.indexes.iter().map(|index| self.inline_index(index));
        let constraints = create
            .constraints
            .iter()
            .map(|constraint| self.constraint(constraint));
        let elements: Vec<String> = likes
            .chain(columns)
            .chain(indexes)
            .chain(constraints)
            .collect();
        if !elements.is_empty() {
            out.extend([format!(" (\n  {}\n)", elements.join(",\n  "))]);
        } else if create.partition_of.is_none() && create.query.is_none() {
            out.push_str(" ()");
        }
        if let Some((_, bound)) = &create.partition_of {
            out.extend([format!(" {}", bound.sql)]);
        }
        if !create.inherits.is_empty() {
            out.extend([format!(" INHERITS ({})", self.names(&create.inherits))]);
        }
        let partitions = create.partition_by.as_ref();
        let written = partitions.and_then(|partitions| partitions.written.as_ref());
        if let (Some(PartitionBy { method, keys, .. }), None) = (partitions, written) {
            let keys: Vec<&str> = keys.iter().map(|key| key.sql.as_str()).collect();
            out.extend([format!(
                " PARTITION BY {} ({})",
                method.to_uppercase(),
                keys.join(", ")
            )]);
        }
        out.push_str(&self.options(&create.options));
        // Where the whole clause is kept, it follows the options.
        if let Some(written) = written {
            out.extend([" ", written.as_str()]);
        }
        if let Some(query) = &create.query {
            out.extend([format!(" AS {}", query.sql)]);
        }
        out
    }

    fn options(self, options: &[TableOption]) -> String {
        let words = self.dialect.table_options_are_words();
        let between = self.dialect.table_options_separator();
        let texts: Vec<String> = options
            .iter()
            .map(|option| self.option(option, words))
            .collect();
        if texts.is_empty() {
            String::new()
        } else {
            format!(" {}", texts.join(between))
        }
    }

    fn option(self, option: &TableOption, words: bool) -> String {
        match (option.name.as_str(), option.value.as_str()) {
            (name, _) if words => name.to_uppercase(),
            ("comment", text) => format!("COMMENT = {}", self.string(text)),
            ("charset", value) => format!("DEFAULT CHARSET = {value}"),
            (name, "") => name.to_uppercase(),
            (name, value) => format!("{} = {value}", name.to_uppercase()),
        }
    }

    /// A constraint of a table.
    pub(super) fn constraint(self, constraint: &ConstraintDef) -> String {
        let body = match &constraint.kind {
            ConstraintKind::PrimaryKey {
                using_index: Some(index),
                ..
            } => {
                format!("PRIMARY KEY USING INDEX {}", self.ident(index))
            }
            ConstraintKind::Unique {
                using_index: Some(index),
                ..
            } => {
                format!("UNIQUE USING INDEX {}", self.ident(index))
            }
            ConstraintKind::PrimaryKey {
                columns, include, ..
            } => {
                format!(
                    "PRIMARY KEY ({}){}",
                    self.keys(columns),
                    self.include(include)
                )
            }
            ConstraintKind::Unique {
                columns,
                include,
                nulls_not_distinct,
                index_name,
                ..
            } => {
                let nulls = if *nulls_not_distinct {
                    " NULLS NOT DISTINCT"
                } else {
                    ""
                };
                let index = index_name
                    .as_ref()
                    .map(|name| format!(" KEY {}", self.ident(name)))
                    .unwrap_or_default();
                format!(
                    "UNIQUE{nulls}{index} ({}){}",
                    self.keys(columns),
                    self.include(include)
                )
            }
            ConstraintKind::ForeignKey(key) => {
                let index = key
                    .index_name
                    .as_ref()
                    .map(|name| format!("{} ", self.ident(name)))
                    .unwrap_or_default();
                format!(
                    "FOREIGN KEY {index}({}) {}",
                    self.idents(&key.columns),
                    self.references(constraint)
                )
            }
            ConstraintKind::Check { .. } => self.check(constraint),
            ConstraintKind::NotNull { column } => format!("NOT NULL {}", self.ident(column)),
            ConstraintKind::Exclude {
                method,
                elements,
                condition,
            } => {
                let method = method
                    .as_ref()
                    .map(|method| format!(" USING {method}"))
                    .unwrap_or_default();
                let elements = elements
                    .iter()
                    .map(|(expr, operator)| format!("{} WITH {operator}", expr.sql));
                let condition = condition
                    .as_ref()
                    .map(|expr| format!(" WHERE {}", self.bracketed(expr)));
                format!(
                    "EXCLUDE{method} ({}){}",
                    elements.collect::<Vec<_>>().join(", "),
                    condition.unwrap_or_default()
                )
            }
        };
        format!(
            "{}{body}{}",
            self.constraint_name(constraint.name.as_ref()),
            tail(constraint)
        )
    }

    /// A constraint of one column.
    pub(super) fn inline(self, constraint: &ConstraintDef) -> String {
        let body = match &constraint.kind {
            ConstraintKind::PrimaryKey { .. } => "PRIMARY KEY".to_owned(),
            ConstraintKind::Unique {
                nulls_not_distinct, ..
            } => if *nulls_not_distinct {
                "UNIQUE NULLS NOT DISTINCT"
            } else {
                "UNIQUE"
            }
            .to_owned(),
            ConstraintKind::ForeignKey(_) => self.references(constraint),
            ConstraintKind::Check { .. } => self.check(constraint),
            ConstraintKind::NotNull { .. } | ConstraintKind::Exclude { .. } => {
                return self.constraint(constraint);
            }
        };
        format!(
            "{}{body}{}",
            self.constraint_name(constraint.name.as_ref()),
            tail(constraint)
        )
    }

    fn constraint_name(self, name: Option<&Ident>) -> String {
        name.map(|name| format!("CONSTRAINT {} ", self.ident(name)))
            .unwrap_or_default()
    }

    fn include(self, columns: &[Ident]) -> String {
        if columns.is_empty() {
            String::new()
        } else {
            format!(" INCLUDE ({})", self.idents(columns))
        }
    }

    fn check(self, constraint: &ConstraintDef) -> String {
        let ConstraintKind::Check {
            expr,
            no_inherit,
            enforced,
        } = &constraint.kind
        else {
            return String::new();
        };
        let no_inherit = if *no_inherit { " NO INHERIT" } else { "" };
        let enforced = if *enforced { "" } else { " NOT ENFORCED" };
        format!("CHECK {}{no_inherit}{enforced}", self.bracketed(expr))
    }

    fn references(self, constraint: &ConstraintDef) -> String {
        let ConstraintKind::ForeignKey(key) = &constraint.kind else {
            return String::new();
        };
        let mut out = format!("REFERENCES {}", self.name(&key.table));
        if !key.referenced.is_empty() {
            out.extend([format!(" ({})", self.idents(&key.referenced))]);
        }
        for (event, action) in [("DELETE", key.on_delete), ("UPDATE", key.on_update)] {
            if action != ReferentialAction::NoAction {
                out.extend([format!(" ON {event} {}", action.sql())]);
            }
        }
        out
    }
}

fn tail(constraint: &ConstraintDef) -> String {
    let mut out = String::new();
    for (set, text) in [
        (constraint.deferral != Deferral::Never, " DEFERRABLE"),
        (
            constraint.deferral == Deferral::Initially,
            " INITIALLY DEFERRED",
        ),
        (constraint.not_valid, " NOT VALID"),
    ] {
        out.push_str(if set { text } else { "" });
    }
    out
}
