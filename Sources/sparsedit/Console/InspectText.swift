import SparseditKit

/// Descriptions and differences as lines for a person.
enum InspectText {
  static func lines(of description: PictureDescription) -> String {
    let profile = description.profile
    var lines = [
      "\(description.file): \(description.fileFormat), \(description.width) x \(description.height), "
        + description.format + (description.depth % 8 == 0 ? "" : " from \(description.depth) bits"),
      "profile: \(profile.name) (\(profile.origin)\(profile.bytes > 0 ? ", \(profile.bytes) bytes" : ""))",
    ]
    if let inches = description.pixelsPerInch {
      lines.append("resolution: \(inches.map(short).joined(separator: " x ")) pixels per inch")
    }
    if description.orientation != 1 {
      lines.append("orientation in the file: \(description.orientation); shown upright")
    }
    if let quality = description.jpegQuality { lines.append("JPEG quality: about \(quality)") }
    if !description.traits.isEmpty { lines.append("stored: \(description.traits.joined(separator: ", "))") }
    if description.exifBytes > 0 { lines.append("EXIF: \(description.exifBytes) bytes") }
    if description.xmpBytes > 0 { lines.append("XMP: \(description.xmpBytes) bytes") }
    lines += (description.statistics ?? []).map(line)
    if let seam = description.seamRatio {
      lines.append("seam ratio: x \(seam.x.map(short) ?? "-"), y \(seam.y.map(short) ?? "-")")
    }
    if let seam = description.maskSeamRatio { lines.append("seam ratio along the mask: \(short(seam))") }
    if let recipe = description.recipe {
      lines.append("recipe:")
      lines += recipe.sorted { $0.key < $1.key }.map { "  \($0.key): \($0.value)" }
    } else if let parameters = description.parameters {
      lines.append("parameters:\n  " + parameters.replacing("\n", with: "\n  "))
    }
    return (lines + description.notices.map { "note: \($0)" }).joined(separator: "\n")
  }

  static func lines(of report: DifferenceReport) -> String {
    var lines = ["\(report.first) and \(report.second): \(report.format), full scale \(short(report.white))"]
    if report.identical { lines.append("every sample is the same") }
    if let outside = report.outside {
      lines += Self.lines(of: report.inside, "inside the mask") + Self.lines(of: outside, "outside the mask")
    } else {
      lines += Self.lines(of: report.inside, "whole picture")
    }
    return (lines + report.notices.map { "note: \($0)" }).joined(separator: "\n")
  }

  private static func line(of channel: PictureDescription.Channel) -> String {
    "\(channel.name): \(channel.minimum.map(short) ?? "-") to \(channel.maximum.map(short) ?? "-"), mean "
      + "\(short(channel.mean)), deviation \(short(channel.deviation)), \(percent(channel.atBlack)) black, "
      + "\(percent(channel.atWhite)) white"
      + (channel.notFinite > 0 ? ", \(channel.notFinite) not finite" : "")
  }

  private static func lines(of region: DifferenceReport.Region, _ name: String) -> [String] {
    let first = "\(name): \(region.changedPixels) of \(region.pixels) pixels differ"
    if region.changedPixels == 0 { return [first] }
    return [first]
      + ([region.all] + region.channels).map { channel in
        "  \(channel.name): largest \(channel.maximum.map(short) ?? "infinite"), mean "
          + "\(channel.mean.map(short) ?? "infinite"), root mean square "
          + "\(channel.rootMeanSquare.map(short) ?? "infinite"), \(channel.changedSamples) samples"
      }
  }

  /// At most four digits after the point.
  private static func short(_ value: Double) -> String {
    let rounded = (value * 10_000).rounded() / 10_000
    return rounded == rounded.rounded() && abs(rounded) < 1e15 ? "\(Int(rounded))" : "\(rounded)"
  }

  private static func percent(_ share: Double) -> String { "\((share * 1000).rounded() / 10) %" }
}
