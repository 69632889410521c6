import Images

@testable import ImageCodecs

/// Masks as files.
enum MaskFiles {
  static func write(_ mask: Mask, _ path: String) throws { try MaskFile.write(mask, to: path) }
  static func read(_ path: String) throws -> Mask { try MaskFile.read(path: path).mask }
}
