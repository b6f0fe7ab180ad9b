//! Which keys a mapping has, so that none stands there twice.

use std::collections::HashSet;

/// The names of a mapping's keys.
#[derive(Default)]
pub(super) struct KeyNames {
    few: Vec<KeyName>,
    /// All of them, once there are many.
    many: HashSet<KeyName>,
}

#[derive(Clone, PartialEq, Eq, Hash)]
struct KeyName {
    text: String,
    typed: bool,
}

/// Up to here, comparing with each costs less than a hash; nearly every mapping is that small.
const FEW: usize = 16;

impl KeyNames {
    /// Adds a key; false if it is there already. `typed` tells a number from a text of its digits.
    pub(super) fn add(&mut self, text: &str, typed: bool) -> bool {
        let mut few = self.few.iter();
        let is_known = few.any(|known| known.typed == typed && known.text == text);
        if self.many.is_empty() && is_known {
            return false;
        }
        let name = KeyName {
            text: text.to_owned(),
            typed,
        };
        if self.few.len() < FEW {
            self.few.push(name);
            return true;
        }
        if self.many.is_empty() {
            self.many.extend(self.few.iter().cloned());
        }
        self.many.insert(name)
    }
}
