/*
 * What somebody checks who holds no key that opens anything: that a patient signed a consent, what
 * it says in plain words, what it decides, and who sent a record.
 *
 *     cc verifier.c $(pkg-config --cflags --libs hippocrypt) -o verifier && ./verifier consent.json
 */
#include <hippocrypt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void must(hc_result result)
{
    if (result != HC_OK) {
        fprintf(stderr, "error %d: %s\n", (int)result, hc_last_error());
        exit(1);
    }
}

int main(int argc, char **argv)
{
    const uint64_t now = 1795500000;
    static uint8_t document[1 << 20];
    FILE *input = argc == 2 ? fopen(argv[1], "rb") : NULL;
    if (input == NULL) {
        fprintf(stderr, "usage: verifier CONSENT\n");
        return 1;
    }
    size_t length = fread(document, 1, sizeof document, input);
    fclose(input);

    /* The patient's side: compile the FHIR Consent under a declared reading, and sign it. */
    hc_vocabulary *vocabulary = NULL;
    hc_patient_key *patient = NULL;
    hc_patient_profile *profile = NULL;
    hc_terms *terms = NULL;
    hc_text *report = NULL;
    hc_signed_consent *consent = NULL;
    hc_buffer *sent = NULL;
    must(hc_vocabulary_standard(&vocabulary));
    must(hc_patient_key_generate(NULL, &patient));
    must(hc_patient_key_profile(patient, &profile));
    must(hc_terms_compile(document, length, "pcf-1.1", "https://example.org/fhir", 60, 0, 0, NULL, vocabulary, NULL, &terms, &report));
    printf("compiled: %s\n", hc_text_string(report));
    must(hc_signed_consent_by_patient(terms, patient, now, &consent));
    must(hc_signed_consent_to_bytes(consent, &sent));

    /* The verifier's side: bytes, the patient's public profile and the document. */
    hc_signed_consent *received = NULL;
    hc_verified_consent *verified = NULL;
    hc_terms *agreed = NULL;
    hc_text *words = NULL;
    int32_t same_document = 0;
    uint32_t signer = 99;
    uint64_t time = 0;
    must(hc_signed_consent_from_bytes(hc_buffer_data(sent), hc_buffer_length(sent), &received));
    must(hc_signed_consent_verify(received, profile, now, &verified));
    must(hc_signed_consent_is_of_document(received, document, length, &same_document));
    must(hc_verified_consent_signer(verified, &signer, &time));
    must(hc_verified_consent_terms(verified, &agreed));
    must(hc_terms_explain(agreed, vocabulary, "patient", NULL, &words));
    printf("signed by the patient: %d, from this document: %d\n%s\n", signer == HC_SIGNED_BY_PATIENT, (int)same_document, hc_text_string(words));

    /* What does it decide? A request that says little is denied or not covered, never permitted. */
    const char *request = "{\"patient\": \"https://example.org/fhir/Patient/1\", \"time\": \"2026-11-25T12:00:00Z\"}";
    const hc_terms *consents[1];
    uint32_t outcome = 0;
    hc_text *decision = NULL;
    consents[0] = agreed;
    must(hc_decide(consents, 1, (const uint8_t *)request, strlen(request), vocabulary, 0, "deny-overrides", &outcome, &decision));
    printf("outcome %u: %s\n", (unsigned)outcome, hc_text_string(decision));

    /* Another patient's profile does not verify it. */
    hc_patient_key *other = NULL;
    hc_patient_profile *wrong = NULL;
    hc_verified_consent *never = NULL;
    must(hc_patient_key_generate(NULL, &other));
    must(hc_patient_key_profile(other, &wrong));
    hc_result refused = hc_signed_consent_verify(received, wrong, now, &never);
    printf("under another profile: error %d: %s\n", (int)refused, hc_error_text(refused));

    /* A damaged consent is refused before anything of it counts. */
    uint8_t *damaged = malloc(hc_buffer_length(sent));
    hc_signed_consent *broken = NULL;
    if (damaged == NULL) return 1;
    memcpy(damaged, hc_buffer_data(sent), hc_buffer_length(sent));
    damaged[hc_buffer_length(sent) / 2] ^= 1;
    hc_result unread = hc_signed_consent_from_bytes(damaged, hc_buffer_length(sent), &broken);
    free(damaged);

    hc_patient_profile_free(wrong);
    hc_patient_key_free(other);
    hc_text_free(decision);
    hc_text_free(words);
    hc_terms_free(agreed);
    hc_verified_consent_free(verified);
    hc_signed_consent_free(received);
    hc_buffer_free(sent);
    hc_signed_consent_free(consent);
    hc_text_free(report);
    hc_terms_free(terms);
    hc_patient_profile_free(profile);
    hc_patient_key_free(patient);
    hc_vocabulary_free(vocabulary);
    return signer == HC_SIGNED_BY_PATIENT && same_document == 1 && outcome != HC_OUTCOME_PERMIT && refused == HC_ERROR_VERIFY &&
                   never == NULL && unread != HC_OK && broken == NULL
               ? 0
               : 1;
}
