//! What a 32-bit ELF file of Thumb code says of itself: its functions, and where its code is.

/// The bytes of the file.
pub struct Elf(pub Vec<u8>);

/// A name of the file, and where it stands.
pub struct Symbol {
    pub name: String,
    /// With the lowest bit set, if it is a function.
    at: usize,
    size: usize,
    kind: u8,
}

impl Symbol {
    pub fn is_function(&self) -> bool {
        self.kind == 2
    }

    /// Whether this is a function that has this address.
    pub fn has(&self, at: usize) -> bool {
        self.is_function() && (self.at & !1..(self.at & !1) + self.size).contains(&at)
    }
}

impl Elf {
    fn half(&self, at: usize) -> usize {
        usize::from(u16::from_le_bytes(self.0[at..at + 2].try_into().unwrap()))
    }

    fn word(&self, at: usize) -> usize {
        u32::from_le_bytes(self.0[at..at + 4].try_into().unwrap()) as usize
    }

    /// Where the headers of its sections stand.
    fn sections(&self) -> impl Iterator<Item = usize> {
        assert_eq!(&self.0[..5], b"\x7fELF\x01");
        let (first, size, count) = (self.word(32), self.half(46), self.half(48));
        (0..count).map(move |number| first + number * size)
    }

    /// Bytes that it puts into flash: what its loadable segments have in the file.
    pub fn flash(&self) -> u64 {
        let (first, size, count) = (self.word(28), self.half(42), self.half(44));
        let headers = (0..count).map(|number| first + number * size);
        let loaded = headers.filter(|header| self.word(*header) == 1);
        loaded.map(|header| self.word(header + 16) as u64).sum()
    }

    pub fn symbols(&self) -> Vec<Symbol> {
        // Type 2 is the table of symbols; its link is the section with their names.
        let table = self.sections().find(|at| self.word(at + 4) == 2).unwrap();
        let names = self.sections().nth(self.word(table + 24)).unwrap();
        let names = self.word(names + 16);
        let first = self.word(table + 16);
        let text = |at: usize| {
            let name = self.0[names + at..].split(|byte| *byte == 0).next();
            String::from_utf8(name.unwrap().to_vec()).unwrap()
        };
        (first..first + self.word(table + 20))
            .step_by(16)
            .map(|at| Symbol {
                name: text(self.word(at)),
                at: self.word(at + 4),
                size: self.word(at + 8),
                kind: self.0[at + 12] & 15,
            })
            .collect()
    }

    /// Where an instruction stands that is undefined for ever (`udf`): what a panic becomes where
    /// panics abort at once.
    pub fn undefined(&self) -> Vec<usize> {
        // $t begins code and $d constants within it (ELF for the Arm Architecture, 5.5.5).
        let mut marks: Vec<_> = self
            .symbols()
            .iter()
            .filter(|symbol| ["$t", "$d"].contains(&&symbol.name[..symbol.name.len().min(2)]))
            .map(|symbol| (symbol.at & !1, symbol.name.starts_with("$t")))
            .collect();
        marks.sort_unstable();
        // Type 1 with the flag for code.
        let code = self
            .sections()
            .filter(|at| self.word(at + 4) == 1 && self.word(at + 8) & 4 != 0);
        let mut found = Vec::new();
        for section in code {
            let (from, offset) = (self.word(section + 12), self.word(section + 16));
            let (mut at, end) = (from, from + self.word(section + 20));
            while at < end {
                let known = marks.partition_point(|(mark, _)| *mark <= at);
                let is_code = known > 0 && marks[known - 1].1;
                let instruction = self.half(offset + at - from);
                if is_code && instruction >> 8 == 0xde {
                    found.push(at);
                }
                // Those that begin with 0b11101, 0b11110 and 0b11111 take two.
                at += if is_code && instruction >> 11 >= 0b11101 {
                    4
                } else {
                    2
                };
            }
        }
        found
    }
}
