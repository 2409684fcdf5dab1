//! The C library, called in any order with any of its objects, of which some are missing: each call answers, what it
//! makes can be freed, and nothing is written unless it succeeds.
#![no_main]

use std::ffi::{CString, c_char, c_void};
use std::ptr::{null, null_mut};

// Its symbols.
use hippocrypt_ffi as _;

type Object = *mut c_void;

/// One room for each type of object: what free takes, and what calls take or make.
#[derive(Clone, Copy)]
enum Of {
    Buffer,
    Text,
    Policy,
    AuthorityKey,
    AuthorityPublic,
    UserKey,
    SignerKey,
    Record,
    Sealer,
    Opener,
    Opened,
}

const ROOMS: usize = Of::Opened as usize + 1;

unsafe extern "C" {
    fn hc_buffer_data(buffer: *const c_void) -> *const u8;
    fn hc_buffer_length(buffer: *const c_void) -> usize;
    fn hc_buffer_free(it: Object);
    fn hc_text_free(it: Object);
    fn hc_policy_free(it: Object);
    fn hc_authority_key_free(it: Object);
    fn hc_authority_public_free(it: Object);
    fn hc_user_key_free(it: Object);
    fn hc_signer_key_free(it: Object);
    fn hc_record_free(it: Object);
    fn hc_sealer_free(it: Object);
    fn hc_opener_free(it: Object);
    fn hc_opened_free(it: Object);
    fn hc_policy_parse(text: *const c_char, out: *mut Object) -> i32;
    fn hc_policy_print(policy: Object, out: *mut Object) -> i32;
    fn hc_policy_from_bytes(bytes: *const u8, length: usize, out: *mut Object) -> i32;
    fn hc_policy_to_bytes(policy: Object, out: *mut Object) -> i32;
    fn hc_authority_key_from_bytes(bytes: *const u8, length: usize, out: *mut Object) -> i32;
    fn hc_authority_key_public(key: Object, out: *mut Object) -> i32;
    fn hc_authority_public_name(public: Object, out: *mut Object) -> i32;
    fn hc_user_key_from_bytes(bytes: *const u8, length: usize, out: *mut Object) -> i32;
    fn hc_user_key_attributes(key: Object, out: *mut Object) -> i32;
    fn hc_user_key_to_bytes(key: Object, out: *mut Object) -> i32;
    fn hc_signer_key_from_bytes(bytes: *const u8, length: usize, out: *mut Object) -> i32;
    fn hc_record_new(id: *const c_char, out: *mut Object) -> i32;
    fn hc_record_set_created(record: Object, seconds: u64) -> i32;
    fn hc_record_set_labels(record: Object, labels: *const *const c_char, count: usize) -> i32;
    fn hc_record_set_clear_metadata(record: Object, bytes: *const u8, length: usize) -> i32;
    fn hc_record_set_sealed_metadata(record: Object, bytes: *const u8, length: usize) -> i32;
    fn hc_record_set_suite(record: Object, suite: u8) -> i32;
    fn hc_record_set_chunk_size(record: Object, bytes: u32) -> i32;
    fn hc_sealer_new(out: *mut Object) -> i32;
    fn hc_sealer_add_policy(
        sealer: Object,
        to: Object,
        policy: Object,
        expiry: *const c_char,
    ) -> i32;
    fn hc_sealer_set_sender(sealer: Object, signer: Object) -> i32;
    fn hc_sealer_set_writer(sealer: Object, signer: Object) -> i32;
    fn hc_sealer_seal(
        sealer: Object,
        record: Object,
        content: *const u8,
        length: usize,
        random: *const c_void,
        out: *mut Object,
    ) -> i32;
    fn hc_opener_new(out: *mut Object) -> i32;
    fn hc_opener_add_key(opener: Object, key: Object) -> i32;
    fn hc_opener_open(
        opener: Object,
        sealed: *const u8,
        length: usize,
        content: *mut Object,
        opened: *mut Object,
    ) -> i32;
    fn hc_opener_unlock(opener: Object, header: *const u8, length: usize, out: *mut Object) -> i32;
    fn hc_opened_metadata(opened: Object, out: *mut Object) -> i32;
    fn hc_opened_open_payload(
        opened: Object,
        bytes: *const u8,
        length: usize,
        out: *mut Object,
    ) -> i32;
    fn hc_opened_open_range(
        opened: Object,
        bytes: *const u8,
        length: usize,
        from: u64,
        until: u64,
        out: *mut Object,
    ) -> i32;
    fn hc_inspect(sealed: *const u8, length: usize, out: *mut Object) -> i32;
    fn hc_unarmour(bytes: *const u8, length: usize, out: *mut Object) -> i32;
}

const FREES: [unsafe extern "C" fn(Object); ROOMS] = [
    hc_buffer_free,
    hc_text_free,
    hc_policy_free,
    hc_authority_key_free,
    hc_authority_public_free,
    hc_user_key_free,
    hc_signer_key_free,
    hc_record_free,
    hc_sealer_free,
    hc_opener_free,
    hc_opened_free,
];

/// Objects that programs begin with: without them hardly any sequence gets far.
const AUTHORITY: &[u8] = include_bytes!("../../tests/testkit/files/authority_key_good.bin");
const USER: &[u8] = include_bytes!("../../tests/testkit/files/user_key_good.bin");
const SIGNER: &[u8] = include_bytes!("../../tests/testkit/files/signer_key_good.bin");

/// Whatever it answers.
fn ignore(_: i32) {}

struct Program([Object; ROOMS]);

impl Program {
    fn at(&self, of: Of) -> Object {
        self.0[of as usize]
    }

    /// Frees what the room has and puts there what `call` makes: something exactly when it succeeds.
    fn make(&mut self, of: Of, call: impl FnOnce(&Self, *mut Object) -> i32) {
        let mut made = null_mut();
        let result = call(self, &mut made);
        assert!((result == 0) == !made.is_null(), "{result}");
        self.free(of as usize);
        self.0[of as usize] = made;
    }

    fn free(&mut self, room: usize) {
        // SAFETY: each object is of its room's type and is taken out before it is freed, once.
        unsafe { FREES[room](std::mem::replace(&mut self.0[room], null_mut())) };
    }

    /// What was sealed or written last.
    fn buffer(&self) -> &[u8] {
        let buffer = self.at(Of::Buffer);
        if buffer.is_null() {
            return &[];
        }
        // SAFETY: the buffer lives until its room is freed, for which `self` is borrowed anew.
        unsafe { std::slice::from_raw_parts(hc_buffer_data(buffer), hc_buffer_length(buffer)) }
    }

    /// One call. SAFETY of all of them: objects are of the type that the header names or NULL, lengths those of
    /// the slices they stand beside, texts end in 0.
    fn step(&mut self, call: u8, data: &[u8]) {
        let text = CString::new(data.split(|it| *it == 0).next().unwrap_or_default());
        let text = text.unwrap_or_default();
        let number = data.iter().fold(0_u64, |sum, it| sum << 8 | u64::from(*it));
        let (bytes, length) = (data.as_ptr(), data.len());
        unsafe {
            match call {
                0 => self.make(Of::Policy, |_, out| hc_policy_parse(text.as_ptr(), out)),
                1 => self.make(Of::Policy, |_, out| {
                    hc_policy_parse(c"role=cardiologist and dept=icu".as_ptr(), out)
                }),
                2 => self.make(Of::Policy, |_, out| {
                    hc_policy_from_bytes(bytes, length, out)
                }),
                3 => self.make(Of::Text, |it, out| hc_policy_print(it.at(Of::Policy), out)),
                4 => self.make(Of::Buffer, |it, out| {
                    hc_policy_to_bytes(it.at(Of::Policy), out)
                }),
                5 => self.make(Of::AuthorityKey, |_, out| {
                    hc_authority_key_from_bytes(AUTHORITY.as_ptr(), AUTHORITY.len(), out)
                }),
                6 => self.make(Of::AuthorityPublic, |it, out| {
                    hc_authority_key_public(it.at(Of::AuthorityKey), out)
                }),
                7 => self.make(Of::Text, |it, out| {
                    hc_authority_public_name(it.at(Of::AuthorityPublic), out)
                }),
                8 => self.make(Of::UserKey, |_, out| {
                    hc_user_key_from_bytes(USER.as_ptr(), USER.len(), out)
                }),
                9 => self.make(Of::UserKey, |_, out| {
                    hc_user_key_from_bytes(bytes, length, out)
                }),
                10 => self.make(Of::Text, |it, out| {
                    hc_user_key_attributes(it.at(Of::UserKey), out)
                }),
                11 => self.make(Of::SignerKey, |_, out| {
                    hc_signer_key_from_bytes(SIGNER.as_ptr(), SIGNER.len(), out)
                }),
                12 => self.make(Of::Record, |_, out| hc_record_new(text.as_ptr(), out)),
                13 => self.make(Of::Record, |_, out| hc_record_new(c"obs-1".as_ptr(), out)),
                14 => ignore(hc_record_set_created(self.at(Of::Record), number)),
                15 => {
                    let labels = [text.as_ptr(), c"conf=N".as_ptr()];
                    hc_record_set_labels(self.at(Of::Record), labels.as_ptr(), labels.len());
                }
                16 => ignore(hc_record_set_clear_metadata(
                    self.at(Of::Record),
                    bytes,
                    length,
                )),
                17 => ignore(hc_record_set_sealed_metadata(
                    self.at(Of::Record),
                    bytes,
                    length,
                )),
                18 => ignore(hc_record_set_suite(self.at(Of::Record), number as u8)),
                19 => ignore(hc_record_set_chunk_size(self.at(Of::Record), number as u32)),
                20 => self.make(Of::Sealer, |_, out| hc_sealer_new(out)),
                21 => {
                    let public = self.at(Of::AuthorityPublic);
                    let expiry = if length == 0 { null() } else { text.as_ptr() };
                    hc_sealer_add_policy(self.at(Of::Sealer), public, self.at(Of::Policy), expiry);
                }
                22 => ignore(hc_sealer_set_sender(
                    self.at(Of::Sealer),
                    self.at(Of::SignerKey),
                )),
                23 => ignore(hc_sealer_set_writer(
                    self.at(Of::Sealer),
                    self.at(Of::SignerKey),
                )),
                24 => self.make(Of::Buffer, |it, out| {
                    let (sealer, record) = (it.at(Of::Sealer), it.at(Of::Record));
                    hc_sealer_seal(sealer, record, bytes, length, null(), out)
                }),
                25 => self.make(Of::Opener, |_, out| hc_opener_new(out)),
                26 => ignore(hc_opener_add_key(self.at(Of::Opener), self.at(Of::UserKey))),
                27 => self.open(),
                28 => self.make(Of::Opened, |it, out| {
                    let header = it.buffer();
                    hc_opener_unlock(it.at(Of::Opener), header.as_ptr(), header.len(), out)
                }),
                29 => self.make(Of::Buffer, |it, out| {
                    hc_opened_metadata(it.at(Of::Opened), out)
                }),
                30 => self.make(Of::Buffer, |it, out| {
                    hc_opened_open_payload(it.at(Of::Opened), bytes, length, out)
                }),
                31 => self.make(Of::Buffer, |it, out| {
                    hc_opened_open_range(
                        it.at(Of::Opened),
                        bytes,
                        length,
                        number,
                        number.wrapping_add(9),
                        out,
                    )
                }),
                32 => self.make(Of::Text, |it, out| {
                    let sealed = it.buffer();
                    hc_inspect(sealed.as_ptr(), sealed.len(), out)
                }),
                33 => self.make(Of::Text, |_, out| hc_inspect(bytes, length, out)),
                34 => self.make(Of::Buffer, |_, out| hc_unarmour(bytes, length, out)),
                35 => self.make(Of::Buffer, |it, out| {
                    hc_user_key_to_bytes(it.at(Of::UserKey), out)
                }),
                _ => self.free(usize::from(call) % ROOMS),
            }
        }
    }

    fn open(&mut self) {
        let (mut content, mut opened) = (null_mut(), null_mut());
        let sealed = self.buffer();
        // SAFETY: as for all steps.
        let result = unsafe {
            let opener = self.at(Of::Opener);
            hc_opener_open(
                opener,
                sealed.as_ptr(),
                sealed.len(),
                &mut content,
                &mut opened,
            )
        };
        assert!((result == 0) == !content.is_null() && content.is_null() == opened.is_null());
        for (of, made) in [(Of::Buffer, content), (Of::Opened, opened)] {
            self.free(of as usize);
            self.0[of as usize] = made;
        }
    }
}

libfuzzer_sys::fuzz_target!(|calls: Vec<(u8, &[u8])>| {
    let mut program = Program([null_mut(); ROOMS]);
    for (call, data) in calls.into_iter().take(64) {
        program.step(call % 48, data);
    }
    for room in 0..ROOMS {
        program.free(room);
    }
});
