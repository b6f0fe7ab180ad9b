//! Releases of servers.

use std::fmt;

/// A release by its three numbers; what a person leaves out is the newest of its kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Release {
    /// The 8 of 8.4.2.
    pub major: u16,
    /// The 4 of 8.4.2.
    pub minor: u16,
    /// The 2 of 8.4.2.
    pub patch: u16,
}

impl Release {
    /// The release of these three numbers.
    pub const fn new(major: u16, minor: u16, patch: u16) -> Self {
        Self {
            major,
            minor,
            patch,
        }
    }

    /// From `8`, `8.0` or `8.0.28`; `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let mut numbers = text.trim().split('.').map(str::parse::<u16>);
        let major = numbers.next()?.ok()?;
        let mut next = || numbers.next().unwrap_or(Ok(u16::MAX)).ok();
        let (minor, patch) = (next()?, next()?);
        numbers.next().is_none().then_some(Self {
            major,
            minor,
            patch,
        })
    }
}

impl fmt::Display for Release {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.major)?;
        if self.minor != u16::MAX {
            write!(f, ".{}", self.minor)?;
        }
        if !matches!(self.patch, 0 | u16::MAX) {
            write!(f, ".{}", self.patch)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_out_is_the_newest() {
        let read = |text| Release::parse(text).expect("a release");
        assert!(read("8.0") > Release::new(8, 0, 29));
        assert!(read("8.0.28") < Release::new(8, 0, 29));
        assert!(read("5.7") < Release::new(8, 0, 0));
        assert_eq!(Release::parse("8.x"), None);
        assert_eq!(Release::parse("8.0.1.2"), None);
        assert_eq!(read("3.34.1").to_string(), "3.34.1");
        assert_eq!(read("10.6").to_string(), "10.6");
    }
}
