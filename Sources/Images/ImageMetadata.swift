/// Pixels per length, as a file states them.
package struct Resolution: Sendable, Hashable {
  package enum Unit: Sendable, Hashable {
    /// Only the ratio of the two means anything.
    case ratio
    case inch
    case centimetre
  }

  package var x: Double
  package var y: Double
  package var unit: Unit

  package init(x: Double, y: Double, unit: Unit) {
    self.x = x
    self.y = y
    self.unit = unit
  }
}

/// What a picture file says about its picture besides pixels and colour.
package struct ImageMetadata: Sendable, Hashable {
  package struct Text: Sendable, Hashable {
    package var keyword: String
    package var value: String

    package init(keyword: String, value: String) {
      self.keyword = keyword
      self.value = value
    }
  }

  /// EXIF as a TIFF structure, without the "Exif" marker in front; orientation 1, no thumbnail.
  package var exif: [UInt8]?
  /// An XMP packet, UTF-8.
  package var xmp: [UInt8]?
  package var resolution: Resolution?
  /// PNG's text chunks and JPEG's comments, without the recipe.
  package var texts: [Text]
  /// How the picture was made: PNG's `parameters` text, or the same in XMP.
  package var recipe: String?

  package init(
    exif: [UInt8]? = nil, xmp: [UInt8]? = nil, resolution: Resolution? = nil, texts: [Text] = [],
    recipe: String? = nil
  ) {
    self.exif = exif
    self.xmp = xmp
    self.resolution = resolution
    self.texts = texts
    self.recipe = recipe
  }
}
