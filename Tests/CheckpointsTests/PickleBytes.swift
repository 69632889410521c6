/// A `.pth` archive and pickles built by hand.
enum PickleBytes {
  static func little(_ value: Int, _ size: Int) -> [UInt8] {
    (0..<size).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }

  /// A zip archive that stores `entries` as they are; `declared` replaces an entry's size in the table of contents.
  static func archive(
    _ entries: [(name: String, bytes: [UInt8])], method: Int = 0, declared: Int? = nil
  ) -> [UInt8] {
    var file: [UInt8] = []
    var table: [UInt8] = []
    for (name, bytes) in entries {
      let size = declared ?? bytes.count
      let offset = file.count
      let sizes = little(0, 4) + little(size, 4) + little(size, 4) + little(name.utf8.count, 2)
      file += little(0x0403_4B50, 4) + little(20, 2) + little(0, 2) + little(method, 2) + little(0, 4) + sizes
      file += little(0, 2) + Array(name.utf8) + bytes
      table += little(0x0201_4B50, 4) + little(20, 2) + little(20, 2) + little(0, 2) + little(method, 2)
      table += little(0, 4) + sizes + little(0, 2) + little(0, 2) + little(0, 2) + little(0, 2) + little(0, 4)
      table += little(offset, 4) + Array(name.utf8)
    }
    let end =
      little(0x0605_4B50, 4) + little(0, 4) + little(entries.count, 2) + little(entries.count, 2)
      + little(table.count, 4) + little(file.count, 4) + little(0, 2)
    return file + table + end
  }

  static func file(_ pickle: [UInt8], storage: [UInt8] = []) -> [UInt8] {
    archive([("archive/data.pkl", pickle), ("archive/data/0", storage)])
  }

  static func global(_ module: String, _ name: String) -> [UInt8] {
    [0x63] + Array("\(module)\n\(name)\n".utf8)
  }

  static func text(_ text: String) -> [UInt8] { [0x58] + little(text.utf8.count, 4) + Array(text.utf8) }

  static func integer(_ value: Int) -> [UInt8] { [0x8A, 8] + little(value, 8) }

  static func tuple(_ parts: [UInt8]...) -> [UInt8] { [0x28] + parts.joined() + [0x74] }

  /// {"w": tensor} of float32, with the numbers as given.
  static func tensor(
    elements: Int, offset: Int = 0, shape: [Int], strides: [Int], type: String = "FloatStorage"
  ) -> [UInt8] {
    let storage =
      tuple(text("storage"), global("torch", type), text("0"), text("cpu"), integer(elements)) + [0x51]
    let numbers = { (values: [Int]) in tuple(values.flatMap(integer)) }
    let call =
      global("torch._utils", "_rebuild_tensor_v2")
      + tuple(storage, integer(offset), numbers(shape), numbers(strides), [0x89], [0x4E]) + [0x52]
    return [0x80, 2, 0x7D] + text("w") + call + [0x73, 0x2E]
  }
}
