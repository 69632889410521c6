import Autoencoders
import Checkpoints
import DiffusionTransformers
import Grading
import ImageCodecs
import ImageProcessing
import LatentEditing
import Matting
import Models
import Schedulers
import TextEncoders
import Tokenizers

/// Runs `body` and turns what any room throws into the library's one error.
package func translatingErrors<R>(_ body: () throws -> R) throws(SparseditError) -> R {
  do {
    return try body()
  } catch {
    throw SparseditError(translating: error)
  }
}

extension SparseditError {
  init(translating error: any Error) {
    switch error {
    case let error as SparseditError: self = error
    case is CancellationError: self.init(.interrupted, "interrupted; nothing was written")
    case let error as ImageCodecError:
      self.init(Category(rawValue: error.category.exitStatus) ?? .failed, error.description)
    case let error as PipelineError: self.init(Category(error.category), error.description)
    case let error as CheckpointError: self.init(Category(error.kind), error.description)
    case let error as TransformerError:
      self.init(Category(error.kind), error.description)
    case let error as MattingError:
      switch error {
      case .parameter, .rectangle: self.init(.usage, error.description)
      default: self.init(.badData, error.description)
      }
    case let error as ImageProcessingError: self.init(.badData, error.description)
    case let error as GradingError: self.init(.usage, error.description)
    case is TokenizerError, is SchedulerError, is TextEncoderError, is AutoencoderError:
      self.init(.badData, "\(error)")
    case let error as EditingError:
      if case .notFinite = error {
        self.init(.failed, error.description)
      } else {
        self.init(.usage, error.description)
      }
    default: self.init(.failed, "\(error)")
    }
  }
}

extension SparseditError.Category {
  fileprivate init(_ category: PipelineError.Category) {
    self =
      switch category {
      case .usage: .usage
      case .badData: .badData
      case .missingInput: .missingInput
      case .cannotCreate: .cannotCreate
      case .inputOutput: .inputOutput
      case .outOfBudget: .outOfBudget
      case .failed: .failed
      }
  }

  fileprivate init(_ kind: TransformerError.Kind) {
    self =
      switch kind {
      case .missingFile: .missingInput
      case .invalidContent: .badData
      case .outOfMemory: .outOfBudget
      }
  }

  fileprivate init(_ kind: CheckpointError.Kind) {
    self =
      switch kind {
      case .missingFile: .missingInput
      case .invalidContent, .unsupported: .badData
      case .unreadable: .inputOutput
      case .unwritable: .cannotCreate
      }
  }
}
