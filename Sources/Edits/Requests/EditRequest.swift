/// An edit as a value: every setting that decides its result, by the field's name, and the names of what it reads.
///
/// Encoded, it is the recipe in a picture, a job for a server or an item of a batch. It says nothing of where results
/// go. ``RequestCoding`` reads and writes it as JSON, with keys in snake case.
public protocol EditRequest: Codable, Sendable, Equatable {
  /// Such as `inpaint`: what the command and recipes call it.
  static var verb: String { get }

  /// A request with every setting at its default and no file named.
  init()

  /// Puts other files in the places of those that are read; `role` is the field's name, such as `mask`.
  mutating func replaceInputs(_ replacement: (_ role: String, InputFile) throws -> InputFile) rethrows

  /// Throws `SparseditError` for a setting out of its range, or settings that contradict each other.
  func validate() throws(SparseditError)
}

extension EditRequest {
  /// The files that are read, by role.
  public var inputs: [(role: String, file: InputFile)] {
    var inputs: [(role: String, file: InputFile)] = []
    var copy = self
    copy.replaceInputs { role, file in
      inputs.append((role, file))
      return file
    }
    return inputs
  }

  /// Paths of the files that are read, as far as they are known.
  package var inputPaths: [String] { inputs.compactMap(\.file.path) }
}

extension InputFile? {
  mutating func replace(
    _ role: String, _ replacement: (_ role: String, InputFile) throws -> InputFile
  ) rethrows {
    if let file = self { self = try replacement(role, file) }
  }
}

/// An edit that a model is needed for.
package protocol ModelEdit: EditRequest {
  /// Does the edit and writes its outputs. The report's times are filled in by whoever runs it.
  func run(_ session: inout EditSession, to output: OutputRequest) throws -> EditReport
}

/// An edit that can be done without a model.
package protocol PictureEdit: EditRequest {
  /// False where the settings ask for what only a model can do.
  var needsNoModel: Bool { get }

  /// Does the edit and writes its outputs.
  func run(_ observer: EditObserver, to output: OutputRequest) throws -> EditReport
}
