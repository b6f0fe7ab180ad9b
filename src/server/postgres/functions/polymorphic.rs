//! Parameters of functions that take any type, as long as it is one.

use super::arg::{ArgType, name};
use super::common::{CommonType, common};
use super::facts::TypeId;

/// What a range, or several, is over.
fn subtype(range: &ArgType) -> Option<ArgType> {
    let ArgType::Own(id) = range else { return None };
    let over = match name(*id) {
        "int4range" | "int4multirange" => "int4",
        "int8range" | "int8multirange" => "int8",
        "numrange" | "nummultirange" => "numeric",
        "daterange" | "datemultirange" => "date",
        "tsrange" | "tsmultirange" => "timestamp",
        "tstzrange" | "tstzmultirange" => "timestamptz",
        _ => return None,
    };
    TypeId::named(over).map(ArgType::Own)
}

/// What the polymorphic parameters of one family stand for.
#[derive(Default)]
pub(super) struct Polymorphic {
    pub(super) element: Option<ArgType>,
    /// The ranges among the arguments.
    pub(super) ranges: Vec<ArgType>,
    /// Whether an argument of unknown type is among them.
    pub(super) unknown: bool,
    conflict: bool,
    pub(super) any: bool,
}

impl Polymorphic {
    pub(super) fn of(params: &[TypeId], args: &[ArgType], prefix: &str) -> Self {
        let mut family = Self::default();
        for (param, arg) in params.iter().zip(args) {
            let own = name(*param);
            let Some(kind) = own.strip_prefix(prefix) else {
                continue;
            };
            let kind = if prefix == "any" && own.starts_with("anycompatible") {
                continue;
            } else if prefix == "anycompatible" && kind.is_empty() {
                "element"
            } else {
                kind
            };
            if kind.is_empty() {
                // `any` is not polymorphic.
                continue;
            }
            family.any = true;
            family.take(kind, arg);
        }
        family
    }

    fn take(&mut self, kind: &str, arg: &ArgType) {
        match arg {
            ArgType::Untyped => return,
            ArgType::Unknown => {
                self.unknown = true;
                return;
            }
            _ => {}
        }
        let element = match kind {
            "array" => arg.element(),
            "range" | "multirange" => {
                self.ranges.push(arg.clone());
                subtype(arg)
            }
            _ => Some(arg.clone()),
        };
        match (&self.element, element) {
            (Some(one), Some(other)) if *one != other => self.conflict = true,
            (None, Some(other)) => self.element = Some(other),
            _ => {}
        }
    }
}

/// Whether polymorphic parameters of the old family all stand for one type.
pub(super) fn consistent(params: &[TypeId], args: &[ArgType]) -> bool {
    let family = Polymorphic::of(params, args, "any");
    let compatible: Vec<ArgType> = params
        .iter()
        .zip(args)
        .filter_map(
            |(param, arg)| match name(*param).strip_prefix("anycompatible")? {
                "array" => arg.element(),
                "" | "nonarray" => Some(arg.clone()),
                _ => None,
            },
        )
        .collect();
    let shared = !matches!(common(&compatible), CommonType::Different(..));
    shared && (!family.conflict || family.unknown)
}
