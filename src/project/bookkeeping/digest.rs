//! The digests that tools write down of their files.

use std::fmt::Write as _;

use sha2::{Digest, Sha256, Sha384};

use super::KnownChecksums;
use crate::project::MigrationSet;
use crate::source::Source;

/// SHA-256 as hexadecimal digits.
pub fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// SHA-384 as hexadecimal digits.
pub fn sha384(bytes: &[u8]) -> String {
    hex(&Sha384::digest(bytes))
}

/// Bytes as hexadecimal digits in small letters.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Bytes in Base64, filled up with `=`.
pub fn base64(bytes: &[u8]) -> String {
    let mut text = String::new();
    for three in bytes.chunks(3) {
        let byte = |at: usize| u32::from(three.get(at).copied().unwrap_or_default());
        let value = byte(0) << 16 | byte(1) << 8 | byte(2);
        for at in 0..4 {
            text.push(if at <= three.len() {
                letter(value >> (18 - 6 * at))
            } else {
                '='
            });
        }
    }
    text
}

/// The sign for the lowest six bits.
fn letter(value: u32) -> char {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    char::from(LETTERS[(value & 63) as usize])
}

/// CRC-32 over the lines of a text without their ends, as a signed number; a byte order mark at the
/// start does not count.
pub fn crc32_of_lines(text: &str) -> i32 {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut crc = crc32fast::Hasher::new();
    // Java's lines end at `\n`, `\r` or both.
    for line in text.split(['\n', '\r']) {
        crc.update(line.as_bytes());
    }
    crc.finalize().cast_signed()
}

/// A text with `\n` at the end of each line.
fn with_lf(text: &str) -> String {
    text.replace("\r\n", "\n")
}

/// A text with `\r\n` at the end of each line.
fn with_crlf(text: &str) -> String {
    with_lf(text).replace('\n', "\r\n")
}

/// The checksums of the first file of each migration, by a digest of its bytes.
pub(crate) fn of_files(
    set: &MigrationSet,
    digest: fn(&[u8]) -> String,
    line_ends: LineEnds,
) -> Vec<KnownChecksums> {
    let files = set.migrations.iter().map(|migration| {
        // Of bytes that were no text, the text here is another one.
        let file = migration.up.first().map(|part| &part.source);
        file.filter(|source| !source.damaged())
    });
    files
        .map(|file| {
            file.map(|source| checksums_of(source, digest, line_ends))
                .unwrap_or_default()
        })
        .collect()
}

/// The checksums that a file has, with its own line ends and with others.
fn checksums_of(
    source: &Source,
    digest: fn(&[u8]) -> String,
    line_ends: LineEnds,
) -> KnownChecksums {
    let text = source.text();
    let others = vec![
        digest(with_lf(text).as_bytes()),
        digest(with_crlf(text).as_bytes()),
    ];
    let own = digest(text.as_bytes());
    match line_ends {
        LineEnds::Ignored => KnownChecksums {
            same: [vec![own], others].concat(),
            other_line_ends: Vec::new(),
        },
        LineEnds::Count => KnownChecksums {
            same: vec![own],
            other_line_ends: others,
        },
    }
}

/// What a tool makes of a file whose line ends alone are others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LineEnds {
    /// It is the same file, or nobody compares.
    Ignored,
    /// It is another one.
    Count,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_are_those_of_coreutils() {
        assert_eq!(
            sha256(b"abc"),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
        assert!(sha384(b"abc").starts_with("cb00753f45a35e8bb5a03d699ac65007"));
        let encoded = ["", "f", "fo", "foo", "foob"].map(|text| base64(text.as_bytes()));
        assert_eq!(encoded, ["", "Zg==", "Zm8=", "Zm9v", "Zm9vYg=="]);
    }

    #[test]
    fn lines_have_one_sum_whatever_ends_them() {
        // `python3 -c 'import zlib; print(zlib.crc32(b"create table a (id int);select 1;"))'`
        let sum = crc32_of_lines("create table a (id int);\nselect 1;\n");
        assert_eq!(
            sum,
            crc32fast::hash(b"create table a (id int);select 1;").cast_signed()
        );
        for other in [
            "create table a (id int);\r\nselect 1;\r\n",
            "\u{feff}create table a (id int);\rselect 1;",
        ] {
            assert_eq!(crc32_of_lines(other), sum);
        }
    }
}
