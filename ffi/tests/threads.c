/* Shared objects in many threads at once; exclusive ones refuse a second call and go on. */
#define _POSIX_C_SOURCE 200809L
#include <hippocrypt.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

enum { THREADS = 8, ROUNDS = 6 };

static hc_user_key *user;
static hc_authority_public *authority;
static hc_policy *policy;
static hc_sealer *common;
static hc_record *common_record;
static unsigned busy, sealed_in_common;
static pthread_mutex_t count = PTHREAD_MUTEX_INITIALIZER;

static void *work(void *argument)
{
    size_t *wrong = argument;
    int round;
    for (round = 0; round < ROUNDS; round++) {
        /* One of each for this thread, made of what all threads share. */
        hc_sealer *sealer = NULL;
        hc_opener *opener = NULL;
        hc_record *record = NULL;
        hc_buffer *sealed = NULL, *content = NULL;
        *wrong += hc_sealer_new(&sealer) != HC_OK;
        *wrong += hc_sealer_add_policy(sealer, authority, policy, "never") != HC_OK;
        *wrong += hc_record_new("thread", &record) != HC_OK;
        *wrong += hc_sealer_seal(sealer, record, (const uint8_t *)"x", 1, NULL, &sealed) != HC_OK;
        *wrong += hc_opener_new(&opener) != HC_OK;
        *wrong += hc_opener_add_key(opener, user) != HC_OK;
        *wrong += hc_opener_open(opener, hc_buffer_data(sealed), hc_buffer_length(sealed), &content, NULL) != HC_OK;
        *wrong += hc_buffer_length(content) != 1;
        hc_buffer_free(content);
        hc_buffer_free(sealed);
        hc_record_free(record);
        hc_opener_free(opener);
        hc_sealer_free(sealer);

        /* One for all: it works or says that it is in use. */
        sealed = NULL;
        hc_result result = hc_sealer_seal(common, common_record, (const uint8_t *)"x", 1, NULL, &sealed);
        *wrong += result != HC_OK && result != HC_ERROR_IN_USE;
        *wrong += (result == HC_OK) != (sealed != NULL);
        pthread_mutex_lock(&count);
        if (result == HC_OK) sealed_in_common++;
        else busy++;
        pthread_mutex_unlock(&count);
        hc_buffer_free(sealed);

        /* The words of a failure are this thread's own. */
        hc_policy *none = NULL;
        const char *text = (round % 2) ? "level>=0" : "role nurse";
        hc_result refused = hc_policy_parse(text, &none);
        *wrong += refused != ((round % 2) ? HC_ERROR_POLICY_MEANING : HC_ERROR_POLICY_SYNTAX);
        *wrong += strstr(hc_last_error(), (round % 2) ? "byte 0" : "byte 5") == NULL;
    }
    return NULL;
}

int main(void)
{
    const char *attributes[] = {"role=nurse"};
    hc_authority_key *key = NULL;
    pthread_t threads[THREADS];
    size_t wrong[THREADS] = {0}, all = 0;
    int i;
    if (hc_authority_key_generate("threads", NULL, &key) != HC_OK || hc_authority_key_public(key, &authority) != HC_OK ||
        hc_authority_key_issue(key, attributes, 1, "2078-12-31", NULL, &user) != HC_OK ||
        hc_policy_parse("role=nurse", &policy) != HC_OK || hc_sealer_new(&common) != HC_OK ||
        hc_sealer_add_policy(common, authority, policy, "never") != HC_OK || hc_record_new("common", &common_record) != HC_OK)
        return 1;
    for (i = 0; i < THREADS; i++)
        if (pthread_create(&threads[i], NULL, work, &wrong[i]) != 0) return 1;
    for (i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        all += wrong[i];
    }
    printf("%lu wrong; the common sealer sealed %u times and was in use %u times\n", (unsigned long)all, sealed_in_common, busy);
    hc_record_free(common_record);
    hc_sealer_free(common);
    hc_policy_free(policy);
    hc_user_key_free(user);
    hc_authority_public_free(authority);
    hc_authority_key_free(key);
    return all == 0 && sealed_in_common > 0 ? 0 : 1;
}
