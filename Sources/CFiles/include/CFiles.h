// Files that appear under their names when they are complete.
#pragma once

// A file that is being written. On Linux it has no name until it is committed, where the file system can do that, so
// that a process which is killed leaves nothing behind; elsewhere it has a hidden one beside its own.
typedef struct cf_output cf_output;

// Begins the file that will be called `path`. A plain file that is there already gives it its permissions; behind a
// symbolic link, the file it points to is replaced. NULL with the reason in `error` (an errno: ENOENT for an empty
// path, EISDIR for a directory, EINVAL for another thing that is no plain file).
cf_output *_Nullable cf_output_create(const char *_Nonnull path, int *_Nonnull error);
// For reading and writing; -1 once the file is committed.
int cf_output_descriptor(const cf_output *_Nonnull output);
// Gives the file its name, in place of what has it. What is durable survives a power cut, the name too. Returns 0 or
// an errno. Nothing may be written after this.
int cf_output_commit(cf_output *_Nonnull output, int durable);
// Frees the output, and throws the file away if it was not committed.
void cf_output_close(cf_output *_Nullable output);
