/// A diffusion edit that makes a picture of a size from nothing.
protocol SizedRequest: ColorReferencing {
  /// Pixels, a multiple of 16; nil is the model's native size.
  var width: Int? { get set }
  var height: Int? { get set }
}

extension GenerateRequest: SizedRequest {}
extension TextureRequest: SizedRequest {}
