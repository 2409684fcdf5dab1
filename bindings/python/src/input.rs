//! What Python gives: bytes, texts, days and moments.

use std::time::{SystemTime, UNIX_EPOCH};

use hippocrypt::Error;
use hippocrypt::policy::{Attributes, Date, Labels};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyMemoryView, PyString};

use crate::error::Raise;

/// The bytes of any object with the buffer protocol. `bytes` are read where they are; everything
/// else could change while the interpreter runs other threads, so it is copied once.
pub struct Buffer<'py>(Bound<'py, PyBytes>);

impl Buffer<'_> {
    pub fn as_slice(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl<'py> FromPyObject<'_, 'py> for Buffer<'py> {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        if let Ok(bytes) = object.cast::<PyBytes>() {
            return Ok(Self(bytes.to_owned()));
        }
        let view = PyMemoryView::from(&object)?;
        let bytes = view.call_method0("tobytes")?;
        Ok(Self(bytes.cast_into::<PyBytes>()?))
    }
}

/// Texts: a list or another iterable of `str`, or the items of one text, separated by spaces
/// nowhere: a single text is one item.
#[derive(Default)]
pub struct Texts(pub Vec<String>);

impl FromPyObject<'_, '_> for Texts {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, '_, PyAny>) -> PyResult<Self> {
        if let Ok(one) = object.cast::<PyString>() {
            return Ok(Self(vec![one.to_cow()?.into_owned()]));
        }
        let items = object.try_iter()?;
        let texts = items.map(|item| item?.extract::<String>());
        Ok(Self(texts.collect::<PyResult<_>>()?))
    }
}

impl Texts {
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    pub fn attributes(&self) -> PyResult<Attributes> {
        Attributes::parse(self.iter()).raise()
    }

    pub fn labels(&self) -> PyResult<Labels> {
        Labels::parse(self.iter()).raise()
    }
}

/// A day: `datetime.date`, or a text such as `2026-11-22`.
#[derive(Clone, Copy)]
pub struct Day(pub Date);

impl FromPyObject<'_, '_> for Day {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, '_, PyAny>) -> PyResult<Self> {
        if let Ok(text) = object.cast::<PyString>() {
            return Date::parse(&text.to_cow()?).raise().map(Self);
        }
        // A moment is a date to Python; which day it is on depends on a zone.
        if object.hasattr("hour")? || !object.hasattr("toordinal")? {
            return Err(PyTypeError::new_err(
                "a datetime.date, or a text as 2026-11-22",
            ));
        }
        let part = |name| object.getattr(name);
        let (month, day) = (part("month")?.extract()?, part("day")?.extract()?);
        Date::new(part("year")?.extract()?, month, day)
            .raise()
            .map(Self)
    }
}

/// A moment: whole Unix seconds as `int`, or an aware `datetime.datetime`.
#[derive(Clone, Copy)]
pub struct Moment(pub u64);

impl FromPyObject<'_, '_> for Moment {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, '_, PyAny>) -> PyResult<Self> {
        if object.hasattr("timestamp")? {
            if object.getattr("tzinfo")?.is_none() {
                return Err(PyTypeError::new_err("a datetime.datetime with a time zone"));
            }
            let seconds: f64 = object.call_method0("timestamp")?.extract()?;
            if !(0.0..4e11).contains(&seconds) {
                return Err(Error::Time("before 1970 or too far")).raise();
            }
            return Ok(Self(seconds as u64));
        }
        let seconds: i128 = object.extract()?;
        let range = |_| Error::Time("before 1970 or too far");
        u64::try_from(seconds).map_err(range).raise().map(Self)
    }
}

/// The moment given, or now.
pub fn moment(given: Option<Moment>) -> PyResult<u64> {
    match given {
        Some(moment) => Ok(moment.0),
        None => {
            let since = SystemTime::now().duration_since(UNIX_EPOCH);
            since
                .map(|it| it.as_secs())
                .map_err(|_| Error::Time("before 1970"))
                .raise()
        }
    }
}

/// A day as `datetime.date`.
pub fn day_to_python<'py>(py: Python<'py>, day: Date) -> PyResult<Bound<'py, PyAny>> {
    py.import("datetime")?
        .getattr("date")?
        .call1(day.year_month_day())
}

/// Bytes as hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
