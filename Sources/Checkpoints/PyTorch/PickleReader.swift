/// Reads the pickles that PyTorch writes dictionaries of tensors in: the instructions and names that these need, and
/// no other. Nothing is imported, called or run.
///
/// Memory is bounded by the pickle's own size, and that by `maximumLength` and `maximumInstructions`.
@safe struct PickleReader {
  /// What is wrong, and whether the pickle is sound but of something that is not read.
  struct Failure: Error {
    let offset: Int
    let problem: String
    let isUnsupported: Bool
  }

  /// A dictionary of tensors takes some hundred bytes and fifty instructions a tensor.
  static let maximumLength = 1 << 24
  static let maximumInstructions = 1 << 21

  private var cursor: ByteCursor
  private var pickle = Pickle()
  private var stack: [Int] = []
  private var marks: [Int] = []
  private var memo: [UInt32: Int] = [:]

  private init(_ bytes: UnsafeRawBufferPointer, at offset: Int) {
    cursor = unsafe ByteCursor(bytes, at: offset)
  }

  /// The pickle that begins at `offset`, and where it ends. Throws `Failure`.
  static func read(_ bytes: UnsafeRawBufferPointer, at offset: Int = 0) throws -> (Pickle, end: Int) {
    let window = unsafe UnsafeRawBufferPointer(
      rebasing: bytes.prefix(offset + min(maximumLength, bytes.count - offset)))
    var reader = unsafe PickleReader(window, at: offset)
    do {
      for _ in 0..<maximumInstructions {
        if try reader.step() { return (reader.pickle, reader.cursor.offset) }
      }
    } catch let failure as ByteCursor.Failure {
      throw Failure(offset: failure.offset, problem: failure.problem, isUnsupported: false)
    }
    throw reader.refused("expected at most \(maximumInstructions) instructions")
  }

  /// Carries out one instruction; true for the last.
  private mutating func step() throws -> Bool {
    let code = try cursor.read(UInt8.self)
    guard let opcode = PickleOpcode(rawValue: code) else {
      throw damaged("expected an instruction of a pickle, found the byte \(code)")
    }
    switch opcode {
    case .proto: try cursor.skip(1)
    case .frame: try cursor.skip(8)
    case .stop:
      pickle.root = try pop()
      return true
    case .mark: marks.append(stack.count)
    case .pop: _ = try pop()
    case .none: push(.none)
    case .newTrue: push(.boolean(true))
    case .newFalse: push(.boolean(false))
    case .binInt: push(.integer(Int(try cursor.read(Int32.self))))
    case .binInt1: push(.integer(Int(try cursor.read(UInt8.self))))
    case .binInt2: push(.integer(Int(try cursor.read(UInt16.self))))
    case .long1: push(.integer(try long()))
    case .binFloat:
      try cursor.skip(8)
      push(.number)
    case .shortBinString, .shortBinUnicode: push(.text(try text(Int(try cursor.read(UInt8.self)))))
    case .binString, .binUnicode: push(.text(try text(Int(try cursor.read(UInt32.self)))))
    case .binUnicode8: push(.text(try cursor.string()))
    case .emptyTuple: push(.tuple([]))
    case .tuple1: push(.tuple(try pop(1)))
    case .tuple2: push(.tuple(try pop(2)))
    case .tuple3: push(.tuple(try pop(3)))
    case .tuple: push(.tuple(try popToMark()))
    case .emptyList: push(.list(newList()))
    case .append: try append(try pop(1))
    case .appends: try append(try popToMark())
    case .emptyDict: push(.dictionary(newDictionary()))
    case .setItem: try set(try pop(2))
    case .setItems: try set(try popToMark())
    case .binPut: try remember(UInt32(try cursor.read(UInt8.self)))
    case .longBinPut: try remember(try cursor.read(UInt32.self))
    case .memoize: try remember(UInt32(clamping: memo.count))
    case .binGet: try recall(UInt32(try cursor.read(UInt8.self)))
    case .longBinGet: try recall(try cursor.read(UInt32.self))
    case .global: push(.global(try global(module: try line(), name: try line())))
    case .stackGlobal:
      let parts = try pop(2).map { pickle.values[$0] }
      guard case .text(let module) = parts[0], case .text(let name) = parts[1] else {
        throw damaged("expected the name of a module and of a part of it")
      }
      push(.global(try global(module: module, name: name)))
    case .binPersistentID: push(.storage(try storage(try pop())))
    case .reduce: try reduce()
    case .build: try build()
    default: throw refused("the instruction \(opcode) is not among those that tensors need")
    }
    return false
  }

  // MARK: The stack

  private func damaged(_ problem: String) -> Failure {
    Failure(offset: cursor.offset, problem: problem, isUnsupported: false)
  }

  private func refused(_ problem: String) -> Failure {
    Failure(offset: cursor.offset, problem: problem, isUnsupported: true)
  }

  private mutating func push(_ value: PickleValue) {
    stack.append(pickle.values.count)
    pickle.values.append(value)
  }

  private mutating func pop() throws -> Int { try pop(1)[0] }

  /// The `count` last values, which must lie above the last mark.
  private mutating func pop(_ count: Int) throws -> [Int] {
    guard stack.count - count >= marks.last ?? 0 else {
      throw damaged("expected \(count) values, found \(stack.count - (marks.last ?? 0))")
    }
    defer { stack.removeLast(count) }
    return Array(stack.suffix(count))
  }

  private mutating func popToMark() throws -> [Int] {
    guard let mark = marks.popLast() else { throw damaged("expected a mark, found none") }
    defer { stack.removeSubrange(mark...) }
    return Array(stack[mark...])
  }

  private mutating func newList() -> Int {
    pickle.lists.append([])
    return pickle.lists.count - 1
  }

  private mutating func newDictionary() -> Int {
    pickle.dictionaries.append([])
    return pickle.dictionaries.count - 1
  }

  private func top() throws -> PickleValue {
    guard stack.count > marks.last ?? 0, let last = stack.last else {
      throw damaged("expected a value, found none")
    }
    return pickle.values[last]
  }

  private mutating func append(_ items: [Int]) throws {
    guard case .list(let list) = try top() else { throw damaged("expected a list, found \(try top().kind)") }
    pickle.lists[list] += items
  }

  private mutating func set(_ items: [Int]) throws {
    guard case .dictionary(let dictionary) = try top(), items.count % 2 == 0 else {
      throw damaged("expected a dictionary and pairs, found \(try top().kind) and \(items.count) values")
    }
    for index in stride(from: 0, to: items.count, by: 2) {
      pickle.dictionaries[dictionary].append((items[index], items[index + 1]))
    }
  }

  private mutating func remember(_ index: UInt32) throws {
    _ = try top()
    memo[index] = stack.last
  }

  private mutating func recall(_ index: UInt32) throws {
    guard let place = memo[index] else { throw damaged("expected a value under \(index), found none") }
    stack.append(place)
  }

  // MARK: Values

  /// A little-endian integer in two's complement.
  private mutating func long() throws -> Int {
    let count = Int(try cursor.read(UInt8.self))
    guard count <= 8 else { throw refused("expected an integer of at most 64 bits, found \(count) bytes") }
    var value: UInt64 = 0
    var last: UInt8 = 0
    for index in 0..<count {
      last = try cursor.read(UInt8.self)
      value |= UInt64(last) << UInt64(8 * index)
    }
    if last >= 0x80, count < 8 { value |= UInt64.max << UInt64(8 * count) }
    return Int(Int64(bitPattern: value))
  }

  private mutating func text(_ count: Int) throws -> String {
    guard let text = try cursor.text(count) else { throw damaged("expected text in UTF-8") }
    return text
  }

  private mutating func line() throws -> String {
    var unit: [UInt8] = []
    while unit.count < 256 {
      let byte = try cursor.read(UInt8.self)
      if byte == 0x0A { return String(decoding: unit, as: UTF8.self) }
      unit.append(byte)
    }
    throw damaged("expected a line of at most 256 bytes")
  }

  private func global(module: String, name: String) throws -> PickleGlobal {
    guard let global = PickleGlobal(rawValue: "\(module).\(name)") else {
      throw refused("\(module).\(name) is not among the names that tensors need, and is not run")
    }
    return global
  }

  /// ("storage", type, key, device, elements), with nothing or None after it.
  private func storage(_ place: Int) throws -> PickledStorage {
    guard case .tuple(let parts) = pickle.values[place], parts.count == 5 || parts.count == 6,
      case .text("storage") = pickle.values[parts[0]],
      case .global(let type) = pickle.values[parts[1]], let dtype = type.dtype,
      case .text(let key) = pickle.values[parts[2]],
      case .integer(let count) = pickle.values[parts[4]], count >= 0
    else { throw damaged("expected the type, name and size of a storage") }
    if parts.count == 6 {
      guard case .none = pickle.values[parts[5]] else {
        throw refused("a storage that is a part of another is not read")
      }
    }
    return PickledStorage(key: key, dtype: dtype, count: count)
  }

  private mutating func reduce() throws {
    let parts = try pop(2)
    guard case .global(let global) = pickle.values[parts[0]],
      case .tuple(let arguments) = pickle.values[parts[1]]
    else {
      throw refused("a call of \(pickle.values[parts[0]].kind) is not among those that tensors need")
    }
    switch global {
    case .orderedDict: push(.dictionary(try orderedDictionary(arguments)))
    case .rebuildTensor, .rebuildTensor2: push(.tensor(try tensor(arguments)))
    case .rebuildParameter:
      guard let first = arguments.first, case .tensor = pickle.values[first] else {
        throw damaged("expected a parameter's tensor")
      }
      stack.append(first)
    default: throw refused("a call of \(global.rawValue) is not among those that tensors need")
    }
  }

  /// Of nothing, or of a list of pairs.
  private mutating func orderedDictionary(_ arguments: [Int]) throws -> Int {
    var pairs: [(key: Int, value: Int)] = []
    if let first = arguments.first {
      guard arguments.count == 1, case .list(let list) = pickle.values[first] else {
        throw damaged("expected the pairs of an ordered dictionary")
      }
      for item in pickle.lists[list] {
        let pair: [Int] =
          switch pickle.values[item] {
          case .tuple(let parts): parts
          case .list(let list): pickle.lists[list]
          default: []
          }
        guard pair.count == 2 else { throw damaged("expected the pairs of an ordered dictionary") }
        pairs.append((pair[0], pair[1]))
      }
    }
    let dictionary = newDictionary()
    pickle.dictionaries[dictionary] = pairs
    return dictionary
  }

  /// (storage, offset, shape, strides, ...): what follows is of training.
  private func tensor(_ arguments: [Int]) throws -> PickledTensor {
    guard arguments.count >= 4, case .storage(let storage) = pickle.values[arguments[0]],
      case .integer(let offset) = pickle.values[arguments[1]],
      let shape = pickle.integers(arguments[2]), let strides = pickle.integers(arguments[3])
    else { throw damaged("expected the storage, offset, shape and strides of a tensor") }
    guard let tensor = PickledTensor(storage: storage, offset: offset, shape: shape, strides: strides) else {
      throw damaged(
        "expected a tensor within its storage of \(storage.count) elements, found shape \(shape.prefix(9)), "
          + "strides \(strides.prefix(9)) from \(offset) on")
    }
    return tensor
  }

  /// Attributes of a dictionary, which say nothing about its tensors.
  private mutating func build() throws {
    _ = try pop()
    guard case .dictionary = try top() else {
      throw refused("attributes of \(try top().kind) are not among what tensors need")
    }
  }
}
