/* SPDX-License-Identifier: MIT */
/*
 * elf_fuzz.c - ELF kernels, bare-metal programs and vmlinux.
 *
 * Input: a byte (1-2 size of RAM, 4 by way of a file, 8 the file as it is),
 * then the ELF file. Unless 8 is set, class, byte order, type, machine and
 * the size of a program header are set right, so that the fuzzer soon gets
 * beyond them.
 */
#include <elf.h>
#include <glib.h>
#include <string.h>

#include "fuzz.h"

static void mend(u8 *p, size_t n)
{
    Elf64_Ehdr eh;

    if (n < sizeof(eh))
        return;
    memcpy(&eh, p, sizeof(eh));
    memcpy(eh.e_ident, ELFMAG, SELFMAG);
    eh.e_ident[EI_CLASS] = ELFCLASS64;
    eh.e_ident[EI_DATA] = ELFDATA2LSB;
    eh.e_type = ET_EXEC;
    eh.e_machine = EM_AARCH64;
    eh.e_phentsize = sizeof(Elf64_Phdr);
    memcpy(p, &eh, sizeof(eh));
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
    struct boot_blobs b = { 0 };
    u8 *kernel;

    if (!size)
        return 0;
    kernel = fuzz_copy(data + 1, size - 1);
    if (!(data[0] & 8))
        mend(kernel, size - 1);
    b.kernel = kernel;
    b.kernel_size = size - 1;
    fuzz_boot(&b, NULL, fuzz_ram_size(data[0]), data[0] & 4);
    g_free(kernel);
    return 0;
}
