// Calls of the kernel that Swift's Glibc module leaves out.

#include <sys/syscall.h>
#include <unistd.h>

// Asks for writing a part of a file to the disk to begin, and does not wait; count 0 is to the end.
// Only a hint: what it does not do, or fails to do, fsync does or reports.
static inline void linux_begin_writing(int descriptor, long long offset, long long count) {
#ifdef SYS_sync_file_range
  enum { begin_only = 2 };  // SYNC_FILE_RANGE_WRITE
  (void)syscall(SYS_sync_file_range, descriptor, offset, count, begin_only);
#endif
}
