// What the files of this target share.
#pragma once

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "CImageCodecs.h"

#define IC_TEXTS 256
#define IC_NOTICES 12
#define IC_NOTICE_LENGTH 200

// Metadata beyond this is not worth its memory in any picture.
#define IC_BLOCK_MAXIMUM ((size_t)64 << 20)

typedef struct ic_block {
  uint8_t *bytes;
  size_t length;
} ic_block;

typedef struct ic_text {
  uint32_t tag;
  char *keyword;
  char *value;
  size_t length;
} ic_text;

struct ic_reader {
  ic_source *source;
  ic_info info;
  uint64_t maximum_bytes;
  uint32_t next_row;
  ic_block blocks[IC_BLOCKS];
  ic_text texts[IC_TEXTS];
  int32_t text_count;
  char notices[IC_NOTICES][IC_NOTICE_LENGTH];
  int32_t notice_count;
  uint16_t quantisation[4][64];
  void *decoder;
  int (*rows)(ic_reader *reader, uint8_t *destination, uint32_t count, ic_error *error);
  int (*finish)(ic_reader *reader, ic_error *error);
  void (*close)(ic_reader *reader);
};

struct ic_writer {
  ic_sink *sink;
  ic_encoding encoding;
  uint32_t next_row;
  ic_block blocks[IC_BLOCKS];
  ic_text texts[IC_TEXTS];
  int32_t text_count;
  uint16_t quantisation[4][64];
  int32_t table_set[4];
  int32_t profile_refused;
  void *encoder;
  int (*rows)(ic_writer *writer, const uint8_t *rows, uint32_t count, ic_error *error);
  int (*finish)(ic_writer *writer, ic_error *error);
  void (*close)(ic_writer *writer);
};

// Fills the error and returns its status.
int ic_fail(ic_error *error, int status, int system_error, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

void ic_reader_note(ic_reader *reader, const char *format, ...) __attribute__((format(printf, 2, 3)));
void ic_reader_set_block(ic_reader *reader, int block, const void *bytes, size_t length);
void ic_reader_add_text(ic_reader *reader, const char *keyword, const char *value, size_t length);

int ic_png_open(ic_reader *reader, uint64_t maximum_pixels, ic_error *error);
int ic_jpeg_open(ic_reader *reader, uint64_t maximum_pixels, ic_error *error);
int ic_tiff_open(ic_reader *reader, uint64_t maximum_pixels, ic_error *error);
int ic_png_begin(ic_writer *writer, ic_error *error);
int ic_jpeg_begin(ic_writer *writer, ic_error *error);
int ic_tiff_begin(ic_writer *writer, ic_error *error);

// Sequential access for the decoders.
size_t ic_source_read(ic_source *source, void *destination, size_t count);
int64_t ic_source_seek(ic_source *source, int64_t offset, int whence);
int ic_source_error(const ic_source *source);

// Sequential access for the encoders; -1 after an error, whose errno is kept.
int64_t ic_sink_write(ic_sink *sink, const void *bytes, size_t count);
int64_t ic_sink_read(ic_sink *sink, void *destination, size_t count);
int64_t ic_sink_seek(ic_sink *sink, int64_t offset, int whence);
int64_t ic_sink_length(ic_sink *sink);
int ic_sink_error(const ic_sink *sink);

// Refuses a picture over the limits before anything of its size is allocated.
int ic_check_size(
    uint64_t width, uint64_t height, uint64_t pixel_bytes, uint64_t maximum_pixels, uint64_t maximum_bytes,
    ic_error *error);

static inline size_t ic_sample_bytes(int32_t sample_type) {
  return sample_type == IC_UINT8 ? 1 : sample_type == IC_UINT16 ? 2 : 4;
}
