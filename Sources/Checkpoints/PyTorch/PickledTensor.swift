/// A view of a storage; offset and strides count elements.
struct PickledTensor {
  let storage: PickledStorage
  let offset: Int
  let shape: [Int]
  let strides: [Int]

  /// Nil unless every element lies in the storage and there are no more of them than the storage has.
  init?(storage: PickledStorage, offset: Int, shape: [Int], strides: [Int]) {
    guard shape.count == strides.count, shape.count <= 8, offset >= 0, offset <= storage.count,
      shape.allSatisfy({ $0 >= 0 }), strides.allSatisfy({ $0 >= 0 })
    else { return nil }
    var count = 1
    var last = offset
    for (extent, stride) in zip(shape, strides) {
      let (product, tooMany) = count.multipliedReportingOverflow(by: extent)
      let (reach, tooFar) = max(0, extent - 1).multipliedReportingOverflow(by: stride)
      let (end, beyond) = last.addingReportingOverflow(reach)
      if tooMany || tooFar || beyond { return nil }
      (count, last) = (product, end)
    }
    guard count == 0 || (count <= storage.count && last < storage.count) else { return nil }
    self.storage = storage
    self.offset = offset
    self.shape = shape
    self.strides = strides
  }

  var count: Int { shape.reduce(1, *) }

  /// Whether the elements follow each other in the storage.
  var isContiguous: Bool {
    if count == 0 { return true }
    var expected = 1
    for (extent, stride) in zip(shape, strides).reversed() {
      if extent != 1 && stride != expected { return false }
      expected *= extent
    }
    return true
  }
}
