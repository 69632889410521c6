// PNG in. Palette, tRNS and 1, 2 and 4 bits come out as 8-bit samples of the same values.
#include <png.h>

#include "internal.h"

typedef struct png_decoder {
  png_structp png;
  png_infop info;
  ic_reader *reader;
  ic_error *error;  // of the call in progress
  int texts_taken;
} png_decoder;

static void on_error(png_structp png, png_const_charp message) {
  png_decoder *decoder = png_get_error_ptr(png);
  if (decoder->error->status == IC_OK) {
    int system_error = ic_source_error(decoder->reader->source);
    if (system_error != 0) {
      ic_fail(decoder->error, IC_IO, system_error, "%s", strerror(system_error));
    } else {
      ic_fail(decoder->error, IC_BAD_DATA, 0, "%s", message);
    }
  }
  png_longjmp(png, 1);
}

static void on_warning(png_structp png, png_const_charp message) {
  png_decoder *decoder = png_get_error_ptr(png);
  ic_reader_note(decoder->reader, "PNG: %s", message);
}

static void on_read(png_structp png, png_bytep bytes, size_t count) {
  png_decoder *decoder = png_get_error_ptr(png);
  if (ic_source_read(decoder->reader->source, bytes, count) != count) {
    if (ic_source_error(decoder->reader->source) == 0) {
      ic_fail(decoder->error, IC_TRUNCATED, 0, "the file ends inside the picture");
    }
    png_error(png, "read error");
  }
}

static uint32_t big_endian(const uint8_t *bytes) {
  return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

static void take_chunk(ic_reader *reader, int block, uint64_t offset, uint32_t length) {
  uint8_t *bytes = malloc(length);
  if (bytes == NULL) { return; }
  if (ic_source_read_at(reader->source, offset, bytes, length) == (int64_t)length) {
    ic_reader_set_block(reader, block, bytes, length);
  }
  free(bytes);
}

// Walks the chunk headers before libpng sees the file: a file that is cut short is known at once, the size is
// checked before any allocation, and an eXIf chunk is found on whichever side of the pixels it stands.
static int walk(ic_reader *reader, uint64_t maximum_pixels, ic_error *error) {
  uint64_t length = ic_source_length(reader->source);
  uint64_t offset = 8;
  for (int first = 1;; first = 0) {
    uint8_t header[8], ihdr[13];
    if (ic_source_read_at(reader->source, offset, header, 8) != 8) {
      return ic_fail(
          error, IC_TRUNCATED, 0, "the file ends at byte %llu, before its last chunk",
          (unsigned long long)length);
    }
    uint32_t size = big_endian(header);
    if (size > 0x7fffffff || length - offset < (uint64_t)size + 12) {
      return ic_fail(
          error, IC_TRUNCATED, 0, "the chunk at byte %llu says %u bytes, but the file ends at byte %llu",
          (unsigned long long)offset, size, (unsigned long long)length);
    }
    if (first) {
      if (memcmp(header + 4, "IHDR", 4) != 0 || size != 13) {
        return ic_fail(error, IC_BAD_DATA, 0, "the first chunk is not a header (IHDR)");
      }
      if (ic_source_read_at(reader->source, offset + 8, ihdr, 13) != 13) {
        return ic_fail(error, IC_TRUNCATED, 0, "the file ends inside its header");
      }
      int outcome = ic_check_size(
          big_endian(ihdr), big_endian(ihdr + 4), 8, maximum_pixels, reader->maximum_bytes, error);
      if (outcome != IC_OK) { return outcome; }
    } else if (memcmp(header + 4, "eXIf", 4) == 0 && size <= IC_BLOCK_MAXIMUM) {
      take_chunk(reader, IC_BLOCK_EXIF, offset + 8, size);
    } else if (memcmp(header + 4, "cICP", 4) == 0 && size == 4) {
      take_chunk(reader, IC_BLOCK_CICP, offset + 8, size);
      reader->info.has_cicp = 1;
    } else if (memcmp(header + 4, "acTL", 4) == 0) {
      reader->info.pages = 2;
    } else if (memcmp(header + 4, "IEND", 4) == 0) {
      return IC_OK;
    }
    offset += (uint64_t)size + 12;
  }
}

static void add_latin1(ic_reader *reader, const char *keyword, const char *value, size_t length) {
  char *utf8 = malloc(length * 2 + 1);
  if (utf8 == NULL) { return; }
  size_t used = 0;
  for (size_t index = 0; index < length; index++) {
    uint8_t byte = (uint8_t)value[index];
    if (byte < 0x80) {
      utf8[used++] = (char)byte;
    } else {
      utf8[used++] = (char)(0xc0 | byte >> 6);
      utf8[used++] = (char)(0x80 | (byte & 0x3f));
    }
  }
  ic_reader_add_text(reader, keyword, utf8, used);
  free(utf8);
}

static void take_texts(png_decoder *decoder) {
  png_textp texts = NULL;
  int count = 0;
  png_get_text(decoder->png, decoder->info, &texts, &count);
  for (; decoder->texts_taken < count; decoder->texts_taken++) {
    const png_text *text = &texts[decoder->texts_taken];
    int international = text->compression >= PNG_ITXT_COMPRESSION_NONE;
    size_t length = international ? text->itxt_length : text->text_length;
    if (text->text == NULL) { continue; }
    if (strcmp(text->key, "XML:com.adobe.xmp") == 0) {
      ic_reader_set_block(decoder->reader, IC_BLOCK_XMP, text->text, length);
    } else if (international) {
      ic_reader_add_text(decoder->reader, text->key, text->text, length);
    } else {
      add_latin1(decoder->reader, text->key, text->text, length);
    }
  }
}

static void take_color(png_decoder *decoder) {
  png_structp png = decoder->png;
  ic_info *info = &decoder->reader->info;
  png_charp name = NULL;
  png_bytep profile = NULL;
  png_uint_32 length = 0;
  int value = 0;
  if (png_get_iCCP(png, decoder->info, &name, &value, &profile, &length) == PNG_INFO_iCCP) {
    ic_reader_set_block(decoder->reader, IC_BLOCK_ICC, profile, length);
  }
  info->has_srgb = png_get_sRGB(png, decoder->info, &value) == PNG_INFO_sRGB;
  info->has_gamma = png_get_gAMA(png, decoder->info, &info->gamma) == PNG_INFO_gAMA;
  info->has_chromaticities = png_get_cHRM(
      png, decoder->info, &info->white_x, &info->white_y, &info->red_x, &info->red_y, &info->green_x,
      &info->green_y, &info->blue_x, &info->blue_y) == PNG_INFO_cHRM;
  png_uint_32 x = 0, y = 0;
  if (png_get_pHYs(png, decoder->info, &x, &y, &value) == PNG_INFO_pHYs) {
    int metres = value == PNG_RESOLUTION_METER;
    info->resolution_unit = metres ? 3 : 1;
    info->x_resolution = metres ? x / 100.0 : x;
    info->y_resolution = metres ? y / 100.0 : y;
  }
}

static int read_rows(ic_reader *reader, uint8_t *destination, uint32_t count, ic_error *error) {
  png_decoder *decoder = reader->decoder;
  decoder->error = error;
  error->status = IC_OK;
  if (setjmp(png_jmpbuf(decoder->png))) { return error->status; }
  size_t stride = png_get_rowbytes(decoder->png, decoder->info);
  int passes = reader->info.interlaced ? 7 : 1;
  for (int pass = 0; pass < passes; pass++) {
    for (uint32_t row = 0; row < count; row++) {
      png_read_row(decoder->png, destination + row * stride, NULL);
    }
  }
  return IC_OK;
}

static int finish(ic_reader *reader, ic_error *error) {
  png_decoder *decoder = reader->decoder;
  decoder->error = error;
  error->status = IC_OK;
  if (setjmp(png_jmpbuf(decoder->png))) { return error->status; }
  png_read_end(decoder->png, decoder->info);
  take_texts(decoder);
  return IC_OK;
}

static void close_decoder(ic_reader *reader) {
  png_decoder *decoder = reader->decoder;
  png_destroy_read_struct(&decoder->png, &decoder->info, NULL);
  free(decoder);
}

static void describe(png_decoder *decoder) {
  png_structp png = decoder->png;
  png_infop header = decoder->info;
  ic_info *info = &decoder->reader->info;
  png_byte type = png_get_color_type(png, header);
  png_byte bits = png_get_bit_depth(png, header);
  int transparent = png_get_valid(png, header, PNG_INFO_tRNS) != 0;
  info->width = png_get_image_width(png, header);
  info->height = png_get_image_height(png, header);
  info->source_bits = bits;
  info->palette = type == PNG_COLOR_TYPE_PALETTE;
  info->interlaced = png_get_interlace_type(png, header) != PNG_INTERLACE_NONE;
  info->whole = info->interlaced;
  if (info->palette) { png_set_palette_to_rgb(png); }
  if (type == PNG_COLOR_TYPE_GRAY && bits < 8) { png_set_expand_gray_1_2_4_to_8(png); }
  if (transparent) { png_set_tRNS_to_alpha(png); }
  const uint16_t one = 1;
  if (bits == 16 && *(const uint8_t *)&one == 1) { png_set_swap(png); }
  if (info->interlaced) { png_set_interlace_handling(png); }
  png_read_update_info(png, header);
  info->sample_type = bits == 16 ? IC_UINT16 : IC_UINT8;
  png_byte channels = png_get_channels(png, header);
  info->color_channels = channels >= 3 ? 3 : 1;
  info->alpha = channels == 2 || channels == 4 ? IC_ALPHA_STRAIGHT : IC_ALPHA_NONE;
  info->decoder_bytes = 2 * (uint64_t)png_get_rowbytes(png, header);
}

int ic_png_open(ic_reader *reader, uint64_t maximum_pixels, ic_error *error) {
  int outcome = walk(reader, maximum_pixels, error);
  if (outcome != IC_OK) { return outcome; }
  png_decoder *decoder = calloc(1, sizeof *decoder);
  if (decoder == NULL) { return ic_fail(error, IC_LIMIT, 0, "no memory for a decoder"); }
  decoder->reader = reader;
  decoder->error = error;
  error->status = IC_OK;
  decoder->png = png_create_read_struct(PNG_LIBPNG_VER_STRING, decoder, on_error, on_warning);
  decoder->info = decoder->png == NULL ? NULL : png_create_info_struct(decoder->png);
  if (decoder->info == NULL) {
    png_destroy_read_struct(&decoder->png, NULL, NULL);
    free(decoder);
    return ic_fail(error, IC_LIMIT, 0, "no memory for a decoder");
  }
  reader->decoder = decoder;
  reader->rows = read_rows;
  reader->finish = finish;
  reader->close = close_decoder;
  if (setjmp(png_jmpbuf(decoder->png))) { return error->status; }
  png_set_user_limits(decoder->png, 0x7fffffff, 0x7fffffff);
  png_set_chunk_cache_max(decoder->png, 1000);
  png_set_chunk_malloc_max(decoder->png, IC_BLOCK_MAXIMUM);
  png_set_benign_errors(decoder->png, 1);
  png_set_read_fn(decoder->png, decoder, on_read);
  ic_source_seek(reader->source, 0, SEEK_SET);
  png_read_info(decoder->png, decoder->info);
  take_color(decoder);
  take_texts(decoder);
  describe(decoder);
  return IC_OK;
}
