package import Checkpoints
import DiffusionTransformers

/// Writes one network anew: what `sparsedit model convert` does.
package struct ModelConversion {
  private let source: Checkpoint
  private let converter: CheckpointConverter
  private let output: String

  /// Checks everything that can be told before the work.
  ///
  /// - Parameters:
  ///   - input: a file, the directory of one network, or a model whose transformer is meant.
  ///   - adapters: merged into the weights.
  /// - Throws: `CheckpointError`, `PipelineError`.
  package init(
    input: String, output: String, precision: ConversionTarget.Precision, adapters: [AdapterRequest] = []
  ) throws {
    let target = try ConversionTarget(precision, path: output)
    guard let part = NetworkFile.all(in: input).first else {
      throw PipelineError(.missingInput, "model '\(input)': no such file or directory.")
    }
    source = try part.open().applying(adapters)
    let kind = part.kind(of: source)
    guard kind != .adapter else {
      throw PipelineError(
        .badData, "\(source.path): expected a network, found an adapter; merge it with --lora.")
    }
    guard target.format == .safetensors || kind == .transformer else {
      throw PipelineError(
        .badData,
        "\(source.path): only a HiDream transformer is written to GGUF, found "
          + "\(kind?.rawValue ?? "another network"); name an output that ends in .safetensors.")
    }
    if kind == .transformer { _ = try HiDreamConfiguration(of: source) }
    self.output = output
    converter = CheckpointConverter(source, to: target, architecture: "hidream")
  }

  /// Files that the output must not replace.
  package var inputs: [String] { source.paths }

  /// What adapters did, a sentence each.
  package var notices: [String] { source.notices }

  /// Throws `CheckpointError`, `TensorError`, `CancellationError`.
  package func run(progress: (Int, Int) -> Void, isCancelled: () -> Bool) throws -> CheckpointConverter.Report
  {
    try converter.write(to: output, progress: progress, isCancelled: isCancelled)
  }
}
