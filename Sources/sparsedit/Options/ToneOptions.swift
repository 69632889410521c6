import ArgumentParser
import SparseditKit

/// Steps that work on the values as they are stored, 0 black to 1 white.
struct ToneOptions: ParsableArguments {
  @Option(
    name: .long, parsing: .unconditional,
    help: "Move black and leave white: one number, or R,G,B. (default: 0)")
  var lift: ChannelValues = ChannelValues(0)

  @Option(name: .long, help: "Bend the middle tones, above 1 brightens: one number, or R,G,B. (default: 1)")
  var gamma: ChannelValues = ChannelValues(1)

  @Option(name: .long, help: "Move white and leave black: one number, or R,G,B. (default: 1)")
  var gain: ChannelValues = ChannelValues(1)

  @Option(name: .long, help: "A curve for all channels through points, as '0,0 0.5,0.6 1,1'.")
  var curve: String?

  @Option(name: .long, help: "A curve for red alone, after --curve.")
  var curveRed: String?

  @Option(name: .long, help: "A curve for green alone.")
  var curveGreen: String?

  @Option(name: .long, help: "A curve for blue alone.")
  var curveBlue: String?

  @Option(name: .long, help: "A .cube lookup table, one- or three-dimensional.")
  var lut: String?

  @Option(name: .long, help: "How much of the lookup table's colour is taken, 0 to 1.")
  var lutStrength: Float = 1

  func fill(_ request: inout AdjustRequest) {
    request.lift = lift.values
    request.gamma = gamma.values
    request.gain = gain.values
    request.curve = curve
    request.curveRed = curveRed
    request.curveGreen = curveGreen
    request.curveBlue = curveBlue
    request.lut = lut.map { InputFile($0) }
    request.lutStrength = lutStrength
  }
}

/// One number for all channels, or one for each of red, green and blue.
struct ChannelValues: ExpressibleByArgument {
  let values: [Float]

  init(_ value: Float) { values = [value] }

  init?(argument: String) {
    let words = argument.split(separator: ",", omittingEmptySubsequences: false)
    let numbers = words.compactMap { Float($0) }
    guard numbers.count == words.count, numbers.count == 1 || numbers.count == 3 else { return nil }
    values = numbers
  }

  var defaultValueDescription: String { values.map { "\($0)" }.joined(separator: ",") }
}
