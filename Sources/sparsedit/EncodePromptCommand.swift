import ArgumentParser
import Checkpoints
import Models
import SparseditKit
import Tensors

struct EncodePromptCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "encode-prompt", abstract: "Write what the text encoders make of a prompt.",
    discussion: """
      The safetensors file holds t5 (tokens, dim), llama (layers, tokens, dim), pooled (dim) and the token \
      ids (ids.t5, ids.llama, ids.clip, ids.clip_g) that the model has.
      """)

  @OptionGroup(title: "Prompt") var prompt: PromptOptions
  @OptionGroup(title: "Model") var name: ModelNameOptions
  @OptionGroup(title: "Model") var encoders: TextEncoderOptions
  @OptionGroup(title: "Model") var threads: ThreadOptions

  @Option(name: .shortAndLong, help: "The safetensors file to write.")
  var output: String

  func validate() throws { try prompt.require() }

  func run() throws {
    try translatingErrors {
      threads.apply()
      var configuration = EditorConfiguration(model: name.model)
      configuration.parts = encoders.parts
      configuration.cachesPrompts = !encoders.noCache
      let conditioner = try Model.conditioner(of: configuration.source)
      let encoded = try conditioner.condition(
        on: [try prompt.text()], cancellation: Interrupt.cancellation.flag)[0]
      let states = encoded.conditioning
      var records: [SafetensorsWriter.Record] = [
        .init("t5", states.t5), .init("llama", states.llama), .init("pooled", states.pooled),
      ]
      for (name, ids) in encoded.ids.sorted(by: { $0.key < $1.key }) {
        records.append(.init(name, shape: [ids.count], .integers(ids.map { Int32(clamping: $0) })))
      }
      for note in encoded.notes { StandardError.write("\(note)\n") }
      try SafetensorsWriter.save(records, to: output)
    }
  }
}
