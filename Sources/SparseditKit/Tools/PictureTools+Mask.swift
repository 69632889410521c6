import Edits
import Grading
import ImageCodecs
import ImageProcessing
import Images

extension PictureTools {
  /// Makes a mask and writes it as a grey picture, PNG or TIFF.
  @discardableResult
  public static func makeMask(
    _ request: MaskRequest, to output: OutputRequest, cancellation: Cancellation = Cancellation()
  ) throws(SparseditError) -> MaskReport {
    try translatingErrors {
      try request.validate(output)
      var workshop = try MaskWorkshop(request)
      try output.check(protecting: workshop.inputs)
      var mask = try workshop.combined(request, cancellation)
      if let threshold = request.threshold { mask = mask.thresholded(at: threshold) }
      if request.grow > 0 { mask = mask.grown(by: request.grow) }
      if request.shrink > 0 { mask = mask.shrunk(by: request.shrink) }
      if request.feather > 0 { mask = mask.feathered(.pixels(request.feather)).alpha }
      if request.inverts { mask = mask.inverted() }
      try cancellation.check()
      try MaskFile.write(
        mask, to: output.path, sampleType: request.bits == 16 ? .uint16 : .uint8,
        options: output.encodingOptions(protecting: workshop.inputs))
      let sum = mask.values.reduce(0.0) { $0 + Double($1) }
      return MaskReport(
        output: output.path, width: mask.width, height: mask.height,
        selectedPixels: mask.values.count { $0 > 0 }, coverage: sum / Double(max(mask.values.count, 1)),
        box: mask.boundingBox().map { MaskReport.Box(x: $0.x, y: $0.y, width: $0.width, height: $0.height) },
        notices: workshop.notices)
    }
  }
}

extension MaskRequest {
  fileprivate func validate(_ output: OutputRequest) throws {
    guard bits == 8 || bits == 16 else {
      throw SparseditError(.usage, "--depth \(bits): expected 8 or 16")
    }
    if let threshold, !(threshold > 0 && threshold <= 1) {
      throw SparseditError(.usage, "--threshold \(threshold): expected over 0 to 1")
    }
    for (name, value) in [("grow", grow), ("shrink", shrink), ("feather", feather)] {
      guard (0...4096).contains(value) else {
        throw SparseditError(.usage, "--\(name) \(value): expected 0 to 4096 pixels")
      }
    }
    if FileFormat(path: output.path) == .jpeg {
      throw SparseditError(.usage, "\(output.path): JPEG would blur the mask; name a .png or .tif output")
    }
  }
}
