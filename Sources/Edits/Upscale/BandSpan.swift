/// Rows of a band: what it is to give, what it keeps for fading into its neighbours, and what is read for that.
struct BandSpan {
  let core: Range<Int>
  let kept: Range<Int>
  let read: Range<Int>
  /// Rows at its end that the next band keeps too.
  let shared: Int

  init(row: Int, band: Int, height: Int, margin: Int, fade: Int) {
    core = row..<min(height, row + band)
    kept = max(0, core.lowerBound - fade)..<min(height, core.upperBound + fade)
    read = max(0, core.lowerBound - margin)..<min(height, core.upperBound + margin)
    shared = core.upperBound == height ? 0 : kept.upperBound - core.upperBound + fade
  }

  var keptInRead: Range<Int> {
    kept.lowerBound - read.lowerBound..<kept.upperBound - read.lowerBound
  }
}
