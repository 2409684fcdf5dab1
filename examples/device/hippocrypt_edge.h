/* hippocrypt for a device that seals offline: recordings in sessions, sealed and signed while they
 * are made, under coupons that were minted elsewhere.
 *
 * Conventions. Every function that gives an int gives 0 or the number of an error (SPEC.md, section
 * 11; 505 is "no coupon left"). No function calls malloc: all memory is what hippocrypt_edge_start
 * was given, and what it then needs depends only on the sizes of coupons, flash pages and records.
 * One device, one thread; callbacks do not call the library. Pointers are not kept beyond a call,
 * except the board and the memory.
 *
 * Memory: hippocrypt_edge_begin asks for 8 * coupon_bytes + 1,536 bytes in one piece before it spends
 * a coupon, and gives 2 where there are fewer; no session that was measured takes more. Beside it
 * there are key, device and store: about 1 KiB, and the labels of each pack. The others do not ask:
 * where memory runs out in them, the program stops at an undefined instruction. Try them with the
 * largest packs, and look at hippocrypt_edge_memory_peak.
 *
 * After a reset: start, open, begin. Nothing of a session is kept over a reset; what was sent opens
 * to its last whole frame, and recording goes on in another session, under another coupon.
 *
 * Order: start, open (or format and add_pack), then begin, any number of (frame, write.., end_frame),
 * end. After an error in a session the session is over: begin another. */
#ifndef HIPPOCRYPT_EDGE_H
#define HIPPOCRYPT_EDGE_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What the device gives the library; it outlives everything. The functions give 0 for success.
 * flash_*: the part of the flash that holds coupons. Erased bytes read as 0xff; program gets whole
 * words, each once between two erasures of its page; a call that returns has done its work for good.
 * random: fills from the device's generator of random numbers, never from anything predictable.
 * time: Unix seconds, or 0 without a clock that was set.
 * send: takes the next bytes of what is sent; they are sealed. */
typedef struct {
    void *context;
    uint32_t word;  /* bytes programmed at once: 1, 2, 4, 8, 16 or 32 */
    uint32_t page;  /* bytes erased at once: a multiple of 32, 256 at least */
    uint32_t pages;
    int (*flash_read)(void *context, uint32_t at, uint8_t *out, uint32_t length);
    int (*flash_program)(void *context, uint32_t at, const uint8_t *bytes, uint32_t length);
    int (*flash_erase)(void *context, uint32_t page);
    int (*random)(void *context, uint8_t *out, uint32_t length);
    uint64_t (*time)(void *context);
    int (*send)(void *context, const uint8_t *bytes, uint32_t length);
} hippocrypt_edge_board;

typedef struct hippocrypt_edge hippocrypt_edge;

/* Begins after a reset, once. The memory is the library's from here on; seed has the 32 bytes of
 * the device's Ed25519 key, which is copied: wipe yours. */
int hippocrypt_edge_start(const hippocrypt_edge_board *board, void *memory, uint32_t size,
                          const uint8_t seed[32], hippocrypt_edge **out);

/* Erases the flash and begins a store of coupons in it. Packs that were added before must not be
 * added again. coupon_bytes: the labels, 256, and 48 for each label. */
int hippocrypt_edge_format(hippocrypt_edge *device, const hippocrypt_edge_board *board,
                           uint32_t registry_pages, uint32_t coupon_bytes);

/* Opens the store of coupons, and finishes what a reset interrupted. */
int hippocrypt_edge_open(hippocrypt_edge *device);

/* Adds a pack of coupons for this device, which this minter signed (32 bytes, Ed25519). key is the
 * device's recipient key file in binary. Needs memory for all of the pack: keep packs small. */
int hippocrypt_edge_add_pack(hippocrypt_edge *device, const uint8_t *key, uint32_t key_length,
                             const uint8_t *pack, uint32_t pack_length, const uint8_t minter[32]);

/* How many coupons are left. */
int hippocrypt_edge_coupons(hippocrypt_edge *device, uint32_t *left);

/* Begins a session under the next coupon and sends its header; one begun before is over. The name is
 * visible: 1 to 128 printable ASCII characters, never a person's. A name that is refused and memory
 * that does not suffice (2) cost no coupon. */
int hippocrypt_edge_begin(hippocrypt_edge *device, const char *name);

/* The same with a coupon minted here, with pairings: from the patient's sealing key (P of the
 * profile, 96 bytes; whoever replaces it reads what is sealed) and the labels, in their encoding,
 * which the library makes elsewhere: what they say is not looked at. What is never called costs no
 * flash: link with --gc-sections. */
int hippocrypt_edge_begin_minting(hippocrypt_edge *device, const char *name,
                                  const uint8_t patient[96],
                                  const uint8_t *labels, uint32_t labels_length);

/* Begins a frame of exactly so many bytes. */
int hippocrypt_edge_frame(hippocrypt_edge *device, uint32_t length);

/* Takes the next bytes of the frame, in pieces of any length. */
int hippocrypt_edge_write(hippocrypt_edge *device, const uint8_t *content, uint32_t length);

/* Ends the frame with its signature. */
int hippocrypt_edge_end_frame(hippocrypt_edge *device);

/* Ends the session. */
int hippocrypt_edge_end(hippocrypt_edge *device);

/* The most bytes of its memory that the library used at once. */
uint32_t hippocrypt_edge_memory_peak(void);

#ifdef __cplusplus
}
#endif
#endif
