// The painter: ncurses writing into memory.
#define _GNU_SOURCE
#define NCURSES_WIDECHAR 1
#include "CNcurses.h"
#include <curses.h>
#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/mman.h>
#include <term.h>
#include <unistd.h>
#include <wchar.h>

// term.h names its variables like everybody else does.
#undef columns
#undef lines

static SCREEN *screen;
static FILE *output;
static int memory = -1;
static uint8_t *taken;
static size_t taken_capacity;
static bool own_colors;

int nc_knows(const char *type) {
  int error = 0;
  if (setupterm((char *)type, STDERR_FILENO, &error) == OK) {
    del_curterm(cur_term);
    return 1;
  }
  return error == -1 ? -1 : 0;
}

static bool has(const char *name) {
  const char *text = tigetstr((char *)name);
  return text != NULL && text != (char *)-1 && *text != 0;
}

bool nc_can_place_cursor(const char *type) {
  int error = 0;
  if (setupterm((char *)type, STDERR_FILENO, &error) != OK) return false;
  bool can = has("cup") && has("clear");
  del_curterm(cur_term);
  return can;
}

bool nc_open(const char *type, int rows, int columns, bool wants_colors) {
  memory = memfd_create("frame", MFD_CLOEXEC);
  if (memory < 0) return false;
  output = fdopen(memory, "w");
  if (output == NULL) {
    close(memory);
    return false;
  }
  // Waiting times are for terminals of the seventies.
  setenv("NCURSES_NO_PADDING", "1", 1);
  screen = newterm((char *)type, output, stdin);
  if (screen == NULL) {
    fclose(output);
    memory = -1;
    return false;
  }
  typeahead(-1);
  own_colors = false;
  if (wants_colors && has_colors() && start_color() == OK) {
    own_colors = use_default_colors() == OK;
  }
  resizeterm(rows, columns);
  leaveok(stdscr, FALSE);
  scrollok(stdscr, FALSE);
  idlok(stdscr, TRUE);
  keypad(stdscr, TRUE);
  curs_set(0);
  return true;
}

void nc_end(void) {
  if (screen != NULL) endwin();
}

void nc_delete(void) {
  if (screen == NULL) return;
  delscreen(screen);
  screen = NULL;
  fclose(output);
  memory = -1;
}

int nc_colors(void) { return has_colors() ? COLORS : 0; }
int nc_color_pairs(void) { return COLOR_PAIRS; }
bool nc_has_default_colors(void) { return own_colors; }

void nc_define_pair(int pair, int foreground, int background) {
  init_extended_pair(pair, foreground, background);
}

void nc_put(int row, int column, const uint32_t *scalars, int count, int width, unsigned emphasis,
            int pair) {
  wchar_t text[CCHARW_MAX + 1] = {0};
  int used = 0;
  if (count > 0 && wcwidth((wchar_t)scalars[0]) == width) text[used++] = (wchar_t)scalars[0];
  for (int i = 1; used > 0 && i < count && used < CCHARW_MAX; i++) {
    if (wcwidth((wchar_t)scalars[i]) == 0) text[used++] = (wchar_t)scalars[i];
  }
  attr_t attributes = 0;
  if (emphasis & 1) attributes |= A_BOLD;
  if (emphasis & 2) attributes |= A_DIM;
  if (emphasis & 4) attributes |= A_ITALIC;
  if (emphasis & 8) attributes |= A_UNDERLINE;
  if (emphasis & 16) attributes |= A_REVERSE;
  cchar_t cell;
  int number = pair;
  if (used > 0) {
    if (setcchar(&cell, text, attributes, (short)(pair & 0x7fff), &number) == OK) {
      mvwadd_wch(stdscr, row, column, &cell);
      return;
    }
  }
  for (int i = 0; i < width; i++) {
    if (setcchar(&cell, L"?", attributes, (short)(pair & 0x7fff), &number) == OK)
      mvwadd_wch(stdscr, row, column + i, &cell);
  }
}

void nc_resize(int rows, int columns) {
  resizeterm(rows, columns);
  clearok(curscr, TRUE);
}

void nc_repaint(void) { clearok(curscr, TRUE); }

void nc_flush(int row, int column) {
  wmove(stdscr, row, column);
  wnoutrefresh(stdscr);
  doupdate();
}

const uint8_t *nc_take(size_t *count) {
  *count = 0;
  if (memory < 0) return NULL;
  fflush(output);
  off_t size = lseek(memory, 0, SEEK_END);
  if (size <= 0) return taken;
  if ((size_t)size > taken_capacity) {
    uint8_t *larger = realloc(taken, (size_t)size * 2);
    if (larger == NULL) return taken;
    taken = larger;
    taken_capacity = (size_t)size * 2;
  }
  ssize_t got = pread(memory, taken, (size_t)size, 0);
  if (ftruncate(memory, 0) == 0) lseek(memory, 0, SEEK_SET);
  *count = got > 0 ? (size_t)got : 0;
  return taken;
}

const char *nc_capability(const char *name) {
  const char *text = tigetstr((char *)name);
  return text == (char *)-1 ? NULL : text;
}

static bool mentions_utf8(const char *text) {
  return strcasestr(text, "utf-8") != NULL || strcasestr(text, "utf8") != NULL;
}

bool nc_take_locale(void) {
  // Characters only: numbers and dates in files do not depend on who reads them.
  bool was_set = setlocale(LC_CTYPE, "") != NULL;
  if (was_set && strcasecmp(nl_langinfo(CODESET), "UTF-8") == 0) return true;
  const char *names[] = {"LC_ALL", "LC_CTYPE", "LANG"};
  for (int i = 0; i < 3; i++) {
    const char *asked = getenv(names[i]);
    if (asked == NULL || *asked == 0) continue;
    // The locale asked for is not installed on this host; its characters are.
    return mentions_utf8(asked) && setlocale(LC_CTYPE, "C.UTF-8") != NULL;
  }
  return false;
}
