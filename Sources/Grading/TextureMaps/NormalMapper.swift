/// Which way green points in a normal map.
package enum NormalConvention: String, Sendable, CaseIterable {
  /// Green is up, as in OpenGL, Vulkan renderers, Blender and glTF.
  case openGL = "opengl"
  /// Green is down, as in DirectX renderers and Unreal.
  case directX = "directx"
}

/// Turns height into surface normals.
struct NormalMapper {
  /// How many pixels the range 0...1 of height stands for.
  let depth: Float
  let convention: NormalConvention

  /// Normals as colours: red right, green by convention, blue towards the viewer, each -1...1 stored as 0...1.
  ///
  /// Slopes by Sobel's operator.
  func normals(of height: TexturePlane) -> [Float] {
    let (left, right) = (height.columns(offset: -1), height.columns(offset: 1))
    let (above, below) = (height.rows(offset: -1), height.rows(offset: 1))
    let width = height.width
    // Rows run downwards: the slope towards the viewer's up is minus the slope along rows.
    let sign: Float = convention == .openGL ? 1 : -1
    return unsafe [Float](unsafeUninitializedCapacity: 3 * height.values.count) { target, filled in
      unsafe height.values.withUnsafeBufferPointer { source in
        for y in 0..<height.height {
          let (up, row, down) = (above[y] * width, y * width, below[y] * width)
          for x in 0..<width {
            let (west, east) = (left[x], right[x])
            let (upLeft, upRight) = unsafe (source[up + west], source[up + east])
            let (downLeft, downRight) = unsafe (source[down + west], source[down + east])
            let alongX =
              unsafe ((upRight - upLeft) + (downRight - downLeft) + 2
              * (source[row + east] - source[row + west])) / 8
            let alongY =
              unsafe ((downLeft - upLeft) + (downRight - upRight) + 2 * (source[down + x] - source[up + x]))
              / 8
            let normal = SIMD3(-alongX * depth, sign * alongY * depth, 1)
            let unit = normal / (normal * normal).sum().squareRoot()
            let color = unit * 0.5 + 0.5
            let place = 3 * (row + x)
            unsafe target[place] = color.x
            unsafe target[place + 1] = color.y
            unsafe target[place + 2] = color.z
          }
        }
      }
      filled = 3 * height.values.count
    }
  }
}
