package import DiffusionTransformers
import Layers
package import LatentEditing
package import Schedulers
package import Tensors

/// An opened model: its networks, its schedule and what it wants by default.
package struct Model: Sendable {
  /// As it was asked for.
  package let source: ModelSource
  package var name: String { source.name }
  /// Such as `full`, `dev`, `fast` or `bundled`, where the model says.
  package let variant: String?
  /// What the user should know about how the model was understood.
  package let notices: [String]
  /// Whether the model was made to run without guidance.
  package let isDistilled: Bool
  package let defaults: ModelDefaults
  package let scheduler: SchedulerConfiguration
  package let transformer: HiDreamTransformer
  package let codec: any LatentCodec & Sendable
  private let conditioner: any Conditioner<HiDreamConditioning>
  /// How the heads share what sparse attention keeps, where that was learned.
  let budgets: AttentionBudgets?
  /// Where that is looked for.
  package let budgetsFile: String
  /// What the transformer's matrix products are computed in.
  package let compute: ComputePrecision
  /// Where it is kept what was measured of that.
  package let computeFile: String
  /// Bytes that the process may take; nil is what the machine has.
  package let memoryLimit: Int?

  /// Side of a token in pixels: sizes are multiples of it.
  package var tokenSide: Int { codec.scale * transformer.configuration.patchSize }

  /// Opens the model that `source` names: a diffusers folder, a transformer's file or `bundled`.
  ///
  /// - Parameters:
  ///   - compute: what the transformer's matrix products are computed in; nil is the fastest that was measured harmless
  ///     for this model, on every machine the same.
  ///   - memoryLimit: bytes that the process may take; nil is what the machine has.
  /// - Throws: `PipelineError`, `CheckpointError`, `TransformerError`, `TokenizerError` or `SchedulerError`, with
  ///   the file and what is wrong with it.
  package init(opening source: ModelSource, compute: ComputePrecision? = .fp32, memoryLimit: Int? = nil)
    throws
  {
    let family = try Self.family(of: source)
    try family.requireAllParts()
    self.memoryLimit = memoryLimit
    self.source = source
    variant = family.variant
    isDistilled = family.isDistilled
    defaults = family.defaults
    scheduler = family.scheduler
    // The small parts first: what is wrong with them is told before gigabytes are read.
    conditioner = try family.makeConditioner()
    codec = try family.makeCodec()
    let checkpoint = try family.openTransformer().applying(source.adapters)
    notices = family.notices + checkpoint.notices
    computeFile = family.computeFile
    let compute =
      try compute ?? MeasuredCompute.load(computeFile)?.compute ?? family.unmeasuredCompute(checkpoint)
    self.compute = compute
    transformer = try HiDreamTransformer(checkpoint, compute: compute, memoryLimit: memoryLimit)
    budgetsFile = family.budgetsFile
    budgets = try AttentionBudgets.load(
      budgetsFile, blocks: transformer.configuration.blockCount,
      heads: transformer.configuration.numAttentionHeads)
    try checkFit(family)
  }

  /// Opens the model called `name`, without parts from elsewhere.
  package init(opening name: String, compute: ComputePrecision = .fp32) throws {
    try self.init(opening: ModelSource(name), compute: compute)
  }

  /// The autoencoder alone, which needs no other part of the model.
  package static func codec(of source: ModelSource) throws -> any LatentCodec & Sendable {
    try family(of: source).makeCodec()
  }

  /// The text encoders alone, which need no other part of the model.
  package static func conditioner(of source: ModelSource) throws -> any Conditioner<HiDreamConditioning> {
    try family(of: source).makeConditioner()
  }

  /// The `scheduler_config.json` in `directory`.
  package static func scheduler(in directory: String) throws -> SchedulerConfiguration {
    try JSONFile.read("\(directory)/scheduler_config.json")
  }

  /// Prompts as the transformer takes them, the part of its work that no step changes included.
  package func condition(
    on prompts: [String], cancellation: CancellationFlag
  ) throws -> [ConditionedPrompt<HiDreamPrompt>] {
    try conditioner.condition(on: prompts, cancellation: cancellation).map { prompt in
      ConditionedPrompt(
        conditioning: try transformer.prepare(prompt.conditioning), ids: prompt.ids, notes: prompt.notes)
    }
  }

  private static func family(of source: ModelSource) throws -> any ModelFamily {
    let path = try ModelLocator.path(named: source.name)
    let indexPath = "\(path)/model_index.json"
    guard ModelLocator.isFile(indexPath) else {
      guard !HiDreamLayout.isFolder(path) || ModelLocator.isTransformer(path) else {
        throw PipelineError(
          .badData,
          "model '\(source.name)': expected a folder in the diffusers layout, with a model_index.json or a "
            + "transformer/, found neither there.")
      }
      return try HiDreamFamily(source, path: path)
    }
    let index: ModelIndex = try JSONFile.read(indexPath)
    if index.className == "HiDreamImagePipeline" { return try HiDreamFamily(source, path: path) }
    return try CompactFamily(source, directory: path, index: index)
  }

  /// The parts were made for each other.
  private func checkFit(_ family: some ModelFamily) throws {
    let configuration = transformer.configuration
    guard codec.latentChannels == configuration.inChannels,
      configuration.inChannels == configuration.outChannels
    else {
      throw type(of: family).misfit(
        source.name,
        "the transformer takes \(configuration.inChannels) channels and gives \(configuration.outChannels); "
          + "the autoencoder (--vae) has \(codec.latentChannels)")
    }
    try family.checkFit(configuration, conditioner)
  }
}
