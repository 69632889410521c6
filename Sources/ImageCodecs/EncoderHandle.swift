import CImageCodecs

/// Owns a C sink and its writer; what was not committed is deleted with it.
@safe final class EncoderHandle {
  private let sink: OpaquePointer
  private let writer: OpaquePointer
  private let call: CodecCall

  /// Nil `path` writes to memory.
  init(path: String?, isDurable: Bool, encoding: ic_encoding, call: CodecCall) throws {
    self.call = call
    var failed = ic_error()
    var encoding = encoding
    let opened =
      if let path { unsafe ic_sink_create(path, isDurable ? 1 : 0, &failed) } else {
        unsafe ic_sink_memory(&failed)
      }
    guard let sink = unsafe opened else { throw call.failure(failed, writing: true) }
    guard let writer = unsafe ic_writer_create(sink, &encoding, &failed) else {
      unsafe ic_sink_close(sink)
      throw call.failure(failed, writing: true)
    }
    unsafe self.sink = sink
    unsafe self.writer = writer
  }

  deinit {
    unsafe ic_writer_close(writer)
    unsafe ic_sink_close(sink)
  }

  func setBlock(_ kind: Int, _ bytes: [UInt8]) throws {
    try check { unsafe ic_writer_set_block(writer, Int32(kind), bytes, bytes.count, &$0) }
  }

  func addText(keyword: String, value: String) throws {
    try check { unsafe ic_writer_add_text(writer, 0, keyword, value, &$0) }
  }

  /// A text field of a TIFF's main directory, in whatever encoding it came.
  func addField(tag: Int, text: [UInt8]) throws {
    let characters = text.prefix { $0 != 0 }.map { CChar(bitPattern: $0) } + [0]
    try check { unsafe ic_writer_add_text(writer, UInt32(tag), "", characters, &$0) }
  }

  func setQuantisation(_ table: Int, _ steps: [UInt16]) throws {
    guard steps.count == 64 else { return }
    try check { unsafe ic_writer_set_quantisation(writer, Int32(table), steps, &$0) }
  }

  func begin() throws { try check { unsafe ic_writer_begin(writer, &$0) } }

  /// Known after `begin`.
  var isProfileRefused: Bool { unsafe ic_writer_profile_refused(writer) != 0 }

  func write(_ rows: [UInt8], count: Int) throws {
    try check { unsafe ic_writer_rows(writer, rows, UInt32(count), &$0) }
  }

  /// Writes the whole file from an original's blocks and an edited picture, and gives it its name.
  func patchJPEG(original: String, pixels: [UInt8], touched: [UInt8], limits: ImageLimits) throws {
    var failed = ic_error()
    let most = UInt64(limits.maximumBytes)
    guard let source = unsafe ic_source_open(original, most, &failed) else {
      throw CodecCall(path: original, subject: call.subject).failure(failed)
    }
    defer { unsafe ic_source_close(source) }
    guard unsafe ic_writer_patch_jpeg(writer, source, pixels, touched, most, &failed) == Int32(IC_OK) else {
      // Only writing is the output's; what is wrong with the blocks is wrong with the original.
      throw Int(failed.status) == IC_IO
        ? call.failure(failed, writing: true)
        : CodecCall(path: original, subject: call.subject).failure(failed)
    }
    try check { unsafe ic_sink_commit(sink, &$0) }
  }

  /// Ends the picture and gives the file its name.
  func finish() throws {
    try check { unsafe ic_writer_finish(writer, &$0) }
    try check { unsafe ic_sink_commit(sink, &$0) }
  }

  /// What a sink in memory holds.
  var bytes: [UInt8] {
    var length = 0
    guard let bytes = unsafe ic_sink_bytes(sink, &length) else { return [] }
    return unsafe [UInt8](UnsafeBufferPointer(start: bytes, count: length))
  }

  private func check(_ operation: (inout ic_error) -> Int32) throws {
    var failed = ic_error()
    guard operation(&failed) == Int32(IC_OK) else { throw call.failure(failed, writing: true) }
  }
}
