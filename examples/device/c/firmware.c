/* Firmware that seals and signs frames of an ECG under a coupon from its flash. Its flash, its dice
 * and its uplink are files of the emulator's host. */
#include "../hippocrypt_edge.h"

enum { FRAME = 14400, FRAMES = 3, PIECE = 144, HEAP = 8 * 1024, POWER_LOST = 42 };
enum { OPEN = 0x01, WRITE_TEXT = 0x04, WRITE = 0x05, READ = 0x06, SEEK = 0x0a, COMMAND_LINE = 0x15, EXIT = 0x20 };

extern uint32_t __stack_end[], __stack_begin[], __bss_begin[], __bss_end[];

static uint8_t recorded[FRAME];
static uint32_t flash, dice, uplink, left;

static uint32_t call(uint32_t number, const void *block) {
    register uint32_t r0 __asm__("r0") = number;
    register const void *r1 __asm__("r1") = block;
    __asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
    return r0;
}

static void stop(uint32_t code) {
    uint32_t block[2] = {0x20026, code};
    call(EXIT, block);
    for (;;) {
    }
}

static uint32_t length_of(const char *text) {
    uint32_t length = 0;
    while (text[length]) length++;
    return length;
}

static uint32_t open_file(const char *name, uint32_t mode) {
    uint32_t block[3] = {(uint32_t)name, mode, length_of(name)};
    return call(OPEN, block);
}

static int transfer(uint32_t how, uint32_t file, const void *bytes, uint32_t length) {
    uint32_t block[3] = {file, (uint32_t)bytes, length};
    return (int)call(how, block);
}

static int seek(uint32_t file, uint32_t at) {
    uint32_t block[2] = {file, at};
    return (int)call(SEEK, block);
}

static void report(const char *name, uint32_t number) {
    char line[64], digits[10];
    uint32_t at = 0, count = 0;
    while (*name) line[at++] = *name++;
    line[at++] = ' ';
    do {
        digits[count++] = (char)('0' + number % 10);
    } while (number /= 10);
    while (count) line[at++] = digits[--count];
    line[at++] = '\n';
    line[at] = 0;
    call(WRITE_TEXT, line);
}

/* One step more; the power fails in the one that the command line names. */
static int step(uint32_t file, const void *bytes, uint32_t length) {
    if (--left == 0) {
        transfer(WRITE, file, bytes, length / 2);
        stop(POWER_LOST);
    }
    return transfer(WRITE, file, bytes, length);
}

static int flash_read(void *context, uint32_t at, uint8_t *out, uint32_t length) {
    (void)context;
    return seek(flash, at) | transfer(READ, flash, out, length);
}

static int flash_program(void *context, uint32_t at, const uint8_t *bytes, uint32_t length) {
    (void)context;
    return seek(flash, at) | step(flash, bytes, length);
}

static int flash_erase(void *context, uint32_t page) {
    static const uint8_t blank[32] = {
        255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
        255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255};
    for (uint32_t at = 0; at < 2048; at += 32)
        if (flash_program(context, page * 2048 + at, blank, 32)) return 1;
    return 0;
}

static int random_bytes(void *context, uint8_t *out, uint32_t length) {
    (void)context;
    return transfer(READ, dice, out, length);
}

static uint64_t no_clock(void *context) {
    (void)context;
    return 0;
}

static int send(void *context, const uint8_t *bytes, uint32_t length) {
    (void)context;
    return step(uplink, bytes, length);
}

static volatile uint32_t *const timer = (volatile uint32_t *)0x40000000;

static void start_timer(void) {
    timer[1] = timer[2] = UINT32_MAX;
    timer[0] = 1;
}

static uint32_t instructions(void) { return (UINT32_MAX - timer[1]) * 40; }

/* An ECG that nobody has: two leads, 16 bits each. */
static void sample(uint32_t number, uint8_t out[4]) {
    uint32_t at = number % 300;
    int32_t first = 1024 + (at < 80 && at > 40 ? 60 : 0) + (at < 106 && at > 94 ? 1100 : 0) +
                    (at < 215 && at > 145 ? 180 : 0) + (int32_t)(number / 90 % 13);
    int32_t second = first / 2 + 300;
    out[0] = (uint8_t)first, out[1] = (uint8_t)(first >> 8);
    out[2] = (uint8_t)second, out[3] = (uint8_t)(second >> 8);
}

static const hippocrypt_edge_board board = {
    .word = 8, .page = 2048, .pages = 5,
    .flash_read = flash_read, .flash_program = flash_program, .flash_erase = flash_erase,
    .random = random_bytes, .time = no_clock, .send = send};

#ifdef EMPTY

uint32_t hippocrypt_edge_memory_peak(void) { return 0; }

static int run(void) {
    const hippocrypt_edge_board *it = &board;
    uint8_t seed[32];

    /* The library is given the board, so the compiler may not look into it. */
    __asm__("" : "+r"(it));
    if (transfer(READ, open_file("seed.bin", 1), seed, sizeof seed)) return 1;
    start_timer();
    if (it->random(0, seed, sizeof seed) || it->flash_read(0, 0, seed, sizeof seed)) return 1;
    if (it->flash_erase(0, it->pages - 1)) return 1;
    if (it->flash_program(0, (it->pages - 1) * it->page, seed, sizeof seed)) return 1;
    report("coupons_left", (uint32_t)it->time(0));
    report("begin_instructions", instructions());
    for (uint32_t frame = 0, number = 0; frame < FRAMES; frame++) {
        for (uint32_t at = 0; at < FRAME; at += 4, number++) sample(number, recorded + at);
        start_timer();
        for (uint32_t at = 0; at < FRAME; at += PIECE)
            if (it->send(0, recorded + at, PIECE)) return 1;
        report("frame_instructions", instructions());
    }
    return 0;
}

#else

static uint64_t memory[HEAP / 8];

static int run(void) {
    hippocrypt_edge *device;
    uint8_t seed[32];
    uint32_t coupons;
    int error;

    if (transfer(READ, open_file("seed.bin", 1), seed, sizeof seed)) return 1;
    start_timer();
    if ((error = hippocrypt_edge_start(&board, memory, sizeof memory, seed, &device))) return error;
    if ((error = hippocrypt_edge_open(device))) return error;
    if ((error = hippocrypt_edge_coupons(device, &coupons))) return error;
    report("coupons_left", coupons);
    if ((error = hippocrypt_edge_begin(device, "ecg"))) return error;
    report("begin_instructions", instructions());
    for (uint32_t frame = 0, number = 0; frame < FRAMES; frame++) {
        for (uint32_t at = 0; at < FRAME; at += 4, number++) sample(number, recorded + at);
        start_timer();
        if ((error = hippocrypt_edge_frame(device, FRAME))) return error;
        for (uint32_t at = 0; at < FRAME; at += PIECE)
            if ((error = hippocrypt_edge_write(device, recorded + at, PIECE))) return error;
        if ((error = hippocrypt_edge_end_frame(device))) return error;
        report("frame_instructions", instructions());
    }
    return hippocrypt_edge_end(device);
}

#endif

void firmware(void) {
    static char line[64];
    uint32_t block[2] = {(uint32_t)line, sizeof line};
    uint32_t *at, *here;
    int error;

    for (at = __bss_begin; at < __bss_end; at++) *at = 0;
    __asm__ volatile("mov %0, sp" : "=r"(here));
    for (at = __stack_end; at < here - 16; at++) *at = 0x5afe5afe;
    call(COMMAND_LINE, block);
    uint32_t i = 0;
    while (line[i] && line[i] != ' ') i++;
    for (i++; i < sizeof line && line[i] >= '0' && line[i] <= '9'; i++)
        left = left * 10 + (uint32_t)(line[i] - '0');
    flash = open_file("flash.bin", 3);
    dice = open_file("random.bin", 1);
    uplink = open_file("uplink.bin", 5);
    error = run();
    for (at = __stack_end; at < __stack_begin && *at == 0x5afe5afe;) at++;
    report("stack_bytes", (uint32_t)((char *)__stack_begin - (char *)at));
    report("heap_bytes", hippocrypt_edge_memory_peak());
    if (error) report("error", (uint32_t)error);
    stop(error != 0);
}

/* Nothing unwinds: the tables for it are left out, and this is all they ask for. */
void __aeabi_unwind_cpp_pr0(void);
void __aeabi_unwind_cpp_pr0(void) {}

static void fault(void) { stop(3); }

__attribute__((section(".vectors"), used)) static void *const vectors[4] = {
    __stack_begin, (void *)firmware, (void *)fault, (void *)fault};
