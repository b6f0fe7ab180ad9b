//! What is known of the type of an argument, and what such a value becomes.

use super::facts::{CastContext, TypeCategory, TypeId, Volatility, cast};

/// What is known of an argument's type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ArgType {
    /// Nothing is known of the argument's type.
    Unknown,
    /// A string or `NULL`, which takes the type that is asked for.
    Untyped,
    /// A type of the server's own.
    Own(TypeId),
    /// An enum of the user's, by its full name.
    Enum(String),
    /// An array of one.
    Enums(String),
}

pub(super) fn category(data_type: &ArgType) -> TypeCategory {
    match data_type {
        ArgType::Own(id) => id.fact().category,
        ArgType::Enum(_) => TypeCategory::ENUM,
        ArgType::Enums(_) => TypeCategory::ARRAY,
        ArgType::Untyped | ArgType::Unknown => TypeCategory::UNKNOWN,
    }
}

pub(super) fn name(id: TypeId) -> &'static str {
    id.fact().name
}

impl ArgType {
    pub(crate) fn is_text(&self) -> bool {
        *self == Self::Untyped || category(self) == TypeCategory::STRING
    }

    /// The type of its elements.
    pub(crate) fn element(&self) -> Option<Self> {
        match self {
            Self::Own(id) => id.fact().element.map(Self::Own),
            Self::Enums(of) => Some(Self::Enum(of.clone())),
            _ => None,
        }
    }

    pub(crate) fn array(&self) -> Option<Self> {
        match self {
            Self::Own(id) => id.array().map(Self::Own),
            Self::Enum(of) => Some(Self::Enums(of.clone())),
            _ => None,
        }
    }

    pub(super) fn own(&self) -> Option<TypeId> {
        match self {
            Self::Own(id) => Some(*id),
            _ => None,
        }
    }

    fn is_range(&self) -> bool {
        category(self) == TypeCategory::RANGE
    }

    /// Whether it may stand where a parameter of that type is, by itself.
    pub(crate) fn becomes(&self, wanted: TypeId) -> bool {
        if matches!(self, Self::Untyped | Self::Unknown) {
            return true;
        }
        match name(wanted) {
            "any" | "anyelement" | "anycompatible" => true,
            "anyarray" | "anycompatiblearray" => self.element().is_some(),
            "anynonarray" | "anycompatiblenonarray" => self.element().is_none(),
            "anyenum" => matches!(self, Self::Enum(_)),
            "anyrange" | "anycompatiblerange" => {
                matches!(self, Self::Own(id) if !name(*id).ends_with("multirange"))
                    && self.is_range()
            }
            "anymultirange" | "anycompatiblemultirange" => {
                matches!(self, Self::Own(id) if name(*id).ends_with("multirange"))
            }
            _ => converts(self, &Self::Own(wanted), CastContext::Implicit),
        }
    }
}

/// Whether a value of one type becomes one of another in a context.
pub(crate) fn converts(from: &ArgType, to: &ArgType, context: CastContext) -> bool {
    use ArgType::{Own, Unknown, Untyped};
    if from == to || matches!(from, Unknown | Untyped) || *to == Unknown {
        return true;
    }
    if let (Own(from), Own(to)) = (from, to)
        && let Some(cast) = cast(*from, *to)
    {
        return cast.context <= context;
    }
    if let (Some(one), Some(other)) = (from.element(), to.element()) {
        // `int2vector` and `oidvector` are no arrays that casts go through.
        return converts(&one, &other, context);
    }
    // Every type is stored as text, and read from it where that is written.
    match context {
        CastContext::Implicit => false,
        CastContext::Assignment => category(to) == TypeCategory::STRING,
        CastContext::Explicit => [from, to].map(category).contains(&TypeCategory::STRING),
    }
}

/// Whether a conversion depends on settings, which no index may.
pub(crate) fn conversion_is_mutable(from: &ArgType, to: &ArgType) -> bool {
    let (ArgType::Own(from), ArgType::Own(to)) = (from, to) else {
        // An enum's text is read from a catalog.
        return matches!(from, ArgType::Enum(_)) != matches!(to, ArgType::Enum(_));
    };
    if from == to {
        return false;
    }
    if let Some(cast) = cast(*from, *to) {
        return cast.volatility != Volatility::Immutable;
    }
    if let (Some(one), Some(other)) = (from.fact().element, to.fact().element) {
        return conversion_is_mutable(&ArgType::Own(one), &ArgType::Own(other));
    }
    from.fact().mutable_output || to.fact().mutable_input
}
