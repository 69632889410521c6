import Foundation
import TestSupport

/// The built command, run as a user runs it.
enum Command {
  struct Result {
    let status: Int32
    let output: Data
    let errors: String

    var text: String { String(decoding: output, as: UTF8.self) }

    func json() throws -> [String: Any] {
      try JSONSerialization.jsonObject(with: output) as? [String: Any] ?? [:]
    }
  }

  /// The products lie in one folder, the tests' own executable among them.
  private static func executable(_ name: String = "sparsedit") -> URL {
    URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
      .appending(path: name)
  }

  static func run(
    _ arguments: [String], environment: [String: String] = [:], interruptAfter delay: Double? = nil,
    killAfter fatalDelay: Double? = nil, watching: ((_ process: Int32) -> Void)? = nil,
    signal: (number: Int32, after: Double, once: () -> Bool)? = nil, program: String = "sparsedit",
    standardOutput: String? = nil
  ) throws -> Result {
    let process = Process()
    process.executableURL = executable(program)
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    process.standardInput = FileHandle.nullDevice
    let scratch = try Scratch()
    let (output, errors) = (scratch.path("out"), scratch.path("err"))
    for path in [output, errors] { try Data().write(to: URL(fileURLWithPath: path)) }
    process.standardOutput = FileHandle(forWritingAtPath: standardOutput ?? output)
    process.standardError = FileHandle(forWritingAtPath: errors)
    try process.run()
    if let delay {
      Thread.sleep(forTimeInterval: delay)
      process.interrupt()
    }
    if let fatalDelay {
      Thread.sleep(forTimeInterval: fatalDelay)
      kill(process.processIdentifier, SIGKILL)
    }
    if let signal {
      while process.isRunning, !signal.once() { Thread.sleep(forTimeInterval: 0.005) }
      let end = Date(timeIntervalSinceNow: signal.after)
      while process.isRunning, Date() < end { Thread.sleep(forTimeInterval: 0.005) }
      if process.isRunning { kill(process.processIdentifier, signal.number) }
    }
    if let watching {
      while process.isRunning { watching(process.processIdentifier) }
    }
    process.waitUntilExit()
    return Result(
      status: process.terminationStatus, output: try Data(contentsOf: URL(fileURLWithPath: output)),
      errors: try String(contentsOfFile: errors, encoding: .utf8))
  }

  /// What the command shows on a terminal.
  static func onTerminal(_ arguments: [String]) throws -> String {
    var (near, far): (Int32, Int32) = (0, 0)
    guard openpty(&near, &far, nil, nil, nil) == 0 else { throw POSIXError(.ENOTTY) }
    let process = Process()
    process.executableURL = executable()
    process.arguments = arguments
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle(fileDescriptor: far, closeOnDealloc: false)
    try process.run()
    close(far)
    // Reading a terminal that nobody writes to any more is an error on Linux, and the end; a FileHandle would drop
    // what it had read until then.
    var (shown, buffer) = ([UInt8](), [UInt8](repeating: 0, count: 4096))
    while true {
      let count = read(near, &buffer, buffer.count)
      guard count > 0 else { break }
      shown += buffer[..<count]
    }
    close(near)
    process.waitUntilExit()
    return String(decoding: shown, as: UTF8.self)
  }

  /// With the tiny model, which draws noise in milliseconds.
  static func tiny(_ arguments: String..., environment: [String: String] = [:]) throws -> Result {
    try run(arguments + ["--model", TinyModel.directory], environment: environment)
  }
}

/// A folder of one test; all go away when the tests end.
struct Scratch {
  private static let root: URL = {
    atexit { try? FileManager.default.removeItem(at: Scratch.root) }
    return FileManager.default.temporaryDirectory.appending(path: "sparsedit-tests-\(UUID().uuidString)")
  }()

  let url: URL

  init() throws {
    url = Self.root.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  func path(_ name: String) -> String { url.appending(path: name).path }

  func bytes(_ name: String) throws -> Data { try Data(contentsOf: url.appending(path: name)) }

  /// Names of what lies in the folder.
  var names: [String] {
    get throws { try FileManager.default.contentsOfDirectory(atPath: url.path).sorted() }
  }
}

/// Files of the repository.
enum Repository {
  private static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  static func path(_ name: String) -> String { root.appending(path: name).path }

  static func fixture(_ name: String) -> String { path("Tests/ImageCodecsTests/Fixtures/\(name)") }
}
