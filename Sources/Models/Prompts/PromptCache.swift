import Checkpoints
import DiffusionTransformers
import Foundation
import LatentEditing
import Tensors

/// Encoded prompts on disk, since the encoders take more memory and time than anything but the steps.
///
/// An entry is a safetensors file named by a hash of its key, which it holds in full. An entry that is damaged, or of
/// another key, is removed and made again; when the folder grows too large the entries unused for longest go.
struct PromptCache: Sendable {
  typealias Entry = ConditionedPrompt<HiDreamConditioning>

  let folder: String
  /// Bytes that all entries together may take.
  let limit: Int

  /// Raised when entries change their meaning.
  private static let version = "1"

  /// `$XDG_CACHE_HOME/sparsedit/prompts`, or the same below `~/.cache`; nil where there is neither, or where
  /// `SPARSEDIT_PROMPT_CACHE_MB` is 0. That variable also sets the limit, which is 2 GiB otherwise.
  static func standard(_ environment: [String: String] = ProcessInfo.processInfo.environment) -> PromptCache?
  {
    let megabytes = environment["SPARSEDIT_PROMPT_CACHE_MB"].flatMap(Int.init) ?? 2048
    guard (1...1 << 30).contains(megabytes) else { return nil }
    let base: String
    if let cache = environment["XDG_CACHE_HOME"], cache.hasPrefix("/") {
      base = cache
    } else if let home = environment["HOME"], home.hasPrefix("/") {
      base = "\(home)/.cache"
    } else {
      return nil
    }
    return PromptCache(folder: "\(base)/sparsedit/prompts", limit: megabytes << 20)
  }

  /// What is kept under `key`, or nil.
  func entry(for key: String) -> Entry? {
    let path = path(of: key)
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    guard let entry = try? read(path, key) else {
      try? FileManager.default.removeItem(atPath: path)
      return nil
    }
    try? FileManager.default.setAttributes([.modificationDate: Date()], ofItemAtPath: path)
    return entry
  }

  /// Keeps `entry`. A cache that cannot be written costs time at the next run and nothing else.
  func store(_ entry: Entry, for key: String) {
    let states = entry.conditioning
    let bytes = (states.t5.count + states.llama.count + states.pooled.count) * MemoryLayout<Float>.stride
    guard bytes < limit else { return }
    do {
      // A prompt is nobody else's business.
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
      try write(entry, key)
      try trim()
    } catch {}
  }

  private func path(of key: String) -> String {
    var hash = StableHash()
    hash.add(key.utf8)
    return "\(folder)/\(hash.text).safetensors"
  }

  private func write(_ entry: Entry, _ key: String) throws {
    let states = entry.conditioning
    var records = Self.tensors(of: states).map { SafetensorsWriter.Record($0, $1) }
    for (name, ids) in entry.ids.sorted(by: { $0.key < $1.key }) {
      records.append(.init(name, shape: [ids.count], .integers(ids.map { Int32(clamping: $0) })))
    }
    let notes = String(decoding: try JSONEncoder().encode(entry.notes), as: UTF8.self)
    try SafetensorsWriter.save(
      records,
      metadata: [
        "version": Self.version, "key": key, "notes": notes, "sum": Self.sum(states, entry.ids, notes),
      ], to: path(of: key))
  }

  private func read(_ path: String, _ key: String) throws -> Entry? {
    let file = try SafetensorsFile(path: path)
    // By bytes: Swift takes differently composed letters for the same.
    guard file.metadata["version"] == Self.version, let notes = file.metadata["notes"],
      let found = file.metadata["key"], found.utf8.elementsEqual(key.utf8),
      let t5 = try file.tensor("t5"), let llama = try file.tensor("llama"),
      let pooled = try file.tensor("pooled")
    else { return nil }
    var ids: [String: [Int]] = [:]
    for name in file.names where name.hasPrefix("ids.") {
      ids[name] = try file.tensor(name)?.values.map { Int($0) }
    }
    let states = HiDreamConditioning(t5: t5, llama: llama, pooled: pooled)
    guard file.metadata["sum"] == Self.sum(states, ids, notes) else { return nil }
    return Entry(
      conditioning: states, ids: ids, notes: try JSONDecoder().decode([String].self, from: Data(notes.utf8)))
  }

  private static func tensors(of states: HiDreamConditioning) -> [(String, Tensor)] {
    [("llama", states.llama), ("pooled", states.pooled), ("t5", states.t5)]
  }

  private static func sum(_ states: HiDreamConditioning, _ ids: [String: [Int]], _ notes: String) -> String {
    var hash = StableHash()
    for (name, tensor) in tensors(of: states) {
      hash.add(name.utf8)
      for extent in tensor.shape { hash.add(UInt64(extent)) }
      for value in tensor.values { hash.add(UInt64(value.bitPattern)) }
    }
    for (name, ids) in ids.sorted(by: { $0.key < $1.key }) {
      hash.add(name.utf8)
      for id in ids { hash.add(UInt64(bitPattern: Int64(id))) }
    }
    hash.add(notes.utf8)
    return hash.text
  }

  /// Removes the entries unused for longest until the rest fits, and what an interrupted run left half-written.
  private func trim() throws {
    let manager = FileManager.default
    var files = try manager.contentsOfDirectory(atPath: folder).compactMap { name -> (String, Int, Date)? in
      let path = "\(folder)/\(name)"
      guard let attributes = try? manager.attributesOfItem(atPath: path),
        let size = attributes[.size] as? Int, let used = attributes[.modificationDate] as? Date
      else { return nil }
      return (path, size, used)
    }
    files.sort { ($0.2, $0.0) < ($1.2, $1.0) }
    var total = files.reduce(0) { $0 + $1.1 }
    for (path, size, used) in files {
      let isStale = path.hasSuffix(".part") && used < Date(timeIntervalSinceNow: -86_400)
      guard total > limit || isStale else { continue }
      try manager.removeItem(atPath: path)
      total -= size
    }
  }
}
