//! Every kind of change.

use super::{
    AlterTable, Block, BodyFault, ColumnRef, ConstraintDef, CreateTable, DataType, Demand,
    DomainAction, DropMode, EnumPosition, Expr, FieldDef, Ident, IndexDef, ObjectName,
    PublicationAction, Query, Signature, TypeAction,
};

/// What is asked for.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "fields carry the names of the SQL grammar")]
pub enum ChangeKind {
    // Schemas, extensions.
    CreateSchema {
        name: Ident,
        if_not_exists: bool,
    },
    DropSchema {
        names: Vec<Ident>,
        mode: DropMode,
    },
    RenameSchema {
        from: Ident,
        to: Ident,
    },
    CreateExtension {
        name: Ident,
        schema: Option<Ident>,
        if_not_exists: bool,
    },
    DropExtension {
        names: Vec<Ident>,
        mode: DropMode,
    },

    // Tables.
    CreateTable(Box<CreateTable>),
    /// Every action of one `ALTER TABLE`, in the order written.
    AlterTable(Box<AlterTable>),
    /// `DROP TABLE`; `temporary` is MySQL's `DROP TEMPORARY TABLE`.
    DropTable {
        names: Vec<ObjectName>,
        mode: DropMode,
        temporary: bool,
    },
    /// `RENAME TABLE a TO b` (MySQL). PostgreSQL's and SQLite's rename is a
    /// [`TableAction`](super::TableAction).
    RenameTable {
        from: ObjectName,
        to: ObjectName,
    },
    Truncate {
        tables: Vec<ObjectName>,
        cascade: bool,
    },

    // Indexes. MySQL's and PostgreSQL's inline forms are [`TableAction::AddIndex`].
    CreateIndex {
        table: ObjectName,
        index: Box<IndexDef>,
    },
    /// `on` is the table, which MySQL names.
    DropIndex {
        names: Vec<ObjectName>,
        on: Option<ObjectName>,
        concurrently: bool,
        mode: DropMode,
    },
    RenameIndex {
        from: ObjectName,
        to: Ident,
        if_exists: bool,
    },
    AttachIndex {
        parent: ObjectName,
        index: ObjectName,
    },
    /// `REINDEX`; `target` is INDEX, TABLE, SCHEMA, DATABASE or SYSTEM.
    Reindex {
        target: String,
        name: Option<ObjectName>,
        concurrently: bool,
    },

    // Types.
    CreateEnum {
        name: ObjectName,
        labels: Vec<Ident>,
    },
    CreateDomain {
        name: ObjectName,
        base: DataType,
        not_null: bool,
        default: Option<Expr>,
        checks: Vec<ConstraintDef>,
    },
    /// A composite type with its fields, or a range or base type without.
    CreateType {
        name: ObjectName,
        fields: Vec<FieldDef>,
    },
    AddEnumValue {
        name: ObjectName,
        value: Ident,
        position: EnumPosition,
        if_not_exists: bool,
    },
    RenameEnumValue {
        name: ObjectName,
        from: Ident,
        to: Ident,
    },
    AlterType {
        name: ObjectName,
        action: TypeAction,
    },
    AlterDomain {
        name: ObjectName,
        action: DomainAction,
    },
    DropType {
        names: Vec<ObjectName>,
        mode: DropMode,
    },
    DropDomain {
        names: Vec<ObjectName>,
        mode: DropMode,
    },

    // Sequences.
    CreateSequence {
        name: ObjectName,
        if_not_exists: bool,
        data_type: Option<DataType>,
        owned_by: Option<ColumnRef>,
        temporary: bool,
    },
    /// `owned_by`: `Some(None)` is `OWNED BY NONE`.
    AlterSequence {
        name: ObjectName,
        owned_by: Option<Option<ColumnRef>>,
        rename: Option<Ident>,
        set_schema: Option<Ident>,
        if_exists: bool,
    },
    DropSequence {
        names: Vec<ObjectName>,
        mode: DropMode,
    },

    // Views.
    CreateView {
        name: ObjectName,
        columns: Vec<Ident>,
        query: Query,
        or_replace: bool,
        if_not_exists: bool,
        materialized: bool,
        temporary: bool,
    },
    DropView {
        names: Vec<ObjectName>,
        materialized: bool,
        mode: DropMode,
    },
    RenameView {
        from: ObjectName,
        to: Ident,
        materialized: bool,
        if_exists: bool,
    },
    RenameViewColumn {
        view: ObjectName,
        from: Ident,
        to: Ident,
    },
    SetViewSchema {
        view: ObjectName,
        schema: Ident,
        materialized: bool,
    },
    /// `with_data` is false for `WITH NO DATA`.
    RefreshView {
        name: ObjectName,
        concurrently: bool,
        with_data: bool,
    },

    // Functions, procedures, aggregates. `arguments` are canonical type names of the input
    // arguments.
    CreateFunction {
        name: ObjectName,
        arguments: Vec<DataType>,
        signature: Signature,
        returns: Option<DataType>,
        language: String,
        body: Option<Expr>,
        or_replace: bool,
        kind: FunctionKind,
        /// What the server refuses of the body when it reads it.
        fault: Option<Box<BodyFault>>,
    },
    /// `arguments: None` means that no list was written.
    DropFunction {
        names: Vec<(ObjectName, Option<Vec<DataType>>)>,
        kind: FunctionKind,
        mode: DropMode,
    },
    RenameFunction {
        name: ObjectName,
        arguments: Option<Vec<DataType>>,
        to: Ident,
    },
    SetFunctionSchema {
        name: ObjectName,
        arguments: Option<Vec<DataType>>,
        schema: Ident,
    },

    // Triggers, rules, policies.
    CreateTrigger {
        name: Ident,
        table: ObjectName,
        or_replace: bool,
        if_not_exists: bool,
        columns: Vec<Ident>,
        when: Option<Expr>,
        function: Option<ObjectName>,
        body: Option<Query>,
    },
    DropTrigger {
        name: ObjectName,
        table: Option<ObjectName>,
        mode: DropMode,
    },
    RenameTrigger {
        name: Ident,
        table: ObjectName,
        to: Ident,
    },
    CreateRule {
        name: Ident,
        table: ObjectName,
        or_replace: bool,
        query: Query,
    },
    DropRule {
        name: Ident,
        table: ObjectName,
        mode: DropMode,
    },
    CreatePolicy {
        name: Ident,
        table: ObjectName,
        command: PolicyCommand,
        /// Whether rows must pass it too, and not only one of the policies.
        restrictive: bool,
        using: Option<Expr>,
        with_check: Option<Expr>,
    },
    AlterPolicy {
        name: Ident,
        table: ObjectName,
        rename: Option<Ident>,
        using: Option<Expr>,
        with_check: Option<Expr>,
    },
    DropPolicy {
        name: Ident,
        table: ObjectName,
        mode: DropMode,
    },
    /// `object` is the SQL kind (`TABLE`, `COLUMN`…), `column` is set for `COLUMN`. `overload` says
    /// that a list of arguments stands after a routine's name.
    Comment {
        overload: bool,
        object: String,
        name: ObjectName,
        column: Option<Ident>,
        text: Option<String>,
    },

    /// `CREATE`, `ALTER` or `DROP PUBLICATION`.
    Publication {
        name: Ident,
        action: PublicationAction,
    },

    // Rows.
    Insert {
        table: ObjectName,
        columns: Vec<Ident>,
        query: Query,
    },
    Update {
        table: ObjectName,
        assignments: Vec<(Ident, Expr)>,
        condition: Option<Expr>,
        query: Query,
    },
    Delete {
        table: ObjectName,
        condition: Option<Expr>,
        query: Query,
    },
    /// `COPY … FROM`, `LOAD DATA`.
    CopyInto {
        table: ObjectName,
        columns: Vec<Ident>,
    },
    /// `SELECT`, `VALUES`, `CALL`, `MERGE` and whatever else reads.
    Select(Query),

    // Session.
    Begin,
    Commit,
    /// `to` is the savepoint of `ROLLBACK TO`.
    Rollback {
        to: Option<Ident>,
    },
    Savepoint(Ident),
    Release(Ident),
    /// `SET [LOCAL] name = value`; `value` is `None` for `RESET` and `TO DEFAULT`. `search_path`
    /// and `foreign_key_checks` are among them.
    SetParameter {
        name: String,
        value: Option<String>,
        local: bool,
    },
    /// A setting of SQLite's; `value` is `None` where it is only asked for.
    Pragma {
        name: String,
        value: Option<String>,
    },
    /// `USE db` (MySQL), `\connect` (psql).
    UseDatabase(Ident),
    LockTable {
        tables: Vec<ObjectName>,
        mode: Option<String>,
    },
    /// `VACUUM`, `ANALYZE`, `CLUSTER`, `OPTIMIZE`…: `name` is the leading words in upper case.
    Maintenance {
        name: String,
        table: Option<ObjectName>,
        in_transaction: bool,
    },

    /// Nothing that changes: what the statement takes for granted.
    Demand(Box<Demand>),
    /// `DO $$ … $$`, a procedure that is run on the spot.
    Block(Box<Block>),
    /// Known, and of no interest to any catalog: `GRANT`, `COMMENT ON ROLE`, `ALTER … OWNER TO`.
    /// Leading words in upper case.
    Inert(String),
}

/// What `CREATE FUNCTION`'s relatives make.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FunctionKind {
    /// What expressions call.
    Function,
    /// What `CALL` runs.
    Procedure,
    /// What makes one value of many rows.
    Aggregate,
    /// `DROP ROUTINE`: any of them.
    Routine,
}

/// The commands that a policy is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PolicyCommand {
    /// Every command on rows.
    #[default]
    All,
    /// `FOR SELECT`.
    Select,
    /// `FOR INSERT`.
    Insert,
    /// `FOR UPDATE`.
    Update,
    /// `FOR DELETE`.
    Delete,
}
