//! Messages on a stream: headers, an empty line, as many bytes of JSON as the headers say.

use std::io::{self, BufRead, Read as _, Write};

use serde_json::Value;

/// A header is short; what is longer is none.
const HEADER: u64 = 8 << 10;

/// No buffer of an editor is that long.
const LONGEST: u64 = 256 << 20;

/// The next message's bytes; `None` at the end of the stream. Headers without a length are skipped,
/// for nothing says where what follows them ends.
pub(super) fn read(input: &mut impl BufRead) -> io::Result<Option<Vec<u8>>> {
    let mut length: Option<u64> = None;
    loop {
        let mut line = Vec::new();
        if input.by_ref().take(HEADER).read_until(b'\n', &mut line)? == 0 {
            return Ok(None);
        }
        let line = line.trim_ascii();
        if !line.is_empty() {
            let text = String::from_utf8_lossy(line);
            let header = text.split_once(':');
            if let Some((name, value)) = header
                && name.trim().eq_ignore_ascii_case("content-length")
            {
                length = value.trim().parse().ok();
            }
            continue;
        }
        match length.take() {
            None => {}
            Some(length) if length > LONGEST => return Ok(None),
            Some(length) => {
                let mut body = Vec::new();
                input.by_ref().take(length).read_to_end(&mut body)?;
                let whole = u64::try_from(body.len()) == Ok(length);
                return Ok(whole.then_some(body));
            }
        }
    }
}

/// Sends a message.
pub(super) fn write(output: &mut impl Write, message: &Value) -> io::Result<()> {
    let body = message.to_string();
    write!(output, "Content-Length: {}\r\n\r\n{body}", body.len())?;
    output.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_message_is_skipped() {
        let text = "nonsense\r\n\r\nContent-Length: x\r\n\r\ncontent-length:2\r\nContent-Type: y\r\n\r\n{}Content-Length: 9\r\n\r\n{}";
        let mut input = io::BufReader::new(text.as_bytes());
        assert_eq!(read(&mut input).ok().flatten(), Some(b"{}".to_vec()));
        assert_eq!(read(&mut input).ok().flatten(), None);
    }
}
