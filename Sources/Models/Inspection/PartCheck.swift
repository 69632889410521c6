package import Checkpoints
import DiffusionTransformers
import Tensors

/// What `sparsedit model check` finds in one network.
package struct PartCheck: Codable, Sendable {
  package let part: String
  package let path: String
  package let network: String?
  /// Names of tensors that are missing, unfit or unused.
  package let findings: WeightFindings
  /// What kept the network from being compared at all, or nil.
  package let problem: String?

  package var passes: Bool { problem == nil && findings.isEmpty }

  /// Compares the part's tensors with those that its network takes. Reads configurations and shapes, no matrices.
  package init(_ part: NetworkFile) {
    self.part = part.name
    var (path, network, problem) = (part.path, String?.none, String?.none)
    var findings = WeightFindings()
    do {
      let checkpoint = try part.open()
      path = checkpoint.path
      guard let kind = part.kind(of: checkpoint) else {
        throw CheckpointError(
          .invalidContent, path: path,
          problem: "expected a network of HiDream-I1, found \(checkpoint.names.count) tensors of another "
            + "(\(checkpoint.names.prefix(3).joined(separator: ", ")), ...)",
          advice: "name a transformer, an autoencoder or a text encoder")
      }
      network = kind.rawValue
      // Left in the file: matrices are neither read nor packed.
      let scope = WeightScope(checkpoint, residency: .streamed)
      var failure: (any Error)?
      do { try kind.takeWeights(from: scope, of: checkpoint) } catch { failure = error }
      findings = scope.findings
      if kind == .adapter || failure != nil {
        findings.unused = []
      } else {
        findings.unused.removeAll(where: kind.isExpectedExtra)
      }
      // A network that gives up after many findings has told them.
      if let failure, findings.isEmpty { throw failure }
    } catch {
      problem = "\(error)"
    }
    (self.path, self.network, self.findings, self.problem) = (path, network, findings, problem)
  }
}
