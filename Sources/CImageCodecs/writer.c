// What the three encoders share: dispatch, metadata blocks and texts.
#include <errno.h>

#include "internal.h"

ic_writer *ic_writer_create(ic_sink *sink, const ic_encoding *encoding, ic_error *error) {
  ic_writer *writer = calloc(1, sizeof *writer);
  if (writer == NULL) {
    ic_fail(error, IC_LIMIT, ENOMEM, "no memory for an encoder");
    return NULL;
  }
  writer->sink = sink;
  writer->encoding = *encoding;
  return writer;
}

int ic_writer_set_block(ic_writer *writer, int block, const void *bytes, size_t length, ic_error *error) {
  if (length == 0) { return IC_OK; }
  uint8_t *copy = malloc(length + 1);
  if (copy == NULL) { return ic_fail(error, IC_LIMIT, ENOMEM, "no memory for metadata"); }
  memcpy(copy, bytes, length);
  copy[length] = 0;  // blocks of text are used as strings
  free(writer->blocks[block].bytes);
  writer->blocks[block] = (ic_block){copy, length};
  return IC_OK;
}

int ic_writer_add_text(
    ic_writer *writer, uint32_t tag, const char *keyword, const char *value, ic_error *error) {
  if (writer->text_count >= IC_TEXTS) {
    return ic_fail(error, IC_LIMIT, 0, "more than %d text entries", IC_TEXTS);
  }
  char *name = strdup(keyword);
  char *copy = strdup(value);
  if (name == NULL || copy == NULL) {
    free(name);
    free(copy);
    return ic_fail(error, IC_LIMIT, ENOMEM, "no memory for metadata");
  }
  writer->texts[writer->text_count++] = (ic_text){tag, name, copy, strlen(copy)};
  return IC_OK;
}

int ic_writer_set_quantisation(ic_writer *writer, int32_t table, const uint16_t *steps, ic_error *error) {
  if (table < 0 || table > 3) { return ic_fail(error, IC_BAD_DATA, 0, "there is no table %d", (int)table); }
  memcpy(writer->quantisation[table], steps, sizeof writer->quantisation[table]);
  writer->table_set[table] = 1;
  return IC_OK;
}

int ic_writer_begin(ic_writer *writer, ic_error *error) {
  return writer->encoding.format == IC_PNG ? ic_png_begin(writer, error)
      : writer->encoding.format == IC_JPEG ? ic_jpeg_begin(writer, error)
      : ic_tiff_begin(writer, error);
}

int32_t ic_writer_profile_refused(const ic_writer *writer) { return writer->profile_refused; }

int ic_writer_rows(ic_writer *writer, const void *rows, uint32_t count, ic_error *error) {
  if (writer->rows == NULL || count > writer->encoding.height - writer->next_row) {
    return ic_fail(error, IC_BAD_DATA, 0, "more rows than the picture has");
  }
  int outcome = writer->rows(writer, rows, count, error);
  if (outcome == IC_OK) { writer->next_row += count; }
  return outcome;
}

int ic_writer_finish(ic_writer *writer, ic_error *error) {
  if (writer->finish == NULL || writer->next_row != writer->encoding.height) {
    return ic_fail(error, IC_BAD_DATA, 0, "fewer rows than the picture has");
  }
  return writer->finish(writer, error);
}

void ic_writer_close(ic_writer *writer) {
  if (writer == NULL) { return; }
  if (writer->close != NULL) { writer->close(writer); }
  for (int block = 0; block < IC_BLOCKS; block++) { free(writer->blocks[block].bytes); }
  for (int32_t index = 0; index < writer->text_count; index++) {
    free(writer->texts[index].keyword);
    free(writer->texts[index].value);
  }
  free(writer);
}
