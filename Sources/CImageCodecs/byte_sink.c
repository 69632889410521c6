// Bytes to a file that gets its name when it is complete, or to memory.
#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "CFiles.h"
#include "internal.h"

#define BUFFER ((size_t)256 << 10)

struct ic_sink {
  cf_output *file;  // NULL: memory
  int descriptor;   // the file's, -1 for memory
  int durable;
  uint64_t position;
  uint64_t length;
  uint64_t buffer_start;
  size_t buffered;
  int error;
  uint8_t *memory;
  size_t capacity;
  uint8_t *buffer;
};

int ic_same_file(const char *first, const char *second) {
  struct stat a, b;
  return stat(first, &a) == 0 && stat(second, &b) == 0 && a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

ic_sink *ic_sink_memory(ic_error *error) {
  ic_sink *sink = calloc(1, sizeof *sink);
  if (sink == NULL) {
    ic_fail(error, IC_LIMIT, ENOMEM, "no memory for an output buffer");
    return NULL;
  }
  sink->descriptor = -1;
  return sink;
}

ic_sink *ic_sink_create(const char *path, int durable, ic_error *error) {
  ic_sink *sink = ic_sink_memory(error);
  if (sink == NULL) { return NULL; }
  sink->durable = durable;
  sink->buffer = malloc(BUFFER);
  int reason = ENOMEM;
  if (sink->buffer != NULL) { sink->file = cf_output_create(path, &reason); }
  if (sink->file == NULL) {
    const char *problem = path[0] == 0 ? "the output has no name"
        : reason == EISDIR ? "it is a directory"
        : reason == EINVAL ? "it is not a plain file" : strerror(reason);
    ic_fail(error, reason == ENOMEM ? IC_LIMIT : IC_CREATE, reason, "%s", problem);
    ic_sink_close(sink);
    return NULL;
  }
  sink->descriptor = cf_output_descriptor(sink->file);
  return sink;
}

static int flush(ic_sink *sink) {
  size_t done = 0;
  while (done < sink->buffered && sink->error == 0) {
    ssize_t part = pwrite(
        sink->descriptor, sink->buffer + done, sink->buffered - done, (off_t)(sink->buffer_start + done));
    if (part < 0 && errno == EINTR) { continue; }
    if (part <= 0) {
      sink->error = part < 0 ? errno : ENOSPC;
      break;
    }
    done += (size_t)part;
  }
  sink->buffered = 0;
  return sink->error == 0 ? 0 : -1;
}

static int grow(ic_sink *sink, uint64_t needed) {
  if (needed <= sink->capacity) { return 0; }
  size_t larger = sink->capacity == 0 ? BUFFER : sink->capacity;
  while (larger < needed) { larger *= 2; }
  uint8_t *memory = realloc(sink->memory, larger);
  if (memory == NULL) {
    sink->error = ENOMEM;
    return -1;
  }
  memset(memory + sink->capacity, 0, larger - sink->capacity);
  sink->memory = memory;
  sink->capacity = larger;
  return 0;
}

int64_t ic_sink_write(ic_sink *sink, const void *bytes, size_t count) {
  if (sink->error != 0) { return -1; }
  const uint8_t *from = bytes;
  if (sink->descriptor < 0) {
    if (grow(sink, sink->position + count) != 0) { return -1; }
    if (count > 0) { memcpy(sink->memory + sink->position, from, count); }
    sink->position += count;
  } else {
    size_t left = count;
    while (left > 0) {
      if (sink->buffered > 0
          && (sink->buffered == BUFFER || sink->position != sink->buffer_start + sink->buffered)
          && flush(sink) != 0) {
        return -1;
      }
      if (sink->buffered == 0) { sink->buffer_start = sink->position; }
      size_t room = BUFFER - sink->buffered;
      size_t part = left < room ? left : room;
      memcpy(sink->buffer + sink->buffered, from, part);
      sink->buffered += part;
      sink->position += part;
      from += part;
      left -= part;
    }
  }
  if (sink->position > sink->length) { sink->length = sink->position; }
  return (int64_t)count;
}

int64_t ic_sink_read(ic_sink *sink, void *destination, size_t count) {
  if (sink->error != 0 || sink->position >= sink->length) { return sink->error != 0 ? -1 : 0; }
  uint64_t left = sink->length - sink->position;
  size_t wanted = count < left ? count : (size_t)left;
  if (sink->descriptor < 0) {
    memcpy(destination, sink->memory + sink->position, wanted);
  } else {
    if (flush(sink) != 0) { return -1; }
    ssize_t got = pread(sink->descriptor, destination, wanted, (off_t)sink->position);
    if (got < 0) {
      sink->error = errno;
      return -1;
    }
    wanted = (size_t)got;
  }
  sink->position += wanted;
  return (int64_t)wanted;
}

int64_t ic_sink_seek(ic_sink *sink, int64_t offset, int whence) {
  int64_t base = whence == SEEK_SET ? 0
      : whence == SEEK_CUR ? (int64_t)sink->position : (int64_t)sink->length;
  int64_t target;
  if (__builtin_add_overflow(base, offset, &target) || target < 0) { return -1; }
  sink->position = (uint64_t)target;
  return target;
}

int64_t ic_sink_length(ic_sink *sink) { return (int64_t)sink->length; }

int ic_sink_error(const ic_sink *sink) { return sink->error; }

const uint8_t *ic_sink_bytes(const ic_sink *sink, size_t *length) {
  *length = (size_t)sink->length;
  return sink->memory;
}

int ic_sink_commit(ic_sink *sink, ic_error *error) {
  if (sink->file == NULL) {
    return sink->error == 0 ? IC_OK : ic_fail(error, IC_LIMIT, sink->error, "%s", strerror(sink->error));
  }
  if (flush(sink) == 0) { sink->error = cf_output_commit(sink->file, sink->durable); }
  if (sink->error != 0) { return ic_fail(error, IC_IO, sink->error, "%s", strerror(sink->error)); }
  return IC_OK;
}

void ic_sink_close(ic_sink *sink) {
  if (sink == NULL) { return; }
  cf_output_close(sink->file);
  free(sink->buffer);
  free(sink->memory);
  free(sink);
}
