/*
 * A patient grants a study some of their records, through three relays of which two must help and
 * none can read. Then the patient revokes the grant, and the relays serve nothing more.
 *
 *     cc relay.c $(pkg-config --cflags --libs hippocrypt) -o relay && ./relay
 */
#include <hippocrypt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { RELAYS = 3, NEEDED = 2 };

static void must(hc_result result)
{
    if (result != HC_OK) {
        fprintf(stderr, "error %d: %s\n", (int)result, hc_last_error());
        exit(1);
    }
}

/* What a relay's server does with a request: it needs its key, the grant, its share and a list. */
static hc_result serve(const hc_relay_key *key, const hc_grant *grant, const hc_grant_share *share,
                       hc_relay_state *state, const hc_buffer *request, const hc_revocation_list *list,
                       uint64_t now, hc_buffer **reply)
{
    hc_requests *requests = NULL;
    hc_relay_share *installed = NULL;
    hc_answer *answer = NULL;
    hc_result result = hc_requests_from_bytes(hc_buffer_data(request), hc_buffer_length(request), &requests);
    if (result == HC_OK) result = hc_relay_share_install(grant, share, key, now, state, &installed);
    if (result == HC_OK)
        result = hc_relay_share_transform(installed, requests, key, now, HC_REQUEST_AGE, HC_LIST_AGE, list, state, &answer);
    if (result == HC_OK) {
        uint8_t index = 0;
        hc_text *log = NULL;
        must(hc_relay_share_index(installed, &index));
        must(hc_requests_describe(requests, index, &log));
        printf("relay %d logs %s\n", index, hc_text_string(log));
        hc_text_free(log);
        must(hc_answer_to_bytes(answer, reply));
    }
    hc_answer_free(answer);
    hc_relay_share_free(installed);
    hc_requests_free(requests);
    return result;
}

int main(void)
{
    const uint64_t now = 1795500000;
    const char *record_text = "72/min";
    size_t i;

    /* Everybody makes keys. */
    hc_patient_key *patient = NULL;
    hc_patient_profile *profile = NULL;
    hc_recipient_key *study = NULL;
    hc_recipient_public *study_public = NULL;
    hc_relay_key *relays[RELAYS] = {NULL};
    hc_relay_public *publics[RELAYS] = {NULL};
    hc_relay_state *states[RELAYS] = {NULL};
    must(hc_patient_key_generate(NULL, &patient));
    must(hc_patient_key_profile(patient, &profile));
    must(hc_recipient_key_generate("study 12", NULL, &study));
    must(hc_recipient_key_public(study, &study_public));
    for (i = 0; i < RELAYS; i++) {
        must(hc_relay_key_generate("a relay", NULL, &relays[i]));
        must(hc_relay_key_public(relays[i], &publics[i]));
        must(hc_relay_state_in_memory(now, &states[i]));
    }

    /* Anybody seals to the patient. */
    const char *labels[] = {"type=Observation", "conf=N", "ym=2026-11"};
    hc_record *record = NULL;
    hc_sealer *sealer = NULL;
    hc_buffer *sealed = NULL;
    must(hc_record_new("obs-1", &record));
    must(hc_record_set_labels(record, labels, 3));
    must(hc_sealer_new(&sealer));
    must(hc_sealer_add_patient(sealer, profile));
    must(hc_sealer_seal(sealer, record, (const uint8_t *)record_text, strlen(record_text), NULL, &sealed));

    /* The patient grants. */
    const char *purposes[] = {"HRESCH"};
    hc_label_policy *policy = NULL;
    hc_grant_draft *draft = NULL;
    hc_publisher_state *numbers = NULL;
    uint64_t sequence = 0;
    hc_grant *grant = NULL;
    hc_grant_share *shares[RELAYS] = {NULL};
    hc_revocation_list *list = NULL;
    must(hc_label_policy_parse("type=Observation and conf=N and ym>=2026-01", 2000, "2027-12-31", NULL, &policy));
    must(hc_grant_draft_new(policy, study_public, (const hc_relay_public *const *)publics, RELAYS, NEEDED, now, now + 86400, &draft));
    must(hc_grant_draft_set_purposes(draft, purposes, 1));
    must(hc_publisher_state_new(patient, &numbers));
    must(hc_publisher_state_next_grant(numbers, now, &sequence));
    must(hc_patient_key_grant(patient, draft, sequence, NULL, &grant, shares, RELAYS));
    must(hc_publisher_state_publish(numbers, patient, now, &list));

    /* The study asks for the record: its header is enough. */
    const uint8_t *asked[] = {hc_buffer_data(sealed)};
    const size_t lengths[] = {hc_buffer_length(sealed)};
    hc_recipient_grant *held = NULL;
    hc_requests *requests = NULL;
    hc_buffer *request = NULL;
    must(hc_recipient_grant_install(grant, study, &held));
    must(hc_recipient_grant_request(held, study, asked, lengths, 1, 0, "HRESCH", NULL, NULL, 0, now, NULL, &requests));
    must(hc_requests_to_bytes(requests, &request));

    /* Two relays answer, and the study opens. */
    hc_verified_answer *answers[NEEDED] = {NULL};
    for (i = 0; i < NEEDED; i++) {
        hc_buffer *reply = NULL;
        hc_answer *answer = NULL;
        must(serve(relays[i], grant, shares[i], states[i], request, list, now, &reply));
        must(hc_answer_from_bytes(hc_buffer_data(reply), hc_buffer_length(reply), &answer));
        must(hc_answer_verify(answer, held, &answers[i]));
        must(hc_recipient_grant_check_answer(held, answers[i], asked, lengths, 1));
        hc_answer_free(answer);
        hc_buffer_free(reply);
    }
    hc_opener *opener = NULL;
    hc_buffer *content = NULL;
    must(hc_opener_new(&opener));
    must(hc_opener_add_grant(opener, held, (const hc_verified_answer *const *)answers, NEEDED));
    must(hc_opener_open(opener, hc_buffer_data(sealed), hc_buffer_length(sealed), &content, NULL));
    printf("the study reads %.*s\n", (int)hc_buffer_length(content), (const char *)hc_buffer_data(content));
    int same = hc_buffer_length(content) == strlen(record_text);

    /* The patient revokes; relays that have the list serve nothing more. */
    uint8_t id[16];
    hc_revocation_list *later = NULL;
    hc_buffer *reply = NULL;
    must(hc_grant_id(grant, id));
    must(hc_publisher_state_revoke(numbers, patient, id, now + 1));
    must(hc_publisher_state_publish(numbers, patient, now + 1, &later));
    hc_result refused = serve(relays[0], grant, shares[0], states[0], request, later, now + 1, &reply);
    printf("after revocation: error %d: %s\n", (int)refused, hc_error_text(refused));

    hc_revocation_list_free(later);
    hc_buffer_free(content);
    hc_opener_free(opener);
    for (i = 0; i < NEEDED; i++) hc_verified_answer_free(answers[i]);
    hc_buffer_free(request);
    hc_requests_free(requests);
    hc_recipient_grant_free(held);
    hc_revocation_list_free(list);
    for (i = 0; i < RELAYS; i++) {
        hc_grant_share_free(shares[i]);
        hc_relay_state_free(states[i]);
        hc_relay_public_free(publics[i]);
        hc_relay_key_free(relays[i]);
    }
    hc_grant_free(grant);
    hc_publisher_state_free(numbers);
    hc_grant_draft_free(draft);
    hc_label_policy_free(policy);
    hc_buffer_free(sealed);
    hc_sealer_free(sealer);
    hc_record_free(record);
    hc_recipient_public_free(study_public);
    hc_recipient_key_free(study);
    hc_patient_profile_free(profile);
    hc_patient_key_free(patient);
    return same && refused == HC_ERROR_REVOKED ? 0 : 1;
}
