/// What a SentencePiece `.model` file holds of use here.
///
/// Source: sentencepiece_model.proto.
struct SentencePieceFile {
  private(set) var pieces: [UnigramModel.Piece] = []
  /// 1 is Unigram.
  private(set) var modelType: UInt64 = 1
  private(set) var unknownID = 0
  private(set) var endID: Int?
  private(set) var padID: Int?
  private(set) var charsmap: ArraySlice<UInt8> = []

  init(_ bytes: [UInt8]) throws(TokenizerError) {
    var reader = ProtobufReader(bytes[...])
    while let (field, value) = try reader.next() {
      guard case .bytes(let part) = value else { continue }
      switch field {
      case 1: try readPiece(part)
      case 2: try readTrainer(part)
      case 3: try readNormalizer(part)
      default: break
      }
    }
    guard !pieces.isEmpty else {
      throw TokenizerError(place: "", expected: "a SentencePiece model with pieces", found: "none")
    }
  }

  private mutating func readPiece(_ bytes: ArraySlice<UInt8>) throws(TokenizerError) {
    var piece = UnigramModel.Piece(text: [], score: 0)
    var reader = ProtobufReader(bytes)
    while let (field, value) = try reader.next() {
      switch (field, value) {
      case (1, .bytes(let text)): piece.text = Array(text)
      case (2, .fixed32(let bits)): piece.score = Double(Float(bitPattern: bits))
      default: break
      }
    }
    guard piece.score.isFinite else {
      throw TokenizerError(
        place: "piece \(pieces.count)", expected: "a finite score", found: "\(piece.score)")
    }
    pieces.append(piece)
  }

  private mutating func readTrainer(_ bytes: ArraySlice<UInt8>) throws(TokenizerError) {
    var reader = ProtobufReader(bytes)
    while let (field, value) = try reader.next() {
      guard case .integer(let number) = value else { continue }
      // Negative ids, of 64 bits, stand for tokens that there are not.
      let id = Int32(exactly: number).map { Int($0) }
      switch field {
      case 3: modelType = number
      case 40: unknownID = id ?? 0
      case 42: endID = id
      case 43: padID = id
      default: break
      }
    }
  }

  private mutating func readNormalizer(_ bytes: ArraySlice<UInt8>) throws(TokenizerError) {
    var reader = ProtobufReader(bytes)
    while let (field, value) = try reader.next() {
      if field == 2, case .bytes(let map) = value { charsmap = map }
    }
  }
}
