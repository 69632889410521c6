import Images

extension UpscaleRequest {
  /// The result's size in pixels for a picture's.
  func pixels(for header: ImageHeader) throws -> (width: Int, height: Int) {
    let (width, height) = (header.width, header.height)
    let wanted: (width: Double, height: Double)
    let ratio = Double(width) / Double(height)
    switch (self.width, self.height) {
    case (let newWidth?, let newHeight?): wanted = (Double(newWidth), Double(newHeight))
    case (let newWidth?, nil): wanted = (Double(newWidth), Double(newWidth) / ratio)
    case (nil, let newHeight?): wanted = (Double(newHeight) * ratio, Double(newHeight))
    case (nil, nil): wanted = (Double(width) * (scale ?? 2), Double(height) * (scale ?? 2))
    }
    guard wanted.width * wanted.height <= Double(Self.mostPixels) else {
      throw SparseditError(
        .outOfBudget,
        "\(image): \(width) x \(height) pixels would become more than \(Self.mostPixels); ask for a smaller size"
      )
    }
    let result = (Int(wanted.width.rounded()), Int(wanted.height.rounded()))
    guard result.0 >= width, result.1 >= height, result != (width, height) else {
      throw SparseditError(
        .usage,
        "\(image): expected a size over the picture's \(width) x \(height), found \(result.0) x \(result.1)")
    }
    return result
  }

  /// 65,536 x 65,536.
  private static let mostPixels = 1 << 32
}
