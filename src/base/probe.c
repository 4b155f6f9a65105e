/* SPDX-License-Identifier: MIT */
/*
 * probe.c - the probe of machines that nobody watches: `on` is 0 for ever.
 */
#include "probe.h"

const struct probe probe_nobody = { .on = 0 };
