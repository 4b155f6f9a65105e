/* SPDX-License-Identifier: MIT */
/*
 * crc.h - the checksum of files that emu writes: CRC-32C (Castagnoli,
 * reflected, as in iSCSI and ext4), the same on every host.
 */
#ifndef EMU_CRC_H
#define EMU_CRC_H

#include "base.h"

/* CRC-32C of @n bytes at @p. */
u32 crc32c(const void *p, size_t n);

#endif
