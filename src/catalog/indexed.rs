//! Objects by name, found also by what they hold or speak of: which table has that index, who
//! refers to that table.
//!
//! How it grows: a question takes as long as there are answers, and up to 64 objects are all
//! asked. Ask for the narrowest mention: everything in a schema may refer to one table, and a few of
//! its columns are what foreign keys point at. What was mentioned once is remembered, so the index
//! grows with the history, by some ten numbers for each change of an object.
//!
//! Without it every statement that makes an index, names a constraint or drops a table looks at
//! every table, and a history of many tables takes the square of its length to replay.

mod mentions;

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::ops::Deref;
use std::sync::{Arc, PoisonError, RwLock};
use std::vec;

use super::QName;
use super::shared::{Entries, SharedMap};

/// Something that an object holds or speaks of, by its bare name: schema and case are for the one
/// who asks to compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mention<'a> {
    /// Its own name.
    Named(&'a str),
    /// An index, also one that backs a constraint.
    Index(&'a str),
    /// A constraint of a table, of whatever kind.
    Constraint(&'a str),
    /// A trigger of a table or a view.
    Trigger(&'a str),
    /// A relation that it refers to, in whatever way. Everything in a schema may refer to one
    /// table: ask for less where less will do.
    Relation(&'a str),
    /// A table that it is a partition of, or inherits from.
    Parent(&'a str),
    /// A table of which it is the partition for what no other takes.
    DefaultOf(&'a str),
    /// A table of which it is the partition for a value of a list.
    ListedIn(&'a str, &'a str),
    /// A table of which it is the partition for a range that ends nowhere, on one side or both.
    OpenRangeOf(&'a str),
    /// A table, with its schema, of which it is the partition for a range.
    RangeOf(&'a str, &'a str),
    /// A column of a relation that it refers to.
    Column(&'a str, &'a str),
    /// The type of a column or of a cast.
    Type(&'a str),
    /// A function that it calls.
    Function(&'a str),
    /// A sequence that a default takes its values from.
    Sequence(&'a str),
    /// Whether it is temporary.
    Temporary,
}

/// A number that two schemas seldom share: a project may have one for each customer, all with the
/// same tables.
fn schema_code(schema: &str) -> u32 {
    // FNV-1a.
    let mix = |hash: u32, byte: u8| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193);
    schema.bytes().fold(0x811c_9dc5, mix)
}

impl Mention<'_> {
    /// A number that two mentions seldom share: whoever is found is asked again.
    fn code(self) -> u64 {
        let (kind, name, part) = match self {
            Self::Named(name) => (1, name, ""),
            Self::Index(name) => (2, name, ""),
            Self::Constraint(name) => (3, name, ""),
            Self::Trigger(name) => (4, name, ""),
            Self::Relation(name) => (5, name, ""),
            Self::Type(name) => (6, name, ""),
            Self::Function(name) => (7, name, ""),
            Self::Sequence(name) => (8, name, ""),
            Self::Temporary => (9, "", ""),
            Self::Parent(name) => (10, name, ""),
            Self::Column(name, column) => (11, name, column),
            Self::DefaultOf(name) => (12, name, ""),
            Self::ListedIn(name, value) => (13, name, value),
            Self::OpenRangeOf(name) => (14, name, ""),
            Self::RangeOf(name, schema) => (15, name, schema),
        };
        // FNV-1a.
        let mix = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        let bytes = name.bytes().chain([0]).chain(part.bytes());
        bytes.fold(mix(0xcbf2_9ce4_8422_2325, kind), |hash, byte| {
            mix(hash, byte.to_ascii_lowercase())
        })
    }
}

/// An object that can be found by what it holds.
pub trait Mentions {
    /// Tells all of it; more than once does no harm.
    fn mentions(&self, tell: &mut dyn FnMut(Mention));

    /// What it has of a line that it shares with others.
    fn stretch(&self) -> Option<Stretch<'_>> {
        None
    }
}

/// A part of a line. Others have other parts of it, which do not overlap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stretch<'a> {
    /// Which line.
    pub line: Mention<'a>,
    /// Its first point.
    pub start: i128,
    /// The first point after it.
    pub end: i128,
}

/// Objects by name. Reading is done as in the map that it is; whatever may change an object goes
/// through the methods here.
#[derive(Clone, Debug)]
pub struct Indexed<T> {
    /// Shared with copies until either changes.
    map: SharedMap<QName, Arc<T>>,
    /// Which objects mention a name. `None` while there are few objects, which are all scanned.
    /// Copies share it: what one of them learns is only superfluous to the others.
    index: Option<Arc<RwLock<ReverseMap>>>,
    /// Objects that may have changed since they were indexed. They are always asked.
    stale: Vec<QName>,
}

#[derive(Clone, Debug, Default)]
struct ReverseMap {
    /// Mentions, and the objects that have them: their schemas as [`schema_code`] tells them, and
    /// their numbers. What does not hold any more stays.
    mentions: BTreeSet<(u64, u32, u32)>,
    /// Where a stretch begins on which line, and the objects that have one there.
    starts: BTreeSet<(u64, i128, u32)>,
    numbers: BTreeMap<QName, u32>,
    names: Vec<QName>,
}

/// Up to so many objects it is quicker to ask all. With the map, four times as many migrations over
/// four times as many tables take 4.0 to 4.8 times as long; without it 8.7 times.
const FEW: usize = 64;

/// So many objects may wait to be indexed.
const WAITING: usize = 8;

impl<T> Default for Indexed<T> {
    fn default() -> Self {
        Self {
            map: SharedMap::default(),
            index: None,
            stale: Vec::new(),
        }
    }
}

impl<T> Deref for Indexed<T> {
    type Target = SharedMap<QName, Arc<T>>;

    fn deref(&self) -> &Self::Target {
        &self.map
    }
}

impl<'a, T> IntoIterator for &'a Indexed<T> {
    type Item = (&'a QName, &'a Arc<T>);
    type IntoIter = Entries<'a, QName, Arc<T>>;

    fn into_iter(self) -> Self::IntoIter {
        self.map.iter()
    }
}

impl<T: Mentions> Indexed<T> {
    /// The object of that name, to be changed.
    pub fn get_mut(&mut self, name: &QName) -> Option<&mut Arc<T>> {
        if !self.map.contains_key(name) {
            return None;
        }
        self.changes(name);
        self.map.get_mut(name)
    }

    /// Puts an object under a name.
    pub fn insert(&mut self, name: QName, object: Arc<T>) -> Option<Arc<T>> {
        if self.index.is_none() && self.map.len() >= FEW {
            self.index = Some(Arc::default());
            let all: Vec<QName> = self.map.keys().cloned().collect();
            self.learn(&all);
        }
        self.changes(&name);
        self.map.insert(name, object)
    }

    /// Takes the object of that name out.
    pub fn remove(&mut self, name: &QName) -> Option<Arc<T>> {
        self.map.remove(name)
    }

    /// Keeps what is to be kept.
    pub fn retain(&mut self, mut keep: impl FnMut(&QName, &T) -> bool) {
        self.map.retain(|name, object| keep(name, object));
    }

    /// Changes every object that `concerned` picks among those that mention a name; those that stay
    /// as they are stay shared.
    pub fn change(
        &mut self,
        mention: Mention,
        concerned: impl Fn(&T) -> bool,
        change: impl FnMut(&mut T),
    ) where
        T: Clone + PartialEq,
    {
        let names = self
            .with(mention)
            .filter(|(_, object)| concerned(object))
            .map(|(name, _)| name.clone())
            .collect();
        self.change_these(names, change);
    }

    /// Changes every object that `concerned` picks.
    pub fn change_any(&mut self, concerned: impl Fn(&T) -> bool, change: impl FnMut(&mut T))
    where
        T: Clone + PartialEq,
    {
        let names = self
            .map
            .iter()
            .filter(|(_, object)| concerned(object))
            .map(|(name, _)| name.clone())
            .collect();
        self.change_these(names, change);
    }

    fn change_these(&mut self, names: Vec<QName>, mut change: impl FnMut(&mut T))
    where
        T: Clone + PartialEq,
    {
        for name in names {
            let Some(object) = self.map.get(&name) else {
                continue;
            };
            let mut copy = (**object).clone();
            change(&mut copy);
            if copy != **object {
                self.insert(name, Arc::new(copy));
            }
        }
    }

    /// Objects that may mention a name, in the order of their names: all that did are among them.
    pub(crate) fn with(&self, mention: Mention) -> Candidates<'_, T> {
        self.with_those(mention, None)
    }

    /// The same in one schema; where none is indexed, objects of others may be among them. Each
    /// schema may have a constraint of one name.
    pub(crate) fn with_in(&self, schema: &str, mention: Mention) -> Candidates<'_, T> {
        self.with_those(mention, Some(schema))
    }

    fn with_those(&self, mention: Mention, schema: Option<&str>) -> Candidates<'_, T> {
        let Some(index) = &self.index else {
            return Candidates::Any(self.map.iter());
        };
        let code = mention.code();
        let index = index.read().unwrap_or_else(PoisonError::into_inner);
        let wanted = |name: &QName| schema.is_none_or(|schema| name.schema == schema);
        let (first, last) = match schema.map(schema_code) {
            Some(schema) => (schema, schema),
            None => (0, u32::MAX),
        };
        let known = index
            .mentions
            .range((code, first, 0)..=(code, last, u32::MAX))
            .filter_map(|&(_, _, number)| index.name(number));
        let mut found: Vec<_> = known
            .chain(&self.stale)
            .filter(|name| wanted(name))
            .filter_map(|name| self.map.get_key_value(name))
            .collect();
        found.sort_unstable_by_key(|&(name, _)| name);
        found.dedup_by_key(|&mut (name, _)| name);
        if cfg!(debug_assertions) && self.map.len() < 100 {
            for (name, object) in self.map.iter().filter(|(name, _)| wanted(name)) {
                let mut mentions = false;
                object.mentions(&mut |one| mentions |= one.code() == code);
                assert!(
                    !mentions || found.iter().any(|(found, _)| *found == name),
                    "{name} is not found by {mention:?}"
                );
            }
        }
        Candidates::These(found.into_iter())
    }

    /// Objects that may have a part of a stretch; all that have are among them.
    pub(crate) fn within(&self, wanted: &Stretch) -> Candidates<'_, T> {
        let Some(index) = &self.index else {
            return Candidates::Any(self.map.iter());
        };
        let code = wanted.line.code();
        let index = index.read().unwrap_or_else(PoisonError::into_inner);
        let named = |number| self.map.get_key_value(index.name(number)?);
        let end = wanted.end.max(wanted.start);
        let inside = (code, wanted.start, 0)..(code, end, 0);
        let inside = index.starts.range(inside);
        let before = (code, i128::MIN, 0)..(code, wanted.start, 0);
        let mut before = index.starts.range(before).rev();
        // What begins further to the left ends before the nearest of those that are still there.
        let nearest = before.find_map(|&(_, start, number)| {
            let (name, object) = named(number)?;
            let stretch = object.stretch()?;
            (stretch.line == wanted.line && stretch.start == start).then_some((name, object))
        });
        let mut found: Vec<_> = inside
            .filter_map(|&(_, _, number)| named(number))
            .chain(nearest)
            .chain(
                self.stale
                    .iter()
                    .filter_map(|name| self.map.get_key_value(name)),
            )
            .collect();
        found.sort_unstable_by_key(|&(name, _)| name);
        found.dedup_by_key(|&mut (name, _)| name);
        Candidates::These(found.into_iter())
    }

    /// Takes note that an object is about to change.
    fn changes(&mut self, name: &QName) {
        if self.index.is_none() || self.stale.contains(name) {
            return;
        }
        if self.stale.len() == WAITING {
            let stale = std::mem::take(&mut self.stale);
            self.learn(&stale);
        }
        self.stale.push(name.clone());
    }

    fn learn(&mut self, names: &[QName]) {
        let Some(index) = &self.index else { return };
        let mut index = index.write().unwrap_or_else(PoisonError::into_inner);
        for name in names {
            let Some(object) = self.map.get(name) else {
                continue;
            };
            let number = index.number(name);
            let schema = schema_code(&name.schema);
            object.mentions(&mut |mention| {
                index.mentions.insert((mention.code(), schema, number));
            });
            if let Some(stretch) = object.stretch() {
                let place = (stretch.line.code(), stretch.start, number);
                index.starts.insert(place);
            }
        }
    }
}

impl ReverseMap {
    fn number(&mut self, name: &QName) -> u32 {
        if let Some(&number) = self.numbers.get(name) {
            return number;
        }
        let number = u32::try_from(self.names.len()).unwrap_or(u32::MAX);
        self.names.push(name.clone());
        self.numbers.insert(name.clone(), number);
        number
    }

    fn name(&self, number: u32) -> Option<&QName> {
        self.names.get(usize::try_from(number).ok()?)
    }
}

/// What [`Indexed::with`] finds: all objects, or those that the index knows.
pub(crate) enum Candidates<'a, T> {
    Any(Entries<'a, QName, Arc<T>>),
    These(vec::IntoIter<(&'a QName, &'a Arc<T>)>),
}

impl<'a, T> Iterator for Candidates<'a, T> {
    type Item = (&'a QName, &'a T);

    fn next(&mut self) -> Option<Self::Item> {
        let (name, object) = match self {
            Self::Any(all) => all.next()?,
            Self::These(these) => these.next()?,
        };
        Some((name, object))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::{Index, Table};

    fn table(name: &str, index: &str) -> Arc<Table> {
        let index = Index {
            name: index.to_owned(),
            ..Index::default()
        };
        Arc::new(Table {
            name: QName::new("public", name),
            indexes: vec![index],
            ..Table::default()
        })
    }

    fn found(all: &Indexed<Table>, index: &str) -> Vec<String> {
        let found = all
            .with(Mention::Index(index))
            .filter(|(_, table)| table.indexes.iter().any(|own| own.name == index));
        found.map(|(name, _)| name.name.clone()).collect()
    }

    #[test]
    fn a_hundred_tables_are_not_all_asked() {
        let mut all = Indexed::default();
        for number in 0..200 {
            let made = table(&format!("t{number:03}"), &format!("i{number}"));
            all.insert(made.name.clone(), made);
        }
        assert_eq!(found(&all, "i7"), ["t007"]);
        let asked = all.with(Mention::Index("i7")).count();
        assert!(asked <= 1 + WAITING, "{asked} of 200 were asked");
    }

    #[test]
    fn copies_go_their_own_ways() {
        let mut all = Indexed::default();
        for number in 0..100 {
            let made = table(&format!("t{number:03}"), "old");
            all.insert(made.name.clone(), made);
        }
        let (before, mut other) = (all.clone(), all.clone());
        for number in 0..50 {
            let name = QName::new("public", format!("t{number:03}"));
            all.change(
                Mention::Named(&name.name),
                |table| table.name == name,
                |table| "new".clone_into(&mut table.indexes[0].name),
            );
            other.remove(&name);
        }
        assert_eq!(
            (found(&all, "old").len(), found(&all, "new").len()),
            (50, 50)
        );
        assert_eq!(
            (found(&other, "old").len(), found(&other, "new").len()),
            (50, 0)
        );
        assert_eq!(
            (found(&before, "old").len(), found(&before, "new").len()),
            (100, 0)
        );
        assert_eq!(
            found(&all, "new").first().map(String::as_str),
            Some("t000"),
            "in the order of their names"
        );
    }
}
