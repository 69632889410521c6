package import Images

extension FloatImage {
  /// Every sample through a function.
  package func mapped(_ transform: (Float) -> Float) -> FloatImage {
    var result = self
    for index in result.samples.indices { result.samples[index] = transform(result.samples[index]) }
    return result
  }
}
