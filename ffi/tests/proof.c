/* A proof in zero knowledge is verified: once, and for nothing but what it is about. */
#include <hippocrypt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint8_t bytes[1 << 16];

static size_t read(const char *directory, const char *name)
{
    char path[1024];
    FILE *file;
    size_t length;
    snprintf(path, sizeof path, "%s/%s", directory, name);
    file = fopen(path, "rb");
    if (file == NULL) {
        fprintf(stderr, "no %s\n", path);
        exit(1);
    }
    length = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    return length;
}

static void must(hc_result result)
{
    if (result != HC_OK) {
        fprintf(stderr, "error %d: %s\n", (int)result, hc_last_error());
        exit(1);
    }
}

static hc_signer_public *signer(const char *directory, const char *name)
{
    hc_signer_public *it = NULL;
    must(hc_signer_public_from_bytes(bytes, read(directory, name), &it));
    return it;
}

static hc_proof_expectation *expect(const hc_vocabulary *vocabulary, const hc_signer_public *verifier, uint64_t categories,
                                    const char *study)
{
    uint8_t request[32], about[32], nonce[32];
    hc_proof_expectation *it = NULL;
    memset(request, 0x11, 32);
    memset(about, 0x22, 32);
    memset(nonce, 0x33, 32);
    must(hc_proof_expectation_new(request, categories, 4, 1, vocabulary, verifier, study, about, NULL, 0, nonce, &it));
    return it;
}

int main(int argc, char **argv)
{
    const uint64_t now = 1795500000;
    const char *directory = argc == 2 ? argv[1] : ".";
    hc_vocabulary *vocabulary = NULL;
    hc_proof_key *key = NULL, *unpinned = NULL;
    hc_checkpoint *checkpoint = NULL, *forged = NULL;
    hc_signed_proof *proof = NULL, *damaged = NULL;
    hc_proof_receipt *receipt = NULL;
    hc_proof_verifier *verifier = NULL;
    hc_replay_store *used = NULL;
    uint8_t digest[32], subject[32];
    size_t length;
    int wrong = 0;

    must(hc_vocabulary_standard(&vocabulary));
    hc_signer_public *registry = signer(directory, "registry.pub"), *board = signer(directory, "verifier.pub"),
                     *log = signer(directory, "log.pub");
    length = read(directory, "key.bin");
    must(hc_proof_key_from_bytes(bytes, length, NULL, &key));
    must(hc_proof_key_digest(key, digest));
    /* A key that one party made is refused where a ceremony's is asked for. */
    wrong += hc_proof_key_from_bytes(bytes, length, digest, &unpinned) != HC_ERROR_PROOF_KEY || unpinned != NULL;
    length = read(directory, "checkpoint.bin");
    must(hc_checkpoint_from_bytes(bytes, length, registry, &checkpoint));
    wrong += hc_checkpoint_from_bytes(bytes, length, board, &forged) == HC_OK || forged != NULL;
    length = read(directory, "proof.bin");
    must(hc_signed_proof_from_bytes(bytes, length, &proof));
    bytes[200] ^= 1;
    wrong += hc_signed_proof_from_bytes(bytes, length, &damaged) == HC_OK || damaged != NULL;
    must(hc_proof_receipt_from_bytes(bytes, read(directory, "receipt.bin"), log, &receipt));
    if (read(directory, "subject.bin") != 32) return 1;
    memcpy(subject, bytes, 32);

    must(hc_replay_store_in_memory(&used));
    must(hc_proof_verifier_new(key, (const hc_checkpoint *const *)&checkpoint, 1, 300, 3600, 0, &verifier));
    hc_proof_key_free(key);
    hc_checkpoint_free(checkpoint);

    hc_proof_expectation *right = expect(vocabulary, board, 3, "study 12"), *more = expect(vocabulary, board, 7, "study 12"),
                         *other = expect(vocabulary, board, 3, "study 13");
    must(hc_proof_expectation_set_subject(right, subject));
    wrong += hc_proof_verifier_verify(verifier, proof, more, now, NULL, used) != HC_ERROR_STATEMENT;
    wrong += hc_proof_verifier_verify(verifier, proof, other, now, NULL, used) != HC_ERROR_STATEMENT;
    wrong += hc_proof_verifier_verify(verifier, proof, right, now + 9999, NULL, used) != HC_ERROR_REPLAYED;
    must(hc_proof_verifier_verify(verifier, proof, right, now, NULL, used));
    wrong += hc_proof_verifier_verify(verifier, proof, right, now, NULL, used) != HC_ERROR_REPLAYED;
    /* An auditor, later: the log received it in time. */
    must(hc_proof_verifier_verify(verifier, proof, right, now + 9999, receipt, NULL));
    subject[31] ^= 1;
    must(hc_proof_expectation_set_subject(right, subject));
    wrong += hc_proof_verifier_verify(verifier, proof, right, now, NULL, NULL) != HC_ERROR_STATEMENT;

    printf("%d wrong\n", wrong);
    hc_proof_expectation_free(other);
    hc_proof_expectation_free(more);
    hc_proof_expectation_free(right);
    hc_proof_verifier_free(verifier);
    hc_replay_store_free(used);
    hc_proof_receipt_free(receipt);
    hc_signed_proof_free(proof);
    hc_signer_public_free(log);
    hc_signer_public_free(board);
    hc_signer_public_free(registry);
    hc_vocabulary_free(vocabulary);
    return wrong == 0 ? 0 : 1;
}
