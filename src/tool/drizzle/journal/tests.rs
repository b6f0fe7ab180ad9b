use super::*;

struct Files(Vec<(&'static str, String)>);

impl Tree for Files {
    fn files(&self) -> Result<Vec<String>> {
        let mut files: Vec<String> = self.0.iter().map(|(path, _)| (*path).to_owned()).collect();
        files.sort();
        Ok(files)
    }

    fn read(&self, path: &str) -> Result<Option<Vec<u8>>> {
        Ok(self
            .0
            .iter()
            .find(|(known, _)| *known == path)
            .map(|(_, text)| text.clone().into_bytes()))
    }
}

fn read(entries: &[(i64, i64, &str)], files: &[(&'static str, &str)]) -> Journal {
    let entries: Vec<String> = entries
        .iter()
        .map(|(idx, when, tag)| {
            format!(r#"{{ "idx": {idx}, "version": "7", "when": {when}, "tag": "{tag}" }}"#)
        })
        .collect();
    let journal = format!(
        r#"{{ "version": "7", "entries": [{}] }}"#,
        entries.join(",\n")
    );
    let mut all: Vec<_> = files
        .iter()
        .map(|(path, text)| (*path, (*text).to_owned()))
        .collect();
    all.push(("drizzle/meta/_journal.json", journal));
    let tree = Files(all);
    let files = tree.files().expect("this tree lists its files");
    Journal::read(&tree, "drizzle", &files)
        .expect("this tree reads its files")
        .expect("there is a journal")
}

const A: &str = r#"{"id": "a", "prevId": "00000000-0000-0000-0000-000000000000", "version": "7"}"#;
const B: &str = r#"{"version": "6", "dialect": "sqlite", "id": "b", "prevId": "a"}"#;
const C: &str = r#"{"id": "c", "prevId": "a"}"#;
const D: &str = r#"{"id": "d", "prevId": "x"}"#;

#[test]
fn a_sound_history_has_nothing_to_say() {
    let journal = read(
        &[(0, 1, "0000_a"), (1, 2, "0001_b")],
        &[
            ("drizzle/0000_a.sql", ""),
            ("drizzle/0001_b.sql", ""),
            ("drizzle/seed.sql", ""),
            ("drizzle/meta/0000_snapshot.json", A),
            ("drizzle/meta/0001_snapshot.json", B),
        ],
    );
    assert!(
        journal.without_file().is_empty()
            && journal.outside.is_empty()
            && journal.misnumbered().is_empty()
    );
    assert!(
        journal.out_of_order().is_empty()
            && journal.forks().is_empty()
            && journal.orphans().is_empty()
    );
    assert!(journal.without_snapshot().is_empty());
    assert_eq!(journal.last_snapshot().expect("there are two").name, "0001");
}

#[test]
fn files_and_entries_are_compared_both_ways() {
    let journal = read(
        &[(0, 1, "0000_a"), (1, 2, "0001_b")],
        &[("drizzle/0000_a.sql", ""), ("drizzle/0001_c.sql", "")],
    );
    assert_eq!(journal.without_file()[0].tag, "0001_b");
    assert_eq!(journal.outside[0].path(), "drizzle/0001_c.sql");
    let source = journal.source.as_ref().expect("there is a journal");
    assert_eq!(
        source.slice(journal.without_file()[0].span),
        r#""tag": "0001_b""#
    );
}

#[test]
fn numbers_and_times_must_count_up() {
    let journal = read(
        &[
            (0, 5, "0000_a"),
            (1, 3, "0001_b"),
            (1, 6, "0002_c"),
            (3, 6, "20240101120000_d"),
        ],
        &[],
    );
    let tags: Vec<_> = journal
        .misnumbered()
        .iter()
        .map(|entry| entry.tag.as_str())
        .collect();
    assert_eq!(tags, ["0002_c"]);
    let late: Vec<_> = journal
        .out_of_order()
        .iter()
        .map(|(entry, before)| (&*entry.tag, &*before.tag))
        .collect();
    assert_eq!(late, [("0001_b", "0000_a"), ("20240101120000_d", "0002_c")]);
}

#[test]
fn snapshots_form_a_chain() {
    let entries = [
        (0, 1, "0000_a"),
        (1, 2, "0001_b"),
        (2, 3, "0002_c"),
        (3, 4, "0003_d"),
        (4, 5, "0004_e"),
    ];
    let journal = read(
        &entries,
        &[
            ("drizzle/meta/0000_snapshot.json", A),
            ("drizzle/meta/0001_snapshot.json", B),
            ("drizzle/meta/0002_snapshot.json", C),
            ("drizzle/meta/0003_snapshot.json", D),
            ("drizzle/0004_e.sql", ""),
        ],
    );
    let forks: Vec<_> = journal
        .forks()
        .iter()
        .map(|(later, first)| (&*later.name, &*first.name))
        .collect();
    assert_eq!(forks, [("0002", "0001")]);
    assert_eq!(journal.orphans()[0].name, "0003");
    assert_eq!(journal.without_snapshot()[0].tag, "0004_e");
}

#[test]
fn a_gap_in_the_snapshots_is_no_orphan() {
    let journal = read(
        &[(0, 1, "0000_a"), (1, 2, "0001_b"), (2, 3, "0002_c")],
        &[
            ("drizzle/meta/0000_snapshot.json", A),
            ("drizzle/meta/0002_snapshot.json", D),
        ],
    );
    assert!(journal.orphans().is_empty());
}

#[test]
fn folders_of_1_0_may_branch() {
    let tree = Files(vec![
        ("drizzle/20240101000000_a/migration.sql", String::new()),
        ("drizzle/20240101000000_a/snapshot.json", A.to_owned()),
        (
            "drizzle/20240102000000_b/snapshot.json",
            r#"{"id": "b", "prevIds": ["a"]}"#.to_owned(),
        ),
        (
            "drizzle/20240103000000_c/snapshot.json",
            r#"{"id": "c", "prevIds": ["a", "gone"]}"#.to_owned(),
        ),
    ]);
    let files = tree.files().expect("this tree lists its files");
    let journal = Journal::read(&tree, "drizzle", &files)
        .expect("readable")
        .expect("there are snapshots");
    assert!(journal.forks().is_empty());
    assert_eq!(journal.orphans().len(), 1);
    assert_eq!(journal.orphans()[0].head.parents, ["a", "gone"]);
}
