// What the three decoders share: dispatch, metadata blocks, texts and notices.
#include <errno.h>
#include <stdarg.h>

#include "internal.h"

ic_reader *ic_reader_open(
    ic_source *source, int32_t format, uint64_t maximum_pixels, uint64_t maximum_bytes, ic_error *error) {
  ic_reader *reader = calloc(1, sizeof *reader);
  if (reader == NULL) {
    ic_fail(error, IC_LIMIT, ENOMEM, "no memory for a decoder");
    return NULL;
  }
  reader->source = source;
  reader->maximum_bytes = maximum_bytes;
  reader->info.format = format;
  reader->info.orientation = 1;
  reader->info.pages = 1;
  int outcome = format == IC_PNG ? ic_png_open(reader, maximum_pixels, error)
      : format == IC_JPEG ? ic_jpeg_open(reader, maximum_pixels, error)
      : ic_tiff_open(reader, maximum_pixels, error);
  if (outcome != IC_OK) {
    ic_reader_close(reader);
    return NULL;
  }
  return reader;
}

void ic_reader_info(const ic_reader *reader, ic_info *info) { *info = reader->info; }

int ic_reader_rows(ic_reader *reader, void *destination, uint32_t count, ic_error *error) {
  if (count > reader->info.height - reader->next_row || (reader->info.whole && count != reader->info.height)) {
    return ic_fail(error, IC_BAD_DATA, 0, "rows asked for that do not exist");
  }
  int outcome = reader->rows(reader, destination, count, error);
  if (outcome == IC_OK) { reader->next_row += count; }
  return outcome;
}

int ic_reader_finish(ic_reader *reader, ic_error *error) { return reader->finish(reader, error); }

void ic_reader_note(ic_reader *reader, const char *format, ...) {
  if (reader->notice_count >= IC_NOTICES) { return; }
  char *notice = reader->notices[reader->notice_count];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(notice, IC_NOTICE_LENGTH, format, arguments);
  va_end(arguments);
  for (int32_t index = 0; index < reader->notice_count; index++) {
    if (strcmp(reader->notices[index], notice) == 0) { return; }
  }
  reader->notice_count += 1;
}

void ic_reader_set_block(ic_reader *reader, int block, const void *bytes, size_t length) {
  if (length == 0) { return; }
  uint8_t *copy = length > IC_BLOCK_MAXIMUM ? NULL : malloc(length);
  if (copy == NULL) {
    ic_reader_note(reader, "a metadata block of %zu bytes was left out", length);
    return;
  }
  memcpy(copy, bytes, length);
  free(reader->blocks[block].bytes);
  reader->blocks[block] = (ic_block){copy, length};
}

void ic_reader_add_text(ic_reader *reader, const char *keyword, const char *value, size_t length) {
  if (reader->text_count >= IC_TEXTS || length > IC_BLOCK_MAXIMUM) {
    ic_reader_note(reader, "text entries beyond the first %d were left out", IC_TEXTS);
    return;
  }
  char *name = strdup(keyword);
  char *copy = malloc(length + 1);
  if (name == NULL || copy == NULL) {
    free(name);
    free(copy);
    return;
  }
  memcpy(copy, value, length);
  copy[length] = 0;
  reader->texts[reader->text_count++] = (ic_text){0, name, copy, length};
}

const uint8_t *ic_reader_block(const ic_reader *reader, int block, size_t *length) {
  *length = reader->blocks[block].length;
  return reader->blocks[block].bytes;
}

int32_t ic_reader_text_count(const ic_reader *reader) { return reader->text_count; }

const char *ic_reader_text_keyword(const ic_reader *reader, int32_t index) {
  return reader->texts[index].keyword;
}

const char *ic_reader_text_value(const ic_reader *reader, int32_t index, size_t *length) {
  if (length != NULL) { *length = reader->texts[index].length; }
  return reader->texts[index].value;
}

int32_t ic_reader_notice_count(const ic_reader *reader) { return reader->notice_count; }

const char *ic_reader_notice(const ic_reader *reader, int32_t index) { return reader->notices[index]; }

uint16_t ic_reader_quantisation(const ic_reader *reader, int32_t table, int32_t position) {
  return reader->quantisation[table & 3][position & 63];
}

void ic_reader_close(ic_reader *reader) {
  if (reader == NULL) { return; }
  if (reader->close != NULL) { reader->close(reader); }
  for (int block = 0; block < IC_BLOCKS; block++) { free(reader->blocks[block].bytes); }
  for (int32_t index = 0; index < reader->text_count; index++) {
    free(reader->texts[index].keyword);
    free(reader->texts[index].value);
  }
  free(reader);
}
