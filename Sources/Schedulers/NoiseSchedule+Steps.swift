import Tensors

extension NoiseSchedule {
  /// Checks that step `index` exists and that the prediction has the latents' shape.
  func check(_ index: Int, _ latents: Tensor, _ prediction: Tensor) throws {
    guard (0..<steps).contains(index) else { throw SchedulerError.noSuchStep(index: index, count: steps) }
    guard prediction.shape == latents.shape else {
      throw SchedulerError.shape(name: "the prediction", expected: latents.shape, found: prediction.shape)
    }
  }

  /// Noises the prediction to the next level with fresh noise; at level 0 that is the prediction itself.
  func renoise(_ latents: inout Tensor, prediction: Tensor, at index: Int, noise: Tensor?) throws {
    let next = sigmas[index + 1]
    guard next > 0 else {
      latents = prediction
      return
    }
    guard let noise else { throw SchedulerError.missingNoise(index: index) }
    guard noise.shape == latents.shape else {
      throw SchedulerError.shape(name: "the noise", expected: latents.shape, found: noise.shape)
    }
    latents = prediction
    latents.scale(by: 1 - next, adding: noise, times: next)
  }
}
