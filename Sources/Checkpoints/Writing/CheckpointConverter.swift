import Tensors

/// Writes a checkpoint anew in another type and format, tensor by tensor, in memory that does not grow with it.
package struct CheckpointConverter {
  /// What was written.
  package struct Report: Codable, Sendable {
    package var tensors = 0
    package var parameters = 0
    /// Bytes of the file.
    package var bytes = 0
    /// Tensors by the type that they were written in.
    package var types: [String: Int] = [:]
    /// |written - read| / |read| over all weights.
    package var relativeError = 0.0
    /// The tensor with the largest such error.
    package var worstTensor: String?
    package var worstRelativeError = 0.0

    enum CodingKeys: String, CodingKey {
      case tensors, parameters, bytes, types
      case relativeError = "relative_error"
      case worstTensor = "worst_tensor"
      case worstRelativeError = "worst_relative_error"
    }
  }

  private struct Plan {
    let name: String
    let dtype: DType
    let shape: [Int]
    let byteCount: Int
  }

  /// Elements that are in memory at a time.
  private static let chunk = 1 << 22

  private let source: Checkpoint
  private let target: ConversionTarget
  /// What a GGUF file calls the network.
  private let architecture: String

  package init(_ source: Checkpoint, to target: ConversionTarget, architecture: String) {
    self.source = source
    self.target = target
    self.architecture = architecture
  }

  /// Writes `path`, complete or not at all.
  ///
  /// - Parameters:
  ///   - progress: called before each tensor with its number and how many there are.
  ///   - isCancelled: asked before each piece.
  /// - Throws: `CheckpointError`, `TensorError`, `CancellationError`.
  package func write(
    to path: String, progress: (Int, Int) -> Void = { _, _ in }, isCancelled: () -> Bool = { false }
  ) throws -> Report {
    var plans: [Plan] = []
    var report = Report()
    for name in source.names {
      guard let stored = try source.stored(name) else { continue }
      try stored.validate()
      let dtype = target.dtype(of: name, shape: stored.shape, source: stored.dtype)
      guard let bytes = dtype.byteCount(of: stored.count) else {
        throw TensorError.size(expected: .max, found: 0)
      }
      plans.append(Plan(name: name, dtype: dtype, shape: stored.shape, byteCount: bytes))
      report.types[dtype.rawValue, default: 0] += 1
      report.parameters += stored.count
    }
    report.tensors = plans.count
    let file = try OutputFile(path)
    try file.write(try header(plans))
    var sums = (error: 0.0, norm: 0.0)
    for (index, plan) in plans.enumerated() {
      progress(index, plans.count)
      let (error, norm) = try write(plan, into: file, isCancelled)
      sums = (sums.error + error, sums.norm + norm)
      let relative = norm > 0 ? (error / norm).squareRoot() : 0
      if relative > report.worstRelativeError {
        (report.worstTensor, report.worstRelativeError) = (plan.name, relative)
      }
    }
    if isCancelled() { throw CancellationError() }
    report.bytes = file.count
    try file.finish()
    report.relativeError = sums.norm > 0 ? (sums.error / sums.norm).squareRoot() : 0
    return report
  }

  private func header(_ plans: [Plan]) throws -> [UInt8] {
    let configuration = try source.configuration().map { String(decoding: $0.data, as: UTF8.self) }
    switch target.format {
    case .safetensors:
      var metadata = source.metadata
      metadata[Checkpoint.configurationKeys.safetensors] = configuration
      return SafetensorsWriter.header(
        plans.flatMap { plan in
          let factors =
            plan.dtype == .int8 ? [("\(plan.name).scale", "F32", [plan.shape[0]], 4 * plan.shape[0])] : []
          return [(plan.name, plan.dtype.rawValue, plan.shape, plan.byteCount)] + factors
        }, metadata)
    case .gguf:
      var values: [(String, GGUFWriter.Value)] = [
        ("general.architecture", .string(architecture)), ("general.quantization_version", .uint32(2)),
        ("general.file_type", .uint32(target.fileType)),
      ]
      if let configuration { values.append((Checkpoint.configurationKeys.gguf, .string(configuration))) }
      return GGUFWriter.header(
        values,
        plans.compactMap { plan in
          GGUFTensorType(plan.dtype).map { (plan.name, $0, plan.shape, plan.byteCount) }
        })
    }
  }

  /// Returns the sums of squares of what was lost and of what was there.
  private func write(_ plan: Plan, into file: OutputFile, _ isCancelled: () -> Bool) throws -> (
    Double, Double
  ) {
    guard let stored = try source.stored(plan.name) else { return (0, 0) }
    let encoder = TensorEncoder(dtype: plan.dtype)
    var sums = (error: 0.0, norm: 0.0)
    var factors: [Float] = []
    let isVector = plan.shape.count < 2
    let rows = isVector ? 1 : plan.shape[0]
    let width = rows == 0 ? 0 : stored.count / rows
    let step = max(1, Self.chunk / max(1, width))
    for start in stride(from: 0, to: rows, by: step) {
      if isCancelled() { throw CancellationError() }
      let piece = try isVector ? stored.widened() : stored.widened(rows: start..<min(rows, start + step))
      guard let encoded = encoder.encode(piece) else {
        throw CheckpointError(
          .invalidContent, path: source.path,
          problem: "\"\(plan.name)\" has values that are not finite or too large for \(plan.dtype.rawValue)",
          advice: "convert to bf16 instead")
      }
      try file.write(encoded.bytes)
      factors += encoded.factors
      let written = try encoder.decode(encoded.bytes, factors: encoded.factors, shape: piece.shape)
      let (error, norm) = Self.squares(piece, written)
      sums = (sums.error + error, sums.norm + norm)
    }
    if plan.dtype == .int8 {
      try unsafe factors.withUnsafeBytes { try unsafe file.write($0) }
    } else if target.format == .gguf {
      try file.write([UInt8](repeating: 0, count: GGUFWriter.padding(plan.byteCount)))
    }
    source.release(stored)
    return sums
  }

  private static func squares(_ a: Tensor, _ b: Tensor) -> (error: Double, norm: Double) {
    unsafe a.withUnsafeBuffer { a in
      unsafe b.withUnsafeBuffer { b in
        var (error, norm) = (0.0, 0.0)
        // Single precision inside a run, so that the loop is not the slow part.
        for start in stride(from: 0, to: a.count, by: 256) {
          var (runError, runNorm): (Float, Float) = (0, 0)
          for index in start..<min(a.count, start + 256) {
            let difference = unsafe a[index] - b[index]
            runError += difference * difference
            runNorm += unsafe a[index] * a[index]
          }
          error += Double(runError)
          norm += Double(runNorm)
        }
        return (error, norm)
      }
    }
  }
}
