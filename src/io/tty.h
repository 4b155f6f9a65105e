/* SPDX-License-Identifier: MIT */
/*
 * tty.h - the terminal's raw mode. Private to src/io.
 */
#ifndef EMU_TTY_H
#define EMU_TTY_H

#include "base.h"

/*
 * Puts the terminal @fd into raw mode until tty_restore(), exit() or a
 * signal that ends or stops the process. With @keep_signals the keys for
 * SIGINT, SIGQUIT and SIGTSTP keep their meaning. One terminal at a time;
 * false if @fd is not a terminal or one is raw already.
 */
bool tty_raw(int fd, bool keep_signals);
/* Puts back what tty_raw() changed; nothing if it changed nothing. */
void tty_restore(void);

#endif
