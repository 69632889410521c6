import Edits
import Models
import SparseditKit

/// Requests as the command line that asks for them.
enum RequestFlags {
  /// The verb and its flags; files that are not known yet keep their names.
  ///
  /// - Parameter given: fields that are said otherwise.
  static func arguments(_ request: any EditRequest, without given: Set<String> = []) throws -> [String] {
    try [type(of: request).verb] + flags(request, without: given)
  }

  private static func flags<Request: EditRequest>(
    _ request: Request, without given: Set<String>
  ) throws -> [String] {
    let defaults = try RequestCoding.value(of: Request(), with: false)
    let files = Dictionary(
      request.inputs.map { ($0.role, $0.file.description) }, uniquingKeysWith: { first, _ in first })
    var flags: [String] = []
    func add(_ object: JSONValue, _ defaults: JSONValue) {
      for (name, value) in (object.object ?? [:]).sorted(by: { $0.key < $1.key }) where !given.contains(name)
      {
        let flag = name.replacing("_", with: "-")
        switch value {
        case .null: break
        case .object: add(value, defaults.object?[name] ?? .null)
        case .bool(true): if defaults.object?[name] != .bool(true) { flags.append("--\(flag)") }
        case .bool(false): if defaults.object?[name] == .bool(true) { flags.append("--no-\(flag)") }
        case .list(let values) where values.allSatisfy(\.isText):
          for value in values { flags += Self.flag(flag, value.text ?? "") }
        default: flags += Self.flag(flag, files[name] ?? value.text ?? "")
        }
      }
    }
    add(try RequestCoding.value(of: request, with: false), defaults)
    return flags
  }

  /// The flags of a recipe's model, found by its names in the folders that this machine is set up with.
  ///
  /// - Parameters:
  ///   - given: flags that are said otherwise.
  ///   - finds: false leaves the names as they are.
  static func arguments(_ model: ModelName, without given: Set<String>, finds: Bool) throws -> [String] {
    func path(_ name: String, _ flag: String) throws -> String {
      guard finds, name != ModelLocator.bundledName else { return name }
      do {
        return try ModelLocator.installed(name)
      } catch {
        throw SparseditError(.missingInput, "\(error.description); name it with --\(flag)")
      }
    }
    var flags: [String] = []
    if !given.contains("model") { flags.append("--model=\(try path(model.name, "model"))") }
    for part in model.parts where !given.contains(part.part) {
      flags.append("--\(part.part)=\(try path(part.name, part.part))")
    }
    if !given.contains("lora") {
      for adapter in model.adapters {
        flags.append("--lora=\(try path(adapter.name, "lora")):\(adapter.scale)")
      }
    }
    if let variant = model.variant { flags.append("--variant=\(variant)") }
    return flags + ["--compute=\(model.compute)"]
  }

  /// A flag with a value; an empty one cannot be written behind a sign.
  static func flag(_ name: String, _ value: String) -> [String] {
    value.isEmpty ? ["--\(name)", ""] : ["--\(name)=\(value)"]
  }
}

extension JSONValue {
  fileprivate var isText: Bool { if case .text = self { true } else { false } }
}
