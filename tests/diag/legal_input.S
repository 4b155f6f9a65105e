// SPDX-License-Identifier: MIT
//
// WFI while input may come: that is waited for, however long.
//@ input open
//@ status 130
//@ signal SIGINT
//@ prints here
#include "check.inc"

.text
.global t_main
t_main:
    TITLE   "here"
1:  wfi
    b       1b
