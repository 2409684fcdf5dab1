/*
 * The files of the test kit, each with one fault, through the C library: they give the errors of the table.
 * Called with the folder of the kit. Calls that C programs are not offered are counted and named.
 */
#include <hippocrypt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LONGEST = 1 << 20, NOT_OFFERED = -10000 };

static uint8_t input[LONGEST], key_file[LONGEST];

static size_t file_of(const char *kit, const char *name, uint8_t *bytes)
{
    char path[4096];
    size_t length;
    FILE *file;
    snprintf(path, sizeof path, "%s/files/%s", kit, name);
    file = fopen(path, "rb");
    if (file == NULL) {
        perror(path);
        exit(1);
    }
    length = fread(bytes, 1, LONGEST, file);
    fclose(file);
    return length;
}

/* One function for each type that is read from bytes: the result, and nothing left behind. */
#define DECODER(type)                                                                              \
    static int decode_##type(const uint8_t *bytes, size_t length)                                  \
    {                                                                                              \
        hc_##type *object = NULL;                                                                  \
        hc_result result = hc_##type##_from_bytes(bytes, length, &object);                         \
        if ((result == HC_OK) != (object != NULL)) {                                               \
            return 10000;                                                                          \
        }                                                                                          \
        hc_##type##_free(object);                                                                  \
        return (int)result;                                                                        \
    }
DECODER(authority_key)
DECODER(authority_public)
DECODER(user_key)
DECODER(signer_key)
DECODER(signer_public)
DECODER(label_key)
DECODER(patient_key)
DECODER(patient_profile)
DECODER(recipient_key)
DECODER(recipient_public)
DECODER(relay_key)
DECODER(relay_public)
DECODER(grant)
DECODER(grant_share)
DECODER(revocation_list)
DECODER(coupon_pack)
DECODER(answer)
DECODER(authority_share)
DECODER(released_share)
DECODER(requests)
DECODER(seed_backup)
DECODER(signed_consent)
DECODER(signed_proof)
DECODER(terms)
DECODER(trustee_share)

static int read_vocabulary(const uint8_t *bytes, size_t length)
{
    hc_vocabulary *vocabulary = NULL;
    hc_result result = hc_vocabulary_read(bytes, length, &vocabulary);
    hc_vocabulary_free(vocabulary);
    return (int)result;
}

static int parse_policy(const uint8_t *bytes, size_t length)
{
    hc_policy *policy = NULL;
    char *text;
    hc_result result;
    if (memchr(bytes, 0, length) != NULL) {
        return NOT_OFFERED; /* A C string ends there. */
    }
    text = malloc(length + 1);
    if (text == NULL) {
        return 10001;
    }
    memcpy(text, bytes, length);
    text[length] = 0;
    result = hc_policy_parse(text, &policy);
    hc_policy_free(policy);
    free(text);
    /* A text that is not UTF-8 is a mistake of its own in C: everywhere else it is no text at all. */
    return result == HC_ERROR_VALUE ? (int)HC_ERROR_TEXT : (int)result;
}

static int read_header(const uint8_t *bytes, size_t length)
{
    hc_text *json = NULL;
    hc_result result = hc_inspect(bytes, length, &json);
    hc_text_free(json);
    return (int)result;
}

static const struct {
    const char *call;
    int (*decode)(const uint8_t *, size_t);
} DECODERS[] = {
    {"authority-key", decode_authority_key},
    {"authority-public", decode_authority_public},
    {"user-key", decode_user_key},
    {"signer-key", decode_signer_key},
    {"signer-public", decode_signer_public},
    {"label-key", decode_label_key},
    {"patient-key", decode_patient_key},
    {"patient-profile", decode_patient_profile},
    {"recipient-key", decode_recipient_key},
    {"recipient-public", decode_recipient_public},
    {"relay-key", decode_relay_key},
    {"relay-public", decode_relay_public},
    {"grant", decode_grant},
    {"grant-share", decode_grant_share},
    {"revocation-list", decode_revocation_list},
    {"coupon-pack", decode_coupon_pack},
    {"answer", decode_answer},
    {"authority-share", decode_authority_share},
    {"released-share", decode_released_share},
    {"requests", decode_requests},
    {"seed-backup", decode_seed_backup},
    {"signed-consent", decode_signed_consent},
    {"consent-proof", decode_signed_proof},
    {"terms", decode_terms},
    {"trustee-share", decode_trustee_share},
    {"vocabulary", read_vocabulary},
    {"policy", parse_policy},
    {"header", read_header},
};

/* Calls of the table without a function for the bytes alone: C programs have none, or one that wants more. */
static const char *const NOT_IN_C[] = {
    "blame", "ceremony", "checkpoint", "ciphertext", "consent-registry", "coupon", "credential",
    "dicom", "fhir-bundle", "fhir-document", "held-sharing", "key-file", "label-file",
    "label-lines", "label-policy", "label-policy-text", "labels", "linkage-key", "objection",
    "place-receipt", "place-revocation", "powers", "proof-key", "proof-receipt",
    "proof-request", "provable-consent", "proven-key", "proving-key", "publisher-state",
    "refresh-dealing", "refresh-invitation", "refresh-statement", "request", "schema",
    "seen-successions", "session-with-patient-key", "sharing-end", "sharing-share",
    "signed-labels", "standing-sharing", "succession",
};

static int is_known(const char *call)
{
    size_t at;
    for (at = 0; at < sizeof NOT_IN_C / sizeof NOT_IN_C[0]; at++) {
        if (strcmp(call, NOT_IN_C[at]) == 0) {
            return 1;
        }
    }
    return 0;
}

static int open_record(const char *kit, const char *call, const char *key, const uint8_t *bytes, size_t length)
{
    hc_opener *opener = NULL;
    hc_user_key *user = NULL;
    hc_patient_key *patient = NULL;
    hc_buffer *content = NULL;
    size_t key_length = file_of(kit, key, key_file);
    int result = (int)hc_opener_new(&opener);
    if (result == HC_OK && strcmp(call, "open-with-user-key") == 0) {
        result = (int)hc_user_key_from_bytes(key_file, key_length, &user);
        result = result == HC_OK ? (int)hc_opener_add_key(opener, user) : result;
    } else if (result == HC_OK) {
        result = (int)hc_patient_key_from_bytes(key_file, key_length, &patient);
        result = result == HC_OK ? (int)hc_opener_add_patient(opener, patient) : result;
    }
    if (result == HC_OK) {
        result = (int)hc_opener_open(opener, bytes, length, &content, NULL);
        if ((result == HC_OK) != (content != NULL)) {
            result = 10002;
        }
    }
    hc_buffer_free(content);
    hc_opener_free(opener);
    hc_user_key_free(user);
    hc_patient_key_free(patient);
    return result;
}

int main(int count, char **arguments)
{
    char line[1024], path[4096], call[64], key[128], name[256];
    int wanted, run = 0, refused = 0, wrong = 0, others = 0;
    FILE *table;
    if (count != 2) {
        return 2;
    }
    snprintf(path, sizeof path, "%s/table.txt", arguments[1]);
    table = fopen(path, "r");
    if (table == NULL) {
        perror(path);
        return 1;
    }
    while (fgets(line, sizeof line, table) != NULL) {
        size_t length, at;
        int found = NOT_OFFERED;
        if (line[0] == '#' || sscanf(line, "%255[^\t]\t%63[^\t]\t%127[^\t]\t%d", name, call, key, &wanted) != 4) {
            continue;
        }
        length = file_of(arguments[1], name, input);
        if (strncmp(call, "open-with-", 10) == 0) {
            found = open_record(arguments[1], call, key, input, length);
        }
        for (at = 0; at < sizeof DECODERS / sizeof DECODERS[0]; at++) {
            if (strcmp(call, DECODERS[at].call) == 0) {
                found = DECODERS[at].decode(input, length);
            }
        }
        if (found == NOT_OFFERED) {
            if (strcmp(call, "policy") != 0 && !is_known(call)) {
                printf("%s: a call that this program does not know\n", call);
                wrong++;
            }
            others++;
            continue;
        }
        run++;
        refused += wanted != 0;
        if (found != wanted) {
            printf("%s, %s: %d, not %d\n", name, call, found, wanted);
            wrong++;
        }
    }
    fclose(table);
    printf("%d files, %d of them bad, %d wrong; %d of calls that C programs do not have\n", run, refused, wrong, others);
    return wrong != 0 || run < 250;
}
