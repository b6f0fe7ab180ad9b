//! SQLite's own functions: those of `pragma_function_list` of 3.40, with every number of arguments
//! that 3.40 or 3.54 takes. Newer ones are left out, since programs made their own under the same
//! names while there were none.

/// What a function makes of rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OwnFunctionKind {
    /// A value of each.
    Scalar,
    /// One value of many, also over a window.
    Aggregate,
    /// A value of each, by the window around it.
    Window,
    /// A value of each or one of many, by the number of arguments: `max`.
    Either,
}

/// A function that SQLite has by itself.
#[derive(Debug)]
pub(crate) struct OwnFunction {
    /// In lower case.
    name: &'static str,
    /// What it makes of rows.
    pub(crate) kind: OwnFunctionKind,
    /// Arguments that it needs.
    least: usize,
    /// Arguments that it takes; `None` for any number.
    most: Option<usize>,
}

impl OwnFunction {
    /// The function of that name, in lower case.
    pub(crate) fn named(name: &str) -> Option<&'static Self> {
        let at = OWN.binary_search_by(|own| own.name.cmp(name)).ok()?;
        OWN.get(at)
    }

    /// Whether it takes so many arguments.
    pub(crate) fn takes(&self, arguments: usize) -> bool {
        self.least <= arguments && self.most.is_none_or(|most| arguments <= most)
    }
}

const fn own(
    name: &'static str,
    kind: OwnFunctionKind,
    least: usize,
    most: Option<usize>,
) -> OwnFunction {
    OwnFunction {
        name,
        kind,
        least,
        most,
    }
}

/// By name.
const OWN: &[OwnFunction] = &[
    own("abs", OwnFunctionKind::Scalar, 1, Some(1)),
    own("acos", OwnFunctionKind::Scalar, 1, Some(1)),
    own("acosh", OwnFunctionKind::Scalar, 1, Some(1)),
    own("asin", OwnFunctionKind::Scalar, 1, Some(1)),
    own("asinh", OwnFunctionKind::Scalar, 1, Some(1)),
    own("atan", OwnFunctionKind::Scalar, 1, Some(1)),
    own("atan2", OwnFunctionKind::Scalar, 2, Some(2)),
    own("atanh", OwnFunctionKind::Scalar, 1, Some(1)),
    own("avg", OwnFunctionKind::Aggregate, 1, Some(1)),
    own("ceil", OwnFunctionKind::Scalar, 1, Some(1)),
    own("ceiling", OwnFunctionKind::Scalar, 1, Some(1)),
    own("changes", OwnFunctionKind::Scalar, 0, Some(0)),
    own("char", OwnFunctionKind::Scalar, 0, None),
    own("coalesce", OwnFunctionKind::Scalar, 2, None),
    own("cos", OwnFunctionKind::Scalar, 1, Some(1)),
    own("cosh", OwnFunctionKind::Scalar, 1, Some(1)),
    own("count", OwnFunctionKind::Aggregate, 0, Some(1)),
    own("cume_dist", OwnFunctionKind::Window, 0, Some(0)),
    own("date", OwnFunctionKind::Scalar, 0, None),
    own("datetime", OwnFunctionKind::Scalar, 0, None),
    own("degrees", OwnFunctionKind::Scalar, 1, Some(1)),
    own("dense_rank", OwnFunctionKind::Window, 0, Some(0)),
    own("exp", OwnFunctionKind::Scalar, 1, Some(1)),
    own("first_value", OwnFunctionKind::Window, 1, Some(1)),
    own("floor", OwnFunctionKind::Scalar, 1, Some(1)),
    own("format", OwnFunctionKind::Scalar, 0, None),
    own("group_concat", OwnFunctionKind::Aggregate, 1, Some(2)),
    own("hex", OwnFunctionKind::Scalar, 1, Some(1)),
    own("ifnull", OwnFunctionKind::Scalar, 2, Some(2)),
    own("iif", OwnFunctionKind::Scalar, 2, None),
    own("instr", OwnFunctionKind::Scalar, 2, Some(2)),
    own("json", OwnFunctionKind::Scalar, 1, Some(1)),
    own("json_array", OwnFunctionKind::Scalar, 0, None),
    own("json_array_length", OwnFunctionKind::Scalar, 1, Some(2)),
    own("json_extract", OwnFunctionKind::Scalar, 0, None),
    own("json_group_array", OwnFunctionKind::Aggregate, 1, Some(1)),
    own("json_group_object", OwnFunctionKind::Aggregate, 2, Some(2)),
    own("json_insert", OwnFunctionKind::Scalar, 0, None),
    own("json_object", OwnFunctionKind::Scalar, 0, None),
    own("json_patch", OwnFunctionKind::Scalar, 2, Some(2)),
    own("json_quote", OwnFunctionKind::Scalar, 1, Some(1)),
    own("json_remove", OwnFunctionKind::Scalar, 0, None),
    own("json_replace", OwnFunctionKind::Scalar, 0, None),
    own("json_set", OwnFunctionKind::Scalar, 0, None),
    own("json_type", OwnFunctionKind::Scalar, 1, Some(2)),
    own("json_valid", OwnFunctionKind::Scalar, 1, Some(2)),
    own("julianday", OwnFunctionKind::Scalar, 0, None),
    own("lag", OwnFunctionKind::Window, 1, Some(3)),
    own("last_insert_rowid", OwnFunctionKind::Scalar, 0, Some(0)),
    own("last_value", OwnFunctionKind::Window, 1, Some(1)),
    own("lead", OwnFunctionKind::Window, 1, Some(3)),
    own("length", OwnFunctionKind::Scalar, 1, Some(1)),
    own("likelihood", OwnFunctionKind::Scalar, 2, Some(2)),
    own("likely", OwnFunctionKind::Scalar, 1, Some(1)),
    own("ln", OwnFunctionKind::Scalar, 1, Some(1)),
    own("log", OwnFunctionKind::Scalar, 1, Some(2)),
    own("log10", OwnFunctionKind::Scalar, 1, Some(1)),
    own("log2", OwnFunctionKind::Scalar, 1, Some(1)),
    own("lower", OwnFunctionKind::Scalar, 1, Some(1)),
    own("ltrim", OwnFunctionKind::Scalar, 1, Some(2)),
    own("max", OwnFunctionKind::Either, 1, None),
    own("min", OwnFunctionKind::Either, 1, None),
    own("mod", OwnFunctionKind::Scalar, 2, Some(2)),
    own("nth_value", OwnFunctionKind::Window, 2, Some(2)),
    own("ntile", OwnFunctionKind::Window, 1, Some(1)),
    own("nullif", OwnFunctionKind::Scalar, 2, Some(2)),
    own("percent_rank", OwnFunctionKind::Window, 0, Some(0)),
    own("pi", OwnFunctionKind::Scalar, 0, Some(0)),
    own("pow", OwnFunctionKind::Scalar, 2, Some(2)),
    own("power", OwnFunctionKind::Scalar, 2, Some(2)),
    own("printf", OwnFunctionKind::Scalar, 0, None),
    own("quote", OwnFunctionKind::Scalar, 1, Some(1)),
    own("radians", OwnFunctionKind::Scalar, 1, Some(1)),
    own("random", OwnFunctionKind::Scalar, 0, Some(0)),
    own("randomblob", OwnFunctionKind::Scalar, 1, Some(1)),
    own("rank", OwnFunctionKind::Window, 0, Some(0)),
    own("replace", OwnFunctionKind::Scalar, 3, Some(3)),
    own("round", OwnFunctionKind::Scalar, 1, Some(2)),
    own("row_number", OwnFunctionKind::Window, 0, Some(0)),
    own("rtrim", OwnFunctionKind::Scalar, 1, Some(2)),
    own("sign", OwnFunctionKind::Scalar, 1, Some(1)),
    own("sin", OwnFunctionKind::Scalar, 1, Some(1)),
    own("sinh", OwnFunctionKind::Scalar, 1, Some(1)),
    own("soundex", OwnFunctionKind::Scalar, 1, Some(1)),
    own("sqrt", OwnFunctionKind::Scalar, 1, Some(1)),
    own("strftime", OwnFunctionKind::Scalar, 0, None),
    own("substr", OwnFunctionKind::Scalar, 2, Some(3)),
    own("substring", OwnFunctionKind::Scalar, 2, Some(3)),
    own("sum", OwnFunctionKind::Aggregate, 1, Some(1)),
    own("tan", OwnFunctionKind::Scalar, 1, Some(1)),
    own("tanh", OwnFunctionKind::Scalar, 1, Some(1)),
    own("time", OwnFunctionKind::Scalar, 0, None),
    own("total", OwnFunctionKind::Aggregate, 1, Some(1)),
    own("total_changes", OwnFunctionKind::Scalar, 0, Some(0)),
    own("trim", OwnFunctionKind::Scalar, 1, Some(2)),
    own("trunc", OwnFunctionKind::Scalar, 1, Some(1)),
    own("typeof", OwnFunctionKind::Scalar, 1, Some(1)),
    own("unicode", OwnFunctionKind::Scalar, 1, Some(1)),
    own("unixepoch", OwnFunctionKind::Scalar, 0, None),
    own("unlikely", OwnFunctionKind::Scalar, 1, Some(1)),
    own("upper", OwnFunctionKind::Scalar, 1, Some(1)),
    own("zeroblob", OwnFunctionKind::Scalar, 1, Some(1)),
];

#[test]
fn functions_stand_in_order() {
    assert!(OWN.is_sorted_by_key(|own| own.name));
}
