// A file layer for SQLite that makes the n-th call fail. For tests only.
//
// One plan at a time, for the files below one folder; everything else passes through.

#include "FaultyVFS.h"

#include "FaultyPlan.h"

#include <errno.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/// A change that is not synced yet, and how to take it back.
typedef struct change {
  struct change *earlier;
  sqlite3_int64 offset, old_size;
  int count;
  unsigned char old[];
} change;

/// SQLite hands us memory for this, and for the real file behind it.
typedef struct faulty_file {
  sqlite3_file base;
  sqlite3_file *real;
  int is_watched;
  /// SQLite keeps the path as long as the file is open.
  const char *path;
  change *unsynced;
  struct faulty_file *next;
} faulty_file;

static sqlite3_vfs layer;
static sqlite3_vfs *real_vfs;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static faulty_plan plan;
static char prefix[4096], ballast[4096], part[256];
static int is_armed;
static int64_t count, strikes, watched_count;
static faulty_file *open_files;
static pthread_cond_t did_close = PTHREAD_COND_INITIALIZER;

// MARK: Deciding

static uint64_t next_random(uint64_t *state) {
  uint64_t mixed = (*state += 0x9e3779b97f4a7c15u);
  mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9u;
  mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebu;
  return mixed ^ (mixed >> 31);
}

/// Takes back what was not synced: each file from its newest change to a random one.
static void lose_power(void) {
  uint64_t state = plan.seed;
  for (faulty_file *file = open_files; file; file = file->next) {
    int total = 0;
    for (change *each = file->unsynced; each; each = each->earlier) total++;
    int lost = total;
    if (plan.seed && total) lost = (int)(next_random(&state) % (uint64_t)(total + 1));
    for (change *each = file->unsynced; each && lost > 0; each = each->earlier, lost--) {
      if (each->count) {
        file->real->pMethods->xWrite(file->real, each->old, each->count, each->offset);
      }
      file->real->pMethods->xTruncate(file->real, each->old_size);
    }
  }
  faulty_undo_renames();
}

/// The style in which this call fails, or -1.
static int strike(int call, int is_watched, const char *path) {
  int style = -1;
  pthread_mutex_lock(&lock);
  if (is_armed && is_watched && (plan.calls & call) && (!part[0] || strstr(path, part))) {
    count++;
    if (count == plan.number || (plan.lasts && count > plan.number)) {
      style = plan.style;
      if (style == FAULTY_FULL && ballast[0] && access(ballast, F_OK) != 0) style = -1;
      if (style >= 0) strikes++;
      if (style == FAULTY_KILL) _exit(137);
      if (style == FAULTY_POWER) {
        lose_power();
        _exit(137);
      }
    }
  }
  pthread_mutex_unlock(&lock);
  return style;
}

// MARK: Files

static faulty_file *faulty(sqlite3_file *file) { return (faulty_file *)file; }
static sqlite3_file *real(sqlite3_file *file) { return faulty(file)->real; }
#define PASS(name, ...) real(file)->pMethods->name(real(file), ##__VA_ARGS__)

static void forget(faulty_file *file) {
  while (file->unsynced) {
    change *each = file->unsynced;
    file->unsynced = each->earlier;
    free(each);
  }
}

/// Remembers what a write or a cut will replace; only a plan that fails the machine asks for it.
static void remember(faulty_file *file, sqlite3_int64 offset, sqlite3_int64 end) {
  if (!file->is_watched || !is_armed || plan.style != FAULTY_POWER) return;
  sqlite3_int64 size = 0;
  if (file->real->pMethods->xFileSize(file->real, &size) != SQLITE_OK) return;
  sqlite3_int64 there = size < end ? size : end;
  int kept = there > offset ? (int)(there - offset) : 0;
  change *made = malloc(sizeof(change) + (size_t)kept);
  if (!made) abort();
  *made = (change){.offset = offset, .old_size = size, .count = kept};
  if (kept) file->real->pMethods->xRead(file->real, made->old, kept, offset);
  pthread_mutex_lock(&lock);
  made->earlier = file->unsynced;
  file->unsynced = made;
  pthread_mutex_unlock(&lock);
}

static int faulty_close(sqlite3_file *file) {
  pthread_mutex_lock(&lock);
  for (faulty_file **place = &open_files; *place; place = &(*place)->next) {
    if (*place == faulty(file)) {
      *place = faulty(file)->next;
      break;
    }
  }
  forget(faulty(file));
  pthread_mutex_unlock(&lock);
  int code = PASS(xClose);
  pthread_mutex_lock(&lock);
  if (faulty(file)->is_watched) watched_count--;
  pthread_cond_broadcast(&did_close);
  pthread_mutex_unlock(&lock);
  return code;
}

static int faulty_read(sqlite3_file *file, void *bytes, int size, sqlite3_int64 offset) {
  if (strike(FAULTY_READ, faulty(file)->is_watched, faulty(file)->path) >= 0) return SQLITE_IOERR_READ;
  return PASS(xRead, bytes, size, offset);
}

static int faulty_write(sqlite3_file *file, const void *bytes, int size, sqlite3_int64 offset) {
  int style = strike(FAULTY_WRITE, faulty(file)->is_watched, faulty(file)->path);
  if (style == FAULTY_FULL) return SQLITE_FULL;
  if (style == FAULTY_ERROR) return SQLITE_IOERR_WRITE;
  remember(faulty(file), offset, offset + size);
  if (style == FAULTY_SHORT || style == FAULTY_TORN) {
    if (size > 1) PASS(xWrite, bytes, size / 2, offset);
    if (style == FAULTY_TORN) _exit(137);
    return SQLITE_IOERR_WRITE;
  }
  int code = PASS(xWrite, bytes, size, offset);
  return code == SQLITE_OK && style == FAULTY_LATE ? SQLITE_IOERR_WRITE : code;
}

static int faulty_truncate(sqlite3_file *file, sqlite3_int64 size) {
  int style = strike(FAULTY_TRUNCATE, faulty(file)->is_watched, faulty(file)->path);
  if (style >= 0 && style != FAULTY_LATE && style != FAULTY_FULL) return SQLITE_IOERR_TRUNCATE;
  sqlite3_int64 end = size;
  PASS(xFileSize, &end);
  remember(faulty(file), size, end > size ? end : size);
  int code = PASS(xTruncate, size);
  return code == SQLITE_OK && style == FAULTY_LATE ? SQLITE_IOERR_TRUNCATE : code;
}

static int faulty_sync(sqlite3_file *file, int flags) {
  int style = strike(FAULTY_SYNC, faulty(file)->is_watched, faulty(file)->path);
  if (style >= 0 && style != FAULTY_LATE && style != FAULTY_FULL) return SQLITE_IOERR_FSYNC;
  int code = PASS(xSync, flags);
  if (code == SQLITE_OK) {
    pthread_mutex_lock(&lock);
    forget(faulty(file));
    pthread_mutex_unlock(&lock);
  }
  return code == SQLITE_OK && style == FAULTY_LATE ? SQLITE_IOERR_FSYNC : code;
}

static int faulty_size(sqlite3_file *file, sqlite3_int64 *size) { return PASS(xFileSize, size); }
static int faulty_lock(sqlite3_file *file, int level) { return PASS(xLock, level); }
static int faulty_unlock(sqlite3_file *file, int level) { return PASS(xUnlock, level); }
static int faulty_reserved(sqlite3_file *file, int *result) {
  return PASS(xCheckReservedLock, result);
}
static int faulty_control(sqlite3_file *file, int operation, void *argument) {
  return PASS(xFileControl, operation, argument);
}
static int faulty_sector(sqlite3_file *file) { return PASS(xSectorSize); }
static int faulty_device(sqlite3_file *file) { return PASS(xDeviceCharacteristics); }
static int faulty_shm_map(sqlite3_file *file, int page, int size, int extends, void volatile **at) {
  return PASS(xShmMap, page, size, extends, at);
}
static int faulty_shm_lock(sqlite3_file *file, int offset, int n, int flags) {
  return PASS(xShmLock, offset, n, flags);
}
static void faulty_shm_barrier(sqlite3_file *file) { PASS(xShmBarrier); }
static int faulty_shm_unmap(sqlite3_file *file, int deletes) { return PASS(xShmUnmap, deletes); }
static int faulty_fetch(sqlite3_file *file, sqlite3_int64 offset, int size, void **at) {
  return PASS(xFetch, offset, size, at);
}
static int faulty_unfetch(sqlite3_file *file, sqlite3_int64 offset, void *at) {
  return PASS(xUnfetch, offset, at);
}

static const sqlite3_io_methods methods = {
    3,
    faulty_close,
    faulty_read,
    faulty_write,
    faulty_truncate,
    faulty_sync,
    faulty_size,
    faulty_lock,
    faulty_unlock,
    faulty_reserved,
    faulty_control,
    faulty_sector,
    faulty_device,
    faulty_shm_map,
    faulty_shm_lock,
    faulty_shm_barrier,
    faulty_shm_unmap,
    faulty_fetch,
    faulty_unfetch,
};

// MARK: The layer

static int is_watched(const char *path) {
  pthread_mutex_lock(&lock);
  int result = path && prefix[0] && strncmp(path, prefix, strlen(prefix)) == 0;
  pthread_mutex_unlock(&lock);
  return result;
}

int faulty_style(int call, const char *path) {
  int saved = errno;
  int style = is_armed ? strike(call, is_watched(path), path) : -1;
  errno = saved;
  return style;
}

int faulty_is_armed(void) { return is_armed; }

int faulty_forgets(const char *path) {
  return is_armed && plan.style == FAULTY_POWER && is_watched(path);
}

static int faulty_open(
    sqlite3_vfs *vfs, const char *path, sqlite3_file *file, int flags, int *out_flags) {
  faulty_file *made = faulty(file);
  memset(made, 0, sizeof *made);
  made->path = path;
  made->is_watched = is_watched(path);
  made->real = (sqlite3_file *)(made + 1);
  int style = strike(FAULTY_OPEN, made->is_watched, path);
  if (style >= 0 && style != FAULTY_FULL && style != FAULTY_LATE) return SQLITE_CANTOPEN;
  int code = real_vfs->xOpen(real_vfs, path, made->real, flags, out_flags);
  if (code != SQLITE_OK) return code;
  made->base.pMethods = &methods;
  pthread_mutex_lock(&lock);
  if (made->is_watched) watched_count++;
  made->next = open_files;
  open_files = made;
  pthread_mutex_unlock(&lock);
  return SQLITE_OK;
}

static int faulty_delete(sqlite3_vfs *vfs, const char *path, int syncs) {
  int style = strike(FAULTY_DELETE, is_watched(path), path);
  if (style >= 0 && style != FAULTY_LATE && style != FAULTY_FULL) return SQLITE_IOERR_DELETE;
  int code = real_vfs->xDelete(real_vfs, path, syncs);
  return code == SQLITE_OK && style == FAULTY_LATE ? SQLITE_IOERR_DELETE : code;
}

int32_t faulty_install(void) {
  pthread_mutex_lock(&lock);
  int code = SQLITE_OK;
  if (!real_vfs) {
    real_vfs = sqlite3_vfs_find(NULL);
    // Everything that has no file works on the layer's own data and is the real one's.
    layer = *real_vfs;
    layer.pNext = NULL;
    layer.zName = "faulty";
    layer.szOsFile = (int)sizeof(faulty_file) + real_vfs->szOsFile;
    layer.xOpen = faulty_open;
    layer.xDelete = faulty_delete;
    code = sqlite3_vfs_register(&layer, 1);
  }
  pthread_mutex_unlock(&lock);
  return code;
}

void faulty_watch(const char *given) {
  pthread_mutex_lock(&lock);
  strncpy(prefix, given, sizeof prefix - 1);
  pthread_mutex_unlock(&lock);
}

int32_t faulty_wait_closed(void) {
  struct timespec until;
  clock_gettime(CLOCK_REALTIME, &until);
  until.tv_sec += 10;
  int code = 0;
  pthread_mutex_lock(&lock);
  while (watched_count > 0 && code == 0) code = pthread_cond_timedwait(&did_close, &lock, &until);
  pthread_mutex_unlock(&lock);
  return code == 0;
}

void faulty_arm(const faulty_plan *given) {
  pthread_mutex_lock(&lock);
  plan = *given;
  strncpy(ballast, given->ballast ? given->ballast : "", sizeof ballast - 1);
  strncpy(part, given->part ? given->part : "", sizeof part - 1);
  is_armed = 1;
  count = strikes = 0;
  pthread_mutex_unlock(&lock);
}

int64_t faulty_disarm(void) {
  pthread_mutex_lock(&lock);
  is_armed = 0;
  int64_t result = count;
  pthread_mutex_unlock(&lock);
  return result;
}

int64_t faulty_strikes(void) {
  pthread_mutex_lock(&lock);
  int64_t result = strikes;
  pthread_mutex_unlock(&lock);
  return result;
}
