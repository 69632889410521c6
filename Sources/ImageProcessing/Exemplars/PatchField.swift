/// For each target of a level the source whose patch is most like its own, as far as was found.
struct PatchField {
  var level: ExemplarLevel
  /// What a guide shows around each pixel and what the picture does, weighed; nil without a guide.
  let guidance: ExemplarGuidance?
  /// Of each pixel the index of its source; -1 where it is no target, or has none yet.
  var sources: [Int32]
  /// Of each pixel the distance to its source, as of the last search.
  var distances: [Float]

  private init(_ level: ExemplarLevel, guidance: ExemplarGuidance?) {
    self.level = level
    self.guidance = guidance
    sources = [Int32](repeating: -1, count: level.width * level.height)
    distances = [Float](repeating: .infinity, count: level.width * level.height)
  }

  /// A field for the coarsest level: filled from its border inwards.
  init(startingOn level: ExemplarLevel, guidance: ExemplarGuidance?, generator: CounterGenerator) {
    self.init(level, guidance: guidance)
    fillInwards()
    fillGaps(generator)
  }

  /// A field of a coarser level, carried up.
  init(
    carrying coarse: PatchField, to level: ExemplarLevel, guidance: ExemplarGuidance?,
    generator: CounterGenerator
  ) {
    self.init(level, guidance: guidance)
    let (width, height) = (level.width, level.height)
    let radius = ExemplarLevel.radius
    for y in level.rows {
      for x in level.columns where level.isTarget[y * width + x] {
        let parent = y / 2 * coarse.level.width + x / 2
        if level.isHole[y * width + x] { self.level.features[y * width + x] = coarse.level.features[parent] }
        let source = Int(coarse.sources[parent])
        guard source >= 0 else { continue }
        let column = min(max(source % coarse.level.width * 2 + x % 2, radius), width - 1 - radius)
        let row = min(max(source / coarse.level.width * 2 + y % 2, radius), height - 1 - radius)
        guard level.isSource[row * width + column] else { continue }
        sources[y * width + x] = Int32(row * width + column)
        distances[y * width + x] = coarse.distances[parent]
      }
    }
    vote()
    fillGaps(generator)
  }

  /// Gives every target that has none a source drawn at random.
  private mutating func fillGaps(_ generator: CounterGenerator) {
    let all = level.isSource.indices.filter { level.isSource[$0] }
    for pixel in sources.indices where level.isTarget[pixel] && sources[pixel] < 0 {
      let draw = generator.bits(UInt64(pixel)) % UInt64(all.count)
      sources[pixel] = Int32(all[Int(draw)])
      distances[pixel] = .infinity
    }
  }
}
