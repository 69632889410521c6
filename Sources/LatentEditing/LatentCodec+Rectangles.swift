package import Tensors

extension LatentCodec {
  /// The pixels of `rect`, decoded from no more cells than can influence them.
  ///
  /// Exact where the codec states its reach: an inner border of the cut lies beyond the reach, an outer one is
  /// the canvas's own. Without a stated reach the whole canvas is decoded and cut.
  ///
  /// - Parameters:
  ///   - latents: (channels, height, width) of the canvas.
  ///   - rect: in latent cells; may cross the border on axes that wrap.
  /// - Returns: (3, rect.height * scale, rect.width * scale).
  package mutating func decode(_ latents: Tensor, rect: CellRect, wrap: Wrap) throws -> Tensor {
    let canvas = try Canvas(of: latents, wrap: wrap, name: "the latents")
    let cut = try Cut(rect, of: canvas, margin: reach?.decoder)
    let pixels = try decode(latents.cut(cut.outer, from: canvas), wrap: cut.wrap)
    let decoded = Canvas(
      channels: 3, height: cut.outer.height * scale, width: cut.outer.width * scale, wrap: cut.wrap)
    guard pixels.shape == decoded.shape else {
      throw EditingError.shape(name: "the decoded picture", expected: decoded.shape, found: pixels.shape)
    }
    return pixels.cut(cut.inner.scaled(by: scale), from: decoded)
  }

  /// The latents of `rect`, encoded from no more pixels than can influence them.
  ///
  /// - Parameters:
  ///   - picture: (3, height, width) of the whole canvas in pixels.
  ///   - rect: in latent cells.
  /// - Returns: (channels, rect.height, rect.width).
  package mutating func encode(_ picture: Tensor, rect: CellRect, wrap: Wrap) throws -> Tensor {
    let pixels = try Canvas(of: picture, wrap: wrap, name: "the picture")
    guard pixels.height % scale == 0, pixels.width % scale == 0 else {
      throw EditingError.plan(
        field: "picture size", found: "\(pixels.width) x \(pixels.height)",
        expected: "a multiple of \(scale) on both sides")
    }
    let canvas = Canvas(
      channels: latentChannels, height: pixels.height / scale, width: pixels.width / scale, wrap: wrap)
    let cut = try Cut(rect, of: canvas, margin: reach?.encoder)
    let latents = try encode(picture.cut(cut.outer.scaled(by: scale), from: pixels), wrap: cut.wrap)
    let encoded = Canvas(
      channels: latentChannels, height: cut.outer.height, width: cut.outer.width, wrap: cut.wrap)
    guard latents.shape == encoded.shape else {
      throw EditingError.shape(name: "the encoded latents", expected: encoded.shape, found: latents.shape)
    }
    return latents.cut(cut.inner, from: encoded)
  }
}

/// A rectangle with the margin that influences it.
private struct Cut {
  /// On the canvas, margin included.
  let outer: CellRect
  /// Inside `outer`.
  let inner: CellRect
  /// Axes on which `outer` is the whole of a canvas that wraps.
  let wrap: Wrap

  init(_ rect: CellRect, of canvas: Canvas, margin: Int?) throws {
    guard canvas.contains(rect) else {
      throw EditingError.plan(
        field: "rectangle", found: "\(rect.width) x \(rect.height) at (\(rect.x), \(rect.y))",
        expected: "inside the canvas of \(canvas.width) x \(canvas.height) cells")
    }
    let x = Self.span(rect.x, rect.width, canvas.width, margin: margin, closes: canvas.wrap.closesX)
    let y = Self.span(rect.y, rect.height, canvas.height, margin: margin, closes: canvas.wrap.closesY)
    outer = CellRect(x: x.start, y: y.start, width: x.length, height: y.length)
    inner = CellRect(x: x.inner, y: y.inner, width: rect.width, height: rect.height)
    wrap = canvas.wrap(of: outer)
  }

  private static func span(
    _ start: Int, _ length: Int, _ size: Int, margin: Int?, closes: Bool
  ) -> (start: Int, length: Int, inner: Int) {
    guard let margin else { return (0, size, closes ? modulo(start, size) : start) }
    if closes {
      let wide = length + 2 * margin
      // From here on every cell is needed: decode once round, so that the convolutions close it themselves.
      return wide >= size ? (0, size, modulo(start, size)) : (start - margin, wide, margin)
    }
    let from = max(0, start - margin)
    let to = min(size, start + length + margin)
    return (from, to - from, start - from)
  }
}

extension CellRect {
  /// The pixels under the cells.
  fileprivate func scaled(by scale: Int) -> CellRect {
    CellRect(x: x * scale, y: y * scale, width: width * scale, height: height * scale)
  }
}
