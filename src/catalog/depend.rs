//! What depends on what, as PostgreSQL's `pg_depend` has it.

mod expressions;
mod functions;

use super::resolve::Reaches;
use super::rewrite::{is_type, sequence_name};
use super::{Catalog, ForeignKey, Key, Mention, QName, Table};
use crate::sql::change::{DataType, Expr, LiteralTarget};

/// Something that can be dropped, and take others with it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Droppable {
    Table(QName),
    Column(QName, String),
    Default(QName, String),
    /// A primary key, unique, check, foreign key or exclusion constraint.
    Constraint(QName, String),
    Index(QName, String),
    Trigger(QName, String),
    Rule(QName, String),
    Policy(QName, String),
    View(QName),
    /// An enum, domain or composite.
    Type(QName),
    Sequence(QName),
    Function(QName, Vec<DataType>),
}

/// How an object goes when what it depends on goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Strength {
    /// The dependent goes too, without a word: an index with its table.
    Auto,
    /// Only with `CASCADE`; without, the drop is refused.
    Normal,
}

pub(crate) use expressions::{as_key, calls_nextval, index_mentions, mentions, refers_to};
use expressions::{casts_to, default_uses_type, is_child, on_expressions};

use Strength::{Auto, Normal};

/// The policies and triggers of a table that reach something.
fn reaching(
    name: &QName,
    table: &Table,
    reads: &dyn Fn(&Reaches) -> bool,
    found: &mut Vec<(Droppable, Strength)>,
) {
    for policy in table
        .policies
        .iter()
        .filter(|policy| reads(&policy.reached))
    {
        found.push((Droppable::Policy(name.clone(), policy.name.clone()), Normal));
    }
    for trigger in table
        .triggers
        .iter()
        .filter(|trigger| reads(&trigger.reached))
    {
        let trigger = Droppable::Trigger(name.clone(), trigger.name.clone());
        found.push((trigger, Normal));
    }
}

impl Catalog {
    /// For messages: `view v`.
    pub(crate) fn describe(&self, object: &Droppable) -> String {
        match object {
            Droppable::Table(name) => format!("table `{}`", self.shown(name)),
            Droppable::Column(table, name) => {
                format!("column `{name}` of table `{}`", self.shown(table))
            }
            Droppable::Default(table, name) => format!(
                "the default of column `{name}` of table `{}`",
                self.shown(table)
            ),
            Droppable::Constraint(table, name) => {
                format!("constraint `{name}` on table `{}`", self.shown(table))
            }
            Droppable::Index(_, name) => format!("index `{name}`"),
            Droppable::Trigger(table, name) => {
                format!("trigger `{name}` on table `{}`", self.shown(table))
            }
            Droppable::Rule(table, name) => {
                format!("rule `{name}` on table `{}`", self.shown(table))
            }
            Droppable::Policy(table, name) => {
                format!("policy `{name}` on table `{}`", self.shown(table))
            }
            Droppable::View(name) => format!("view `{}`", self.shown(name)),
            Droppable::Type(name) => format!("type `{}`", self.shown(name)),
            Droppable::Sequence(name) => format!("sequence `{}`", self.shown(name)),
            Droppable::Function(name, _) => format!("function `{}`", self.shown(name)),
        }
    }

    /// Partitions and inheriting tables.
    pub(crate) fn children(&self, parent: &QName) -> Vec<QName> {
        let tables = self.tables.with(Mention::Parent(&parent.name));
        tables
            .filter(|(_, table)| is_child(table, parent))
            .map(|(name, _)| name.clone())
            .collect()
    }

    /// Everything that goes, or stands in the way, when the object goes.
    pub(crate) fn dependents(&self, object: &Droppable) -> Vec<(Droppable, Strength)> {
        let mut found = Vec::new();
        match object {
            Droppable::Table(name) => self.on_table(name, &mut found),
            Droppable::Column(table, name) => self.on_column(table, name, &mut found),
            Droppable::Constraint(table, name) => {
                if let Some(table) = self.tables.get(table)
                    && let Some(key) = table.keys().find(|key| key.name == *name)
                {
                    self.on_key(table, key, &mut found);
                }
            }
            Droppable::Index(table, name) => {
                if let Some(table) = self.tables.get(table)
                    && let Some(index) = table.index(name)
                    && let Some(key) = as_key(index)
                {
                    self.on_key(table, &key, &mut found);
                }
            }
            Droppable::View(name) => {
                self.views_on(name, None, &mut found);
                self.on_type(name, &mut found);
            }
            Droppable::Type(name) => self.on_type(name, &mut found),
            Droppable::Sequence(name) => self.on_sequence(name, &mut found),
            Droppable::Function(name, arguments) => self.on_function(name, arguments, &mut found),
            Droppable::Default(..)
            | Droppable::Trigger(..)
            | Droppable::Rule(..)
            | Droppable::Policy(..) => {}
        }
        found
    }

    fn on_table(&self, name: &QName, found: &mut Vec<(Droppable, Strength)>) {
        for child in self.children(name) {
            let partition = self.tables[&child].partition_of.is_some();
            found.push((
                Droppable::Table(child),
                if partition { Auto } else { Normal },
            ));
        }
        for (other, table) in self
            .tables
            .with(Mention::Relation(&name.name))
            .filter(|(other, _)| *other != name)
        {
            for key in table.foreign_keys.iter().filter(|key| key.table == *name) {
                found.push((
                    Droppable::Constraint(other.clone(), key.name.clone()),
                    Normal,
                ));
            }
            reaching(
                other,
                table,
                &|reached| reached.relations.contains(name),
                found,
            );
        }
        for (sequence, _) in self.owned_sequences(name, None) {
            found.push((Droppable::Sequence(sequence.clone()), Auto));
        }
        self.views_on(name, None, found);
        self.on_type(name, found);
    }

    /// Sequences that belong to a table's column, or to any of them.
    pub(crate) fn owned_sequences<'a>(
        &'a self,
        table: &'a QName,
        column: Option<&'a str>,
    ) -> impl Iterator<Item = (&'a QName, &'a super::Sequence)> {
        self.sequences
            .with(Mention::Relation(&table.name))
            .filter(move |(_, sequence)| {
                let owner = sequence.owner.as_ref();
                owner.is_some_and(|owner| {
                    owner.table == *table && column.is_none_or(|column| column == owner.name)
                })
            })
    }

    fn views_on(
        &self,
        relation: &QName,
        column: Option<&str>,
        found: &mut Vec<(Droppable, Strength)>,
    ) {
        let mention = match column {
            None => Mention::Relation(&relation.name),
            Some(column) => Mention::Column(&relation.name, column),
        };
        for (name, view) in self
            .views
            .with(mention)
            .filter(|(name, _)| *name != relation)
        {
            let uses = match column {
                None => view.relations.contains(relation),
                Some(column) => view.uses.iter().any(|used| used.is(relation, column)),
            };
            if uses {
                found.push((Droppable::View(name.clone()), Normal));
            }
        }
    }

    fn on_column(&self, table_name: &QName, column: &str, found: &mut Vec<(Droppable, Strength)>) {
        let Some(table) = self.tables.get(table_name) else {
            return;
        };
        let own = |name: &str| Droppable::Constraint(table_name.clone(), name.to_owned());
        for key in table.keys().filter(|key| {
            key.columns
                .iter()
                .chain(&key.include)
                .any(|name| name == column)
        }) {
            found.push((own(&key.name), Auto));
        }
        for key in table
            .foreign_keys
            .iter()
            .filter(|key| key.columns.iter().any(|name| name == column))
        {
            found.push((own(&key.name), Auto));
        }
        for check in table
            .checks
            .iter()
            .filter(|check| mentions(&check.expr, column))
        {
            found.push((own(&check.name), Auto));
        }
        for exclusion in &table.exclusions {
            let mut exprs = exclusion
                .elements
                .iter()
                .map(|(expr, _)| expr)
                .chain(&exclusion.condition);
            if exprs.any(|expr| mentions(expr, column)) {
                found.push((own(&exclusion.name), Auto));
            }
        }
        for index in table
            .indexes
            .iter()
            .filter(|index| index_mentions(index, column))
        {
            found.push((
                Droppable::Index(table_name.clone(), index.name.clone()),
                Auto,
            ));
        }
        for (sequence, _) in self.owned_sequences(table_name, Some(column)) {
            found.push((Droppable::Sequence(sequence.clone()), Auto));
        }
        for other in &table.columns {
            if other
                .generated
                .as_ref()
                .is_some_and(|generated| mentions(&generated.expr, column))
            {
                let strength = if self.versions.postgres >= 15 {
                    Normal
                } else {
                    Auto
                };
                found.push((
                    Droppable::Column(table_name.clone(), other.name.clone()),
                    strength,
                ));
            }
        }
        for trigger in table
            .triggers
            .iter()
            .filter(|trigger| trigger.columns.iter().any(|name| name == column))
        {
            found.push((
                Droppable::Trigger(table_name.clone(), trigger.name.clone()),
                Normal,
            ));
        }
        for policy in table
            .policies
            .iter()
            .filter(|policy| policy.uses(table_name, table_name, column))
        {
            found.push((
                Droppable::Policy(table_name.clone(), policy.name.clone()),
                Normal,
            ));
        }
        for rule in table
            .rules
            .iter()
            .filter(|rule| rule.columns.iter().any(|name| name == column))
        {
            found.push((
                Droppable::Rule(table_name.clone(), rule.name.clone()),
                Normal,
            ));
        }
        for (other, referencing) in self.tables.with(Mention::Column(&table_name.name, column)) {
            for key in &referencing.foreign_keys {
                if key.table == *table_name && key.referenced.iter().any(|name| name == column) {
                    found.push((
                        Droppable::Constraint(other.clone(), key.name.clone()),
                        Normal,
                    ));
                }
            }
            if other != table_name {
                reaching(
                    other,
                    referencing,
                    &|reached| reached.has_column(table_name, column),
                    found,
                );
            }
        }
        self.views_on(table_name, Some(column), found);
    }

    /// Foreign keys that rest on a primary key, unique constraint or unique index, where no other
    /// of the same columns could be meant.
    fn on_key(&self, table: &Table, key: &Key, found: &mut Vec<(Droppable, Strength)>) {
        let same = |columns: &[String], foreign: &ForeignKey| {
            columns.len() == foreign.referenced.len()
                && columns.iter().all(|name| foreign.referenced.contains(name))
        };
        let mention = match key.columns.first() {
            None => Mention::Relation(&table.name.name),
            Some(column) => Mention::Column(&table.name.name, column),
        };
        for (other, referencing) in self.tables.with(mention) {
            for foreign in &referencing.foreign_keys {
                if foreign.table != table.name || !same(&key.columns, foreign) {
                    continue;
                }
                // The server picks a key that is there when the foreign key is made.
                let could_be = |candidate: &Key| {
                    same(&candidate.columns, foreign)
                        && candidate.origin.made <= foreign.origin.made
                };
                let keys = table.keys().filter(|candidate| could_be(candidate)).count();
                let indexes = table
                    .indexes
                    .iter()
                    .filter_map(as_key)
                    .filter(could_be)
                    .count();
                if could_be(key) && keys + indexes == 1 {
                    found.push((
                        Droppable::Constraint(other.clone(), foreign.name.clone()),
                        Normal,
                    ));
                }
            }
        }
    }

    fn on_type(&self, name: &QName, found: &mut Vec<(Droppable, Strength)>) {
        for (table_name, table) in self.tables.with(Mention::Type(&name.name)) {
            for column in &table.columns {
                if is_type(&column.data_type, name) {
                    found.push((
                        Droppable::Column(table_name.clone(), column.name.clone()),
                        Normal,
                    ));
                } else if default_uses_type(column, name) {
                    found.push((
                        Droppable::Default(table_name.clone(), column.name.clone()),
                        Normal,
                    ));
                }
            }
            on_expressions(table_name, table, &|expr| casts_to(expr, name), found);
        }
        let fact = Mention::Type(&name.name);
        for (domain, _) in self
            .domains
            .with(fact)
            .filter(|(_, domain)| is_type(&domain.base, name))
        {
            found.push((Droppable::Type(domain.clone()), Normal));
        }
        for (_, composite) in self.composites.with(fact) {
            if composite
                .fields
                .iter()
                .any(|field| is_type(&field.data_type, name))
            {
                found.push((Droppable::Type(composite.name.clone()), Normal));
            }
        }
        let views = self
            .views
            .with(Mention::Type(&name.name))
            .map(|(_, view)| view);
        for view in views.filter(|view| view.types.iter().any(|cast| is_type(cast, name))) {
            found.push((Droppable::View(view.name.clone()), Normal));
        }
        for function in self.functions.values().flatten() {
            if function
                .arguments
                .iter()
                .chain(&function.returns)
                .any(|data_type| is_type(data_type, name))
            {
                found.push((
                    Droppable::Function(function.name.clone(), function.arguments.clone()),
                    Normal,
                ));
            }
        }
    }

    fn on_sequence(&self, name: &QName, found: &mut Vec<(Droppable, Strength)>) {
        for (table_name, table) in self.tables.with(Mention::Sequence(&name.name)) {
            for column in &table.columns {
                if column
                    .default
                    .as_ref()
                    .is_some_and(|default| self.uses_sequence(&default.expr, name))
                {
                    found.push((
                        Droppable::Default(table_name.clone(), column.name.clone()),
                        Normal,
                    ));
                }
            }
        }
    }

    /// The sequences that a default takes its values from.
    pub(crate) fn sequences_of<'a>(
        &'a self,
        expr: &'a Expr,
    ) -> impl Iterator<Item = (&'a QName, &'a super::Sequence)> {
        let literals = expr.literals.iter().filter(|_| calls_nextval(expr));
        let mut named: Vec<_> = literals
            .filter_map(|literal| sequence_name(&literal.value))
            .flat_map(|written| {
                self.sequences
                    .with(Mention::Named(&written.name))
                    .collect::<Vec<_>>()
            })
            .filter(|(name, _)| self.uses_sequence(expr, name))
            .collect();
        named.sort_unstable_by_key(|&(name, _)| name);
        named.dedup_by_key(|&mut (name, _)| name);
        named.into_iter()
    }

    /// Whether a default takes its values from that sequence.
    pub(crate) fn uses_sequence(&self, expr: &Expr, name: &QName) -> bool {
        calls_nextval(expr)
            && expr.literals.iter().any(|literal| {
                let as_text =
                    matches!(&literal.target, LiteralTarget::Cast(cast) if cast.name != "regclass" && !cast.array);
                !as_text
                    && sequence_name(&literal.value).is_some_and(|written| {
                        written.name == name.name
                            && (written.schema == name.schema
                                || (written.schema.is_empty()
                                    && (name.is_at_home() || self.search_path.contains(&name.schema))))
                    })
            })
    }
}
