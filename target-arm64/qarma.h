/* SPDX-License-Identifier: MIT */
/*
 * qarma.h - the tweakable block cipher QARMA-64, from which FEAT_PACQARMA5 and
 * FEAT_PACQARMA3 take pointer authentication codes.
 */
#ifndef A64_QARMA_H
#define A64_QARMA_H

#include "base.h"

/* Rounds on each side of the middle. */
enum qarma_rounds {
    QARMA3 = 3, /* with S-box sigma 1 */
    QARMA5 = 5, /* with S-box sigma 2 */
};

/*
 * @data encrypted with @tweak by the key @w0:@k0, which are the high and the
 * low half of a key register pair. DDI 0487, "ComputePAC".
 */
u64 qarma64(u64 data, u64 tweak, u64 w0, u64 k0, enum qarma_rounds rounds);

#endif
