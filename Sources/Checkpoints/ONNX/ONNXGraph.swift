/// What is read of an ONNX file (onnx.proto3): where its initialisers lie, and which of them each operation takes.
///
/// The graph is never run. It tells what a tensor is that the exporter renamed: the weights of the first convolution,
/// of the second, and so on.
struct ONNXGraph {
  /// An initialiser: its bytes and what they are.
  struct Entry {
    /// The element type's number in ONNX.
    let type: UInt64
    let shape: [Int]
    /// Place in the file; nil where the values lie in another file or in a form that no weights come in.
    let range: Range<Int>?
  }

  /// Axes of a tensor, at most.
  private static let maximumAxes = 16

  private(set) var entries: [String: Entry] = [:]
  private(set) var operations: [ONNXOperation] = []

  /// Whether `file` looks like a model: its first field is the version of the format, a small number, and its first
  /// eight bytes are no length of a safetensors header that fits in the file.
  static func isModel(_ file: UnsafeRawBufferPointer) -> Bool {
    guard file.count >= 16, unsafe file[0] == 0x08, unsafe (1...63).contains(file[1]) else { return false }
    let length = unsafe UInt64(littleEndian: file.loadUnaligned(as: UInt64.self))
    return length > UInt64(file.count)
  }

  /// Throws `CheckpointError` unless every field lies where it must.
  init(file: UnsafeRawBufferPointer, path: String) throws {
    do {
      var model = unsafe ProtobufCursor(file, 0..<file.count)
      var hasGraph = false
      while let (number, value) = try model.next() {
        guard number == 7, case .bytes(let range) = value else { continue }
        guard !hasGraph else { throw model.failure("expected one graph") }
        hasGraph = true
        unsafe try readGraph(file, range)
      }
      guard hasGraph else { throw model.failure("expected a graph") }
    } catch let failure as ProtobufCursor.Failure {
      throw CheckpointError.damaged(
        path, "expected an ONNX model: \(failure.problem) at byte \(failure.offset)")
    }
  }

  private mutating func readGraph(_ file: UnsafeRawBufferPointer, _ range: Range<Int>) throws {
    var graph = unsafe ProtobufCursor(file, range)
    while let (number, value) = try graph.next() {
      guard case .bytes(let range) = value else { continue }
      if number == 1 { operations.append(unsafe try Self.operation(file, range)) }
      if number == 5 {
        let (name, entry) = unsafe try Self.initialiser(file, range)
        guard entries.updateValue(entry, forKey: name) == nil else {
          throw graph.failure("expected each tensor once, found \"\(name)\" twice")
        }
      }
    }
  }

  private static func operation(_ file: UnsafeRawBufferPointer, _ range: Range<Int>) throws -> ONNXOperation {
    var node = unsafe ProtobufCursor(file, range)
    var (kind, inputs) = ("", [String]())
    while let (number, value) = try node.next() {
      guard case .bytes(let range) = value else { continue }
      if number == 1 { inputs.append(unsafe try text(file, range, node)) }
      if number == 4 { kind = unsafe try text(file, range, node) }
    }
    return ONNXOperation(kind: kind, inputs: inputs)
  }

  private static func initialiser(_ file: UnsafeRawBufferPointer, _ range: Range<Int>) throws -> (
    String, Entry
  ) {
    var tensor = unsafe ProtobufCursor(file, range)
    var (name, type, shape) = ("", UInt64(0), [Int]())
    var values: [Range<Int>] = []
    var isElsewhere = false
    while let (number, value) = try tensor.next() {
      switch (number, value) {
      case (1, .varint(let extent)): try append(extent, to: &shape, tensor)
      case (1, .bytes(let packed)):
        var list = unsafe ProtobufCursor(file, packed)
        while !list.isAtEnd { try append(try list.varint(), to: &shape, list) }
      case (2, .varint(let number)): type = number
      case (8, .bytes(let range)): name = unsafe try text(file, range, tensor)
      // Raw bytes, or packed floats, which are the same bytes.
      case (9, .bytes(let range)), (4, .bytes(let range)): values.append(range)
      case (14, .varint(let place)): isElsewhere = place != 0
      default: break
      }
    }
    let only = isElsewhere || values.count != 1 ? nil : values.first
    return (name, Entry(type: type, shape: shape, range: only))
  }

  private static func append(_ extent: UInt64, to shape: inout [Int], _ cursor: ProtobufCursor) throws {
    guard let extent = Int(exactly: extent), shape.count < maximumAxes else {
      throw cursor.failure("expected at most \(maximumAxes) axes below 2^63")
    }
    shape.append(extent)
  }

  private static func text(
    _ file: UnsafeRawBufferPointer, _ range: Range<Int>, _ cursor: ProtobufCursor
  ) throws -> String {
    guard let text = unsafe String(validating: file[range], as: UTF8.self) else {
      throw cursor.failure("expected UTF-8 in a name")
    }
    return text
  }
}
