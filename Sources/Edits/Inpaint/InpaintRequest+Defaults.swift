import ImageProcessing

extension InpaintRequest {
  /// The request with what it leaves open and the model does not decide.
  var resolved: InpaintRequest {
    var request = self
    request.strength = strength ?? fillingStrength
    request.fill = request.fill ?? request.defaultFill
    request.seam = seam ?? (request.isRepair ? .poisson : .feather)
    if extend == PictureMargins.none { request.extend = nil }
    return request
  }

  /// How a resolved request's patch is finished.
  var finishOptions: FinishOptions {
    FinishOptions(
      colorMatch: ColorMatch(method: colorMatch ? .meanAndDeviation : .none),
      seam: seam == .poisson ? .poisson : .feather,
      feather: maskFeather.map { .pixels($0) } ?? (isRepair && seam == .poisson ? .pixels(0) : .automatic))
  }

  /// Whether the surroundings alone are to say what fills the mask.
  private var isRepair: Bool {
    prompt.isEmpty && region.isEmpty && fill != .original && (fill != nil || strength ?? 1 >= 1)
  }

  /// A strength at which what a region was filled with shows in the result.
  private var fillingStrength: Float {
    switch fill {
    case nil: !prompt.isEmpty && extend != nil && mask == nil ? 0.6 : 1
    // A repair shows the pieces themselves: the model paints freely what they are chosen by.
    case .patch: prompt.isEmpty ? 1 : 0.6
    case .original: 0.75
    case .border, .blur, .mirror: 0.8
    case .neutral, .noise: 0.9
    }
  }

  /// Nil leaves it to the edit: the surroundings mirrored at full strength, else what is there.
  private var defaultFill: Fill? {
    isFilledOnly || isRepair || extend != nil && mask == nil && strength ?? 1 < 1 ? .patch : nil
  }

  /// Whether no step is taken: the region is filled, and no model asked.
  var isFilledOnly: Bool { sampling.steps == 0 }

  /// Whether what fills a resolved request's region is what is shown in the end.
  var showsFill: Bool { isFilledOnly || fill == .patch && isRepair && strength ?? 1 >= 1 }

  /// The finish of a region that is filled and not painted: it meets the rest already.
  var fillOptions: FinishOptions {
    FinishOptions(colorMatch: ColorMatch(method: .none), seam: .feather, feather: .pixels(maskFeather ?? 0))
  }

  var margins: PictureMargins { extend ?? .none }
}
