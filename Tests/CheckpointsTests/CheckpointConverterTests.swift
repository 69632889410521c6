import Tensors
import Testing

@testable import Checkpoints

@Suite struct CheckpointConverterTests {
  let directory: TemporaryDirectory
  let input: String

  init() throws {
    directory = try TemporaryDirectory()
    input = directory.file("in.safetensors")
    var random = SeededRandom(state: 2)
    func tensor(_ shape: [Int]) -> Tensor {
      Tensor((0..<shape.reduce(1, *)).map { _ in Float.random(in: -1...1, using: &random) }, shape: shape)
    }
    try SafetensorsWriter.save(
      [
        .init("a.weight", tensor([3, 256])), .init("a.bias", tensor([3])),
        .init("b.weight", tensor([4, 96])),
        .init("c.weight", tensor([2, 40])), .init("d.gate.weight", tensor([2, 256])),
        .init("x_embedder.proj.weight", tensor([4, 256])), .init("e.weight", tensor([2, 3, 1, 1])),
        .init("empty.weight", tensor([0, 4])),
      ], metadata: ["format": "pt", "config": #"{"width":3}"#], to: input)
  }

  private func convert(_ precision: ConversionTarget.Precision, _ name: String) throws -> (
    Checkpoint, CheckpointConverter.Report
  ) {
    let path = directory.file(name)
    let converter = CheckpointConverter(
      try Checkpoint(opening: input), to: try ConversionTarget(precision, path: path), architecture: "hidream"
    )
    let report = try converter.write(to: path)
    return (try Checkpoint(opening: path), report)
  }

  private func types(_ checkpoint: Checkpoint) -> [String: String] {
    Dictionary(uniqueKeysWithValues: checkpoint.names.map { ($0, checkpoint.storage(of: $0)?.type ?? "") })
  }

  /// Each tensor in its type: what routes, vectors, and the way in and out stay as they were; rows that are no whole
  /// blocks take the next best type.
  @Test func choosesTypes() throws {
    let (q8, _) = try convert(.q8, "q8.safetensors")
    #expect(
      types(q8) == [
        "a.weight": "I8", "a.bias": "F32", "b.weight": "I8", "c.weight": "I8", "d.gate.weight": "F32",
        "x_embedder.proj.weight": "F32", "e.weight": "F32", "empty.weight": "I8",
      ])
    let (q4, _) = try convert(.q4, "q4.gguf")
    #expect(
      types(q4) == [
        "a.weight": "Q4_K", "a.bias": "F32", "b.weight": "Q4_0", "c.weight": "F16", "d.gate.weight": "F32",
        "x_embedder.proj.weight": "F32", "e.weight": "F32", "empty.weight": "F16",
      ])
    let (half, _) = try convert(.fp16, "half.gguf")
    #expect(
      types(half) == [
        "a.weight": "F16", "a.bias": "F32", "b.weight": "F16", "c.weight": "F16", "d.gate.weight": "F32",
        "x_embedder.proj.weight": "F16", "e.weight": "F16", "empty.weight": "F16",
      ])
  }

  @Test(arguments: [
    (ConversionTarget.Precision.fp32, "o.gguf", 0.0), (.fp32, "o.safetensors", 0),
    (.fp16, "o.safetensors", 3e-4),
    (.bf16, "o.gguf", 2e-3), (.q8, "o.safetensors", 4e-3), (.q8, "o.gguf", 5e-3), (.q6, "o.gguf", 2e-2),
    (.q4, "o.gguf", 9e-2), (.q4_0, "o.gguf", 0.1),
  ])
  func reportsWhatItLost(_ precision: ConversionTarget.Precision, _ name: String, _ largest: Double) throws {
    let (checkpoint, report) = try convert(precision, name)
    let source = try Checkpoint(opening: input)
    #expect(checkpoint.names == source.names && report.tensors == 8)
    var (error, norm) = (0.0, 0.0)
    for name in source.names {
      let before = try #require(try source.stored(name)).widened()
      let after = try #require(try checkpoint.stored(name)).widened()
      #expect(before.shape == after.shape)
      for (a, b) in zip(before.values, after.values) {
        error += Double(a - b) * Double(a - b)
        norm += Double(a) * Double(a)
      }
    }
    let relative = (error / norm).squareRoot()
    #expect(abs(relative - report.relativeError) <= 1e-3 * relative)
    #expect(relative <= largest && (largest == 0 || relative > largest / 4), "\(relative)")
    #expect(report.worstRelativeError >= relative)
  }

  /// What a file says of its network goes along, through several conversions.
  @Test func carriesTheConfiguration() throws {
    struct Stated: Decodable { let width: Int }
    let (gguf, _) = try convert(.q8, "one.gguf")
    #expect(try gguf.configuration(as: Stated.self, classNames: [])?.width == 3)
    let path = directory.file("two.safetensors")
    _ = try CheckpointConverter(gguf, to: ConversionTarget(.bf16, path: path), architecture: "hidream")
      .write(to: path)
    let back = try Checkpoint(opening: path)
    #expect(try back.configuration(as: Stated.self, classNames: [])?.width == 3)
    #expect(gguf.gguf?.architecture == "hidream" && gguf.gguf?.integer("general.file_type") == 7)
  }

  @Test func leavesNothingBehind() throws {
    let huge = directory.file("huge.safetensors")
    try SafetensorsWriter.save([.init("w.weight", Tensor([1, 1e6], shape: [1, 2]))], to: huge)
    let path = directory.file("out.safetensors")
    let half = CheckpointConverter(
      try Checkpoint(opening: huge), to: try ConversionTarget(.fp16, path: path), architecture: "hidream")
    let error = #expect(throws: CheckpointError.self) { try half.write(to: path) }
    #expect(error?.problem.contains("too large for F16") == true && error?.advice.contains("bf16") == true)
    let whole = CheckpointConverter(
      try Checkpoint(opening: input), to: try ConversionTarget(.fp16, path: path), architecture: "hidream")
    #expect(throws: CancellationError.self) { try whole.write(to: path, isCancelled: { true }) }
    #expect(try directory.names == ["huge.safetensors", "in.safetensors"])
  }

  @Test func refusesTypesThatTheFormatLacks() {
    for (precision, path) in [
      (ConversionTarget.Precision.q4, "o.safetensors"), (.q6, "o.safetensors"), (.bf16, "o.bin"),
      (.q8, "o"),
    ] {
      #expect(throws: CheckpointError.self) { try ConversionTarget(precision, path: path) }
    }
  }
}
