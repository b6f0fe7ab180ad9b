//! SQL that declares a schema: `schema.sql`, `structure.sql`, pg_dump, mysqldump, SQLite's
//! `.schema`, folders of `CREATE` statements.
//!
//! It is one big migration of an empty database, and is read by the same pipeline as the
//! migrations.

use super::load::Beside;
use super::{Declared, DeclaredPolicy, Language, LongName, Place};
use crate::catalog::{Knowledge, Origin, Part, Rejection, Site, Slot, sqlstate};
use crate::error::Result;
use crate::project::Unjudged;
use crate::replay::{Replay, Step};
use crate::source::{Source, Span};
use crate::sql::Unit;
use crate::sql::change::{Change, ChangeKind, TableAction};
use crate::sql::limit::TooLong;
use crate::sql::{
    self, Dialect, ProblemKind, Script, Statement, Understood, Unread, Versions, given,
};
use crate::tool::Tool;

/// Reads the SQL beside a set.
pub(crate) fn beside(
    beside: &Beside,
    files: Vec<Source>,
    unread: &mut Vec<Unjudged>,
) -> Result<Vec<Declared>> {
    if let (Some(scripts), Some(dump)) = (beside.set.runner.scripts(), files.first()) {
        let reason = format!(
            "the migrations are {}, which driftlint does not read, so it was compared with nothing",
            scripts.language
        );
        unread.push(Unjudged::foreign(dump.path(), reason));
        return Ok(Vec::new());
    }
    let schema = read(&files, beside.set.dialect, beside.versions);
    Ok(vec![Declared { files, ..schema }])
}

/// Reads the files in the order given. A statement that needs what comes later waits for it:
/// schemas are sorted by name as often as by need, and mysqldump has the server look away while it
/// makes tables.
pub fn read(files: &[Source], dialect: Dialect, versions: Versions) -> Declared {
    let mut declared = Declared::new(Language::of(Tool::Plain), dialect);
    let scripts: Vec<Script> = files
        .iter()
        .map(|source| script(source, dialect, versions))
        .collect();
    let run = |careful: bool| {
        let replay = Replay::of_schema(dialect, versions);
        let mut reading = DumpReading {
            replay,
            careful,
            late: Vec::new(),
        };
        for (number, script) in scripts.iter().enumerate() {
            reading.file(number, script);
        }
        reading
    };
    // Most schemas are in an order that works. The careful way copies the catalog before each
    // statement that may have to wait, so it is taken only once something was refused.
    let mut reading = run(false);
    if !reading.late.is_empty() {
        reading = run(true);
        reading.catch_up(&scripts);
    }
    let unmet = reading.imagine(&scripts);
    let late = std::mem::take(&mut reading.late);
    declared.catalog = reading.replay.into_catalog();
    // A table that is only mentioned is not part of this schema, whoever makes it.
    let mentioned = declared
        .catalog
        .tables
        .values()
        .filter(|table| table.origin.made.is_none() && !table.bookkeeping);
    declared
        .foreign
        .extend(mentioned.map(|table| table.name.clone()));
    for (number, script) in scripts.iter().enumerate() {
        // A body without an end may be one that driftlint cuts wrongly.
        for problem in script
            .problems
            .iter()
            .filter(|problem| problem.kind != ProblemKind::UnclosedBody)
        {
            declared.broken(&files[number], problem.span, problem.kind.message());
            declared.catalog.doubt("a part of the schema is no SQL");
        }
        for statement in &script.statements {
            declared.long_names.extend(long_names(statement, dialect));
            let Understood::Opaque { ddl, reason } = &statement.understood else {
                continue;
            };
            if let Unread::Invalid(fault) = reason {
                let message = format!("syntax error: {}", fault.kind.message());
                declared.broken(&files[number], fault.span, message);
                declared
                    .catalog
                    .doubt("a statement of the schema is no SQL");
            } else if *ddl {
                declared.note(
                    &files[number],
                    statement.span,
                    format!("the statement is not understood: {reason}"),
                );
                declared
                    .catalog
                    .doubt("a statement of the schema is not understood");
            }
        }
    }
    for RefusedStatement {
        file, rejections, ..
    } in unmet.iter().chain(&late)
    {
        for rejection in rejections {
            declared.note(
                &files[*file],
                rejection.span,
                format!("the statement would fail: {}", rejection.message),
            );
        }
    }
    for RefusedStatement {
        file, statement, ..
    } in late
    {
        distrust(&mut declared, &scripts[file].statements[statement]);
    }
    places(&mut declared, files);
    declared
}

/// The names that MySQL refuses, and the statement with them. PostgreSQL cuts those that are too
/// long.
fn long_names(statement: &Statement, dialect: Dialect) -> impl Iterator<Item = LongName> {
    let changes = statement
        .changes
        .iter()
        .filter(move |_| dialect.refuses_long_names());
    changes.flat_map(given::names).filter_map(move |given| {
        Some(LongName {
            what: given.what,
            name: given.name.value.clone(),
            key: None,
            length: TooLong::of_ident(given.name, dialect)?,
            clash: None,
            place: Place {
                source: statement.source.clone(),
                span: given.name.span,
            },
        })
    })
}

/// All of a file.
fn script(source: &Source, dialect: Dialect, versions: Versions) -> Script {
    let text = source.text();
    let start = if text.starts_with('\u{feff}') {
        '\u{feff}'.len_utf8()
    } else {
        0
    };
    sql::script(
        source,
        Span::new(start, text.len()),
        dialect,
        versions,
        Unit::Statement,
    )
}

struct DumpReading {
    replay: Replay,
    /// Whether what a refused statement has done is undone; that costs, and few schemas need it.
    careful: bool,
    late: Vec<RefusedStatement>,
}

/// A statement that was refused, and why.
struct RefusedStatement {
    file: usize,
    statement: usize,
    rejections: Vec<Rejection>,
}

impl DumpReading {
    fn file(&mut self, number: usize, script: &Script) {
        self.begin(number, &script.statements);
        for (at, statement) in script.statements.iter().enumerate() {
            let before = (self.careful && waits(statement)).then(|| self.replay.clone());
            let rejections = self.replay.statement(0, statement);
            if waits(statement) && !rejections.is_empty() {
                if let Some(before) = before {
                    self.replay = before;
                }
                self.late.push(RefusedStatement {
                    file: number,
                    statement: at,
                    rejections,
                });
            }
        }
        self.replay.end();
    }

    /// Tries what was refused again, as long as that gets on. People write schemas in an order that
    /// reads well, and a refused statement would take all that rests on it out of the comparison:
    /// before, 16 of 166 edits of ten real dumps went unseen.
    fn catch_up(&mut self, scripts: &[Script]) {
        loop {
            let open = self.late.len();
            for late in std::mem::take(&mut self.late) {
                let statements = &scripts[late.file].statements;
                let statement = &statements[late.statement];
                let before = self.replay.clone();
                self.prepare(late.file, &statements[..late.statement]);
                let rejections = self.replay.statement(0, statement);
                self.replay.end();
                if !rejections.is_empty() {
                    self.replay = before;
                    self.late.push(RefusedStatement { rejections, ..late });
                }
            }
            if self.late.len() == open {
                return;
            }
        }
    }

    /// Makes tables and views that only lack others: what is said of them holds all the same.
    /// Returns which those are.
    fn imagine(&mut self, scripts: &[Script]) -> Vec<RefusedStatement> {
        let (tables, rest): (Vec<RefusedStatement>, Vec<RefusedStatement>) =
            std::mem::take(&mut self.late)
                .into_iter()
                .partition(|late| {
                    let changes = &scripts[late.file].statements[late.statement].changes;
                    changes.iter().any(makes_relation)
                        && late
                            .rejections
                            .iter()
                            .all(|rejection| rejection.code == sqlstate::UNDEFINED_TABLE)
                });
        self.late = rest;
        let mut made = Vec::new();
        for late in tables {
            let statements = &scripts[late.file].statements;
            let before = self.replay.clone();
            self.prepare(late.file, &statements[..late.statement]);
            let rejections = self
                .replay
                .as_if_all_were_there(&statements[late.statement]);
            self.replay.end();
            if rejections.is_empty() {
                made.push(late);
            } else {
                self.replay = before;
                self.late.push(late);
            }
        }
        if !made.is_empty() {
            self.catch_up(scripts);
        }
        made
    }

    /// Names are looked up where the file had them looked up.
    fn prepare(&mut self, file: usize, statements: &[Statement]) {
        self.begin(file, &[]);
        for setting in statements.iter().filter(|it| sets_parameter(it)) {
            self.replay.statement(0, setting);
        }
    }

    fn begin(&mut self, number: usize, statements: &[Statement]) {
        let number = u32::try_from(number).unwrap_or(u32::MAX);
        self.replay.ignore_foreign_keys();
        self.replay.begin(&Step::bare(number, statements));
    }
}

fn makes_relation(change: &Change) -> bool {
    matches!(
        change.kind,
        ChangeKind::CreateTable(_) | ChangeKind::CreateView { .. }
    )
}

fn waits(statement: &Statement) -> bool {
    statement.changes.iter().any(|change| {
        matches!(
            change.kind,
            ChangeKind::CreateTable(_)
                | ChangeKind::AlterTable(_)
                | ChangeKind::CreateIndex { .. }
                | ChangeKind::CreateView { .. }
                | ChangeKind::CreateTrigger { .. }
        )
    })
}

fn sets_parameter(statement: &Statement) -> bool {
    statement
        .changes
        .iter()
        .any(|change| matches!(change.kind, ChangeKind::SetParameter { .. }))
}

/// What a refused statement would have made or changed is not known. A key or an index that cannot
/// be made is simply not there.
fn distrust(declared: &mut Declared, statement: &Statement) {
    let catalog = &mut declared.catalog;
    for change in &statement.changes {
        let name = match &change.kind {
            // One that is there already stays as it is.
            ChangeKind::CreateTable(create) if catalog.find_table(&create.name).is_some() => {
                continue;
            }
            ChangeKind::CreateTable(create) => &create.name,
            ChangeKind::CreateView { name, .. } => name,
            ChangeKind::AlterTable(alter) => {
                let mut actions = alter.actions.iter();
                let adds =
                    actions.all(|(action, _)| matches!(action, TableAction::AddConstraint(_)));
                if let Some(name) = catalog.find_table(&alter.table).filter(|_| !adds)
                    && let Some(table) = catalog.tables.get_mut(&name)
                {
                    std::sync::Arc::make_mut(table).knowledge =
                        Knowledge::Unknown("a statement of the schema would fail".to_owned());
                }
                continue;
            }
            _ => continue,
        };
        declared.foreign.insert(catalog.qualify(name));
    }
}

/// Where everything is declared is where a replay of the files made it.
fn places(declared: &mut Declared, files: &[Source]) {
    let mut found: Vec<(Slot, Site)> = Vec::new();
    let mut add = |key: Slot, origin: &Origin| found.extend(origin.made.map(|site| (key, site)));
    for (name, table) in &declared.catalog.tables {
        add(Slot::table(name), &table.origin);
        for column in &table.columns {
            add(Slot::column(name, &column.name), &column.origin);
        }
        if let Some(key) = &table.primary_key {
            add(Slot::new(name, Part::PrimaryKey), &key.origin);
        }
        for key in &table.foreign_keys {
            add(
                Slot::new(name, Part::ForeignKey(key.columns.clone())),
                &key.origin,
            );
        }
        for key in &table.uniques {
            add(
                Slot::new(name, Part::Unique(key.columns.clone())),
                &key.origin,
            );
        }
        for index in &table.indexes {
            add(
                Slot::new(name, Part::Index(index.name.clone())),
                &index.origin,
            );
        }
        for check in &table.checks {
            add(
                Slot::new(name, Part::Check(check.name.clone())),
                &check.origin,
            );
        }
    }
    for (name, kind) in &declared.catalog.enums {
        add(Slot::enumeration(name), &kind.origin);
        for label in &kind.labels {
            add(Slot::label(name, &label.text), &label.origin);
        }
    }
    for (name, view) in &declared.catalog.views {
        add(Slot::new(name, Part::View), &view.origin);
    }
    let place = |site: Site| {
        let source = files.get(usize::try_from(site.migration).ok()?)?;
        Some(Place {
            source: source.clone(),
            span: site.span,
        })
    };
    let mut policies = Vec::new();
    for (name, table) in &declared.catalog.tables {
        let own = |name_of: Option<&str>, site: Option<Site>| {
            Some(DeclaredPolicy {
                table: name.clone(),
                name: name_of.map(str::to_owned),
                place: place(site?)?,
            })
        };
        let counts = table.row_security.enabled;
        let itself = counts.then(|| own(None, table.origin.made));
        policies.extend(itself.flatten());
        let named = table.policies.iter();
        policies.extend(named.filter_map(|policy| own(Some(&policy.name), policy.origin.made)));
    }
    declared.policies = policies;
    for (key, site) in found {
        if let Some(source) = usize::try_from(site.migration)
            .ok()
            .and_then(|at| files.get(at))
        {
            declared.place(key, source, site.span);
        }
    }
    let columns = declared
        .catalog
        .tables
        .values()
        .map(|table| table.columns.len())
        .sum();
    declared.coverage.columns = columns;
    declared.coverage.known = columns;
}
