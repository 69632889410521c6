import ArgumentParser
import SparseditKit

/// A flag's value that is one of the library's words.
func text<Value: TextCoded>(_ text: String, as type: Value.Type) throws -> Value {
  if let value = Value(text) { return value }
  throw ValidationError("expected \(Value.expected), found '\(text)'.")
}
