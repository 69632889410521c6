import Checkpoints
import Tensors

/// The inputs of one forward, under the names that diffusers' forward gives them.
struct ForwardInputs {
  private let path: String
  private let latents: Tensor
  private let timesteps: [Float]
  private let t5: Tensor
  private let llama: Tensor
  private let pooled: Tensor

  /// Throws `CheckpointError` for the file and `TransformerError` for a tensor that is missing or unfit.
  init(path: String) throws {
    self.path = path
    let file = try SafetensorsFile(path: path)
    latents = try Self.tensor(file, "hidden_states", axes: 4)
    t5 = try Self.tensor(file, "encoder_hidden_states_t5", axes: 3)
    llama = try Self.tensor(file, "encoder_hidden_states_llama3", axes: 4)
    pooled = try Self.tensor(file, "pooled_embeds", axes: 2)
    let batch = latents.shape[0]
    let times = try Self.tensor(file, "timesteps", axes: nil).values
    timesteps = times.count == 1 ? [Float](repeating: times[0], count: batch) : times
    for (name, found) in [
      ("timesteps", timesteps.count), ("encoder_hidden_states_t5", t5.shape[0]),
      ("encoder_hidden_states_llama3", llama.shape[1]), ("pooled_embeds", pooled.shape[0]),
    ] where found != batch {
      throw Self.failure(path, "expected a batch of \(batch) for \"\(name)\", found \(found)")
    }
    if batch == 0 { throw Self.failure(path, "expected at least one picture in \"hidden_states\"") }
  }

  /// The batch as sequences, prompts prepared.
  func sequences(for transformer: HiDreamTransformer) throws -> [HiDreamInput] {
    try timesteps.indices.map { index in
      let tokens = llama.shape[2]
      let width = llama.shape[3]
      // (states, B, T, D): this sequence's rows of each state.
      let states = (0..<llama.shape[0]).map { state in
        llama.reshaped([llama.shape[0] * llama.shape[1], tokens, width])
          .rows(state * llama.shape[1] + index..<state * llama.shape[1] + index + 1)
      }
      let conditioning = HiDreamConditioning(
        t5: Self.element(t5, index), llama: Tensor.concatenated(states), pooled: Self.element(pooled, index))
      return HiDreamInput(
        latents: Self.element(latents, index), timestep: timesteps[index],
        prompt: try transformer.prepare(conditioning))
    }
  }

  /// What each sequence of the batch is made of, as far as it counts for cost.
  func shapes(patch: Int) -> [ForwardEstimate.Sequence] {
    timesteps.map { _ in
      ForwardEstimate.Sequence(
        imageTokens: latents.shape[2] / patch * (latents.shape[3] / patch),
        textTokens: t5.shape[1] + llama.shape[2], captionTokens: llama.shape[2])
    }
  }

  /// The batch's pictures as tokens; a picture that is no whole number of patches is refused by the forward.
  func grids(patch: Int) -> [PatchGrid] {
    timesteps.map { _ in PatchGrid(height: latents.shape[2], width: latents.shape[3], patch: patch) }
  }

  private static func element(_ batch: Tensor, _ index: Int) -> Tensor {
    batch.rows(index..<index + 1).reshaped(Array(batch.shape.dropFirst()))
  }

  private static func tensor(_ file: SafetensorsFile, _ name: String, axes: Int?) throws -> Tensor {
    guard let tensor = try file.tensor(name) else {
      throw failure(file.path, "expected a tensor \"\(name)\", found \(file.names.joined(separator: ", "))")
    }
    if let axes, tensor.shape.count != axes {
      throw failure(file.path, "expected \(axes) axes for \"\(name)\", found shape \(tensor.shape)")
    }
    return tensor
  }

  private static func failure(_ path: String, _ problem: String) -> TransformerError {
    TransformerError(
      .invalidContent, place: path, problem: problem,
      advice: "name the inputs as diffusers' HiDream forward names them")
  }
}
