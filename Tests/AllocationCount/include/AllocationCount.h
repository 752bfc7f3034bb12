#pragma once
#include <stdint.h>

/// Allocations made by the calling thread since it started; 0 where counting is not built in.
uint64_t allocation_count(void);
