import Edits
import Grading
import ImageCodecs
import Images
import Matting

/// Turns selections into masks over one picture, which is read when the first of them looks at it.
struct MaskWorkshop {
  let width: Int
  let height: Int
  let inputs: [String]
  private(set) var notices: [String] = []
  private let path: String?
  private let files: [String: Mask]
  private var picture: (image: Image, space: WorkingSpace)?

  /// The size comes from the picture, else from the request, else from the first mask file.
  init(_ request: MaskRequest) throws {
    let selections =
      request.additions + request.intersections + request.subtractions + request.differences
    let paths = selections.compactMap { if case .file(let path) = $0 { path } else { nil } }
    path = request.image
    inputs = paths + [request.image].compactMap { $0 }
    var files: [String: Mask] = [:]
    for path in paths where files[path] == nil {
      let (mask, found) = try MaskFile.read(path: path)
      files[path] = mask
      notices += found
    }
    self.files = files
    if let image = request.image {
      let header = try ImageReader(path: image).header
      (width, height) = (header.width, header.height)
    } else if let wide = request.width, let high = request.height {
      (width, height) = (wide, high)
    } else if let first = paths.first.flatMap({ files[$0] }) {
      (width, height) = (first.width, first.height)
    } else {
      throw SparseditError(
        .usage, "the mask's size is not known: give --image PICTURE, --size WxH, or a file: selection")
    }
    guard (1...65_536).contains(width), (1...65_536).contains(height), width * height <= 1 << 30 else {
      throw SparseditError(
        .usage, "--size \(width)x\(height): expected 1 to 65536 in each direction and at most a gigapixel")
    }
    for path in paths {
      guard let mask = files[path], mask.width == width, mask.height == height else {
        throw SparseditError(.usage, "\(path): expected a mask of \(width) x \(height) pixels")
      }
    }
  }

  /// All selections of a request as one mask.
  mutating func combined(_ request: MaskRequest, _ cancellation: Cancellation) throws -> Mask {
    var result = Mask(width: width, height: height, repeating: request.additions.isEmpty ? 1 : 0)
    for (selections, combination) in [
      (request.additions, MaskCombination.union), (request.intersections, .intersect),
      (request.subtractions, .subtract), (request.differences, .difference),
    ] {
      for selection in selections {
        try cancellation.check()
        result = try combination(result, try mask(of: selection))
      }
    }
    return result
  }

  private mutating func mask(of selection: MaskSelection) throws -> Mask {
    switch selection {
    case .rectangle(let x, let y, let width, let height):
      return try shape(.rectangle(x: x, y: y, width: width, height: height))
    case .ellipse(let x, let y, let radiusX, let radiusY, let angle):
      return try shape(.ellipse(x: x, y: y, radiusX: radiusX, radiusY: radiusY, angle: angle))
    case .polygon(let numbers):
      return try shape(
        .polygon(stride(from: 0, to: numbers.count - 1, by: 2).map { SIMD2(numbers[$0], numbers[$0 + 1]) }))
    case .color(let red, let green, let blue, let tolerance, let softness):
      return try colors(.colors([SIMD3(red, green, blue)], tolerance: tolerance, softness: softness))
    case .colorAt(let x, let y, let tolerance, let softness):
      return try colors(.colors([try color(x, y)], tolerance: tolerance, softness: softness))
    case .lightness(let low, let high, let softness):
      return try colors(.lightness(low: low, high: high, softness: softness))
    case .alpha:
      guard try opened(for: "alpha").image.format.alpha != .none else {
        throw SparseditError(.badData, "\(path ?? ""): the picture has no alpha channel to take a mask from")
      }
      return try colors(.alpha)
    case .foreground(let x, let y, let width, let height):
      let image = try opened(for: "foreground").image
      let color = try WorkingColor(header: image.header, writesBack: false)
      return try GrabCut().segment(
        color.pixels(of: image, in: image.bounds).color,
        scribbles: Scribbles(
          rectangle: PixelRect(x: x, y: y, width: width, height: height), width: self.width,
          height: self.height))
    case .file(let path):
      return files[path] ?? Mask(width: width, height: height)
    }
  }

  private func shape(_ shape: SelectionShape) throws -> Mask { try shape.mask(width: width, height: height) }

  private mutating func colors(_ selection: ColorSelection) throws -> Mask {
    let (image, space) = try opened(for: "colour and lightness")
    return Mask(
      width: width, height: height,
      values: try selection.weights(of: image.bytes, format: image.format, space: space))
  }

  /// The picture's colour at a pixel, encoded, not multiplied by alpha.
  private mutating func color(_ x: Int, _ y: Int) throws -> SIMD3<Float> {
    let image = try opened(for: "color-at").image
    guard (0..<width).contains(x), (0..<height).contains(y) else {
      throw SparseditError(.usage, "color-at:\(x),\(y) lies outside the picture of \(width) x \(height)")
    }
    let format = image.format
    let samples = SampleRow.floats(
      of: image.bytes, from: (y * width + x) * format.pixelBytes, count: format.channels,
      type: format.sampleType)
    let color =
      format.colorModel == .gray ? SIMD3(repeating: samples[0]) : SIMD3(samples[0], samples[1], samples[2])
    guard format.alpha == .associated, let alpha = samples.last, alpha > 0 else { return color }
    return color / alpha
  }

  private mutating func opened(for what: String) throws -> (image: Image, space: WorkingSpace) {
    if let picture { return picture }
    guard let path else {
      throw SparseditError(.usage, "a selection by \(what) needs the picture; add --image FILE")
    }
    let image = try ImageReader.decode(path: path)
    notices += image.notices
    let space = WorkingSpace.of(image.header, path, notices: &notices)
    picture = (image, space)
    return (image, space)
  }
}
