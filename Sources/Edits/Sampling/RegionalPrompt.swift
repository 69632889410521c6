package import Images

/// A prompt of its own for a part of an edit.
package struct RegionalPrompt: Sendable {
  package var prompt: String
  /// How much each place of the picture is this prompt's, 0...1, in any size: laid over the canvas whole.
  package var share: Mask

  package init(prompt: String, share: Mask) {
    self.prompt = prompt
    self.share = share
  }
}
