package import Images

/// The part of a picture that a model is shown around a mask, and the size it is shown at.
package struct CropChoice: Sendable, Equatable, Codable {
  /// In pixels of the picture. Reaches over its border only if the picture is too small for the model; the rest
  /// is then mirrored.
  package var rect: PixelRect
  /// What the crop is resized to: multiples of the model's step.
  package var modelWidth: Int
  package var modelHeight: Int

  package init(rect: PixelRect, modelWidth: Int, modelHeight: Int) {
    self.rect = rect
    self.modelWidth = modelWidth
    self.modelHeight = modelHeight
  }

  /// Whether the model sees the picture's own pixels.
  package var isNative: Bool { rect.width == modelWidth && rect.height == modelHeight }
}

/// What decides a crop.
package struct CropOptions: Sendable, Equatable {
  /// Pixels the model works on at most.
  package var pixelBudget: Int
  /// Sides of the model's picture are multiples of this.
  package var step: Int
  /// Context on each side of the mask's box: at least so many pixels, and at least this share of its longer side.
  package var contextPixels: Int
  package var contextShare: Double
  /// The longer side over the shorter one, at most.
  package var aspectLimit: Double
  /// How much a small region may be enlarged.
  package var enlargementLimit: Double

  package init(
    pixelBudget: Int, step: Int = 16, contextPixels: Int = 32, contextShare: Double = 0.06,
    aspectLimit: Double = 2, enlargementLimit: Double = 2
  ) {
    self.pixelBudget = pixelBudget
    self.step = step
    self.contextPixels = contextPixels
    self.contextShare = contextShare
    self.aspectLimit = aspectLimit
    self.enlargementLimit = enlargementLimit
  }
}

extension CropChoice {
  /// An enlargement below this is not worth resampling for: the model is shown more context instead.
  private static let leastEnlargement = 1.5

  /// The crop for a region of a picture.
  ///
  /// - Parameter box: the mask's bounding box, inside the picture.
  package init(
    around box: PixelRect, pictureWidth: Int, pictureHeight: Int, options: CropOptions
  ) throws {
    let picture = PixelRect(x: 0, y: 0, width: pictureWidth, height: pictureHeight)
    guard !box.isEmpty, box.intersection(picture) == box else {
      throw ImageProcessingError.parameter(
        name: "the region", expected: "inside the picture of \(pictureWidth) x \(pictureHeight)",
        found: "\(box.width) x \(box.height) at (\(box.x), \(box.y))")
    }
    guard options.step > 0, options.pixelBudget >= options.step * options.step,
      options.aspectLimit >= 1, options.enlargementLimit >= 1
    else {
      throw ImageProcessingError.parameter(
        name: "the model's pixel budget", expected: "at least one \(options.step) x \(options.step) square",
        found: "\(options.pixelBudget)")
    }
    let longer = Double(max(box.width, box.height))
    let context = max(options.contextPixels, Int((options.contextShare * longer).rounded(.up)))
    let needed = PixelRect(
      x: box.x - context, y: box.y - context, width: box.width + 2 * context,
      height: box.height + 2 * context
    ).intersection(picture)
    let (modelWidth, modelHeight) = Self.modelSize(for: needed, picture: picture, options)

    // Model pixels per picture pixel.
    let fitting = min(
      Double(modelWidth) / Double(needed.width), Double(modelHeight) / Double(needed.height))
    var scale = min(fitting, options.enlargementLimit)
    if scale >= 1, scale < Self.leastEnlargement { scale = 1 }
    let inside = max(
      Double(modelWidth) / Double(pictureWidth), Double(modelHeight) / Double(pictureHeight))
    // Enlarge rather than show mirrored pixels, as long as everything needed still fits.
    if inside > scale { scale = min(inside, max(scale, min(fitting, options.enlargementLimit))) }
    let width = Self.side(Double(modelWidth) / scale, needed: needed.width, limit: pictureWidth)
    let height = Self.side(Double(modelHeight) / scale, needed: needed.height, limit: pictureHeight)
    self.init(
      rect: PixelRect(
        x: Self.start(needed.x, needed.width, length: width, limit: pictureWidth),
        y: Self.start(needed.y, needed.height, length: height, limit: pictureHeight),
        width: width, height: height),
      modelWidth: modelWidth, modelHeight: modelHeight)
  }

  /// The sides, in whole steps and within the budget, nearest to the shape of what is needed.
  private static func modelSize(
    for needed: PixelRect, picture: PixelRect, _ options: CropOptions
  ) -> (Int, Int) {
    let ratio = Double(needed.width) / Double(needed.height)
    var aspect = min(max(ratio, 1 / options.aspectLimit), options.aspectLimit)
    // A strip longer than the limit allows is given no more width than the picture has.
    aspect = max(aspect, Double(needed.width) / Double(picture.height))
    aspect = min(aspect, Double(picture.width) / Double(needed.height))
    let step = options.step
    let cells = options.pixelBudget / (step * step)
    var best = (width: 1, height: 1)
    var bestCost = Double.infinity
    // Squared relative error of the shape against the share of the budget left unused.
    for height in 1...cells where aspect * Double(height * height) <= 4 * Double(cells) || height == 1 {
      for width in [Int((aspect * Double(height)).rounded()), cells / height]
      where width >= 1 && width * height <= cells {
        let shape = Double(width) / Double(height) / aspect
        let unused = 1 - Double(width * height) / Double(cells)
        let cost = max(shape, 1 / shape) - 1 + unused
        if cost < bestCost { (best, bestCost) = ((width, height), cost) }
      }
    }
    return (best.width * step, best.height * step)
  }

  /// A side of the crop, squeezed by up to a seventh where that keeps it inside the picture.
  private static func side(_ wanted: Double, needed: Int, limit: Int) -> Int {
    let length = max(needed, Int(wanted.rounded()))
    return length > limit && length * 7 <= limit * 8 ? limit : length
  }

  /// Centres a side on what is needed, then moves it into the picture if it fits there.
  private static func start(_ needed: Int, _ neededLength: Int, length: Int, limit: Int) -> Int {
    let centred = needed + (neededLength - length) / 2
    guard length <= limit else { return (limit - length) / 2 }
    return min(max(centred, 0), limit - length)
  }
}
