import Foundation
import Testing

/// Pictures whose recipes a stranger wrote, in front of every command that reads them.
@Suite struct HostileRecipeTests {
  /// Requests as JSON, and what the refusal names.
  static let requests = [
    (#"{"verb": "generate", "save_latents": "victim.txt"}"#, "save_latents"),
    (#"{"verb": "generate", "preview": "victim.png"}"#, "preview"),
    (#"{"verb": "generate", "prompt_file": "victim.txt"}"#, "prompt_file"),
    (#"{"verb": "batch", "manifest": "jobs.jsonl"}"#, "batch"),
    (#"{"verb": "adjust", "image": "in.png", "output": "victim.png", "overwrite": true}"#, "output"),
    (#"{"verb": "adjust", "image": "../in.png"}"#, "folder"),
    (#"{"verb": "adjust", "image": "/etc/passwd"}"#, "folder"),
    (#"{"verb": "background", "image": "in.png", "matte_output": "victim.png"}"#, "matte_output"),
    (#"{"verb": "upscale", "image": "in.png", "resume": true}"#, "resume"),
    (#"{"verb": "inpaint", "image": "in.png", "sampling": {"steps": 100000}}"#, "--steps"),
    (#"{"verb": "model"}"#, "model"),
    (#"{"verb": "generate", "seed": "7; rm -rf"}"#, "seed"),
  ]

  private static func parameters(_ request: String) throws -> String {
    let json = #"{"version": "9", "width": 64, "height": 64, "request": \#(request)}"#
    return "x\nSteps: 1, Sparsedit recipe: " + String(decoding: try JSONEncoder().encode(json), as: UTF8.self)
  }

  /// A folder with somebody's files, and a picture with a recipe among them.
  private func folder(_ request: String) throws -> Scratch {
    let scratch = try Scratch()
    var picture = Pictures.pattern(40, 30)
    try Pictures.write(picture, scratch.path("in.png"))
    try Pictures.write(picture, scratch.path("victim.png"))
    try Data("mine".utf8).write(to: scratch.url.appending(path: "victim.txt"))
    try Data(#"{"verb":"adjust","image":"in.png","output":"victim.png","overwrite":true}"#.utf8)
      .write(to: scratch.url.appending(path: "jobs.jsonl"))
    picture.header.metadata.recipe = try Self.parameters(request)
    try Pictures.write(picture, scratch.path("hostile.png"))
    return scratch
  }

  private func contents(_ scratch: Scratch) throws -> [String: Data] {
    Dictionary(uniqueKeysWithValues: try scratch.names.map { ($0, try scratch.bytes($0)) })
  }

  @Test(arguments: requests)
  func aStrangersPictureTouchesNothing(_ request: String, _ names: String) throws {
    let scratch = try folder(request)
    let before = try contents(scratch)
    for flags in [["-o", scratch.path("out.png")], [], ["--print"]] {
      let result = try Command.run(["rerun", scratch.path("hostile.png")] + flags)
      #expect(result.status == 65 && result.errors.contains(names), "\(flags) \(result.errors)")
    }
    #expect(try Command.run(["inspect", scratch.path("hostile.png")]).status == 0)
    #expect(try contents(scratch) == before)
  }

  /// Editing such a picture keeps its text as text and makes a sound recipe of its own.
  @Test func aStrangersPictureCanBeEdited() throws {
    let scratch = try folder(#"{"verb": "batch", "manifest": "jobs.jsonl"}"#)
    let before = try contents(scratch)
    try Data(
      """
      {"verb":"adjust","image":"\(scratch.path("hostile.png"))","exposure":1,"output":"\(scratch.path("graded.png"))"}
      {"verb":"rerun","output":"\(scratch.path("x.png"))"}
      {"verb":"batch","manifest":"\(scratch.path("jobs.jsonl"))"}
      """.utf8
    ).write(to: scratch.url.appending(path: "mine.jsonl"))
    let batch = try Command.run(["batch", "--manifest", scratch.path("mine.jsonl")])
    #expect(batch.status == 1 && batch.errors.contains("2 of 3 items failed"), "\(batch.errors)")
    let again = try Command.run(["rerun", scratch.path("graded.png"), "-o", scratch.path("again.png")])
    #expect(again.status == 0, "\(again.errors)")
    #expect(try scratch.bytes("again.png") == scratch.bytes("graded.png"))
    let after = try contents(scratch)
    for (name, bytes) in before { #expect(after[name] == bytes, "\(name)") }
  }

  /// Without an output on the command line nothing is written, however the recipe goes.
  @Test func theOutputIsThePersons() throws {
    let scratch = try folder(#"{"verb": "adjust", "image": "in.png", "exposure": 0.5}"#)
    let before = try contents(scratch)
    #expect(try Command.run(["rerun", scratch.path("hostile.png")]).status == 64)
    #expect(try contents(scratch) == before)
    let done = try Command.run(["rerun", scratch.path("hostile.png"), "-o", scratch.path("out.png")])
    #expect(done.status == 0 && done.errors.contains("sparsedit adjust "), "\(done.errors)")
  }

  /// A recipe's model is looked for by name among the machine's, and nowhere else.
  @Test func aModelIsNoPath() throws {
    let scratch = try Scratch()
    #expect(try Command.tiny("generate", "-p", "", "--steps", "2", "-o", scratch.path("a.png")).status == 0)
    let unset = try Command.run(
      ["rerun", scratch.path("a.png"), "-o", scratch.path("b.png")],
      environment: ["SPARSEDIT_MODELS": scratch.path(".")])
    #expect(unset.status == 66 && unset.errors.contains("--model"), "\(unset.errors)")
    let named = try Command.run(
      ["rerun", scratch.path("a.png"), "-o", scratch.path("b.png"), "-m", tinyModel])
    #expect(named.status == 0, "\(named.errors)")
    #expect(try scratch.bytes("a.png") == scratch.bytes("b.png"))
  }
}
