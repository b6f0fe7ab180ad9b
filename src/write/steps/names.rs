//! Tables and columns as a person names them.

use crate::catalog::{Catalog, ColumnName, QName, Table};

/// The table of that name: `users`, `app.users`, in any case where that is clear.
pub fn table(catalog: &Catalog, name: &str) -> Result<QName, String> {
    let plain = name.replace(['"', '`'], "");
    let named = |table: &&std::sync::Arc<Table>, same: fn(&str, &str) -> bool| {
        let (schema, own) = match plain.split_once('.') {
            Some((schema, own)) if catalog.dialect.has_schemas() => (Some(schema), own),
            _ => (None, plain.as_str()),
        };
        let here = schema.map_or(table.name.is_at_home(), |schema| {
            same(&table.name.schema, schema)
        });
        here && same(&table.name.name, own)
    };
    let mut exact = catalog
        .tables
        .values()
        .filter(|it| named(it, |a, b| a == b));
    if let Some(found) = exact.next() {
        return Ok(found.name.clone());
    }
    let any: Vec<_> = catalog
        .tables
        .values()
        .filter(|it| named(it, |a, b| a.eq_ignore_ascii_case(b)))
        .collect();
    if let [one] = any.as_slice() {
        return Ok(one.name.clone());
    }
    let names: Vec<String> = catalog.tables.keys().map(|it| catalog.shown(it)).collect();
    let near = nearest(&plain, names.iter().map(String::as_str));
    let near = near
        .map(|near| format!("; there is `{near}`"))
        .unwrap_or_default();
    Err(format!("there is no table `{name}`{near}"))
}

/// The column of that name: `users.email`, `app.users.email`.
pub fn column(catalog: &Catalog, name: &str) -> Result<ColumnName, String> {
    let (of, own) = name
        .rsplit_once('.')
        .ok_or_else(|| format!("`{name}` is no column: write TABLE.COLUMN"))?;
    let table = table(catalog, of)?;
    let plain = own.replace(['"', '`'], "");
    let found = &catalog.tables[&table];
    let exact = found.column(&plain);
    let alike = exact.or_else(|| {
        let mut columns = found.columns.iter();
        columns.find(|column| column.name.eq_ignore_ascii_case(&plain))
    });
    if let Some(column) = alike {
        return Ok(ColumnName {
            table: table.clone(),
            name: column.name.clone(),
        });
    }
    let near = nearest(
        &plain,
        found.columns.iter().map(|column| column.name.as_str()),
    );
    let near = near
        .map(|near| format!("; there is `{near}`"))
        .unwrap_or_default();
    Err(format!(
        "`{}` has no column `{plain}`{near}",
        catalog.shown(&table)
    ))
}

/// The candidate most like a name, if any is like it.
fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    candidates
        .into_iter()
        .map(|candidate| (strsim::jaro_winkler(name, candidate), candidate))
        .filter(|&(likeness, _)| likeness > 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, candidate)| candidate)
}
