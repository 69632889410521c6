import ImageProcessing
package import Images
package import LatentEditing
import Models
import Tensors
package import Upscalers

/// A picture enlarged by a network for detail to any size, a band of rows at a time.
///
/// The network is applied until what is left to the size asked for is less than half as much again, then resampled in
/// linear light. Samples are sRGB-encoded and may lie outside 0...1.
package struct DetailEnlargement: Sendable {
  package let upscaler: Upscaler
  /// Pixels of the picture and of the result, over 0.
  package let width: Int
  package let height: Int
  package let outputWidth: Int
  package let outputHeight: Int
  /// The axes along which the picture closes on itself.
  package var wrap = Wrap.none
  /// Holds the result, shrunk by area, to the picture.
  package var isFaithful = false
  /// Holds the result to the range of the picture's pixels round each place: no outlines beside hard edges.
  package var isBounded = false

  /// What remains to be enlarged by resampling is less than this.
  private static let restByResampling = 1.5
  /// Rows handed on at a time.
  private static let band = 64

  package init(_ upscaler: Upscaler, width: Int, height: Int, outputWidth: Int, outputHeight: Int) {
    self.upscaler = upscaler
    self.width = width
    self.height = height
    self.outputWidth = outputWidth
    self.outputHeight = outputHeight
  }

  /// How often the network is applied.
  var passes: Int {
    let wanted = max(Double(outputWidth) / Double(width), Double(outputHeight) / Double(height))
    var (passes, reached) = (1, Double(upscaler.scale))
    while upscaler.scale > 1, wanted / reached >= Self.restByResampling {
      passes += 1
      reached *= Double(upscaler.scale)
    }
    return passes
  }

  /// Begins to hand over the result from the top, the next so many rows at each call.
  ///
  /// - Parameter picture: begins to hand over the picture likewise; called again where rows are needed twice.
  package func begin(
    _ picture: @escaping () throws -> (Int) throws -> FloatImage
  ) throws -> (Int) throws -> FloatImage {
    let rows: () throws -> RowSource.Rows = {
      let next = try picture()
      return { try next($0).tensor }
    }
    var source = RowSource(height: height, begin: rows)
    var size = (width: width, height: height)
    for _ in 0..<passes {
      source = enlarged(source, width: size.width)
      size = (size.width * upscaler.scale, size.height * upscaler.scale)
    }
    let enlarged = resampled(source, from: size)
    let next =
      isFaithful || isBounded ? anchored(enlarged, to: RowSource(height: height, begin: rows)) : enlarged
    return { try FloatImage(tensor: next($0)) }
  }

  /// The whole of a picture in memory.
  package func callAsFunction(_ picture: FloatImage) throws -> FloatImage {
    let rows = try begin {
      var row = 0
      return { count in
        let end = min(picture.height, row + count)
        defer { row = end }
        return picture.cropped(to: PixelRect(x: 0, y: row, width: picture.width, height: end - row))
      }
    }
    return try rows(outputHeight)
  }

  /// One pass of the network.
  private func enlarged(_ source: RowSource, width: Int) -> RowSource {
    let (upscaler, wrap) = (upscaler, wrap)
    return RowSource(height: source.height * upscaler.scale) {
      var bands = EnlargedBands(
        upscaler, height: source.height, width: width, paddingX: wrap.paddingX, paddingY: wrap.paddingY)
      return { _ in try bands.next(source.rows) ?? Tensor(uninitialized: [0, width * upscaler.scale, 3]) }
    }
  }

  /// The next rows of the result's size.
  private func resampled(_ source: RowSource, from size: (width: Int, height: Int)) -> RowSource.Rows {
    if size == (outputWidth, outputHeight) { return source.inOrder() }
    var resampling = WrappedResampling(
      width: size.width, height: size.height, outputWidth: outputWidth, outputHeight: outputHeight, wrap: wrap
    )
    return RowSource(height: outputHeight) { { _ in try resampling.next { try source.rows($0) } } }.inOrder()
  }

  /// The same rows, held to the picture.
  private func anchored(_ next: @escaping RowSource.Rows, to picture: RowSource) -> RowSource.Rows {
    var anchor = SourceAnchor(
      width: outputWidth, height: outputHeight, sourceWidth: width, sourceHeight: height)
    anchor.corrects = isFaithful
    var (sourceRow, given) = (0, 0)
    return RowSource(height: outputHeight) { [width, outputWidth, outputHeight] in
      { _ in
        var lines: [Float] = []
        while lines.isEmpty {
          let rows = try next(min(Self.band, outputHeight - given))
          precondition(rows.shape[0] > 0, "a picture ended before its last row")
          given += rows.shape[0]
          let samples = rows.values
          for y in 0..<rows.shape[0] {
            try anchor.push(
              Array(samples[y * outputWidth * 3..<(y + 1) * outputWidth * 3]),
              source: {
                defer { sourceRow += 1 }
                return try picture.rows(sourceRow..<sourceRow + 1).reshaped([width * 3]).values
              },
              emit: { lines += $0 })
          }
        }
        return Tensor(lines, shape: [lines.count / (outputWidth * 3), outputWidth, 3])
      }
    }.inOrder()
  }
}

extension FloatImage {
  /// (H, W, 3)
  var tensor: Tensor { Tensor(samples, shape: [height, width, channels]) }

  /// Of (H, W, C).
  init(tensor: Tensor) {
    self.init(
      width: tensor.shape[1], height: tensor.shape[0], channels: tensor.shape[2], samples: tensor.values)
  }
}
