import Checkpoints

/// What a network that finds subjects is given: the keys are those of a Hugging Face image processor.
package struct SaliencyConfiguration: Sendable, Equatable {
  /// Side of the square that the whole picture is squeezed into, in pixels.
  package let imageSize: Int
  /// What is taken from each channel, of values in 0...1, and what it is then divided by.
  package let imageMean: [Float]
  package let imageStd: [Float]
  /// Whether the picture's largest value becomes 1 first.
  package let stretchesValues: Bool

  /// U2-Net's, of any width: its authors' `RescaleT(320)` and `ToTensorLab`.
  static let u2Net = SaliencyConfiguration(
    imageSize: 320, imageMean: imageNetMean, imageStd: imageNetStd, stretchesValues: true)
  /// IS-Net's, as its authors' `Inference.py` has it.
  static let isNet = SaliencyConfiguration(
    imageSize: 1024, imageMean: [0.5, 0.5, 0.5], imageStd: [1, 1, 1], stretchesValues: false)

  private static let imageNetMean: [Float] = [0.485, 0.456, 0.406]
  private static let imageNetStd: [Float] = [0.229, 0.224, 0.225]
}

extension SaliencyConfiguration: Decodable {
  enum CodingKeys: String, CodingKey {
    case imageSize = "image_size"
    case imageMean = "image_mean"
    case imageStd = "image_std"
    case stretchesValues = "stretches_values"
  }

  package init(from decoder: any Decoder) throws {
    let fields = try ConfigurationFields(decoder, keyedBy: CodingKeys.self)
    imageSize = try fields.integer(.imageSize, in: 32...4096)
    imageMean = try fields.numbers(.imageMean, in: -10...10, count: 3).map { Float($0) }
    imageStd = try fields.numbers(.imageStd, in: 1e-3...1e3, count: 3).map { Float($0) }
    stretchesValues = try fields.boolean(.stretchesValues, default: false)
  }
}
