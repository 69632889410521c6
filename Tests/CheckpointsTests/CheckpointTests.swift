import Tensors
import Testing

@testable import Checkpoints

@Suite struct CheckpointTests {
  let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  func write(_ names: [String], to file: String) throws {
    let records = names.enumerated().map {
      SafetensorsWriter.Record($1, Tensor([Float($0), Float($0) + 0.5], shape: [1, 2]))
    }
    try SafetensorsWriter.save(records, metadata: ["quote": "\"\\\n"], to: directory.file(file))
  }

  @Test func writesWhatItReads() throws {
    let path = directory.file("out.safetensors")
    let tensor = Tensor([1, -0.0, .infinity, 0x1p-140], shape: [2, 2])
    try SafetensorsWriter.save(
      [
        .init("latents", tensor), .init("ids", shape: [3], .integers([1, -2, 3])),
        .init("empty", Tensor([], shape: [0, 4])),
      ], metadata: ["quote": "\"\\\n\u{1}é"], to: path)
    let file = try SafetensorsFile(path: path)
    #expect(file.metadata == ["quote": "\"\\\n\u{1}é"])
    #expect(try file.tensor("latents")?.values.map(\.bitPattern) == tensor.values.map(\.bitPattern))
    #expect(try file.tensor("ids")?.values == [1, -2, 3])
    #expect(file.shape(of: "empty") == [0, 4])
  }

  @Test func leavesNothingWhereItCannotWrite() throws {
    let error = #expect(throws: CheckpointError.self) {
      try SafetensorsWriter.save([], to: directory.file("absent/out.safetensors"))
    }
    #expect(error?.kind == .unwritable)
  }

  @Test func opensDirectoriesShardsAndFiles() throws {
    try write(["a", "b"], to: "part-1.safetensors")
    try write(["c"], to: "part-2.safetensors")
    let map = #"{"a":"part-1.safetensors","b":"part-1.safetensors","c":"part-2.safetensors"}"#
    try directory.write(
      Array(#"{"metadata":{"total_size":24},"weight_map":\#(map)}"#.utf8), to: "model.safetensors.index.json")
    let checkpoint = try Checkpoint(opening: directory.path)
    #expect(checkpoint.names == ["a", "b", "c"])
    #expect(try checkpoint.stored("b").flatMap(NumericBytes.floats) == [1, 1.5])
    // A plain file is preferred to an index, and diffusers' name to the general one.
    try write(["d"], to: "diffusion_pytorch_model.safetensors")
    #expect(try Checkpoint(opening: directory.path).names == ["d"])
    #expect(try Checkpoint(opening: directory.file("part-2.safetensors")).names == ["c"])
  }

  @Test func refusesIndexesThatPointElsewhere() throws {
    try write(["a"], to: "part.safetensors")
    for (map, message) in [
      (#"{"a":"../part.safetensors"}"#, "beside the index"), (#"{"a":".."}"#, "beside the index"),
      (#"{"b":"part.safetensors"}"#, "found no such tensor"), (#"{"a":"gone.safetensors"}"#, "no such file"),
      (#"{"a":"part.safetensors","a":"part.safetensors"}"#, "twice"),
    ] {
      let path = try directory.write(Array(#"{"weight_map":\#(map)}"#.utf8), to: "x.safetensors.index.json")
      let error = #expect(throws: CheckpointError.self) { try Checkpoint(opening: path) }
      #expect(error?.problem.contains(message) == true, "\(String(describing: error))")
    }
    let empty = try TemporaryDirectory()
    let error = #expect(throws: CheckpointError.self) { try Checkpoint(opening: empty.path) }
    #expect(error?.kind == .missingFile)
  }

  @Test func removesThePrefixOfSingleFileCheckpoints() throws {
    try write(["model.diffusion_model.x.weight", "vae.y"], to: "one.safetensors")
    let path = directory.file("one.safetensors")
    #expect(try Checkpoint(opening: path, removing: Checkpoint.transformerPrefixes).names == ["x.weight"])
    #expect(try Checkpoint(opening: path).names.count == 2)
  }

  @Test func reportsEveryMisfitInOneList() throws {
    try write(["in.weight", "in.bias", "extra"], to: "one.safetensors")
    let scope = WeightScope(try Checkpoint(opening: directory.file("one.safetensors")))
    let weight = try scope["in"].tensor("weight", shape: [1, 2])
    #expect(NumericBytes.floats(weight) == [0, 0.5])
    // A stand-in of the asked shape, all zero, so that the network can go on asking.
    let bias = try scope["in"].values("bias", shape: [3])
    #expect(bias.values == [0, 0, 0])
    _ = try scope["out"][4].tensor("weight", shape: [2560, 6912])
    let error = #expect(throws: CheckpointError.self) { try scope.finish() }
    let problem = error?.problem ?? ""
    #expect(problem.contains("1 missing: out.4.weight [2560, 6912]"))
    #expect(problem.contains("1 unfit: in.bias (expected [3], found [1, 2])"))
    #expect(problem.contains("1 unused: extra"))
    #expect(throws: CheckpointError.self) { try scope.tensor("huge", shape: [1 << 40, 1 << 40]) }
  }

  @Test func stopsAskingAHopelessCheckpoint() throws {
    try write(["a"], to: "one.safetensors")
    let scope = WeightScope(try Checkpoint(opening: directory.file("one.safetensors")))
    var asked = 0
    #expect(throws: CheckpointError.self) {
      for index in 0..<100_000 {
        asked += 1
        _ = try scope[index].tensor("weight", shape: [4])
      }
    }
    #expect(asked == WeightLedger.maximumProblems)
  }
}
