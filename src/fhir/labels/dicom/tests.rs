use alloc::vec::Vec;

use super::*;

const EXPLICIT: &str = "1.2.840.10008.1.2.1";

fn explicit(tag: Tag, kind: &[u8; 2], value: &[u8]) -> Vec<u8> {
    let mut out = implicit_tag(tag);
    out.extend(kind);
    if matches!(kind, b"SQ" | b"UN") {
        out.extend([0, 0]);
        out.extend((value.len() as u32).to_le_bytes());
    } else {
        out.extend((value.len() as u16).to_le_bytes());
    }
    out.extend(value);
    out
}

fn implicit_tag((group, element): Tag) -> Vec<u8> {
    [group.to_le_bytes(), element.to_le_bytes()].concat()
}

fn implicit(tag: Tag, value: &[u8]) -> Vec<u8> {
    let mut out = implicit_tag(tag);
    out.extend((value.len() as u32).to_le_bytes());
    out.extend(value);
    out
}

fn file(syntax: &str, elements: &[Vec<u8>]) -> Vec<u8> {
    let mut out = alloc::vec![0; PREAMBLE];
    out.extend(b"DICM");
    out.extend(explicit((2, 1), b"UN", &[0, 1]));
    out.extend(explicit(TRANSFER_SYNTAX, b"UI", syntax.as_bytes()));
    out.extend(elements.concat());
    out
}

/// A sequence without a length, holding an item without one, holding the same again.
fn nested(levels: usize) -> Vec<u8> {
    let mut out = implicit_tag((8, 6));
    out.extend(b"SQ\0\0\xff\xff\xff\xff");
    if levels > 0 {
        out.extend(implicit_tag(ITEM));
        out.extend(b"\xff\xff\xff\xff");
        out.extend(nested(levels - 1));
        out.extend(implicit(ITEM_END, b""));
    }
    out.extend(implicit(SEQUENCE_END, b""));
    out
}

fn whole() -> Vec<u8> {
    file(
        EXPLICIT,
        &[
            explicit((8, 5), b"CS", b"ISO_IR 100"),
            nested(2),
            explicit(SOP_CLASS, b"UI", b"1.2.840.10008.5.1.4.1.1.2\0"),
            explicit(STUDY_DATE, b"DA", b"20040119"),
            explicit(MODALITY, b"CS", b"CT"),
            explicit((0x10, 0x10), b"PN", b"Not^Read"),
        ],
    )
}

#[test]
fn both_encodings_say_the_same() {
    let header = DicomHeader::read(&whole()).unwrap();
    assert_eq!(
        header.sop_class.as_deref(),
        Some("1.2.840.10008.5.1.4.1.1.2")
    );
    assert_eq!(header.study_date, Date::parse("2004-01-19").ok());
    assert_eq!(header.modality.as_deref(), Some("CT"));
    let elements = [
        implicit(SOP_CLASS, b"1.2.840.10008.5.1.4.1.1.2\0"),
        implicit(STUDY_DATE, b"20040119"),
        implicit(MODALITY, b"CT"),
    ];
    assert_eq!(DicomHeader::read(&file(IMPLICIT, &elements)), Ok(header));
}

#[test]
fn what_is_not_there_or_empty_is_not_known() {
    let empty = [
        explicit(STUDY_DATE, b"DA", b""),
        explicit(MODALITY, b"CS", b"  "),
    ];
    for elements in [&[][..], &empty] {
        let header = DicomHeader::read(&file(EXPLICIT, elements));
        assert_eq!(header, Ok(DicomHeader::default()));
    }
}

#[test]
fn every_cut_is_refused_or_ends_between_elements() {
    let file = whole();
    let complete = DicomHeader::read(&file).unwrap();
    for length in 0..file.len() {
        match DicomHeader::read(&file[..length]) {
            Ok(header) => assert!(header == complete || header.modality.is_none()),
            Err(error) => assert!(matches!(error, Error::Dicom(_)), "{error}"),
        }
    }
}

#[test]
fn what_is_no_header_is_refused() {
    let of = |elements: &[Vec<u8>]| file(EXPLICIT, elements);
    for bytes in [
        Vec::new(),
        alloc::vec![0; 200],
        file(BIG_ENDIAN, &[]),
        file(DEFLATED, &[]),
        [&[0; PREAMBLE][..], b"DICM"].concat(),
        of(&[explicit(STUDY_DATE, b"DA", b"20040231")]),
        of(&[explicit(STUDY_DATE, b"DA", b"2004")]),
        of(&[explicit(STUDY_DATE, b"DA", b"200401190")]),
        of(&[explicit(MODALITY, b"CS", b"ct")]),
        of(&[explicit(MODALITY, b"CS", b"\xff\xfe")]),
        of(&[explicit(SOP_CLASS, b"UI", b"1.2.x")]),
        of(&[explicit(MODALITY, b"c1", b"CT")]),
        of(&[
            explicit(STUDY_DATE, b"DA", b"20040119"),
            explicit(SOP_CLASS, b"UI", b"1.2"),
        ]),
        of(&[nested(40)]),
    ] {
        assert!(matches!(DicomHeader::read(&bytes), Err(Error::Dicom(_))));
    }
}
