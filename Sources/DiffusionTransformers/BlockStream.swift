import Checkpoints
import Dispatch
import Tensors

/// Brings the blocks of a network whose weights stay in a mapped file into memory, one ahead of the arithmetic.
///
/// A file that does not fit the memory is read from its beginning to its end at every forward. Left to itself the
/// system then drops what was read longest ago, which is what is needed next, and reads all of the file each time. So
/// the first blocks are kept and the others are dropped as soon as they are used.
struct BlockStream: Sendable {
  private let blocks: [MappedWeights]
  /// Blocks that stay in the system's memory from forward to forward.
  private let kept: Int
  private let queue = DispatchQueue(label: "sparsedit.prefetch", qos: .userInitiated)

  /// - Parameter memory: bytes of the file that the system can hold.
  init(_ blocks: [MappedWeights], memory: Int) {
    self.blocks = blocks
    var sum = 0
    kept =
      blocks.firstIndex { block in
        sum += block.byteCount
        return sum > memory
      } ?? blocks.count
  }

  /// Asks for the block after `block`.
  func begin(_ block: Int) {
    let next = block + 1 < blocks.count ? block + 1 : 0
    // After the last block the first one is kept anyhow.
    guard next > 0 else { return }
    queue.async { [weights = blocks[next]] in weights.prefetch() }
  }

  /// Lets go of `block`.
  func end(_ block: Int) {
    if block < kept { blocks[block].release() } else { blocks[block].discard() }
  }
}
