// Counts allocations per thread, so that tests running side by side do not disturb each other.
// glibc lets a program put its own malloc in front; the real one stays reachable by name.
#include "AllocationCount.h"
#include <stddef.h>

static __thread uint64_t count;

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t number, size_t size);
extern void *__libc_realloc(void *block, size_t size);

void *malloc(size_t size) {
  count++;
  return __libc_malloc(size);
}

void *calloc(size_t number, size_t size) {
  count++;
  return __libc_calloc(number, size);
}

void *realloc(void *block, size_t size) {
  count++;
  return __libc_realloc(block, size);
}

uint64_t allocation_count(void) { return count; }
