package import Grading
package import Images

extension WorkingSpace {
  /// What a picture's numbers mean; a profile that no matrix stands for is taken for sRGB, and that is noted.
  package static func of(_ header: ImageHeader, _ path: String, notices: inout [String]) -> WorkingSpace {
    if let space = WorkingSpace(profile: header.profile, model: header.format.colorModel) { return space }
    notices.append("\(path): the colour profile is not a matrix with curves; its values are taken as sRGB")
    return .sRGB
  }
}

extension Mask {
  /// Checks that a mask lies over a picture.
  package func check(_ maskPath: String, over header: ImageHeader, _ path: String) throws(SparseditError) {
    guard width == header.width, height == header.height else {
      throw SparseditError(
        .usage,
        "\(maskPath) is \(width) x \(height) and \(path) is \(header.width) x \(header.height); "
          + "a mask must have its picture's size")
    }
  }
}
