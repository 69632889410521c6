/// The elements that one or several tensors are views of.
struct PickledStorage: Hashable {
  let key: String
  /// The element type's name in a safetensors file.
  let dtype: String
  let count: Int

  /// Bytes an element takes.
  var elementSize: Int { SafetensorsHeader.elementSizes[dtype] ?? 1 }
}
