// The calls by which the program itself puts files in their places: in front of the C library's own.
// For tests only. Everything that is not watched, or not part of the plan, passes through.

#define _GNU_SOURCE
#include "FaultyPlan.h"
#include "FaultyVFS.h"

#include <dlfcn.h>
#include <errno.h>
#include <libgen.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/// A rename that a failing machine may forget.
typedef struct move {
  struct move *earlier;
  /// `kept`: another name of the file that stood there before, if one did.
  char *from, *to, *kept;
} move;

/// A file whose bytes are not on the disk yet.
typedef struct fresh {
  struct fresh *earlier;
  char *path;
} fresh;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static move *moves;
static fresh *freshes;

static int real_rename(const char *from, const char *to) {
  static int (*call)(const char *, const char *);
  if (!call) call = (int (*)(const char *, const char *))dlsym(RTLD_NEXT, "rename");
  return call(from, to);
}

static int real_fsync(int descriptor) {
  static int (*call)(int);
  if (!call) call = (int (*)(int))dlsym(RTLD_NEXT, "fsync");
  return call(descriptor);
}

static ssize_t real_write(int descriptor, const void *bytes, size_t size) {
  static ssize_t (*call)(int, const void *, size_t);
  if (!call) call = (ssize_t(*)(int, const void *, size_t))dlsym(RTLD_NEXT, "write");
  return call(descriptor, bytes, size);
}

/// Whether a call in this style is made at all; errno is set.
static int is_made(int style) {
  errno = style == FAULTY_FULL ? ENOSPC : EIO;
  return style < 0 || style == FAULTY_LATE;
}

static int is_in(const char *path, const char *folder) {
  char *copy = strdup(path);
  int result = copy && strcmp(dirname(copy), folder) == 0;
  free(copy);
  return result;
}

/// Before the rename: a file that is replaced is kept under another name.
static void remember(const char *from, const char *to) {
  move *made = malloc(sizeof *made);
  char kept[4200];
  snprintf(kept, sizeof kept, "%s.before-power-was-lost", to);
  int is_kept = link(to, kept) == 0;
  if (!made) abort();
  pthread_mutex_lock(&lock);
  *made = (move){.earlier = moves, .from = strdup(from), .to = strdup(to),
                 .kept = is_kept ? strdup(kept) : NULL};
  moves = made;
  pthread_mutex_unlock(&lock);
}

/// The path of an open file; 0 if it has none.
static int find_path(int descriptor, char path[4096]) {
  char link[64];
  snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
  ssize_t length = readlink(link, path, 4095);
  if (length <= 0) return 0;
  path[length] = 0;
  return 1;
}

static fresh **find_fresh(const char *path) {
  fresh **place = &freshes;
  while (*place && strcmp((*place)->path, path) != 0) place = &(*place)->earlier;
  return place;
}

ssize_t write(int descriptor, const void *bytes, size_t size) {
  char path[4096];
  int saved = errno;
  if (!faulty_is_armed() || !find_path(descriptor, path)) {
    errno = saved;
    return real_write(descriptor, bytes, size);
  }
  int style = faulty_style(FAULTY_WRITE_FILE, path);
  if (style == FAULTY_SHORT || style == FAULTY_TORN) {
    if (size > 1) size /= 2;
  } else if (!is_made(style)) {
    return -1;
  }
  if (faulty_forgets(path)) {
    pthread_mutex_lock(&lock);
    if (!*find_fresh(path)) {
      fresh *made = malloc(sizeof *made);
      if (!made) abort();
      *made = (fresh){.earlier = freshes, .path = strdup(path)};
      freshes = made;
    }
    pthread_mutex_unlock(&lock);
  }
  errno = saved;
  ssize_t count = real_write(descriptor, bytes, size);
  if (style == FAULTY_TORN) _exit(137);
  if (style != FAULTY_LATE || count < 0) return count;
  errno = EIO;
  return -1;
}

int rename(const char *from, const char *to) {
  int style = faulty_style(FAULTY_RENAME, to);
  if (!is_made(style)) return -1;
  int forgets = faulty_forgets(to);
  if (forgets) remember(from, to);
  int code = real_rename(from, to);
  if (code != 0) return code;
  if (forgets) {
    pthread_mutex_lock(&lock);
    fresh *unsynced = *find_fresh(from);
    if (unsynced) {
      free(unsynced->path);
      unsynced->path = strdup(to);
    }
    pthread_mutex_unlock(&lock);
  }
  if (style != FAULTY_LATE) return 0;
  errno = EIO;
  return -1;
}

/// The renames of a folder are on the disk.
static void forget(const char *folder) {
  pthread_mutex_lock(&lock);
  for (move **place = &moves; *place;) {
    move *each = *place;
    if (is_in(each->to, folder)) {
      *place = each->earlier;
      if (each->kept) unlink(each->kept);
      free(each->kept);
      free(each->from);
      free(each->to);
      free(each);
    } else {
      place = &each->earlier;
    }
  }
  pthread_mutex_unlock(&lock);
}

/// The bytes of a file are on the disk.
static void settle(const char *path) {
  pthread_mutex_lock(&lock);
  fresh **place = find_fresh(path), *each = *place;
  if (each) {
    *place = each->earlier;
    free(each->path);
    free(each);
  }
  pthread_mutex_unlock(&lock);
}

int fsync(int descriptor) {
  char path[4096];
  struct stat status;
  if (!find_path(descriptor, path) || fstat(descriptor, &status) != 0) {
    return real_fsync(descriptor);
  }
  int is_folder = S_ISDIR(status.st_mode);
  int style = faulty_style(is_folder ? FAULTY_SYNC_FOLDER : FAULTY_SYNC_FILE, path);
  if (!is_made(style)) return -1;
  int code = real_fsync(descriptor);
  if (code == 0) is_folder ? forget(path) : settle(path);
  if (code != 0 || style != FAULTY_LATE) return code;
  errno = EIO;
  return -1;
}

void faulty_undo_renames(void) {
  pthread_mutex_lock(&lock);
  for (fresh *each = freshes; each; each = each->earlier) truncate(each->path, 0);
  for (move *each = moves; each; each = each->earlier) {
    real_rename(each->to, each->from);
    if (each->kept) real_rename(each->kept, each->to);
  }
  pthread_mutex_unlock(&lock);
}
