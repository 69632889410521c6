// TIFF in: strips by scanline, tiles and separate planes by the band.
#include "tiff_file.h"

typedef struct tiff_decoder {
  ic_tiff file;
  uint32_t width, height;
  uint16_t bits, channels, color_channels;  // in the file
  int separate, tiled, floating, inverted, palette;
  uint16_t palette_colors[3][256];
  int32_t map[5];       // file channel of each delivered channel
  int32_t delivered;
  size_t pixel_bytes;   // delivered
  uint32_t band_rows;   // 0: by scanline
  uint32_t band_start, band_end;
  uint8_t *band;        // delivered pixels of the rows from band_start to band_end
  uint8_t *block;       // one scanline, strip or tile as libtiff decodes it
  size_t block_bytes;
  uint32_t tile_width, tile_height;
} tiff_decoder;

static float half_to_float(uint16_t half) {
  uint32_t sign = (uint32_t)(half & 0x8000) << 16, exponent = half >> 10 & 31, fraction = half & 1023;
  if (exponent == 0) {
    float value = (float)fraction / 16777216.0f;
    return sign ? -value : value;
  }
  uint32_t bits = sign | (exponent == 31 ? 255u : exponent + 112u) << 23 | fraction << 13;
  float value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

static unsigned small_sample(const uint8_t *row, size_t index, unsigned bits) {
  size_t bit = index * bits;
  return (unsigned)(row[bit / 8] >> (8 - bits - bit % 8)) & ((1u << bits) - 1);
}

// Delivers `count` pixels of one row. `row` holds `stride` interleaved channels; delivered channel `first` and the
// `channels` that follow come from the channels in `map`.
static void deliver(
    const tiff_decoder *decoder, const uint8_t *row, size_t stride, const int32_t *map, int32_t first,
    int32_t channels, uint8_t *target, size_t count) {
  size_t step = (size_t)decoder->delivered;
  for (int32_t channel = 0; channel < channels; channel++) {
    size_t from = (size_t)map[channel], to = (size_t)(first + channel);
    // White is zero for the colour only, not for alpha.
    int invert = decoder->inverted && to < decoder->color_channels;
    if (decoder->bits < 8) {
      unsigned scale = 255u / ((1u << decoder->bits) - 1);
      for (size_t x = 0; x < count; x++) {
        uint8_t value = (uint8_t)(small_sample(row, x * stride + from, decoder->bits) * scale);
        target[x * step + to] = invert ? 255 - value : value;
      }
    } else if (decoder->bits == 8) {
      for (size_t x = 0; x < count; x++) {
        uint8_t value = row[x * stride + from];
        target[x * step + to] = invert ? 255 - value : value;
      }
    } else if (decoder->bits == 16 && !decoder->floating) {
      for (size_t x = 0; x < count; x++) {
        uint16_t value;
        memcpy(&value, row + (x * stride + from) * 2, 2);
        if (invert) { value = 65535 - value; }
        memcpy(target + (x * step + to) * 2, &value, 2);
      }
    } else {
      for (size_t x = 0; x < count; x++) {
        float value;
        if (decoder->bits == 16) {
          uint16_t half;
          memcpy(&half, row + (x * stride + from) * 2, 2);
          value = half_to_float(half);
        } else {
          memcpy(&value, row + (x * stride + from) * 4, 4);
        }
        if (invert) { value = 1 - value; }
        memcpy(target + (x * step + to) * 4, &value, 4);
      }
    }
  }
}

static void deliver_palette(const tiff_decoder *decoder, const uint8_t *row, uint8_t *target, size_t count) {
  int wide = decoder->pixel_bytes == 6;
  for (size_t x = 0; x < count; x++) {
    size_t sample = x * decoder->channels;
    unsigned index = decoder->bits == 8 ? row[sample] : small_sample(row, sample, decoder->bits);
    for (size_t channel = 0; channel < 3; channel++) {
      uint16_t value = decoder->palette_colors[channel][index];
      if (wide) {
        memcpy(target + (x * 3 + channel) * 2, &value, 2);
      } else {
        target[x * 3 + channel] = (uint8_t)value;
      }
    }
  }
}

static void deliver_row(const tiff_decoder *decoder, const uint8_t *row, uint8_t *target, size_t count) {
  if (decoder->palette) {
    deliver_palette(decoder, row, target, count);
  } else {
    deliver(decoder, row, decoder->channels, decoder->map, 0, decoder->delivered, target, count);
  }
}

// One strip or tile, at `column` of the band, of one plane (-1: all channels interleaved).
static void deliver_block(
    const tiff_decoder *decoder, int32_t plane, uint32_t column, uint32_t columns, uint32_t rows, size_t stride) {
  for (uint32_t row = 0; row < rows; row++) {
    const uint8_t *line = decoder->block + row * stride;
    uint8_t *target = decoder->band + ((size_t)row * decoder->width + column) * decoder->pixel_bytes;
    if (plane < 0) {
      deliver_row(decoder, line, target, columns);
    } else {
      const int32_t only = 0;
      deliver(decoder, line, 1, &only, plane, 1, target, columns);
    }
  }
}

static int read_block(tiff_decoder *decoder, uint32_t number, tmsize_t needed) {
  tmsize_t got = decoder->tiled
      ? TIFFReadEncodedTile(decoder->file.tiff, number, decoder->block, (tmsize_t)decoder->block_bytes)
      : TIFFReadEncodedStrip(decoder->file.tiff, number, decoder->block, needed);
  if (got < 0 || got < needed) { return ic_tiff_failed(&decoder->file, "the pixels end early"); }
  return IC_OK;
}

static int read_tiles(tiff_decoder *decoder, uint32_t rows) {
  TIFF *tiff = decoder->file.tiff;
  size_t stride = (size_t)TIFFTileRowSize(tiff);
  int32_t planes = decoder->separate ? decoder->delivered : 1;
  for (int32_t plane = 0; plane < planes; plane++) {
    for (uint32_t column = 0; column < decoder->width; column += decoder->tile_width) {
      uint16_t sample = decoder->separate ? (uint16_t)decoder->map[plane] : 0;
      uint32_t number = TIFFComputeTile(tiff, column, decoder->band_start, 0, sample);
      int outcome = read_block(decoder, number, (tmsize_t)decoder->block_bytes);
      if (outcome != IC_OK) { return outcome; }
      uint32_t left = decoder->width - column;
      uint32_t columns = left < decoder->tile_width ? left : decoder->tile_width;
      deliver_block(decoder, decoder->separate ? plane : -1, column, columns, rows, stride);
      if (left <= decoder->tile_width) { break; }
    }
  }
  return IC_OK;
}

static int read_strips(tiff_decoder *decoder, uint32_t rows) {
  TIFF *tiff = decoder->file.tiff;
  size_t stride = (size_t)TIFFScanlineSize(tiff);
  for (int32_t plane = 0; plane < decoder->delivered; plane++) {
    uint32_t number = TIFFComputeStrip(tiff, decoder->band_start, (uint16_t)decoder->map[plane]);
    int outcome = read_block(decoder, number, (tmsize_t)(stride * rows));
    if (outcome != IC_OK) { return outcome; }
    deliver_block(decoder, plane, 0, decoder->width, rows, stride);
  }
  return IC_OK;
}

static int fill_band(tiff_decoder *decoder, uint32_t row) {
  decoder->band_start = row - row % decoder->band_rows;
  uint32_t left = decoder->height - decoder->band_start;
  uint32_t rows = left < decoder->band_rows ? left : decoder->band_rows;
  int outcome = decoder->tiled ? read_tiles(decoder, rows) : read_strips(decoder, rows);
  if (outcome == IC_OK) { decoder->band_end = decoder->band_start + rows; }
  return outcome;
}

static int read_rows(ic_reader *reader, uint8_t *destination, uint32_t count, ic_error *error) {
  tiff_decoder *decoder = reader->decoder;
  decoder->file.error = error;
  error->status = IC_OK;
  size_t stride = decoder->width * decoder->pixel_bytes;
  for (uint32_t index = 0; index < count; index++) {
    uint32_t row = reader->next_row + index;
    uint8_t *target = destination + index * stride;
    if (decoder->band_rows == 0) {
      if (TIFFReadScanline(decoder->file.tiff, decoder->block, row, 0) != 1) {
        return ic_tiff_failed(&decoder->file, "the pixels end early");
      }
      deliver_row(decoder, decoder->block, target, decoder->width);
      continue;
    }
    if (row >= decoder->band_end) {
      int outcome = fill_band(decoder, row);
      if (outcome != IC_OK) { return outcome; }
    }
    memcpy(target, decoder->band + (row - decoder->band_start) * stride, stride);
  }
  // A damaged strip may be reported and still be delivered, as grey or noise.
  return error->status;
}

static int finish(ic_reader *reader, ic_error *error) {
  (void)reader;
  error->status = IC_OK;
  return IC_OK;
}

static void close_decoder(ic_reader *reader) {
  tiff_decoder *decoder = reader->decoder;
  ic_error ignored = {0};
  decoder->file.error = &ignored;
  if (decoder->file.tiff != NULL) { TIFFClose(decoder->file.tiff); }
  free(decoder->band);
  free(decoder->block);
  free(decoder);
}

static int take_palette(tiff_decoder *decoder, ic_error *error) {
  uint16_t *maps[3];
  if (decoder->bits > 8 || decoder->channels != 1 || decoder->floating) {
    return ic_fail(
        error, IC_UNSUPPORTED, 0, "a palette with %u channels of %u bits", decoder->channels, decoder->bits);
  }
  if (!TIFFGetField(decoder->file.tiff, TIFFTAG_COLORMAP, &maps[0], &maps[1], &maps[2])) {
    return ic_fail(error, IC_BAD_DATA, 0, "the palette is missing");
  }
  int small = 1, wide = 0;
  unsigned colors = 1u << decoder->bits;
  for (unsigned index = 0; index < colors * 3; index++) {
    uint16_t value = maps[index % 3][index / 3];
    small &= value < 256;
    wide |= (value & 255) != 0 && (value & 255) != value >> 8;
  }
  wide &= !small;
  for (unsigned index = 0; index < colors * 3; index++) {
    uint16_t value = maps[index % 3][index / 3];
    // Some old writers gave 8-bit numbers where 16 are asked for.
    decoder->palette_colors[index % 3][index / 3] = wide || small ? value : value >> 8;
  }
  decoder->delivered = 3;
  decoder->pixel_bytes = wide ? 6 : 3;
  return IC_OK;
}

static int take_channels(ic_reader *reader, uint16_t photometric, ic_error *error) {
  tiff_decoder *decoder = reader->decoder;
  ic_info *info = &reader->info;
  uint16_t extra_count = 0, *extras = NULL;
  TIFFGetField(decoder->file.tiff, TIFFTAG_EXTRASAMPLES, &extra_count, &extras);
  if (decoder->channels < decoder->color_channels || decoder->channels > 64) {
    return ic_fail(
        error, IC_BAD_DATA, 0, "%u channels where the colour takes %u", decoder->channels, decoder->color_channels);
  }
  int32_t extra = decoder->channels - decoder->color_channels, alpha = -1;
  for (int32_t index = 0; index < extra && index < extra_count && photometric != PHOTOMETRIC_SEPARATED; index++) {
    if (alpha < 0 && (extras[index] == EXTRASAMPLE_ASSOCALPHA || extras[index] == EXTRASAMPLE_UNASSALPHA)) {
      alpha = index;
      info->alpha = extras[index] == EXTRASAMPLE_ASSOCALPHA ? IC_ALPHA_ASSOCIATED : IC_ALPHA_STRAIGHT;
    }
  }
  info->dropped_channels = extra - (alpha >= 0);
  for (int32_t channel = 0; channel < decoder->color_channels; channel++) { decoder->map[channel] = channel; }
  if (alpha >= 0) { decoder->map[decoder->color_channels] = decoder->color_channels + alpha; }
  decoder->delivered = decoder->color_channels + (alpha >= 0);
  size_t sample = decoder->floating ? 4 : decoder->bits <= 8 ? 1 : 2;
  decoder->pixel_bytes = sample * (size_t)decoder->delivered;
  return IC_OK;
}

static int take_photometric(ic_reader *reader, uint16_t photometric, uint16_t compression, ic_error *error) {
  tiff_decoder *decoder = reader->decoder;
  TIFF *tiff = decoder->file.tiff;
  uint16_t ink = INKSET_CMYK;
  switch (photometric) {
  case PHOTOMETRIC_MINISWHITE:
    decoder->inverted = 1;
    decoder->color_channels = 1;
    break;
  case PHOTOMETRIC_MINISBLACK:
    decoder->color_channels = 1;
    break;
  case PHOTOMETRIC_RGB:
    decoder->color_channels = 3;
    break;
  case PHOTOMETRIC_PALETTE:
    decoder->palette = 1;
    decoder->color_channels = 1;
    reader->info.palette = 1;
    reader->info.color_channels = 3;
    return take_palette(decoder, error);
  case PHOTOMETRIC_SEPARATED:
    TIFFGetFieldDefaulted(tiff, TIFFTAG_INKSET, &ink);
    if (ink != INKSET_CMYK || decoder->floating) {
      return ic_fail(error, IC_UNSUPPORTED, 0, "inks other than CMYK in integers");
    }
    decoder->color_channels = 4;
    break;
  case PHOTOMETRIC_YCBCR:
    if (compression != COMPRESSION_JPEG || decoder->channels != 3 || decoder->separate) {
      return ic_fail(error, IC_UNSUPPORTED, 0, "YCbCr other than interleaved and compressed as JPEG");
    }
    TIFFSetField(tiff, TIFFTAG_JPEGCOLORMODE, JPEGCOLORMODE_RGB);
    decoder->color_channels = 3;
    break;
  default:
    return ic_fail(
        error, IC_UNSUPPORTED, 0, "photometric interpretation %u; grey, RGB, palette, CMYK and JPEG's YCbCr are read",
        photometric);
  }
  reader->info.color_channels = decoder->color_channels;
  return take_channels(reader, photometric, error);
}

static int take_layout(ic_reader *reader, ic_error *error) {
  tiff_decoder *decoder = reader->decoder;
  TIFF *tiff = decoder->file.tiff;
  uint64_t block = 0, band = 0;
  if (decoder->tiled) {
    TIFFGetField(tiff, TIFFTAG_TILEWIDTH, &decoder->tile_width);
    TIFFGetField(tiff, TIFFTAG_TILELENGTH, &decoder->tile_height);
    if (decoder->tile_width == 0 || decoder->tile_height == 0) {
      return ic_fail(error, IC_BAD_DATA, 0, "tiles of %u x %u pixels", decoder->tile_width, decoder->tile_height);
    }
    decoder->band_rows = decoder->tile_height;
    block = TIFFTileSize64(tiff);
  } else if (decoder->separate) {
    uint32_t rows = 0;
    TIFFGetFieldDefaulted(tiff, TIFFTAG_ROWSPERSTRIP, &rows);
    decoder->band_rows = rows == 0 || rows > decoder->height ? decoder->height : rows;
    block = TIFFVStripSize64(tiff, decoder->band_rows);
  } else {
    block = TIFFScanlineSize64(tiff);
  }
  // What is read from a block must lie inside it, whatever a codec made of the row size.
  uint64_t across = decoder->tiled ? decoder->tile_width : decoder->width;
  uint64_t row_bytes = (across * (decoder->separate ? 1 : decoder->channels) * decoder->bits + 7) / 8;
  uint64_t stride = decoder->tiled ? TIFFTileRowSize64(tiff) : TIFFScanlineSize64(tiff);
  if (stride < row_bytes) { block = 0; }
  if (block == 0) { return ic_tiff_failed(&decoder->file, "the size of its strips or tiles makes no sense"); }
  uint32_t rows = decoder->band_rows < decoder->height ? decoder->band_rows : decoder->height;
  // Rows times a row of at most `maximum_bytes`: the check of the row came first.
  if (__builtin_mul_overflow((uint64_t)rows, (uint64_t)decoder->width * decoder->pixel_bytes, &band)
      || block > reader->maximum_bytes || band > reader->maximum_bytes - block) {
    return ic_fail(error, IC_LIMIT, 0, "one strip or tile needs more memory than the limit");
  }
  decoder->block_bytes = (size_t)block;
  reader->info.decoder_bytes = block + band;
  // Zeroed, so that what a damaged file leaves out is not what memory held before.
  decoder->block = calloc(1, (size_t)block);
  decoder->band = decoder->band_rows == 0 ? NULL : calloc(1, (size_t)band);
  if (decoder->block == NULL || (decoder->band_rows != 0 && decoder->band == NULL)) {
    return ic_fail(error, IC_LIMIT, 0, "no memory for a strip or tile of %llu bytes", (unsigned long long)block);
  }
  return IC_OK;
}

static void take_metadata(ic_reader *reader) {
  tiff_decoder *decoder = reader->decoder;
  TIFF *tiff = decoder->file.tiff;
  uint32_t length = 0;
  void *bytes = NULL;
  if (TIFFGetField(tiff, TIFFTAG_ICCPROFILE, &length, &bytes)) {
    ic_reader_set_block(reader, IC_BLOCK_ICC, bytes, length);
  }
  if (TIFFGetField(tiff, TIFFTAG_XMLPACKET, &length, &bytes)) {
    ic_reader_set_block(reader, IC_BLOCK_XMP, bytes, length);
  }
  if (TIFFGetField(tiff, TIFFTAG_RICHTIFFIPTC, &length, &bytes)) {
    ic_reader_note(reader, "TIFF: the IPTC block is not carried over");
  }
  float x = 0, y = 0;
  uint16_t unit = RESUNIT_INCH;
  TIFFGetFieldDefaulted(tiff, TIFFTAG_RESOLUTIONUNIT, &unit);
  if (TIFFGetField(tiff, TIFFTAG_XRESOLUTION, &x) && TIFFGetField(tiff, TIFFTAG_YRESOLUTION, &y) && x > 0 && y > 0
      && unit >= 1 && unit <= 3) {
    reader->info.resolution_unit = unit;
    reader->info.x_resolution = (double)x;
    reader->info.y_resolution = (double)y;
  }
  uint16_t orientation = 1;
  TIFFGetFieldDefaulted(tiff, TIFFTAG_ORIENTATION, &orientation);
  reader->info.orientation = orientation >= 1 && orientation <= 8 ? orientation : 1;
  reader->info.pages = TIFFLastDirectory(tiff) ? 1 : 2;
}

static int check_samples(tiff_decoder *decoder, uint16_t format, uint16_t compression, ic_error *error) {
  uint16_t bits = decoder->bits;
  int integer = format == SAMPLEFORMAT_UINT || format == SAMPLEFORMAT_VOID;
  decoder->floating = format == SAMPLEFORMAT_IEEEFP;
  if (!(integer && (bits == 1 || bits == 2 || bits == 4 || bits == 8 || bits == 16))
      && !(decoder->floating && (bits == 16 || bits == 32))) {
    return ic_fail(
        error, IC_UNSUPPORTED, 0, "%u-bit %s samples; unsigned of 1, 2, 4, 8 and 16 bits and float of 16 and 32 are read",
        bits, integer ? "unsigned" : decoder->floating ? "floating point" : "signed or complex");
  }
  if (!TIFFIsCODECConfigured(compression)) {
    const TIFFCodec *codec = TIFFFindCODEC(compression);
    return ic_fail(
        error, IC_UNSUPPORTED, 0, "compression %u (%s) is not in this libtiff", compression,
        codec != NULL ? codec->name : "unknown");
  }
  return IC_OK;
}

int ic_tiff_open(ic_reader *reader, uint64_t maximum_pixels, ic_error *error) {
  tiff_decoder *decoder = calloc(1, sizeof *decoder);
  if (decoder == NULL) { return ic_fail(error, IC_LIMIT, 0, "no memory for a decoder"); }
  decoder->file = (ic_tiff){.source = reader->source, .reader = reader, .error = error};
  error->status = IC_OK;
  reader->decoder = decoder;
  reader->rows = read_rows;
  reader->finish = finish;
  reader->close = close_decoder;
  ic_source_seek(reader->source, 0, SEEK_SET);
  int outcome = ic_tiff_file_open(&decoder->file, "r", reader->maximum_bytes);
  if (outcome != IC_OK) { return outcome; }
  // Errors in tags that do not matter here were reported too; what matters is checked below.
  if (error->status != IC_OK) { ic_reader_note(reader, "TIFF: %s", error->message); }
  error->status = IC_OK;
  TIFF *tiff = decoder->file.tiff;
  uint16_t format = SAMPLEFORMAT_UINT, planes = PLANARCONFIG_CONTIG, compression = COMPRESSION_NONE, photometric = 0;
  void *dng = NULL;
  TIFFGetField(tiff, TIFFTAG_IMAGEWIDTH, &decoder->width);
  TIFFGetField(tiff, TIFFTAG_IMAGELENGTH, &decoder->height);
  TIFFGetFieldDefaulted(tiff, TIFFTAG_BITSPERSAMPLE, &decoder->bits);
  TIFFGetFieldDefaulted(tiff, TIFFTAG_SAMPLESPERPIXEL, &decoder->channels);
  TIFFGetFieldDefaulted(tiff, TIFFTAG_SAMPLEFORMAT, &format);
  TIFFGetFieldDefaulted(tiff, TIFFTAG_PLANARCONFIG, &planes);
  TIFFGetFieldDefaulted(tiff, TIFFTAG_COMPRESSION, &compression);
  if (TIFFGetField(tiff, TIFFTAG_DNGVERSION, &dng)) {
    return ic_fail(error, IC_UNSUPPORTED, 0, "a DNG raw picture; develop it first");
  }
  if (!TIFFGetField(tiff, TIFFTAG_PHOTOMETRIC, &photometric)) {
    photometric = decoder->channels >= 3 ? PHOTOMETRIC_RGB : PHOTOMETRIC_MINISBLACK;
    ic_reader_note(reader, "TIFF: the file does not say what its channels mean; taken as %s",
                   decoder->channels >= 3 ? "RGB" : "grey");
  }
  outcome = ic_check_size(
      decoder->width, decoder->height, (uint64_t)decoder->channels * 4, maximum_pixels, reader->maximum_bytes, error);
  if (outcome == IC_OK) { outcome = check_samples(decoder, format, compression, error); }
  if (outcome != IC_OK) { return outcome; }
  decoder->separate = planes == PLANARCONFIG_SEPARATE && decoder->channels > 1;
  decoder->tiled = TIFFIsTiled(tiff);
  outcome = take_photometric(reader, photometric, compression, error);
  if (outcome == IC_OK) { outcome = take_layout(reader, error); }
  if (outcome != IC_OK) { return outcome; }
  ic_info *info = &reader->info;
  info->width = decoder->width;
  info->height = decoder->height;
  info->source_bits = decoder->bits;
  int wide = decoder->palette ? decoder->pixel_bytes == 6 : decoder->bits == 16;
  info->sample_type = decoder->floating ? IC_FLOAT32 : wide ? IC_UINT16 : IC_UINT8;
  info->tiled = decoder->tiled;
  info->planar = decoder->separate;
  info->big_tiff = TIFFIsBigTIFF(tiff);
  info->compression = compression == COMPRESSION_DEFLATE ? COMPRESSION_ADOBE_DEFLATE : compression;
  take_metadata(reader);
  return IC_OK;
}
