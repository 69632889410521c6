import ArgumentParser
import SparseditKit

/// How material maps are estimated; shared by the commands that write them.
struct TextureMapOptions: ParsableArguments {
  @Option(
    name: .long, help: "Which maps, separated by commas: height,normal,roughness,occlusion. (default: all)")
  var maps: MapKinds = MapKinds(kinds: TextureMapRequest.Kind.allCases)

  @Option(name: .long, help: "Bits a sample of the maps: 8 or 16.")
  var mapDepth = 16

  @Option(
    name: .long, help: "Where green points in the normal map: up (OpenGL, Blender) or down (DirectX, Unreal)."
  )
  var normalY: NormalDirection = .up

  @Option(
    name: .long,
    help: "How many pixels the whole range of height stands for. (default: 1/32 of the shorter side)")
  var relief: Float?

  @Option(
    name: .long,
    help: "Widest relief in pixels; what is wider counts as uneven light. (default: 1/4 of the shorter side)")
  var feature: Int?

  @Option(name: .long, help: "How much wide relief outweighs fine relief, 0 to 2.")
  var heightBalance: Float = 0.5

  @Flag(name: .long, help: "Take bright for deep instead of dark.")
  var invertHeight = false

  @Option(name: .long, help: "Roughness of the smoothest and the roughest parts, 0 to 1, as LOW,HIGH.")
  var roughness: RoughnessRange = RoughnessRange(low: 0.4, high: 0.9)

  @Option(name: .long, help: "How far relief hides the sky, in pixels. (default: 1/8 of the shorter side)")
  var occlusionRadius: Int?

  func fill(_ request: inout TextureMapRequest) {
    request.kinds = maps.kinds
    request.bits = mapDepth
    request.greenDown = normalY == .down
    request.depth = relief
    request.largestFeature = feature
    request.balance = heightBalance
    request.invertsHeight = invertHeight
    request.roughness = roughness.low...roughness.high
    request.occlusionRadius = occlusionRadius
  }
}

enum NormalDirection: String, ExpressibleByArgument, CaseIterable {
  case up, down
}

struct MapKinds: ExpressibleByArgument {
  let kinds: [TextureMapRequest.Kind]

  init(kinds: [TextureMapRequest.Kind]) { self.kinds = kinds }

  init?(argument: String) {
    let words = argument.split(separator: ",", omittingEmptySubsequences: false)
    let kinds = words.compactMap { TextureMapRequest.Kind(rawValue: String($0)) }
    guard kinds.count == words.count, Set(kinds).count == kinds.count else { return nil }
    self.kinds = kinds
  }

  var defaultValueDescription: String { kinds.map(\.rawValue).joined(separator: ",") }
}

struct RoughnessRange: ExpressibleByArgument {
  let low: Float
  let high: Float

  init(low: Float, high: Float) {
    self.low = low
    self.high = high
  }

  init?(argument: String) {
    let words = argument.split(separator: ",", omittingEmptySubsequences: false)
    guard words.count == 2, let low = Float(words[0]), let high = Float(words[1]), low >= 0, low <= high,
      high <= 1
    else { return nil }
    self.init(low: low, high: high)
  }

  var defaultValueDescription: String { "\(low),\(high)" }
}
