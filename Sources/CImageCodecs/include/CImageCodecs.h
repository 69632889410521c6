// The door to libpng, libjpeg, libtiff and Little CMS.
//
// Every function is a whole operation: where a library reports an error with longjmp, the setjmp that catches it
// lives and dies inside the same call. Nothing is printed; errors and warnings come back as text. A reader,
// a writer, a source or a sink belongs to one thread at a time; a transform may be applied from many.
#pragma once

#include <stddef.h>
#include <stdint.h>

// How an operation ended.
enum {
  IC_OK = 0,
  IC_BAD_DATA = 1,     // the bytes contradict the format
  IC_TRUNCATED = 2,    // the bytes end early
  IC_UNSUPPORTED = 3,  // a legal file that is not read here
  IC_MISSING = 4,      // the input cannot be opened
  IC_CREATE = 5,       // the output cannot be created
  IC_IO = 6,           // reading or writing failed
  IC_LIMIT = 7         // over a limit on pixels or memory
};

typedef struct ic_error {
  int32_t status;
  int32_t system_error;  // errno, or 0
  char message[232];
} ic_error;

const char *ic_error_message(const ic_error *error);

enum { IC_PNG = 1, IC_JPEG = 2, IC_TIFF = 3 };
enum { IC_UINT8 = 0, IC_UINT16 = 1, IC_FLOAT32 = 2 };
enum { IC_ALPHA_NONE = 0, IC_ALPHA_STRAIGHT = 1, IC_ALPHA_ASSOCIATED = 2 };

// MARK: Bytes in

typedef struct ic_source ic_source;

// Opens a file; what is not a regular file (a pipe) is read into memory first, up to maximum_bytes.
ic_source *ic_source_open(const char *path, uint64_t maximum_bytes, ic_error *error);

// A source over a copy of the bytes.
ic_source *ic_source_memory(const void *bytes, size_t length, ic_error *error);

void ic_source_close(ic_source *source);
uint64_t ic_source_length(const ic_source *source);

// Copies up to `count` bytes from `offset` and returns how many there were, or -1 after a read error.
int64_t ic_source_read_at(ic_source *source, uint64_t offset, void *destination, size_t count);

// MARK: Bytes out

typedef struct ic_sink ic_sink;

// A file that appears under its name when it is committed; a durable one is on the disk by then.
ic_sink *ic_sink_create(const char *path, int durable, ic_error *error);

// A growing block of memory.
ic_sink *ic_sink_memory(ic_error *error);

// Flushes, syncs what is durable, and renames. After an error the temporary file is gone. Returns IC_OK or the status.
int ic_sink_commit(ic_sink *sink, ic_error *error);

// The bytes of a memory sink, valid until it is closed.
const uint8_t *ic_sink_bytes(const ic_sink *sink, size_t *length);

// Frees the sink; an uncommitted temporary file is deleted.
void ic_sink_close(ic_sink *sink);

// 1 when both paths name the same existing file.
int ic_same_file(const char *first, const char *second);

// MARK: Reading

typedef struct ic_reader ic_reader;

typedef struct ic_info {
  int32_t format;
  uint32_t width, height;     // as stored, before orientation
  int32_t color_channels;     // 1 grey, 3 RGB, 4 CMYK (0 is no ink)
  int32_t alpha;
  int32_t sample_type;
  int32_t orientation;        // TIFF's own tag, 1...8; 1 for the other formats
  int32_t whole;              // 1: all rows have to be read in one call
  uint64_t decoder_bytes;     // what the decoder holds by itself while rows are read
  int32_t source_bits;        // bits a sample in the file
  int32_t palette, interlaced, progressive, tiled, planar, big_tiff;
  int32_t compression;        // TIFF's tag value
  int32_t predictor;
  int32_t pages;              // 1, or 2 for "more than one" (frames of an animation too)
  int32_t dropped_channels;   // extra TIFF channels that are not delivered
  int32_t jpeg_quality;       // estimated, 0 unknown
  int32_t jpeg_horizontal, jpeg_vertical;  // subsampling of the chroma, 1 or more
  int32_t jpeg_tables;        // quantisation tables
  int32_t resolution_unit;    // 0 no resolution, 1 ratio only, 2 inch, 3 centimetre
  double x_resolution, y_resolution;
  int32_t has_srgb, has_gamma, has_chromaticities, has_cicp;
  double gamma;               // PNG's file gamma, as 0.45455
  double white_x, white_y, red_x, red_y, green_x, green_y, blue_x, blue_y;
} ic_info;

enum { IC_BLOCK_ICC = 0, IC_BLOCK_EXIF = 1, IC_BLOCK_XMP = 2, IC_BLOCK_CICP = 3, IC_BLOCK_SIDE = 4, IC_BLOCKS = 5 };

// Reads the header and the metadata in front of the pixels. The source must outlive the reader.
ic_reader *ic_reader_open(
    ic_source *source, int32_t format, uint64_t maximum_pixels, uint64_t maximum_bytes, ic_error *error);

void ic_reader_info(const ic_reader *reader, ic_info *info);

// Writes the next `count` rows, tightly packed, samples in native byte order.
int ic_reader_rows(ic_reader *reader, void *destination, uint32_t count, ic_error *error);

// Checks what follows the pixels and takes the metadata there. To be called after the last row.
int ic_reader_finish(ic_reader *reader, ic_error *error);

const uint8_t *ic_reader_block(const ic_reader *reader, int block, size_t *length);
int32_t ic_reader_text_count(const ic_reader *reader);
const char *ic_reader_text_keyword(const ic_reader *reader, int32_t index);
const char *ic_reader_text_value(const ic_reader *reader, int32_t index, size_t *length);
int32_t ic_reader_notice_count(const ic_reader *reader);
const char *ic_reader_notice(const ic_reader *reader, int32_t index);

// Quantisation step `position` (row-major, 0...63) of table `table`.
uint16_t ic_reader_quantisation(const ic_reader *reader, int32_t table, int32_t position);

void ic_reader_close(ic_reader *reader);

// MARK: Writing

typedef struct ic_writer ic_writer;

typedef struct ic_encoding {
  int32_t format;
  uint32_t width, height;
  int32_t color_channels;  // 1 or 3
  int32_t alpha;
  int32_t sample_type;
  int32_t level;           // zlib level, 1...9
  int32_t compression;     // TIFF's tag value: 1, 5, 8 or 32773
  int32_t big_tiff;
  uint64_t exif_offset, gps_offset;  // of the directories inside the side block, 0 none
  int32_t jpeg_quality;    // 1...100
  int32_t jpeg_horizontal, jpeg_vertical;
  int32_t srgb;            // PNG: write an sRGB chunk
  int32_t resolution_unit;
  double x_resolution, y_resolution;
} ic_encoding;

ic_writer *ic_writer_create(ic_sink *sink, const ic_encoding *encoding, ic_error *error);

// Copies a block of metadata for the header. The side block is what stands between a TIFF's header and its pixels.
int ic_writer_set_block(ic_writer *writer, int block, const void *bytes, size_t length, ic_error *error);

// PNG text (UTF-8); or for TIFF, with a tag number, an ASCII field of the main directory.
int ic_writer_add_text(
    ic_writer *writer, uint32_t tag, const char *keyword, const char *value, ic_error *error);

// Uses these 64 steps (row-major) as JPEG table `table`, in place of the quality.
int ic_writer_set_quantisation(ic_writer *writer, int32_t table, const uint16_t *steps, ic_error *error);

int ic_writer_begin(ic_writer *writer, ic_error *error);

// After begin: 1 when libpng did not take the colour profile.
int32_t ic_writer_profile_refused(const ic_writer *writer);

int ic_writer_rows(ic_writer *writer, const void *rows, uint32_t count, ic_error *error);
int ic_writer_finish(ic_writer *writer, ic_error *error);
void ic_writer_close(ic_writer *writer);

// In place of begin, rows and finish, for an edit of the JPEG file in `original`: every 8 x 8 block of coefficients
// for which `touched` (one byte for each block of the picture's pixels, row by row) is 0 is copied as it stands, the
// others are made of `pixels` (the whole picture, stored orientation) with the original's tables and subsampling.
int ic_writer_patch_jpeg(
    ic_writer *writer, ic_source *original, const void *pixels, const uint8_t *touched, uint64_t maximum_bytes,
    ic_error *error);

// MARK: Colour

typedef struct ic_transform ic_transform;

// From one profile to another, relative colorimetric with black point compensation. No bytes stand for sRGB, with
// floats for its primaries in linear light. Channels: 1, 3 or 4 (CMYK, floats 0...1). Floats outside 0...1 are carried through where the profile allows.
ic_transform *ic_transform_create(
    const void *from, size_t from_length, int32_t from_channels, const void *to, size_t to_length,
    int32_t to_channels, int32_t sample_type, ic_error *error);

void ic_transform_apply(const ic_transform *transform, const void *from, void *to, size_t pixels);
void ic_transform_free(ic_transform *transform);

// Colour channels of an ICC profile that can be a picture's source (1, 3 or 4), or 0 when it cannot.
int32_t ic_profile_channels(const void *profile, size_t length);

// Matrix profile from PNG's chunks: a power law for `gamma` > 0 (file gamma), sRGB's curve for 0.
// Frees with ic_free; NULL when the numbers do not make a profile.
uint8_t *ic_profile_from_chromaticities(
    double gamma, int32_t channels, double white_x, double white_y, double red_x, double red_y,
    double green_x, double green_y, double blue_x, double blue_y, size_t *length);

// Profile from coding-independent code points (ITU-T H.273); NULL for what ICC curves cannot hold (PQ, HLG).
uint8_t *ic_profile_from_code_points(
    int32_t primaries, int32_t transfer, int32_t channels, size_t *length);

void ic_free(void *bytes);
