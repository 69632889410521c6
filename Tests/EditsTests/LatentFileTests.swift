import Foundation
import LatentEditing
import Tensors
import Testing

@testable import Edits
@testable import Models

/// The state of a large canvas in a file.
@Suite struct LatentFileTests {
  let canvas = Canvas(channels: 3, height: 7, width: 5)
  let job = ["seed": "4", "strength": "0.35"]

  private func path() -> String {
    FileManager.default.temporaryDirectory.appending(path: "state-\(UUID().uuidString)").path
  }

  private func rows(_ count: Int, from first: Float) -> Tensor {
    Tensor((0..<3 * count * 5).map { first + Float($0) }, shape: [3, count, 5])
  }

  @Test func planesAndProgressComeBack() throws {
    let path = path()
    defer { try? FileManager.default.removeItem(atPath: path) }
    let (upper, lower) = (rows(4, from: 0), rows(3, from: 1000))
    var progress = StreamProgress()
    do {
      let file = try LatentFile.create(path, canvas: canvas, job: job, planes: 3, interval: .zero)
      try file.write(upper, to: .latents(before: 1), at: 0)
      try file.write(lower, to: .latents(before: 1), at: 4)
      try file.write(rows(7, from: -9), to: .history(1, before: 4), at: 0)
      for step in 1...3 {
        progress.steps = step
        progress.sourceRows = 7
        progress.windowRows = 2 * step
        progress.history = 2
        progress.cost = DenoiserCost(forwards: 9 * step, scoreBlocks: 8, skippedScoreBlocks: 7)
        try file.record(progress)
      }
    }
    let file = try #require(try LatentFile.open(path, canvas: canvas, job: job))
    #expect(file.progress == progress)
    #expect(try file.read(.latents(before: 3), rows: 0..<4).values == upper.values)
    #expect(try file.read(.latents(before: 1), rows: 4..<7).values == lower.values)
    let middle = try file.read(.latents(before: 1), rows: 3..<5)
    #expect(Array(middle.values[..<10]) == Array(upper.values[15..<20]) + Array(lower.values[..<5]))
    #expect(try file.read(.history(1, before: 2), rows: 0..<7).values == rows(7, from: -9).values)
    file.remove()
    #expect(try LatentFile.open(path, canvas: canvas, job: job) == nil)
  }

  /// A record that was being written when the machine went down leaves the one before it.
  @Test func aTornRecordIsPassedOver() throws {
    let path = path()
    defer { try? FileManager.default.removeItem(atPath: path) }
    var progress = StreamProgress()
    do {
      let file = try LatentFile.create(path, canvas: canvas, job: job, planes: 1, interval: .zero)
      for rows in [3, 5] {
        progress.sourceRows = rows
        try file.record(progress)
      }
    }
    // The job fits the first page; then come the two records, the last one of number 3 in the second page.
    let handle = try #require(FileHandle(forUpdatingAtPath: path))
    try handle.seek(toOffset: 4096 + 4096 + 8)
    try handle.write(contentsOf: Data([77]))
    try handle.close()
    let file = try #require(try LatentFile.open(path, canvas: canvas, job: job))
    #expect(file.progress.sourceRows == 3)
  }

  @Test func aFileInUseOrOfAnotherJobIsRefused() throws {
    let path = path()
    defer { try? FileManager.default.removeItem(atPath: path) }
    do {
      let file = try LatentFile.create(path, canvas: canvas, job: job, planes: 1)
      #expect(throws: PipelineError.self) { try LatentFile.open(path, canvas: canvas, job: job) }
      #expect(throws: PipelineError.self) {
        try LatentFile.create(path, canvas: canvas, job: job, planes: 1)
      }
      withExtendedLifetime(file) {}
    }
    #expect {
      try LatentFile.open(path, canvas: canvas, job: ["seed": "5", "strength": "0.35"])
    } throws: { error in
      let text = "\(error)"
      return text.contains("seed (\"4\" there, \"5\" here)") && !text.contains("strength")
    }
    // A new state takes its place.
    _ = try LatentFile.create(path, canvas: canvas, job: ["seed": "5"], planes: 1)
    #expect(try LatentFile.open(path, canvas: canvas, job: ["seed": "5"]) != nil)
  }

  @Test func aFolderThatIsNotThereIsSaid() {
    #expect(throws: PipelineError.self) {
      try LatentFile.create("/nowhere/state", canvas: canvas, job: job, planes: 1)
    }
  }
}
