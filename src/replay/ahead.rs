//! Statements that are read and lowered on other threads while the first one looks for schemas,
//! reads the workflow, and replays what is read already.
//!
//! Lowering is a third of what a check takes and depends on nothing but a file's text; the replay
//! has to go in order.

use std::num::NonZero;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use super::ReadOptions;
use crate::project::{Direction, MigrationPart, MigrationSet};
use crate::source::{Promise, Window};
use crate::sql::{STACK, Versions, prepare};

/// Less SQL than this is read before a thread has begun, in bytes.
const WORTH_IT: usize = 32 << 10;

/// How far ahead, in bytes of SQL; in memory it is some hundred times as much.
const AHEAD: usize = 192 << 10;

/// Threads beside the first one, at most: it replays, and three others are never too slow for it.
const MOST: usize = 3;

/// Threads that read ahead. They end when this is dropped.
#[derive(Debug)]
pub struct AheadThreads(Arc<Window>);

impl Drop for AheadThreads {
    fn drop(&mut self) {
        self.0.close();
    }
}

/// What is read ahead of one set.
pub(crate) struct AheadSet<'p> {
    pub(crate) set: &'p MigrationSet,
    /// The first migration of which the way back is asked for, too; `None` for none.
    pub(crate) downs_from: Option<usize>,
}

/// One part of a file that will be asked for.
struct AheadPart {
    part: MigrationPart,
    reading: ReadOptions,
}

/// Reads the migrations of these sets ahead, in the order in which they will be asked for; nothing
/// where that is not worth a thread, or there is no second processor.
pub(crate) fn read_ahead<'p>(
    sets: impl Iterator<Item = AheadSet<'p>>,
    versions: Versions,
) -> Option<AheadThreads> {
    let parts: Vec<AheadPart> = sets.flat_map(|it| parts_of(&it, versions)).collect();
    let bytes: usize = parts.iter().map(|it| it.part.text().len()).sum();
    if bytes < WORTH_IT {
        return None;
    }
    let processors = thread::available_parallelism().map_or(1, NonZero::get);
    let threads = (processors - 1).min(MOST);
    if threads == 0 {
        return None;
    }
    let window = Arc::new(Window::new(AHEAD));
    promise(&parts, &window);
    let (parts, next) = (Arc::new(parts), Arc::new(AtomicUsize::new(0)));
    for _ in 0..threads {
        let (parts, next) = (Arc::clone(&parts), Arc::clone(&next));
        // Where the system has no thread, whoever asks reads for itself.
        let builder = thread::Builder::new().name("ahead".to_owned());
        drop(builder.stack_size(STACK).spawn(move || work(&parts, &next)));
    }
    Some(AheadThreads(window))
}

/// Reads one part after the other, until there is none or nobody waits for more.
fn work(parts: &[AheadPart], next: &AtomicUsize) {
    while let Some(one) = parts.get(next.fetch_add(1, Ordering::Relaxed)) {
        let AheadPart { part, reading } = one;
        if !prepare(
            &part.source,
            part.span,
            reading.dialect,
            reading.versions,
            reading.unit,
        ) {
            break;
        }
    }
}

fn parts_of(ahead: &AheadSet, versions: Versions) -> Vec<AheadPart> {
    let reading = ReadOptions::of(ahead.set, versions);
    let mut found = Vec::new();
    for (number, migration) in ahead.set.migrations.iter().enumerate() {
        let downs = ahead.downs_from.is_some_and(|first| number >= first);
        let up = migration.parts(Direction::Up).iter();
        let down = migration.parts(Direction::Down).iter().filter(|_| downs);
        found.extend(up.chain(down).map(|part| AheadPart {
            part: part.clone(),
            reading,
        }));
    }
    found
}

/// Promises each part of each file, once. The parts of a file stand together.
fn promise(parts: &[AheadPart], window: &Arc<Window>) {
    for of_file in parts.chunk_by(|left, right| left.part.source.is(&right.part.source)) {
        let promises = of_file.iter().map(|it| {
            let span = it.part.span;
            (span, Promise::new(span.range().len(), Arc::clone(window)))
        });
        of_file[0].part.source.promise(promises.collect());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::tree::Memory;
    use crate::project::{LoadOptions, Project};
    use crate::replay::catalog_of;
    use crate::sql::on_big_stack;

    #[test]
    fn what_is_read_ahead_is_what_is_read() {
        let file = |number: usize| {
            let table = format!("CREATE TABLE t{number} (id int PRIMARY KEY);\n");
            let columns: String = (0..40)
                .map(|column| format!("ALTER TABLE t{number} ADD COLUMN c{column} int;\n"))
                .collect();
            (
                format!("db/migrations/{number:04}_t.up.sql"),
                table + &columns,
            )
        };
        let tree: Memory = (0..60).map(file).collect();
        let project = Project::load(&tree, &LoadOptions::default()).expect("memory never fails");
        let set = &project.sets[0];
        let (versions, count) = (Versions::default(), set.migrations.len());
        assert_eq!(count, 60);
        let replayed = || {
            let catalog = on_big_stack(|| catalog_of(set, versions, count));
            format!("{:?}", catalog.tables)
        };
        let plain = replayed();
        let one = || {
            std::iter::once(AheadSet {
                set,
                downs_from: Some(0),
            })
        };
        let threads = read_ahead(one(), versions);
        // Without a second processor there is nothing to test.
        assert_eq!(
            threads.is_some(),
            thread::available_parallelism().is_ok_and(|it| it.get() > 1)
        );
        assert!(plain == replayed(), "the catalogs differ");
        // All has been asked for.
        drop(threads);
        assert!(plain == replayed(), "the catalogs differ");
    }
}
