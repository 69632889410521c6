import Foundation
import LatentEditing
import TestSupport
import Testing

@testable import Edits
@testable import Models

@Suite struct PlanTests {
  @Test func editsAskForWhatTheModelWantsOfThem() throws {
    let copy = FileManager.default.temporaryDirectory.appending(path: "model-\(UUID().uuidString)")
    try FileManager.default.copyItem(atPath: TinyModel.directory, toPath: copy.path)
    defer { try? FileManager.default.removeItem(at: copy) }
    let path = copy.appending(path: "model_index.json")
    let index = try String(contentsOf: path, encoding: .utf8).replacing(
      "\"steps\": 4", with: "\"steps\": 4, \"edit_guidance\": 1.5, \"clean_context\": 0.75")
    try Data(index.utf8).write(to: path)
    let model = try Model(opening: copy.path)
    let session = EditSession(model: model, cancellation: CancellationFlag(), observe: { _ in })
    let canvas = Canvas(channels: 16, height: 8, width: 8)
    var settings = DiffusionSettings(prompt: "")
    #expect(session.plan(settings, canvas: canvas, isEdit: true).guidance.scale == 1.5)
    #expect(session.plan(settings, canvas: canvas, isEdit: false).guidance.scale == 3)
    #expect(session.plan(settings, canvas: canvas, isEdit: true).cleanContext == 1)
    settings.prompt = "moss"
    #expect(session.plan(settings, canvas: canvas, isEdit: true).cleanContext == 0.75)
    settings.sampling.cfgScale = 5
    #expect(session.plan(settings, canvas: canvas, isEdit: true).guidance.scale == 5)
  }

  @Test func wordsArePushedLessWhereTheSurroundingsLead() throws {
    let session = EditSession(
      model: try Model(opening: TinyModel.directory), cancellation: CancellationFlag(), observe: { _ in })
    let canvas = Canvas(channels: 16, height: 8, width: 8)
    func guidance(_ settings: DiffusionSettings, isEdit: Bool = true) -> Float {
      session.plan(settings, canvas: canvas, isEdit: isEdit).guidance.scale
    }
    var settings = DiffusionSettings(prompt: "moss")
    #expect(guidance(settings) == 3)
    settings.sampling.cleanContext = 1
    #expect(guidance(settings) == 2 && guidance(settings, isEdit: false) == 3)
    settings.sampling.cfgScale = 4
    #expect(guidance(settings) == 4)
  }
}
