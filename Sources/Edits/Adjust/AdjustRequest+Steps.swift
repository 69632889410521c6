import Foundation
import Grading

extension AdjustRequest {
  /// The steps that change anything, in order; what of a lookup table is not done is added to `notices`.
  func steps(_ notices: inout [String]) throws -> [Adjustment] {
    let balance = try WhiteBalance(temperature: temperature ?? WhiteBalance.neutralTemperature, tint: tint)
    let wheels = try LiftGammaGain(
      lift: channels(lift, "lift"), gamma: channels(gamma, "gamma"), gain: channels(gain, "gain"))
    let curves = ToneCurves(
      master: try curve.map { try MonotoneCurve(parsing: $0) },
      red: try curveRed.map { try MonotoneCurve(parsing: $0) },
      green: try curveGreen.map { try MonotoneCurve(parsing: $0) },
      blue: try curveBlue.map { try MonotoneCurve(parsing: $0) })
    var steps: [Adjustment] = [
      .exposure(stops: exposure), .whiteBalance(balance), .contrast(amount: contrast, pivot: contrastPivot),
      .saturation(amount: saturation), .vibrance(amount: vibrance), .liftGammaGain(wheels), .curves(curves),
    ]
    if let lut {
      let lookup = try Self.readLookup(lut.known)
      notices += lookup.passedOver.map {
        "\(lut.description): the keyword \($0) is not known and was passed over"
      }
      steps.append(.lookup(lookup, strength: lutStrength))
    }
    return steps
  }

  private func channels(_ values: [Float], _ name: String) throws -> SIMD3<Float> {
    switch values.count {
    case 1: return SIMD3(repeating: values[0])
    case 3: return SIMD3(values[0], values[1], values[2])
    default:
      throw SparseditError(.usage, "--\(name): expected one number or three, found \(values.count)")
    }
  }

  private static func readLookup(_ path: String) throws -> ColorLookup {
    let data: Data
    do {
      let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
      guard size <= CubeFileReader.maximumByteCount else {
        throw SparseditError(
          .badData, "\(path): \(size) bytes; a .cube file has at most \(CubeFileReader.maximumByteCount)")
      }
      data = try Data(contentsOf: URL(fileURLWithPath: path))
    } catch let error as SparseditError {
      throw error
    } catch {
      throw SparseditError(.missingInput, "\(path): the lookup table could not be read")
    }
    do {
      return try CubeFileReader.read([UInt8](data))
    } catch {
      throw SparseditError(.badData, "\(path): \(error.description)")
    }
  }
}
