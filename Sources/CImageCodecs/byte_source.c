// Bytes from a file or from memory, with a small window so that a decoder may ask for a few at a time.
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "internal.h"

#define WINDOW ((size_t)64 << 10)

struct ic_source {
  int descriptor;  // -1: memory
  uint8_t *memory;
  uint64_t length;
  uint64_t position;
  uint64_t window_start;
  size_t window_length;
  int error;
  uint8_t window[WINDOW];
};

static ic_source *allocate(ic_error *error) {
  ic_source *source = calloc(1, sizeof *source);
  if (source == NULL) {
    ic_fail(error, IC_LIMIT, ENOMEM, "no memory for a file buffer");
    return NULL;
  }
  source->descriptor = -1;
  return source;
}

// A pipe has no length and cannot be sought, so it is held whole.
static int slurp(ic_source *source, int descriptor, uint64_t maximum_bytes, ic_error *error) {
  size_t capacity = 0;
  for (;;) {
    if (source->length == capacity) {
      size_t larger = capacity == 0 ? WINDOW : capacity * 2;
      uint8_t *grown = source->length >= maximum_bytes ? NULL : realloc(source->memory, larger);
      if (grown == NULL) {
        return ic_fail(error, IC_LIMIT, 0, "more bytes than the memory limit allows");
      }
      source->memory = grown;
      capacity = larger;
    }
    ssize_t count = read(descriptor, source->memory + source->length, capacity - source->length);
    if (count < 0 && errno == EINTR) { continue; }
    if (count < 0) { return ic_fail(error, IC_IO, errno, "%s", strerror(errno)); }
    if (count == 0) { return IC_OK; }
    source->length += (uint64_t)count;
  }
}

ic_source *ic_source_open(const char *path, uint64_t maximum_bytes, ic_error *error) {
  int descriptor = open(path, O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) {
    ic_fail(error, IC_MISSING, errno, "%s", strerror(errno));
    return NULL;
  }
  struct stat status;
  if (fstat(descriptor, &status) != 0) {
    ic_fail(error, IC_IO, errno, "%s", strerror(errno));
    close(descriptor);
    return NULL;
  }
  if (S_ISDIR(status.st_mode)) {
    ic_fail(error, IC_MISSING, EISDIR, "it is a directory");
    close(descriptor);
    return NULL;
  }
  ic_source *source = allocate(error);
  if (source == NULL) {
    close(descriptor);
    return NULL;
  }
  if (S_ISREG(status.st_mode)) {
    source->descriptor = descriptor;
    source->length = (uint64_t)status.st_size;
    return source;
  }
  int outcome = slurp(source, descriptor, maximum_bytes, error);
  close(descriptor);
  if (outcome != IC_OK) {
    ic_source_close(source);
    return NULL;
  }
  return source;
}

ic_source *ic_source_memory(const void *bytes, size_t length, ic_error *error) {
  ic_source *source = allocate(error);
  if (source == NULL) { return NULL; }
  source->memory = malloc(length > 0 ? length : 1);
  if (source->memory == NULL) {
    ic_fail(error, IC_LIMIT, ENOMEM, "no memory for %zu bytes", length);
    ic_source_close(source);
    return NULL;
  }
  if (length > 0) { memcpy(source->memory, bytes, length); }
  source->length = length;
  return source;
}

void ic_source_close(ic_source *source) {
  if (source == NULL) { return; }
  if (source->descriptor >= 0) { close(source->descriptor); }
  free(source->memory);
  free(source);
}

uint64_t ic_source_length(const ic_source *source) { return source->length; }

int ic_source_error(const ic_source *source) { return source->error; }

static int64_t read_file(ic_source *source, uint64_t offset, uint8_t *destination, size_t count) {
  size_t done = 0;
  while (done < count) {
    ssize_t part = pread(source->descriptor, destination + done, count - done, (off_t)(offset + done));
    if (part < 0 && errno == EINTR) { continue; }
    if (part < 0) {
      source->error = errno;
      return -1;
    }
    if (part == 0) { break; }
    done += (size_t)part;
  }
  return (int64_t)done;
}

int64_t ic_source_read_at(ic_source *source, uint64_t offset, void *destination, size_t count) {
  if (offset >= source->length) { return 0; }
  uint64_t left = source->length - offset;
  size_t wanted = count < left ? count : (size_t)left;
  if (source->descriptor < 0) {
    memcpy(destination, source->memory + offset, wanted);
    return (int64_t)wanted;
  }
  if (wanted >= WINDOW) { return read_file(source, offset, destination, wanted); }
  if (offset < source->window_start || offset + wanted > source->window_start + source->window_length) {
    int64_t filled = read_file(source, offset, source->window, WINDOW);
    if (filled < 0) { return -1; }
    source->window_start = offset;
    source->window_length = (size_t)filled;
    if (wanted > source->window_length) { wanted = source->window_length; }
  }
  memcpy(destination, source->window + (offset - source->window_start), wanted);
  return (int64_t)wanted;
}

size_t ic_source_read(ic_source *source, void *destination, size_t count) {
  int64_t got = ic_source_read_at(source, source->position, destination, count);
  if (got < 0) { return 0; }
  source->position += (uint64_t)got;
  return (size_t)got;
}

int64_t ic_source_seek(ic_source *source, int64_t offset, int whence) {
  int64_t base = whence == SEEK_SET ? 0
      : whence == SEEK_CUR ? (int64_t)source->position : (int64_t)source->length;
  int64_t target;
  if (__builtin_add_overflow(base, offset, &target) || target < 0) { return -1; }
  source->position = (uint64_t)target;
  return target;
}
