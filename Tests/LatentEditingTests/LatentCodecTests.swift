import Tensors
import Testing

@testable import LatentEditing

/// Scale 2, one latent channel: encodes by averaging 2 x 2 pixels and then a 3 x 3 box of cells; decodes by a
/// 3 x 3 box of cells and then repetition. Zero padding or wrapping, as a convolution would.
struct BoxCodec: LatentCodec {
  let latentChannels = 1
  let scale = 2
  var reach: CodecReach? = CodecReach(encoder: 1, decoder: 1)
  var decodedCells = 0

  func box(_ values: [Float], _ height: Int, _ width: Int, _ wrap: Wrap) -> [Float] {
    (0..<height * width).map { cell in
      var sum: Float = 0
      for dy in -1...1 {
        for dx in -1...1 {
          var (x, y) = (cell % width + dx, cell / width + dy)
          if wrap.closesX { x = modulo(x, width) }
          if wrap.closesY { y = modulo(y, height) }
          if (0..<width).contains(x), (0..<height).contains(y) { sum += values[y * width + x] }
        }
      }
      return sum
    }
  }

  mutating func encode(_ picture: Tensor, wrap: Wrap) throws -> Tensor {
    let (height, width) = (picture.shape[1] / 2, picture.shape[2] / 2)
    let pixels = picture.values
    let means = (0..<height * width).map { cell in
      let corner = cell / width * 2 * width * 2 + cell % width * 2
      return pixels[corner] + pixels[corner + 1] + pixels[corner + 2 * width] + pixels[corner + 2 * width + 1]
    }
    return Tensor(box(means, height, width, wrap), shape: [1, height, width])
  }

  mutating func decode(_ latents: Tensor, wrap: Wrap) throws -> Tensor {
    let (height, width) = (latents.shape[1], latents.shape[2])
    decodedCells += height * width
    let mixed = box(latents.values, height, width, wrap)
    let plane = (0..<4 * height * width).map { mixed[$0 / (4 * width) * width + $0 % (2 * width) / 2] }
    return Tensor(plane + plane + plane, shape: [3, 2 * height, 2 * width])
  }
}

@Suite struct LatentCodecTests {
  static let rects = [
    CellRect(x: 0, y: 0, width: 3, height: 2), CellRect(x: 4, y: 3, width: 2, height: 4),
    CellRect(x: 7, y: 5, width: 3, height: 3), CellRect(x: 0, y: 0, width: 10, height: 8),
    CellRect(x: 1, y: 2, width: 8, height: 5),
  ]

  @Test(arguments: rects, Wrap.allCases)
  func aDecodedRectangleIsPartOfTheWhole(_ rect: CellRect, _ wrap: Wrap) throws {
    var codec = BoxCodec()
    let latents = Tensor((0..<80).map { Float($0 * $0 % 23) }, shape: [1, 8, 10])
    let whole = try codec.decode(latents, wrap: wrap)
    let pixels = Canvas(channels: 3, height: 16, width: 20, wrap: wrap)
    let expected = whole.cut(
      CellRect(x: rect.x * 2, y: rect.y * 2, width: rect.width * 2, height: rect.height * 2), from: pixels)
    #expect(try codec.decode(latents, rect: rect, wrap: wrap).values == expected.values)
    codec.reach = nil
    #expect(try codec.decode(latents, rect: rect, wrap: wrap).values == expected.values)
  }

  @Test(arguments: rects, Wrap.allCases)
  func anEncodedRectangleIsPartOfTheWhole(_ rect: CellRect, _ wrap: Wrap) throws {
    var codec = BoxCodec()
    let picture = Tensor((0..<960).map { Float($0 * $0 % 29) }, shape: [3, 16, 20])
    let whole = try codec.encode(picture, wrap: wrap)
    let canvas = Canvas(channels: 1, height: 8, width: 10, wrap: wrap)
    #expect(
      try codec.encode(picture, rect: rect, wrap: wrap).values == whole.cut(rect, from: canvas).values)
  }

  @Test func rectanglesMayCrossABorderThatWraps() throws {
    var codec = BoxCodec()
    let latents = Tensor((0..<80).map { Float($0 * $0 % 23) }, shape: [1, 8, 10])
    let rect = CellRect(x: 8, y: 7, width: 4, height: 3)
    let whole = try codec.decode(latents, wrap: .xy)
    let pixels = Canvas(channels: 3, height: 16, width: 20, wrap: .xy)
    let expected = whole.cut(CellRect(x: 16, y: 14, width: 8, height: 6), from: pixels)
    #expect(try codec.decode(latents, rect: rect, wrap: .xy).values == expected.values)
    #expect(throws: EditingError.self) { try codec.decode(latents, rect: rect, wrap: .x) }
  }

  @Test func onlyWhatCanMatterIsDecoded() throws {
    var codec = BoxCodec()
    let latents = Tensor(zeros: [1, 40, 40])
    _ = try codec.decode(latents, rect: CellRect(x: 10, y: 10, width: 4, height: 4), wrap: .none)
    #expect(codec.decodedCells == 36)
  }
}
