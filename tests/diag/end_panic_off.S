// SPDX-License-Identifier: MIT
//
// Power off after a panic is the guest's own choice.
//@ prints done
#include "check.inc"

.text
.global t_main
t_main:

    TITLE   "[    1.000000] Kernel panic - not syncing: test"
    DONE
