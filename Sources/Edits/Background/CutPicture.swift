import ImageCodecs
import ImageProcessing
import Images
import Matting

/// A decoded picture with its matte, ready to be put together anew.
///
/// The source's samples are copied wherever the foreground covers a pixel; only the others are converted into
/// the source's depth and profile. Memory: about 100 bytes a pixel.
struct CutPicture {
  let request: BackgroundRequest
  let picture: Image
  /// The picture's pixels in the working space.
  let pixels: FloatImage
  /// The picture's own alpha, where it has one.
  let ownAlpha: Mask?
  let matte: Matte
  let notices: [String]

  /// Reads the files and finds the foreground.
  init(_ request: BackgroundRequest) throws {
    self.request = request
    let path = try request.image.known
    picture = try ImageReader.decode(path: path)
    let color = try WorkingColor(header: picture.header, name: path)
    (pixels, ownAlpha) = color.pixels(of: picture, in: picture.bounds)
    let (source, found) = try Self.source(request, ownAlpha: ownAlpha)
    var matting = MatteRequest(source, refinement: MatteRequest.Refinement(request.refine))
    matting.unknownRadius = request.unknownRadius
    matting.decontamination = request.decontaminate
    matte = try matting.matte(of: pixels)
    notices = picture.notices.map { "\(path): \($0)" } + found
  }

  private static func source(
    _ request: BackgroundRequest, ownAlpha: Mask?
  ) throws -> (MatteRequest.Source, notices: [String]) {
    func read(_ file: InputFile) throws -> (mask: Mask, notices: [String]) {
      let (mask, notices) = try MaskFile.read(path: file.known)
      return (mask, notices.map { "\(file): \($0)" })
    }
    if let file = request.mask {
      let (mask, notices) = try read(file)
      return (.mask(mask.inverted()), notices)
    }
    if let file = request.foreground {
      let (mask, notices) = try read(file)
      return (.mask(mask), notices)
    }
    if let file = request.trimap {
      let (mask, notices) = try read(file)
      return (.trimap(Trimap(grey: mask)), notices)
    }
    if let file = request.scribbles {
      let (mask, notices) = try read(file)
      return (.scribbles(Scribbles(grey: mask)), notices)
    }
    if let box = request.rectangle {
      return (.rectangle(PixelRect(x: box.x, y: box.y, width: box.width, height: box.height)), [])
    }
    guard let ownAlpha else {
      throw SparseditError(
        .usage,
        "\(request.image) has no alpha channel; say what the foreground is with --foreground, --mask, --trimap, "
          + "--rectangle or --scribbles")
    }
    return (.alpha(ownAlpha), [])
  }

  /// The foreground over `background`, in the source's format. Opaque where the background shows.
  func composite(over background: FloatImage) throws -> Image {
    let harmonized = try Harmonization(amount: request.harmonize).apply(to: matte, background: background)
    let everything = request.harmonize > 0
    let patch = Patch(
      rect: picture.bounds, color: try harmonized.over(background),
      alpha: ownAlpha == nil ? nil : Mask(width: picture.width, height: picture.height, repeating: 1),
      changed: mask { everything || matte.alpha.values[$0] < 1 || (ownAlpha?.values[$0] ?? 1) < 1 })
    return try image(applying: patch, to: picture)
  }

  /// The foreground alone, with alpha, for a file of the given name.
  func cutOut(for path: String) throws -> Image {
    try BackgroundRequest.checkAlpha(path)
    let multiplies = request.premultiplied && FileFormat(path: path) != .tiff
    var color = matte.foreground
    if multiplies {
      for pixel in matte.alpha.values.indices {
        for index in pixel * 3..<pixel * 3 + 3 { color.samples[index] *= matte.alpha.values[pixel] }
      }
    }
    var target = picture.withAlpha(request.premultiplied && !multiplies ? .associated : .straight)
    let kind = picture.format.alpha
    let rewritten = kind != .none && kind != target.format.alpha
    let patch = Patch(
      rect: picture.bounds, color: color, alpha: matte.alpha,
      changed: mask { matte.alpha.values[$0] < 1 || (rewritten && (ownAlpha?.values[$0] ?? 1) < 1) })
    target = try image(applying: patch, to: target)
    return target
  }

  /// The old background without the foreground, in the source's format.
  func plate() throws -> Image {
    guard let background = matte.background else {
      throw SparseditError(.usage, "\(request.image) holds no background to make a plate of")
    }
    let patch = Patch(
      rect: picture.bounds, color: background, changed: mask { matte.alpha.values[$0] > 0 })
    return try image(applying: patch, to: picture)
  }

  /// The pixels whose samples are the source's own in the composite, for the check of the written file.
  var kept: Mask {
    mask { request.harmonize > 0 || matte.alpha.values[$0] < 1 || (ownAlpha?.values[$0] ?? 1) < 1 }
  }

  private func mask(_ selects: (Int) -> Bool) -> Mask {
    Mask(
      width: picture.width, height: picture.height,
      values: matte.alpha.values.indices.map { selects($0) ? 1 : 0 })
  }

  private func image(applying patch: Patch, to base: Image) throws -> Image {
    var result = base
    try WorkingColor(header: base.header, name: request.image.description).apply(patch, to: &result)
    return result
  }
}

extension MatteRequest.Refinement {
  fileprivate init(_ refinement: BackgroundRequest.Refinement) {
    self =
      switch refinement {
      case .closedForm: .closedForm(ClosedFormMatting())
      case .guidedFilter: .guidedFilter(GuidedFilterMatting())
      case .none: .none
      }
  }
}

extension Image {
  /// The same samples with an alpha channel of the given kind: the picture's own, or opaque.
  fileprivate func withAlpha(_ kind: AlphaKind) -> Image {
    var header = header
    header.format.alpha = kind
    guard format.alpha == .none else { return Image(header: header, bytes: bytes) }
    let from = format.pixelBytes
    let into = header.format.pixelBytes
    let sampleBytes = format.sampleType.byteCount
    var opaque = [UInt8](repeating: 0, count: sampleBytes)
    SampleRow.store([1], in: &opaque, from: 0, type: format.sampleType)
    var result: [UInt8] = []
    result.reserveCapacity(width * height * into)
    for pixel in 0..<width * height {
      result.append(contentsOf: bytes[pixel * from..<(pixel + 1) * from])
      result.append(contentsOf: opaque)
    }
    return Image(header: header, bytes: result)
  }
}
