/*
 * Seals a FHIR file so that cardiologists of the ICU can open it, and opens it again.
 *
 *     cc seal_open.c $(pkg-config --cflags --libs hippocrypt) -o seal_open && ./seal_open file.json
 */
#include <hippocrypt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static void must(hc_result result)
{
    if (result != HC_OK) {
        fprintf(stderr, "error %d: %s\n", (int)result, hc_last_error());
        exit(1);
    }
}

int main(int argc, char **argv)
{
    static uint8_t file[1 << 20];
    FILE *input = argc == 2 ? fopen(argv[1], "rb") : NULL;
    if (input == NULL) {
        fprintf(stderr, "usage: seal_open FILE\n");
        return 1;
    }
    size_t length = fread(file, 1, sizeof file, input);
    fclose(input);

    /* The hospital, once: it keeps the key, publishes the public file and issues keys. */
    hc_authority_key *hospital = NULL;
    hc_authority_public *published = NULL;
    hc_user_key *doctor = NULL, *dentist = NULL;
    const char *cardiologist[] = {"role=cardiologist", "dept=icu"}, *other[] = {"role=dentist"};
    must(hc_authority_key_generate("St. Elsewhere", NULL, &hospital));
    must(hc_authority_key_public(hospital, &published));
    must(hc_authority_key_issue(hospital, cardiologist, 2, "2078-12-31", NULL, &doctor));
    must(hc_authority_key_issue(hospital, other, 1, "2078-12-31", NULL, &dentist));

    /* Whoever has a record seals it: the public file is enough. */
    const char *labels[] = {"type=Observation", "conf=N"};
    hc_policy *policy = NULL;
    hc_record *record = NULL;
    hc_sealer *sealer = NULL;
    hc_buffer *sealed = NULL;
    must(hc_policy_parse("role=cardiologist and dept=icu", &policy));
    must(hc_record_new("obs-1", &record));
    must(hc_record_set_created(record, (uint64_t)time(NULL)));
    must(hc_record_set_labels(record, labels, 2));
    must(hc_sealer_new(&sealer));
    must(hc_sealer_add_policy(sealer, published, policy, NULL));
    must(hc_sealer_seal(sealer, record, file, length, NULL, &sealed));
    printf("sealed %lu bytes as %lu\n", (unsigned long)length, (unsigned long)hc_buffer_length(sealed));

    /* The doctor opens it, the dentist does not. */
    hc_opener *opener = NULL, *curious = NULL;
    hc_buffer *content = NULL;
    must(hc_opener_new(&opener));
    must(hc_opener_add_key(opener, doctor));
    must(hc_opener_open(opener, hc_buffer_data(sealed), hc_buffer_length(sealed), &content, NULL));
    int same = hc_buffer_length(content) == length && memcmp(hc_buffer_data(content), file, length) == 0;
    printf("the doctor opens it: %s\n", same ? "the same bytes" : "OTHER BYTES");
    hc_buffer_free(content);

    must(hc_opener_new(&curious));
    must(hc_opener_add_key(curious, dentist));
    hc_result refused = hc_opener_open(curious, hc_buffer_data(sealed), hc_buffer_length(sealed), &content, NULL);
    printf("the dentist: error %d: %s\n", (int)refused, hc_last_error());

    hc_opener_free(curious);
    hc_opener_free(opener);
    hc_buffer_free(sealed);
    hc_sealer_free(sealer);
    hc_record_free(record);
    hc_policy_free(policy);
    hc_user_key_free(dentist);
    hc_user_key_free(doctor);
    hc_authority_public_free(published);
    hc_authority_key_free(hospital);
    return same && refused == HC_ERROR_NOT_SATISFIED ? 0 : 1;
}
