import Checkpoints
import DiffusionTransformers
import LatentEditing
import Schedulers
import Tensors

/// Models whose files are laid out alike: knows where each part lies and builds it when it is asked for.
protocol ModelFamily {
  /// Such as `full`, `dev`, `fast` or `bundled`, where the model says.
  var variant: String? { get }
  /// What the user should know about how the model was understood.
  var notices: [String] { get }
  /// Whether the model was made to run without guidance.
  var isDistilled: Bool { get }
  var defaults: ModelDefaults { get }
  var scheduler: SchedulerConfiguration { get }
  /// Where what was learned about attention is kept, whether or not there is such a file.
  var budgetsFile: String { get }
  /// Where it is kept which arithmetic was measured harmless, whether or not there is such a file.
  var computeFile: String { get }

  /// Arithmetic of the matrix products where none was measured.
  func unmeasuredCompute(_ checkpoint: Checkpoint) -> ComputePrecision

  /// Throws one error that lists every part that is missing.
  func requireAllParts() throws
  /// The transformer's tensors, not read.
  func openTransformer() throws -> Checkpoint
  func makeCodec() throws -> any LatentCodec & Sendable
  func makeConditioner() throws -> any Conditioner<HiDreamConditioning>
  /// Throws where the parts were not made for each other.
  func checkFit(_ transformer: HiDreamConfiguration, _ conditioner: any Conditioner<HiDreamConditioning>)
    throws
}

extension ModelFamily {
  static func misfit(_ name: String, _ problem: String) -> PipelineError {
    PipelineError(.badData, "model '\(name)': \(problem); the parts belong to different models.")
  }
}
