// TIFF out: interleaved strips, scanline by scanline.
#include "tiff_file.h"

#define STRIP_BYTES 262144

typedef struct tiff_encoder {
  ic_tiff file;
  uint8_t *row;
  size_t row_bytes;
} tiff_encoder;

static int write_rows(ic_writer *writer, const uint8_t *rows, uint32_t count, ic_error *error) {
  tiff_encoder *encoder = writer->encoder;
  encoder->file.error = error;
  error->status = IC_OK;
  for (uint32_t index = 0; index < count; index++) {
    // The predictor works in place, on a copy.
    memcpy(encoder->row, rows + index * encoder->row_bytes, encoder->row_bytes);
    if (TIFFWriteScanline(encoder->file.tiff, encoder->row, writer->next_row + index, 0) != 1) {
      return ic_tiff_failed(&encoder->file, "a row could not be written");
    }
  }
  return error->status;
}

static int finish(ic_writer *writer, ic_error *error) {
  tiff_encoder *encoder = writer->encoder;
  encoder->file.error = error;
  error->status = IC_OK;
  if (TIFFFlushData(encoder->file.tiff) != 1 || TIFFWriteDirectory(encoder->file.tiff) != 1) {
    return ic_tiff_failed(&encoder->file, "the directory could not be written");
  }
  return error->status;
}

static void close_encoder(ic_writer *writer) {
  tiff_encoder *encoder = writer->encoder;
  ic_error ignored = {0};
  encoder->file.error = &ignored;
  if (encoder->file.tiff != NULL) {
    // An abandoned file is deleted, so nothing more needs to reach it.
    TIFFCleanup(encoder->file.tiff);
  }
  free(encoder->row);
  free(encoder);
}

static void put_compression(TIFF *tiff, const ic_encoding *encoding) {
  TIFFSetField(tiff, TIFFTAG_COMPRESSION, encoding->compression);
  if (encoding->compression == COMPRESSION_ADOBE_DEFLATE) { TIFFSetField(tiff, TIFFTAG_ZIPQUALITY, encoding->level); }
  if (encoding->compression == COMPRESSION_ADOBE_DEFLATE || encoding->compression == COMPRESSION_LZW) {
    TIFFSetField(
        tiff, TIFFTAG_PREDICTOR,
        encoding->sample_type == IC_FLOAT32 ? PREDICTOR_FLOATINGPOINT : PREDICTOR_HORIZONTAL);
  }
}

static void put_metadata(ic_writer *writer) {
  tiff_encoder *encoder = writer->encoder;
  TIFF *tiff = encoder->file.tiff;
  const ic_encoding *encoding = &writer->encoding;
  const ic_block *icc = &writer->blocks[IC_BLOCK_ICC];
  const ic_block *xmp = &writer->blocks[IC_BLOCK_XMP];
  if (icc->length > 0) { TIFFSetField(tiff, TIFFTAG_ICCPROFILE, (uint32_t)icc->length, icc->bytes); }
  if (xmp->length > 0) { TIFFSetField(tiff, TIFFTAG_XMLPACKET, (uint32_t)xmp->length, xmp->bytes); }
  if (encoding->resolution_unit != 0) {
    TIFFSetField(tiff, TIFFTAG_RESOLUTIONUNIT, encoding->resolution_unit);
    TIFFSetField(tiff, TIFFTAG_XRESOLUTION, encoding->x_resolution);
    TIFFSetField(tiff, TIFFTAG_YRESOLUTION, encoding->y_resolution);
  }
  for (int32_t index = 0; index < writer->text_count; index++) {
    if (writer->texts[index].tag != 0) { TIFFSetField(tiff, writer->texts[index].tag, writer->texts[index].value); }
  }
  if (encoding->exif_offset != 0) { TIFFSetField(tiff, TIFFTAG_EXIFIFD, encoding->exif_offset); }
  if (encoding->gps_offset != 0) { TIFFSetField(tiff, TIFFTAG_GPSIFD, encoding->gps_offset); }
}

int ic_tiff_begin(ic_writer *writer, ic_error *error) {
  const ic_encoding *encoding = &writer->encoding;
  tiff_encoder *encoder = calloc(1, sizeof *encoder);
  if (encoder == NULL) { return ic_fail(error, IC_LIMIT, 0, "no memory for an encoder"); }
  encoder->file = (ic_tiff){.sink = writer->sink, .error = error};
  error->status = IC_OK;
  writer->encoder = encoder;
  writer->rows = write_rows;
  writer->finish = finish;
  writer->close = close_encoder;
  uint16_t channels = (uint16_t)(encoding->color_channels + (encoding->alpha != IC_ALPHA_NONE));
  encoder->row_bytes = (size_t)encoding->width * channels * ic_sample_bytes(encoding->sample_type);
  encoder->row = malloc(encoder->row_bytes);
  if (encoder->row == NULL) { return ic_fail(error, IC_LIMIT, 0, "no memory for a row"); }
  int outcome = ic_tiff_file_open(&encoder->file, encoding->big_tiff ? "w8" : "w", (uint64_t)1 << 62);
  if (outcome != IC_OK) { return outcome; }
  const ic_block *side = &writer->blocks[IC_BLOCK_SIDE];
  if (side->length > 0) {
    // libtiff wrote its header and appends from here.
    ic_sink_seek(writer->sink, 0, SEEK_END);
    if (ic_sink_write(writer->sink, side->bytes, side->length) < 0) {
      return ic_tiff_failed(&encoder->file, "the metadata could not be written");
    }
  }
  TIFF *tiff = encoder->file.tiff;
  TIFFSetField(tiff, TIFFTAG_IMAGEWIDTH, encoding->width);
  TIFFSetField(tiff, TIFFTAG_IMAGELENGTH, encoding->height);
  TIFFSetField(tiff, TIFFTAG_BITSPERSAMPLE, (int)ic_sample_bytes(encoding->sample_type) * 8);
  TIFFSetField(
      tiff, TIFFTAG_SAMPLEFORMAT, encoding->sample_type == IC_FLOAT32 ? SAMPLEFORMAT_IEEEFP : SAMPLEFORMAT_UINT);
  TIFFSetField(tiff, TIFFTAG_SAMPLESPERPIXEL, channels);
  TIFFSetField(tiff, TIFFTAG_PHOTOMETRIC, encoding->color_channels == 1 ? PHOTOMETRIC_MINISBLACK : PHOTOMETRIC_RGB);
  TIFFSetField(tiff, TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG);
  TIFFSetField(tiff, TIFFTAG_ORIENTATION, ORIENTATION_TOPLEFT);
  if (encoding->alpha != IC_ALPHA_NONE) {
    uint16_t kind = encoding->alpha == IC_ALPHA_ASSOCIATED ? EXTRASAMPLE_ASSOCALPHA : EXTRASAMPLE_UNASSALPHA;
    TIFFSetField(tiff, TIFFTAG_EXTRASAMPLES, 1, &kind);
  }
  put_compression(tiff, encoding);
  size_t rows = STRIP_BYTES / encoder->row_bytes;
  TIFFSetField(tiff, TIFFTAG_ROWSPERSTRIP, (uint32_t)(rows < 1 ? 1 : rows > encoding->height ? encoding->height : rows));
  put_metadata(writer);
  return error->status;
}
