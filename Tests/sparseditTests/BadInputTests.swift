import Foundation
import Testing

/// Bad input ends with its own message and exit status, and leaves nothing behind.
@Suite struct BadInputTests {
  private func inpaint(_ image: String, mask: String? = nil, output: String, model: String = tinyModel) throws
    -> Command.Result
  {
    try Command.run(
      ["inpaint", "-m", model, "-i", image, "-p", "moss", "-o", output] + (mask.map { ["--mask", $0] } ?? []))
  }

  private func file(_ scratch: Scratch, _ name: String, _ data: Data) throws -> String {
    try data.write(to: URL(fileURLWithPath: scratch.path(name)))
    return scratch.path(name)
  }

  @Test func emptyFile() throws {
    let scratch = try Scratch()
    let path = try file(scratch, "a.png", Data())
    let result = try inpaint(path, output: scratch.path("out.png"))
    #expect(result.status == 65)
    #expect(result.errors.contains("a.png") && result.errors.contains("empty"), "\(result.errors)")
    #expect(try scratch.names == ["a.png"])
  }

  @Test func textNamedPNG() throws {
    let scratch = try Scratch()
    let path = try file(scratch, "a.png", Data("this is no picture, it is a letter\n".utf8))
    let result = try inpaint(path, output: scratch.path("out.png"))
    #expect(result.status == 65)
    #expect(result.errors.contains("PNG, JPEG or TIFF"), "\(result.errors)")
  }

  @Test func missingFiles() throws {
    let scratch = try Scratch()
    let result = try inpaint(scratch.path("no.png"), output: scratch.path("out.png"))
    #expect(result.status == 66)
    #expect(result.errors.contains("no.png"))
    let mask = try inpaint(
      Repository.path("samples/street.jpg"), mask: scratch.path("no.png"), output: scratch.path("out.png"))
    #expect(mask.status == 66)
    let model = try inpaint(
      Repository.path("samples/street.jpg"), mask: Repository.path("masks/street.png"),
      output: scratch.path("out.png"), model: scratch.path("nothing"))
    #expect(model.status == 66)
    #expect(model.errors.contains("nothing"))
  }

  @Test(arguments: ["street.jpg", "brick.png"])
  func truncatedPictures(name: String) throws {
    let scratch = try Scratch()
    let whole = try Data(contentsOf: URL(fileURLWithPath: Repository.path("samples/\(name)")))
    for index in 0..<20 {
      // Spread over the file, never the same remainder twice.
      let length = whole.count * (index * 47 % 97) / 97 + index
      let path = try file(scratch, name, whole.prefix(length))
      let result = try inpaint(
        path, mask: Repository.path("masks/\(name.prefix { $0 != "." }).png"), output: scratch.path("out.png")
      )
      #expect(result.status == 65, "\(length) bytes: \(result.status) \(result.errors)")
      #expect(result.errors.contains(name))
      #expect(try scratch.names == [name])
    }
  }

  @Test func truncatedTIFF() throws {
    let scratch = try Scratch()
    let whole = try Data(contentsOf: URL(fileURLWithPath: Repository.fixture("icc16-orientation6.tif")))
    var refused = 0
    for index in 0..<20 {
      let length = whole.count * (index * 47 % 97) / 97
      let path = try file(scratch, "a.tif", whole.prefix(length))
      let result = try inpaint(path, output: scratch.path("out.tif"))
      // Past the pixels lie tags that a picture can do without; a status is never a crash's.
      #expect([0, 65].contains(result.status), "\(length) bytes: \(result.status) \(result.errors)")
      if result.status == 65 { refused += 1 }
      try? FileManager.default.removeItem(atPath: scratch.path("out.tif"))
      #expect(try scratch.names == ["a.tif"])
    }
    #expect(refused > 10)
  }

  @Test func hugeDeclaredSize() throws {
    let scratch = try Scratch()
    var bytes = try Data(contentsOf: URL(fileURLWithPath: Repository.path("samples/brick.png")))
    // IHDR's width and height; its checksum is repaired so that the size itself is what is refused.
    bytes.replaceSubrange(16..<24, with: [0x7F, 0xFF, 0xFF, 0xFF, 0x7F, 0xFF, 0xFF, 0xFF])
    let sum = crc32(bytes[12..<29])
    bytes.replaceSubrange(29..<33, with: withUnsafeBytes(of: sum.bigEndian) { Data($0) })
    let path = try file(scratch, "a.png", bytes)
    let result = try inpaint(path, output: scratch.path("out.png"))
    #expect(result.status == 75 || result.status == 65, "\(result.errors)")
    #expect(result.errors.contains("2147483647") || result.errors.contains("limit"), "\(result.errors)")
  }

  @Test func maskOfAnotherSize() throws {
    let scratch = try Scratch()
    let result = try inpaint(
      Repository.path("samples/street.jpg"), mask: Repository.path("masks/brick.png"),
      output: scratch.path("out.png"))
    #expect(result.status == 65)
    #expect(result.errors.contains("751 x 563") && result.errors.contains("512 x 512"), "\(result.errors)")
  }

  @Test func emptyMask() throws {
    let scratch = try Scratch()
    let result = try Command.tiny(
      "inpaint", "-i", Repository.path("samples/brick.png"), "--mask", Repository.path("masks/brick.png"),
      "--mask-grow", "-4000", "-p", "x", "-o", scratch.path("out.png"))
    #expect(result.status == 65)
    #expect(result.errors.contains("selects no pixel"))
  }

  @Test func unwritableOutput() throws {
    let scratch = try Scratch()
    let result = try Command.tiny("generate", "-p", "x", "-o", scratch.path("no/folder/out.png"))
    #expect(result.status == 73)
    #expect(result.errors.contains("no/folder"))
    let format = try Command.tiny("generate", "-p", "x", "-o", scratch.path("out.bmp"))
    #expect(format.status == 64)
    #expect(format.errors.contains(".png"))
  }

  /// A safetensors file whose header lies, in every way that could send a reader astray.
  @Test(arguments: [
    #"{"a":{"dtype":"F32","shape":[4],"data_offsets":[0,4000000]}}"#,
    #"{"a":{"dtype":"F32","shape":[4],"data_offsets":[0,16]},"b":{"dtype":"F32","shape":[4],"data_offsets":[8,24]}}"#,
    #"{"a":{"dtype":"F32","shape":[5],"data_offsets":[0,16]}}"#,
    #"{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,16]}}"#,
    #"{"a":{"dtype":"F32","shape":[-4],"data_offsets":[0,16]}}"#,
    #"{"a":{"dtype":"F32","shape":[4],"data_offsets":[16,0]}}"#,
    #"{"a":"#,
  ])
  func lyingCheckpoint(header: String) throws {
    let scratch = try Scratch()
    try FileManager.default.copyItem(atPath: tinyModel, toPath: scratch.path("model"))
    var bytes = withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Data($0) }
    bytes += Data(header.utf8) + Data(count: 24)
    let name = "model/transformer/diffusion_pytorch_model.safetensors"
    try bytes.write(to: URL(fileURLWithPath: scratch.path(name)))
    let result = try Command.run(
      ["generate", "-m", scratch.path("model"), "-p", "x", "-o", scratch.path("out.png")])
    #expect(result.status == 65, "\(result.status) \(result.errors)")
    #expect(result.errors.contains("diffusion_pytorch_model.safetensors"), "\(result.errors)")
    #expect(try scratch.names == ["model"])
  }

  @Test func checkpointOfAHundredGigabytes() throws {
    let scratch = try Scratch()
    try FileManager.default.copyItem(atPath: tinyModel, toPath: scratch.path("model"))
    let name = "model/vae/diffusion_pytorch_model.safetensors"
    let bytes = withUnsafeBytes(of: UInt64(100_000_000_000).littleEndian) { Data($0) } + Data("{}".utf8)
    try bytes.write(to: URL(fileURLWithPath: scratch.path(name)))
    let result = try Command.run(
      ["generate", "-m", scratch.path("model"), "-p", "x", "-o", scratch.path("out.png")])
    #expect(result.status == 65)
    #expect(result.errors.contains("100000000000"), "\(result.errors)")
  }

  @Test func usage() throws {
    for arguments in [
      ["generate", "-o", "x.png"], ["generate", "-p", "x"],
      ["generate", "-p", "x", "-o", "x.png", "-W", "250"],
      ["inpaint", "-p", "x", "-i", "a.png", "-o", "b.png", "--strength", "0"], ["paint"],
      ["generate", "-p", "x", "-o", "x.png", "--sparsity", "2"],
    ] {
      let result = try Command.run(arguments + (arguments[0] == "paint" ? [] : ["-m", tinyModel]))
      #expect(result.status == 64, "\(arguments): \(result.status) \(result.errors)")
      #expect(!result.errors.isEmpty)
    }
  }

  @Test func interruptedWorkLeavesNothing() throws {
    let scratch = try Scratch()
    let result = try Command.run(
      [
        "generate", "-m", tinyModel, "-p", "x", "-W", "512", "-H", "512", "--steps", "1000", "-o",
        scratch.path("out.png"),
      ], interruptAfter: 0.6)
    #expect(result.status == 130, "\(result.errors)")
    #expect(result.errors.contains("interrupted"))
    #expect(try scratch.names.isEmpty)
  }

  private func crc32(_ bytes: Data) -> UInt32 {
    var sum = UInt32.max
    for byte in bytes {
      sum ^= UInt32(byte)
      for _ in 0..<8 { sum = sum & 1 == 1 ? sum >> 1 ^ 0xEDB8_8320 : sum >> 1 }
    }
    return ~sum
  }
}
