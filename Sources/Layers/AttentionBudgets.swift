import Checkpoints
import FoundationEssentials

/// How the heads of each block share the score blocks that sparse attention keeps, learned from dense runs.
///
/// Stored beside a checkpoint as `attention_budgets.json`: `{"budgets": [[...heads], ...blocks]}`, positive numbers
/// of which only the ratios within a block count.
package struct AttentionBudgets: Codable, Equatable, Sendable {
  package static let fileName = "attention_budgets.json"

  /// (blocks, heads)
  package let budgets: [[Double]]

  package init(budgets: [[Double]]) {
    self.budgets = budgets
  }

  /// What is wrong with a budgets file.
  package struct Failure: Error, CustomStringConvertible {
    package let path: String
    package let problem: String

    package var description: String { "\(path): \(problem); remove the file or make it again" }
  }

  /// The budgets at `path`, or nil when there is no such file. Throws `Failure` when it does not fit the network.
  package static func load(_ path: String, blocks: Int, heads: Int) throws -> AttentionBudgets? {
    guard let data = FileManager.default.contents(atPath: path) else { return nil }
    let decoded: AttentionBudgets
    do {
      decoded = try JSONDecoder().decode(AttentionBudgets.self, from: data)
    } catch {
      throw Failure(path: path, problem: "expected {\"budgets\": [[number, ...], ...]}")
    }
    guard decoded.budgets.count == blocks, decoded.budgets.allSatisfy({ $0.count == heads }) else {
      throw Failure(path: path, problem: "expected \(heads) numbers for each of \(blocks) blocks")
    }
    guard decoded.budgets.joined().allSatisfy({ $0 > 0 && $0 < 1e6 }) else {
      throw Failure(path: path, problem: "expected numbers between 0 and 1000000")
    }
    return decoded
  }

  /// Writes the file.
  package func save(to path: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    let file = try OutputFile(path)
    try file.write([UInt8](try encoder.encode(self)))
    try file.finish()
  }

  /// The heads' shares of a block's score blocks, `kept` on average: what a head cannot use, because it has all, goes
  /// to the others.
  package func shares(block: Int, kept: Double) -> [Double] {
    let budgets = budgets[block]
    var shares = [Double](repeating: 0, count: budgets.count)
    var open = Set(budgets.indices)
    var left = kept * Double(budgets.count)
    while !open.isEmpty {
      let sum = open.reduce(0) { $0 + budgets[$1] }
      let full = open.filter { left * budgets[$0] / sum >= 1 }
      if full.isEmpty {
        for head in open { shares[head] = left * budgets[head] / sum }
        break
      }
      for head in full { shares[head] = 1 }
      open.subtract(full)
      left -= Double(full.count)
    }
    return shares
  }
}
