//! `driftlint schema --format sql`: statements that make the same catalog on a new server.

mod known;
mod written;

use super::{Catalog, Definition, Knowledge, Site, Table, Written};
use crate::source::Source;
use crate::sql::change::{Change, ChangeKind};
use crate::sql::render;

/// The files of a history, by migration and file, in order of application: where a catalog's
/// [`Site`]s lie.
#[derive(Clone, Debug, Default)]
pub struct Texts(Vec<Vec<Source>>);

impl Texts {
    /// The files of each migration.
    pub fn new(migrations: Vec<Vec<Source>>) -> Self {
        Self(migrations)
    }

    /// Files that were read one after the other, each as a migration of its own, as a declared
    /// schema's are.
    pub fn of_files(files: &[Source]) -> Self {
        Self(files.iter().map(|file| vec![file.clone()]).collect())
    }

    /// The statements that make an object that is made by its own text; `None` where they do not
    /// stand here.
    pub(crate) fn statements(&self, catalog: &Catalog, object: &Written) -> Option<Vec<String>> {
        written::statements(catalog, self, object)
    }

    fn at(&self, site: Site) -> Option<&Source> {
        self.0
            .get(usize::try_from(site.migration).ok()?)?
            .get(usize::try_from(site.file).ok()?)
    }
}

/// The catalog as SQL. What cannot be printed exactly is named in a comment at its place, and
/// counted in a last one. Call it inside [`on_big_stack`](crate::sql::on_big_stack).
pub fn sql(catalog: &Catalog, texts: &Texts) -> String {
    let (known, left_out) = known::printable(catalog);
    let mut print = Print {
        catalog: &known,
        texts,
        out: String::new(),
        inexact: 0,
    };
    print.all(&left_out);
    print.out
}

struct Print<'a> {
    catalog: &'a Catalog,
    texts: &'a Texts,
    out: String,
    /// How many objects are not printed exactly.
    inexact: usize,
}

impl Print<'_> {
    fn all(&mut self, left_out: &[String]) {
        if let Knowledge::Unknown(why) = &self.catalog.knowledge {
            self.remark(&format!("not everything is known: {why}"));
        }
        for what in left_out {
            self.inexact(what);
        }
        let definitions = self.catalog.definitions();
        let functions = self.catalog.functions.values().flatten().count();
        if self.catalog.dialect.looks_at_function_bodies() && functions > 0 {
            // Bodies may speak of what is made later.
            self.statement("SET check_function_bodies = false");
        }
        for definition in &definitions {
            match definition {
                Definition::Change(change) => self.change(change),
                Definition::Text(object) => {
                    match (
                        written::statements(self.catalog, self.texts, object),
                        &object.otherwise,
                    ) {
                        (Some(texts), _) => texts.iter().for_each(|text| self.statement(text)),
                        (None, Some(change)) => self.change(change),
                        (None, None) => {
                            let (kind, name) = (object.subject.kind(), object.subject.name());
                            self.inexact(&format!(
                                "{kind} {name} is left out: its text could not be found"
                            ));
                        }
                    }
                }
            }
        }
        if self.inexact > 0 {
            let objects = if self.inexact == 1 {
                "1 object is"
            } else {
                "objects are"
            };
            let count = if self.inexact == 1 {
                String::new()
            } else {
                format!("{} ", self.inexact)
            };
            self.remark(&format!(
                "{count}{objects} not printed exactly; the comments above say which"
            ));
        }
    }

    fn change(&mut self, change: &Change) {
        let table = match &change.kind {
            ChangeKind::CreateTable(create) => self.catalog.table(&create.name),
            _ => None,
        };
        if let Some(table) = table {
            self.doubts(table);
        }
        match render::render(&change.kind, self.catalog.dialect) {
            Some(text) => self.statement(&text),
            None => self.inexact("a statement is left out: it has no text"),
        }
    }

    /// What is not known of a table.
    fn doubts(&mut self, table: &Table) {
        let reason = |knowledge: &Knowledge| match knowledge {
            Knowledge::Exact => None,
            Knowledge::Unknown(why) => Some(why.clone()),
        };
        let shown = self.catalog.shown(&table.name);
        if let Some(why) = reason(&table.knowledge) {
            self.inexact(&format!("table {shown} is not known exactly: {why}"));
            return;
        }
        for column in &table.columns {
            if let Some(why) = reason(&column.knowledge) {
                self.inexact(&format!(
                    "column {} of table {shown} is not known exactly: {why}",
                    column.name
                ));
            }
        }
    }

    fn statement(&mut self, text: &str) {
        let text = text.trim_end();
        // MySQL's client ends a statement at the first `;` otherwise, also inside of a body.
        if self.catalog.dialect.has_delimiter_command() && text.contains(';') {
            let mark = ["//", "$$", ";;;;"]
                .into_iter()
                .find(|mark| !text.contains(mark))
                .unwrap_or("//");
            self.out.extend([
                &format!("DELIMITER {mark}\n"),
                text,
                "\n",
                mark,
                "\nDELIMITER ;\n",
            ]);
        } else {
            self.out.extend([text, ";\n"]);
        }
    }

    fn inexact(&mut self, text: &str) {
        self.inexact += 1;
        self.remark(text);
    }

    /// A comment; MySQL wants a blank after the dashes, and a name may hold a line break.
    fn remark(&mut self, text: &str) {
        let line = text.replace(char::is_control, " ");
        self.out.extend(["-- ", &line, "\n"]);
    }
}
