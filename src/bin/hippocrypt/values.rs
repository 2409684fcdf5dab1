//! Values of flags: read here and not by the parser of flags, so that one which does not parse
//! is an error with a number and exit code 1.

use std::ffi::{OsStr, OsString};
use std::ops::Range;
use std::time::{SystemTime, UNIX_EPOCH};

use hippocrypt::Error;
use hippocrypt::envelope::Suite;
use hippocrypt::policy::{Date, LabelFrame};

use crate::failure::{Outcome, Role};
use crate::vocabulary;

const UTF8: Error = Error::Text("not UTF-8");

/// The value as text.
pub fn text<'a>(value: &'a OsStr, role: &'static str) -> Outcome<&'a str> {
    value.to_str().ok_or(UTF8).role(role)
}

/// Values as texts, in order.
pub fn texts<'a>(values: &'a [OsString], role: &'static str) -> Outcome<Vec<&'a str>> {
    values.iter().map(|value| text(value, role)).collect()
}

/// `YYYY-MM-DD`.
pub fn date(value: &OsStr, role: &'static str) -> Outcome<Date> {
    Date::parse(text(value, role)?).role(role)
}

/// A whole number in decimal digits, nothing else.
pub fn number(value: &OsStr, role: &'static str) -> Outcome<u64> {
    whole(text(value, role)?).role(role)
}

/// A whole number up to 255.
pub fn small(value: &OsStr, role: &'static str) -> Outcome<u8> {
    u8::try_from(number(value, role)?)
        .map_err(|_| Error::TooLarge("the number"))
        .role(role)
}

/// A zone, `+01:00`, in minutes east of UTC, at most 14 hours.
pub fn zone(value: &OsStr, role: &'static str) -> Outcome<i16> {
    minutes(text(value, role)?)
        .ok_or(Error::Argument("a zone is written +01:00, within 14 hours"))
        .role(role)
}

fn minutes(text: &str) -> Option<i16> {
    let (sign, digits) = text.split_at_checked(1)?;
    let (hours, minutes) = digits.split_once(':')?;
    let two = |digits: &str| -> Option<i16> {
        let digital = digits.len() == 2 && digits.bytes().all(|byte| byte.is_ascii_digit());
        digital.then(|| digits.parse().ok())?
    };
    let (hours, minutes) = (two(hours)?, two(minutes)?);
    let east = hours * 60 + minutes;
    if minutes > 59 || east > 14 * 60 {
        return None;
    }
    match sign {
        "+" => Some(east),
        "-" => Some(-east),
        _ => None,
    }
}

/// 32 bytes in lower-case hexadecimal digits.
pub fn digest(value: &OsStr, role: &'static str) -> Outcome<[u8; 32]> {
    bytes_of_hex(text(value, role)?)
        .ok_or(Error::Argument("64 hexadecimal digits"))
        .role(role)
}

/// `A..B`: the bytes from A on, B not included.
pub fn range(value: &OsStr, role: &'static str) -> Outcome<Range<u64>> {
    let (from, to) = text(value, role)?
        .split_once("..")
        .ok_or(Error::Argument("a range is written A..B"))
        .role(role)?;
    let range = whole(from).role(role)?..whole(to).role(role)?;
    if range.start > range.end {
        return Err(Error::Argument("a range ends where it begins or later")).role(role);
    }
    Ok(range)
}

/// A suite by number or name.
pub fn suite(value: &OsStr, role: &'static str) -> Outcome<Suite> {
    match text(value, role)?.to_ascii_lowercase().as_str() {
        "1" | "chacha20-poly1305" | "chacha20poly1305" => Ok(Suite::ChaCha20Poly1305),
        "2" | "aes-256-gcm" | "aes256gcm" => Ok(Suite::Aes256Gcm),
        _ => Err(Error::Argument(
            "suites: 1 or chacha20-poly1305, 2 or aes-256-gcm",
        ))
        .role(role),
    }
}

/// The name of a suite.
pub fn suite_name(suite: Suite) -> &'static str {
    match suite {
        Suite::ChaCha20Poly1305 => "ChaCha20-Poly1305",
        Suite::Aes256Gcm => "AES-256-GCM",
    }
}

/// Unix seconds by this machine's clock.
pub fn now() -> Outcome<u64> {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map(|since| since.as_secs())
        .map_err(|_| Error::Time("this machine's clock is before 1970").into())
}

/// A time for people, in UTC.
pub fn moment(unix: u64) -> String {
    match Date::from_unix(unix) {
        Ok(date) => {
            let seconds = unix % 86_400;
            let (hours, minutes) = (seconds / 3600, seconds / 60 % 60);
            format!("{date}T{hours:02}:{minutes:02}:{:02}Z", seconds % 60)
        }
        Err(_) => format!("second {unix} since 1970"),
    }
}

/// A day in words, so that month and day can't be confused.
pub fn day(date: Date) -> String {
    const MONTHS: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let (year, month, day) = date.year_month_day();
    let month = usize::from(month)
        .checked_sub(1)
        .and_then(|at| MONTHS.get(at))
        .unwrap_or(&"");
    format!("{day} {month} {year}")
}

/// Bytes as lower-case hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Exactly 32 bytes from lower-case hexadecimal digits.
pub fn bytes_of_hex(digits: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    let digit = |digit: Option<u8>| match digit? {
        digit @ b'0'..=b'9' => Some(digit - b'0'),
        digit @ b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    };
    let mut digits = digits.bytes();
    for byte in &mut bytes {
        *byte = digit(digits.next())? << 4 | digit(digits.next())?;
    }
    digits.next().is_none().then_some(bytes)
}

/// `1 byte`, `2 bytes`, `1,234 bytes`.
pub fn bytes(count: u64) -> String {
    counted(count, "byte")
}

/// A number with its noun, in groups of three digits.
pub fn counted(count: u64, noun: &str) -> String {
    let digits = count.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    format!("{grouped} {noun}{}", if count == 1 { "" } else { "s" })
}

/// Digits only: no sign, no blank.
fn whole(digits: &str) -> hippocrypt::Result<u64> {
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Error::Argument("a whole number in decimal digits"));
    }
    digits.parse().map_err(|_| Error::TooLarge("the number"))
}

/// A frame with vocabularies, each written ID=CODE,CODE.. or the name of a file; `hv1` is carried.
pub fn with_vocabularies(mut frame: LabelFrame, items: &[OsString]) -> Outcome<LabelFrame> {
    for item in items {
        let codes = item.to_str().and_then(|text| text.split_once('='));
        frame = match codes {
            Some((id, codes)) => frame.vocabulary(id, codes.split(',')),
            None => vocabulary::read(item, "--vocabulary")?.pin(frame),
        }
        .role("--vocabulary")?;
    }
    Ok(frame)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_digits_only() {
        assert_eq!(whole("18446744073709551615"), Ok(u64::MAX));
        assert_eq!(
            whole("18446744073709551616"),
            Err(Error::TooLarge("the number"))
        );
        for refused in ["", "+1", "-1", " 1", "1 ", "0x1", "١"] {
            assert_eq!(whole(refused).unwrap_err().code(), 1, "{refused}");
        }
    }

    #[test]
    fn zones_have_a_sign_and_four_digits() {
        for (text, zone) in [
            ("+01:00", 60),
            ("-09:30", -570),
            ("+14:00", 840),
            ("-00:00", 0),
        ] {
            assert_eq!(minutes(text), Some(zone));
        }
        for refused in [
            "", "Z", "01:00", "+1:00", "+01", "+14:01", "+01:60", "+0a:00", "é1:00",
        ] {
            assert_eq!(minutes(refused), None, "{refused}");
        }
    }

    #[test]
    fn hexadecimal_digits_come_back() {
        let bytes: [u8; 32] = core::array::from_fn(|at| (at * 37) as u8);
        assert_eq!(bytes_of_hex(&hex(&bytes)), Some(bytes));
        let refused = [
            hex(&bytes[1..]),
            hex(&bytes) + "0",
            hex(&bytes).to_uppercase(),
        ];
        for refused in refused {
            assert_eq!(bytes_of_hex(&refused), None, "{refused}");
        }
    }

    #[test]
    fn numbers_and_days_for_people() {
        assert_eq!(bytes(1), "1 byte");
        assert_eq!(bytes(999), "999 bytes");
        assert_eq!(bytes(1_234_567), "1,234,567 bytes");
        assert_eq!(day(Date::parse("2027-12-31").unwrap()), "31 December 2027");
        assert_eq!(moment(1_790_000_000), "2026-09-21T14:13:20Z");
    }
}
