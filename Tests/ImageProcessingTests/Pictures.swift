import Images

/// A picture by formula.
func picture(_ width: Int, _ height: Int, channels: Int = 3, _ value: (Int, Int, Int) -> Float) -> FloatImage
{
  var image = FloatImage(width: width, height: height, channels: channels)
  for y in 0..<height {
    for x in 0..<width {
      for channel in 0..<channels { image[x, y, channel] = value(x, y, channel) }
    }
  }
  return image
}

/// A mask by formula.
func mask(_ width: Int, _ height: Int, _ value: (Int, Int) -> Float) -> Mask {
  var mask = Mask(width: width, height: height)
  for y in 0..<height { for x in 0..<width { mask[x, y] = value(x, y) } }
  return mask
}

/// A disc of ones.
func disc(_ width: Int, _ height: Int, x centerX: Int, y centerY: Int, radius: Int) -> Mask {
  mask(width, height) { x, y in
    (x - centerX) * (x - centerX) + (y - centerY) * (y - centerY) <= radius * radius ? 1 : 0
  }
}

/// Fixed numbers without a pattern, 0 to below 1 (a linear congruential generator's high bits).
struct Scramble {
  var state: UInt64
  mutating func next() -> Float {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Float(state >> 40) / Float(1 << 24)
  }
}
