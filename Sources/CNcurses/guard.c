// Signals, wake-ups, and leaving the terminal as found whatever happens.
#define _GNU_SOURCE
#include "CNcurses.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

int nc_wake_open(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }

void nc_wake(int descriptor) {
  uint64_t one = 1;
  ssize_t written = write(descriptor, &one, sizeof one);
  (void)written;
}

void nc_wake_drain(int descriptor) {
  uint64_t count;
  ssize_t got = read(descriptor, &count, sizeof count);
  (void)got;
}

int nc_output_queue(int descriptor) {
  int count = 0;
  return ioctl(descriptor, TIOCOUTQ, &count) == 0 ? count : 0;
}

bool nc_size(int descriptor, int *rows, int *columns) {
  struct winsize size;
  if (ioctl(descriptor, TIOCGWINSZ, &size) != 0 || size.ws_row == 0 || size.ws_col == 0)
    return false;
  *rows = size.ws_row;
  *columns = size.ws_col;
  return true;
}

int nc_reopen(int descriptor) {
  char path[64];
  snprintf(path, sizeof path, "/proc/self/fd/%d", descriptor);
  return open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
}

// MARK: Signals that are told

static const int told[] = {SIGWINCH, SIGTERM, SIGHUP, SIGINT, SIGQUIT, SIGTSTP, SIGCONT};
enum { told_count = sizeof told / sizeof told[0] };
static struct sigaction told_before[told_count];
static int signal_pipe[2] = {-1, -1};

static void tell(int number) {
  int saved = errno;
  uint8_t byte = (uint8_t)number;
  ssize_t written = write(signal_pipe[1], &byte, 1);
  (void)written;
  errno = saved;
}

int nc_signals_open(void) {
  if (signal_pipe[0] < 0 && pipe2(signal_pipe, O_CLOEXEC | O_NONBLOCK) != 0) return -1;
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = tell;
  action.sa_flags = SA_RESTART;
  sigemptyset(&action.sa_mask);
  sigset_t all;
  sigemptyset(&all);
  for (int i = 0; i < told_count; i++) {
    sigaction(told[i], &action, &told_before[i]);
    sigaddset(&all, told[i]);
  }
  // Whoever started this program or thread may have had them blocked.
  pthread_sigmask(SIG_UNBLOCK, &all, NULL);
  return signal_pipe[0];
}

void nc_signals_close(void) {
  if (signal_pipe[0] < 0) return;
  for (int i = 0; i < told_count; i++) sigaction(told[i], &told_before[i], NULL);
  // The pipe stays: a handler may still be on its way to it on another thread.
}

void nc_stop(void) { kill(0, SIGSTOP); }

// MARK: Leaving

static struct termios found;
static int found_descriptor = -1;
static volatile sig_atomic_t armed;
static int leave_descriptor = -1;
static uint8_t leave_bytes[512];
static size_t leave_count;

bool nc_save_terminal(int descriptor) {
  if (tcgetattr(descriptor, &found) != 0) return false;
  found_descriptor = descriptor;
  return true;
}

static bool set_modes(int descriptor, const struct termios *modes) {
  int result;
  do result = tcsetattr(descriptor, TCSANOW, modes);
  while (result != 0 && errno == EINTR);
  return result == 0;
}

bool nc_raw_terminal(int descriptor) {
  struct termios modes = found;
  cfmakeraw(&modes);
  modes.c_oflag = found.c_oflag & ~(tcflag_t)OPOST;
  modes.c_cc[VMIN] = 1;
  modes.c_cc[VTIME] = 0;
  return set_modes(descriptor, &modes);
}

void nc_restore_modes(void) {
  // Now, not when all is sent: on a line that is stuck, that would be never.
  if (found_descriptor >= 0) tcsetattr(found_descriptor, TCSANOW, &found);
}

void nc_arm(int descriptor, const uint8_t *bytes, size_t count) {
  armed = 0;
  leave_count = count < sizeof leave_bytes ? count : sizeof leave_bytes;
  memcpy(leave_bytes, bytes, leave_count);
  leave_descriptor = descriptor;
  armed = 1;
}

void nc_disarm(void) { armed = 0; }

void nc_restore(void) {
  if (!armed) return;
  armed = 0;
  ssize_t written = write(leave_descriptor, leave_bytes, leave_count);
  (void)written;
  nc_restore_modes();
}

// MARK: Fatal signals

static const int fatal[] = {SIGABRT, SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGFPE, SIGSYS};
enum { fatal_count = sizeof fatal / sizeof fatal[0] };
static struct sigaction fatal_before[fatal_count];
static bool keeps_backtrace;
static bool guards;

static void fall(int number, siginfo_t *information, void *context) {
  (void)context;
  bool held_terminal = armed;
  nc_restore();
  struct sigaction next;
  memset(&next, 0, sizeof next);
  next.sa_handler = SIG_DFL;
  for (int i = 0; i < fatal_count; i++) {
    // Swift's backtracer asks questions on the terminal unless told not to, and a program that fell
    // while it held the terminal must be gone at once. So then it ends as signals end programs.
    if (fatal[i] == number && (keeps_backtrace || !held_terminal)) next = fatal_before[i];
  }
  sigaction(number, &next, NULL);
  // A fault repeats by itself on return. What somebody sent has to be sent again.
  if (information == NULL || information->si_code <= 0) raise(number);
}

void nc_guard(void) {
  // Each thread needs a stack of its own for this; a full stack is one of the ways to fall.
  static _Thread_local uint8_t *stack;
  enum { stack_size = 64 * 1024 };
  stack_t present;
  if (stack == NULL && sigaltstack(NULL, &present) == 0 && (present.ss_flags & SS_DISABLE)) {
    stack = malloc(stack_size);
    stack_t alternate = {.ss_sp = stack, .ss_size = stack_size};
    if (stack != NULL) sigaltstack(&alternate, NULL);
  }
  sigset_t all;
  sigemptyset(&all);
  for (int i = 0; i < fatal_count; i++) sigaddset(&all, fatal[i]);
  pthread_sigmask(SIG_UNBLOCK, &all, NULL);
  if (guards) return;
  guards = true;
  const char *wishes = getenv("SWIFT_BACKTRACE");
  keeps_backtrace = wishes != NULL && strstr(wishes, "interactive=no") != NULL;
  atexit(nc_restore);
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_sigaction = fall;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK;
  sigemptyset(&action.sa_mask);
  for (int i = 0; i < fatal_count; i++) sigaction(fatal[i], &action, &fatal_before[i]);
}
