import ImageProcessing

extension InpaintRequest {
  /// A strength at which what is painted around a picture still begins from the picture mirrored there, so that skies
  /// and horizons go on; chosen by looking at 0.7, 0.85, 0.93 and 1.
  private static let extendingStrength: Float = 0.7

  /// The request with what it leaves open and the model does not decide.
  var resolved: InpaintRequest {
    var request = self
    request.strength = strength ?? (extend != nil && mask == nil ? Self.extendingStrength : 1)
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
    prompt.isEmpty && region.isEmpty && strength ?? 1 >= 1 && extend == nil
  }

  var margins: PictureMargins { extend ?? .none }
}
