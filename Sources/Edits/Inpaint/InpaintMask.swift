import ImageCodecs
import ImageProcessing
import Images

/// Where an edit may change a picture: the user's mask as the request shapes it, and the picture's margins.
struct InpaintMask {
  /// Of the picture's size, margins included.
  let mask: PlacedMask
  let notices: [String]
  /// The colours of the mask, where they tell prompts apart.
  private let colors: ColorMask?
  private let request: InpaintRequest

  init(_ request: InpaintRequest, for picture: SourcePicture) throws {
    self.request = request
    guard request.region.isEmpty || request.mask != nil && !request.invertMask else {
      throw SparseditError(
        .usage, "--region goes with --mask, whose colours tell where it acts, and without --invert-mask")
    }
    let margins = request.margins
    let width = picture.header.width - margins.left - margins.right
    let height = picture.header.height - margins.top - margins.bottom
    var (mask, colors, notices) = try Self.read(request, width: width, height: height)
    self.colors = colors
    if let file = request.mask, mask.width != width || mask.height != height {
      throw SparseditError(
        .badData,
        "\(file): expected a mask of the picture's size, \(width) x \(height)"
          + (picture.header.source?.orientation == .up ? "" : " after its EXIF orientation")
          + ", found \(mask.width) x \(mask.height)")
    }
    if request.maskGrow < 0 { mask = mask.shrunk(by: Float(-request.maskGrow)) }
    if margins != .none { mask = mask.extended(by: margins) }
    if request.maskGrow > 0 {
      mask = mask.grown(by: Float(request.maskGrow))
      notices.append("the mask was grown by \(request.maskGrow) pixels: outside means outside the grown mask")
    }
    self.mask = mask
    self.notices = notices
  }

  /// The prompts that act under a rectangle of the picture, apart from the main one.
  func prompts(under rect: PixelRect) -> [RegionalPrompt] {
    guard let colors else { return [] }
    return request.region.enumerated().map { index, region in
      RegionalPrompt(
        prompt: region.prompt, share: colors.share(of: index, under: rect, margins: request.margins))
    }
  }

  /// What the files say, before any shaping.
  private static func read(
    _ request: InpaintRequest, width: Int, height: Int
  ) throws -> (mask: PlacedMask, colors: ColorMask?, notices: [String]) {
    guard let path = try request.mask?.known else {
      if request.extend != nil {
        let all = Mask(width: width, height: height, repeating: request.invertMask ? 1 : 0)
        return (PlacedMask(all), nil, [])
      }
      // What is transparent is to be painted.
      let inverted = !request.invertMask
      return (
        try MaskFile.readPlaced(path: request.image.known, channel: .alpha, inverted: inverted).mask, nil, []
      )
    }
    if !request.region.isEmpty {
      let colors = try ColorMask(path: path, regions: request.region)
      return (PlacedMask(colors.mask), colors, colors.notices)
    }
    let (mask, notices) = try MaskFile.readPlaced(path: path, inverted: request.invertMask)
    return (mask, nil, notices.map { "\(path): \($0)" })
  }
}

extension PlacedMask {
  /// The mask with selected margins around it, held whole.
  fileprivate func extended(by margins: PictureMargins) -> PlacedMask {
    var result = Mask(
      width: width + margins.left + margins.right, height: height + margins.top + margins.bottom, repeating: 1
    )
    for y in 0..<height {
      for x in 0..<width { result[x + margins.left, y + margins.top] = self[x, y] }
    }
    return PlacedMask(result)
  }
}
