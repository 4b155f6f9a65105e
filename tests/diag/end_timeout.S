// SPDX-License-Identifier: MIT
//
// A limit of host time, in an endless loop.
//@ status 124
//@ args -timeout 0.3
//@ host-time
//@ seconds 10
#include "check.inc"

.text
.global t_main
t_main:

    b       .
