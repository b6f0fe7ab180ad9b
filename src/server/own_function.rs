//! The functions that servers without a catalog of them have by themselves: a list in the room of each.

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

/// A function that a server has by itself.
#[derive(Debug)]
pub(crate) struct OwnFunction {
    /// In lower case.
    pub(super) name: &'static str,
    /// What it makes of rows.
    pub(crate) kind: OwnFunctionKind,
    /// Arguments that it needs.
    least: usize,
    /// Arguments that it takes; `None` for any number.
    most: Option<usize>,
}

impl OwnFunction {
    /// The function of that name, in lower case, in a list that is sorted by name.
    pub(super) fn named(list: &'static [Self], name: &str) -> Option<&'static Self> {
        let at = list.binary_search_by(|own| own.name.cmp(name)).ok()?;
        list.get(at)
    }

    /// Whether it takes so many arguments.
    pub(crate) fn takes(&self, arguments: usize) -> bool {
        self.least <= arguments && self.most.is_none_or(|most| arguments <= most)
    }
}

/// One line of such a list.
pub(super) const fn own(
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
