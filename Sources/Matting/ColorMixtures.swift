/// The two colour models of a segmentation.
struct ColorMixtures {
  private(set) var foreground: GaussianMixture
  private(set) var background: GaussianMixture

  /// Colours that a mixture learns from at most; evenly spread over the picture.
  private static let sampleLimit = 60_000

  /// Learns both from scratch. A side without pixels learns from all of them, so neither is preferred.
  init(_ colors: ColorReader, foreground: [Bool], background: [Bool], components: Int) {
    self.foreground = GaussianMixture(
      clustering: Self.samples(colors, foreground), count: components, stream: 1)
    self.background = GaussianMixture(
      clustering: Self.samples(colors, background), count: components, stream: 2)
  }

  mutating func refit(_ colors: ColorReader, inside: [Bool]) {
    if inside.contains(true) { foreground.refit(Self.samples(colors, inside)) }
    if inside.contains(false) { background.refit(Self.samples(colors, inside.map { !$0 })) }
  }

  private static func samples(_ colors: ColorReader, _ members: [Bool]) -> [SIMD3<Float>] {
    let everything = !members.contains(true)
    let total = everything ? members.count : members.count { $0 }
    let step = max(1, (total + sampleLimit - 1) / sampleLimit)
    var result: [SIMD3<Float>] = []
    result.reserveCapacity(total / step + 1)
    var seen = 0
    for pixel in members.indices where everything || members[pixel] {
      if seen % step == 0 { result.append(colors[pixel]) }
      seen += 1
    }
    return result
  }
}
