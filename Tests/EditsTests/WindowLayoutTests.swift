import Images
import LatentEditing
import Models
import TestSupport
import Testing

@testable import Edits

@Suite struct WindowLayoutTests {
  /// The largest sides of the windows in cells, and how many there are.
  private func windows(_ model: Model, _ window: Int? = nil) throws -> [Int] {
    var settings = DiffusionSettings(prompt: "")
    settings.sampling.window = window
    let layout = WindowLayout(sampling: settings.sampling, model: model, width: 128, height: 96)
    let windows = try layout.windows(of: Canvas(channels: 16, height: 12, width: 16), model: model)
    return [windows.map(\.rect.width).max() ?? 0, windows.map(\.rect.height).max() ?? 0, windows.count]
  }

  /// 64 x 64 native: four times that area is one window for a model that does not say what it saw.
  @Test func isWholeWhereNothingIsKnown() throws {
    #expect(try windows(Model(opening: TinyModel.directory)) == [16, 12, 1])
  }

  /// Tokens at rows and columns that a model never saw are not asked of it.
  @Test func seesNoMoreAtOnceThanTheModelWasTrainedOn() throws {
    try TinyModel.changed("\"variant\"", to: "\"trained_sizes\": [32, 64], \"variant\"") { folder throws in
      let model = try Model(opening: folder)
      #expect(model.defaults.trainedSide == 64)
      // Windows of 64 px that overlap by 16: three beside each other, two above each other.
      #expect(try windows(model) == [8, 8, 6])
      #expect(try windows(model, 128) == [16, 12, 1])
      let mask = PlacedMask(Mask(width: 400, height: 400, repeating: 1))
      let crop = try InpaintEdit(settings: DiffusionSettings(prompt: ""), mask: mask).crop(for: model)
      #expect(crop.modelWidth * crop.modelHeight <= 64 * 64)
    }
  }

  @Test func refusesSizesThatAreNotWholeTokens() throws {
    let error = try TinyModel.changed("\"variant\"", to: "\"trained_sizes\": [100], \"variant\"") { folder in
      #expect(throws: PipelineError.self) { try Model(opening: folder) }
    }
    #expect(try #require(error).description.contains("trained_sizes"))
  }
}
