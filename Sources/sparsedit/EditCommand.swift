import ArgumentParser
import SparseditKit

/// A command whose flags are a request.
protocol EditCommand: BatchVerb {
  associatedtype Request: EditRequest

  /// What the flags ask for, but for a prompt in a file.
  var request: Request { get }
  /// The flags of the prompt, where it may be in a file.
  var promptOptions: PromptOptions? { get }
  /// Where result `index` of all goes, and what is written beside it.
  func destination(_ index: Int) -> OutputRequest
}

extension EditCommand {
  var promptOptions: PromptOptions? { nil }

  /// Makes sure of what can be told before a file is looked at.
  func validateRequest() throws { try checked { () throws(SparseditError) in try request.validate() } }

  var inputFiles: [String] {
    request.inputs.compactMap { role, file in
      file.path.map { role == "schedule_from" ? "\($0)/scheduler_config.json" : $0 }
    } + [promptOptions?.promptFile].compactMap(\.self)
  }
  var outputFiles: [String] { [destination(0).path] }
}

extension EditCommand where Request: DiffusionRequest {
  /// What the flags ask for, the prompt's file read.
  func completeRequest() throws -> Request {
    var request = request
    if let promptOptions, promptOptions.promptFile != nil { request.prompt = try promptOptions.text() }
    return request
  }
}
