/* The rest of what C programs are offered: recovery, rotation, coupons, both locks, senders, rewrapping. */
#define _GNU_SOURCE
#include <hippocrypt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int failures;

#define EXPECT(condition)                                                                          \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            printf("%s:%d: %s (%s)\n", __FILE__, __LINE__, #condition, hc_last_error());           \
            failures++;                                                                            \
        }                                                                                          \
    } while (0)
#define OK(call) EXPECT((call) == HC_OK)

enum { TRUSTEES = 3 };
static const uint64_t NOW = 1795500000;
static const char *const LABELS[] = {"type=Observation", "conf=N", "ym=2026-11"};

static int is(const hc_buffer *buffer, const char *text)
{
    return buffer != NULL && hc_buffer_length(buffer) == strlen(text) && memcmp(hc_buffer_data(buffer), text, strlen(text)) == 0;
}

static hc_buffer *seal(hc_sealer *sealer, const char *text)
{
    hc_record *record = NULL;
    hc_buffer *sealed = NULL;
    OK(hc_record_new("r", &record));
    OK(hc_record_set_created(record, NOW));
    OK(hc_record_set_labels(record, LABELS, 3));
    OK(hc_record_set_sealed_metadata(record, (const uint8_t *)"meta", 4));
    OK(hc_sealer_seal(sealer, record, (const uint8_t *)text, strlen(text), NULL, &sealed));
    hc_record_free(record);
    return sealed;
}

static hc_result open_with(hc_opener *opener, const hc_buffer *sealed, hc_buffer **content)
{
    return hc_opener_open(opener, hc_buffer_data(sealed), hc_buffer_length(sealed), content, NULL);
}

/* A lost key comes back with two of three trustees; what it had opened opens again; then it rotates. */
static void recovery(void)
{
    hc_patient_key *patient = NULL, *next = NULL, *back = NULL, *rotated = NULL;
    hc_patient_profile *profile = NULL, *later = NULL, *known = NULL;
    hc_recipient_key *trustees[TRUSTEES] = {NULL}, *device = NULL;
    hc_recipient_public *publics[TRUSTEES] = {NULL}, *device_public = NULL;
    hc_trustee_share *shares[TRUSTEES] = {NULL};
    hc_released_share *released[2] = {NULL};
    hc_succession *succession = NULL, *verified = NULL;
    hc_seed_backup *backup = NULL;
    hc_sealer *sealer = NULL;
    hc_opener *opener = NULL;
    hc_buffer *content = NULL, *bytes = NULL;
    uint8_t before[32], after[32], index = 0, threshold = 0, count = 0;
    int i;

    OK(hc_patient_key_generate(NULL, &patient));
    OK(hc_patient_key_profile(patient, &profile));
    OK(hc_sealer_new(&sealer));
    OK(hc_sealer_add_patient(sealer, profile));
    hc_buffer *sealed = seal(sealer, "72/min");
    for (i = 0; i < TRUSTEES; i++) {
        OK(hc_recipient_key_generate("trustee", NULL, &trustees[i]));
        OK(hc_recipient_key_public(trustees[i], &publics[i]));
    }
    EXPECT(hc_patient_key_split(patient, (const hc_recipient_public *const *)publics, TRUSTEES, 2, NULL, &next, shares, 2) == HC_ERROR_ARGUMENT);
    EXPECT(next == NULL && shares[0] == NULL);
    OK(hc_patient_key_split(patient, (const hc_recipient_public *const *)publics, TRUSTEES, 2, NULL, &next, shares, TRUSTEES));
    OK(hc_patient_key_profile(next, &known));
    OK(hc_trustee_share_check(shares[1], trustees[1]));
    EXPECT(hc_trustee_share_check(shares[1], trustees[0]) == HC_ERROR_NO_STANZA);
    OK(hc_trustee_share_is_current(shares[1], known));
    OK(hc_trustee_share_numbers(shares[2], &index, &threshold, &count));
    EXPECT(index == 3 && threshold == 2 && count == 3);
    OK(hc_recipient_key_generate("new phone", NULL, &device));
    OK(hc_recipient_key_public(device, &device_public));
    OK(hc_trustee_share_release(shares[0], trustees[0], device_public, NULL, &released[0]));
    OK(hc_trustee_share_release(shares[2], trustees[2], device_public, NULL, &released[1]));
    EXPECT(hc_patient_key_recover((const hc_released_share *const *)released, 1, device, NULL, 0, &back) == HC_ERROR_TOO_FEW_SHARES);
    OK(hc_patient_key_recover((const hc_released_share *const *)released, 2, device, NULL, 0, &back));
    OK(hc_opener_new(&opener));
    OK(hc_opener_add_patient(opener, back));
    OK(open_with(opener, sealed, &content));
    EXPECT(is(content, "72/min"));

    OK(hc_patient_key_rotate(back, NULL, &rotated, &succession, &backup));
    EXPECT(backup == NULL);
    OK(hc_succession_to_bytes(succession, &bytes));
    OK(hc_succession_verify(hc_buffer_data(bytes), hc_buffer_length(bytes), known, &verified));
    OK(hc_succession_later(verified, &later));
    OK(hc_patient_profile_id(known, before));
    OK(hc_patient_profile_id(later, after));
    EXPECT(memcmp(before, after, 32) != 0);

    hc_patient_profile_free(later);
    hc_succession_free(verified);
    hc_buffer_free(bytes);
    hc_succession_free(succession);
    hc_patient_key_free(rotated);
    hc_buffer_free(content);
    hc_opener_free(opener);
    hc_patient_key_free(back);
    hc_released_share_free(released[0]);
    hc_released_share_free(released[1]);
    hc_recipient_public_free(device_public);
    hc_recipient_key_free(device);
    hc_patient_profile_free(known);
    for (i = 0; i < TRUSTEES; i++) {
        hc_trustee_share_free(shares[i]);
        hc_recipient_public_free(publics[i]);
        hc_recipient_key_free(trustees[i]);
    }
    hc_patient_key_free(next);
    hc_buffer_free(sealed);
    hc_sealer_free(sealer);
    hc_patient_profile_free(profile);
    hc_patient_key_free(patient);
}

/* A device seals with coupons: each once, for its labels only; a store on the disk. */
static void coupons(const char *place)
{
    char directory[256], command[300];
    hc_patient_key *patient = NULL;
    hc_patient_profile *profile = NULL;
    hc_recipient_key *device = NULL;
    hc_recipient_public *device_public = NULL;
    hc_signer_key *phone = NULL;
    hc_signer_public *phone_public = NULL;
    hc_coupon_pack *pack = NULL;
    hc_coupon_store *store = NULL;
    hc_sealer *sealer = NULL;
    hc_opener *opener = NULL;
    hc_record *other = NULL;
    hc_buffer *content = NULL, *never = NULL;
    size_t added = 9, left = 9;

    snprintf(directory, sizeof directory, "%s/coupons-XXXXXX", place);
    if (mkdtemp(directory) == NULL) {
        EXPECT(!"a directory");
        return;
    }
    OK(hc_patient_key_generate(NULL, &patient));
    OK(hc_patient_key_profile(patient, &profile));
    OK(hc_recipient_key_generate("monitor", NULL, &device));
    OK(hc_recipient_key_public(device, &device_public));
    OK(hc_signer_key_generate("phone", NULL, &phone));
    OK(hc_signer_key_public(phone, &phone_public));
    OK(hc_patient_profile_mint(profile, device_public, LABELS, 3, 2, phone, NULL, &pack));
    OK(hc_coupon_store_open(directory, &store));
    OK(hc_coupon_store_add(store, pack, device, phone_public, &added));
    EXPECT(added == 2);
    OK(hc_coupon_store_add(store, pack, device, NULL, &added));
    EXPECT(added == 0);
    OK(hc_sealer_new(&sealer));
    OK(hc_sealer_add_coupons(sealer, store, profile));
    hc_buffer *first = seal(sealer, "first");
    OK(hc_record_new("r", &other));
    OK(hc_record_set_labels(other, LABELS, 1));
    EXPECT(hc_sealer_seal(sealer, other, NULL, 0, NULL, &never) == HC_ERROR_COUPON_LABELS && never == NULL);
    OK(hc_coupon_store_left(store, profile, &left));
    EXPECT(left == 1);
    /* The store may be freed: the sealer still has it. */
    hc_coupon_store_free(store);
    hc_buffer *second = seal(sealer, "second");
    OK(hc_record_set_labels(other, LABELS, 3));
    EXPECT(hc_sealer_seal(sealer, other, NULL, 0, NULL, &never) == HC_ERROR_NO_COUPON && never == NULL);
    OK(hc_opener_new(&opener));
    OK(hc_opener_add_patient(opener, patient));
    OK(open_with(opener, second, &content));
    EXPECT(is(content, "second"));

    hc_buffer_free(content);
    hc_opener_free(opener);
    hc_buffer_free(second);
    hc_record_free(other);
    hc_buffer_free(first);
    hc_sealer_free(sealer);
    hc_coupon_pack_free(pack);
    hc_signer_public_free(phone_public);
    hc_signer_key_free(phone);
    hc_recipient_public_free(device_public);
    hc_recipient_key_free(device);
    hc_patient_profile_free(profile);
    hc_patient_key_free(patient);
    snprintf(command, sizeof command, "rm -r '%s'", directory);
    EXPECT(system(command) == 0);
}

/* Senders, requirements, detached headers, rewrapping, ranges. */
static void readers(void)
{
    const char *nurse[] = {"role=nurse"};
    hc_authority_key *authority = NULL;
    hc_authority_public *published = NULL;
    hc_user_key *user = NULL;
    hc_policy *policy = NULL;
    hc_patient_key *patient = NULL;
    hc_patient_profile *profile = NULL;
    hc_signer_key *ward = NULL, *stranger = NULL;
    hc_signer_public *ward_public = NULL, *stranger_public = NULL;
    hc_requirements *requirements = NULL;
    hc_sealer *sealer = NULL, *unsigned_sealer = NULL, *for_patient = NULL, *both = NULL;
    hc_opener *opener = NULL, *strict = NULL, *owner = NULL;
    hc_buffer *content = NULL, *never = NULL, *metadata = NULL, *header = NULL, *object = NULL, *rewrapped = NULL, *part = NULL;
    hc_opened *opened = NULL;
    hc_record *record = NULL;
    hc_text *text = NULL;
    uint8_t key[32], ward_key[32];
    uint32_t status = 9;
    const size_t first[] = {0}, beyond[] = {5};

    OK(hc_authority_key_generate("hospital", NULL, &authority));
    OK(hc_authority_key_public(authority, &published));
    OK(hc_authority_key_issue(authority, nurse, 1, "2078-12-31", NULL, &user));
    OK(hc_policy_parse("role=nurse", &policy));
    OK(hc_patient_key_generate(NULL, &patient));
    OK(hc_patient_key_profile(patient, &profile));
    OK(hc_signer_key_generate("ward", NULL, &ward));
    OK(hc_signer_key_public(ward, &ward_public));
    OK(hc_signer_key_generate("stranger", NULL, &stranger));
    OK(hc_signer_key_public(stranger, &stranger_public));
    OK(hc_requirements_new(HC_REQUIRE_POLICY, (const hc_authority_public *const *)&published, 1, 1, &requirements));
    hc_requirements *none = NULL;
    EXPECT(hc_requirements_new(8, NULL, 0, 0, &none) == HC_ERROR_VALUE && hc_requirements_new(0, NULL, 0, 0, &none) == HC_ERROR_ARGUMENT);

    OK(hc_sealer_new(&sealer));
    OK(hc_sealer_add_policy(sealer, published, policy, NULL));
    OK(hc_sealer_set_sender(sealer, ward));
    OK(hc_sealer_set_requirements(sealer, requirements));
    hc_signer_key_free(ward);
    hc_buffer *sealed = seal(sealer, "signed content");
    OK(hc_sealer_new(&unsigned_sealer));
    OK(hc_sealer_add_policy(unsigned_sealer, published, policy, NULL));
    hc_buffer *plain = seal(unsigned_sealer, "unsigned content");

    OK(hc_opener_new(&opener));
    OK(hc_opener_add_key(opener, user));
    OK(hc_opener_open(opener, hc_buffer_data(sealed), hc_buffer_length(sealed), &content, &opened));
    OK(hc_opened_sender(opened, &status, key));
    OK(hc_signer_public_key(ward_public, ward_key));
    EXPECT(status == HC_SENDER_SIGNED && memcmp(key, ward_key, 32) == 0 && is(content, "signed content"));
    OK(hc_opened_metadata(opened, &metadata));
    EXPECT(is(metadata, "meta"));
    hc_buffer_free(metadata);
    hc_buffer_free(content);
    hc_opened_free(opened);
    opened = NULL;

    OK(hc_opener_new(&strict));
    OK(hc_opener_add_key(strict, user));
    OK(hc_opener_accept_senders(strict, (const hc_signer_public *const *)&ward_public, 1));
    hc_signer_public_free(ward_public);
    OK(open_with(strict, sealed, &content));
    hc_buffer_free(content);
    EXPECT(open_with(strict, plain, &never) == HC_ERROR_SENDER && never == NULL);
    OK(hc_opener_accept_senders(strict, (const hc_signer_public *const *)&stranger_public, 1));
    EXPECT(open_with(strict, sealed, &never) == HC_ERROR_SENDER && never == NULL);
    OK(hc_opener_set_requirements(opener, requirements));
    hc_requirements_free(requirements);
    EXPECT(open_with(opener, plain, &never) == HC_ERROR_PROFILE && never == NULL);

    /* The header apart; rewrapped for the patient too; then for the patient alone. */
    OK(hc_record_new("apart", &record));
    OK(hc_record_set_created(record, NOW));
    OK(hc_record_set_labels(record, LABELS, 3));
    OK(hc_sealer_seal_detached(sealer, record, (const uint8_t *)"0123456789", 10, NULL, &header, &object));
    OK(hc_opener_unlock(opener, hc_buffer_data(header), hc_buffer_length(header), &opened));
    OK(hc_opened_sender(opened, &status, key));
    EXPECT(status == HC_SENDER_HEADER_SIGNED);
    OK(hc_sealer_new(&for_patient));
    OK(hc_sealer_add_patient(for_patient, profile));
    EXPECT(hc_sealer_rewrap(for_patient, opened, beyond, 1, NOW, NULL, &rewrapped) == HC_ERROR_ARGUMENT && rewrapped == NULL);
    EXPECT(hc_sealer_rewrap(sealer, opened, first, 1, NOW, NULL, &rewrapped) == HC_ERROR_ARGUMENT && rewrapped == NULL);
    OK(hc_sealer_rewrap(for_patient, opened, first, 1, NOW, NULL, &rewrapped));
    OK(hc_inspect(hc_buffer_data(rewrapped), hc_buffer_length(rewrapped), &text));
    EXPECT(strstr(hc_text_string(text), "\"name\":\"policy\"") != NULL && strstr(hc_text_string(text), "\"name\":\"patient\"") != NULL);
    hc_text_free(text);
    hc_opened_free(opened);
    opened = NULL;
    OK(hc_opener_new(&owner));
    OK(hc_opener_add_patient(owner, patient));
    OK(hc_opener_unlock(owner, hc_buffer_data(rewrapped), hc_buffer_length(rewrapped), &opened));
    hc_opener_free(owner);
    OK(hc_opened_open_detached(opened, hc_buffer_data(object), hc_buffer_length(object), &content));
    EXPECT(is(content, "0123456789"));
    hc_buffer_free(content);
    hc_opened_free(opened);
    opened = NULL;

    /* A part of a payload behind its header. */
    OK(hc_opener_unlock(strict, hc_buffer_data(plain), hc_buffer_length(plain), &opened) == HC_ERROR_SENDER ? HC_OK : HC_ERROR_OPEN);
    hc_opener *plain_opener = NULL;
    OK(hc_opener_new(&plain_opener));
    OK(hc_opener_add_key(plain_opener, user));
    OK(hc_opener_unlock(plain_opener, hc_buffer_data(plain), hc_buffer_length(plain), &opened));
    hc_opener_free(plain_opener);
    OK(hc_inspect(hc_buffer_data(plain), hc_buffer_length(plain), &text));
    const char *at = strstr(hc_text_string(text), "\"header_bytes\":");
    size_t header_length = at == NULL ? 0 : strtoul(at + strlen("\"header_bytes\":"), NULL, 10);
    hc_text_free(text);
    OK(hc_opened_open_range(opened, hc_buffer_data(plain) + header_length, hc_buffer_length(plain) - header_length, 2, 8, &part));
    EXPECT(is(part, "signed"));
    hc_buffer_free(part);
    part = NULL;
    EXPECT(hc_opened_open_range(opened, hc_buffer_data(plain) + header_length, hc_buffer_length(plain) - header_length, 8, 2, &part) != HC_OK);
    EXPECT(part == NULL);

    /* Both locks: the patient alone does not open, nor does the key. */
    OK(hc_sealer_new(&both));
    OK(hc_sealer_add_both(both, published, policy, NULL, profile));
    hc_buffer *twice = seal(both, "both");
    hc_opener *alone = NULL;
    OK(hc_opener_new(&alone));
    OK(hc_opener_add_patient(alone, patient));
    OK(hc_opener_add_key(alone, user));
    EXPECT(open_with(alone, twice, &never) == HC_ERROR_NO_STANZA && never == NULL);

    hc_opener_free(alone);
    hc_buffer_free(twice);
    hc_sealer_free(both);
    hc_opened_free(opened);
    hc_buffer_free(rewrapped);
    hc_sealer_free(for_patient);
    hc_buffer_free(object);
    hc_buffer_free(header);
    hc_record_free(record);
    hc_opener_free(strict);
    hc_opener_free(opener);
    hc_buffer_free(plain);
    hc_sealer_free(unsigned_sealer);
    hc_buffer_free(sealed);
    hc_sealer_free(sealer);
    hc_signer_public_free(stranger_public);
    hc_signer_key_free(stranger);
    hc_patient_profile_free(profile);
    hc_patient_key_free(patient);
    hc_policy_free(policy);
    hc_user_key_free(user);
    hc_authority_public_free(published);
    hc_authority_key_free(authority);
}

int main(int argc, char **argv)
{
    recovery();
    coupons(argc == 2 ? argv[1] : ".");
    readers();
    printf("%d unexpected\n", failures);
    return failures == 0 ? 0 : 1;
}
