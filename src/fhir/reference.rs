//! References between resources, as text.

use alloc::format;
use alloc::string::String;

use super::primitive::is_id;
use crate::consent::vocabulary::Vocabulary;

/// Longest reference that Terms can hold.
const LONGEST: usize = 240;

/// A reference to one resource, in whatever version it has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Target {
    /// Absolute, or relative where no base was given.
    pub(super) reference: String,
    /// The resource's type, if the reference shows it.
    pub(super) kind: Option<String>,
    pub(super) relative: bool,
}

/// The resource that `reference` names; relative ones lie below `base`, which has no slash at its
/// end.
///
/// # Errors
/// A sentence that says what is wrong.
pub(super) fn target(
    reference: &str,
    base: Option<&str>,
    vocabulary: &Vocabulary,
) -> Result<Target, &'static str> {
    if reference.starts_with('#') {
        return Err("points at a resource inside the consent");
    }
    let absolute = is_http(reference) || reference.starts_with("urn:");
    if reference.starts_with("urn:") {
        return plain(reference).map(|()| Target {
            reference: reference.into(),
            kind: None,
            relative: false,
        });
    }
    let mut parts = reference.rsplit('/');
    let id = parts.next().unwrap_or_default();
    let kind = parts.next().unwrap_or_default();
    if kind == "_history" {
        return Err("names one version of a resource");
    }
    if !(is_id(id) && vocabulary.is_resource_type(kind)) {
        return Err("is no reference to a resource by its type and id");
    }
    if !absolute && parts.next().is_some() {
        return Err("is neither absolute nor a type and an id");
    }
    let whole = match (absolute, base) {
        (false, Some(base)) => format!("{base}/{reference}"),
        _ => reference.into(),
    };
    plain(&whole)?;
    Ok(Target {
        reference: whole,
        kind: Some(kind.into()),
        relative: !absolute && base.is_none(),
    })
}

pub(super) fn is_http(reference: &str) -> bool {
    reference.starts_with("http://") || reference.starts_with("https://")
}

/// Whether Terms can hold the reference, and it names one resource.
pub(super) fn plain(reference: &str) -> Result<(), &'static str> {
    let allowed = |byte: u8| byte.is_ascii_graphic() && !b"&|(),\"\\?#".contains(&byte);
    if reference.len() > LONGEST {
        return Err("is longer than 240 bytes");
    }
    if !reference.bytes().all(allowed) {
        return Err("has characters that are not allowed, or is a search");
    }
    // Two spellings of one address would be two to whoever compares them.
    let path = reference.split_once("://").map_or("", |(_, rest)| rest);
    let mut segments = path.split('/');
    if !path.is_empty() && segments.any(|it| matches!(it, "" | "." | "..")) {
        return Err("has empty segments or dots in its path");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_one_spelling() {
        let vocabulary = Vocabulary::hv1().unwrap();
        let read = |reference, base| target(reference, base, &vocabulary).ok();
        let base = Some("https://a.example/fhir");
        let found = read("Practitioner/7", base).unwrap();
        assert_eq!(found.reference, "https://a.example/fhir/Practitioner/7");
        assert_eq!(
            read(&found.reference, None).unwrap().reference,
            found.reference
        );
        for reference in [
            "Practitioner/7/",
            "./Practitioner/7",
            "/Practitioner/7",
            "HTTPS://a.example/fhir/Practitioner/7",
            "https://a.example//Practitioner/7",
            "https://a.example/x/../Practitioner/7",
            "https://a.example/./Practitioner/7",
            "https:///Practitioner/7",
            "https://a.example/Practitioner/7#x",
            "https://a.example/Practitioner/7?x",
            "https://a.example/Practitioner/7/_history/1",
            "https://a.example/practitioner/7",
            "ftp://a.example/Practitioner/7",
            "Practitioner",
            "7",
            "",
        ] {
            assert_eq!(read(reference, base), None, "{reference}");
        }
        let long = std::format!("https://a.example/{}/Practitioner/7", "a".repeat(240));
        assert_eq!(read(&long, base), None);
    }
}
