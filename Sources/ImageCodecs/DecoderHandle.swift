import CImageCodecs
import Images

/// Owns a C source and its reader.
@safe final class DecoderHandle {
  private let source: OpaquePointer
  private let reader: OpaquePointer
  let info: ic_info

  /// Opens what `source` points to; takes it over.
  private init(source: OpaquePointer, path: String, limits: ImageLimits) throws {
    var failed = ic_error()
    var head = [UInt8](repeating: 0, count: 512)
    let count = unsafe ic_source_read_at(source, 0, &head, head.count)
    do {
      guard count >= 0 else {
        throw ImageCodecError(.ioFailure, path: path, found: "reading failed")
      }
      let format = try FileFormat.recognized(Array(head.prefix(Int(count))), path: path)
      let number = format == .png ? IC_PNG : format == .jpeg ? IC_JPEG : IC_TIFF
      guard
        let reader = unsafe ic_reader_open(
          source, Int32(number), UInt64(limits.maximumPixels), UInt64(limits.maximumBytes), &failed)
      else { throw CodecCall(path: path, subject: format.name).failure(failed) }
      unsafe self.source = source
      unsafe self.reader = reader
      var info = ic_info()
      unsafe ic_reader_info(reader, &info)
      self.info = info
    } catch {
      unsafe ic_source_close(source)
      throw error
    }
  }

  convenience init(path: String, limits: ImageLimits) throws {
    var failed = ic_error()
    guard let source = unsafe ic_source_open(path, UInt64(limits.maximumBytes), &failed) else {
      throw CodecCall(path: path, subject: "").failure(failed)
    }
    try unsafe self.init(source: source, path: path, limits: limits)
  }

  convenience init(bytes: [UInt8], path: String, limits: ImageLimits) throws {
    var failed = ic_error()
    guard let source = unsafe ic_source_memory(bytes, bytes.count, &failed) else {
      throw CodecCall(path: path, subject: "").failure(failed)
    }
    try unsafe self.init(source: source, path: path, limits: limits)
  }

  deinit {
    unsafe ic_reader_close(reader)
    unsafe ic_source_close(source)
  }

  /// The next `count` rows of `rowBytes` bytes.
  func rows(_ count: Int, rowBytes: Int, call: CodecCall) throws -> [UInt8] {
    var failed = ic_error()
    let size = count * rowBytes
    let result = unsafe [UInt8](unsafeUninitializedCapacity: size) { buffer, filled in
      if unsafe ic_reader_rows(reader, buffer.baseAddress, UInt32(count), &failed) == Int32(IC_OK) {
        filled = size
      }
    }
    guard result.count == size else { throw call.failure(failed) }
    return result
  }

  func finish(call: CodecCall) throws {
    var failed = ic_error()
    guard unsafe ic_reader_finish(reader, &failed) == Int32(IC_OK) else { throw call.failure(failed) }
  }

  func block(_ kind: Int) -> [UInt8]? {
    var length = 0
    guard let bytes = unsafe ic_reader_block(reader, Int32(kind), &length), length > 0 else { return nil }
    return unsafe [UInt8](UnsafeBufferPointer(start: bytes, count: length))
  }

  var texts: [ImageMetadata.Text] {
    unsafe (0..<ic_reader_text_count(reader)).map { index in
      ImageMetadata.Text(
        keyword: unsafe String(cString: ic_reader_text_keyword(reader, index)),
        value: unsafe String(cString: ic_reader_text_value(reader, index, nil)))
    }
  }

  var notices: [String] {
    unsafe (0..<ic_reader_notice_count(reader)).map { unsafe String(cString: ic_reader_notice(reader, $0)) }
  }

  var quantisation: [[UInt16]] {
    (0..<info.jpeg_tables).map { table in
      (0..<64).map { (step: Int32) in unsafe ic_reader_quantisation(reader, table, step) }
    }
  }

  /// Bytes of the file itself, as many as there are.
  func read(at offset: UInt64, count: Int) -> [UInt8] {
    unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      filled = unsafe max(0, Int(ic_source_read_at(source, offset, buffer.baseAddress, count)))
    }
  }
}
