import Foundation
import TestSupport
import Testing

/// Flags that decide what the transformer computes and how much memory it may take.
@Suite struct EngineFlagTests {
  private func inpaint(_ scratch: Scratch, _ out: String, _ flags: String...) throws -> Command.Result {
    let picture = Pictures.pattern(160, 160)
    try Pictures.write(picture, scratch.path("in.png"))
    var mask = Pictures.pattern(160, 160)
    for y in 0..<160 {
      for x in 0..<160 {
        let inside = (40..<88).contains(x) && (56..<104).contains(y)
        for c in 0..<3 { mask.bytes[(y * 160 + x) * 3 + c] = inside ? 255 : 0 }
      }
    }
    try Pictures.write(mask, scratch.path("mask.png"))
    return try Command.run(
      [
        "inpaint", "-i", scratch.path("in.png"), "--mask", scratch.path("mask.png"), "-p", "moss", "-o",
        scratch.path(out), "--json", "--whole-picture", "--steps", "6", "--model", TinyModel.directory,
      ] + flags)
  }

  @Test func reuseComputesFewerTokensAndSaysSo() throws {
    let scratch = try Scratch()
    let exact = try inpaint(scratch, "exact.png", "--reuse", "1")
    let reused = try inpaint(scratch, "reused.png", "--reuse", "3")
    #expect(exact.status == 0 && reused.status == 0, "\(exact.errors)\(reused.errors)")
    let (all, some) = (try exact.json(), try reused.json())
    let total = try #require(all["tokens_total"] as? Int)
    // 6 steps of four overlapping windows of 8 x 8 tokens, guided.
    #expect(total == 6 * 4 * 64 * 2)
    #expect(all["tokens_computed"] as? Int == total && some["tokens_total"] as? Int == total)
    // Whole at two of six steps, and 4 x 4 tokens of each window at the others.
    let computed = try #require(some["tokens_computed"] as? Int)
    #expect(computed == (2 * 64 + 4 * 16) * 4 * 2, "\(computed) of \(total)")
    #expect(some["max_difference_outside_mask"] as? Double == 0)
    #expect(
      try Pictures.read(scratch.path("exact.png")).bytes != Pictures.read(scratch.path("reused.png")).bytes)
    #expect(try inpaint(scratch, "x.png", "--reuse", "-1").status == 64)
  }

  @Test func whatDoesNotFitIsRefusedBeforeTheFirstStep() throws {
    let scratch = try Scratch()
    let refused = try inpaint(scratch, "out.png", "--max-memory", "100K")
    #expect(refused.status == 75)
    #expect(refused.errors.contains("--max-memory allows") && refused.errors.contains("160 x 160 pixels"))
    #expect(!FileManager.default.fileExists(atPath: scratch.path("out.png")))
    #expect(try inpaint(scratch, "out.png", "--max-memory", "1.5G").status == 0)
    for text in ["0", "-5", "lots", "8X", "1e99", "0x10"] {
      #expect(try inpaint(scratch, "out.png", "--max-memory=\(text)").status == 64, "\(text)")
    }
  }

  @Test func anEnlargementThatDoesNotFitIsRefusedBeforeItsState() throws {
    let scratch = try Scratch()
    try Pictures.write(Pictures.pattern(48, 48), scratch.path("in.png"))
    let refused = try Command.tiny(
      "upscale", "-i", scratch.path("in.png"), "-o", scratch.path("out.png"), "--scale", "2", "--refine",
      "0.35",
      "--max-memory", "100K")
    #expect(refused.status == 75 && refused.errors.contains("--max-memory allows"), "\(refused.errors)")
    #expect(try scratch.names == ["in.png"])
  }

  @Test func learnsBudgetsThatSparsityThenUses() throws {
    let scratch = try Scratch()
    let model = scratch.path("model")
    try FileManager.default.copyItem(atPath: TinyModel.directory, toPath: model)
    func draw(_ name: String) throws -> Data {
      let result = try Command.run([
        "generate", "-p", "moss", "-o", scratch.path(name), "-W", "768", "-H", "768", "--steps", "5",
        "--sparsity", "0.8", "--window", "768", "--model", model, "--json",
      ])
      #expect(result.status == 0, "\(result.errors)")
      #expect(try #require(result.json()["attention_sparsity"] as? Double) > 0.2)
      return try Data(contentsOf: URL(fileURLWithPath: scratch.path(name)))
    }
    let before = try draw("before.png")
    try Data("moss\n\n  red brick  \n".utf8).write(to: URL(fileURLWithPath: scratch.path("prompts.txt")))
    let learned = try Command.run([
      "model", "budgets", "--model", model, "--size", "1024", "--steps", "4", "--sparsity", "0.65",
      "--prompts",
      scratch.path("prompts.txt"), "--json",
    ])
    #expect(learned.status == 0, "\(learned.errors)")
    let report = try learned.json()
    let path = try #require(report["output"] as? String)
    #expect(path == "\(model)/transformer/attention_budgets.json")
    let budgets = try #require(report["budgets"] as? [[Double]])
    let written = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: path)))
    #expect((written as? [String: [[Double]]])?["budgets"] == budgets)
    #expect(budgets.joined().contains { $0 != budgets[0][0] })
    #expect(try draw("after.png") != before)
    #expect(try Command.run(["model", "budgets", "--model", model, "--prompts", "/absent"]).status == 66)
  }
}
