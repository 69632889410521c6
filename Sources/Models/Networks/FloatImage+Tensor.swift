package import Images
package import Tensors

extension FloatImage {
  /// An autoencoder's picture (3, H, W) in -1...1 as interleaved RGB in 0...1, clipped.
  package init(picture: Tensor) {
    let (height, width) = (picture.shape[1], picture.shape[2])
    let plane = height * width
    var samples = [Float](repeating: 0, count: 3 * plane)
    unsafe picture.withUnsafeBuffer { values in
      for channel in 0..<3 {
        for index in 0..<plane {
          samples[3 * index + channel] = unsafe min(1, max(0, values[channel * plane + index] * 0.5 + 0.5))
        }
      }
    }
    self.init(width: width, height: height, channels: 3, samples: samples)
  }

  /// The picture as an autoencoder takes it: (3, H, W) in -1...1, clipped.
  package func picture() -> Tensor {
    let plane = width * height
    var result = Tensor(uninitialized: [3, height, width])
    unsafe result.withUnsafeMutableBuffer { values in
      for channel in 0..<3 {
        for index in 0..<plane {
          unsafe values[channel * plane + index] = min(1, max(0, samples[channels * index + channel])) * 2 - 1
        }
      }
    }
    return result
  }
}
