use crate::catalog::{Catalog, Index};
use crate::schema::Declared;
use crate::source::Source;
use crate::sql::Dialect;

fn read(provider: &str, schema: &str) -> Declared {
    let datasource = format!("datasource db {{\n  provider = \"{provider}\"\n}}\n");
    super::read(
        &[
            Source::new("a.prisma", datasource),
            Source::new("b.prisma", schema),
        ],
        None,
    )
    .unwrap()
}

fn index(index: &Index) -> String {
    let keys: Vec<_> = index
        .keys
        .iter()
        .map(|key| {
            let mut text = key.column.clone().unwrap_or_default();
            text += &key.length.map(|it| format!("({it})")).unwrap_or_default();
            text += &key
                .opclass
                .as_ref()
                .map(|it| format!(" {it}"))
                .unwrap_or_default();
            text += if key.descending { " desc" } else { "" };
            text
        })
        .collect();
    let unique = if index.unique { "unique" } else { "index" };
    format!(
        "{unique} {} {} ({})",
        index.name,
        index.method,
        keys.join(", ")
    )
}

/// One line for each fact of a table.
fn table(catalog: &Catalog, name: &str) -> String {
    let table = catalog
        .tables
        .iter()
        .find(|(key, _)| key.to_string() == name)
        .map(|(_, table)| table);
    let Some(table) = table else {
        return format!("no {name}");
    };
    let mut lines: Vec<String> = Vec::new();
    for column in &table.columns {
        let kind = &column.data_type;
        let args = if kind.args.is_empty() {
            String::new()
        } else {
            format!("({})", kind.args.join(","))
        };
        let modifiers: String = kind.modifiers.iter().flat_map(|it| [" ", it]).collect();
        let array = if kind.array { "[]" } else { "" };
        let null = if column.not_null { " not null" } else { "" };
        let default = column
            .default
            .as_ref()
            .map(|it| format!(" = {}", it.expr.sql))
            .unwrap_or_default();
        let counts = if column.auto_increment { " counts" } else { "" };
        lines.push(format!(
            "{} {}{args}{modifiers}{array}{null}{default}{counts}",
            column.name, kind.name
        ));
    }
    lines.extend(
        table
            .primary_key
            .iter()
            .map(|key| format!("key {} ({})", key.name, key.columns.join(", "))),
    );
    lines.extend(table.indexes.iter().map(index));
    lines.extend(table.foreign_keys.iter().map(|key| {
        let (columns, referenced) = (key.columns.join(", "), key.referenced.join(", "));
        let (delete, update) = (key.on_delete.sql(), key.on_update.sql());
        format!(
            "foreign {} ({columns}) -> {} ({referenced}) {delete} / {update}",
            key.name, key.table
        )
    }));
    lines.join("\n")
}

#[track_caller]
fn assert_table(declared: &Declared, name: &str, expected: &str) {
    let expected: Vec<_> = expected
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect();
    assert_eq!(table(&declared.catalog, name), expected.join("\n"));
}

#[test]
fn scalars_native_types_and_defaults_on_postgresql() {
    let declared = read(
        "postgresql",
        r#"
        enum Role {
          ADMIN @map("admin")
          MEMBER
          @@map("roles")
        }
        model Account { // a comment
          id        Int       @id @default(autoincrement())
          big       BigInt    @default(autoincrement()) @db.SmallInt
          public_id String    @unique @default(cuid())
          amount    Decimal?  @db.Decimal(10, 2)
          price     Decimal   @default(1.5)
          tags      String[]  @default(["a", "it's"])
          role      Role      @default(ADMIN)
          roles     Role[]
          raw       Unsupported("vector(3)")?
          key       String    @default(dbgenerated("gen_random_uuid()")) @db.Uuid
          at        DateTime  @default(now()) @map("created_at") @db.Timestamptz(6)
          updated   DateTime  @updatedAt
          data      Json?     /* nothing */
          @@index([at(sort: Desc), amount], map: "recent")
          @@index([tags], type: Gin)
          @@index([data(ops: JsonbPathOps)], type: Gin)
        }
        "#,
    );
    assert_table(
        &declared,
        "public.Account",
        r#"
        id integer not null = nextval('"Account_id_seq"'::regclass)
        big smallint not null = nextval('"Account_big_seq"'::regclass)
        public_id text not null
        amount numeric(10,2)
        price numeric(65,30) not null = 1.5
        tags text[] = (ARRAY['a', 'it''s'])::text[]
        role roles not null = 'admin'
        roles roles[]
        raw vector(3)
        key uuid not null = gen_random_uuid()
        created_at timestamp with time zone(6) not null = CURRENT_TIMESTAMP
        updated timestamp without time zone(3) not null
        data jsonb
        key Account_pkey (id)
        unique Account_public_id_key btree (public_id)
        index recent btree (created_at desc, amount)
        index Account_tags_idx gin (tags)
        index Account_data_idx gin (data jsonb_path_ops)
        "#,
    );
    assert_eq!(declared.client_defaults.len(), 2);
    assert!(declared.notes.is_empty(), "{:?}", declared.notes);
}

#[test]
fn relations_follow_the_optional_end_and_both_ends_of_a_list_make_a_join_table() {
    let declared = read(
        "postgresql",
        r#"
        model User {
          id       Int    @id
          parent   User?  @relation("Family", fields: [parentId], references: [id])
          parentId Int?   @map("parent_id")
          children User[] @relation("Family")
          posts    Post[]
          @@map("users")
        }
        model Post {
          tenant   Int
          slug     String
          author   User  @relation(fields: [authorId], references: [id], onUpdate: NoAction, map: "author")
          authorId Int
          tags     Tag[]
          key      Int   @unique
          @@id([tenant, slug])
        }
        model Tag {
          id    String @id @db.Uuid
          posts Post[]
        }
        view Totals { n Int @unique }
        "#,
    );
    assert_table(
        &declared,
        "public.users",
        "id integer not null
         parent_id integer
         key users_pkey (id)
         foreign users_parent_id_fkey (parent_id) -> public.users (id) SET NULL / CASCADE",
    );
    assert_table(
        &declared,
        "public.Post",
        "tenant integer not null
         slug text not null
         authorId integer not null
         key integer not null
         key Post_pkey (tenant, slug)
         unique Post_key_key btree (key)
         foreign author (authorId) -> public.users (id) RESTRICT / NO ACTION",
    );
    assert_table(
        &declared,
        "public._PostToTag",
        "A integer not null
         B uuid not null
         key _PostToTag_AB_pkey (A, B)
         index _PostToTag_B_index btree (B)
         foreign _PostToTag_A_fkey (A) -> public.Post (key) CASCADE / CASCADE
         foreign _PostToTag_B_fkey (B) -> public.Tag (id) CASCADE / CASCADE",
    );
    assert_eq!(declared.catalog.tables.len(), 4);
    assert_eq!(declared.foreign.len(), 1);
}

#[test]
fn mysql_and_sqlite_have_their_own_types() {
    let schema = r#"
        enum Kind {
          a
          b @map("B")
        }
        model Item {
          id   Int      @id @default(autoincrement())
          name String   @unique
          n    Int      @db.UnsignedInt
          ok   Boolean  @default(true)
          at   DateTime @default(now())
          kind Kind     @default(b)
          @@index([name(length: 10)])
        }
        "#;
    assert_table(
        &read("mysql", schema),
        "Item",
        "id int not null counts
         name varchar(191) not null
         n int unsigned not null
         ok tinyint(1) not null = 1
         at datetime(3) not null = CURRENT_TIMESTAMP(3)
         kind enum(a,B) not null = 'B'
         key  (id)
         unique Item_name_key btree (name)
         index Item_name_idx btree (name(10))",
    );
    assert_table(
        &read("sqlite", &schema.replace("@db.UnsignedInt", "")),
        "Item",
        "id INTEGER not null counts
         name TEXT not null
         n INTEGER not null
         ok BOOLEAN not null = TRUE
         at DATETIME not null = CURRENT_TIMESTAMP
         kind TEXT not null = 'B'
         key  (id)
         unique Item_name_key btree (name)
         index Item_name_idx btree (name(10))",
    );
}

#[test]
fn relation_mode_prisma_makes_no_foreign_keys_and_schemas_qualify_names() {
    let text = r#"
        datasource pg {
          provider     = "postgres"
          relationMode = "prisma"
          schemas      = ["app", "audit"]
        }
        enum E {
          x
          @@schema("audit")
        }
        model A {
          id Int @id
          b  B   @relation(fields: [id], references: [id])
          e  E
          v  String @pg.VarChar(9)
          @@schema("app")
        }
        model B {
          id Int @id
          a  A[]
          @@schema("audit")
        }
        "#;
    let declared = super::read(&[Source::new("s.prisma", text)], None).unwrap();
    assert_table(
        &declared,
        "app.A",
        "id integer not null
         e E not null
         v character varying(9) not null
         key A_pkey (id)",
    );
    let table = declared
        .catalog
        .tables
        .values()
        .find(|table| table.name.schema == "app")
        .unwrap();
    assert_eq!(table.columns[1].data_type.schema.as_deref(), Some("audit"));
}

#[test]
fn a_broken_line_makes_only_its_own_block_unknown() {
    let declared = read(
        "postgresql",
        "model A {\n  id Int @id\n  b Missing\n}\nmodel B {\n  id Int @id(\n}\nmodel C {\n  id Int @id\n  x Int @db.Nonsense\n}\n<<<<<<< HEAD\n",
    );
    let tables: Vec<_> = declared
        .catalog
        .tables
        .values()
        .map(|it| (it.name.name.as_str(), it.knowledge.is_exact()))
        .collect();
    assert_eq!(tables, [("A", false), ("B", false), ("C", true)]);
    assert_eq!(declared.unknown.len(), 1);
    assert!(!declared.catalog.knowledge.is_exact());
    assert_eq!(
        (declared.broken.len(), declared.notes.len()),
        (3, 1),
        "{:#?}",
        declared.notes
    );
}

#[test]
fn a_provider_that_is_not_written_out_needs_to_be_told() {
    let text = "datasource db {\n  provider = env(\"P\")\n}\nmodel A {\n  id Int @id\n}\n";
    assert!(super::read(&[Source::new("s.prisma", text)], None).is_none());
    let declared = super::read(&[Source::new("s.prisma", text)], Some(Dialect::Sqlite)).unwrap();
    assert_eq!(declared.catalog.dialect, Dialect::Sqlite);
}
