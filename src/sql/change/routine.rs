//! What a routine is given and yields.

use super::{DataType, Ident};

/// The parameters of a routine in order, those of `RETURNS TABLE` at the end.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Signature {
    /// Those that go in and those that come out, in order.
    pub parameters: Vec<Parameter>,
    /// Whether it yields rows: `SETOF`, `TABLE`.
    pub returns_set: bool,
    /// Whether it may yield something else each time it is called: neither `STABLE` nor `IMMUTABLE`
    /// is written.
    pub is_volatile: bool,
    /// Whether it runs as somebody else, or with settings of its own: `SECURITY DEFINER`, `SET`.
    pub is_set_apart: bool,
}

/// A parameter of a routine, or a column of `RETURNS TABLE`.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameter {
    /// Its name, if it has one.
    pub name: Option<Ident>,
    /// Which way it goes.
    pub mode: ParameterMode,
    /// As written, whether or not the server knows such a type.
    pub data_type: DataType,
    /// Whether it may be left out.
    pub has_default: bool,
}

/// Which way a parameter goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ParameterMode {
    /// Into the routine, as where nothing is written.
    #[default]
    In,
    /// Out of it; columns of `RETURNS TABLE` too.
    Out,
    /// Into it and out of it.
    InOut,
    /// Into it, as many as are given.
    Variadic,
}

impl Signature {
    /// The parameters that a caller gives.
    pub fn inputs(&self) -> impl Iterator<Item = &Parameter> {
        let inputs = self.parameters.iter();
        inputs.filter(|parameter| parameter.mode != ParameterMode::Out)
    }

    /// The parameters that a caller gets.
    pub fn outputs(&self) -> impl Iterator<Item = &Parameter> {
        let parameters = self.parameters.iter();
        parameters.filter(|it| matches!(it.mode, ParameterMode::Out | ParameterMode::InOut))
    }
}
