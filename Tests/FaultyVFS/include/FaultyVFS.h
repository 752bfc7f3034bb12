#pragma once
#include <stdint.h>

/// Calls to the file system that can be made to fail; a mask.
enum {
  FAULTY_WRITE = 1,
  FAULTY_SYNC = 2,
  FAULTY_TRUNCATE = 4,
  FAULTY_OPEN = 8,
  FAULTY_DELETE = 16,
  FAULTY_READ = 32,
  FAULTY_CHANGES = 31,
  /// The program's own calls, beside those of SQLite: a file gets its name, and is made to last.
  FAULTY_RENAME = 64,
  FAULTY_SYNC_FOLDER = 128,
  FAULTY_SYNC_FILE = 256,
  FAULTY_WRITE_FILE = 512,
  FAULTY_PLACES = 960,
};

/// How a call fails.
enum {
  /// Not done, I/O error.
  FAULTY_ERROR = 0,
  /// Not done, disk full.
  FAULTY_FULL = 1,
  /// Half of the bytes written, then an I/O error.
  FAULTY_SHORT = 2,
  /// Done, but reported as an I/O error.
  FAULTY_LATE = 3,
  /// The process ends before the call.
  FAULTY_KILL = 4,
  /// The process ends in the middle of a write.
  FAULTY_TORN = 5,
  /// The machine fails: what was not synced is gone, all of it or parts of it.
  FAULTY_POWER = 6,
};

/// What fails, and when.
typedef struct {
  /// Which calls count.
  int32_t calls;
  int32_t style;
  /// The number of the call that fails, from 1.
  int64_t number;
  /// Only files whose path contains this; NULL for all that are watched.
  const char *part;
  /// Whether all later ones fail too.
  int32_t lasts;
  /// For FAULTY_FULL: there is room as soon as this file is gone; NULL if there never is.
  const char *ballast;
  /// For FAULTY_POWER: 0 loses everything that was not synced, another seed loses parts.
  uint64_t seed;
} faulty_plan;

/// Puts the file layer in front of SQLite's own one, for the whole process; returns SQLite's code.
int32_t faulty_install(void);
/// Watches the files below a folder that are opened from now on.
void faulty_watch(const char *prefix);
/// Waits until all watched files are closed; gives 0 if that takes longer than ten seconds.
int32_t faulty_wait_closed(void);
/// Starts to count calls and to fail them; the numbers start again.
void faulty_arm(const faulty_plan *plan);
/// Stops; gives how many calls were counted.
int64_t faulty_disarm(void);
/// How often a call has failed since `faulty_arm`.
int64_t faulty_strikes(void);
