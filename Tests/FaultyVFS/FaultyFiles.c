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
  char *from, *to;
} move;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static move *moves;

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

static void remember(const char *from, const char *to) {
  move *made = malloc(sizeof *made);
  if (!made) abort();
  pthread_mutex_lock(&lock);
  *made = (move){.earlier = moves, .from = strdup(from), .to = strdup(to)};
  moves = made;
  pthread_mutex_unlock(&lock);
}

int rename(const char *from, const char *to) {
  int style = faulty_style(FAULTY_RENAME, to);
  if (!is_made(style)) return -1;
  int code = real_rename(from, to);
  if (code != 0) return code;
  if (faulty_forgets(to)) remember(from, to);
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
      free(each->from);
      free(each->to);
      free(each);
    } else {
      place = &each->earlier;
    }
  }
  pthread_mutex_unlock(&lock);
}

int fsync(int descriptor) {
  char link[64], path[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
  ssize_t length = readlink(link, path, sizeof path - 1);
  struct stat status;
  if (length <= 0 || fstat(descriptor, &status) != 0) return real_fsync(descriptor);
  path[length] = 0;
  int is_folder = S_ISDIR(status.st_mode);
  int style = faulty_style(is_folder ? FAULTY_SYNC_FOLDER : FAULTY_SYNC_FILE, path);
  if (!is_made(style)) return -1;
  int code = real_fsync(descriptor);
  if (code == 0 && is_folder) forget(path);
  if (code != 0 || style != FAULTY_LATE) return code;
  errno = EIO;
  return -1;
}

void faulty_undo_renames(void) {
  pthread_mutex_lock(&lock);
  for (move *each = moves; each; each = each->earlier) real_rename(each->to, each->from);
  pthread_mutex_unlock(&lock);
}
