//! What the monitor records: two leads of an ECG, 360 samples a second, 16 bits each.

use std::fs;
use std::path::Path;

/// Samples of each lead in a second.
pub const RATE: usize = 360;
/// Leads.
pub const LEADS: usize = 2;
/// Seconds in a frame.
pub const SECONDS: usize = 10;
/// Bytes of a frame.
pub const FRAME: usize = SECONDS * RATE * LEADS * 2;

/// Samples, and where they come from.
pub(crate) struct Recording {
    /// In words.
    pub(crate) source: String,
    /// Whether this program made it up.
    pub(crate) synthetic: bool,
    /// Whole frames: samples of the leads in turn, big-endian, 16 bits.
    pub(crate) bytes: Vec<u8>,
}

impl Recording {
    /// So many frames of a file in MIT-BIH's format 212, or, without a file, of a synthetic one.
    pub(crate) fn read(file: Option<&Path>, frames: usize) -> Result<Self, String> {
        let samples = frames * SECONDS * RATE;
        let (source, all) = match file {
            Some(path) => {
                let bytes = fs::read(path).map_err(|error| format!("{}: {error}", path.display()));
                let name = path.file_name().unwrap_or_default().to_string_lossy();
                (format!("PhysioNet file {name}"), format_212(&bytes?))
            }
            None => (
                "a synthetic recording, computed by this demo and nobody's".to_owned(),
                synthetic(samples),
            ),
        };
        let enough = all.get(..samples);
        let enough = enough.ok_or("the ECG file is too short: 210 seconds of two leads")?;
        Ok(Self {
            source,
            synthetic: file.is_none(),
            bytes: enough
                .iter()
                .flatten()
                .flat_map(|it| it.to_be_bytes())
                .collect(),
        })
    }
}

/// Pairs of 12-bit numbers in three bytes: low bytes outside, and both high halves between them.
pub(crate) fn format_212(bytes: &[u8]) -> Vec<[i16; LEADS]> {
    // From 12 bits with a sign to 16.
    let signed = |number: u16| ((number << 4) as i16) >> 4;
    let (triples, _) = bytes.as_chunks::<3>();
    let pair = |[first, halves, second]: &[u8; 3]| {
        let (low, high) = (u16::from(halves & 0x0f), u16::from(halves >> 4));
        [
            signed(low << 8 | u16::from(*first)),
            signed(high << 8 | u16::from(*second)),
        ]
    };
    triples.iter().map(pair).collect()
}

/// Corners of one heartbeat: time in thousandths of the beat, and height, in microvolts, in each
/// lead. P, Q, R, S and T stand where they do in people; nothing else of it is physiology.
const BEAT: [(i32, [i32; LEADS]); 14] = [
    (0, [0, 0]),
    (80, [0, 0]),
    (130, [120, 60]),
    (180, [0, 0]),
    (240, [0, 0]),
    (255, [-90, -40]),
    (280, [1_150, 480]),
    (305, [-260, -620]),
    (325, [0, 0]),
    (430, [30, -20]),
    (540, [310, -140]),
    (620, [40, -10]),
    (660, [0, 0]),
    (1_000, [0, 0]),
];
/// Steps of the converter in a millivolt, and what it shows for none: as in MIT-BIH's records.
const GAIN: i32 = 200;
const BASELINE: i32 = 1_024;

/// The same samples in every run, on every machine: whole numbers only.
pub(crate) fn synthetic(samples: usize) -> Vec<[i16; LEADS]> {
    let mut all = Vec::with_capacity(samples);
    for beat in 0_i32.. {
        // 280 to 320 samples: 68 to 77 beats a minute, as breathing changes them.
        let length = 300 + (beat % 9 - 4) * 5;
        for at in 0..length {
            if all.len() == samples {
                return all;
            }
            // The baseline wanders with the breath, 40 microvolts up and down in 4 seconds.
            let breath = (all.len() % (4 * RATE)) as i32 - 2 * RATE as i32;
            let wander = breath.abs() * 80 / (2 * RATE as i32) - 40;
            let heights = height(at * 1_000 / length);
            all.push(heights.map(|height| {
                let shown = BASELINE + (height + wander) * GAIN / 1_000;
                shown as i16
            }));
        }
    }
    all
}

/// Both leads at a moment of a beat, in thousandths.
fn height(moment: i32) -> [i32; LEADS] {
    let corners = BEAT.iter().zip(BEAT.iter().skip(1));
    for ((begin, from), (end, to)) in corners {
        if (*begin..*end).contains(&moment) {
            let [first, second] = [0, 1].map(|lead: usize| {
                let (from, to) = (from.get(lead).unwrap_or(&0), to.get(lead).unwrap_or(&0));
                from + (to - from) * (moment - begin) / (end - begin)
            });
            return [first, second];
        }
    }
    [0, 0]
}
