// JPEG in: grey, RGB, or CMYK (turned so that 0 is no ink).
#include "internal.h"

// jpeglib.h needs the standard headers in front of it, jerror.h needs jpeglib.h.
#include <jpeglib.h>

#include <jerror.h>

#define BUFFER ((size_t)64 << 10)

// A progressive file may hold any number of scans over the same pixels; real ones hold about ten.
#define SCAN_MAXIMUM 500

typedef struct jpeg_decoder {
  struct jpeg_decompress_struct jpeg;
  struct jpeg_error_mgr handler;
  struct jpeg_source_mgr input;
  struct jpeg_progress_mgr progress;
  jmp_buf jump;
  ic_reader *reader;
  ic_error *error;  // of the call in progress
  int started;
  int inverted;
  JOCTET buffer[BUFFER];
} jpeg_decoder;

static jpeg_decoder *decoder_of(j_common_ptr common) { return common->client_data; }

static void on_error(j_common_ptr common) {
  jpeg_decoder *decoder = decoder_of(common);
  char message[JMSG_LENGTH_MAX];
  common->err->format_message(common, message);
  int code = common->err->msg_code;
  if (decoder->error->status == IC_OK) {
    int status = code == JERR_OUT_OF_MEMORY || code == JERR_NO_BACKING_STORE ? IC_LIMIT : IC_BAD_DATA;
    ic_fail(decoder->error, status, 0, "%s", status == IC_LIMIT ? "decoding needs more memory than the limit" : message);
  }
  longjmp(decoder->jump, 1);
}

static void on_message(j_common_ptr common, int level) {
  if (level >= 0) { return; }
  char message[JMSG_LENGTH_MAX];
  common->err->format_message(common, message);
  ic_reader_note(decoder_of(common)->reader, "JPEG: %s", message);
}

static void on_output(j_common_ptr common) { (void)common; }

static void on_progress(j_common_ptr common) {
  jpeg_decoder *decoder = decoder_of(common);
  if (decoder->jpeg.input_scan_number > SCAN_MAXIMUM) {
    ic_fail(decoder->error, IC_BAD_DATA, 0, "more than %d scans", SCAN_MAXIMUM);
    longjmp(decoder->jump, 1);
  }
}

static void on_source(j_decompress_ptr jpeg) { (void)jpeg; }

static boolean on_fill(j_decompress_ptr jpeg) {
  jpeg_decoder *decoder = jpeg->client_data;
  size_t count = ic_source_read(decoder->reader->source, decoder->buffer, BUFFER);
  if (count == 0) {
    // libjpeg would go on with grey; a picture that is not all there is refused.
    int system_error = ic_source_error(decoder->reader->source);
    if (system_error != 0) {
      ic_fail(decoder->error, IC_IO, system_error, "%s", strerror(system_error));
    } else {
      ic_fail(
          decoder->error, IC_TRUNCATED, 0, "the file ends inside the picture, at row %u of %u",
          jpeg->output_scanline, jpeg->image_height);
    }
    longjmp(decoder->jump, 1);
  }
  decoder->input.next_input_byte = decoder->buffer;
  decoder->input.bytes_in_buffer = count;
  return TRUE;
}

static void on_skip(j_decompress_ptr jpeg, long count) {
  jpeg_decoder *decoder = jpeg->client_data;
  if (count <= 0) { return; }
  if ((size_t)count <= decoder->input.bytes_in_buffer) {
    decoder->input.next_input_byte += count;
    decoder->input.bytes_in_buffer -= (size_t)count;
    return;
  }
  ic_source_seek(
      decoder->reader->source, count - (long)decoder->input.bytes_in_buffer, SEEK_CUR);
  decoder->input.bytes_in_buffer = 0;
}

// The quality whose scaling of the standard's luminance table (ITU-T T.81, K.1) comes nearest to the file's.
static int estimate_quality(const uint16_t *table) {
  static const uint8_t standard[64] = {
      16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56,
      14, 17, 22, 29, 51, 87, 80, 62, 18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92,
      49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99};
  int best = 0;
  long least = -1;
  for (int quality = 100; quality >= 1; quality--) {
    int scale = quality < 50 ? 5000 / quality : 200 - quality * 2;
    long difference = 0;
    for (int index = 0; index < 64; index++) {
      int step = (standard[index] * scale + 50) / 100;
      step = step < 1 ? 1 : step > 255 ? 255 : step;
      difference += labs((long)step - table[index]);
    }
    if (least < 0 || difference < least) {
      least = difference;
      best = quality;
    }
  }
  return best;
}

static void take_tables(jpeg_decoder *decoder) {
  ic_reader *reader = decoder->reader;
  for (int table = 0; table < 4; table++) {
    const JQUANT_TBL *steps = decoder->jpeg.quant_tbl_ptrs[table];
    if (steps == NULL) { continue; }
    memcpy(reader->quantisation[table], steps->quantval, sizeof reader->quantisation[table]);
    if (table == reader->info.jpeg_tables) { reader->info.jpeg_tables = table + 1; }
  }
  if (reader->info.jpeg_tables > 0) {
    reader->info.jpeg_quality = estimate_quality(reader->quantisation[0]);
  }
  reader->info.jpeg_horizontal = 1;
  reader->info.jpeg_vertical = 1;
  if (decoder->jpeg.num_components == 3) {
    const jpeg_component_info *parts = decoder->jpeg.comp_info;
    if (parts[1].h_samp_factor > 0 && parts[1].v_samp_factor > 0) {
      reader->info.jpeg_horizontal = parts[0].h_samp_factor / parts[1].h_samp_factor;
      reader->info.jpeg_vertical = parts[0].v_samp_factor / parts[1].v_samp_factor;
    }
  }
}

static void take_markers(jpeg_decoder *decoder) {
  static const char exif[] = "Exif\0";
  static const char xmp[] = "http://ns.adobe.com/xap/1.0/";
  static const char more_xmp[] = "http://ns.adobe.com/xmp/extension/";
  static const char photoshop[] = "Photoshop 3.0";
  ic_reader *reader = decoder->reader;
  for (jpeg_saved_marker_ptr marker = decoder->jpeg.marker_list; marker != NULL; marker = marker->next) {
    size_t length = marker->data_length;
    const uint8_t *data = marker->data;
    if (marker->marker == JPEG_APP0 + 1) {
      if (length > 6 && memcmp(data, exif, 6) == 0 && reader->blocks[IC_BLOCK_EXIF].length == 0) {
        ic_reader_set_block(reader, IC_BLOCK_EXIF, data + 6, length - 6);
      } else if (length > sizeof xmp && memcmp(data, xmp, sizeof xmp) == 0) {
        ic_reader_set_block(reader, IC_BLOCK_XMP, data + sizeof xmp, length - sizeof xmp);
      } else if (length > sizeof more_xmp && memcmp(data, more_xmp, sizeof more_xmp) == 0) {
        ic_reader_note(reader, "JPEG: the extended part of the XMP is not carried over");
      }
    } else if (marker->marker == JPEG_APP0 + 13 && length > sizeof photoshop
               && memcmp(data, photoshop, sizeof photoshop) == 0) {
      ic_reader_note(reader, "JPEG: the Photoshop block (IPTC) is not carried over");
    } else if (marker->marker == JPEG_COM) {
      ic_reader_add_text(reader, "Comment", (const char *)data, length);
    }
  }
  JOCTET *profile = NULL;
  unsigned int length = 0;
  if (jpeg_read_icc_profile(&decoder->jpeg, &profile, &length)) {
    ic_reader_set_block(reader, IC_BLOCK_ICC, profile, length);
    free(profile);
  }
  if (decoder->jpeg.saw_JFIF_marker && decoder->jpeg.X_density > 0 && decoder->jpeg.Y_density > 0) {
    reader->info.resolution_unit = decoder->jpeg.density_unit == 1 ? 2 : decoder->jpeg.density_unit == 2 ? 3 : 1;
    reader->info.x_resolution = decoder->jpeg.X_density;
    reader->info.y_resolution = decoder->jpeg.Y_density;
  }
}

static int read_rows(ic_reader *reader, uint8_t *destination, uint32_t count, ic_error *error) {
  jpeg_decoder *decoder = reader->decoder;
  decoder->error = error;
  error->status = IC_OK;
  if (setjmp(decoder->jump)) { return error->status; }
  if (!decoder->started) {
    jpeg_start_decompress(&decoder->jpeg);
    decoder->started = 1;
  }
  size_t stride = (size_t)decoder->jpeg.output_width * (size_t)decoder->jpeg.output_components;
  for (uint32_t row = 0; row < count; row++) {
    JSAMPROW line = destination + row * stride;
    if (jpeg_read_scanlines(&decoder->jpeg, &line, 1) != 1) {
      return ic_fail(error, IC_BAD_DATA, 0, "no more rows after row %u", decoder->jpeg.output_scanline);
    }
    // Adobe's files hold what is left of the paper, not the ink.
    for (size_t index = 0; decoder->inverted && index < stride; index++) { line[index] = 255 - line[index]; }
  }
  return IC_OK;
}

static int finish(ic_reader *reader, ic_error *error) {
  jpeg_decoder *decoder = reader->decoder;
  decoder->error = error;
  error->status = IC_OK;
  if (setjmp(decoder->jump)) { return error->status; }
  jpeg_finish_decompress(&decoder->jpeg);
  return IC_OK;
}

static void close_decoder(ic_reader *reader) {
  jpeg_decoder *decoder = reader->decoder;
  jpeg_destroy_decompress(&decoder->jpeg);
  free(decoder);
}

static int describe(jpeg_decoder *decoder, uint64_t maximum_pixels, ic_error *error) {
  struct jpeg_decompress_struct *jpeg = &decoder->jpeg;
  ic_reader *reader = decoder->reader;
  ic_info *info = &reader->info;
  int outcome = ic_check_size(
      jpeg->image_width, jpeg->image_height, 4, maximum_pixels, reader->maximum_bytes, error);
  if (outcome != IC_OK) { return outcome; }
  info->width = jpeg->image_width;
  info->height = jpeg->image_height;
  info->source_bits = 8;
  info->sample_type = IC_UINT8;
  info->progressive = jpeg->progressive_mode;
  switch (jpeg->jpeg_color_space) {
  case JCS_GRAYSCALE:
    jpeg->out_color_space = JCS_GRAYSCALE;
    info->color_channels = 1;
    break;
  case JCS_YCbCr:
  case JCS_RGB:
    jpeg->out_color_space = JCS_RGB;
    info->color_channels = 3;
    break;
  case JCS_CMYK:
  case JCS_YCCK:
    jpeg->out_color_space = JCS_CMYK;
    info->color_channels = 4;
    decoder->inverted = jpeg->saw_Adobe_marker;
    break;
  default:
    return ic_fail(
        error, IC_UNSUPPORTED, 0, "it has %d channels of an unknown kind; grey, YCbCr, RGB, CMYK and YCCK are read",
        jpeg->num_components);
  }
  if (jpeg_has_multiple_scans(jpeg)) {
    // All coefficients are held while the scans come in.
    for (int part = 0; part < jpeg->num_components; part++) {
      info->decoder_bytes += (uint64_t)jpeg->comp_info[part].width_in_blocks
          * jpeg->comp_info[part].height_in_blocks * 128;
    }
    if (info->decoder_bytes > reader->maximum_bytes) {
      return ic_fail(
          error, IC_LIMIT, 0, "a progressive picture of %u x %u needs %llu bytes to decode, over the limit of %llu",
          info->width, info->height, (unsigned long long)info->decoder_bytes,
          (unsigned long long)reader->maximum_bytes);
    }
  }
  return IC_OK;
}

int ic_jpeg_open(ic_reader *reader, uint64_t maximum_pixels, ic_error *error) {
  jpeg_decoder *decoder = calloc(1, sizeof *decoder);
  if (decoder == NULL) { return ic_fail(error, IC_LIMIT, 0, "no memory for a decoder"); }
  decoder->reader = reader;
  decoder->error = error;
  error->status = IC_OK;
  decoder->jpeg.err = jpeg_std_error(&decoder->handler);
  decoder->handler.error_exit = on_error;
  decoder->handler.emit_message = on_message;
  decoder->handler.output_message = on_output;
  decoder->jpeg.client_data = decoder;
  if (setjmp(decoder->jump)) {
    // Before the decoder is the reader's, nobody else would free it.
    if (reader->decoder == NULL) { free(decoder); }
    return error->status;
  }
  jpeg_create_decompress(&decoder->jpeg);
  reader->decoder = decoder;
  reader->rows = read_rows;
  reader->finish = finish;
  reader->close = close_decoder;
  decoder->input = (struct jpeg_source_mgr){
      .init_source = on_source, .fill_input_buffer = on_fill, .skip_input_data = on_skip,
      .resync_to_restart = jpeg_resync_to_restart, .term_source = on_source};
  decoder->jpeg.src = &decoder->input;
  decoder->progress.progress_monitor = on_progress;
  decoder->jpeg.progress = &decoder->progress;
  decoder->jpeg.mem->max_memory_to_use =
      reader->maximum_bytes > ((uint64_t)1 << 62) ? (long)1 << 62 : (long)reader->maximum_bytes;
  ic_source_seek(reader->source, 0, SEEK_SET);
  jpeg_save_markers(&decoder->jpeg, JPEG_APP0 + 1, 0xffff);
  jpeg_save_markers(&decoder->jpeg, JPEG_APP0 + 2, 0xffff);
  jpeg_save_markers(&decoder->jpeg, JPEG_APP0 + 13, 0xffff);
  jpeg_save_markers(&decoder->jpeg, JPEG_COM, 0xffff);
  jpeg_read_header(&decoder->jpeg, TRUE);
  int outcome = describe(decoder, maximum_pixels, error);
  if (outcome != IC_OK) { return outcome; }
  take_tables(decoder);
  take_markers(decoder);
  decoder->jpeg.dct_method = JDCT_ISLOW;
  decoder->jpeg.do_fancy_upsampling = TRUE;
  return IC_OK;
}
