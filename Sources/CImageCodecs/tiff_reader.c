#include "internal.h"
int ic_tiff_open(ic_reader *reader, uint64_t maximum_pixels, ic_error *error) {
  (void)reader; (void)maximum_pixels;
  return ic_fail(error, IC_UNSUPPORTED, 0, "TIFF");
}
int ic_tiff_begin(ic_writer *writer, ic_error *error) {
  (void)writer;
  return ic_fail(error, IC_UNSUPPORTED, 0, "TIFF");
}
