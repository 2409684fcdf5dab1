/* Everything a C program can do wrong and is told: NULL, other types' handles, wrong order, twice. */
#define _GNU_SOURCE
#include <hippocrypt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

static int failures;

#define EXPECT(condition)                                                                          \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            printf("%s:%d: %s (%s)\n", __FILE__, __LINE__, #condition, hc_last_error());           \
            failures++;                                                                            \
        }                                                                                          \
    } while (0)

static int32_t no_randomness(void *context, uint8_t *bytes, size_t length)
{
    (void)context;
    (void)bytes;
    (void)length;
    return 1;
}

static int32_t counting(void *context, uint8_t *bytes, size_t length)
{
    unsigned *state = context;
    size_t i;
    for (i = 0; i < length; i++) bytes[i] = (uint8_t)(*state = *state * 1103515245u + 12345u, *state >> 16);
    return 0;
}

struct memory {
    uint8_t bytes[1 << 16];
    size_t length, read, fail_after;
    hc_sealer *reentered;
    hc_record *record;
    hc_result nested;
};

static int32_t memory_write(void *context, const uint8_t *bytes, size_t length)
{
    struct memory *memory = context;
    if (memory->reentered != NULL) {
        hc_buffer *out = NULL;
        memory->nested = hc_sealer_seal(memory->reentered, memory->record, bytes, length, NULL, &out);
    }
    if (memory->length + length > sizeof memory->bytes) return 1;
    memcpy(memory->bytes + memory->length, bytes, length);
    memory->length += length;
    return 0;
}

static int32_t memory_read(void *context, uint8_t *bytes, size_t capacity, size_t *length)
{
    struct memory *memory = context;
    size_t left = memory->length - memory->read;
    if (memory->fail_after != 0 && memory->read >= memory->fail_after) return 7;
    *length = left < capacity ? left : capacity;
    if (*length > 1000) *length = 1000;
    memcpy(bytes, memory->bytes + memory->read, *length);
    memory->read += *length;
    return 0;
}

static int32_t lying_read(void *context, uint8_t *bytes, size_t capacity, size_t *length)
{
    (void)context;
    (void)bytes;
    *length = capacity + 1;
    return 0;
}

struct secret {
    char name[64];
    uint8_t bytes[4096];
    size_t length;
};

static int32_t secret_load(void *context, const char *name, uint8_t *secret, size_t capacity, size_t *length)
{
    struct secret *kept = context;
    if (strcmp(name, kept->name) != 0) return 1;
    if (capacity >= kept->length) memcpy(secret, kept->bytes, kept->length);
    *length = kept->length;
    return 0;
}

static int32_t secret_store(void *context, const char *name, const uint8_t *secret, size_t length)
{
    struct secret *kept = context;
    if (strlen(name) >= sizeof kept->name || length > sizeof kept->bytes) return 1;
    strcpy(kept->name, name);
    memcpy(kept->bytes, secret, length);
    kept->length = length;
    return 0;
}

int main(void)
{
    hc_authority_key *authority = NULL, *untouched = NULL;
    hc_authority_public *public_file = NULL;
    hc_user_key *user = NULL, *restricted = NULL;
    hc_policy *policy = NULL;
    hc_record *record = NULL;
    hc_sealer *sealer = NULL;
    hc_opener *opener = NULL;
    hc_buffer *sealed = NULL, *content = NULL, *other = NULL;
    hc_opened *opened = NULL;
    hc_text *text = NULL;
    const char *attributes[] = {"role=nurse", "dept=icu"};
    const char *missing[] = {"role=nurse", NULL};
    unsigned state = 1;
    hc_random failing = {NULL, no_randomness}, empty = {NULL, NULL}, seeded = {NULL, counting};
    seeded.context = &state;

    /* NULL: outputs, objects, texts, lists, bytes with a length. */
    EXPECT(hc_authority_key_generate("x", NULL, NULL) == HC_ERROR_NULL_ARGUMENT);
    EXPECT(hc_authority_key_generate(NULL, NULL, &untouched) == HC_ERROR_NULL_ARGUMENT && untouched == NULL);
    EXPECT(hc_authority_key_public(NULL, &public_file) == HC_ERROR_NULL_ARGUMENT && public_file == NULL);
    EXPECT(hc_authority_key_from_bytes(NULL, 5, &untouched) == HC_ERROR_NULL_ARGUMENT);
    EXPECT(hc_authority_key_from_bytes(NULL, 0, &untouched) == HC_ERROR_TRUNCATED);
    EXPECT(hc_buffer_data(NULL) == NULL && hc_buffer_length(NULL) == 0);
    EXPECT(hc_text_string(NULL) == NULL && hc_text_length(NULL) == 0);
    hc_authority_key_free(NULL);
    hc_sealer_free(NULL);
    hc_buffer_free(NULL);
    hc_text_free(NULL);
    hc_terms_free(NULL);

    /* Randomness: the program's, none, failing. A failure leaves the output alone. */
    EXPECT(hc_authority_key_generate("x", &failing, &untouched) == HC_ERROR_RANDOMNESS && untouched == NULL);
    EXPECT(hc_authority_key_generate("x", &empty, &untouched) == HC_ERROR_NULL_ARGUMENT && untouched == NULL);
    EXPECT(hc_authority_key_generate("St. Elsewhere", &seeded, &authority) == HC_OK);
    state = 1;
    EXPECT(hc_authority_key_generate("St. Elsewhere", &seeded, &untouched) == HC_OK);
    EXPECT(hc_authority_key_to_bytes(authority, &sealed) == HC_OK && hc_authority_key_to_bytes(untouched, &other) == HC_OK);
    EXPECT(hc_buffer_length(sealed) == hc_buffer_length(other) &&
           memcmp(hc_buffer_data(sealed), hc_buffer_data(other), hc_buffer_length(sealed)) == 0);
    hc_authority_key_free(untouched);
    hc_buffer_free(other);

    /* Armour and passphrases. */
    other = NULL;
    EXPECT(hc_armour(hc_buffer_data(sealed), hc_buffer_length(sealed), &text) == HC_OK);
    untouched = NULL;
    EXPECT(hc_authority_key_from_bytes((const uint8_t *)hc_text_string(text), hc_text_length(text), &untouched) == HC_OK);
    hc_authority_key_free(untouched);
    hc_text_free(text);
    text = NULL;
    hc_buffer_free(sealed);
    sealed = NULL;

    /* Texts that are none. */
    EXPECT(hc_policy_parse("role=\xff", &policy) == HC_ERROR_VALUE && policy == NULL);
    EXPECT(hc_policy_parse("role=nurse and level>=0", &policy) == HC_ERROR_POLICY_MEANING);
    EXPECT(strstr(hc_last_error(), "byte 15") != NULL);
    EXPECT(hc_policy_parse("role=nurse and dept=icu", &policy) == HC_OK);

    /* Handles of other types, and what is no handle. */
    EXPECT(hc_authority_key_public((const hc_authority_key *)(const void *)policy, &public_file) == HC_ERROR_WRONG_HANDLE);
    EXPECT(hc_sealer_set_sender((hc_sealer *)(void *)policy, NULL) == HC_ERROR_WRONG_HANDLE);
    EXPECT(hc_policy_print((const hc_policy *)(const void *)((const char *)policy + 1), &text) == HC_ERROR_WRONG_HANDLE);
    hc_user_key_free((hc_user_key *)(void *)policy);
    EXPECT(hc_policy_print(policy, &text) == HC_OK && strcmp(hc_text_string(text), "role=nurse and dept=icu") == 0);
    hc_text_free(text);
    text = NULL;

    /* Lists. */
    EXPECT(hc_authority_key_issue(authority, attributes, 2, "2078-12-31", NULL, &user) == HC_OK);
    EXPECT(hc_authority_key_issue(authority, missing, 2, "2078-12-31", NULL, &restricted) == HC_ERROR_NULL_ARGUMENT);
    EXPECT(hc_authority_key_issue(authority, NULL, 2, "2078-12-31", NULL, &restricted) == HC_ERROR_NULL_ARGUMENT);
    EXPECT(hc_authority_key_issue(authority, attributes, (size_t)-1, "2078-12-31", NULL, &restricted) == HC_ERROR_TOO_LONG);
    EXPECT(hc_authority_key_issue(authority, attributes, 2, "yesterday", NULL, &restricted) == HC_ERROR_TIME);
    EXPECT(hc_user_key_restrict(user, missing, 1, NULL, &restricted) == HC_OK);
    int32_t yes = 7;
    EXPECT(hc_user_key_satisfies(user, policy, &yes) == HC_OK && yes == 1);
    EXPECT(hc_user_key_satisfies(restricted, policy, &yes) == HC_OK && yes == 0);

    /* An array of another size than the answer: refused, and nothing written. */
    hc_authority_share *shares[3] = {NULL};
    EXPECT(hc_authority_key_split(authority, 2, NULL, shares, 1) == HC_ERROR_ARGUMENT && shares[0] == NULL);
    EXPECT(hc_authority_key_split(authority, 2, NULL, shares, 3) == HC_OK && shares[2] != NULL);
    untouched = NULL;
    EXPECT(hc_authority_key_recover((const hc_authority_share *const *)shares + 1, 2, &untouched) == HC_OK);
    hc_authority_key_free(untouched);
    untouched = NULL;
    EXPECT(hc_authority_key_recover((const hc_authority_share *const *)shares, 1, &untouched) == HC_ERROR_MISSING);
    EXPECT(untouched == NULL);
    hc_authority_share_free(shares[0]);
    hc_authority_share_free(shares[1]);
    hc_authority_share_free(shares[2]);

    /* Wrong order: a sealer without readers, an opener without keys. */
    EXPECT(hc_authority_key_public(authority, &public_file) == HC_OK);
    EXPECT(hc_record_new("r", &record) == HC_OK && hc_record_set_suite(record, 3) == HC_ERROR_VALUE);
    EXPECT(hc_sealer_new(&sealer) == HC_OK && hc_opener_new(&opener) == HC_OK);
    EXPECT(hc_sealer_seal(sealer, record, NULL, 0, NULL, &sealed) == HC_ERROR_ARGUMENT && sealed == NULL);
    EXPECT(hc_sealer_add_policy(sealer, public_file, policy, "tomorrow") == HC_ERROR_TIME);
    EXPECT(hc_sealer_add_policy(sealer, public_file, policy, "never") == HC_OK);
    /* What the sealer was told of may go. */
    hc_authority_public_free(public_file);
    hc_policy_free(policy);

    /* Nothing at all, sealed and opened; twice with one sealer. */
    EXPECT(hc_sealer_seal(sealer, record, NULL, 0, NULL, &sealed) == HC_OK);
    EXPECT(hc_opener_open(opener, hc_buffer_data(sealed), hc_buffer_length(sealed), &content, NULL) == HC_ERROR_NO_STANZA);
    EXPECT(content == NULL);
    EXPECT(hc_opener_add_key(opener, user) == HC_OK);
    hc_user_key_free(user);
    EXPECT(hc_opener_open(opener, hc_buffer_data(sealed), hc_buffer_length(sealed), &content, &opened) == HC_OK);
    EXPECT(hc_buffer_length(content) == 0 && hc_buffer_data(content) != NULL);
    uint32_t status = 9;
    uint8_t key[32];
    EXPECT(hc_opened_sender(opened, &status, key) == HC_OK && status == HC_SENDER_UNSIGNED);
    EXPECT(hc_opened_metadata(opened, &other) == HC_ERROR_MISSING);
    hc_opened_free(opened);
    hc_buffer_free(content);
    content = NULL;
    EXPECT(hc_opener_open(opener, hc_buffer_data(sealed), hc_buffer_length(sealed) - 1, &content, NULL) == HC_ERROR_OPEN);
    EXPECT(content == NULL);
    EXPECT(hc_inspect(hc_buffer_data(sealed), hc_buffer_length(sealed), &text) == HC_OK && strstr(hc_text_string(text), "\"record\":\"r\""));
    hc_text_free(text);
    hc_buffer_free(sealed);
    sealed = NULL;

    /* More than memory has, and 4 GiB that are there: refused at once, not copied. */
    EXPECT(hc_user_key_from_bytes(key, (size_t)-1, &user) == HC_ERROR_TOO_LONG);
    EXPECT(hc_user_key_from_bytes(key, (size_t)1 << 63, &user) == HC_ERROR_TOO_LONG);
    size_t large = (size_t)1 << 32;
    uint8_t *zeros = mmap(NULL, large, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (zeros != MAP_FAILED) {
        hc_requests *requests = NULL;
        hc_terms *terms = NULL;
        hc_grant *grant = NULL;
        user = NULL;
        EXPECT(hc_user_key_from_bytes(zeros, large, &user) != HC_OK && user == NULL);
        EXPECT(hc_requests_from_bytes(zeros, large, &requests) != HC_OK && requests == NULL);
        EXPECT(hc_terms_from_bytes(zeros, large, &terms) != HC_OK && terms == NULL);
        EXPECT(hc_grant_from_bytes(zeros, large, &grant) != HC_OK && grant == NULL);
        EXPECT(hc_opener_open(opener, zeros, large, &content, NULL) == HC_ERROR_MAGIC && content == NULL);
        EXPECT(hc_record_set_clear_metadata(record, zeros, large) == HC_ERROR_TOO_LARGE);
        munmap(zeros, large);
    }

    /* Streams: there and back, a failing reader, a lying one, a cut record, a call inside a call. */
    static struct memory plain, cipher, back;
    memory_write(&plain, (const uint8_t *)"0123456789", 10);
    while (plain.length < 50000) memory_write(&plain, plain.bytes, 10);
    hc_reader reader = {&plain, memory_read}, lying = {NULL, lying_read};
    hc_writer writer = {&cipher, memory_write};
    EXPECT(hc_record_set_chunk_size(record, 1024) == HC_OK && hc_record_set_chunk_size(record, 1) == HC_ERROR_ARGUMENT);
    cipher.reentered = sealer;
    cipher.record = record;
    EXPECT(hc_sealer_seal_stream(sealer, record, &reader, &writer, NULL) == HC_OK);
    EXPECT(cipher.nested == HC_ERROR_IN_USE);
    cipher.reentered = NULL;
    hc_reader sealed_reader = {&cipher, memory_read};
    hc_writer plain_writer = {&back, memory_write};
    EXPECT(hc_opener_open_stream(opener, &sealed_reader, &plain_writer, NULL) == HC_OK);
    EXPECT(back.length == plain.length && memcmp(back.bytes, plain.bytes, back.length) == 0);
    cipher.read = back.length = 0;
    cipher.length -= 1;
    opened = NULL;
    EXPECT(hc_opener_open_stream(opener, &sealed_reader, &plain_writer, &opened) != HC_OK && opened == NULL);
    plain.read = cipher.length = 0;
    plain.fail_after = 3000;
    EXPECT(hc_sealer_seal_stream(sealer, record, &reader, &writer, NULL) == HC_ERROR_IO);
    EXPECT(hc_sealer_seal_stream(sealer, record, &lying, &writer, NULL) == HC_ERROR_IO);
    EXPECT(hc_sealer_seal_stream(sealer, record, NULL, &writer, NULL) == HC_ERROR_NULL_ARGUMENT);

    /* Key stores. */
    static struct secret kept;
    hc_key_store store = {&kept, secret_load, secret_store}, closed = {NULL, NULL, NULL};
    EXPECT(hc_user_key_store(restricted, &store, "ward-3") == HC_OK && kept.length > 0);
    user = NULL;
    EXPECT(hc_user_key_load(&store, "ward-4", &user) == HC_ERROR_KEY_STORE && user == NULL);
    EXPECT(hc_user_key_load(&store, "ward 3/..", &user) == HC_ERROR_ARGUMENT && user == NULL);
    EXPECT(hc_authority_key_load(&store, "ward-3", &untouched) == HC_ERROR_KIND);
    EXPECT(hc_user_key_load(&closed, "ward-3", &user) == HC_ERROR_KEY_STORE);
    EXPECT(hc_user_key_load(&store, "ward-3", &user) == HC_OK);
    hc_user_key_free(user);

    /* Batches: closed twice, used after, opened. */
    hc_batch_sealer *batch = NULL;
    hc_buffer *header = NULL, *member = NULL, *end = NULL;
    EXPECT(hc_sealer_begin_batch(sealer, record, NULL, &batch, &header) == HC_OK);
    EXPECT(hc_batch_sealer_member(batch, "a", (const uint8_t *)"A", 1, NULL, &member) == HC_OK);
    EXPECT(hc_batch_sealer_member(batch, "a", (const uint8_t *)"A", 1, NULL, &end) == HC_ERROR_DUPLICATE);
    EXPECT(hc_batch_sealer_close(batch, &end) == HC_OK);
    EXPECT(hc_batch_sealer_close(batch, &other) == HC_ERROR_STREAM_ENDED);
    EXPECT(hc_batch_sealer_member(batch, "b", NULL, 0, NULL, &other) == HC_ERROR_STREAM_ENDED && other == NULL);
    hc_batch_sealer_free(batch);
    cipher.length = 0;
    memory_write(&cipher, hc_buffer_data(header), hc_buffer_length(header));
    memory_write(&cipher, hc_buffer_data(member), hc_buffer_length(member));
    memory_write(&cipher, hc_buffer_data(end), hc_buffer_length(end));
    hc_opened_batch *open_batch = NULL;
    size_t count = 0;
    EXPECT(hc_opener_open_batch(opener, cipher.bytes, cipher.length, &open_batch) == HC_OK);
    memset(cipher.bytes, 0, cipher.length);
    EXPECT(hc_opened_batch_count(open_batch, &count) == HC_OK && count == 1);
    EXPECT(hc_opened_batch_open(open_batch, 1, &content) == HC_ERROR_ARGUMENT);
    EXPECT(hc_opened_batch_find(open_batch, "b", &content) == HC_ERROR_MISSING && content == NULL);
    EXPECT(hc_opened_batch_find(open_batch, "a", &content) == HC_OK && hc_buffer_length(content) == 1 && hc_buffer_data(content)[0] == 'A');
    hc_buffer_free(content);
    hc_opened_batch_free(open_batch);
    hc_buffer_free(header);
    hc_buffer_free(member);
    hc_buffer_free(end);

    hc_opener_free(opener);
    hc_sealer_free(sealer);
    hc_record_free(record);
    hc_user_key_free(restricted);
    hc_authority_key_free(authority);
    printf("%d unexpected\n", failures);
    return failures == 0 ? 0 : 1;
}
