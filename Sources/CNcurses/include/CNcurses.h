// The part of ncurses (wide) and of the C library that Swift cannot call by itself: macros, variables
// that strict concurrency refuses, signal handlers. Nothing of curses.h is visible to Swift.
//
// ncurses is used as a painter only. It writes to a file in memory, and Terminal carries the bytes to
// the terminal: so no write ever blocks, and no flag of the shared terminal is changed.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Painting. One screen at a time, used by one thread.

/// Whether a terminal type is known: 1 yes, 0 no, -1 there is no terminfo database.
int nc_knows(const char *_Nonnull type);
/// Whether a known terminal type can move its cursor.
bool nc_can_place_cursor(const char *_Nonnull type);
/// Starts the painter for a known type and a size; false if curses refuses.
bool nc_open(const char *_Nonnull type, int rows, int columns, bool wants_colors);
/// Ends the painter; the bytes that leave the screen are taken with `nc_take`.
void nc_end(void);
/// Forgets the painter after `nc_end`.
void nc_delete(void);
/// Colours the terminal shows, 0 if none.
int nc_colors(void);
/// Colour pairs there may be.
int nc_color_pairs(void);
/// Whether -1 stands for the terminal's own colours.
bool nc_has_default_colors(void);
/// Defines a colour pair.
void nc_define_pair(int pair, int foreground, int background);
/// Puts one glyph; emphasis in the bits of `Emphasis`. A glyph the C library measures differently
/// than `width` becomes `?`.
void nc_put(int row, int column, const uint32_t *_Nonnull scalars, int count, int width,
            unsigned emphasis, int pair);
/// Takes a new size; the next flush paints everything.
void nc_resize(int rows, int columns);
/// The next flush clears and paints everything.
void nc_repaint(void);
/// Paints what changed since the last flush and rests the cursor at a place.
void nc_flush(int row, int column);
/// The bytes painted since the last call, which stay good until the next flush.
const uint8_t *_Nullable nc_take(size_t *_Nonnull count);
/// A text capability of the terminal type, such as `kcuu1`; NULL if it has none.
const char *_Nullable nc_capability(const char *_Nonnull name);
/// Takes the locale from the environment for characters only; true if it is UTF-8.
bool nc_take_locale(void);

// Descriptors.

/// A descriptor that polls readable once `nc_wake` was called.
int nc_wake_open(void);
/// Wakes whoever polls the descriptor.
void nc_wake(int descriptor);
/// Takes all wake-ups back.
void nc_wake_drain(int descriptor);
/// Bytes a terminal still has to send, 0 if unknown.
int nc_output_queue(int descriptor);
/// The size a terminal states, false if none.
bool nc_size(int descriptor, int *_Nonnull rows, int *_Nonnull columns);
/// Opens the file of a descriptor once more, without blocking; -1 if that is not allowed.
int nc_reopen(int descriptor);

// Signals.

/// Lets WINCH, TERM, HUP, INT, QUIT, TSTP and CONT write their number to the descriptor returned.
int nc_signals_open(void);
/// Gives the signals back to whoever had them.
void nc_signals_close(void);
/// Stops this process and its group, as Ctrl-Z does; returns when it goes on.
void nc_stop(void);

// Leaving the terminal as found.

/// Remembers how the terminal is set; false if it is none.
bool nc_save_terminal(int descriptor);
/// Sets the terminal to hand over every key as it comes.
bool nc_raw_terminal(int descriptor);
/// Sets the terminal as remembered.
void nc_restore_modes(void);
/// Remembers what to print when the program is hit by a fatal signal or exits.
void nc_arm(int descriptor, const uint8_t *_Nonnull bytes, size_t count);
/// Nothing is left to restore.
void nc_disarm(void);
/// Restores an armed terminal: prints the bytes and sets the modes. Safe in signal handlers.
void nc_restore(void);
/// Guards against fatal signals from now on, on a stack of its own for the calling thread.
void nc_guard(void);
