/*
 * Bounded unsigned big integers for exact conversion between decimal and binary, and the tables of small powers
 * that parsing and printing share. Knows nothing about text.
 */
#ifndef ODDFLOW_BASE_NUM_BIG_H
#define ODDFLOW_BASE_NUM_BIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

__extension__ typedef unsigned __int128 oddi_u128;

#define ODDI_MAX_POW5 27 /* 5^27 is the last below 2^63 */
extern const uint64_t oddi_pow5[ODDI_MAX_POW5 + 1];
#define ODDI_MAX_POW10 19
extern const uint64_t oddi_pow10[ODDI_MAX_POW10 + 1];

/* Enough for the digits of any double kept by the parser (801 digits, 2,661 bits) scaled by 2^1100, and for 5^1150 at
 * the binary exponent of any double. */
#define ODDI_BIG_LIMBS 192

struct oddi_big {
    uint32_t limb[ODDI_BIG_LIMBS]; /* least first; limb[n - 1] != 0 */
    int n;                         /* 0 = zero */
};

void oddi_big_set(struct oddi_big *b, uint64_t v);
/* b = b * m + add */
void oddi_big_mul_add(struct oddi_big *b, uint32_t m, uint32_t add);
void oddi_big_mul_pow5(struct oddi_big *b, unsigned k);
void oddi_big_shift_left(struct oddi_big *b, unsigned bits);
/* Number of bits; 0 for zero. */
unsigned oddi_big_bits(const struct oddi_big *b);
/* -1, 0, 1 as a <, =, > b. */
int oddi_big_compare(const struct oddi_big *a, const struct oddi_big *b);
/* The quotient floor(num / den), which must be below 2^32; num becomes the remainder. den's top limb must have its top
 * bit set (oddi_big_normalise). Knuth, TAOCP 2, 4.3.1, algorithm D, one step. */
uint32_t oddi_big_divide(struct oddi_big *num, const struct oddi_big *den);
/* Shifts both left so that oddi_big_divide may be used; the quotient stays. */
void oddi_big_normalise(struct oddi_big *num, struct oddi_big *den);

#endif
