// How libtiff reaches our bytes and reports its errors, for reading and for writing.
#pragma once

#include "internal.h"

#include <tiffio.h>

typedef struct ic_tiff {
  TIFF *tiff;
  ic_source *source;
  ic_sink *sink;
  ic_reader *reader;  // for warnings; NULL when writing
  ic_error *error;    // of the call in progress
} ic_tiff;

// Opens the source or the sink of `file`. The mode is libtiff's. No single allocation is larger than `maximum_bytes`.
int ic_tiff_file_open(ic_tiff *file, const char *mode, uint64_t maximum_bytes);

// The error that libtiff reported, or `message` when it reported none.
int ic_tiff_failed(ic_tiff *file, const char *message);
