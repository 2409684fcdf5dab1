/* Seals 1 MiB so many times: what valgrind counts beside seal.rs. With 0: small calls, timed. */
#define _POSIX_C_SOURCE 200809L
#include <hippocrypt.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define CHECK(call)                                                                                \
    do {                                                                                           \
        if ((call) != HC_OK) {                                                                     \
            fprintf(stderr, "%s: %s\n", #call, hc_last_error());                                   \
            return 1;                                                                              \
        }                                                                                          \
    } while (0)

static uint8_t content[1 << 20];

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

int main(int argc, char **argv)
{
    int rounds = argc == 2 ? atoi(argv[1]) : 1, i;
    const int small = 200000;
    const char *attributes[] = {"role=nurse"};
    hc_authority_key *authority = NULL;
    hc_authority_public *published = NULL;
    hc_user_key *user = NULL;
    hc_policy *policy = NULL;
    hc_record *record = NULL;
    hc_sealer *sealer = NULL;
    CHECK(hc_authority_key_generate("cost", NULL, &authority));
    CHECK(hc_authority_key_public(authority, &published));
    CHECK(hc_policy_parse("role=nurse", &policy));
    CHECK(hc_record_new("r", &record));
    CHECK(hc_sealer_new(&sealer));
    CHECK(hc_sealer_add_policy(sealer, published, policy, "never"));
    for (i = 0; i < rounds; i++) {
        hc_buffer *sealed = NULL;
        CHECK(hc_sealer_seal(sealer, record, content, sizeof content, NULL, &sealed));
        hc_buffer_free(sealed);
    }
    if (rounds == 0) {
        double start;
        uint8_t key[32];
        int32_t answer;
        hc_vocabulary *vocabulary = NULL;
        CHECK(hc_vocabulary_standard(&vocabulary));
        CHECK(hc_authority_key_issue(authority, attributes, 1, "2078-12-31", NULL, &user));
        start = seconds();
        for (i = 0; i < small; i++) CHECK(hc_vocabulary_hash(vocabulary, key));
        printf("hc_vocabulary_hash %.0f ns\n", (seconds() - start) / small * 1e9);
        start = seconds();
        for (i = 0; i < small; i++) CHECK(hc_record_set_created(record, 1));
        printf("hc_record_set_created %.0f ns\n", (seconds() - start) / small * 1e9);
        start = seconds();
        for (i = 0; i < small / 20; i++) CHECK(hc_user_key_satisfies(user, policy, &answer));
        printf("hc_user_key_satisfies %.0f ns\n", (seconds() - start) / (small / 20) * 1e9);
        start = seconds();
        for (i = 0; i < small; i++) {
            hc_text *text = NULL;
            CHECK(hc_authority_public_name(published, &text));
            hc_text_free(text);
        }
        printf("hc_authority_public_name and hc_text_free %.0f ns\n", (seconds() - start) / small * 1e9);
        hc_vocabulary_free(vocabulary);
        hc_user_key_free(user);
    }
    hc_sealer_free(sealer);
    hc_record_free(record);
    hc_policy_free(policy);
    hc_authority_public_free(published);
    hc_authority_key_free(authority);
    return 0;
}
