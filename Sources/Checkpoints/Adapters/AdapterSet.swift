import Tensors

/// Adapters on a checkpoint, in the order in which they change each matrix.
struct AdapterSet: Sendable {
  private let modules: [String: [AdapterModule]]
  /// What was applied and what was not, a sentence each.
  let notices: [String]

  /// Throws `CheckpointError` for a file that is no adapter for a network of these names.
  init(_ requests: [AdapterRequest], names: [String]) throws {
    let names = AdapterNames(names)
    var modules: [String: [AdapterModule]] = [:]
    var notices: [String] = []
    for request in requests {
      let file = try AdapterFile(request, names: names)
      notices.append(Self.summary(of: file, request))
      if !file.unmatched.isEmpty { notices.append(Self.leftover(of: file, request)) }
      // Nothing is changed, not even the rounding.
      if request.scale == 0 { continue }
      for (weight, module) in file.modules { modules[weight, default: []].append(module) }
    }
    self.modules = modules
    self.notices = notices
  }

  /// `matrix` with the changes that there are for `name`. Throws `CheckpointError` where they do not fit.
  func applied(to matrix: StoredTensor, _ name: String) throws -> StoredTensor {
    var result = matrix
    for module in modules[name] ?? [] {
      result = result.adjusted(by: [try module.adjustment(of: result)])
    }
    return result
  }

  private static func summary(of file: AdapterFile, _ request: AdapterRequest) -> String {
    let all = file.modules.values
    let kronecker = all.count { $0.isKronecker }
    let kinds = [
      ("LoRA", all.count - kronecker), ("LoKr", kronecker),
      ("with DoRA magnitudes", all.count { $0.hasMagnitude }),
    ]
    .filter { $0.1 > 0 }.map { "\($0.1) \($0.0)" }
    return
      "\(request.path): changes \(all.count) matrices at scale \(request.scale) (\(kinds.joined(separator: ", ")))"
  }

  private static func leftover(of file: AdapterFile, _ request: AdapterRequest) -> String {
    "\(request.path): \(file.unmatched.count) tensors matched nothing in the model: "
      + file.unmatched.joined(separator: ", ")
  }
}
