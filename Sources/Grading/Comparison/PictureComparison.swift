package import Images

/// The difference of two pictures sample by sample at their own depth, inside and outside a mask.
///
/// Rows are added as they are read, so neither picture need be in memory.
package struct PictureComparison: Sendable {
  /// What was found in a part of the pictures.
  package struct Region: Sendable, Equatable {
    /// One tally a channel, in the order of the format, in the samples' own units (0...255, 0...65535, or floats).
    package fileprivate(set) var channels: [DifferenceTally]
    package fileprivate(set) var pixels = 0
    /// Pixels of which any sample differs.
    package fileprivate(set) var changedPixels = 0

    package var all: DifferenceTally { channels.reduce(DifferenceTally(), +) }
  }

  package let format: PixelFormat
  /// Where the mask is above 0; everywhere without a mask.
  package private(set) var inside: Region
  /// Where the mask is 0.
  package private(set) var outside: Region

  /// - Throws: ``GradingError/mismatch(what:first:second:)`` unless size, depth and channels agree.
  package init(_ first: ImageHeader, _ second: ImageHeader) throws(GradingError) {
    guard first.width == second.width, first.height == second.height else {
      throw .mismatch(
        what: "size", first: "\(first.width) x \(first.height)", second: "\(second.width) x \(second.height)")
    }
    guard first.format == second.format else {
      throw .mismatch(
        what: "pixel format", first: first.format.description, second: second.format.description)
    }
    format = first.format
    inside = Region(channels: [DifferenceTally](repeating: DifferenceTally(), count: first.format.channels))
    outside = inside
  }

  /// Adds the same rows of both pictures.
  ///
  /// - Parameter mask: one value for each pixel; nil counts all as inside.
  package mutating func add(
    _ first: [UInt8], _ second: [UInt8], mask: [Float]? = nil
  ) throws(GradingError) {
    let count = first.count / format.pixelBytes
    guard first.count == second.count, mask == nil || mask?.count == count else {
      throw .mismatch(
        what: "size", first: "\(first.count) bytes", second: "\(second.count) bytes or the mask's rows")
    }
    unsafe first.withUnsafeBytes { one in
      unsafe second.withUnsafeBytes { two in
        switch format.sampleType {
        case .uint8: unsafe add(one.bindMemory(to: UInt8.self), two.bindMemory(to: UInt8.self), mask)
        case .uint16: unsafe add(one.bindMemory(to: UInt16.self), two.bindMemory(to: UInt16.self), mask)
        case .float32:
          unsafe add(one.bindMemory(to: UInt32.self), two.bindMemory(to: UInt32.self), mask) {
            Double(abs(Double(Float(bitPattern: $0)) - Double(Float(bitPattern: $1))))
          }
        }
      }
    }
  }

  private mutating func add<Sample: FixedWidthInteger>(
    _ first: UnsafeBufferPointer<Sample>, _ second: UnsafeBufferPointer<Sample>, _ mask: [Float]?,
    distance: (Sample, Sample) -> Double = { Double($0 > $1 ? $0 - $1 : $1 - $0) }
  ) {
    let channels = format.channels
    for pixel in 0..<first.count / channels {
      if let mask, !(mask[pixel] > 0) {
        unsafe Self.add(pixel * channels, first, second, to: &outside, distance)
      } else {
        unsafe Self.add(pixel * channels, first, second, to: &inside, distance)
      }
    }
  }

  @inline(__always)
  private static func add<Sample: FixedWidthInteger>(
    _ base: Int, _ first: UnsafeBufferPointer<Sample>, _ second: UnsafeBufferPointer<Sample>,
    to region: inout Region, _ distance: (Sample, Sample) -> Double
  ) {
    var isChanged = false
    for channel in region.channels.indices {
      let (one, two) = unsafe (first[base + channel], second[base + channel])
      if one == two {
        region.channels[channel].add(0, isChanged: false)
      } else {
        region.channels[channel].add(distance(one, two), isChanged: true)
        isChanged = true
      }
    }
    region.pixels += 1
    region.changedPixels += isChanged ? 1 : 0
  }
}
