// What the ways to write a JPEG share.
#pragma once

#include "internal.h"

// jpeglib.h needs the standard headers in front of it.
#include <jpeglib.h>

void ic_jpeg_put_metadata(j_compress_ptr jpeg, const ic_writer *writer);
void ic_jpeg_put_density(j_compress_ptr jpeg, const ic_encoding *encoding);
