import Foundation
package import LatentEditing
package import Tensors
import Models

/// The latents of a large canvas in a file: its state while the work runs, and what an interrupted run goes on from.
///
/// Layout: a page with a magic number, the job as JSON, two pages that take turns in holding the progress, and then
/// planes of float32 rows, each row channel by channel. What was recorded survives the process and, because it is
/// written after the planes are on the disk, the machine too.
package final class LatentFile: LatentStore {
  package let path: String
  package let canvas: Canvas
  /// What was recorded when the file was opened.
  package private(set) var progress = StreamProgress()

  private let file: FileDescriptor
  private let records: Int
  private var sequence: UInt64 = 0
  private var lastRecord = ContinuousClock.now
  private var isRecorded = true
  /// Time between records within a step: each waits for the disk.
  private let interval: Duration

  private static let page = 4096
  private static let magic = [UInt8]("sparsedit state 1\n".utf8)
  /// A prompt may be long; nothing else is.
  private static let longestJob = 4 << 20

  private init(
    _ file: FileDescriptor, path: String, canvas: Canvas, jobBytes: Int, interval: Duration
  ) {
    self.file = file
    self.path = path
    self.canvas = canvas
    self.interval = interval
    records = (Self.magic.count + 8 + jobBytes + Self.page - 1) / Self.page * Self.page
  }

  /// Begins a new state, in place of any that is there.
  ///
  /// - Parameters:
  ///   - job: all that the result depends on, by name.
  ///   - planes: how many planes will be written; room for them is set aside.
  package static func create(
    _ path: String, canvas: Canvas, job: [String: String], planes: Int, interval: Duration = .seconds(1)
  ) throws -> LatentFile {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let json = [UInt8](try encoder.encode(job))
    guard json.count <= longestJob else {
      throw PipelineError(.usage, "the prompts are too long for a run that keeps its state.")
    }
    try checkUnused(path)
    let temporary = path + ".new"
    guard let file = try FileDescriptor(path: temporary, creates: true), file.lock() else {
      throw inUse(path)
    }
    let result = LatentFile(file, path: path, canvas: canvas, jobBytes: json.count, interval: interval)
    do {
      try file.reserve(result.offset(LatentPlane.source, row: 0) + planes * result.planeBytes)
      try file.write(magic + bytes(of: [UInt64(json.count)]) + json, at: 0)
      try result.writeRecord()
    } catch {
      remove(temporary)
      throw error
    }
    guard unsafe rename(temporary, path) == 0 else { throw PipelineError(creating: path, errno: errno) }
    return result
  }

  /// Opens the state of an interrupted run; nil where there is none.
  ///
  /// - Throws: `PipelineError` where the file is no state, is another job's, or is in use.
  package static func open(
    _ path: String, canvas: Canvas, job: [String: String], interval: Duration = .seconds(1)
  ) throws -> LatentFile? {
    guard let file = try FileDescriptor(path: path, creates: false) else { return nil }
    guard file.lock() else { throw inUse(path) }
    func damaged(_ what: String) -> PipelineError {
      PipelineError(
        .badData, "\(path): expected the state of an interrupted run, found \(what); delete it to start anew."
      )
    }
    guard let head = try? file.bytes(magic.count + 8, at: 0), head.starts(with: magic) else {
      throw damaged("another kind of file")
    }
    let length = head.suffix(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard length <= longestJob, let json = try? file.bytes(Int(length), at: magic.count + 8),
      let found = try? JSONDecoder().decode([String: String].self, from: Data(json))
    else { throw damaged("a damaged one") }
    let differences = Set(found.keys).union(job.keys).filter { found[$0] != job[$0] }.sorted()
    guard differences.isEmpty else {
      let list = differences.map { name in
        "\(name) (\(found[name]?.shortened ?? "none") there, \(job[name]?.shortened ?? "none") here)"
      }
      throw PipelineError(
        .badData,
        "\(path): the interrupted run was another one; it differs in \(list.joined(separator: ", ")). "
          + "Give the same settings, or leave --resume out to start anew.")
    }
    let result = LatentFile(file, path: path, canvas: canvas, jobBytes: json.count, interval: interval)
    guard try result.readRecord() else { throw damaged("one without a record of its progress") }
    return result
  }

  /// Whether a state lies at `path`, whoever's it is.
  package static func exists(_ path: String) -> Bool { unsafe access(path, F_OK) == 0 }

  /// Deletes the state: its work is done, or is not worth going on with.
  package func remove() { Self.remove(path) }

  private static func remove(_ path: String) { _ = unsafe unlink(path) }

  private static func checkUnused(_ path: String) throws {
    guard let file = try FileDescriptor(path: path, creates: false) else { return }
    guard file.lock() else { throw inUse(path) }
  }

  private static func inUse(_ path: String) -> PipelineError {
    PipelineError(.cannotCreate, "\(path): another process is at work on it; name another output.")
  }

  // MARK: Planes

  private var rowBytes: Int { canvas.channels * canvas.width * 4 }
  private var planeBytes: Int { rowBytes * canvas.height }

  private func offset(_ plane: LatentPlane, row: Int) -> Int {
    records + 2 * Self.page + plane.index * planeBytes + row * rowBytes
  }

  package func read(_ plane: LatentPlane, rows: Range<Int>) throws -> Tensor {
    var stored = Tensor(uninitialized: [rows.count, canvas.channels, canvas.width])
    let place = offset(plane, row: rows.lowerBound)
    try unsafe stored.withUnsafeMutableBuffer { buffer in
      try unsafe file.read(into: UnsafeMutableRawBufferPointer(buffer), at: place)
    }
    return stored.rowsFirst
  }

  package func write(_ latents: Tensor, to plane: LatentPlane, at row: Int) throws {
    try unsafe latents.rowsFirst.withUnsafeBuffer { buffer in
      try unsafe file.write(UnsafeRawBufferPointer(buffer), at: offset(plane, row: row))
    }
  }

  // MARK: Progress

  package func record(_ progress: StreamProgress) throws {
    // The next step writes where the step before the last one did: from then on only this record is good.
    let isStep = progress.steps != self.progress.steps
    self.progress = progress
    isRecorded = false
    if isStep || ContinuousClock.now - lastRecord >= interval { try flush() }
  }

  /// Records what has been done by now.
  package func flush() throws {
    guard !isRecorded else { return }
    try file.synchronize()
    try writeRecord()
    lastRecord = .now
  }

  private func writeRecord() throws {
    sequence += 1
    let fields = [sequence] + progress.fields.map { UInt64(bitPattern: Int64($0)) }
    try file.write(
      Self.bytes(of: fields + [Self.checksum(fields)]), at: records + Int(sequence % 2) * Self.page)
    isRecorded = true
  }

  /// Takes the newer of the two records; false where neither is whole.
  private func readRecord() throws -> Bool {
    let count = progress.fields.count + 2
    for slot in 0..<2 {
      guard let bytes = try? file.bytes(count * 8, at: records + slot * Self.page) else { continue }
      let fields = (0..<count).map { field in
        bytes[field * 8..<field * 8 + 8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      }
      guard fields[count - 1] == Self.checksum(Array(fields.dropLast())), fields[0] > sequence,
        let progress = StreamProgress(fields: fields[1..<count - 1].map { Int(truncatingIfNeeded: $0) })
      else { continue }
      sequence = fields[0]
      self.progress = progress
    }
    return sequence > 0
  }

  private static func bytes(of fields: [UInt64]) -> [UInt8] {
    fields.flatMap { field in (0..<8).map { UInt8(truncatingIfNeeded: field >> (8 * $0)) } }
  }

  private static func checksum(_ fields: [UInt64]) -> UInt64 {
    var hash = StableHash()
    hash.add(bytes(of: fields))
    return hash.value
  }
}

extension StreamProgress {
  fileprivate var fields: [Int] {
    [
      sourceRows, steps, windowRows, history, cost.forwards, cost.scoreBlocks, cost.skippedScoreBlocks,
      cost.tokens, cost.computedTokens,
    ]
  }

  fileprivate init?(fields: [Int]) {
    guard fields.count == 9, fields.allSatisfy({ $0 >= 0 }) else { return nil }
    self.init()
    (sourceRows, steps, windowRows, history) = (fields[0], fields[1], fields[2], fields[3])
    cost = DenoiserCost(
      forwards: fields[4], scoreBlocks: fields[5], skippedScoreBlocks: fields[6], tokens: fields[7],
      computedTokens: fields[8])
  }
}

extension String {
  /// Enough of a setting to know it by.
  fileprivate var shortened: String { count > 40 ? "\"\(prefix(37))...\"" : "\"\(self)\"" }
}
