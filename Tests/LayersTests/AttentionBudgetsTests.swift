import Foundation
import Testing

@testable import Layers

@Suite struct AttentionBudgetsTests {
  func load(_ text: String) throws -> AttentionBudgets? {
    let url = FileManager.default.temporaryDirectory.appending(path: "sparsedit-\(UUID().uuidString).json")
    try Data(text.utf8).write(to: url)
    defer { try? FileManager.default.removeItem(at: url) }
    return try AttentionBudgets.load(url.path, blocks: 2, heads: 3)
  }

  @Test func readsOneNumberForEachHead() throws {
    #expect(try load(#"{"budgets": [[1, 2, 3], [0.5, 0.5, 4]]}"#)?.budgets == [[1, 2, 3], [0.5, 0.5, 4]])
    #expect(try AttentionBudgets.load("/absent/attention_budgets.json", blocks: 1, heads: 1) == nil)
  }

  @Test(arguments: [
    "", "[]", #"{"budgets": 1}"#, #"{"budgets": [[1, 2, 3]]}"#, #"{"budgets": [[1, 2], [1, 2, 3]]}"#,
    #"{"budgets": [[1, 2, 0], [1, 2, 3]]}"#, #"{"budgets": [[1, 2, -1], [1, 2, 3]]}"#,
    #"{"budgets": [[1, 2, 1e300], [1, 2, 3]]}"#,
  ])
  func refusesWhatDoesNotFit(text: String) {
    #expect(throws: AttentionBudgets.Failure.self) { try load(text) }
  }
}
