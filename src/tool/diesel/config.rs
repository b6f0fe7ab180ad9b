//! Where `diesel.toml` says that schemas are printed to.

/// The files that `diesel.toml` has printed, as written.
pub(crate) fn files(text: &str) -> Vec<String> {
    let table = text.parse::<toml::Table>().ok();
    let print = table
        .as_ref()
        .and_then(|table| table.get("print_schema"))
        .and_then(toml::Value::as_table);
    let sections = print.into_iter().flat_map(|print| {
        print
            .values()
            .filter_map(toml::Value::as_table)
            .chain([print])
    });
    sections
        .filter_map(|section| section.get("file")?.as_str().map(str::to_owned))
        .collect()
}
