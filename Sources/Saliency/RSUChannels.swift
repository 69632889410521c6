import Checkpoints

/// The widths of an `RSU`, which no configuration states: the weights do.
struct RSUChannels: Sendable, Equatable {
  let inputs: Int
  let middle: Int
  let outputs: Int

  /// Sizes beyond this are no network's.
  private static let largest = 1 << 14

  init(inputs: Int, middle: Int, outputs: Int) {
    (self.inputs, self.middle, self.outputs) = (inputs, middle, outputs)
  }

  /// What the weights of `stage` say, or nil where they are not there or are no RSU's.
  init?(_ checkpoint: Checkpoint, stage: String) {
    guard let start = checkpoint.shape(of: "\(stage).rebnconvin.conv_s1.weight"), start.count == 4,
      let first = checkpoint.shape(of: "\(stage).rebnconv1.conv_s1.weight"), first.count == 4,
      [start[0], start[1], first[0]].allSatisfy((1...Self.largest).contains)
    else { return nil }
    self.init(inputs: start[1], middle: first[0], outputs: start[0])
  }
}
