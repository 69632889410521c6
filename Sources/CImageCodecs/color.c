// Colour by Little CMS.
#include <lcms2.h>

#include "internal.h"

struct ic_transform {
  cmsContext context;
  cmsHTRANSFORM transform;
  int ink;
};

static void on_log(cmsContext context, cmsUInt32Number code, const char *text) {
  (void)code;
  ic_error *error = cmsGetContextUserData(context);
  if (error != NULL && error->status == IC_OK) { ic_fail(error, IC_BAD_DATA, 0, "%s", text); }
}

static cmsContext new_context(ic_error *error) {
  cmsContext context = cmsCreateContext(NULL, error);
  if (context != NULL) { cmsSetLogErrorHandlerTHR(context, on_log); }
  return context;
}

// Floats meet sRGB in linear light: its curve as Little CMS has it goes on in a straight line below black.
static cmsHPROFILE linear_srgb(cmsContext context) {
  const cmsCIExyY white = {0.3127, 0.3290, 1};
  const cmsCIExyYTRIPLE primaries = {{0.64, 0.33, 1}, {0.30, 0.60, 1}, {0.15, 0.06, 1}};
  cmsToneCurve *line = cmsBuildGamma(context, 1);
  if (line == NULL) { return NULL; }
  cmsToneCurve *lines[3] = {line, line, line};
  cmsHPROFILE profile = cmsCreateRGBProfileTHR(context, &white, &primaries, lines);
  cmsFreeToneCurve(line);
  return profile;
}

static cmsHPROFILE open_profile(cmsContext context, const void *bytes, size_t length, int32_t sample_type) {
  if (length > 0) { return cmsOpenProfileFromMemTHR(context, bytes, (cmsUInt32Number)length); }
  return sample_type == IC_FLOAT32 ? linear_srgb(context) : cmsCreate_sRGBProfileTHR(context);
}

static cmsUInt32Number format_of(int32_t channels, int32_t sample_type) {
  cmsUInt32Number space = channels == 1 ? PT_GRAY : channels == 3 ? PT_RGB : PT_CMYK;
  cmsUInt32Number bytes = (cmsUInt32Number)ic_sample_bytes(sample_type);
  return FLOAT_SH(sample_type == IC_FLOAT32) | COLORSPACE_SH(space) | CHANNELS_SH((cmsUInt32Number)channels)
      | BYTES_SH(bytes);
}

ic_transform *ic_transform_create(
    const void *from, size_t from_length, int32_t from_channels, const void *to, size_t to_length,
    int32_t to_channels, int32_t sample_type, ic_error *error) {
  error->status = IC_OK;
  ic_transform *result = calloc(1, sizeof *result);
  cmsContext context = new_context(error);
  if (result == NULL || context == NULL) {
    free(result);
    if (context != NULL) { cmsDeleteContext(context); }
    ic_fail(error, IC_LIMIT, 0, "no memory for a colour transform");
    return NULL;
  }
  cmsHPROFILE source = open_profile(context, from, from_length, sample_type);
  cmsHPROFILE target = open_profile(context, to, to_length, sample_type);
  // Without the one-pixel cache a transform has no state that threads could share. The pipeline as it stands keeps
  // floats outside 0...1, and spares integers the error of a precomputed table (up to 18 of 255 for CMYK).
  cmsUInt32Number flags = cmsFLAGS_NOCACHE | cmsFLAGS_BLACKPOINTCOMPENSATION | cmsFLAGS_NOOPTIMIZE;
  if (source != NULL && target != NULL) {
    result->transform = cmsCreateTransformTHR(
        context, source, format_of(from_channels, sample_type), target, format_of(to_channels, sample_type),
        INTENT_RELATIVE_COLORIMETRIC, flags);
  }
  if (source != NULL) { cmsCloseProfile(source); }
  if (target != NULL) { cmsCloseProfile(target); }
  if (result->transform == NULL) {
    if (error->status == IC_OK) { ic_fail(error, IC_BAD_DATA, 0, "the profile cannot be used"); }
    cmsDeleteContext(context);
    free(result);
    return NULL;
  }
  // The error belongs to this call only; later messages have nowhere to go.
  cmsSetLogErrorHandlerTHR(context, NULL);
  error->status = IC_OK;
  result->context = context;
  result->ink = from_channels == 4 && sample_type == IC_FLOAT32;
  return result;
}

void ic_transform_apply(const ic_transform *transform, const void *from, void *to, size_t pixels) {
  const uint8_t *source = from;
  uint8_t *target = to;
  cmsUInt32Number source_format = cmsGetTransformInputFormat(transform->transform);
  cmsUInt32Number target_format = cmsGetTransformOutputFormat(transform->transform);
  size_t source_pixel = T_CHANNELS(source_format) * T_BYTES(source_format);
  size_t target_pixel = T_CHANNELS(target_format) * T_BYTES(target_format);
  float percent[4 * 256];
  while (pixels > 0) {
    size_t part = transform->ink && pixels > 256 ? 256 : pixels > ((size_t)1 << 24) ? (size_t)1 << 24 : pixels;
    const void *input = source;
    if (transform->ink) {
      // Little CMS counts ink in percent.
      memcpy(percent, source, part * source_pixel);
      for (size_t index = 0; index < part * 4; index++) { percent[index] *= 100; }
      input = percent;
    }
    cmsDoTransform(transform->transform, input, target, (cmsUInt32Number)part);
    source += part * source_pixel;
    target += part * target_pixel;
    pixels -= part;
  }
}

void ic_transform_free(ic_transform *transform) {
  if (transform == NULL) { return; }
  cmsDeleteTransform(transform->transform);
  cmsDeleteContext(transform->context);
  free(transform);
}

int32_t ic_profile_channels(const void *profile, size_t length) {
  ic_error error = {0};
  cmsContext context = new_context(&error);
  if (context == NULL || length == 0) {
    if (context != NULL) { cmsDeleteContext(context); }
    return 0;
  }
  int32_t channels = 0;
  cmsHPROFILE handle = cmsOpenProfileFromMemTHR(context, profile, (cmsUInt32Number)length);
  if (handle != NULL) {
    cmsProfileClassSignature kind = cmsGetDeviceClass(handle);
    int device = kind == cmsSigInputClass || kind == cmsSigDisplayClass || kind == cmsSigOutputClass
        || kind == cmsSigColorSpaceClass;
    cmsColorSpaceSignature space = cmsGetColorSpace(handle);
    if (device && cmsIsIntentSupported(handle, INTENT_RELATIVE_COLORIMETRIC, LCMS_USED_AS_INPUT)) {
      channels = space == cmsSigGrayData ? 1 : space == cmsSigRgbData ? 3 : space == cmsSigCmykData ? 4 : 0;
    }
    cmsCloseProfile(handle);
  }
  cmsDeleteContext(context);
  return channels;
}

static uint8_t *save(cmsContext context, cmsHPROFILE profile, size_t *length) {
  uint8_t *bytes = NULL;
  cmsUInt32Number size = 0;
  if (profile != NULL) {
    // A creation time would make two runs differ.
    cmsSetHeaderFlags(profile, 0);
    if (cmsSaveProfileToMem(profile, NULL, &size) && size >= 128) { bytes = malloc(size); }
    if (bytes != NULL && !cmsSaveProfileToMem(profile, bytes, &size)) {
      free(bytes);
      bytes = NULL;
    }
    cmsCloseProfile(profile);
  }
  cmsDeleteContext(context);
  if (bytes != NULL) {
    static const uint8_t created[12] = {0x07, 0xd0, 0, 1, 0, 1};
    memcpy(bytes + 24, created, sizeof created);
    // The profile's own checksum covered the time; a zero means "not computed" (ICC.1, 7.2.18).
    memset(bytes + 84, 0, 16);
    *length = size;
  }
  return bytes;
}

static int plausible(const cmsCIExyY *point) {
  return point->x >= 0 && point->x <= 1 && point->y > 0.001 && point->y <= 1;
}

static uint8_t *make_profile(
    cmsContext context, cmsToneCurve *curve, int32_t channels, const cmsCIExyY *white,
    const cmsCIExyYTRIPLE *primaries, size_t *length) {
  cmsHPROFILE profile = NULL;
  if (curve != NULL && plausible(white)) {
    if (channels == 1) {
      profile = cmsCreateGrayProfileTHR(context, white, curve);
    } else if (plausible(&primaries->Red) && plausible(&primaries->Green) && plausible(&primaries->Blue)) {
      cmsToneCurve *curves[3] = {curve, curve, curve};
      profile = cmsCreateRGBProfileTHR(context, white, primaries, curves);
    }
  }
  if (curve != NULL) { cmsFreeToneCurve(curve); }
  return save(context, profile, length);
}

static cmsToneCurve *srgb_curve(cmsContext context) {
  const double parameters[5] = {2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045};
  return cmsBuildParametricToneCurve(context, 4, parameters);
}

uint8_t *ic_profile_from_chromaticities(
    double gamma, int32_t channels, double white_x, double white_y, double red_x, double red_y,
    double green_x, double green_y, double blue_x, double blue_y, size_t *length) {
  ic_error error = {0};
  cmsContext context = new_context(&error);
  if (context == NULL) { return NULL; }
  cmsToneCurve *curve = NULL;
  if (gamma == 0) {
    curve = srgb_curve(context);
  } else if (gamma > 0.05 && gamma < 20) {
    curve = cmsBuildGamma(context, 1 / gamma);
  }
  const cmsCIExyY white = {white_x, white_y, 1};
  const cmsCIExyYTRIPLE primaries = {{red_x, red_y, 1}, {green_x, green_y, 1}, {blue_x, blue_y, 1}};
  return make_profile(context, curve, channels, &white, &primaries, length);
}

uint8_t *ic_profile_from_code_points(int32_t primaries, int32_t transfer, int32_t channels, size_t *length) {
  // ITU-T H.273, tables 2 and 3: white, red, green, blue.
  static const struct {
    int32_t code;
    double points[8];
  } spaces[] = {
      {1, {0.3127, 0.3290, 0.640, 0.330, 0.300, 0.600, 0.150, 0.060}},
      {4, {0.310, 0.316, 0.67, 0.33, 0.21, 0.71, 0.14, 0.08}},
      {5, {0.3127, 0.3290, 0.640, 0.330, 0.290, 0.600, 0.150, 0.060}},
      {6, {0.3127, 0.3290, 0.630, 0.340, 0.310, 0.595, 0.155, 0.070}},
      {7, {0.3127, 0.3290, 0.630, 0.340, 0.310, 0.595, 0.155, 0.070}},
      {9, {0.3127, 0.3290, 0.708, 0.292, 0.170, 0.797, 0.131, 0.046}},
      {11, {0.314, 0.351, 0.680, 0.320, 0.265, 0.690, 0.150, 0.060}},
      {12, {0.3127, 0.3290, 0.680, 0.320, 0.265, 0.690, 0.150, 0.060}},
  };
  const double *points = NULL;
  for (size_t index = 0; index < sizeof spaces / sizeof spaces[0]; index++) {
    if (spaces[index].code == primaries) { points = spaces[index].points; }
  }
  ic_error error = {0};
  cmsContext context = points == NULL ? NULL : new_context(&error);
  if (context == NULL) { return NULL; }
  cmsToneCurve *curve = NULL;
  switch (transfer) {
  case 1: case 6: case 14: case 15: {
    const double parameters[5] = {1 / 0.45, 1 / 1.099, 0.099 / 1.099, 1 / 4.5, 0.081};
    curve = cmsBuildParametricToneCurve(context, 4, parameters);
    break;
  }
  case 4: curve = cmsBuildGamma(context, 2.2); break;
  case 5: curve = cmsBuildGamma(context, 2.8); break;
  case 8: curve = cmsBuildGamma(context, 1); break;
  case 13: curve = srgb_curve(context); break;
  default: break;
  }
  const cmsCIExyY white = {points[0], points[1], 1};
  const cmsCIExyYTRIPLE triple = {
      {points[2], points[3], 1}, {points[4], points[5], 1}, {points[6], points[7], 1}};
  return make_profile(context, curve, channels, &white, &triple, length);
}

void ic_free(void *bytes) { free(bytes); }
