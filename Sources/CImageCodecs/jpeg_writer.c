// JPEG out: grey or YCbCr, baseline, row by row.
#include "jpeg_file.h"

#include <jerror.h>

#define BUFFER ((size_t)64 << 10)
#define MARKER_MAXIMUM 65533

typedef struct jpeg_encoder {
  struct jpeg_compress_struct jpeg;
  struct jpeg_error_mgr handler;
  struct jpeg_destination_mgr output;
  jmp_buf jump;
  ic_writer *writer;
  ic_error *error;  // of the call in progress
  JOCTET buffer[BUFFER];
} jpeg_encoder;

static void on_error(j_common_ptr common) {
  jpeg_encoder *encoder = common->client_data;
  int system_error = ic_sink_error(encoder->writer->sink);
  if (system_error != 0) {
    ic_fail(encoder->error, IC_IO, system_error, "%s", strerror(system_error));
  } else {
    char message[JMSG_LENGTH_MAX];
    common->err->format_message(common, message);
    ic_fail(encoder->error, IC_BAD_DATA, 0, "%s", message);
  }
  longjmp(encoder->jump, 1);
}

static void on_message(j_common_ptr common, int level) {
  (void)common;
  (void)level;
}

static void on_output(j_common_ptr common) { (void)common; }

static void reset(jpeg_encoder *encoder) {
  encoder->output.next_output_byte = encoder->buffer;
  encoder->output.free_in_buffer = BUFFER;
}

static void on_begin(j_compress_ptr jpeg) { reset(jpeg->client_data); }

static boolean on_full(j_compress_ptr jpeg) {
  jpeg_encoder *encoder = jpeg->client_data;
  if (ic_sink_write(encoder->writer->sink, encoder->buffer, BUFFER) < 0) { ERREXIT(jpeg, JERR_FILE_WRITE); }
  reset(encoder);
  return TRUE;
}

static void on_end(j_compress_ptr jpeg) {
  jpeg_encoder *encoder = jpeg->client_data;
  size_t count = BUFFER - encoder->output.free_in_buffer;
  if (ic_sink_write(encoder->writer->sink, encoder->buffer, count) < 0) { ERREXIT(jpeg, JERR_FILE_WRITE); }
}

static int write_rows(ic_writer *writer, const uint8_t *rows, uint32_t count, ic_error *error) {
  jpeg_encoder *encoder = writer->encoder;
  encoder->error = error;
  if (setjmp(encoder->jump)) { return error->status; }
  size_t stride = (size_t)encoder->jpeg.image_width * (size_t)encoder->jpeg.input_components;
  for (uint32_t row = 0; row < count; row++) {
    JSAMPROW line = (JSAMPROW)(rows + row * stride);
    jpeg_write_scanlines(&encoder->jpeg, &line, 1);
  }
  return IC_OK;
}

static int finish(ic_writer *writer, ic_error *error) {
  jpeg_encoder *encoder = writer->encoder;
  encoder->error = error;
  if (setjmp(encoder->jump)) { return error->status; }
  jpeg_finish_compress(&encoder->jpeg);
  return IC_OK;
}

static void close_encoder(ic_writer *writer) {
  jpeg_encoder *encoder = writer->encoder;
  jpeg_destroy_compress(&encoder->jpeg);
  free(encoder);
}

static void put_marker(j_compress_ptr jpeg, const char *head, size_t head_length, const ic_block *block) {
  size_t length = head_length + block->length;
  if (block->length == 0 || length > MARKER_MAXIMUM) { return; }
  jpeg_write_m_header(jpeg, JPEG_APP0 + 1, (unsigned)length);
  for (size_t index = 0; index < head_length; index++) { jpeg_write_m_byte(jpeg, (uint8_t)head[index]); }
  for (size_t index = 0; index < block->length; index++) { jpeg_write_m_byte(jpeg, block->bytes[index]); }
}

void ic_jpeg_put_metadata(j_compress_ptr jpeg, const ic_writer *writer) {
  static const char exif[] = "Exif\0";
  static const char xmp[] = "http://ns.adobe.com/xap/1.0/";
  put_marker(jpeg, exif, 6, &writer->blocks[IC_BLOCK_EXIF]);
  put_marker(jpeg, xmp, sizeof xmp, &writer->blocks[IC_BLOCK_XMP]);
  const ic_block *icc = &writer->blocks[IC_BLOCK_ICC];
  if (icc->length > 0) { jpeg_write_icc_profile(jpeg, icc->bytes, (unsigned)icc->length); }
  for (int32_t index = 0; index < writer->text_count; index++) {
    const ic_text *text = &writer->texts[index];
    if (strcmp(text->keyword, "Comment") == 0 && text->length > 0 && text->length <= MARKER_MAXIMUM) {
      jpeg_write_marker(jpeg, JPEG_COM, (const JOCTET *)text->value, (unsigned)text->length);
    }
  }
}

static void put_tables(jpeg_encoder *encoder) {
  const ic_writer *writer = encoder->writer;
  struct jpeg_compress_struct *jpeg = &encoder->jpeg;
  jpeg_set_quality(jpeg, writer->encoding.jpeg_quality, TRUE);
  for (int table = 0; table < 4; table++) {
    if (!writer->table_set[table]) { continue; }
    unsigned int steps[64];
    for (int index = 0; index < 64; index++) { steps[index] = writer->quantisation[table][index]; }
    jpeg_add_quant_table(jpeg, table, steps, 100, TRUE);
  }
  if (jpeg->num_components == 3) {
    jpeg->comp_info[0].h_samp_factor = writer->encoding.jpeg_horizontal;
    jpeg->comp_info[0].v_samp_factor = writer->encoding.jpeg_vertical;
    for (int part = 1; part < 3; part++) {
      jpeg->comp_info[part].h_samp_factor = 1;
      jpeg->comp_info[part].v_samp_factor = 1;
      // A file that used one table for all channels keeps doing so.
      if (writer->table_set[0] && !writer->table_set[1]) { jpeg->comp_info[part].quant_tbl_no = 0; }
      // One that used a table for each channel keeps its own for the second chroma channel.
      if (part == 2 && writer->table_set[2]) { jpeg->comp_info[part].quant_tbl_no = 2; }
    }
  }
}

void ic_jpeg_put_density(j_compress_ptr jpeg, const ic_encoding *encoding) {
  double x = encoding->x_resolution + 0.5, y = encoding->y_resolution + 0.5;
  if (encoding->resolution_unit == 0 || !(x >= 1 && y >= 1 && x < 65535 && y < 65535)) { return; }
  jpeg->density_unit = (UINT8)(encoding->resolution_unit - 1);
  jpeg->X_density = (UINT16)x;
  jpeg->Y_density = (UINT16)y;
}

int ic_jpeg_begin(ic_writer *writer, ic_error *error) {
  const ic_encoding *encoding = &writer->encoding;
  jpeg_encoder *encoder = calloc(1, sizeof *encoder);
  if (encoder == NULL) { return ic_fail(error, IC_LIMIT, 0, "no memory for an encoder"); }
  encoder->writer = writer;
  encoder->error = error;
  encoder->jpeg.err = jpeg_std_error(&encoder->handler);
  encoder->handler.error_exit = on_error;
  encoder->handler.emit_message = on_message;
  encoder->handler.output_message = on_output;
  encoder->jpeg.client_data = encoder;
  if (setjmp(encoder->jump)) {
    if (writer->encoder == NULL) { free(encoder); }
    return error->status;
  }
  jpeg_create_compress(&encoder->jpeg);
  writer->encoder = encoder;
  writer->rows = write_rows;
  writer->finish = finish;
  writer->close = close_encoder;
  encoder->output = (struct jpeg_destination_mgr){
      .init_destination = on_begin, .empty_output_buffer = on_full, .term_destination = on_end};
  encoder->jpeg.dest = &encoder->output;
  encoder->jpeg.image_width = encoding->width;
  encoder->jpeg.image_height = encoding->height;
  encoder->jpeg.input_components = encoding->color_channels;
  encoder->jpeg.in_color_space = encoding->color_channels == 1 ? JCS_GRAYSCALE : JCS_RGB;
  jpeg_set_defaults(&encoder->jpeg);
  encoder->jpeg.dct_method = JDCT_ISLOW;
  encoder->jpeg.optimize_coding = FALSE;
  put_tables(encoder);
  ic_jpeg_put_density(&encoder->jpeg, encoding);
  jpeg_start_compress(&encoder->jpeg, TRUE);
  ic_jpeg_put_metadata(&encoder->jpeg, writer);
  return IC_OK;
}
