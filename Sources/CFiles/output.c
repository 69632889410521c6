#define _GNU_SOURCE
#include "CFiles.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define ATTEMPTS 1000

struct cf_output {
  int descriptor;
  char *path;
  char *temporary;  // NULL while the file has no name, and when it is committed or gone
};

// The folder with its slash, which may be all of it; "" for the current one.
static size_t folder_length(const char *path) {
  const char *slash = strrchr(path, '/');
  return slash == NULL ? 0 : (size_t)(slash - path) + 1;
}

// "/folder/.name.<process>-<number>.part", in the same folder so that the rename stays on one file system.
static char *temporary_name(const char *path, unsigned number) {
  size_t folder = folder_length(path);
  size_t size = folder + strlen(path + folder) + 48;
  char *result = malloc(size);
  if (result != NULL) {
    // A name of the longest length must not make the temporary one too long.
    snprintf(
        result, size, "%.*s.%.200s.%ld-%u.part", (int)folder, path, path + folder, (long)getpid(), number);
  }
  return result;
}

static char *folder_of(const char *path) {
  size_t length = folder_length(path);
  return length == 0 ? strdup(".") : strndup(path, length);
}

// The name by which the system knows an open file.
static void name_of_descriptor(int descriptor, char name[32]) {
  snprintf(name, 32, "/proc/self/fd/%d", descriptor);
}

// A file without a name; -1 where there is no such thing, or no way to give it one later.
static int open_nameless(const char *path) {
#ifdef O_TMPFILE
  char *folder = folder_of(path);
  if (folder == NULL) { return -1; }
  int descriptor = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0666);
  free(folder);
  if (descriptor < 0) { return -1; }
  char name[32];
  name_of_descriptor(descriptor, name);
  if (access(name, F_OK) == 0) { return descriptor; }
  close(descriptor);
#else
  (void)path;
#endif
  return -1;
}

// A new file under a temporary name; an errno, or 0.
static int open_named(cf_output *output) {
  for (unsigned number = 0; number < ATTEMPTS; number++) {
    char *name = temporary_name(output->path, number);
    if (name == NULL) { return ENOMEM; }
    output->descriptor = open(name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (output->descriptor >= 0) {
      output->temporary = name;
      return 0;
    }
    free(name);
    if (errno != EEXIST) { return errno; }
  }
  return EEXIST;
}

cf_output *cf_output_create(const char *path, int *error) {
  struct stat status;
  int exists = stat(path, &status) == 0;
  *error = path[0] == 0 ? ENOENT
      : exists && S_ISDIR(status.st_mode) ? EISDIR
      : exists && !S_ISREG(status.st_mode) ? EINVAL
      : exists && access(path, W_OK) != 0 ? errno : 0;
  if (*error != 0) { return NULL; }
  cf_output *output = calloc(1, sizeof *output);
  if (output == NULL) {
    *error = ENOMEM;
    return NULL;
  }
  output->path = exists ? realpath(path, NULL) : strdup(path);
  output->descriptor = output->path == NULL ? -1 : open_nameless(output->path);
  if (output->path == NULL) {
    *error = ENOMEM;
  } else if (output->descriptor < 0) {
    *error = open_named(output);
  }
  if (*error != 0) {
    cf_output_close(output);
    return NULL;
  }
  if (exists) { (void)fchmod(output->descriptor, status.st_mode & 07777); }
  return output;
}

int cf_output_descriptor(const cf_output *output) { return output->descriptor; }

// Gives a nameless file its own name if that is free, else a temporary one for the rename; an errno, or 0.
static int give_name(cf_output *output) {
  char name[32];
  name_of_descriptor(output->descriptor, name);
  if (linkat(AT_FDCWD, name, AT_FDCWD, output->path, AT_SYMLINK_FOLLOW) == 0) { return 0; }
  for (unsigned number = 0; errno == EEXIST && number < ATTEMPTS; number++) {
    char *temporary = temporary_name(output->path, number);
    if (temporary == NULL) { return ENOMEM; }
    if (linkat(AT_FDCWD, name, AT_FDCWD, temporary, AT_SYMLINK_FOLLOW) == 0) {
      output->temporary = temporary;
      return 0;
    }
    int reason = errno;
    free(temporary);
    errno = reason;
  }
  return errno;
}

// Makes the name itself survive a power cut. File systems that cannot sync a folder lose only that.
static void sync_folder(const char *path) {
  char *folder = folder_of(path);
  if (folder == NULL) { return; }
  int descriptor = open(folder, O_RDONLY | O_CLOEXEC);
  if (descriptor >= 0) {
    (void)fsync(descriptor);
    close(descriptor);
  }
  free(folder);
}

int cf_output_commit(cf_output *output, int durable) {
  int error = durable && fsync(output->descriptor) != 0 && errno != EINVAL ? errno : 0;
  if (error == 0 && output->temporary == NULL) { error = give_name(output); }
  if (close(output->descriptor) != 0 && error == 0) { error = errno; }
  output->descriptor = -1;
  if (error == 0 && output->temporary != NULL) {
    if (rename(output->temporary, output->path) != 0) {
      error = errno;
    } else {
      free(output->temporary);
      output->temporary = NULL;
    }
  }
  if (error == 0 && durable) { sync_folder(output->path); }
  return error;
}

void cf_output_close(cf_output *output) {
  if (output == NULL) { return; }
  if (output->descriptor >= 0) { close(output->descriptor); }
  if (output->temporary != NULL) { unlink(output->temporary); }
  free(output->temporary);
  free(output->path);
  free(output);
}
