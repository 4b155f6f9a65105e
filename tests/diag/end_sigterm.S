// SPDX-License-Identifier: MIT
//
// SIGTERM ends a run in an orderly way: with the final state.
//@ status 143
//@ signal SIGTERM
//@ prints here
//@ says state count=
#include "check.inc"

.text
.global t_main
t_main:

    TITLE   "here"
    b       .
