//! What makes a diagnostic the same one in another run.

use std::collections::HashMap;

use super::Diagnostic;

/// Gives each diagnostic its fingerprint: sixteen digits that stay the same while lines above are
/// added or removed. They hold the rule, the file, and the schema object or the marked text; equal
/// ones are numbered.
pub fn number(diagnostics: &mut [Diagnostic]) {
    let mut seen: HashMap<u64, u32> = HashMap::new();
    for diagnostic in diagnostics {
        diagnostic.fingerprint = one(diagnostic, &mut seen);
    }
}

fn one(diagnostic: &Diagnostic, seen: &mut HashMap<u64, u32>) -> String {
    let mut hash = Fnv(0xcbf2_9ce4_8422_2325);
    hash.write(diagnostic.rule);
    hash.write(diagnostic.source.path());
    if let Some(object) = &diagnostic.object {
        hash.write(object.kind);
        hash.write(object.table.as_deref().unwrap_or_default());
        hash.write(&object.name);
        hash.write(&object.direction);
    } else {
        let marked = diagnostic.source.slice(diagnostic.span);
        let text = if marked.trim().is_empty() {
            &diagnostic.message
        } else {
            marked
        };
        text.split_whitespace().for_each(|word| hash.write(word));
    }
    let number = seen.entry(hash.0).or_default();
    *number += 1;
    if *number > 1 {
        hash.write(&number.to_string());
    }
    format!("{:016x}", hash.0)
}

/// FNV-1a, whose results never change, unlike those of the standard library's hashers.
struct Fnv(u64);

impl Fnv {
    fn write(&mut self, text: &str) {
        for byte in text.bytes().chain([0xff]) {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
}
