//! A small deterministic source of choices.

/// SplitMix64: the same seed gives the same sequence on every machine.
#[derive(Clone, Debug)]
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// Less than `end`, which is not 0.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        let end = u64::try_from(end).expect("a length fits in 64 bits");
        usize::try_from(self.next() % end).expect("less than a length")
    }

    /// True that often.
    pub(crate) fn percent(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    pub(crate) fn pick<'a, T: ?Sized>(&mut self, from: &[&'a T]) -> &'a T {
        from[self.below(from.len())]
    }

    pub(crate) fn choose<'a, T>(&mut self, from: &'a [T]) -> Option<&'a T> {
        if from.is_empty() {
            None
        } else {
            Some(&from[self.below(from.len())])
        }
    }

    /// The text that often, or nothing.
    pub(crate) fn maybe<'a>(&mut self, percent: usize, text: &'a str) -> &'a str {
        if self.percent(percent) { text } else { "" }
    }

    /// Between `least` and `most` different items, in random order.
    pub(crate) fn some<T: Clone>(&mut self, from: &[T], least: usize, most: usize) -> Vec<T> {
        let mut left = from.to_vec();
        let mut taken = Vec::new();
        let count = least + self.below(most - least + 1);
        while taken.len() < count && !left.is_empty() {
            taken.push(left.swap_remove(self.below(left.len())));
        }
        taken
    }

    /// One of the weighted items.
    pub(crate) fn weighted<T: Copy>(&mut self, from: &[(usize, T)]) -> T {
        let mut point = self.below(from.iter().map(|(weight, _)| weight).sum());
        for (weight, item) in from {
            if point < *weight {
                return *item;
            }
            point -= weight;
        }
        unreachable!("the point is below the sum of the weights")
    }
}
