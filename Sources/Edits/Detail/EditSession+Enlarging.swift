import ImageProcessing
import Images
import LatentEditing
import Models
import Upscalers

extension EditSession {
  /// A new picture: drawn whole where the model knows its size, else at the size that it knows and enlarged.
  mutating func generate(
    _ settings: DiffusionSettings, width: Int, height: Int, wrap: Wrap
  ) throws -> (picture: FloatImage, outcome: Outcome) {
    let size = drawnSize(settings, width: width, height: height)
    var (picture, outcome) = try draw(settings, width: size.width, height: size.height, wrap: wrap)
    if size != (width, height) { picture = try enlarge(picture, width: width, height: height, wrap: wrap) }
    return (picture, outcome)
  }

  /// The size in pixels to draw a picture at. Windows and noise that are given are for the size that is asked for.
  private func drawnSize(_ settings: DiffusionSettings, width: Int, height: Int) -> (width: Int, height: Int)
  {
    guard let known = model.defaults.trainedSide, max(width, height) > known, settings.sampling.window == nil,
      settings.noise == nil
    else { return (width, height) }
    let factor = Double(max(width, height)) / Double(known)
    let side = model.tokenSide
    func drawn(_ length: Int) -> Int {
      max(1, Int((Double(length) / factor / Double(side)).rounded())) * side
    }
    return (drawn(width), drawn(height))
  }

  /// What was painted in a crop at the crop's own size, where that is larger than what the model was shown.
  mutating func sharpened(_ painted: FloatImage, for crop: CropChoice, wrap: Wrap) throws -> FloatImage {
    let (width, height) = (crop.rect.width, crop.rect.height)
    let isLarger = 4 * width >= 5 * painted.width && 4 * height >= 5 * painted.height
    guard isLarger, model.defaults.trainedSide != nil else { return painted }
    return try enlarge(painted, width: width, height: height, wrap: wrap)
  }

  private mutating func enlarge(_ picture: FloatImage, width: Int, height: Int, wrap: Wrap) throws
    -> FloatImage
  {
    try stage(.finishing) { session in
      let upscaler = try DetailNetwork.vivid.open()
      session.observe(
        .notice(
          "drawn at \(picture.width) x \(picture.height), a size that the model knows, and enlarged to \(width) x "
            + "\(height)"))
      var enlargement = DetailEnlargement(
        upscaler, width: picture.width, height: picture.height, outputWidth: width, outputHeight: height)
      enlargement.wrap = wrap
      return try enlargement(picture)
    }
  }
}
