/*
 * hippocrypt: encrypt health records so that only the people a consent allows can open them.
 * The C library. SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * UNREVIEWED: not for real patients yet. SECURITY.md has the threat model and the limits.
 *
 * THE RULES, which hold for every function:
 *
 * Results   Functions answer 0 (HC_OK) or why they did nothing. Positive numbers are the
 *           library's table of errors, the same in Rust, Python and the command-line tool;
 *           negative ones are mistakes that only C programs can make. hc_error_text() says what
 *           a number means, hc_last_error() what exactly was wrong. After a secret was used the
 *           only answers are 300 and 301.
 * Outputs   are the last parameters. They are written on success and left alone otherwise.
 * Owned     What a function writes to an `hc_xxx **` is the caller's, who frees it with
 *           hc_xxx_free(). Every _free accepts NULL. Secrets are wiped when they are freed.
 * Borrowed  Everything else is borrowed for the time of the call: no function takes or frees what
 *           it is given. Whatever needs an object for longer (a sealer its authority) holds a
 *           reference of its own, so objects may be freed in any order.
 * Constness `const hc_xxx *` is only read; `hc_xxx *` changes.
 * Threads   An object whose type is marked SHARED never changes: any number of threads may use
 *           it at once. One marked EXCLUSIVE may move between threads but serves one call at a
 *           time; a second call at the same time fails with HC_ERROR_IN_USE and changes nothing. No
 *           function may run while its object is being freed.
 * Bytes     `const uint8_t *` with a length; NULL is allowed where the length is 0.
 * Texts     are UTF-8 in normalisation form C and end with a zero byte.
 * Times     are Unix seconds. The library has no clock: whoever calls says what time it is.
 * Random    `const hc_random *` may be NULL: the operating system's randomness.
 *
 * A handle of another type is refused with HC_ERROR_WRONG_HANDLE. A pointer that leads to no handle, or
 * to a freed one, has no defined outcome: as with any pointer in C.
 */
#ifndef HIPPOCRYPT_H
#define HIPPOCRYPT_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#ifndef HC_API
#define HC_API
#endif

/* The release that this header belongs to; hc_version() is that of the library. */
#define HC_VERSION "0.1.0"

/* 0, a number of the library's table of errors, or a negative one of the C library's own. */
typedef int32_t hc_result;

enum {
    /* Success. */
    HC_OK = 0,

    /* A pointer is NULL that must not be. */
    HC_ERROR_NULL_ARGUMENT = -1,
    /* A handle is of another type, or was freed. */
    HC_ERROR_WRONG_HANDLE = -2,
    /* The object is in use by another call. */
    HC_ERROR_IN_USE = -3,
    /* A length is beyond what any memory has. */
    HC_ERROR_TOO_LONG = -4,
    /* A text is not UTF-8, or a number is none of the constants of this header. */
    HC_ERROR_VALUE = -5,
    /* A defect of the library: please report it. */
    HC_ERROR_PANIC = -6,
    /* An argument is outside what the call accepts. */
    HC_ERROR_ARGUMENT = 1,
    /* An argument is larger than the limit that SPEC.md sets. */
    HC_ERROR_TOO_LARGE = 2,
    /* A label is not `name=value` as SPEC.md defines it, or contradicts another of the set. */
    HC_ERROR_LABEL = 3,
    /* An attribute is not `name=value` as SPEC.md defines it, or contradicts another of the
       set. */
    HC_ERROR_ATTRIBUTE = 4,
    /* The same label or attribute is given twice. */
    HC_ERROR_DUPLICATE = 5,
    /* The name belongs to the library; only the call that owns it may set it. */
    HC_ERROR_RESERVED = 6,
    /* The object needs something that this build or call was not given. */
    HC_ERROR_MISSING = 7,
    /* The coupons at hand are for other labels than the record's. */
    HC_ERROR_COUPON_LABELS = 8,
    /* The input ends before the object does. */
    HC_ERROR_TRUNCATED = 100,
    /* Bytes follow the end of the object. */
    HC_ERROR_TRAILING_BYTES = 101,
    /* The input does not begin as an object of this library. */
    HC_ERROR_MAGIC = 102,
    /* The object is of a format version that this release cannot read. */
    HC_ERROR_VERSION = 103,
    /* The object uses a suite that this release cannot read. */
    HC_ERROR_SUITE = 104,
    /* The object is of another kind than the call expects. */
    HC_ERROR_KIND = 105,
    /* A length or count is outside its limits. */
    HC_ERROR_LENGTH = 106,
    /* The bytes are not the one canonical encoding of the value. */
    HC_ERROR_NOT_CANONICAL = 107,
    /* The bytes do not name a point of the curve. */
    HC_ERROR_NOT_ON_CURVE = 108,
    /* The point is outside the prime-order subgroup. */
    HC_ERROR_NOT_IN_SUBGROUP = 109,
    /* The point is the identity, which no honest object holds. */
    HC_ERROR_IDENTITY_POINT = 110,
    /* The number is not below the group order. */
    HC_ERROR_SCALAR_RANGE = 111,
    /* Text is not UTF-8 in normalisation form C, or contains control characters. */
    HC_ERROR_TEXT = 112,
    /* The PEM armour is malformed. */
    HC_ERROR_ARMOUR = 113,
    /* The checksum at the object's end does not match its bytes. */
    HC_ERROR_CHECKSUM = 114,
    /* A field holds a value that this version does not define. */
    HC_ERROR_FIELD = 115,
    /* A record id is no name of a file: it may lead out of the directory. */
    HC_ERROR_FILE_NAME = 116,
    /* The document is not strict JSON, or beyond a limit: at which byte, and why. */
    HC_ERROR_JSON = 119,
    /* A vocabulary's text is refused: in which line, from 1, and what was expected there. */
    HC_ERROR_VOCABULARY = 120,
    /* The policy text does not parse: where, and what was expected there. */
    HC_ERROR_POLICY_SYNTAX = 200,
    /* The policy parses but says something that cannot be: where, and why. */
    HC_ERROR_POLICY_MEANING = 201,
    /* The policy is beyond a limit: where, and which. */
    HC_ERROR_POLICY_LIMIT = 202,
    /* Canonical policy bytes hold what the policy language cannot express. */
    HC_ERROR_POLICY_BYTES = 203,
    /* The key's attributes do not satisfy the policy. Both are public. */
    HC_ERROR_NOT_SATISFIED = 204,
    /* The authority's schema does not know the name, or not with this type: of which condition
       of the policy or which attribute, from 1. */
    HC_ERROR_UNKNOWN_NAME = 205,
    /* The authority's schema knows the name, but not the value: of which condition of the
       policy or which attribute, from 1. */
    HC_ERROR_UNKNOWN_VALUE = 206,
    /* Opening failed. No more is said once a secret has been used. */
    HC_ERROR_OPEN = 300,
    /* A signature or proof does not verify. */
    HC_ERROR_VERIFY = 301,
    /* The sender is not one of those the caller accepts, or the record is unsigned. */
    HC_ERROR_SENDER = 302,
    /* No stanza of the record is for this kind of key or this authority. */
    HC_ERROR_NO_STANZA = 303,
    /* The object is a secret protected by a passphrase, and none was given. */
    HC_ERROR_PASSPHRASE_NEEDED = 304,
    /* A stream was used after it failed or ended. */
    HC_ERROR_STREAM_ENDED = 305,
    /* A capsule is not what sealing makes: its maker, not a relay, is at fault. */
    HC_ERROR_BAD_CAPSULE = 306,
    /* A relay's answer is wrong; its index in the grant is named. */
    HC_ERROR_BAD_SHARE = 307,
    /* Fewer relays answered than the grant needs. */
    HC_ERROR_TOO_FEW_ANSWERS = 308,
    /* The record lacks what the deployment's profile demands. */
    HC_ERROR_PROFILE = 309,
    /* Header and payload, kept apart, are of different records. */
    HC_ERROR_OTHER_RECORD = 310,
    /* A capsule was used for another record before: whoever sealed one of the two is at fault. */
    HC_ERROR_CAPSULE_REUSED = 317,
    /* Fewer trustees released their shares than the split needs. */
    HC_ERROR_TOO_FEW_SHARES = 320,
    /* A trustee's share is not what the patient dealt; its index is named. */
    HC_ERROR_WRONG_SHARE = 321,
    /* A trustee's share is of an earlier split than others, or than the profile. */
    HC_ERROR_STALE_SHARE = 322,
    /* A trustee's share is of another split or patient than the first. */
    HC_ERROR_OTHER_SHARE = 323,
    /* The share of one trustee is given twice. */
    HC_ERROR_REPEATED_SHARE = 324,
    /* A later profile does not follow from the one that is known. */
    HC_ERROR_SUCCESSION = 325,
    /* A standing sharing, and what is asked of it, do not fit together. */
    HC_ERROR_SHARING = 326,
    /* Answers with shares before and after a refresh do not fit together. */
    HC_ERROR_MIXED_REFRESH = 327,
    /* A relay dealt a wrong part in a refresh; its index in the sharing is named. */
    HC_ERROR_BAD_DEALING = 328,
    /* A refresh lacks what a relay has to give, or what it gave does not fit; its index is
       named. */
    HC_ERROR_REFRESH_PART = 329,
    /* A step of a refresh does not follow from the one before. */
    HC_ERROR_REFRESH = 330,
    /* A requester's credential is missing, or not what the grant asks for. */
    HC_ERROR_CREDENTIAL = 331,
    /* A session has no end mark, yet or for ever: what follows its last whole segment is not
       there. */
    HC_ERROR_INTERRUPTED = 336,
    /* Segments of a session were sealed and are not there. */
    HC_ERROR_SEGMENTS_MISSING = 337,
    /* A recovery waits before it counts: from when on it does, in Unix seconds. */
    HC_ERROR_WAITS = 340,
    /* The key's validity has ended, or not begun. */
    HC_ERROR_NOT_VALID_NOW = 400,
    /* A date or time cannot be expressed in the format. */
    HC_ERROR_TIME = 401,
    /* The patient has revoked the grant. */
    HC_ERROR_REVOKED = 402,
    /* A condition of the grant is not met. */
    HC_ERROR_CONDITION = 403,
    /* A request that was served before, or whose time is too far from now. */
    HC_ERROR_REPLAYED = 404,
    /* Revocation information that is too old, or older than what was seen before. */
    HC_ERROR_STALE_LIST = 405,
    /* The patient has ended the epoch of the sharing. */
    HC_ERROR_EPOCH_ENDED = 406,
    /* The requester's credential has ended, or not begun. */
    HC_ERROR_CREDENTIAL_NOT_VALID_NOW = 407,
    /* What the patient's profile does not allow this carer. */
    HC_ERROR_CARER = 411,
    /* The source of randomness failed. */
    HC_ERROR_RANDOMNESS = 500,
    /* Reading or writing failed. */
    HC_ERROR_IO = 501,
    /* The output exists and overwriting was not asked for. */
    HC_ERROR_EXISTS = 502,
    /* The place that holds the key refused or could not answer. */
    HC_ERROR_KEY_STORE = 503,
    /* A secret file can be read by others than its owner. */
    HC_ERROR_PERMISSIONS = 504,
    /* No coupon is left for the patient: more must be minted. */
    HC_ERROR_NO_COUPON = 505,
    /* A file is being written by another process. */
    HC_ERROR_BUSY = 506,
    /* E01: an element that is not known or cannot be enforced, or a modifier extension. */
    HC_ERROR_UNKNOWN_ELEMENT = 601,
    /* E02: the consent is not active, or is about something else than sharing data. */
    HC_ERROR_NOT_IN_FORCE = 602,
    /* E03: nothing says whether the consent permits or denies. */
    HC_ERROR_NO_DECISION = 603,
    /* E04: two elements say the opposite about what the consent decides. */
    HC_ERROR_CONTRADICTION = 604,
    /* E05: criteria at the root of a FHIR R4 consent without a type. */
    HC_ERROR_ROOT_WITHOUT_TYPE = 605,
    /* E06: a nested provision without a type in R4, or a type in R5. */
    HC_ERROR_NESTED_TYPE = 606,
    /* E07: a nested provision decides as the one around it, and the reading gives that no
       meaning. */
    HC_ERROR_SAME_TYPE = 607,
    /* E08: nested provisions of FHIR R5 reverse each other, which nobody said is meant. */
    HC_ERROR_ALTERNATION = 608,
    /* E09: a code system that is not known, or an address that names none. */
    HC_ERROR_UNKNOWN_SYSTEM = 609,
    /* E10: a code that the vocabulary does not have, or not for this place. */
    HC_ERROR_UNKNOWN_CODE = 610,
    /* E11: the JSON has another shape than FHIR says. */
    HC_ERROR_SHAPE = 611,
    /* E12: nobody can be named by the actor's reference, or its role receives nothing. */
    HC_ERROR_ACTOR = 612,
    /* E13: data that only the resources around it can name. */
    HC_ERROR_RELATED_DATA = 613,
    /* E14: an expression, which is not evaluated. */
    HC_ERROR_EXPRESSION = 614,
    /* E15: the rules are in a Permission resource. */
    HC_ERROR_PERMISSION_RESOURCE = 615,
    /* E16: the meaning is in a policy that is not known. */
    HC_ERROR_UNKNOWN_POLICY = 616,
    /* E17: a period of data that cannot be enforced. */
    HC_ERROR_DATA_PERIOD = 617,
    /* E18: labels below the resource while whole resources are sealed. */
    HC_ERROR_INLINE_LABELS = 618,
    /* E19: a denial by recipient where the mechanism has no negation. */
    HC_ERROR_DENIED_RECIPIENT = 619,
    /* E20: consents of one patient contradict each other, and the declared rule does not say
       which one holds. */
    HC_ERROR_CONSENT_CONFLICT = 620,
    /* E21: whoever consented is not the patient and not shown to act for them. */
    HC_ERROR_NO_AUTHORITY = 621,
    /* E22: the consent is not signed. */
    HC_ERROR_NOT_SIGNED = 622,
    /* E23: data without labels under a rule about labels. */
    HC_ERROR_UNLABELLED = 623,
    /* E24: a condition of use that encryption cannot enforce. */
    HC_ERROR_CONDITION_OF_USE = 624,
    /* A table of phrases is not complete or not in its form: at which line (0 for the whole),
       and what was expected there. */
    HC_ERROR_PHRASES = 626,
    /* A member of a request in JSON is not what it must be; its place is told beside it. */
    HC_ERROR_REQUEST_MEMBER = 627,
    /* The consents forbid what is asked for, or do not permit it. */
    HC_ERROR_NOT_PERMITTED = 628,
    /* The mechanism cannot express what the consent says, and nothing is approximated. */
    HC_ERROR_NOT_ENFORCEABLE = 630,
    /* What people say about the labels of one resource contradicts itself. */
    HC_ERROR_LABEL_CONFLICT = 631,
    /* A side file of labels is not what SPEC.md says. */
    HC_ERROR_LABEL_FILE = 632,
    /* The file is no DICOM file, or its header cannot be read. */
    HC_ERROR_DICOM = 633,
    /* The resource is no stub of a sealed record, or of another one. */
    HC_ERROR_STUB = 634,
    /* A resource is about another patient than the consent: its place in the bundle, from 0. */
    HC_ERROR_OTHER_PATIENT = 640
};

/* What is known of a record's sender (hc_opened_sender). */
enum {
    /* The record names no sender. */
    HC_SENDER_UNSIGNED = 0,
    /* The sender signed the header; the payload has not been read to its end. */
    HC_SENDER_HEADER_SIGNED = 1,
    /* The sender signed header and payload, and all of both was read. */
    HC_SENDER_SIGNED = 2
};

/* What encrypts a payload (hc_record_set_suite). */
enum { HC_SUITE_CHACHA20_POLY1305 = 1, HC_SUITE_AES_256_GCM = 2 };

/* ---- What a program brings itself ------------------------------------------------------- */

/*
 * A source of unpredictable bytes. The struct and its context are borrowed for the call. `fill`
 * writes exactly `length` bytes and answers 0; another answer makes the call fail with 500.
 */
typedef struct hc_random {
    void *context;
    int32_t (*fill)(void *context, uint8_t *bytes, size_t length);
} hc_random;

/*
 * A place for secrets: a KMS, a smart card, an enclave. The struct and its context are borrowed for
 * the call. Names have 1 to 128 bytes: ASCII letters, digits, '.', '_' and '-'.
 *
 * `load` is called twice: with capacity 0 to write to `*length` how long the secret is, then with
 * that capacity to write its bytes and its length. `store` keeps `length` bytes under a name. Both
 * answer 0, or anything else to refuse: the call fails with 503. Either may be NULL.
 */
typedef struct hc_key_store {
    void *context;
    int32_t (*load)(void *context, const char *name, uint8_t *secret, size_t capacity, size_t *length);
    int32_t (*store)(void *context, const char *name, const uint8_t *secret, size_t length);
} hc_key_store;

/*
 * A stream to read. `read` writes up to `capacity` bytes and how many to `*length`, 0 at the end
 * only; it answers 0, or anything else to make the call fail with 501.
 */
typedef struct hc_reader {
    void *context;
    int32_t (*read)(void *context, uint8_t *bytes, size_t capacity, size_t *length);
} hc_reader;

/* A stream to write. `write` takes all `length` bytes and answers 0, or anything else to fail. */
typedef struct hc_writer {
    void *context;
    int32_t (*write)(void *context, const uint8_t *bytes, size_t length);
} hc_writer;

/* ---- Types ------------------------------------------------------------------------------ */

/* SHARED: Bytes that the library gives out. */
typedef struct hc_buffer hc_buffer;
/* SHARED: A text that the library gives out. */
typedef struct hc_text hc_text;
/* SHARED: An authority's secret key. Whoever has it can open every record sealed under the authority. */
typedef struct hc_authority_key hc_authority_key;
/* SHARED: An authority's public file. */
typedef struct hc_authority_public hc_authority_public;
/* SHARED: A share of an authority's key. */
typedef struct hc_authority_share hc_authority_share;
/* SHARED: A key for attributes. */
typedef struct hc_user_key hc_user_key;
/* SHARED: A policy over attributes. */
typedef struct hc_policy hc_policy;
/* SHARED: A key that blinds labels. */
typedef struct hc_label_key hc_label_key;
/* SHARED: A policy over the labels of records. */
typedef struct hc_label_policy hc_label_policy;
/* SHARED: A signing key. */
typedef struct hc_signer_key hc_signer_key;
/* SHARED: The public half of a signing key. */
typedef struct hc_signer_public hc_signer_public;
/* SHARED: A vocabulary. */
typedef struct hc_vocabulary hc_vocabulary;
/* EXCLUSIVE: The description of a record that will be sealed. */
typedef struct hc_record hc_record;
/* EXCLUSIVE: A sealer. It seals any number of records for the same readers. */
typedef struct hc_sealer hc_sealer;
/* EXCLUSIVE: An opener. It opens any number of records with the same keys. */
typedef struct hc_opener hc_opener;
/* SHARED: An opened header. It opens the payload, or parts of it, without the key. */
typedef struct hc_opened hc_opened;

/* ---- The library ------------------------------------------------------------------------ */

/* The release, as "0.1.0". Static: never freed. */
HC_API const char *hc_version(void);

/* The name of a result, as "NotSatisfied"; NULL for a number without one. Static: never freed. */
HC_API const char *hc_error_name(hc_result result);

/* What a result means, in one or two sentences; never NULL. Static: never freed. */
HC_API const char *hc_error_text(hc_result result);

/*
 * What exactly was wrong when a call of this thread failed last, as "policy refused at byte 15:
 * expected a value"; empty if none has, never NULL. Borrowed: valid until the thread's next call
 * that fails. It carries no names, contents or keys, and may be logged.
 */
HC_API const char *hc_last_error(void);

/* ---- Bytes and texts that the library gives out -------------------------------------------- */

/* The first byte. Borrowed from the buffer: valid until hc_buffer_free. NULL for NULL. */
HC_API const uint8_t *hc_buffer_data(const hc_buffer *buffer);

/* How many bytes there are; 0 for NULL. */
HC_API size_t hc_buffer_length(const hc_buffer *buffer);

/* Wipes the bytes and frees the buffer. NULL is left alone. */
HC_API void hc_buffer_free(hc_buffer *buffer);

/*
 * The text, in UTF-8, with a zero byte behind it. Borrowed from the handle: valid until
 * hc_text_free. NULL for NULL.
 */
HC_API const char *hc_text_string(const hc_text *text);

/* The number of its bytes, without the zero byte; 0 for NULL. */
HC_API size_t hc_text_length(const hc_text *text);

/* Wipes and frees the text. NULL is left alone. */
HC_API void hc_text_free(hc_text *text);

/* ---- Key files ----------------------------------------------------------------------------- */

/*
 * The PEM text of a key file or another object of this library, for a file or an e-mail. Errors:
 * 102 to 105 and 114 for what is no such object.
 */
HC_API hc_result hc_armour(const uint8_t *bytes, size_t length, hc_text **text);

/*
 * The binary form of an object in armour; binary objects come back as they are, checked. Errors:
 * 113 for bad armour, 114 for a wrong checksum.
 */
HC_API hc_result hc_unarmour(const uint8_t *either, size_t length, hc_buffer **bytes);

/*
 * Protects a secret object with a passphrase (Argon2id, 64 MiB of memory, about a second).
 * Errors: 1 for an empty passphrase, 500.
 */
HC_API hc_result hc_lock(
    const uint8_t *bytes, size_t length, const char *passphrase, const hc_random *random,
    hc_buffer **locked);

/*
 * The object behind a passphrase. What is not locked comes back as it is; `passphrase` may be
 * NULL for that. Errors: 304 without a passphrase, 300 for a wrong one.
 */
HC_API hc_result hc_unlock(
    const uint8_t *locked, size_t length, const char *passphrase, hc_buffer **bytes);

/* ---- Authorities --------------------------------------------------------------------------- */

/*
 * Reads an authority's secret key from its bytes, in binary or PEM armour. `*object` is the
 * caller's to free. Errors: 100 to 115.
 */
HC_API hc_result hc_authority_key_from_bytes(
    const uint8_t *bytes, size_t length, hc_authority_key **object);

/*
 * The bytes of an authority's secret key, which are secret: write them nowhere that others can
 * read. `*bytes` is the caller's to free.
 */
HC_API hc_result hc_authority_key_to_bytes(const hc_authority_key *object, hc_buffer **bytes);

/* Wipes and frees an authority's secret key. NULL is left alone. */
HC_API void hc_authority_key_free(hc_authority_key *object);

/*
 * Reads an authority's secret key from a key store, where it lies under `name`. `*object` is the
 * caller's to free. Errors: 1 for a bad name, 503, 100 to 115.
 */
HC_API hc_result hc_authority_key_load(
    const hc_key_store *store, const char *name, hc_authority_key **object);

/*
 * Puts an authority's secret key into a key store, under `name`. Errors: 1 for a bad name, 503.
 */
HC_API hc_result hc_authority_key_store(
    const hc_authority_key *object, const hc_key_store *store, const char *name);

/*
 * Reads an authority's public file from its bytes, in binary or PEM armour. `*object` is the
 * caller's to free. Errors: 100 to 115.
 */
HC_API hc_result hc_authority_public_from_bytes(
    const uint8_t *bytes, size_t length, hc_authority_public **object);

/* The bytes of an authority's public file. `*bytes` is the caller's to free. */
HC_API hc_result hc_authority_public_to_bytes(const hc_authority_public *object, hc_buffer **bytes);

/* Frees an authority's public file. NULL is left alone. */
HC_API void hc_authority_public_free(hc_authority_public *object);

/*
 * Reads a share of an authority's key from its bytes, in binary or PEM armour. `*object` is the
 * caller's to free. Errors: 100 to 115.
 */
HC_API hc_result hc_authority_share_from_bytes(
    const uint8_t *bytes, size_t length, hc_authority_share **object);

/*
 * The bytes of a share of an authority's key, which are secret: write them nowhere that others
 * can read. `*bytes` is the caller's to free.
 */
HC_API hc_result hc_authority_share_to_bytes(const hc_authority_share *object, hc_buffer **bytes);

/* Wipes and frees a share of an authority's key. NULL is left alone. */
HC_API void hc_authority_share_free(hc_authority_share *object);

/*
 * Reads a share of an authority's key from a key store, where it lies under `name`. `*object` is
 * the caller's to free. Errors: 1 for a bad name, 503, 100 to 115.
 */
HC_API hc_result hc_authority_share_load(
    const hc_key_store *store, const char *name, hc_authority_share **object);

/*
 * Puts a share of an authority's key into a key store, under `name`. Errors: 1 for a bad name,
 * 503.
 */
HC_API hc_result hc_authority_share_store(
    const hc_authority_share *object, const hc_key_store *store, const char *name);

/*
 * A new authority, which calls itself `name`. `*key` is the caller's to free. Errors: 112, 500.
 */
HC_API hc_result hc_authority_key_generate(
    const char *name, const hc_random *random, hc_authority_key **key);

/*
 * The half of the key that everybody may have: sealers need it. `*public_file` is the caller's.
 */
HC_API hc_result hc_authority_key_public(
    const hc_authority_key *key, hc_authority_public **public_half);

/*
 * Issues a key for `count` attributes, each "name=value" or "name:type=value", valid until and
 * including the day `until` ("YYYY-MM-DD"). `*user` is the caller's to free. Errors: 4, 5, 6,
 * 205, 206 for attributes, 401 for the day, 500.
 */
HC_API hc_result hc_authority_key_issue(
    const hc_authority_key *key, const char *const *attributes, size_t count, const char *until,
    const hc_random *random, hc_user_key **user);

/*
 * Splits the key into `count` shares, of which any `threshold` give it back. `shares` has room
 * for exactly `count` handles, which are the caller's to free. Errors: 1 unless 2 <= threshold
 * <= count <= 255, 500.
 */
HC_API hc_result hc_authority_key_split(
    const hc_authority_key *key, uint8_t threshold, const hc_random *random,
    hc_authority_share **shares, size_t count);

/*
 * The key, from at least as many of its shares as the threshold. Errors: 320 for too few, 323
 * and 324 for shares that do not belong together, 321 for a wrong one.
 */
HC_API hc_result hc_authority_key_recover(
    const hc_authority_share *const *shares, size_t count, hc_authority_key **key);

/* What the authority calls itself: a claim, which the fingerprint settles. */
HC_API hc_result hc_authority_public_name(const hc_authority_public *public_half, hc_text **name);

/* Twelve words that stand for the key, to compare over the telephone. */
HC_API hc_result hc_authority_public_fingerprint(
    const hc_authority_public *public_half, hc_text **words);

/* ---- Keys that authorities issue ----------------------------------------------------------- */

/*
 * Reads a key for attributes from its bytes, in binary or PEM armour. `*object` is the caller's
 * to free. Errors: 100 to 115.
 */
HC_API hc_result hc_user_key_from_bytes(const uint8_t *bytes, size_t length, hc_user_key **object);

/*
 * The bytes of a key for attributes, which are secret: write them nowhere that others can read.
 * `*bytes` is the caller's to free.
 */
HC_API hc_result hc_user_key_to_bytes(const hc_user_key *object, hc_buffer **bytes);

/* Wipes and frees a key for attributes. NULL is left alone. */
HC_API void hc_user_key_free(hc_user_key *object);

/*
 * Reads a key for attributes from a key store, where it lies under `name`. `*object` is the
 * caller's to free. Errors: 1 for a bad name, 503, 100 to 115.
 */
HC_API hc_result hc_user_key_load(
    const hc_key_store *store, const char *name, hc_user_key **object);

/* Puts a key for attributes into a key store, under `name`. Errors: 1 for a bad name, 503. */
HC_API hc_result hc_user_key_store(
    const hc_user_key *object, const hc_key_store *store, const char *name);

/* The attributes with their validity, as one line. */
HC_API hc_result hc_user_key_attributes(const hc_user_key *key, hc_text **text);

/* Writes 1 if the attributes satisfy the policy, else 0. Nothing secret is used. */
HC_API hc_result hc_user_key_satisfies(
    const hc_user_key *key, const hc_policy *policy, int32_t *answer);

/* Succeeds if `authority` really issued the key. Errors: 303 for another authority's, 301. */
HC_API hc_result hc_user_key_check(
    const hc_user_key *key, const hc_authority_public *authority, const hc_random *random);

/*
 * The same key for `count` of its attributes only, to hand to a device or a session. It keeps
 * its last day. Errors: 204 for an attribute that the key does not have, 500.
 */
HC_API hc_result hc_user_key_restrict(
    const hc_user_key *key, const char *const *attributes, size_t count,
    const hc_random *random, hc_user_key **restricted);

/* ---- Policies over attributes -------------------------------------------------------------- */

/* Frees a policy over attributes. NULL is left alone. */
HC_API void hc_policy_free(hc_policy *object);

/*
 * Reads a policy as "role=cardiologist and (dept=icu or level>=3)". `*policy` is the caller's.
 * Errors: 200, 201, 202; hc_last_error() names the place and what was expected there.
 */
HC_API hc_result hc_policy_parse(const char *text, hc_policy **policy);

/* The policy as text, with every type written; it parses to the same policy. */
HC_API hc_result hc_policy_print(const hc_policy *policy, hc_text **text);

/* Reads the canonical bytes of a policy. Errors: 203, 100, 101, 106, 115. */
HC_API hc_result hc_policy_from_bytes(const uint8_t *bytes, size_t length, hc_policy **policy);

/* The canonical bytes of a policy. */
HC_API hc_result hc_policy_to_bytes(const hc_policy *policy, hc_buffer **bytes);

/* ---- Labels -------------------------------------------------------------------------------- */

/*
 * Reads a key that blinds labels from its bytes, in binary or PEM armour. `*object` is the
 * caller's to free. Errors: 100 to 115.
 */
HC_API hc_result hc_label_key_from_bytes(
    const uint8_t *bytes, size_t length, hc_label_key **object);

/*
 * The bytes of a key that blinds labels, which are secret: write them nowhere that others can
 * read. `*bytes` is the caller's to free.
 */
HC_API hc_result hc_label_key_to_bytes(const hc_label_key *object, hc_buffer **bytes);

/* Wipes and frees a key that blinds labels. NULL is left alone. */
HC_API void hc_label_key_free(hc_label_key *object);

/*
 * Reads a key that blinds labels from a key store, where it lies under `name`. `*object` is the
 * caller's to free. Errors: 1 for a bad name, 503, 100 to 115.
 */
HC_API hc_result hc_label_key_load(
    const hc_key_store *store, const char *name, hc_label_key **object);

/* Puts a key that blinds labels into a key store, under `name`. Errors: 1 for a bad name, 503. */
HC_API hc_result hc_label_key_store(
    const hc_label_key *object, const hc_key_store *store, const char *name);

/* Frees a policy over the labels of records. NULL is left alone. */
HC_API void hc_label_policy_free(hc_label_policy *object);

/* A new key that blinds labels. Those who seal share it, and keep it for ever. Errors: 500. */
HC_API hc_result hc_label_key_generate(const hc_random *random, hc_label_key **key);

/*
 * Reads a policy over labels, as "type=Observation and ym>=2026-01 and not sens=HIV". Dates in
 * it reach from `first_year` to `last_day` ("YYYY-MM-DD"). `vocabulary` may be NULL; with one,
 * `not` works for its codes. Errors: 200, 201, 202, 401.
 */
HC_API hc_result hc_label_policy_parse(
    const char *text, uint16_t first_year, const char *last_day,
    const hc_vocabulary *vocabulary, hc_label_policy **policy);

/* Reads the canonical bytes of a policy over labels. Errors: 203, 100, 101, 106, 115. */
HC_API hc_result hc_label_policy_from_bytes(
    const uint8_t *bytes, size_t length, hc_label_policy **policy);

/* The canonical bytes of a policy over labels. */
HC_API hc_result hc_label_policy_to_bytes(const hc_label_policy *policy, hc_buffer **bytes);

/* The same policy for records whose labels `key` blinds. Errors: 203. */
HC_API hc_result hc_label_policy_blinded(
    const hc_label_policy *policy, const hc_label_key *key, hc_label_policy **blinded);

/* ---- Signers ------------------------------------------------------------------------------- */

/*
 * Reads a signing key from its bytes, in binary or PEM armour. `*object` is the caller's to
 * free. Errors: 100 to 115.
 */
HC_API hc_result hc_signer_key_from_bytes(
    const uint8_t *bytes, size_t length, hc_signer_key **object);

/*
 * The bytes of a signing key, which are secret: write them nowhere that others can read.
 * `*bytes` is the caller's to free.
 */
HC_API hc_result hc_signer_key_to_bytes(const hc_signer_key *object, hc_buffer **bytes);

/* Wipes and frees a signing key. NULL is left alone. */
HC_API void hc_signer_key_free(hc_signer_key *object);

/*
 * Reads a signing key from a key store, where it lies under `name`. `*object` is the caller's to
 * free. Errors: 1 for a bad name, 503, 100 to 115.
 */
HC_API hc_result hc_signer_key_load(
    const hc_key_store *store, const char *name, hc_signer_key **object);

/* Puts a signing key into a key store, under `name`. Errors: 1 for a bad name, 503. */
HC_API hc_result hc_signer_key_store(
    const hc_signer_key *object, const hc_key_store *store, const char *name);

/*
 * Reads the public half of a signing key from its bytes, in binary or PEM armour. `*object` is
 * the caller's to free. Errors: 100 to 115.
 */
HC_API hc_result hc_signer_public_from_bytes(
    const uint8_t *bytes, size_t length, hc_signer_public **object);

/* The bytes of the public half of a signing key. `*bytes` is the caller's to free. */
HC_API hc_result hc_signer_public_to_bytes(const hc_signer_public *object, hc_buffer **bytes);

/* Frees the public half of a signing key. NULL is left alone. */
HC_API void hc_signer_public_free(hc_signer_public *object);

/* A new signing key (Ed25519) that calls itself `name`. Errors: 112, 500. */
HC_API hc_result hc_signer_key_generate(
    const char *name, const hc_random *random, hc_signer_key **key);

/* The half of the key that everybody may have: who verifies needs it. */
HC_API hc_result hc_signer_key_public(const hc_signer_key *key, hc_signer_public **public_half);

/* What the signer calls itself: a claim, which the fingerprint settles. */
HC_API hc_result hc_signer_public_name(const hc_signer_public *public_half, hc_text **name);

/* Twelve words that stand for the key, to compare over the telephone. */
HC_API hc_result hc_signer_public_fingerprint(const hc_signer_public *public_half, hc_text **words);

/* Writes the 32 bytes of the Ed25519 key, to compare with those of hc_opened_sender. */
HC_API hc_result hc_signer_public_key(const hc_signer_public *public_half, uint8_t *key);

/* ---- Vocabularies -------------------------------------------------------------------------- */

/* Frees a vocabulary. NULL is left alone. */
HC_API void hc_vocabulary_free(hc_vocabulary *object);

/* The vocabulary of purposes, sensitivities, roles and types that the release carries. */
HC_API hc_result hc_vocabulary_standard(hc_vocabulary **vocabulary);

/* Reads the text of a vocabulary, for instance of one that a clinic has extended. Errors: 120. */
HC_API hc_result hc_vocabulary_read(const uint8_t *text, size_t length, hc_vocabulary **vocabulary);

/* Writes the 32 bytes that name the vocabulary in records and consents. */
HC_API hc_result hc_vocabulary_hash(const hc_vocabulary *vocabulary, uint8_t *hash);

/* ---- Records ------------------------------------------------------------------------------- */

/* Frees the description of a record that will be sealed. NULL is left alone. */
HC_API void hc_record_free(hc_record *object);

/*
 * A record with this visible name of 1 to 128 bytes, which must not be personal (no medical
 * record number). Without labels or time. Errors: 106, 112.
 */
HC_API hc_result hc_record_new(const char *id, hc_record **record);

/*
 * When it is sealed, in Unix seconds. The day of it is the one from which on keys must have been
 * valid (hc_sealer_add_policy).
 */
HC_API hc_result hc_record_set_created(hc_record *record, uint64_t unix_seconds);

/* Its `count` labels, each "name=value"; anybody can read them. Errors: 3, 5. */
HC_API hc_result hc_record_set_labels(hc_record *record, const char *const *labels, size_t count);

/* Its `count` labels, blinded: only holders of `key` can tell them. Errors: 3, 5. */
HC_API hc_result hc_record_set_blinded_labels(
    hc_record *record, const char *const *labels, size_t count, const hc_label_key *key);

/* The vocabulary that the labels' codes are from; the vocabulary is only read. */
HC_API hc_result hc_record_set_vocabulary(hc_record *record, const hc_vocabulary *vocabulary);

/* Bytes that travel with the record, authenticated and readable by anybody. Errors: 2. */
HC_API hc_result hc_record_set_clear_metadata(
    hc_record *record, const uint8_t *bytes, size_t length);

/* Bytes that travel in the header, encrypted. Errors: 2. */
HC_API hc_result hc_record_set_sealed_metadata(
    hc_record *record, const uint8_t *bytes, size_t length);

/* What encrypts the payload: HC_SUITE_CHACHA20_POLY1305 (the default) or HC_SUITE_AES_256_GCM. */
HC_API hc_result hc_record_set_suite(hc_record *record, uint8_t suite);

/*
 * In chunks of how many bytes the payload is sealed: 1 KiB to 1 MiB, 64 KiB by default. Errors:
 * 1.
 */
HC_API hc_result hc_record_set_chunk_size(hc_record *record, uint32_t bytes);

/* ---- Sealing ------------------------------------------------------------------------------- */

/* Frees a sealer. NULL is left alone. */
HC_API void hc_sealer_free(hc_sealer *object);

/* A sealer for nobody yet. `*sealer` is the caller's to free. */
HC_API hc_result hc_sealer_new(hc_sealer **sealer);

/*
 * Adds everybody whose key from `authority` satisfies `policy`. `expiry` is the day ("YYYY-MM-
 * DD") on which a key must still be valid, "never" for no such demand, or NULL for the day on
 * which a record is sealed (hc_record_set_created). Authority and policy may be freed
 * afterwards. Errors: 401. Sealing fails with 205 or 206 for what the authority's schema does
 * not know.
 */
HC_API hc_result hc_sealer_add_policy(
    hc_sealer *sealer, const hc_authority_public *authority, const hc_policy *policy,
    const char *expiry);

/* Signs header and payload of every record. The signer may be freed afterwards. */
HC_API hc_result hc_sealer_set_sender(hc_sealer *sealer, const hc_signer_key *signer);

/* Signs who can open a record. The signer may be freed afterwards. */
HC_API hc_result hc_sealer_set_writer(hc_sealer *sealer, const hc_signer_key *signer);

/*
 * Seals `length` bytes (NULL for none) as `record`. `*sealed` is the caller's to free. Errors: 1
 * without readers or with more than 16, 7 without a time where one is needed, 500.
 */
HC_API hc_result hc_sealer_seal(
    hc_sealer *sealer, const hc_record *record, const uint8_t *content, size_t length,
    const hc_random *random, hc_buffer **sealed);

/*
 * As hc_sealer_seal, with the header apart from the payload: the header can be kept in a
 * database and rewrapped while the payload never moves. Open with hc_opener_unlock and
 * hc_opened_open_detached.
 */
HC_API hc_result hc_sealer_seal_detached(
    hc_sealer *sealer, const hc_record *record, const uint8_t *content, size_t length,
    const hc_random *random, hc_buffer **header, hc_buffer **object);

/*
 * Seals all that `reader` gives, and hands what comes out to `writer`, in constant memory. What
 * was written before a failure is to be thrown away. Errors: those of hc_sealer_seal, 501 when a
 * callback fails.
 */
HC_API hc_result hc_sealer_seal_stream(
    hc_sealer *sealer, const hc_record *record, const hc_reader *reader,
    const hc_writer *writer, const hc_random *random);

/* ---- Opening ------------------------------------------------------------------------------- */

/* Frees an opener. NULL is left alone. */
HC_API void hc_opener_free(hc_opener *object);

/* An opener without keys, which accepts records of every sender. `*opener` is the caller's. */
HC_API hc_result hc_opener_new(hc_opener **opener);

/* Tries `key` on records sealed under policies. The key may be freed afterwards. */
HC_API hc_result hc_opener_add_key(hc_opener *opener, const hc_user_key *key);

/*
 * Opens a whole record. `*content` and `*opened` are the caller's to free; `opened` may be NULL
 * for callers who want the content only. Errors: 100 to 115 for what is no record, 303 when no
 * key is for it, 204 when the attributes do not satisfy the policy, 302 for a sender who is not
 * accepted, 300 and 301 for everything after a secret was used: no more is said.
 */
HC_API hc_result hc_opener_open(
    hc_opener *opener, const uint8_t *sealed, size_t length, hc_buffer **content,
    hc_opened **opened);

/*
 * Opens what `reader` gives and hands the content to `writer`, in constant memory. **Content is
 * unconfirmed until the call succeeds**: a record that was cut short or changed fails after
 * parts of it were written. `opened` may be NULL. Errors: those of hc_opener_open, 501.
 */
HC_API hc_result hc_opener_open_stream(
    hc_opener *opener, const hc_reader *reader, const hc_writer *writer, hc_opened **opened);

/*
 * Opens a header, with or without its payload behind it: a handle that opens the payload as
 * often as needed without the key. Errors: those of hc_opener_open.
 */
HC_API hc_result hc_opener_unlock(
    hc_opener *opener, const uint8_t *header, size_t length, hc_opened **opened);

/* Frees an opened header. NULL is left alone. */
HC_API void hc_opened_free(hc_opened *object);

/*
 * Who sent it: `*status` is HC_SENDER_UNSIGNED, HC_SENDER_HEADER_SIGNED (the payload has not
 * been read) or HC_SENDER_SIGNED; the 32 bytes at `key` are the sender's Ed25519 key, or zero.
 */
HC_API hc_result hc_opened_sender(const hc_opened *opened, uint32_t *status, uint8_t *key);

/* The encrypted metadata. Errors: 7 when there is none, 300. */
HC_API hc_result hc_opened_metadata(const hc_opened *opened, hc_buffer **metadata);

/*
 * Opens the payload of a record: all bytes behind its header. Errors: 105 for a batch, 300, 301,
 * 302.
 */
HC_API hc_result hc_opened_open_payload(
    const hc_opened *opened, const uint8_t *payload, size_t length, hc_buffer **content);

/*
 * Opens a payload object that was sealed apart. Errors: 310 for another record's, 300, 301, 302.
 */
HC_API hc_result hc_opened_open_detached(
    const hc_opened *opened, const uint8_t *object, size_t length, hc_buffer **content);

/*
 * Opens the bytes `from` to before `until` of the content, and verifies the chunks they lie in.
 * At most the header's signature is known then. Errors: 1 for a range beyond the content, 300.
 */
HC_API hc_result hc_opened_open_range(
    const hc_opened *opened, const uint8_t *payload, size_t length, uint64_t from,
    uint64_t until, hc_buffer **content);

/* ---- Inspecting ---------------------------------------------------------------------------- */

/*
 * Everything that a stranger sees of a sealed record or a header alone, as one JSON object:
 * kind, name, labels, policies, sender, sizes. Nothing is opened. Errors: 100 to 115, 301.
 */
HC_API hc_result hc_inspect(const uint8_t *sealed, size_t length, hc_text **json);

#ifdef __cplusplus
}
#endif

#endif
