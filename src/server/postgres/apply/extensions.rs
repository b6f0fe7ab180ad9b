//! What PostgreSQL's extensions bring, as far as migrations name it.

use crate::catalog::QName;
use crate::catalog::Rejection;
use crate::catalog::apply::{Apply, Outcome};
use crate::catalog::depend::Droppable;
use crate::catalog::rejection::sqlstate;
use crate::catalog::{Catalog, ColumnName};
use crate::server::postgres::apply::methods::extension_name;
use crate::sql::change::{DropMode, Ident};

/// Extensions with the types and index operator classes that they bring.
const EXTENSIONS: &[(&str, &[&str])] = &[
    ("adminpack", &[]),
    ("amcheck", &[]),
    ("autoinc", &[]),
    ("btree_gin", &[]),
    (
        "btree_gist",
        &["gbtreekey4", "gbtreekey8", "gbtreekey16", "gbtreekey32"],
    ),
    ("citext", &["citext"]),
    ("cube", &["cube"]),
    ("dblink", &[]),
    ("dict_int", &[]),
    ("earthdistance", &["earth"]),
    ("file_fdw", &[]),
    ("fuzzystrmatch", &[]),
    ("hstore", &["hstore", "ghstore"]),
    (
        "http",
        &[
            "http_request",
            "http_response",
            "http_header",
            "http_method",
        ],
    ),
    ("hypopg", &[]),
    ("intarray", &["query_int", "intbig_gkey"]),
    (
        "isn",
        &[
            "ean13", "isbn", "isbn13", "ismn", "ismn13", "issn", "issn13", "upc",
        ],
    ),
    ("lo", &["lo"]),
    ("ltree", &["ltree", "lquery", "ltxtquery", "ltree_gist"]),
    ("moddatetime", &[]),
    ("pageinspect", &[]),
    ("pg_buffercache", &[]),
    ("pg_cron", &[]),
    ("pg_graphql", &[]),
    ("pg_net", &["http_response_result", "net_http_response"]),
    ("pg_partman", &[]),
    ("pg_prewarm", &[]),
    ("pg_repack", &[]),
    ("pg_stat_statements", &[]),
    ("pg_trgm", &["gtrgm"]),
    ("pg_uuidv7", &[]),
    ("pgcrypto", &[]),
    ("pgjwt", &[]),
    ("pgroonga", &[]),
    ("pgrowlocks", &[]),
    ("pgsodium", &[]),
    ("pgstattuple", &[]),
    ("plpgsql", &[]),
    (
        "postgis",
        &[
            "geometry",
            "geography",
            "box2d",
            "box3d",
            "raster",
            "spheroid",
            "geometry_dump",
        ],
    ),
    ("postgis_topology", &["topogeometry"]),
    ("postgres_fdw", &[]),
    ("seg", &["seg"]),
    ("semver", &["semver"]),
    ("sslinfo", &[]),
    ("supabase_vault", &[]),
    (
        "tablefunc",
        &[
            "tablefunc_crosstab_2",
            "tablefunc_crosstab_3",
            "tablefunc_crosstab_4",
        ],
    ),
    ("timescaledb", &[]),
    ("tsm_system_rows", &[]),
    ("ulid", &["ulid"]),
    ("unaccent", &[]),
    ("uuid-ossp", &[]),
    ("vector", &["vector", "halfvec", "sparsevec"]),
    ("xml2", &[]),
];

/// Whether all types of the extension are listed here.
pub(crate) fn is_known(extension: &str) -> bool {
    EXTENSIONS.iter().any(|(name, _)| *name == extension)
}

/// Whether some extension brings a type of that name.
pub(crate) fn brings_type(name: &str) -> bool {
    EXTENSIONS.iter().any(|(_, types)| types.contains(&name))
}

impl Apply<'_> {
    pub(crate) fn create_extension(
        &mut self,
        name: &Ident,
        schema: Option<&Ident>,
        if_not_exists: bool,
    ) -> Outcome {
        if let Some(origin) = self.catalog.extensions.get(&name.value) {
            if if_not_exists || origin.made.is_none() {
                return Ok(());
            }
            let message = format!("extension `{}` already exists", name.value);
            return Err(
                Rejection::new(sqlstate::DUPLICATE_OBJECT, name.span, message)
                    .because(origin.made, "created here"),
            );
        }
        if let Some(schema) = schema {
            self.need_schema(schema)?;
        }
        let origin = self.origin();
        self.catalog.extensions.insert(name.value.clone(), origin);
        Ok(())
    }

    pub(crate) fn drop_extensions(&mut self, names: &[Ident], mode: DropMode) -> Outcome {
        for name in names {
            let Some(origin) = self.catalog.extensions.get(&name.value).copied() else {
                if mode.if_exists || !self.catalog.knowledge.is_exact() || name.value == "plpgsql" {
                    continue;
                }
                let message = format!("extension `{}` does not exist", name.value);
                return Err(Rejection::new(
                    sqlstate::UNDEFINED_OBJECT,
                    name.span,
                    message,
                ));
            };
            let users = self.catalog.users_of_extension(&name.value);
            if let Some(ColumnName {
                table,
                name: column,
            }) = users.first()
            {
                if !mode.cascade {
                    let message = format!(
                        "extension `{}` cannot be dropped: column `{column}` of table `{}` has one of its types",
                        name.value,
                        self.catalog.shown(table)
                    );
                    return Err(Rejection::new(
                        sqlstate::DEPENDENT_OBJECTS_STILL_EXIST,
                        name.span,
                        message,
                    )
                    .because(origin.made, "the extension is created here"));
                }
                let targets = users
                    .iter()
                    .map(|column| Droppable::Column(column.table.clone(), column.name.clone()));
                let targets: Vec<_> = targets.collect();
                self.drop_objects(&targets, true, name.span)?;
            }
            self.catalog.extensions.remove(&name.value);
            let gone = QName::new("", extension_name(&name.value));
            self.gone(gone, None, "the extension is dropped here");
        }
        Ok(())
    }
}

impl Catalog {
    /// Columns whose type an extension brought.
    fn users_of_extension(&self, extension: &str) -> Vec<ColumnName> {
        let types = EXTENSIONS
            .iter()
            .find(|(name, _)| *name == extension)
            .map_or(&[][..], |(_, types)| types);
        let mut users = Vec::new();
        for (name, table) in &self.tables {
            for column in &table.columns {
                if types.contains(&column.data_type.name.as_str())
                    && self.type_of(&column.data_type).is_none()
                {
                    users.push(ColumnName::new(name.clone(), column.name.clone()));
                }
            }
        }
        users
    }
}
