import Checkpoints

extension AutoencoderKL {
  /// Opens a folder with `config.json` and weights, or a file of weights, which is FLUX's where no configuration comes
  /// with it. Throws `CheckpointError`.
  package init(path: String, tileArea: Int = defaultTileArea) throws {
    let checkpoint = try Checkpoint(opening: path)
    let configuration = try checkpoint.configuration(
      classNames: AutoencoderKLConfiguration.classNames, orPublished: AutoencoderKLConfiguration.flux)
    let scope = WeightScope(checkpoint)
    try self.init(configuration, weights: scope, tileArea: tileArea)
    try scope.finish()
  }
}
