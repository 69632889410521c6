// PNG out, row by row.
#include <png.h>

#include "internal.h"

typedef struct png_encoder {
  png_structp png;
  png_infop info;
  ic_writer *writer;
  ic_error *error;  // of the call in progress
} png_encoder;

static void on_error(png_structp png, png_const_charp message) {
  png_encoder *encoder = png_get_error_ptr(png);
  int system_error = ic_sink_error(encoder->writer->sink);
  if (system_error != 0) {
    ic_fail(encoder->error, IC_IO, system_error, "%s", strerror(system_error));
  } else {
    ic_fail(encoder->error, IC_BAD_DATA, 0, "%s", message);
  }
  png_longjmp(png, 1);
}

// libpng warns of odd profiles and keywords; whether a profile was taken is asked of it.
static void on_warning(png_structp png, png_const_charp message) {
  (void)png;
  (void)message;
}

static void on_write(png_structp png, png_bytep bytes, size_t count) {
  png_encoder *encoder = png_get_error_ptr(png);
  if (ic_sink_write(encoder->writer->sink, bytes, count) < 0) { png_error(png, "write error"); }
}

static void on_flush(png_structp png) { (void)png; }

static int write_rows(ic_writer *writer, const uint8_t *rows, uint32_t count, ic_error *error) {
  png_encoder *encoder = writer->encoder;
  encoder->error = error;
  if (setjmp(png_jmpbuf(encoder->png))) { return error->status; }
  size_t stride = png_get_rowbytes(encoder->png, encoder->info);
  for (uint32_t row = 0; row < count; row++) { png_write_row(encoder->png, rows + row * stride); }
  return IC_OK;
}

static int finish(ic_writer *writer, ic_error *error) {
  png_encoder *encoder = writer->encoder;
  encoder->error = error;
  if (setjmp(png_jmpbuf(encoder->png))) { return error->status; }
  png_write_end(encoder->png, NULL);
  return IC_OK;
}

static void close_encoder(ic_writer *writer) {
  png_encoder *encoder = writer->encoder;
  png_destroy_write_struct(&encoder->png, &encoder->info);
  free(encoder);
}

static void put_text(png_encoder *encoder, const char *keyword, const char *value) {
  png_text text;
  memset(&text, 0, sizeof text);
  int ascii = 1;
  for (const char *byte = value; *byte != 0; byte++) { ascii &= (uint8_t)*byte < 0x80; }
  text.compression = ascii ? PNG_TEXT_COMPRESSION_NONE : PNG_ITXT_COMPRESSION_NONE;
  text.key = (png_charp)keyword;
  text.text = (png_charp)value;
  text.text_length = ascii ? strlen(value) : 0;
  text.itxt_length = ascii ? 0 : strlen(value);
  png_set_text(encoder->png, encoder->info, &text, 1);
}

static void put_metadata(png_encoder *encoder) {
  ic_writer *writer = encoder->writer;
  const ic_encoding *encoding = &writer->encoding;
  const ic_block *icc = &writer->blocks[IC_BLOCK_ICC];
  const ic_block *exif = &writer->blocks[IC_BLOCK_EXIF];
  const ic_block *xmp = &writer->blocks[IC_BLOCK_XMP];
  if (icc->length > 0) {
    png_set_iCCP(
        encoder->png, encoder->info, "icc", PNG_COMPRESSION_TYPE_BASE, icc->bytes, (png_uint_32)icc->length);
    encoder->writer->profile_refused = !png_get_valid(encoder->png, encoder->info, PNG_INFO_iCCP);
  } else if (encoding->srgb) {
    png_set_sRGB_gAMA_and_cHRM(encoder->png, encoder->info, PNG_sRGB_INTENT_PERCEPTUAL);
  }
  if (exif->length > 0) {
    png_set_eXIf_1(encoder->png, encoder->info, (png_uint_32)exif->length, exif->bytes);
  }
  if (encoding->resolution_unit != 0) {
    double scale = encoding->resolution_unit == 2 ? 1 / 0.0254 : encoding->resolution_unit == 3 ? 100 : 1;
    double x = encoding->x_resolution * scale + 0.5, y = encoding->y_resolution * scale + 0.5;
    if (x >= 1 && y >= 1 && x < 2147483647.0 && y < 2147483647.0) {
      png_set_pHYs(
          encoder->png, encoder->info, (png_uint_32)x, (png_uint_32)y,
          encoding->resolution_unit == 1 ? PNG_RESOLUTION_UNKNOWN : PNG_RESOLUTION_METER);
    }
  }
  for (int32_t index = 0; index < writer->text_count; index++) {
    put_text(encoder, writer->texts[index].keyword, writer->texts[index].value);
  }
  if (xmp->length > 0) {
    // Always iTXt, as the XMP specification asks, even when it is ASCII.
    png_text text;
    memset(&text, 0, sizeof text);
    text.compression = PNG_ITXT_COMPRESSION_NONE;
    text.key = "XML:com.adobe.xmp";
    text.text = (png_charp)xmp->bytes;
    text.itxt_length = strlen((const char *)xmp->bytes);
    png_set_text(encoder->png, encoder->info, &text, 1);
  }
}

int ic_png_begin(ic_writer *writer, ic_error *error) {
  const ic_encoding *encoding = &writer->encoding;
  png_encoder *encoder = calloc(1, sizeof *encoder);
  if (encoder == NULL) { return ic_fail(error, IC_LIMIT, 0, "no memory for an encoder"); }
  encoder->writer = writer;
  encoder->error = error;
  encoder->png = png_create_write_struct(PNG_LIBPNG_VER_STRING, encoder, on_error, on_warning);
  encoder->info = encoder->png == NULL ? NULL : png_create_info_struct(encoder->png);
  if (encoder->info == NULL) {
    png_destroy_write_struct(&encoder->png, NULL);
    free(encoder);
    return ic_fail(error, IC_LIMIT, 0, "no memory for an encoder");
  }
  writer->encoder = encoder;
  writer->rows = write_rows;
  writer->finish = finish;
  writer->close = close_encoder;
  if (setjmp(png_jmpbuf(encoder->png))) { return error->status; }
  png_set_user_limits(encoder->png, 0x7fffffff, 0x7fffffff);
  png_set_chunk_malloc_max(encoder->png, 0);
  png_set_benign_errors(encoder->png, 1);
  png_set_write_fn(encoder->png, encoder, on_write, on_flush);
  png_set_compression_level(encoder->png, encoding->level);
  int type = encoding->color_channels == 1
      ? (encoding->alpha ? PNG_COLOR_TYPE_GRAY_ALPHA : PNG_COLOR_TYPE_GRAY)
      : (encoding->alpha ? PNG_COLOR_TYPE_RGB_ALPHA : PNG_COLOR_TYPE_RGB);
  png_set_IHDR(
      encoder->png, encoder->info, encoding->width, encoding->height,
      encoding->sample_type == IC_UINT8 ? 8 : 16, type, PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT,
      PNG_FILTER_TYPE_DEFAULT);
  put_metadata(encoder);
  png_write_info_before_PLTE(encoder->png, encoder->info);
  if (writer->blocks[IC_BLOCK_CICP].length == 4) {
    // libpng writes no cICP of its own before 1.6.45; its place is in front of PLTE and IDAT.
    png_write_chunk(encoder->png, (png_const_bytep) "cICP", writer->blocks[IC_BLOCK_CICP].bytes, 4);
  }
  png_write_info(encoder->png, encoder->info);
  const uint16_t one = 1;
  if (encoding->sample_type != IC_UINT8 && *(const uint8_t *)&one == 1) { png_set_swap(encoder->png); }
  return IC_OK;
}
