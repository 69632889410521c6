#include <inttypes.h>
#include <stdarg.h>

#include "internal.h"

const char *ic_error_message(const ic_error *error) { return error->message; }

int ic_fail(ic_error *error, int status, int system_error, const char *format, ...) {
  error->status = status;
  error->system_error = system_error;
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(error->message, sizeof error->message, format, arguments);
  va_end(arguments);
  return status;
}

int ic_check_size(
    uint64_t width, uint64_t height, uint64_t pixel_bytes, uint64_t maximum_pixels, uint64_t maximum_bytes,
    ic_error *error) {
  if (width == 0 || height == 0) {
    return ic_fail(
        error, IC_BAD_DATA, 0, "the header says %" PRIu64 " x %" PRIu64 " pixels", width, height);
  }
  // Both are at most 32 bits wide, so neither product overflows 64 bits.
  if (width * height > maximum_pixels) {
    return ic_fail(
        error, IC_LIMIT, 0,
        "the header says %" PRIu64 " x %" PRIu64 " pixels, over the limit of %" PRIu64 " pixels", width,
        height, maximum_pixels);
  }
  if (width * pixel_bytes > maximum_bytes) {
    return ic_fail(
        error, IC_LIMIT, 0, "one row takes %" PRIu64 " bytes, over the limit of %" PRIu64,
        width * pixel_bytes, maximum_bytes);
  }
  return IC_OK;
}
