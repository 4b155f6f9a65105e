// SPDX-License-Identifier: MIT
//
// qarma5.S - the program of random.S, by FEAT_PACQARMA5.
//
//@ guest random_guest.c
//@ emu-cpu max,pauth-qarma5=on
//@ qemu-cpu max
//> random PACIA 77536
//> random PACIB 77064
//> random PACDA 52960
//> random PACDB 52824
//> random AUTIA 47928
//> random AUTIB 47656
//> random AUTDA 46520
//> random AUTDB 46832
//> random XPACI 22960
//> random XPACD 23456
//> random PACGA 48032
//> random PACIA1716 10744
//> random PACIB1716 11280
//> random AUTIA1716 14320
//> random AUTIB1716 13904
//> random PACIAZ 10168
//> random PACIASP 11168
//> random PACIBZ 10864
//> random PACIBSP 10840
//> random AUTIAZ 14912
//> random AUTIASP 14376
//> random AUTIBZ 14944
//> random AUTIBSP 15080
//> random XPACLRI 14792
//> random BRA 15032
//> random BLRA 14864
//> random RETA 15096
//> random ERETA 14912
//> random LDRA 13312
#include "random.inc"
