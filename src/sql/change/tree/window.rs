//! What stands in a call beside its arguments: sorting, a filter, a window.

use std::sync::Arc;

use crate::sql::change::Ident;

/// What a call has beside its arguments. The terms themselves are the call's `rest`.
#[derive(Debug, Default)]
pub struct CallClauses {
    /// `DISTINCT` before the arguments.
    pub differs: bool,
    /// How many of the first terms are `ORDER BY` within the brackets.
    pub sorted: usize,
    /// Whether `WITHIN GROUP` follows.
    pub within: bool,
    /// Which of the terms is the condition of `FILTER`.
    pub filter: Option<usize>,
    /// At which of the terms those of the window begin.
    pub window_from: usize,
    /// `OVER`.
    pub window: Option<WindowTree>,
}

/// A window, without its terms.
#[derive(Clone, Debug, Default)]
pub struct WindowTree {
    /// The named window that it is, or begins with.
    pub base: Option<Ident>,
    /// Whether it is that window and nothing else: `OVER w`.
    pub is_base: bool,
    /// Whether `PARTITION BY` is written.
    pub parts: bool,
    /// How many values `ORDER BY` has.
    pub sorted: usize,
    /// Which rows around the current one are meant, where that is written.
    pub frame: Option<WindowFrameTree>,
}

/// The rows around the current one.
#[derive(Clone, Copy, Debug)]
pub struct WindowFrameTree {
    /// What is counted.
    pub units: FrameUnits,
    /// Where they begin.
    pub start: FrameBound,
    /// Where they end.
    pub end: FrameBound,
    /// Whether a number of them is a column's value.
    pub names_something: bool,
}

/// What a frame counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FrameUnits {
    /// Rows.
    Rows,
    /// By how much values differ.
    Range,
    /// Groups of equal rows.
    Groups,
}

/// Where a frame begins or ends, in the order of the rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FrameBound {
    /// `UNBOUNDED PRECEDING`
    First,
    /// `n PRECEDING`
    Before,
    /// `CURRENT ROW`
    Current,
    /// `n FOLLOWING`
    After,
    /// `UNBOUNDED FOLLOWING`
    Last,
}

/// A window of the `WINDOW` clause.
#[derive(Debug)]
pub struct NamedWindow {
    /// Its name.
    pub name: Ident,
    /// What it is.
    pub window: WindowTree,
}

/// The windows of the `WINDOW` clause, in order.
pub(crate) type NamedWindows = Arc<[NamedWindow]>;
