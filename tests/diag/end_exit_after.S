// SPDX-License-Identifier: MIT
//
// A limit of instructions, in an endless loop.
//@ status 124
//@ args -exit-after 1234567
//@ says state count=1234567 time=1234567
#include "check.inc"

.text
.global t_main
t_main:

    b       .
