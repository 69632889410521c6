import DiffusionTransformers
import Images
import LatentEditing
import Tensors
import Models

/// What a plan will cost, told before its first step.
package struct RunEstimate: Sendable {
  /// Of all steps, on this machine as it is just now.
  package let seconds: Double
  /// Most bytes of tensors at a time, beyond what the model holds.
  package let bytes: Int

  /// - Parameter pixels: of the whole picture, which stays in memory as floats.
  init(_ plan: EditPlan, _ prompts: [PromptPair<HiDreamPrompt>], _ model: Model, pixels: Int) {
    let transformer = model.transformer
    let patch = transformer.configuration.patchSize
    var operations = 0.0
    var forward = 0
    var kept = 0
    let whole = (plan.steps + plan.reuse - 1) / plan.reuse
    for window in plan.windows {
      let prompt = prompts[window.prompt]
      let branches = [prompt.positive] + (prompt.negative.map { [$0] } ?? [])
      let tokens = window.rect.width / patch * (window.rect.height / patch)
      let touched = plan.reuse > 1 ? plan.touchedTokens(window, patch: patch) : tokens
      func cost(_ computed: Int) -> ForwardEstimate {
        transformer.estimate(
          branches.map {
            .init(
              imageTokens: tokens, computedTokens: computed, textTokens: $0.textTokens,
              captionTokens: $0.captionTokens)
          })
      }
      let all = cost(tokens)
      operations += Double(whole) * all.operations + Double(plan.steps - whole) * cost(touched).operations
      forward = max(forward, all.bytes)
      guard touched < tokens else { continue }
      kept += branches.reduce(0) {
        $0
          + TokenMemory.bytes(
            tokens: tokens + $1.textTokens + $1.captionTokens, configuration: transformer.configuration)
      }
    }
    seconds = operations / ArithmeticRate.measured(model.compute)
    // What reuse keeps stays within a third of the memory by itself. Pictures: one that is read or written, one that
    // is mixed, one in tensors.
    bytes =
      forward + min(kept, (model.memoryLimit ?? ProcessMemory.physical) / 3)
      + 3 * 3 * pixels * MemoryLayout<Float>.stride
  }
}

extension RunEstimate {
  func sentence(steps: Int) -> String {
    let time =
      seconds < 120
      ? "\(Int(seconds)) s" : seconds < 7200 ? "\(Int(seconds / 60)) min" : "\(Int(seconds / 3600)) h"
    return
      "\(steps) steps will take about \(time) and \((Double(bytes) / 1e8).rounded() / 10) GB beside the model"
  }
}

extension EditPlan {
  /// Tokens of a window that hold a cell which the run may change.
  fileprivate func touchedTokens(_ window: EditWindow, patch: Int) -> Int {
    guard let changeMap else { return window.rect.width / patch * (window.rect.height / patch) }
    var count = 0
    for y in stride(from: 0, to: window.rect.height, by: patch) {
      for x in stride(from: 0, to: window.rect.width, by: patch) {
        // Cells of one patch share a value.
        let (row, column) = ((window.rect.y + y) % canvas.height, (window.rect.x + x) % canvas.width)
        if changeMap.values[row * canvas.width + column] > 0 { count += 1 }
      }
    }
    return count
  }
}
