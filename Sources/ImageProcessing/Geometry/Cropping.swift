package import Images

extension FloatImage {
  /// The pixels under `rect`; where it reaches over the picture's border, the picture mirrored there.
  package func cropped(to rect: PixelRect) -> FloatImage {
    var result = FloatImage(width: rect.width, height: rect.height, channels: channels)
    let columns = (0..<rect.width).map { reflected(rect.x + $0, width) * channels }
    for y in 0..<rect.height {
      let from = reflected(rect.y + y, height) * width * channels
      var to = y * rect.width * channels
      for column in columns {
        for channel in 0..<channels {
          result.samples[to] = samples[from + column + channel]
          to += 1
        }
      }
    }
    return result
  }
}

extension Mask {
  /// The part under `rect`, mirrored beyond the border as the picture is.
  package func cropped(to rect: PixelRect) -> Mask { PlacedMask(self).cropped(to: rect) }
}

extension PlacedMask {
  /// The part under `rect`, mirrored beyond the picture's border as the picture is.
  package func cropped(to rect: PixelRect) -> Mask {
    var result = Mask(width: rect.width, height: rect.height)
    let columns = (0..<rect.width).map { reflected(rect.x + $0, width) }
    for y in 0..<rect.height {
      let row = reflected(rect.y + y, height)
      guard row >= frame.y, row < frame.maxY else { continue }
      for (x, column) in columns.enumerated() { result[x, y] = self[column, row] }
    }
    return result
  }
}

/// The place inside 0..<size that an index beyond it mirrors; the border pixel itself is not repeated.
func reflected(_ index: Int, _ size: Int) -> Int {
  if (0..<size).contains(index) { return index }
  guard size > 1 else { return 0 }
  let period = 2 * (size - 1)
  let place = (index % period + period) % period
  return place < size ? place : period - place
}

extension PixelRect {
  /// The smallest rectangle of a picture that holds everything which this one, mirrored at the picture's border,
  /// shows of it.
  package func reflected(in bounds: PixelRect) -> PixelRect {
    func span(_ start: Int, _ length: Int, _ size: Int) -> (start: Int, length: Int) {
      if start >= 0, start + length <= size { return (start, length) }
      let places = (start..<start + length).map { ImageProcessing.reflected($0, size) }
      let (first, last) = (places.min() ?? 0, places.max() ?? 0)
      return (first, last - first + 1)
    }
    let (across, down) = (span(x, width, bounds.width), span(y, height, bounds.height))
    return PixelRect(x: across.start, y: down.start, width: across.length, height: down.length)
  }
}
