/// A part of the text on its way to the model.
struct TextPiece: Sendable {
  var text: [Unicode.Scalar]
  /// Whether the part begins where the whole text does.
  var isFirst: Bool
}
