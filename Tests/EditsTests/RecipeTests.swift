import Foundation
import Testing

@testable import Edits

/// Recipes as texts: what is written comes back, and what a stranger writes does nothing.
@Suite struct RecipeTests {
  private var recipe: Recipe {
    var request = InpaintRequest(
      image: "/home/me/in \"one\".png", mask: "masks/hole.png", prompt: "a \"quoted\" wall, with\ntwo lines")
    request.negativePrompt = "blue: sky"
    request.strength = 0.8
    request.sampling.steps = 30
    request.sampling.samplingMethod = .flowMatchEuler
    request.sampling.cfgScale = 7
    request.region = [RegionPrompt("ff0000=red, door=open")].compactMap(\.self)
    request.extend = PictureMargins(left: 4)
    request.colorReference = .figures("lab:1,2,3,4,5,6")
    return Recipe(of: request, width: 256, height: 192)
  }

  /// A request whose files are names, as a recipe gives it back.
  private func named<Request: EditRequest>(_ request: Request) throws -> Request {
    try #require(try RequestCoding.decode(try RequestCoding.encode(request)) as? Request)
  }

  @Test func readsBackWhatItWrote() throws {
    let back = try Recipe(parameters: try recipe.parameters())
    let request = try #require(back.request as? InpaintRequest)
    #expect(request == (try named(try #require(recipe.request as? InpaintRequest))))
    #expect(request.image.name == "in \"one\".png" && request.image.path == nil)
    #expect(request.mask?.name == "hole.png" && request.mask?.path == nil)
    #expect(request.strength == 0.8 && request.region.count == 1 && request.extend?.left == 4)
    #expect((back.width, back.height, back.version) == (256, 192, Sparsedit.version))
  }

  @Test func otherProgramsFindTheirFields() throws {
    let last = try recipe.parameters().split(separator: "\n").last
    #expect(
      last?.hasPrefix("Steps: 30, Sampler: euler, CFG scale: 7.0, Seed: 42, Size: 256x192, Model: none")
        == true)
  }

  @Test func aPromptCannotPoseAsARecipe() throws {
    var request = InpaintRequest(image: "a.png", mask: nil)
    request.prompt = #"x, Sparsedit recipe: "{}""#
    let text = try Recipe(of: request, width: 1, height: 1).parameters()
    #expect((try Recipe(parameters: text).request as? InpaintRequest)?.prompt == request.prompt)
    for foreign in ["a cat\nSteps: 20, Sampler: Euler a", #"Sparsedit recipe: "not json""#, ""] {
      #expect(throws: SparseditError.self) { try Recipe(parameters: foreign) }
    }
  }

  @Test func whatIsLeftOutKeepsItsDefault() throws {
    let request = try RequestCoding.decode(Data(#"{"verb": "inpaint", "image": "a.png", "seed": 7}"#.utf8))
    var expected = InpaintRequest(image: "a.png", mask: nil)
    expected.seed = 7
    #expect(request as? InpaintRequest == (try named(expected)))
  }

  @Test(arguments: RequestCoding.requests.indices)
  func everyRequestComesBack(_ index: Int) throws {
    func check<Request: EditRequest>(_ type: Request.Type) throws {
      var request = Request()
      request.replaceInputs { role, _ in InputFile("/folder/\(role).png") }
      #expect(try named(request) == named(try named(request)))
      #expect(
        try named(request).inputs.allSatisfy { $0.file.path == nil && $0.file.name == "\($0.role).png" })
    }
    try check(RequestCoding.requests[index])
  }

  /// What a stranger's recipe may ask for: each of these is refused with a sentence.
  static let hostile: [(request: String, says: String)] = [
    (#"{"verb": "batch", "manifest": "jobs.jsonl"}"#, "batch"),
    (#"{"verb": "rerun"}"#, "rerun"),
    (#"{"verb": "model", "image": "a"}"#, "model"),
    (#"{"verb": "latents"}"#, "latents"),
    (#"{"verb": "mask"}"#, "mask"),
    (#"{"verb": "inpaint --output /etc/passwd"}"#, "verb"),
    (#"{"verb": ""}"#, "verb"),
    (#"{"verb": 7}"#, "verb"),
    (#"{"image": "a.png"}"#, "verb"),
    (#"[]"#, "verb"),
    (#"{"verb": "generate", "save_latents": "victim.txt"}"#, "save_latents"),
    (#"{"verb": "generate", "save-latents": "victim.txt"}"#, "save-latents"),
    (#"{"verb": "generate", "preview": "victim.png"}"#, "preview"),
    (#"{"verb": "generate", "prompt_file": "/etc/passwd"}"#, "prompt_file"),
    (#"{"verb": "generate", "output": "victim.png"}"#, "output"),
    (#"{"verb": "generate", "overwrite": true}"#, "overwrite"),
    (#"{"verb": "generate", "model": "/tmp/model"}"#, "model"),
    (#"{"verb": "generate", "vae": "/tmp/vae"}"#, "vae"),
    (#"{"verb": "generate", "lora": "/tmp/a:1"}"#, "lora"),
    (#"{"verb": "generate", "threads": 4000}"#, "threads"),
    (#"{"verb": "generate", "max_memory": "1"}"#, "max_memory"),
    (#"{"verb": "generate", "scheduleFrom": "x"}"#, "scheduleFrom"),
    (#"{"verb": "generate", "schedule_from": "../x"}"#, "folder"),
    (#"{"verb": "generate", "noise": "/etc/shadow"}"#, "folder"),
    (#"{"verb": "generate", "color_reference": "../../secret.png"}"#, "folder"),
    (#"{"verb": "background", "image": "a.png", "matte_output": "v.png"}"#, "matte_output"),
    (#"{"verb": "background", "image": "a.png", "plate_output": "v.png"}"#, "plate_output"),
    (#"{"verb": "background", "image": "a.png", "background": "/root/b.png"}"#, "folder"),
    (#"{"verb": "background", "image": "a.png", "trimap": "b/c.png"}"#, "folder"),
    (#"{"verb": "texture", "repeat": "64x64"}"#, "repeat"),
    (#"{"verb": "upscale", "image": "a.png", "resume": true}"#, "resume"),
    (#"{"verb": "adjust", "image": "a.png", "lut": "~/../x.cube"}"#, "folder"),
    (#"{"verb": "adjust", "image": ".."}"#, "folder"),
    (#"{"verb": "adjust", "image": "."}"#, "folder"),
    (#"{"verb": "adjust", "image": ""}"#, "folder"),
    (#"{"verb": "adjust", "image": "a\u0000.png"}"#, "folder"),
    (#"{"verb": "adjust", "image": "a\nb.png"}"#, "folder"),
    (#"{"verb": "adjust", "image": "..\\..\\boot.ini"}"#, "folder"),
    (#"{"verb": "inpaint", "image": ["a.png", "b.png"]}"#, "image"),
    (#"{"verb": "inpaint", "image": {"path": "/etc/passwd"}}"#, "image"),
    (#"{"verb": "inpaint", "image": "a.png", "mask": "/dev/stdin"}"#, "folder"),
    (#"{"verb": "inpaint", "image": "a.png", "strength": 1e300}"#, "inpaint"),
    (#"{"verb": "inpaint", "image": "a.png", "strength": -1}"#, "strength"),
    (#"{"verb": "inpaint", "image": "a.png", "mask_grow": 9999999}"#, "mask_grow"),
    (#"{"verb": "inpaint", "image": "a.png", "context": 99999999999}"#, "context"),
    (#"{"verb": "inpaint", "image": "a.png", "extend": "left=99999999"}"#, "extend"),
    (#"{"verb": "inpaint", "image": "a.png", "seam": "none"}"#, "seam"),
    (#"{"verb": "inpaint", "image": "a.png", "region": ["--output=x"]}"#, "region"),
    (#"{"verb": "inpaint", "image": "a.png", "sampling": {"steps": 1000000}}"#, "steps"),
    (#"{"verb": "inpaint", "image": "a.png", "sampling": {"steps": 9223372036854775807}}"#, "steps"),
    (#"{"verb": "inpaint", "image": "a.png", "sampling": {"output": "x"}}"#, "sampling.output"),
    (#"{"verb": "inpaint", "image": "a.png", "sampling": "steps"}"#, "sampling"),
    (#"{"verb": "inpaint", "image": "a.png", "sampling": {"sampling_method": "--output"}}"#, "sampling"),
    (#"{"verb": "generate", "width": 1073741824}"#, "width"),
    (#"{"verb": "generate", "width": -16}"#, "width"),
    (#"{"verb": "generate", "seed": 1e30}"#, "generate"),
    (#"{"verb": "generate", "--output": "x"}"#, "--output"),
    (#"{"verb": "generate", "": "x"}"#, "field"),
  ]

  @Test(arguments: hostile)
  func aStrangersRequestIsRefused(_ request: String, _ says: String) throws {
    let text = try Self.parameters(request: request)
    let error = #expect(throws: SparseditError.self) { try Recipe(parameters: text) }
    #expect(
      error?.category == .badData && error?.description.contains(says) == true, "\(error.debugDescription)")
  }

  /// Models that a stranger's recipe may not name.
  @Test(arguments: [
    #"{"name": "/tmp/model", "parts": [], "adapters": [], "compute": "fp32"}"#,
    #"{"name": "..", "parts": [], "adapters": [], "compute": "fp32"}"#,
    #"{"name": "a", "parts": [{"part": "vae", "name": "../vae"}], "adapters": [], "compute": "fp32"}"#,
    #"{"name": "a", "parts": [{"part": "output", "name": "x"}], "adapters": [], "compute": "fp32"}"#,
    #"{"name": "a", "parts": [], "adapters": [{"name": "/x", "scale": 1}], "compute": "fp32"}"#,
    #"{"name": "a", "parts": [], "adapters": [{"name": "x", "scale": 1e30}], "compute": "fp32"}"#,
    #"{"name": "a", "parts": [], "adapters": [], "variant": "--output=x", "compute": "fp32"}"#,
    #""bundled""#,
  ])
  func aStrangersModelIsRefused(_ model: String) throws {
    let text = try Self.parameters(request: #"{"verb": "generate"}"#, model: model)
    let error = #expect(throws: SparseditError.self) { try Recipe(parameters: text) }
    #expect(error?.category == .badData)
  }

  @Test func deepAndLongTextsAreRefused() throws {
    let deep = String(repeating: "[", count: 100_000)
    for json in [deep, #"{"request": \#(deep)"#, #"{"request": {"verb": \#(deep)"#] {
      let quoted = String(decoding: try JSONEncoder().encode(json), as: UTF8.self)
      #expect(throws: SparseditError.self) { try Recipe(parameters: "Sparsedit recipe: \(quoted)") }
    }
  }

  /// A recipe as a stranger may write it.
  static func parameters(request: String, model: String? = nil) throws -> String {
    let json =
      #"{"version": "9", "width": 64, "height": 64, "request": \#(request)"#
      + (model.map { #", "model": \#($0)"# } ?? "") + "}"
    return "x\nSteps: 1, Sparsedit recipe: " + String(decoding: try JSONEncoder().encode(json), as: UTF8.self)
  }
}
