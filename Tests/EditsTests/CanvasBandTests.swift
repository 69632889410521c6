import Images
import LatentEditing
import Tensors
import TestSupport
import Testing

@testable import Edits
@testable import Models

/// Bands of a canvas against the canvas in one piece.
@Suite struct CanvasBandTests {
  private func picture(_ width: Int, _ height: Int) -> FloatImage {
    FloatImage(
      width: width, height: height, channels: 3,
      samples: (0..<width * height * 3).map { Float($0 * 7919 % 1009) / 1009 })
  }

  /// The same autoencoder, but for saying that its cells all depend on each other.
  struct Unbounded: LatentCodec {
    var codec: any LatentCodec
    var latentChannels: Int { codec.latentChannels }
    var scale: Int { codec.scale }
    var reach: CodecReach? { nil }
    mutating func encode(_ picture: Tensor, wrap: Wrap) throws -> Tensor {
      try codec.encode(picture, wrap: wrap)
    }
    mutating func decode(_ latents: Tensor, wrap: Wrap) throws -> Tensor {
      try codec.decode(latents, wrap: wrap)
    }
  }

  private func encoded(_ codec: any LatentCodec, _ picture: FloatImage, canvas: Canvas, from start: Int = 0)
    throws -> [Int: [Float]]
  {
    var encoder = CanvasEncoder(
      codec: codec, canvas: canvas, width: picture.width, height: picture.height, border: 16, from: start)
    var given = 0
    var rows: [Int: [Float]] = [:]
    while let (latents, row) = try encoder.next({ count in
      given += count
      return picture.cropped(to: PixelRect(x: 0, y: given - count, width: picture.width, height: count))
    }) {
      let lines = latents.rowsFirst
      for line in 0..<latents.shape[1] { rows[row + line] = lines.rows(line..<line + 1).values }
    }
    #expect(given == picture.height)
    return rows
  }

  /// 100 rows of cells are four bands.
  @Test func encodingInBandsIsEncodingTheWhole() throws {
    var codec = try Model(opening: TinyModel.directory).codec
    let picture = picture(75, 759)
    let canvas = Canvas(channels: codec.latentChannels, height: 100, width: 14)
    let shown = picture.cropped(to: PixelRect(x: -16, y: -16, width: 112, height: 800))
    let whole = try codec.encode(shown.picture(), wrap: .none).rowsFirst
    for (codec, start) in [(codec, 0), (codec, 64), (Unbounded(codec: codec), 0)] as [(any LatentCodec, Int)]
    {
      let rows = try encoded(codec, picture, canvas: canvas, from: start)
      #expect(rows.keys.sorted() == Array(start..<100))
      for (row, values) in rows {
        // The same sums in matrices of other shapes.
        for (a, b) in zip(values, whole.rows(row..<row + 1).values) { #expect(abs(a - b) < 2e-5) }
      }
    }
  }

  @Test func decodingInBandsIsDecodingTheWhole() throws {
    var codec = try Model(opening: TinyModel.directory).codec
    let canvas = Canvas(channels: codec.latentChannels, height: 70, width: 6)
    let latents = NoiseField(seed: 3).normal(channels: canvas.channels, rect: canvas.bounds, stream: 0)
    let whole = FloatImage(picture: try codec.decode(latents, wrap: .none))
    for codec in [codec, Unbounded(codec: codec)] as [any LatentCodec] {
      var decoder = CanvasDecoder(codec: codec, canvas: canvas) {
        latents.cut(canvas.rect(of: $0), from: canvas)
      }
      var samples: [Float] = []
      while let rows = try decoder.next() { samples += rows.samples }
      #expect(samples.count == whole.samples.count)
      for (a, b) in zip(samples, whole.samples) { #expect(abs(a - b) < 2e-5) }
    }
  }

  @Test func bandsFadeIntoEachOther() {
    var fade = BandFade(rowLength: 2)
    #expect(fade.join([0, 0, 0, 0, 0, 0], shared: 2) == [0, 0])
    #expect(fade.join([8, 8, 8, 8, 8, 8, 8, 8], shared: 2) == [2, 2, 6, 6])
    #expect(fade.join([8, 8, 8, 8, 4, 4], shared: 0) == [8, 8, 8, 8, 4, 4])
  }
}
