//! Bundles taken apart into the bytes of their resources, and put together again.

use alloc::string::String;
use alloc::vec::Vec;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::error::{Error, Result};
use crate::wire::Json;

/// Most resources of one bundle.
pub const RESOURCES: usize = 1 << 16;

/// A bundle: its resources as they stand in it, byte for byte, and as values.
#[derive(Debug)]
pub struct Bundle<'a> {
    resources: Vec<Resource<'a>>,
}

/// One resource of a bundle.
#[derive(Debug)]
pub struct Resource<'a> {
    bytes: &'a str,
    json: Json,
    kind: String,
    id: Option<String>,
    address: Option<String>,
}

#[derive(Deserialize)]
struct Entries<'a> {
    #[serde(borrow, default)]
    entry: Vec<Entry<'a>>,
}

#[derive(Deserialize)]
struct Entry<'a> {
    #[serde(rename = "fullUrl")]
    full_url: Option<String>,
    #[serde(borrow)]
    resource: Option<&'a RawValue>,
}

impl<'a> Bundle<'a> {
    /// Reads a bundle strictly: no name twice, no control characters, within the limits of JSON
    /// here, which apply to each resource and to the whole without its resources.
    ///
    /// # Errors
    /// [`Error::Json`] with the byte, for a resource counted from its own first;
    /// [`Error::Shape`] for what is no bundle, for an entry without a resource, for a resource
    /// without a type and for two with the same type and id; [`Error::TooLarge`] beyond 65,536.
    pub fn parse(bytes: &'a [u8]) -> Result<Self> {
        let text = core::str::from_utf8(bytes)
            .map_err(|error| Error::Json(error.valid_up_to(), "not UTF-8"))?;
        let whole: alloc::collections::BTreeMap<String, &RawValue> =
            serde_json::from_str(text).map_err(|_| Error::Shape)?;
        let is_bundle = whole.get("resourceType").map(|it| it.get()) == Some("\"Bundle\"");
        // A map keeps the last of two members of one name: the names are counted to be sure.
        if !is_bundle || names(text)? != whole.len() {
            return Err(Error::Shape);
        }
        let entries: Entries<'a> = match whole.get("entry") {
            None => Entries { entry: Vec::new() },
            Some(_) => serde_json::from_str(text).map_err(|_| Error::Shape)?,
        };
        if entries.entry.len() > RESOURCES {
            return Err(Error::TooLarge("65,536 resources of a bundle"));
        }
        let resources = entries
            .entry
            .into_iter()
            .map(|entry| {
                let resource = Resource::parse(entry.resource.ok_or(Error::Shape)?.get())?;
                Ok(Resource {
                    address: entry.full_url,
                    ..resource
                })
            })
            .collect::<Result<Vec<_>>>()?;
        let mut named: Vec<(&str, &str)> = resources
            .iter()
            .filter_map(|it| Some((it.kind.as_str(), it.id.as_deref()?)))
            .collect();
        named.sort_unstable();
        if named
            .windows(2)
            .any(|pair| matches!(pair, [a, b] if a == b))
        {
            return Err(Error::Shape);
        }
        Ok(Self { resources })
    }

    /// The resources, in the bundle's order.
    #[must_use]
    pub fn resources(&self) -> &[Resource<'a>] {
        &self.resources
    }

    /// A bundle of the type `collection` with these resources, byte for byte.
    #[must_use]
    pub fn collect<'b>(resources: impl IntoIterator<Item = &'b str>) -> String {
        let mut text = String::from(r#"{"resourceType":"Bundle","type":"collection","entry":["#);
        for (place, resource) in resources.into_iter().enumerate() {
            text.push_str(if place == 0 { "\n" } else { ",\n" });
            text.push_str(r#"{"resource":"#);
            text.push_str(resource);
            text.push('}');
        }
        text.push_str("\n]}\n");
        text
    }
}

/// How many members the object has at its top, read strictly but for what stands in them.
fn names(text: &str) -> Result<usize> {
    use serde::de::{Deserializer as _, IgnoredAny, MapAccess, Visitor};
    struct Count;
    impl<'de> Visitor<'de> for Count {
        type Value = usize;

        fn expecting(&self, out: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
            out.write_str("an object")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> core::result::Result<usize, A::Error> {
            let mut count = 0;
            while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {
                count += 1;
            }
            Ok(count)
        }
    }
    let mut reader = serde_json::Deserializer::from_str(text);
    let count = reader.deserialize_map(Count).map_err(|_| Error::Shape)?;
    reader.end().map_err(|_| Error::Shape)?;
    Ok(count)
}

impl<'a> Resource<'a> {
    /// Reads one resource.
    ///
    /// # Errors
    /// As [`Bundle::parse`].
    pub fn parse(bytes: &'a str) -> Result<Self> {
        let json = Json::parse(bytes.as_bytes())?;
        let text = |name: &str| json.get(name).map(|it| it.as_str().ok_or(Error::Shape));
        let kind = String::from(text("resourceType").ok_or(Error::Shape)??);
        let id = text("id").transpose()?.map(String::from);
        Ok(Self {
            bytes,
            kind,
            id,
            json,
            address: None,
        })
    }

    /// The resource as it was written.
    #[must_use]
    pub fn as_str(&self) -> &'a str {
        self.bytes
    }

    /// The resource as a value.
    #[must_use]
    pub fn json(&self) -> &Json {
        &self.json
    }

    /// Its type.
    #[must_use]
    pub fn resource_type(&self) -> &str {
        &self.kind
    }

    /// Its address, as the bundle's `fullUrl` gives it.
    #[must_use]
    pub fn address(&self) -> Option<&str> {
        self.address.as_deref()
    }

    /// Its id, if it has one.
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::*;

    const TEXT: &str = r#" {"resourceType":"Bundle","type":"collection","entry":[
        {"fullUrl":"urn:uuid:1","resource": {"resourceType":"Patient", "id":"a", "x":0.10 }},
        {"resource":{"resourceType":"Observation","id":"a"}}]}"#;

    #[test]
    fn resources_come_back_byte_for_byte() {
        let bundle = Bundle::parse(TEXT.as_bytes()).unwrap();
        let all = bundle.resources();
        assert_eq!(
            all[0].as_str(),
            r#"{"resourceType":"Patient", "id":"a", "x":0.10 }"#
        );
        assert_eq!(
            (all[1].resource_type(), all[1].id()),
            ("Observation", Some("a"))
        );
        let again = Bundle::collect(all.iter().map(Resource::as_str));
        let again = Bundle::parse(again.as_bytes()).unwrap();
        assert_eq!(again.resources()[0].as_str(), all[0].as_str());
        let empty = Bundle::collect([]);
        assert!(
            Bundle::parse(empty.as_bytes())
                .unwrap()
                .resources()
                .is_empty()
        );
    }

    #[test]
    fn what_is_no_bundle_is_refused() {
        for text in [
            "[]",
            "{}",
            r#"{"resourceType":"Patient"}"#,
            r#"{"resourceType":"Bundle","resourceType":"Bundle"}"#,
            r#"{"resourceType":"Bundle","entry":[],"entry":[]}"#,
            r#"{"resourceType":"Bundle","entry":[{"fullUrl":"a"}]}"#,
            r#"{"resourceType":"Bundle","entry":[{"resource":{"id":"a"}}]}"#,
            r#"{"resourceType":"Bundle","entry":[{"resource":{"resourceType":1}}]}"#,
            r#"{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"A","id":"1"}},{"resource":{"resourceType":"A","id":"1"}}]}"#,
            r#"{"resourceType":"Bundle","entry":{}}"#,
            r#"{"resourceType":"Bundle"} x"#,
        ] {
            assert_eq!(
                Bundle::parse(text.as_bytes()).err(),
                Some(Error::Shape),
                "{text}"
            );
        }
        let twice =
            r#"{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"A","x":1,"x":2}}]}"#;
        assert!(matches!(
            Bundle::parse(twice.as_bytes()),
            Err(Error::Json(_, "name given twice"))
        ));
        assert!(Bundle::parse(b"\xff").is_err());
    }
}
