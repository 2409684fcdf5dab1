//! The reader: serde_json reads, a visitor refuses what could have two meanings.

use alloc::boxed::Box;
use alloc::collections::BTreeSet;
use alloc::string::String;
use alloc::vec::Vec;
use core::cell::Cell;
use core::fmt;

use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

use super::{Json, MAX_BYTES, MAX_DEPTH, MAX_VALUES};
use crate::error::{Error, Result};

pub(super) fn parse(bytes: &[u8]) -> Result<Json> {
    if bytes.len() > MAX_BYTES {
        return Err(Error::Json(MAX_BYTES, "larger than 4 MiB"));
    }
    let text = core::str::from_utf8(bytes)
        .map_err(|error| Error::Json(error.valid_up_to(), "not UTF-8"))?;
    let state = State::default();
    let seed = Value {
        state: &state,
        depth: 0,
    };
    let mut reader = serde_json::Deserializer::from_str(text);
    let refused = |error: serde_json::Error| {
        let what = state.fault.get().unwrap_or(match error.classify() {
            serde_json::error::Category::Eof => "ends within a value",
            _ => "no JSON",
        });
        Error::Json(offset(text, &error), what)
    };
    let value = seed.deserialize(&mut reader).map_err(refused)?;
    reader.end().map_err(|error| {
        let what = "bytes follow the value";
        Error::Json(offset(text, &error), what)
    })?;
    Ok(value)
}

/// The byte at which reading stopped.
fn offset(text: &str, error: &serde_json::Error) -> usize {
    let lines = text.split_inclusive('\n').take(error.line().max(1) - 1);
    let before: usize = lines.map(str::len).sum();
    (before + error.column().saturating_sub(1)).min(text.len())
}

/// What the whole document shares: how many values it has so far, and why it was refused.
#[derive(Default)]
struct State {
    values: Cell<usize>,
    fault: Cell<Option<&'static str>>,
}

impl State {
    fn refuse<T, E: de::Error>(&self, what: &'static str) -> core::result::Result<T, E> {
        self.fault.set(Some(what));
        Err(E::custom(what))
    }

    /// FHIR allows tab, line feed and carriage return in strings, and no other control character.
    fn text<E: de::Error>(&self, text: &str) -> core::result::Result<Box<str>, E> {
        let forbidden = |it: char| it.is_ascii_control() && !matches!(it, '\t' | '\n' | '\r');
        if text.contains(forbidden) {
            return self.refuse("control character");
        }
        Ok(text.into())
    }
}

/// One value, below so many arrays and objects.
#[derive(Clone, Copy)]
struct Value<'a> {
    state: &'a State,
    depth: usize,
}

impl Value<'_> {
    fn inner<E: de::Error>(self) -> core::result::Result<Self, E> {
        if self.depth >= MAX_DEPTH {
            return self.state.refuse("deeper than 64");
        }
        Ok(Self {
            depth: self.depth + 1,
            ..self
        })
    }
}

impl<'de> DeserializeSeed<'de> for Value<'_> {
    type Value = Json;

    fn deserialize<D: Deserializer<'de>>(
        self,
        reader: D,
    ) -> core::result::Result<Json, D::Error> {
        let values = self.state.values.get() + 1;
        if values > MAX_VALUES {
            return self.state.refuse("more than 262144 values");
        }
        self.state.values.set(values);
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Value<'_> {
    type Value = Json;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a value")
    }

    fn visit_unit<E>(self) -> core::result::Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, value: bool) -> core::result::Result<Json, E> {
        Ok(Json::Bool(value))
    }

    fn visit_u64<E>(self, value: u64) -> core::result::Result<Json, E> {
        Ok(number(value.into()))
    }

    fn visit_i64<E>(self, value: i64) -> core::result::Result<Json, E> {
        Ok(number(value.into()))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> core::result::Result<Json, E> {
        match serde_json::Number::from_f64(value) {
            Some(value) => Ok(number(value)),
            None => self.state.refuse("number out of range"),
        }
    }

    fn visit_str<E: de::Error>(self, text: &str) -> core::result::Result<Json, E> {
        self.state.text(text).map(Json::String)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> core::result::Result<Json, A::Error> {
        let inner = self.inner()?;
        let mut all = Vec::new();
        while let Some(value) = seq.next_element_seed(inner)? {
            all.push(value);
        }
        Ok(Json::Array(all.into()))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> core::result::Result<Json, A::Error> {
        let inner = self.inner()?;
        let mut all = Vec::new();
        let mut names = BTreeSet::new();
        while let Some(name) = map.next_key::<String>()? {
            let name = self.state.text(&name)?;
            if !names.insert(name.clone()) {
                return self.state.refuse("name given twice");
            }
            all.push((name, map.next_value_seed(inner)?));
        }
        Ok(Json::Object(all.into()))
    }
}

fn number(value: serde_json::Number) -> Json {
    Json::Number(alloc::format!("{value}").into())
}
