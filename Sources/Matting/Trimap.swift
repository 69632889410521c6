import ImageProcessing
package import Images

/// What is known of each pixel before matting: foreground, background, or to be found out.
package struct Trimap: Sendable, Equatable {
  /// One pixel's state.
  package enum Label: UInt8, Sendable {
    case background = 0
    case unknown = 128
    case foreground = 255
  }

  package let width: Int
  package let height: Int
  package var labels: [Label]

  package init(width: Int, height: Int, labels: [Label]) {
    assert(labels.count == width * height)
    self.width = width
    self.height = height
    self.labels = labels
  }

  /// Reads a grey picture: below 0.1 is background, above 0.9 foreground, the rest unknown.
  ///
  /// The thresholds are those of the alphamatting.com benchmark's readers, wide enough for a JPEG's noise.
  package init(grey mask: Mask) {
    self.init(
      width: mask.width, height: mask.height,
      labels: mask.values.map { $0 < 0.1 ? .background : $0 > 0.9 ? .foreground : .unknown })
  }

  /// Opens a band of doubt along the border of a mask.
  ///
  /// A pixel stays foreground when no pixel below one half lies within `erode` pixels of it, and background
  /// when none of one half or more lies within `dilate`; the structuring element is a disc. A pixel whose
  /// mask value is neither 0 nor 1 is always unknown.
  package init(mask: Mask, erode: Double, dilate: Double) throws(MattingError) {
    for (name, radius) in [("erode", erode), ("dilate", dilate)] where !(radius >= 0 && radius < 1e6) {
      throw .parameter(name: name, found: "\(radius)", expected: "a radius of 0 pixels or more")
    }
    let toOutside = distances(width: mask.width, height: mask.height) { mask.values[$0] < 0.5 }
    let toInside = distances(width: mask.width, height: mask.height) { mask.values[$0] >= 0.5 }
    self.init(
      width: mask.width, height: mask.height,
      labels: mask.values.indices.map { index in
        let value = mask.values[index]
        if value > 0 && value < 1 { return .unknown }
        if value >= 0.5 { return Double(toOutside[index]) > erode ? .foreground : .unknown }
        return Double(toInside[index]) > dilate ? .background : .unknown
      })
  }

  /// A band of `radius` pixels to either side of a mask's border, narrower where that would leave nothing known.
  package init(around mask: Mask, radius: Double) throws(MattingError) {
    guard mask.values.contains(where: { $0 >= 0.5 }) else {
      throw .missingLabel(what: "the mask", missing: "foreground (white)")
    }
    guard mask.values.contains(where: { $0 < 0.5 }) else {
      throw .missingLabel(what: "the mask", missing: "background (black)")
    }
    var erode = radius
    var dilate = radius
    var trimap = try Trimap(mask: mask, erode: erode, dilate: dilate)
    while true {
      let foreground = trimap.labels.contains(.foreground)
      let background = trimap.labels.contains(.background)
      guard (!foreground && erode > 0) || (!background && dilate > 0) else { break }
      if !foreground { erode = erode > 1 ? erode / 2 : 0 }
      if !background { dilate = dilate > 1 ? dilate / 2 : 0 }
      trimap = try Trimap(mask: mask, erode: erode, dilate: dilate)
    }
    try trimap.checkBothSides()
    self = trimap
  }

  /// The trimap as a grey picture: 0, 0.5 and 1.
  package var grey: Mask {
    Mask(
      width: width, height: height,
      values: labels.map { $0 == .background ? 0 : $0 == .foreground ? 1 : 0.5 })
  }

  package var unknownCount: Int { labels.count { $0 == .unknown } }

  /// Refuses a trimap without foreground or without background: every alpha would fit it.
  package func checkBothSides() throws(MattingError) {
    guard labels.contains(.foreground) else {
      throw .missingLabel(what: "the trimap", missing: "foreground (white)")
    }
    guard labels.contains(.background) else {
      throw .missingLabel(what: "the trimap", missing: "background (black)")
    }
  }
}
