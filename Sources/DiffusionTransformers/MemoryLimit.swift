import Tensors

/// How much memory the process may take, and a refusal before it is taken.
package struct MemoryLimit: Sendable {
  /// Bytes.
  package let bytes: Int
  /// Whether the user said so, rather than the machine.
  package let isAsked: Bool

  /// - Parameter asked: what the user allows; nil allows what tensors hold already and the machine has left.
  package init(asked: Int?) {
    bytes = asked ?? TensorMemory.liveBytes + ProcessMemory.available
    isAsked = asked != nil
  }

  /// Throws `TransformerError` when `more` bytes beside what tensors hold already do not fit.
  package func check(_ more: Int, for what: String, advice: String) throws {
    let needed = TensorMemory.liveBytes.addingReportingOverflow(more)
    guard needed.overflow || needed.partialValue > bytes else { return }
    func text(_ bytes: Int) -> String { "\((Double(bytes) / 1e8).rounded() / 10) GB" }
    throw TransformerError(
      .outOfMemory, place: what,
      problem:
        "needs about \(needed.overflow ? "more than can be counted" : text(needed.partialValue)), of which "
        + "weights and prompts hold \(text(TensorMemory.liveBytes)); "
        + (isAsked ? "--max-memory allows \(text(bytes))" : "this machine has \(text(bytes)) to give"),
      advice: advice)
  }
}
