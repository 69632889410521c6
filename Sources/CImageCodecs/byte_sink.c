// Bytes to a file under a temporary name, or to memory.
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "internal.h"

#define BUFFER ((size_t)256 << 10)

struct ic_sink {
  int descriptor;  // -1: memory
  int durable;
  char *path;
  char *temporary;  // NULL once it is renamed or gone
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

// "/folder/.name.<process>-<number>.part", in the same folder so that the rename stays on one file system.
static char *temporary_name(const char *path, unsigned number) {
  const char *slash = strrchr(path, '/');
  const char *name = slash == NULL ? path : slash + 1;
  size_t folder = (size_t)(name - path);
  size_t size = folder + strlen(name) + 48;
  char *result = malloc(size);
  if (result != NULL) {
    // A name of the longest length must not make the temporary one too long.
    snprintf(
        result, size, "%.*s.%.200s.%ld-%u.part", (int)folder, path, name, (long)getpid(), number);
  }
  return result;
}

ic_sink *ic_sink_create(const char *path, int durable, ic_error *error) {
  struct stat status;
  if (path[0] == 0) {
    ic_fail(error, IC_CREATE, ENOENT, "the output has no name");
    return NULL;
  }
  int exists = stat(path, &status) == 0;
  if (exists && !S_ISREG(status.st_mode)) {
    ic_fail(error, IC_CREATE, 0, "%s", S_ISDIR(status.st_mode) ? "it is a directory" : "it is not a plain file");
    return NULL;
  }
  if (exists && access(path, W_OK) != 0) {
    ic_fail(error, IC_CREATE, errno, "%s", strerror(errno));
    return NULL;
  }
  ic_sink *sink = ic_sink_memory(error);
  if (sink == NULL) { return NULL; }
  sink->durable = durable;
  // The file behind a symbolic link is replaced, not the link.
  sink->path = exists ? realpath(path, NULL) : strdup(path);
  sink->buffer = malloc(BUFFER);
  if (sink->path == NULL || sink->buffer == NULL) {
    ic_fail(error, IC_LIMIT, ENOMEM, "no memory for an output buffer");
    ic_sink_close(sink);
    return NULL;
  }
  for (unsigned number = 0; number < 1000; number++) {
    char *name = temporary_name(sink->path, number);
    if (name == NULL) { break; }
    sink->descriptor = open(name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (sink->descriptor >= 0) {
      sink->temporary = name;
      if (exists) { (void)fchmod(sink->descriptor, status.st_mode & 07777); }
      return sink;
    }
    free(name);
    if (errno != EEXIST) { break; }
  }
  ic_fail(error, IC_CREATE, errno, "%s", strerror(errno));
  ic_sink_close(sink);
  return NULL;
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

// Makes the rename itself survive a power cut. File systems that cannot sync a folder lose only that.
static void sync_folder(const char *path) {
  const char *slash = strrchr(path, '/');
  char *folder = slash == NULL ? strdup(".") : strndup(path, (size_t)(slash - path) + 1);
  if (folder == NULL) { return; }
  int descriptor = open(folder, O_RDONLY | O_CLOEXEC);
  if (descriptor >= 0) {
    (void)fsync(descriptor);
    close(descriptor);
  }
  free(folder);
}

int ic_sink_commit(ic_sink *sink, ic_error *error) {
  if (sink->descriptor < 0) {
    return sink->error == 0 ? IC_OK : ic_fail(error, IC_LIMIT, sink->error, "%s", strerror(sink->error));
  }
  if (flush(sink) == 0 && sink->durable && fsync(sink->descriptor) != 0 && errno != EINVAL) { sink->error = errno; }
  if (close(sink->descriptor) != 0 && sink->error == 0) { sink->error = errno; }
  sink->descriptor = -1;
  if (sink->error == 0 && rename(sink->temporary, sink->path) != 0) { sink->error = errno; }
  if (sink->error != 0) {
    return ic_fail(error, IC_IO, sink->error, "%s", strerror(sink->error));
  }
  free(sink->temporary);
  sink->temporary = NULL;
  if (sink->durable) { sync_folder(sink->path); }
  return IC_OK;
}

void ic_sink_close(ic_sink *sink) {
  if (sink == NULL) { return; }
  if (sink->descriptor >= 0) { close(sink->descriptor); }
  if (sink->temporary != NULL) { unlink(sink->temporary); }
  free(sink->temporary);
  free(sink->path);
  free(sink->buffer);
  free(sink->memory);
  free(sink);
}
