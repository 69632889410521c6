// An edited JPEG whose untouched blocks keep their coefficients: the edited picture is compressed as the original was,
// and its blocks replace the original's where the edit touches them.
#include "jpeg_file.h"

#include <jerror.h>

typedef struct jpeg_patch {
  struct jpeg_error_mgr handler;
  struct jpeg_decompress_struct original, edited;
  struct jpeg_compress_struct encoder, output;
  jmp_buf jump;
  ic_error *error;
  uint8_t *file;                 // the original's bytes
  unsigned char *edited_bytes;   // the edited picture, compressed
  unsigned long edited_length;
  unsigned char *output_bytes;
  unsigned long output_length;
} jpeg_patch;

static void on_error(j_common_ptr common) {
  jpeg_patch *patch = common->client_data;
  char message[JMSG_LENGTH_MAX];
  common->err->format_message(common, message);
  int code = common->err->msg_code;
  int memory = code == JERR_OUT_OF_MEMORY || code == JERR_NO_BACKING_STORE;
  if (patch->error->status == IC_OK) {
    ic_fail(
        patch->error, memory ? IC_LIMIT : IC_BAD_DATA, 0, "%s",
        memory ? "the blocks of the picture need more memory than the limit" : message);
  }
  longjmp(patch->jump, 1);
}

static void on_message(j_common_ptr common, int level) {
  // What libjpeg makes up for missing or damaged bytes must not pass for the original's blocks; bytes too many are
  // no harm.
  if (level < 0 && common->err->msg_code != JWRN_EXTRANEOUS_DATA) { on_error(common); }
}

static void on_output(j_common_ptr common) { (void)common; }

static void release(jpeg_patch *patch) {
  jpeg_destroy_decompress(&patch->original);
  jpeg_destroy_decompress(&patch->edited);
  jpeg_destroy_compress(&patch->encoder);
  jpeg_destroy_compress(&patch->output);
  free(patch->file);
  free(patch->edited_bytes);
  free(patch->output_bytes);
  free(patch);
}

static void compress_edited(jpeg_patch *patch, const ic_writer *writer, const uint8_t *pixels) {
  struct jpeg_compress_struct *jpeg = &patch->encoder;
  jpeg->image_width = writer->encoding.width;
  jpeg->image_height = writer->encoding.height;
  jpeg->input_components = writer->encoding.color_channels;
  jpeg->in_color_space = jpeg->input_components == 1 ? JCS_GRAYSCALE : JCS_RGB;
  jpeg_set_defaults(jpeg);
  jpeg_set_colorspace(jpeg, patch->original.jpeg_color_space);
  for (int part = 0; part < jpeg->num_components; part++) {
    const jpeg_component_info *as = &patch->original.comp_info[part];
    if (as->quant_table == NULL) { ERREXIT(jpeg, JERR_NO_QUANT_TABLE); }
    unsigned int steps[64];
    for (int index = 0; index < 64; index++) { steps[index] = as->quant_table->quantval[index]; }
    jpeg_add_quant_table(jpeg, part, steps, 100, FALSE);
    jpeg->comp_info[part].quant_tbl_no = part;
    jpeg->comp_info[part].h_samp_factor = as->h_samp_factor;
    jpeg->comp_info[part].v_samp_factor = as->v_samp_factor;
  }
  jpeg->dct_method = JDCT_ISLOW;
  jpeg_mem_dest(jpeg, &patch->edited_bytes, &patch->edited_length);
  jpeg_start_compress(jpeg, TRUE);
  size_t stride = (size_t)jpeg->image_width * (size_t)jpeg->input_components;
  while (jpeg->next_scanline < jpeg->image_height) {
    JSAMPROW line = (JSAMPROW)(pixels + jpeg->next_scanline * stride);
    jpeg_write_scanlines(jpeg, &line, 1);
  }
  jpeg_finish_compress(jpeg);
}

// Whether the pixels under a block of one component, which may span several blocks of the picture, are touched.
static int is_touched(
    const jpeg_patch *patch, const uint8_t *touched, const jpeg_component_info *part, JDIMENSION column,
    JDIMENSION row) {
  size_t across = (size_t)(patch->original.max_h_samp_factor / part->h_samp_factor);
  size_t down = (size_t)(patch->original.max_v_samp_factor / part->v_samp_factor);
  size_t columns = (patch->original.image_width + 7) / 8, rows = (patch->original.image_height + 7) / 8;
  for (size_t y = row * down; y < (row + 1) * down && y < rows; y++) {
    for (size_t x = column * across; x < (column + 1) * across && x < columns; x++) {
      if (touched[y * columns + x]) { return 1; }
    }
  }
  return 0;
}

static void replace_blocks(
    jpeg_patch *patch, jvirt_barray_ptr *originals, jvirt_barray_ptr *edits, const uint8_t *touched) {
  j_common_ptr original = (j_common_ptr)&patch->original, edited = (j_common_ptr)&patch->edited;
  for (int index = 0; index < patch->original.num_components; index++) {
    const jpeg_component_info *part = &patch->original.comp_info[index];
    const jpeg_component_info *other = &patch->edited.comp_info[index];
    if (part->width_in_blocks != other->width_in_blocks || part->height_in_blocks != other->height_in_blocks) {
      ERREXIT(&patch->original, JERR_BAD_LENGTH);
    }
    for (JDIMENSION row = 0; row < part->height_in_blocks; row++) {
      JBLOCKARRAY to = original->mem->access_virt_barray(original, originals[index], row, 1, TRUE);
      JBLOCKARRAY from = edited->mem->access_virt_barray(edited, edits[index], row, 1, FALSE);
      for (JDIMENSION column = 0; column < part->width_in_blocks; column++) {
        if (is_touched(patch, touched, part, column, row)) {
          memcpy(to[0][column], from[0][column], sizeof(JBLOCK));
        }
      }
    }
  }
}

static void write_output(jpeg_patch *patch, const ic_writer *writer, jvirt_barray_ptr *blocks) {
  jpeg_copy_critical_parameters(&patch->original, &patch->output);
  ic_jpeg_put_density(&patch->output, &writer->encoding);
  patch->output.optimize_coding = TRUE;
  if (patch->original.progressive_mode) { jpeg_simple_progression(&patch->output); }
  jpeg_mem_dest(&patch->output, &patch->output_bytes, &patch->output_length);
  jpeg_write_coefficients(&patch->output, blocks);
  ic_jpeg_put_metadata(&patch->output, writer);
  jpeg_finish_compress(&patch->output);
}

static int check_original(jpeg_patch *patch, const ic_writer *writer, uint64_t maximum_bytes, ic_error *error) {
  const struct jpeg_decompress_struct *original = &patch->original;
  if (original->image_width != writer->encoding.width || original->image_height != writer->encoding.height
      || original->num_components != writer->encoding.color_channels) {
    return ic_fail(error, IC_UNSUPPORTED, 0, "the original has another size or other channels");
  }
  uint64_t blocks = 0;
  for (int part = 0; part < original->num_components; part++) {
    const jpeg_component_info *info = &original->comp_info[part];
    if (info->h_samp_factor <= 0 || info->v_samp_factor <= 0
        || original->max_h_samp_factor % info->h_samp_factor != 0
        || original->max_v_samp_factor % info->v_samp_factor != 0) {
      return ic_fail(error, IC_UNSUPPORTED, 0, "an uneven subsampling");
    }
    blocks += (uint64_t)info->width_in_blocks * info->height_in_blocks;
  }
  if (blocks * sizeof(JBLOCK) * 2 > maximum_bytes) {
    return ic_fail(error, IC_LIMIT, 0, "the blocks of the picture need more memory than the limit");
  }
  return IC_OK;
}

// Everything between the first and the last libjpeg call, under one setjmp.
static int run(
    jpeg_patch *patch, const ic_writer *writer, size_t file_length, const uint8_t *pixels, const uint8_t *touched,
    uint64_t maximum_bytes, ic_error *error) {
  if (setjmp(patch->jump)) { return error->status; }
  jpeg_create_decompress(&patch->original);
  jpeg_create_decompress(&patch->edited);
  jpeg_create_compress(&patch->encoder);
  jpeg_create_compress(&patch->output);
  jpeg_mem_src(&patch->original, patch->file, file_length);
  jpeg_read_header(&patch->original, TRUE);
  int outcome = check_original(patch, writer, maximum_bytes, error);
  if (outcome != IC_OK) { return outcome; }
  jvirt_barray_ptr *originals = jpeg_read_coefficients(&patch->original);
  compress_edited(patch, writer, pixels);
  jpeg_mem_src(&patch->edited, patch->edited_bytes, patch->edited_length);
  jpeg_read_header(&patch->edited, TRUE);
  jvirt_barray_ptr *edits = jpeg_read_coefficients(&patch->edited);
  replace_blocks(patch, originals, edits, touched);
  write_output(patch, writer, originals);
  return IC_OK;
}

int ic_writer_patch_jpeg(
    ic_writer *writer, ic_source *original, const void *pixels, const uint8_t *touched, uint64_t maximum_bytes,
    ic_error *error) {
  error->status = IC_OK;
  uint64_t length = ic_source_length(original);
  jpeg_patch *patch = calloc(1, sizeof *patch);
  uint8_t *file = length > maximum_bytes ? NULL : malloc(length > 0 ? (size_t)length : 1);
  if (patch == NULL || file == NULL) {
    free(patch);
    free(file);
    return ic_fail(error, IC_LIMIT, 0, "no memory for the original's %llu bytes", (unsigned long long)length);
  }
  patch->file = file;
  patch->error = error;
  jpeg_std_error(&patch->handler);
  patch->handler.error_exit = on_error;
  patch->handler.emit_message = on_message;
  patch->handler.output_message = on_output;
  // Creating keeps these two fields and nothing else.
  patch->original.err = patch->edited.err = patch->encoder.err = patch->output.err = &patch->handler;
  patch->original.client_data = patch->edited.client_data = patch;
  patch->encoder.client_data = patch->output.client_data = patch;
  int outcome = IC_OK;
  if (ic_source_read_at(original, 0, file, (size_t)length) != (int64_t)length) {
    outcome = ic_fail(error, IC_IO, ic_source_error(original), "%s", strerror(ic_source_error(original)));
  }
  if (outcome == IC_OK) {
    outcome = run(patch, writer, (size_t)length, pixels, touched, maximum_bytes, error);
  }
  if (outcome == IC_OK && ic_sink_write(writer->sink, patch->output_bytes, patch->output_length) < 0) {
    outcome = ic_fail(error, IC_IO, ic_sink_error(writer->sink), "%s", strerror(ic_sink_error(writer->sink)));
  }
  release(patch);
  return outcome;
}
