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

  @Test func whatAHeadCannotUseGoesToTheOthers() {
    let budgets = AttentionBudgets(budgets: [[1, 1, 2], [1, 1, 10]])
    for (block, kept, expected) in [
      (0, 0.4, [0.3, 0.3, 0.6]), (1, 0.5, [0.25, 0.25, 1]), (1, 1, [1, 1, 1]),
    ] {
      let shares = budgets.shares(block: block, kept: kept)
      #expect(zip(shares, expected).allSatisfy { abs($0 - $1) < 1e-12 }, "\(shares)")
    }
  }

  @Test func comesBackFromItsFile() throws {
    let budgets = AttentionBudgets(budgets: [[1, 2, 3], [0.5, 0.5, 4]])
    let path = FileManager.default.temporaryDirectory.appending(path: "sparsedit-\(UUID().uuidString).json")
      .path
    defer { try? FileManager.default.removeItem(atPath: path) }
    try budgets.save(to: path)
    #expect(try AttentionBudgets.load(path, blocks: 2, heads: 3) == budgets)
  }
}
