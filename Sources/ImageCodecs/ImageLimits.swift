/// What a picture may cost; checked against the file's header before anything of its size is allocated.
package struct ImageLimits: Sendable, Hashable {
  /// Width times height.
  package var maximumPixels: Int
  /// Bytes that decoding may hold at once.
  package var maximumBytes: Int

  /// One gigapixel and 8 GiB unless told otherwise.
  package init(maximumPixels: Int = 1 << 30, maximumBytes: Int = 8 << 30) {
    self.maximumPixels = max(1, maximumPixels)
    self.maximumBytes = max(1, maximumBytes)
  }
}
