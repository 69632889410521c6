/// Which file of a sharded checkpoint holds each tensor: the `weight_map` of `*.safetensors.index.json`.
struct ShardIndex {
  /// Tensor name to the file's name, which is beside the index.
  let files: [String: String]

  /// Throws `CheckpointError` when the file is no index or names a file outside its own directory.
  init(path: String) throws {
    let file = try MappedFile(path: path)
    guard unsafe file.bytes.count <= SafetensorsHeader.maximumLength else {
      throw CheckpointError.damaged(
        path, "expected an index of at most \(SafetensorsHeader.maximumLength) bytes")
    }
    var cursor = unsafe JSONCursor(Array(file.bytes))
    var map: [String: String]?
    do {
      try cursor.object { cursor, key in
        guard key == "weight_map" else { return try cursor.skipValue() }
        var entries: [String: String] = [:]
        try cursor.object { cursor, name in
          guard entries.updateValue(try cursor.string(), forKey: name) == nil else {
            throw cursor.failure("expected each tensor once, found \"\(name)\" twice")
          }
        }
        map = entries
      }
      try cursor.expectEnd()
    } catch let failure as JSONCursor.Failure {
      throw CheckpointError.damaged(
        path, "expected a shard index: \(failure.problem) at byte \(failure.offset)")
    }
    guard let map else { throw CheckpointError.damaged(path, "expected a \"weight_map\", found none") }
    for (name, file) in map where file.isEmpty || file.contains("/") || file.contains("\0") || file == ".." {
      throw CheckpointError.damaged(
        path, "expected the file of \"\(name)\" beside the index, found \"\(file)\"")
    }
    files = map
  }
}
