// SPDX-License-Identifier: MIT
//
// Power off.
//@ prints done
#include "check.inc"

.text
.global t_main
t_main:

    DONE
