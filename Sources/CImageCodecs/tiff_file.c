#include "tiff_file.h"

#include <stdarg.h>

static void on_error(ic_tiff *file, const char *format, va_list arguments) {
  if (file == NULL || file->error == NULL || file->error->status != IC_OK) { return; }
  char message[200];
  vsnprintf(message, sizeof message, format, arguments);
  int system_error = file->sink != NULL ? ic_sink_error(file->sink) : ic_source_error(file->source);
  if (system_error != 0) {
    ic_fail(file->error, IC_IO, system_error, "%s", strerror(system_error));
  } else {
    ic_fail(file->error, IC_BAD_DATA, 0, "%s", message);
  }
}

static void on_warning(ic_tiff *file, const char *format, va_list arguments) {
  // Tags that libtiff does not know are common and mean nothing to the pixels.
  if (file == NULL || file->reader == NULL || strstr(format, "nknown field") != NULL) { return; }
  char message[160];
  vsnprintf(message, sizeof message, format, arguments);
  ic_reader_note(file->reader, "TIFF: %s", message);
}

static tmsize_t on_read(thandle_t handle, void *bytes, tmsize_t count) {
  ic_tiff *file = handle;
  if (count <= 0) { return 0; }
  return file->sink != NULL ? (tmsize_t)ic_sink_read(file->sink, bytes, (size_t)count)
                            : (tmsize_t)ic_source_read(file->source, bytes, (size_t)count);
}

static tmsize_t on_write(thandle_t handle, void *bytes, tmsize_t count) {
  ic_tiff *file = handle;
  return file->sink == NULL || count < 0 ? -1 : (tmsize_t)ic_sink_write(file->sink, bytes, (size_t)count);
}

static toff_t on_seek(thandle_t handle, toff_t offset, int whence) {
  ic_tiff *file = handle;
  int64_t target = file->sink != NULL ? ic_sink_seek(file->sink, (int64_t)offset, whence)
                                      : ic_source_seek(file->source, (int64_t)offset, whence);
  return target < 0 ? (toff_t)-1 : (toff_t)target;
}

static int on_close(thandle_t handle) {
  (void)handle;
  return 0;
}

static toff_t on_size(thandle_t handle) {
  ic_tiff *file = handle;
  return file->sink != NULL ? (toff_t)ic_sink_length(file->sink) : (toff_t)ic_source_length(file->source);
}

#if TIFFLIB_VERSION >= 20221213

static int error_handler(TIFF *tiff, void *data, const char *module, const char *format, va_list arguments) {
  (void)tiff;
  (void)module;
  on_error(data, format, arguments);
  return 1;
}

static int warning_handler(TIFF *tiff, void *data, const char *module, const char *format, va_list arguments) {
  (void)tiff;
  (void)module;
  on_warning(data, format, arguments);
  return 1;
}

static TIFF *open_with_handlers(ic_tiff *file, const char *mode, uint64_t maximum_bytes) {
  TIFFOpenOptions *options = TIFFOpenOptionsAlloc();
  if (options == NULL) { return NULL; }
  TIFFOpenOptionsSetErrorHandlerExtR(options, error_handler, file);
  TIFFOpenOptionsSetWarningHandlerExtR(options, warning_handler, file);
  TIFFOpenOptionsSetMaxSingleMemAlloc(
      options, maximum_bytes > ((uint64_t)1 << 62) ? (tmsize_t)1 << 62 : (tmsize_t)maximum_bytes);
  TIFF *tiff = TIFFClientOpenExt(
      "", mode, file, on_read, on_write, on_seek, on_close, on_size, NULL, NULL, options);
  TIFFOpenOptionsFree(options);
  return tiff;
}

#else

// Before 4.5 handlers are the process's, but they are told whose file it is.
#include <pthread.h>

static void error_handler(thandle_t handle, const char *module, const char *format, va_list arguments) {
  (void)module;
  on_error(handle, format, arguments);
}

static void warning_handler(thandle_t handle, const char *module, const char *format, va_list arguments) {
  (void)module;
  on_warning(handle, format, arguments);
}

static void install(void) {
  TIFFSetErrorHandler(NULL);
  TIFFSetWarningHandler(NULL);
  TIFFSetErrorHandlerExt(error_handler);
  TIFFSetWarningHandlerExt(warning_handler);
}

static TIFF *open_with_handlers(ic_tiff *file, const char *mode, uint64_t maximum_bytes) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  (void)maximum_bytes;
  pthread_once(&once, install);
  return TIFFClientOpen("", mode, file, on_read, on_write, on_seek, on_close, on_size, NULL, NULL);
}

#endif

int ic_tiff_file_open(ic_tiff *file, const char *mode, uint64_t maximum_bytes) {
  file->tiff = open_with_handlers(file, mode, maximum_bytes);
  return file->tiff != NULL ? IC_OK : ic_tiff_failed(file, "the header cannot be read");
}

int ic_tiff_failed(ic_tiff *file, const char *message) {
  if (file->error->status == IC_OK) {
    int system_error = file->sink != NULL ? ic_sink_error(file->sink) : ic_source_error(file->source);
    if (system_error != 0) { return ic_fail(file->error, IC_IO, system_error, "%s", strerror(system_error)); }
    return ic_fail(file->error, IC_BAD_DATA, 0, "%s", message);
  }
  return file->error->status;
}
