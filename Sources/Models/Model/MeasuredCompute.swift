import Checkpoints
import FoundationEssentials
package import Tensors

/// Which arithmetic leaves a model's finished pictures as they are, found by measuring.
///
/// Stored beside a checkpoint as `compute.json`: `{"compute": "int8", "psnr": {"bf16": {"worst": ..., "median": ...}, ...}}`.
/// It depends on the model alone, not on the machine that measured it, so that machines agree on what is computed.
package struct MeasuredCompute: Codable, Equatable, Sendable {
  package static let fileName = "compute.json"
  /// The worst picture's PSNR to fp32 in dB from which an arithmetic is harmless: differences of 2.5 levels of 255.
  package static let harmless = 40.0

  /// PSNR to fp32 in dB over the pictures that were drawn.
  package struct Agreement: Codable, Equatable, Sendable {
    package let worst: Double
    package let median: Double
    package let pictures: Int

    package init(worst: Double, median: Double, pictures: Int) {
      (self.worst, self.median, self.pictures) = (worst, median, pictures)
    }
  }

  /// The fastest that is harmless.
  package let compute: ComputePrecision
  /// By the arithmetic's name.
  package let psnr: [String: Agreement]

  package init(psnr: [String: Agreement]) {
    self.psnr = psnr
    compute =
      [ComputePrecision.int8, .bf16].first { (psnr[$0.rawValue]?.worst ?? 0) >= Self.harmless } ?? .fp32
  }

  /// What was measured, or nil when there is no file at `path`. Throws `PipelineError` for one that cannot be read.
  static func load(_ path: String) throws(PipelineError) -> MeasuredCompute? {
    guard let data = FileManager.default.contents(atPath: path) else { return nil }
    guard let measured = try? JSONDecoder().decode(MeasuredCompute.self, from: data) else {
      throw PipelineError(
        .badData,
        "\(path): expected {\"compute\": \"fp32\", \"bf16\" or \"int8\", \"psnr\": {...}}; remove the file or make it again "
          + "with `sparsedit model precision`.")
    }
    return measured
  }

  /// Writes the file.
  package func save(to path: String) throws(PipelineError) {
    do {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
      let file = try OutputFile(path)
      try file.write([UInt8](try encoder.encode(self)))
      try file.finish()
    } catch {
      throw PipelineError(
        .failed, "\(path): cannot be written (\(error)); name another place with --output.")
    }
  }
}
