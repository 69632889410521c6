package import Images

/// Material maps estimated from a texture, which repeat as it does.
///
/// Rolling a repeating texture rolls its maps, bit for bit. How each map is estimated, and what that cannot know,
/// stands with ``HeightEstimator``, ``RoughnessEstimator`` and ``OcclusionEstimator``.
package struct TextureMaps: Sendable, Equatable {
  /// One channel, 0 deep to 1 high.
  package let height: FloatImage
  /// Three channels, directions -1...1 stored as 0...1.
  package let normal: FloatImage
  /// One channel, 0 mirror to 1 matt.
  package let roughness: FloatImage
  /// One channel, 1 where nothing hides the sky.
  package let occlusion: FloatImage

  /// - Parameters:
  ///   - texture: 1 to 4 channels of encoded values; alpha does not count.
  ///   - space: what the values mean.
  ///   - axes: the directions in which the texture repeats.
  package init(
    of texture: FloatImage, space: WorkingSpace = .sRGB, axes: TileAxes = .both,
    settings: TextureMapSettings = TextureMapSettings()
  ) throws(GradingError) {
    try settings.validate()
    let side = min(texture.width, texture.height)
    guard side > 0, (1...4).contains(texture.channels) else {
      throw .parameter(
        name: "texture", found: "\(texture.width) x \(texture.height) with \(texture.channels) channels",
        expected: "a picture of 1 to 4 channels")
    }
    let lightness = TexturePlane(
      width: texture.width, height: texture.height, axes: axes, values: Self.lightness(of: texture, space))
    let depth = settings.depth ?? Float(side) / 32
    var relief = HeightEstimator(
      largestFeature: settings.largestFeature ?? side / 4, balance: settings.balance
    ).height(of: lightness)
    if settings.invertsHeight { relief = relief.with(relief.values.map { 1 - $0 }) }
    height = Self.image(relief.values, like: texture)
    normal = Self.image(
      NormalMapper(depth: depth, convention: settings.convention).normals(of: relief), like: texture)
    roughness = Self.image(
      RoughnessEstimator(range: settings.roughness).roughness(of: lightness).values, like: texture)
    occlusion = Self.image(
      OcclusionEstimator(radius: settings.occlusionRadius ?? max(side / 8, 1), depth: depth)
        .occlusion(of: relief).values, like: texture)
  }

  private static func image(_ values: [Float], like texture: FloatImage) -> FloatImage {
    FloatImage(
      width: texture.width, height: texture.height,
      channels: values.count / (texture.width * texture.height), samples: values)
  }

  /// L* / 100, and 0 for what is no number.
  private static func lightness(of texture: FloatImage, _ space: WorkingSpace) -> [Float] {
    let lab = LabConverter(space)
    let (second, third) = texture.channels < 3 ? (0, 0) : (1, 2)
    return stride(from: 0, to: texture.samples.count, by: texture.channels).map { base in
      let color = SIMD3(
        texture.samples[base], texture.samples[base + second], texture.samples[base + third])
      let value = lab(color).x / 100
      return value.isFinite ? value : 0
    }
  }
}
