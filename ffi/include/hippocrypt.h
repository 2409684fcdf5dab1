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
    /* The masks of a consent or request say nothing, or what no consent may say. */
    HC_ERROR_MASKS = 341,
    /* A statement is not true of what the prover has, so there is no proof of it. */
    HC_ERROR_UNPROVABLE = 342,
    /* The key that verifies proofs is not one that may be relied on. */
    HC_ERROR_PROOF_KEY = 343,
    /* A statement has another number of public inputs than the key of its proof. */
    HC_ERROR_INPUT_COUNT = 344,
    /* A registry refuses what its rules do not allow. */
    HC_ERROR_REGISTRY = 345,
    /* The roots of a proof are not those that the verifier relies on. */
    HC_ERROR_ROOTS = 346,
    /* A record does not say whom it is about, so no proof can be about it. */
    HC_ERROR_SUBJECT = 347,
    /* What a proof says is not what the verifier found itself. */
    HC_ERROR_STATEMENT = 348,
    /* A key that makes proofs is not one that may be relied on. */
    HC_ERROR_PROVING_KEY = 350,
    /* A ceremony, or one of its contributions, counted from 1, is not what the rules say. */
    HC_ERROR_CEREMONY = 351,
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

/* Stanzas that a deployment can demand (hc_requirements_new): add them. */
enum {
    HC_REQUIRE_POLICY = 1,
    HC_REQUIRE_PATIENT = 2,
    HC_REQUIRE_POLICY_AND_PATIENT = 4
};

/* What a decision comes to (hc_decide). Only the first permits anything. */
enum { HC_OUTCOME_PERMIT = 1, HC_OUTCOME_DENY = 2, HC_OUTCOME_NO_CONSENT = 3 };

/* Who signed a consent (hc_verified_consent_signer). */
enum { HC_SIGNED_BY_PATIENT = 0, HC_SIGNED_BY_GUARDIAN = 1, HC_SIGNED_BY_ATTORNEY = 2 };

/* For how long requests and lists of revocations are good, in seconds: the usual choice. */
enum { HC_REQUEST_AGE = 86400, HC_LIST_AGE = 86400 };

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
/* SHARED: What a deployment demands of every record. */
typedef struct hc_requirements hc_requirements;
/* EXCLUSIVE: A sealer. It seals any number of records for the same readers. */
typedef struct hc_sealer hc_sealer;
/* EXCLUSIVE: An opener. It opens any number of records with the same keys. */
typedef struct hc_opener hc_opener;
/* SHARED: An opened header. It opens the payload, or parts of it, without the key. */
typedef struct hc_opened hc_opened;
/* EXCLUSIVE: A batch that is being sealed. */
typedef struct hc_batch_sealer hc_batch_sealer;
/* SHARED: An opened batch. It has a copy of the sealed bytes. */
typedef struct hc_opened_batch hc_opened_batch;
/* SHARED: A patient's key. Whoever has it is the patient. */
typedef struct hc_patient_key hc_patient_key;
/* SHARED: A patient's public profile. Sealers need it. */
typedef struct hc_patient_profile hc_patient_profile;
/* SHARED: The share that a trustee keeps. Sealed to the trustee: no secret by itself. */
typedef struct hc_trustee_share hc_trustee_share;
/* SHARED: A share that a trustee released to a device. Sealed to the device. */
typedef struct hc_released_share hc_released_share;
/* SHARED: A patient's new seed for those who recover. Sealed: no secret by itself. */
typedef struct hc_seed_backup hc_seed_backup;
/* SHARED: A patient's later profile, signed for those who know an earlier one. Verified. */
typedef struct hc_succession hc_succession;
/* SHARED: A recipient's, trustee's or device's key. */
typedef struct hc_recipient_key hc_recipient_key;
/* SHARED: The public half of a recipient's key. */
typedef struct hc_recipient_public hc_recipient_public;
/* SHARED: A relay's key. */
typedef struct hc_relay_key hc_relay_key;
/* SHARED: The public half of a relay's key. */
typedef struct hc_relay_public hc_relay_public;
/* EXCLUSIVE: What a grant will say. */
typedef struct hc_grant_draft hc_grant_draft;
/* SHARED: A grant. Verified when it was read. */
typedef struct hc_grant hc_grant;
/* SHARED: A grant that its recipient has installed. It is a secret: it has no bytes. */
typedef struct hc_recipient_grant hc_recipient_grant;
/* SHARED: A relay's share of a grant. Sealed to the relay: no secret by itself. */
typedef struct hc_grant_share hc_grant_share;
/* SHARED: Requests to the relays of a grant, one for each. */
typedef struct hc_requests hc_requests;
/* SHARED: A relay's answer, as it was read. It opens nothing before it is verified. */
typedef struct hc_answer hc_answer;
/* SHARED: A relay's answer, verified. */
typedef struct hc_verified_answer hc_verified_answer;
/* EXCLUSIVE: What a relay must not forget. */
typedef struct hc_relay_state hc_relay_state;
/* SHARED: A share that its relay has installed. It is a secret: it has no bytes. */
typedef struct hc_relay_share hc_relay_share;
/* SHARED: A signed list of revocations. */
typedef struct hc_revocation_list hc_revocation_list;
/* EXCLUSIVE: The numbers and entries of a patient who grants and revokes. */
typedef struct hc_publisher_state hc_publisher_state;
/* SHARED: Coupons, sealed to a device. */
typedef struct hc_coupon_pack hc_coupon_pack;
/* EXCLUSIVE: Where a device keeps its coupons. */
typedef struct hc_coupon_store hc_coupon_store;
/* SHARED: What a consent comes to: exactly what will be enforced. */
typedef struct hc_terms hc_terms;
/* SHARED: A signed consent, as it was read. Nothing of it counts before it is verified. */
typedef struct hc_signed_consent hc_signed_consent;
/* SHARED: A consent whose signature was verified. */
typedef struct hc_verified_consent hc_verified_consent;
/* EXCLUSIVE: Resources that a consent may refer to. */
typedef struct hc_fhir_context hc_fhir_context;
/* SHARED: A key that proofs are verified with. Tables of 510 KB. */
typedef struct hc_proof_key hc_proof_key;
/* SHARED: What a registry said about itself at one time. Verified when it was read. */
typedef struct hc_checkpoint hc_checkpoint;
/* SHARED: A log's word when it received a proof. Verified when it was read. */
typedef struct hc_proof_receipt hc_proof_receipt;
/* SHARED: A verifier of proofs. A key, checkpoints and how fresh things must be. */
typedef struct hc_proof_verifier hc_proof_verifier;
/* EXCLUSIVE: What a verifier expects of a proof. */
typedef struct hc_proof_expectation hc_proof_expectation;
/* EXCLUSIVE: The proofs that were used. */
typedef struct hc_replay_store hc_replay_store;
/* SHARED: A proof, signed by who asks. Only that signature was checked when it was read. */
typedef struct hc_signed_proof hc_signed_proof;

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
 * The key, from at least as many of its shares as the threshold. Errors: 7 for too few, 1 for
 * shares that do not belong together, 5 for one given twice, 300 for one that was changed.
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

/* ---- What a deployment demands ------------------------------------------------------------- */

/* Frees what a deployment demands of every record. NULL is left alone. */
HC_API void hc_requirements_free(hc_requirements *object);

/*
 * Demands of every record that a sealer seals or an opener opens: stanzas of `types` (a sum of
 * HC_REQUIRE_ constants, or 0), a policy under each of `count` authorities, and a named sender
 * if `sender` is not 0. Errors: 1 when nothing is demanded, 5 for an authority given twice.
 */
HC_API hc_result hc_requirements_new(
    uint32_t types, const hc_authority_public *const *authorities, size_t count, int32_t sender,
    hc_requirements **requirements);

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

/*
 * As hc_sealer_add_policy, also under names and values that the authority's schema does not
 * know: no key of the authority may ever open such a record.
 */
HC_API hc_result hc_sealer_add_unchecked_policy(
    hc_sealer *sealer, const hc_authority_public *authority, const hc_policy *policy,
    const char *expiry);

/*
 * Adds a patient, and with them everybody to whom they grant records with such labels. The
 * record must have a label. The profile may be freed afterwards.
 */
HC_API hc_result hc_sealer_add_patient(hc_sealer *sealer, const hc_patient_profile *profile);

/*
 * Adds those who have both a key that satisfies `policy` and a grant of the patient's: neither
 * the authority nor the patient alone can open. Parameters as of hc_sealer_add_policy.
 */
HC_API hc_result hc_sealer_add_both(
    hc_sealer *sealer, const hc_authority_public *authority, const hc_policy *policy,
    const char *expiry, const hc_patient_profile *profile);

/*
 * Adds a patient by the coupons of a store: every record takes one, made for exactly its labels,
 * and nothing is computed on the curve. The sealer shares the store; sealing fails with 506
 * while another call uses it. Errors of sealing: 505 without a coupon, 8 without one for these
 * labels.
 */
HC_API hc_result hc_sealer_add_coupons(
    hc_sealer *sealer, hc_coupon_store *store, const hc_patient_profile *profile);

/*
 * Says in every record which consent it travels under, and to whoever reads it what is allowed:
 * `scope`, up to 4,096 bytes, which everybody can read and which is cut at a line if it is
 * longer.
 */
HC_API hc_result hc_sealer_set_consent(hc_sealer *sealer, const hc_terms *terms, const char *scope);

/* Seals no record that lacks what is demanded (309). The requirements may be freed afterwards. */
HC_API hc_result hc_sealer_set_requirements(hc_sealer *sealer, const hc_requirements *requirements);

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

/*
 * A new header for the record that `opened` is of: the `count` stanzas at the places `keep` stay
 * (places count from 0, as hc_inspect shows them), those of this sealer are added. The payload
 * stays as it is and goes behind the new header. `time` is now, in Unix seconds. It takes
 * nothing from who could open the record before. Errors: 1 for a sealer with a sender, without
 * any stanza, or a place that is not there.
 */
HC_API hc_result hc_sealer_rewrap(
    hc_sealer *sealer, const hc_opened *opened, const size_t *keep, size_t count, uint64_t time,
    const hc_random *random, hc_buffer **header);

/* ---- Opening ------------------------------------------------------------------------------- */

/* Frees an opener. NULL is left alone. */
HC_API void hc_opener_free(hc_opener *object);

/* An opener without keys, which accepts records of every sender. `*opener` is the caller's. */
HC_API hc_result hc_opener_new(hc_opener **opener);

/* Tries `key` on records sealed under policies. The key may be freed afterwards. */
HC_API hc_result hc_opener_add_key(hc_opener *opener, const hc_user_key *key);

/* Tries a patient's own key. The key may be freed afterwards. */
HC_API hc_result hc_opener_add_patient(hc_opener *opener, const hc_patient_key *key);

/*
 * Tries a grant with `count` verified answers of its relays. All of them may be freed
 * afterwards. A wrong answer is left out where enough others are there. Errors of opening: 308 with
 * too few answers, 307 with too few but for one that is wrong, 306 for a record that was sealed
 * wrongly.
 */
HC_API hc_result hc_opener_add_grant(
    hc_opener *opener, const hc_recipient_grant *held, const hc_verified_answer *const *answers,
    size_t count);

/* Tries a key and a grant on records that need both. All of them may be freed afterwards. */
HC_API hc_result hc_opener_add_both(
    hc_opener *opener, const hc_user_key *key, const hc_recipient_grant *held,
    const hc_verified_answer *const *answers, size_t count);

/*
 * Accepts only records that one of `count` signers has signed to the end; with none, no record
 * (302). Without this call records of every sender open: ask hc_opened_sender.
 */
HC_API hc_result hc_opener_accept_senders(
    hc_opener *opener, const hc_signer_public *const *senders, size_t count);

/* Opens no record that lacks what is demanded (309). The requirements may be freed afterwards. */
HC_API hc_result hc_opener_set_requirements(hc_opener *opener, const hc_requirements *requirements);

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

/* ---- Batches: many small records under one header ------------------------------------------ */

/* Frees a batch that is being sealed. NULL is left alone. */
HC_API void hc_batch_sealer_free(hc_batch_sealer *object);

/* Frees an opened batch. NULL is left alone. */
HC_API void hc_opened_batch_free(hc_opened_batch *object);

/*
 * Seals `count` records under one header: `ids[i]` names the one of `lengths[i]` bytes at
 * `contents[i]`. `content_count` is the length of both arrays and equal to `count`. `record`
 * describes the batch. Errors: 1, 2, 5 for a name given twice, and those of hc_sealer_seal.
 */
HC_API hc_result hc_sealer_seal_batch(
    hc_sealer *sealer, const hc_record *record, const char *const *ids, size_t count,
    const uint8_t *const *contents, const size_t *lengths, size_t content_count,
    const hc_random *random, hc_buffer **sealed);

/*
 * Begins a batch: what it gives goes to the output in this order: `*header`, each member, the
 * end. Errors: those of hc_sealer_seal.
 */
HC_API hc_result hc_sealer_begin_batch(
    hc_sealer *sealer, const hc_record *record, const hc_random *random,
    hc_batch_sealer **batch, hc_buffer **header);

/*
 * The next member. After an error the batch can go on. Errors: 2, 5 for a name given before, 305
 * after hc_batch_sealer_close, 500.
 */
HC_API hc_result hc_batch_sealer_member(
    hc_batch_sealer *batch, const char *id, const uint8_t *content, size_t length,
    const hc_random *random, hc_buffer **member);

/*
 * The end of the batch, without which it does not open. The handle is still the caller's to
 * free. Errors: 305 the second time.
 */
HC_API hc_result hc_batch_sealer_close(hc_batch_sealer *batch, hc_buffer **end);

/*
 * Opens a batch: its header, and how many members there are. Errors: those of hc_opener_open,
 * 105 for a single record.
 */
HC_API hc_result hc_opener_open_batch(
    hc_opener *opener, const uint8_t *sealed, size_t length, hc_opened_batch **batch);

/* How many members there are. */
HC_API hc_result hc_opened_batch_count(const hc_opened_batch *batch, size_t *count);

/* The name of the member at `place`, from 0. Errors: 1 beyond the last. */
HC_API hc_result hc_opened_batch_id(const hc_opened_batch *batch, size_t place, hc_text **id);

/* Opens the member at `place`, from 0. Errors: 1 beyond the last, 300, 301, 302. */
HC_API hc_result hc_opened_batch_open(
    const hc_opened_batch *batch, size_t place, hc_buffer **content);

/* Opens the member with this name. Errors: 7 when there is none, 300, 301, 302. */
HC_API hc_result hc_opened_batch_find(
    const hc_opened_batch *batch, const char *id, hc_buffer **content);

/* ---- Inspecting ---------------------------------------------------------------------------- */

/*
 * Everything that a stranger sees of a sealed record or a header alone, as one JSON object:
 * kind, name, labels, policies, sender, sizes. Nothing is opened. Errors: 100 to 115, 301.
 */
HC_API hc_result hc_inspect(const uint8_t *sealed, size_t length, hc_text **json);

/* ---- Patients, and how a lost key comes back ----------------------------------------------- */

/*
 * Reads a patient's key from its bytes, in binary or PEM armour. `*object` is the caller's to
 * free. Errors: 100 to 115.
 */
HC_API hc_result hc_patient_key_from_bytes(
    const uint8_t *bytes, size_t length, hc_patient_key **object);

/*
 * The bytes of a patient's key, which are secret: write them nowhere that others can read.
 * `*bytes` is the caller's to free.
 */
HC_API hc_result hc_patient_key_to_bytes(const hc_patient_key *object, hc_buffer **bytes);

/* Wipes and frees a patient's key. NULL is left alone. */
HC_API void hc_patient_key_free(hc_patient_key *object);

/*
 * Reads a patient's key from a key store, where it lies under `name`. `*object` is the caller's
 * to free. Errors: 1 for a bad name, 503, 100 to 115.
 */
HC_API hc_result hc_patient_key_load(
    const hc_key_store *store, const char *name, hc_patient_key **object);

/* Puts a patient's key into a key store, under `name`. Errors: 1 for a bad name, 503. */
HC_API hc_result hc_patient_key_store(
    const hc_patient_key *object, const hc_key_store *store, const char *name);

/*
 * Reads a patient's public profile from its bytes, in binary or PEM armour. `*object` is the
 * caller's to free. Errors: 100 to 115.
 */
HC_API hc_result hc_patient_profile_from_bytes(
    const uint8_t *bytes, size_t length, hc_patient_profile **object);

/* The bytes of a patient's public profile. `*bytes` is the caller's to free. */
HC_API hc_result hc_patient_profile_to_bytes(const hc_patient_profile *object, hc_buffer **bytes);

/* Frees a patient's public profile. NULL is left alone. */
HC_API void hc_patient_profile_free(hc_patient_profile *object);

/*
 * Reads the share that a trustee keeps from its bytes, in binary or PEM armour. `*object` is the
 * caller's to free. Errors: 100 to 115.
 */
HC_API hc_result hc_trustee_share_from_bytes(
    const uint8_t *bytes, size_t length, hc_trustee_share **object);

/* The bytes of the share that a trustee keeps. `*bytes` is the caller's to free. */
HC_API hc_result hc_trustee_share_to_bytes(const hc_trustee_share *object, hc_buffer **bytes);

/* Frees the share that a trustee keeps. NULL is left alone. */
HC_API void hc_trustee_share_free(hc_trustee_share *object);

/*
 * Reads a share that a trustee released to a device from its bytes, in binary or PEM armour.
 * `*object` is the caller's to free. Errors: 100 to 115.
 */
HC_API hc_result hc_released_share_from_bytes(
    const uint8_t *bytes, size_t length, hc_released_share **object);

/* The bytes of a share that a trustee released to a device. `*bytes` is the caller's to free. */
HC_API hc_result hc_released_share_to_bytes(const hc_released_share *object, hc_buffer **bytes);

/* Frees a share that a trustee released to a device. NULL is left alone. */
HC_API void hc_released_share_free(hc_released_share *object);

/*
 * Reads a patient's new seed for those who recover from its bytes, in binary or PEM armour.
 * `*object` is the caller's to free. Errors: 100 to 115.
 */
HC_API hc_result hc_seed_backup_from_bytes(
    const uint8_t *bytes, size_t length, hc_seed_backup **object);

/* The bytes of a patient's new seed for those who recover. `*bytes` is the caller's to free. */
HC_API hc_result hc_seed_backup_to_bytes(const hc_seed_backup *object, hc_buffer **bytes);

/* Frees a patient's new seed for those who recover. NULL is left alone. */
HC_API void hc_seed_backup_free(hc_seed_backup *object);

/*
 * Frees a patient's later profile, signed for those who know an earlier one. NULL is left alone.
 */
HC_API void hc_succession_free(hc_succession *object);

/* A new patient. `*key` is the caller's to free. Errors: 500. */
HC_API hc_result hc_patient_key_generate(const hc_random *random, hc_patient_key **key);

/* The half of the key that everybody may have: sealers need it. */
HC_API hc_result hc_patient_key_profile(const hc_patient_key *key, hc_patient_profile **profile);

/*
 * Splits the recovery secret among `trustee_count` trustees, any `threshold` of whom give the
 * key back together: together they are the patient. `*next` replaces the key, of which no copy
 * should stay; `shares` has room for exactly `share_count` handles, as many as trustees, in
 * their order. Errors: 1 unless 2 <= threshold <= trustees <= 32, or when there are trustees
 * already; 5 for a trustee named twice; 500.
 */
HC_API hc_result hc_patient_key_split(
    const hc_patient_key *key, const hc_recipient_public *const *trustees, size_t trustee_count,
    uint8_t threshold, const hc_random *random, hc_patient_key **next,
    hc_trustee_share **shares, size_t share_count);

/*
 * As hc_patient_key_split, with a new recovery secret: what earlier trustees have is worth
 * nothing afterwards to those who follow `*succession`, which is NULL where the earlier secret
 * is not at hand.
 */
HC_API hc_result hc_patient_key_split_again(
    const hc_patient_key *key, const hc_recipient_public *const *trustees, size_t trustee_count,
    uint8_t threshold, const hc_random *random, hc_patient_key **next,
    hc_trustee_share **shares, size_t share_count, hc_succession **succession);

/*
 * The key, from `share_count` shares that trustees released to this device, and the backups of
 * rotations since the split. Compare the fingerprint of its profile. Errors: 320 with too few
 * shares, 321 to 324 with the share named, 300, 303.
 */
HC_API hc_result hc_patient_key_recover(
    const hc_released_share *const *shares, size_t share_count, const hc_recipient_key *device,
    const hc_seed_backup *const *backups, size_t backup_count, hc_patient_key **key);

/*
 * A successor with a new seed, for a key that may have been stolen. `*succession` goes to
 * everybody who knows the profile, `*backup` (NULL where there are no trustees) to whoever keeps
 * backups. Then revoke with hc_publisher_state_retire. Errors: 500.
 */
HC_API hc_result hc_patient_key_rotate(
    const hc_patient_key *key, const hc_random *random, hc_patient_key **next,
    hc_succession **succession, hc_seed_backup **backup);

/* Writes the 32 bytes that name the patient in records. */
HC_API hc_result hc_patient_profile_id(const hc_patient_profile *profile, uint8_t *id);

/* Twelve words that stand for the profile, to compare over the telephone. */
HC_API hc_result hc_patient_profile_fingerprint(const hc_patient_profile *profile, hc_text **words);

/*
 * A drill: succeeds if the share is whole and opens with the trustee's key. Nothing leaves.
 * Errors: 303, 300, 321.
 */
HC_API hc_result hc_trustee_share_check(const hc_trustee_share *share, const hc_recipient_key *key);

/* Succeeds if the share is of the split that `profile` speaks of. Errors: 322, 323. */
HC_API hc_result hc_trustee_share_is_current(
    const hc_trustee_share *share, const hc_patient_profile *profile);

/* The profile of the patient whose share it is, as of the split. */
HC_API hc_result hc_trustee_share_profile(
    const hc_trustee_share *share, hc_patient_profile **profile);

/* Writes which share it is (from 1), how many give the key back, and how many there are. */
HC_API hc_result hc_trustee_share_numbers(
    const hc_trustee_share *share, uint8_t *index, uint8_t *threshold, uint8_t *count);

/*
 * Releases a share to the device that recovers. **First make sure, by voice or in person, that
 * the patient asks for this.** Errors: 303 for another trustee's, 300, 500.
 */
HC_API hc_result hc_trustee_share_release(
    const hc_trustee_share *share, const hc_recipient_key *key,
    const hc_recipient_public *device, const hc_random *random, hc_released_share **released);

/*
 * Reads a succession, in binary or armour, and verifies it for who knows the profile `known`.
 * Errors: 325, 301, 100 to 115.
 */
HC_API hc_result hc_succession_verify(
    const uint8_t *bytes, size_t length, const hc_patient_profile *known,
    hc_succession **succession);

/* The bytes of a succession. */
HC_API hc_result hc_succession_to_bytes(const hc_succession *succession, hc_buffer **bytes);

/* The later profile. */
HC_API hc_result hc_succession_later(const hc_succession *succession, hc_patient_profile **profile);

/* ---- Recipients and relays ----------------------------------------------------------------- */

/*
 * Reads a recipient's, trustee's or device's key from its bytes, in binary or PEM armour.
 * `*object` is the caller's to free. Errors: 100 to 115.
 */
HC_API hc_result hc_recipient_key_from_bytes(
    const uint8_t *bytes, size_t length, hc_recipient_key **object);

/*
 * The bytes of a recipient's, trustee's or device's key, which are secret: write them nowhere
 * that others can read. `*bytes` is the caller's to free.
 */
HC_API hc_result hc_recipient_key_to_bytes(const hc_recipient_key *object, hc_buffer **bytes);

/* Wipes and frees a recipient's, trustee's or device's key. NULL is left alone. */
HC_API void hc_recipient_key_free(hc_recipient_key *object);

/*
 * Reads a recipient's, trustee's or device's key from a key store, where it lies under `name`.
 * `*object` is the caller's to free. Errors: 1 for a bad name, 503, 100 to 115.
 */
HC_API hc_result hc_recipient_key_load(
    const hc_key_store *store, const char *name, hc_recipient_key **object);

/*
 * Puts a recipient's, trustee's or device's key into a key store, under `name`. Errors: 1 for a
 * bad name, 503.
 */
HC_API hc_result hc_recipient_key_store(
    const hc_recipient_key *object, const hc_key_store *store, const char *name);

/*
 * Reads the public half of a recipient's key from its bytes, in binary or PEM armour. `*object`
 * is the caller's to free. Errors: 100 to 115.
 */
HC_API hc_result hc_recipient_public_from_bytes(
    const uint8_t *bytes, size_t length, hc_recipient_public **object);

/* The bytes of the public half of a recipient's key. `*bytes` is the caller's to free. */
HC_API hc_result hc_recipient_public_to_bytes(const hc_recipient_public *object, hc_buffer **bytes);

/* Frees the public half of a recipient's key. NULL is left alone. */
HC_API void hc_recipient_public_free(hc_recipient_public *object);

/*
 * Reads a relay's key from its bytes, in binary or PEM armour. `*object` is the caller's to
 * free. Errors: 100 to 115.
 */
HC_API hc_result hc_relay_key_from_bytes(
    const uint8_t *bytes, size_t length, hc_relay_key **object);

/*
 * The bytes of a relay's key, which are secret: write them nowhere that others can read.
 * `*bytes` is the caller's to free.
 */
HC_API hc_result hc_relay_key_to_bytes(const hc_relay_key *object, hc_buffer **bytes);

/* Wipes and frees a relay's key. NULL is left alone. */
HC_API void hc_relay_key_free(hc_relay_key *object);

/*
 * Reads a relay's key from a key store, where it lies under `name`. `*object` is the caller's to
 * free. Errors: 1 for a bad name, 503, 100 to 115.
 */
HC_API hc_result hc_relay_key_load(
    const hc_key_store *store, const char *name, hc_relay_key **object);

/* Puts a relay's key into a key store, under `name`. Errors: 1 for a bad name, 503. */
HC_API hc_result hc_relay_key_store(
    const hc_relay_key *object, const hc_key_store *store, const char *name);

/*
 * Reads the public half of a relay's key from its bytes, in binary or PEM armour. `*object` is
 * the caller's to free. Errors: 100 to 115.
 */
HC_API hc_result hc_relay_public_from_bytes(
    const uint8_t *bytes, size_t length, hc_relay_public **object);

/* The bytes of the public half of a relay's key. `*bytes` is the caller's to free. */
HC_API hc_result hc_relay_public_to_bytes(const hc_relay_public *object, hc_buffer **bytes);

/* Frees the public half of a relay's key. NULL is left alone. */
HC_API void hc_relay_public_free(hc_relay_public *object);

/* A new recipient, trustee or device that calls itself `name`. Errors: 112, 2, 500. */
HC_API hc_result hc_recipient_key_generate(
    const char *name, const hc_random *random, hc_recipient_key **key);

/* The half of the key that everybody may have. */
HC_API hc_result hc_recipient_key_public(
    const hc_recipient_key *key, hc_recipient_public **public_half);

/* What the recipient calls itself: a claim, which the fingerprint settles. */
HC_API hc_result hc_recipient_public_name(const hc_recipient_public *public_half, hc_text **name);

/* Twelve words that stand for the key, to compare over the telephone. */
HC_API hc_result hc_recipient_public_fingerprint(
    const hc_recipient_public *public_half, hc_text **words);

/* A new relay that calls itself `name`. Errors: 112, 2, 500. */
HC_API hc_result hc_relay_key_generate(
    const char *name, const hc_random *random, hc_relay_key **key);

/* The half of the key that everybody may have. */
HC_API hc_result hc_relay_key_public(const hc_relay_key *key, hc_relay_public **public_half);

/* What the relay calls itself: a claim, which the fingerprint settles. */
HC_API hc_result hc_relay_public_name(const hc_relay_public *public_half, hc_text **name);

/* Twelve words that stand for the key, to compare over the telephone. */
HC_API hc_result hc_relay_public_fingerprint(const hc_relay_public *public_half, hc_text **words);

/* ---- Grants -------------------------------------------------------------------------------- */

/* Frees what a grant will say. NULL is left alone. */
HC_API void hc_grant_draft_free(hc_grant_draft *object);

/* Frees a grant. NULL is left alone. */
HC_API void hc_grant_free(hc_grant *object);

/* Frees a grant that its recipient has installed. NULL is left alone. */
HC_API void hc_recipient_grant_free(hc_recipient_grant *object);

/*
 * Reads a relay's share of a grant from its bytes, in binary or PEM armour. `*object` is the
 * caller's to free. Errors: 100 to 115.
 */
HC_API hc_result hc_grant_share_from_bytes(
    const uint8_t *bytes, size_t length, hc_grant_share **object);

/* The bytes of a relay's share of a grant. `*bytes` is the caller's to free. */
HC_API hc_result hc_grant_share_to_bytes(const hc_grant_share *object, hc_buffer **bytes);

/* Frees a relay's share of a grant. NULL is left alone. */
HC_API void hc_grant_share_free(hc_grant_share *object);

/*
 * What `recipient` may open, `policy`, through `count` relays of whom `threshold` must help,
 * from `not_before` until before `not_after`. Everything is copied. The patient checks it all
 * when granting.
 */
HC_API hc_result hc_grant_draft_new(
    const hc_label_policy *policy, const hc_recipient_public *recipient,
    const hc_relay_public *const *relays, size_t count, uint8_t threshold, uint64_t not_before,
    uint64_t not_after, hc_grant_draft **draft);

/*
 * Relays serve only requests for one of these `count` purposes (codes as "HRESCH"). Errors: 1,
 * 2, 5.
 */
HC_API hc_result hc_grant_draft_set_purposes(
    hc_grant_draft *draft, const char *const *codes, size_t count);

/* Relays serve only requests for one of these `count` actions. Errors: 1, 2, 5. */
HC_API hc_result hc_grant_draft_set_actions(
    hc_grant_draft *draft, const char *const *codes, size_t count);

/* Relays serve only requests by one of these `count` roles. Errors: 1, 2, 5. */
HC_API hc_result hc_grant_draft_set_roles(
    hc_grant_draft *draft, const char *const *codes, size_t count);

/* Relays serve requests that claim an emergency, too. */
HC_API hc_result hc_grant_draft_allow_break_glass(hc_grant_draft *draft);

/* Whether (not 0) relays see the policy as a digest only. */
HC_API hc_result hc_grant_draft_set_hidden(hc_grant_draft *draft, int32_t hidden);

/* The 32 bytes of the digest of the consent that the grant follows from. */
HC_API hc_result hc_grant_draft_set_consent(hc_grant_draft *draft, const uint8_t *digest);

/* Whose lists of revocations count; the patient's own by default. */
HC_API hc_result hc_grant_draft_set_publisher(
    hc_grant_draft *draft, const hc_signer_public *publisher);

/*
 * The patient grants. `sequence` is the patient's number of the grant
 * (hc_publisher_state_next_grant). `shares` has room for exactly `count` handles, as many as
 * relays: one for each, in their order. Errors: 1, 2, 200 to 203, 400, 500.
 */
HC_API hc_result hc_patient_key_grant(
    const hc_patient_key *key, const hc_grant_draft *draft, uint64_t sequence,
    const hc_random *random, hc_grant **grant, hc_grant_share **shares, size_t count);

/*
 * Reads a grant, in binary or armour, and verifies the patient's signature and the relays'
 * sharing. Errors: 301, 100 to 115.
 */
HC_API hc_result hc_grant_from_bytes(const uint8_t *bytes, size_t length, hc_grant **grant);

/* The bytes of a grant. */
HC_API hc_result hc_grant_to_bytes(const hc_grant *grant, hc_buffer **bytes);

/* What a grant says, as one JSON object: ids and fingerprints, times, conditions, relays. */
HC_API hc_result hc_grant_describe(const hc_grant *grant, hc_text **json);

/* Writes the 16 bytes that name the grant when it is revoked. */
HC_API hc_result hc_grant_id(const hc_grant *grant, uint8_t *id);

/* Which relay of the grant the share is for, from 1. */
HC_API hc_result hc_grant_share_index(const hc_grant_share *share, uint8_t *index);

/*
 * Opens the recipient's part of a grant and checks all of it. Errors: 303 for somebody else's
 * grant, 300, 301.
 */
HC_API hc_result hc_recipient_grant_install(
    const hc_grant *grant, const hc_recipient_key *key, hc_recipient_grant **held);

/* Writes 1 if the grant opens records with these labels, else 0. Errors: 3, 5. */
HC_API hc_result hc_recipient_grant_satisfies(
    const hc_recipient_grant *held, const char *const *labels, size_t count, int32_t *answer);

/* ---- Requests and answers ------------------------------------------------------------------ */

/*
 * Reads requests to the relays of a grant, one for each from its bytes, in binary or PEM armour.
 * `*object` is the caller's to free. Errors: 100 to 115.
 */
HC_API hc_result hc_requests_from_bytes(const uint8_t *bytes, size_t length, hc_requests **object);

/*
 * The bytes of requests to the relays of a grant, one for each. `*bytes` is the caller's to
 * free.
 */
HC_API hc_result hc_requests_to_bytes(const hc_requests *object, hc_buffer **bytes);

/* Frees requests to the relays of a grant, one for each. NULL is left alone. */
HC_API void hc_requests_free(hc_requests *object);

/*
 * Reads a relay's answer, as it was read from its bytes, in binary or PEM armour. `*object` is
 * the caller's to free. Errors: 100 to 115.
 */
HC_API hc_result hc_answer_from_bytes(const uint8_t *bytes, size_t length, hc_answer **object);

/* The bytes of a relay's answer, as it was read. `*bytes` is the caller's to free. */
HC_API hc_result hc_answer_to_bytes(const hc_answer *object, hc_buffer **bytes);

/* Frees a relay's answer, as it was read. NULL is left alone. */
HC_API void hc_answer_free(hc_answer *object);

/* Frees a relay's answer, verified. NULL is left alone. */
HC_API void hc_verified_answer_free(hc_verified_answer *object);

/*
 * Asks all relays of the grant for `count` records: `lengths[i]` bytes at `records[i]`, whole or
 * headers alone. With `blind` (not 0) relays see digests instead of labels. `purpose`, `action`
 * and `role` are what the recipient claims, or NULL. Errors: 1, 303 for a record that is not the
 * patient's, 204 for labels that the grant does not cover, 500.
 */
HC_API hc_result hc_recipient_grant_request(
    const hc_recipient_grant *held, const hc_recipient_key *key, const uint8_t *const *records,
    const size_t *lengths, size_t count, int32_t blind, const char *purpose, const char *action,
    const char *role, int32_t break_glass, uint64_t now, const hc_random *random,
    hc_requests **requests);

/*
 * What the request to the relay with this number says, as one JSON object: what the relay must
 * log. Errors: 7 when there is none.
 */
HC_API hc_result hc_requests_describe(const hc_requests *requests, uint8_t relay, hc_text **json);

/* Which relay of the grant it is by, from 1. */
HC_API hc_result hc_answer_relay(const hc_answer *answer, uint8_t *relay);

/* Verifies that a relay of the grant signed the answer. Errors: 301, 303. */
HC_API hc_result hc_answer_verify(
    const hc_answer *answer, const hc_recipient_grant *held, hc_verified_answer **verified);

/*
 * Checks what a relay answered for `count` records, before anything is opened with it. Opening
 * finds the same faults, one record at a time. Errors: 307 for a wrong answer, 306 for a record
 * that was sealed wrongly, 1, 303.
 */
HC_API hc_result hc_recipient_grant_check_answer(
    const hc_recipient_grant *held, const hc_verified_answer *answer,
    const uint8_t *const *records, const size_t *lengths, size_t count);

/* ---- Relays -------------------------------------------------------------------------------- */

/* Frees what a relay must not forget. NULL is left alone. */
HC_API void hc_relay_state_free(hc_relay_state *object);

/* Frees a share that its relay has installed. NULL is left alone. */
HC_API void hc_relay_share_free(hc_relay_share *object);

/*
 * The state of a relay in a directory, which is made where there is none: revocations, list
 * numbers, requests that were served. Every change is on the disk before a call returns. `now`
 * is the time. Errors: 501, 506 while another process has it, 100 to 115.
 */
HC_API hc_result hc_relay_state_open(const char *directory, uint64_t now, hc_relay_state **state);

/* The state of a relay that forgets when it ends, and so refuses requests from before `now`. */
HC_API hc_result hc_relay_state_in_memory(uint64_t now, hc_relay_state **state);

/*
 * Opens a relay's share and checks it against the grant. Errors: 303 for another relay's, 300,
 * 301, 400, 402.
 */
HC_API hc_result hc_relay_share_install(
    const hc_grant *grant, const hc_grant_share *share, const hc_relay_key *key, uint64_t now,
    const hc_relay_state *state, hc_relay_share **installed);

/* Which relay of the grant this is, from 1. */
HC_API hc_result hc_relay_share_index(const hc_relay_share *share, uint8_t *index);

/*
 * Answers the request to this relay: first who asks, whether the grant holds, its conditions,
 * whether it was revoked, whether the request is new; then each record's labels and proof.
 * `request_age` and `list_age` are in seconds (HC_REQUEST_AGE, HC_LIST_AGE). `list` is the
 * current list of revocations of the grant's publisher; with NULL a revocation that this relay
 * has not seen has no effect. Log hc_requests_describe before the answer goes out. Errors: 204,
 * 301, 303, 306, 400, 402 to 405.
 */
HC_API hc_result hc_relay_share_transform(
    const hc_relay_share *share, const hc_requests *requests, const hc_relay_key *key,
    uint64_t now, uint64_t request_age, uint64_t list_age, const hc_revocation_list *list,
    hc_relay_state *state, hc_answer **answer);

/* ---- Revocations --------------------------------------------------------------------------- */

/*
 * Reads a signed list of revocations from its bytes, in binary or PEM armour. `*object` is the
 * caller's to free. Errors: 100 to 115.
 */
HC_API hc_result hc_revocation_list_from_bytes(
    const uint8_t *bytes, size_t length, hc_revocation_list **object);

/* The bytes of a signed list of revocations. `*bytes` is the caller's to free. */
HC_API hc_result hc_revocation_list_to_bytes(const hc_revocation_list *object, hc_buffer **bytes);

/* Frees a signed list of revocations. NULL is left alone. */
HC_API void hc_revocation_list_free(hc_revocation_list *object);

/* Frees the numbers and entries of a patient who grants and revokes. NULL is left alone. */
HC_API void hc_publisher_state_free(hc_publisher_state *object);

/*
 * The state of a patient who has granted and revoked nothing yet. Keep its bytes: numbers must
 * never be used twice.
 */
HC_API hc_result hc_publisher_state_new(const hc_patient_key *key, hc_publisher_state **state);

/* Reads the state that belongs to `key`. Errors: 1 for another key's, 100 to 115. */
HC_API hc_result hc_publisher_state_from_bytes(
    const uint8_t *bytes, size_t length, const hc_patient_key *key, hc_publisher_state **state);

/* The bytes of the state, which name no one. */
HC_API hc_result hc_publisher_state_to_bytes(const hc_publisher_state *state, hc_buffer **bytes);

/* Writes the number of the next grant. Errors: 2 when the key was retired. */
HC_API hc_result hc_publisher_state_next_grant(
    hc_publisher_state *state, uint64_t now, uint64_t *sequence);

/*
 * Revokes the grant with this id of 16 bytes (hc_grant_id). It ends for relays when they have
 * the next list. Errors: 2.
 */
HC_API hc_result hc_publisher_state_revoke(
    hc_publisher_state *state, const hc_patient_key *key, const uint8_t *grant, uint64_t now);

/* Revokes every grant that was made until now. Errors: 2. */
HC_API hc_result hc_publisher_state_revoke_all(
    hc_publisher_state *state, const hc_patient_key *key, uint64_t now);

/* Revokes every grant of this key, also later ones: it has a successor. Errors: 2. */
HC_API hc_result hc_publisher_state_retire(
    hc_publisher_state *state, const hc_patient_key *key, uint64_t now);

/* Takes over the entries of a list from before. Errors: 2. */
HC_API hc_result hc_publisher_state_take(hc_publisher_state *state, const hc_revocation_list *list);

/*
 * A current list with every entry, signed, to give to relays: daily, also when nothing is new.
 * Errors: 1, 2.
 */
HC_API hc_result hc_publisher_state_publish(
    hc_publisher_state *state, const hc_patient_key *key, uint64_t now,
    hc_revocation_list **list);

/* ---- Coupons: for devices that seal without computing on the curve ------------------------- */

/*
 * Reads coupons, sealed to a device from its bytes, in binary or PEM armour. `*object` is the
 * caller's to free. Errors: 100 to 115.
 */
HC_API hc_result hc_coupon_pack_from_bytes(
    const uint8_t *bytes, size_t length, hc_coupon_pack **object);

/* The bytes of coupons, sealed to a device. `*bytes` is the caller's to free. */
HC_API hc_result hc_coupon_pack_to_bytes(const hc_coupon_pack *object, hc_buffer **bytes);

/* Frees coupons, sealed to a device. NULL is left alone. */
HC_API void hc_coupon_pack_free(hc_coupon_pack *object);

/* Frees where a device keeps its coupons. NULL is left alone. */
HC_API void hc_coupon_store_free(hc_coupon_store *object);

/*
 * Mints `coupons` coupons (1 to 4,096) for a device that will seal records with exactly these
 * labels to this patient. `minter` signs the pack, or is NULL. Errors: 1, 2, 3, 500.
 */
HC_API hc_result hc_patient_profile_mint(
    const hc_patient_profile *profile, const hc_recipient_public *device,
    const char *const *labels, size_t label_count, size_t coupons, const hc_signer_key *minter,
    const hc_random *random, hc_coupon_pack **pack);

/*
 * A store in a directory, which is made where there is none. No coupon is ever handed out twice,
 * whenever the power fails. Errors: 501, 506 while another process has it.
 */
HC_API hc_result hc_coupon_store_open(const char *directory, hc_coupon_store **store);

/*
 * Takes in a pack with the device's key; with `minter`, which may be NULL, only one that it
 * signed. `*added` is how many are new: 0 for a pack that was added before. Errors: 302, 303,
 * 300, 2, 501.
 */
HC_API hc_result hc_coupon_store_add(
    hc_coupon_store *store, const hc_coupon_pack *pack, const hc_recipient_key *key,
    const hc_signer_public *minter, size_t *added);

/* How many coupons are left for a patient. Errors: 501. */
HC_API hc_result hc_coupon_store_left(
    hc_coupon_store *store, const hc_patient_profile *profile, size_t *left);

/* ---- Consents ------------------------------------------------------------------------------ */

/*
 * Reads what a consent comes to: exactly what will be enforced from its bytes, in binary or PEM
 * armour. `*object` is the caller's to free. Errors: 100 to 115.
 */
HC_API hc_result hc_terms_from_bytes(const uint8_t *bytes, size_t length, hc_terms **object);

/*
 * The bytes of what a consent comes to: exactly what will be enforced. `*bytes` is the caller's
 * to free.
 */
HC_API hc_result hc_terms_to_bytes(const hc_terms *object, hc_buffer **bytes);

/* Frees what a consent comes to: exactly what will be enforced. NULL is left alone. */
HC_API void hc_terms_free(hc_terms *object);

/*
 * Reads a signed consent, as it was read from its bytes, in binary or PEM armour. `*object` is
 * the caller's to free. Errors: 100 to 115.
 */
HC_API hc_result hc_signed_consent_from_bytes(
    const uint8_t *bytes, size_t length, hc_signed_consent **object);

/* The bytes of a signed consent, as it was read. `*bytes` is the caller's to free. */
HC_API hc_result hc_signed_consent_to_bytes(const hc_signed_consent *object, hc_buffer **bytes);

/* Frees a signed consent, as it was read. NULL is left alone. */
HC_API void hc_signed_consent_free(hc_signed_consent *object);

/* Frees a consent whose signature was verified. NULL is left alone. */
HC_API void hc_verified_consent_free(hc_verified_consent *object);

/* Frees resources that a consent may refer to. NULL is left alone. */
HC_API void hc_fhir_context_free(hc_fhir_context *object);

/*
 * A context without resources. Relative references lie below `base`, or stay relative with NULL.
 * Errors: 1.
 */
HC_API hc_result hc_fhir_context_new(const char *base, hc_fhir_context **context);

/* Adds a resource or a bundle, as JSON. Errors: 119, 611. */
HC_API hc_result hc_fhir_context_add(hc_fhir_context *context, const uint8_t *json, size_t length);

/*
 * Compiles a FHIR Consent of R4, R4B or R5. `reading` says what nested provisions mean:
 * "r4-typed", "pcf-1.1", "r5-negate" or "mii-2025". `base` (or NULL) is what relative references
 * lie below, `zone_minutes` where days begin, in minutes east of UTC; with `all_purposes` a
 * permission needs all of its purposes; `accept_alternation` allows R5 provisions that reverse
 * each other. `context` may be NULL. What cannot be enforced is refused, never guessed: 601 to
 * 624, and hc_last_error() lists every reason with its FHIRPath. `*report` (or NULL) is JSON:
 * warnings, and elements without effect.
 */
HC_API hc_result hc_terms_compile(
    const uint8_t *document, size_t length, const char *reading, const char *base,
    int32_t zone_minutes, int32_t all_purposes, int32_t accept_alternation,
    const hc_fhir_context *context, const hc_vocabulary *vocabulary, const hc_random *random,
    hc_terms **terms, hc_text **report);

/* Every part of the Terms, as one JSON object. */
HC_API hc_result hc_terms_describe(const hc_terms *terms, hc_text **json);

/* Writes the 32 bytes that name the Terms. */
HC_API hc_result hc_terms_digest(const hc_terms *terms, uint8_t *digest);

/*
 * What the Terms permit and forbid, in plain words, for the "patient" or a "carer". `phrases` is
 * a table of phrases in another language, or NULL for English. Errors: 1 for another vocabulary
 * than the Terms', 626.
 */
HC_API hc_result hc_terms_explain(
    const hc_terms *terms, const hc_vocabulary *vocabulary, const char *audience,
    const char *phrases, hc_text **text);

/* The same part by part, as one JSON object. */
HC_API hc_result hc_terms_explain_json(
    const hc_terms *terms, const hc_vocabulary *vocabulary, const char *audience,
    const char *phrases, hc_text **json);

/*
 * Decides a request (JSON, SPEC.md 16.4) on `count` consents of a patient. `conflict` says which
 * holds when they differ: "deny-overrides", "newest-wins" or "refuse". `*outcome` is one of the
 * HC_OUTCOME_ constants; the call succeeds also when the answer is no. `*decision` (or NULL) is
 * JSON: which rule decided, and what was not known. Errors: 627 and those of the request's
 * members, 620.
 */
HC_API hc_result hc_decide(
    const hc_terms *const *consents, size_t count, const uint8_t *request, size_t length,
    const hc_vocabulary *vocabulary, int32_t zone_minutes, const char *conflict,
    uint32_t *outcome, hc_text **decision);

/* The patient signs Terms, at `time`. */
HC_API hc_result hc_signed_consent_by_patient(
    const hc_terms *terms, const hc_patient_key *key, uint64_t time, hc_signed_consent **consent);

/*
 * A carer whom the profile names signs for the patient. Whether they may, whoever verifies it
 * decides.
 */
HC_API hc_result hc_signed_consent_by_carer(
    const hc_terms *terms, const hc_patient_profile *patient, const hc_signer_key *carer,
    uint64_t time, hc_signed_consent **consent);

/*
 * Checks that the patient, or a guardian or attorney named in the profile, signed. `received` is
 * when it was first seen. Errors: 301, 401 for one from the future.
 */
HC_API hc_result hc_signed_consent_verify(
    const hc_signed_consent *consent, const hc_patient_profile *patient, uint64_t received,
    hc_verified_consent **verified);

/* Writes 1 if the Terms were made from exactly this document, else 0. */
HC_API hc_result hc_signed_consent_is_of_document(
    const hc_signed_consent *consent, const uint8_t *document, size_t length, int32_t *answer);

/* What was consented to. */
HC_API hc_result hc_verified_consent_terms(const hc_verified_consent *verified, hc_terms **terms);

/* Writes who signed (an HC_SIGNED_BY_ constant) and when, as the signer says. */
HC_API hc_result hc_verified_consent_signer(
    const hc_verified_consent *verified, uint32_t *signer, uint64_t *time);

/* ---- Proofs in zero knowledge that a consent covers a request: to verify, not to make ------ */

/* Frees a key that proofs are verified with. NULL is left alone. */
HC_API void hc_proof_key_free(hc_proof_key *object);

/* Frees what a registry said about itself at one time. NULL is left alone. */
HC_API void hc_checkpoint_free(hc_checkpoint *object);

/* Frees a log's word when it received a proof. NULL is left alone. */
HC_API void hc_proof_receipt_free(hc_proof_receipt *object);

/* Frees a verifier of proofs. NULL is left alone. */
HC_API void hc_proof_verifier_free(hc_proof_verifier *object);

/* Frees what a verifier expects of a proof. NULL is left alone. */
HC_API void hc_proof_expectation_free(hc_proof_expectation *object);

/* Frees the proofs that were used. NULL is left alone. */
HC_API void hc_replay_store_free(hc_replay_store *object);

/*
 * Reads a proof, signed by who asks from its bytes, in binary or PEM armour. `*object` is the
 * caller's to free. Errors: 100 to 115.
 */
HC_API hc_result hc_signed_proof_from_bytes(
    const uint8_t *bytes, size_t length, hc_signed_proof **object);

/* The bytes of a proof, signed by who asks. `*bytes` is the caller's to free. */
HC_API hc_result hc_signed_proof_to_bytes(const hc_signed_proof *object, hc_buffer **bytes);

/* Frees a proof, signed by who asks. NULL is left alone. */
HC_API void hc_signed_proof_free(hc_signed_proof *object);

/*
 * Takes a key of proofs that a ceremony made and whose digest of 32 bytes is `pinned`. With NULL
 * any key is taken, **one that a single party made among them, who can prove anything: for tests
 * only**. Errors: 343 for a key that is not to be relied on, 100 to 115.
 */
HC_API hc_result hc_proof_key_from_bytes(
    const uint8_t *bytes, size_t length, const uint8_t *pinned, hc_proof_key **key);

/* Writes the 32 bytes that the key is pinned by. */
HC_API hc_result hc_proof_key_digest(const hc_proof_key *key, uint8_t *digest);

/* Reads a checkpoint and verifies the registry's signature. Errors: 301, 100 to 115. */
HC_API hc_result hc_checkpoint_from_bytes(
    const uint8_t *bytes, size_t length, const hc_signer_public *registry,
    hc_checkpoint **checkpoint);

/* When it was made, in Unix seconds. */
HC_API hc_result hc_checkpoint_time(const hc_checkpoint *checkpoint, uint64_t *time);

/* Reads a receipt and verifies the log's signature. Errors: 301, 100 to 115. */
HC_API hc_result hc_proof_receipt_from_bytes(
    const uint8_t *bytes, size_t length, const hc_signer_public *log, hc_proof_receipt **receipt);

/*
 * A verifier that relies on a key and on `count` checkpoints of one registry. A proof's time may
 * lie `skew` seconds from now (300 is usual), its checkpoint `revocation_age` seconds before its
 * time (3,600); with `one_use` (not 0) a consent counts once in its context. Key and checkpoints
 * may be freed afterwards. Errors: 346 for checkpoints of several registries or of another
 * height.
 */
HC_API hc_result hc_proof_verifier_new(
    const hc_proof_key *key, const hc_checkpoint *const *checkpoints, size_t count,
    uint64_t skew, uint64_t revocation_age, int32_t one_use, hc_proof_verifier **verifier);

/*
 * What the verifier found out itself; a proof that says anything else is refused. `request`,
 * `about` and `nonce` have 32 bytes: digests of the request and of what it is about, and the
 * verifier's nonce. The masks are SPEC.md's (19.1). `verifier` and `study` make the context;
 * `log` names the log or chain that will hold the proof, and may be empty. Errors: 341 for masks
 * that are none.
 */
HC_API hc_result hc_proof_expectation_new(
    const uint8_t *request, uint64_t categories, uint64_t purposes, uint16_t actions,
    const hc_vocabulary *vocabulary, const hc_signer_public *verifier, const char *study,
    const uint8_t *about, const uint8_t *log, size_t log_length, const uint8_t *nonce,
    hc_proof_expectation **expectation);

/*
 * The 32 bytes that the record's custodian committed to its patient with: the proof must be
 * about that patient. Errors: 111.
 */
HC_API hc_result hc_proof_expectation_set_subject(
    hc_proof_expectation *expectation, const uint8_t *subject);

/* The used proofs in a directory, which is made where there is none. Errors: 501. */
HC_API hc_result hc_replay_store_open(const char *directory, hc_replay_store **store);

/* The used proofs until the program ends. */
HC_API hc_result hc_replay_store_in_memory(hc_replay_store **store);

/*
 * Succeeds if the proof holds: an enrolled patient, unnamed, consented to exactly what is
 * expected. It has to be fresh now, or with a `receipt` (else NULL) when the log received it.
 * With `used` it is used up; with NULL it is only checked, for audits. Errors: 348 where it is
 * about something else, 404 for one that was used or is not fresh, 346 for roots that are
 * unknown or too old, 301.
 */
HC_API hc_result hc_proof_verifier_verify(
    const hc_proof_verifier *verifier, const hc_signed_proof *proof,
    const hc_proof_expectation *expectation, uint64_t now, const hc_proof_receipt *receipt,
    hc_replay_store *used);

/* Writes the 32 bytes of the Ed25519 key of who asks. */
HC_API hc_result hc_signed_proof_grantee(const hc_signed_proof *proof, uint8_t *key);

/* Writes the 32 bytes that the consent is called by in the context of the study. */
HC_API hc_result hc_signed_proof_pseudonym(const hc_signed_proof *proof, uint8_t *pseudonym);

#ifdef __cplusplus
}
#endif

#endif
