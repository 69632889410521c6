import ArgumentParser
import SparseditKit

/// Steps that work on light, after the picture's tone curve is taken out.
struct LightOptions: ParsableArguments {
  @Option(name: .long, parsing: .unconditional, help: "Stops of exposure: 1 doubles the light, -1 halves it.")
  var exposure = 0.0

  @Option(
    name: .long,
    help:
      "Colour temperature of the light in kelvin, 1500 to 25000: above 6504 is warmer, below is cooler. (default: 6504)"
  )
  var temperature: Double?

  @Option(name: .long, parsing: .unconditional, help: "Tint, -150 (green) to 150 (magenta).")
  var tint = 0.0

  @Option(name: .long, help: "Contrast: light to this power about the pivot; 1 changes nothing.")
  var contrast = 1.0

  @Option(name: .long, help: "The light, 0 to 1, that contrast leaves alone; 0.18 is middle grey.")
  var contrastPivot = 0.18

  @Option(name: .long, help: "Saturation: 0 is grey, 1 changes nothing.")
  var saturation = 1.0

  @Option(
    name: .long, parsing: .unconditional,
    help: "More saturation for pale colours, -1 to 5; 0 changes nothing.")
  var vibrance = 0.0

  func fill(_ request: inout AdjustRequest) {
    request.exposure = exposure
    request.temperature = temperature
    request.tint = tint
    request.contrast = contrast
    request.contrastPivot = contrastPivot
    request.saturation = saturation
    request.vibrance = vibrance
  }
}
