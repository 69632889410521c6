package import Images

/// What a person marked for a segmentation: sure foreground, sure background, or nothing.
package struct Scribbles: Sendable, Equatable {
  /// One pixel's mark.
  package enum Mark: UInt8, Sendable {
    case none
    case background
    case foreground
  }

  package let width: Int
  package let height: Int
  package var marks: [Mark]

  package init(width: Int, height: Int, marks: [Mark]) {
    assert(marks.count == width * height)
    self.width = width
    self.height = height
    self.marks = marks
  }

  /// A rectangle around the foreground: everything outside it is background.
  package init(rectangle: PixelRect, width: Int, height: Int) throws(MattingError) {
    let inside = rectangle.intersection(PixelRect(x: 0, y: 0, width: width, height: height))
    guard !inside.isEmpty, inside.width < width || inside.height < height else {
      let found = "\(rectangle.width) x \(rectangle.height) at (\(rectangle.x), \(rectangle.y))"
      throw .rectangle(found: found, width: width, height: height)
    }
    self.init(width: width, height: height, marks: [Mark](repeating: .background, count: width * height))
    for y in inside.y..<inside.maxY {
      for x in inside.x..<inside.maxX { marks[y * width + x] = .none }
    }
  }

  /// Reads a grey picture: black marks background, white foreground, anything between is unmarked.
  package init(grey mask: Mask) {
    let trimap = Trimap(grey: mask)
    self.init(
      width: mask.width, height: mask.height,
      marks: trimap.labels.map { $0 == .background ? .background : $0 == .foreground ? .foreground : .none })
  }

  /// Half the size; a mark survives if no opposite mark shares its pixel, so thin strokes are kept.
  func halved() -> Scribbles {
    let halfWidth = (width + 1) / 2
    let halfHeight = (height + 1) / 2
    var foreground = [Bool](repeating: false, count: halfWidth * halfHeight)
    var background = foreground
    for y in 0..<height {
      for x in 0..<width {
        let half = (y / 2) * halfWidth + x / 2
        switch marks[y * width + x] {
        case .none: break
        case .foreground: foreground[half] = true
        case .background: background[half] = true
        }
      }
    }
    return Scribbles(
      width: halfWidth, height: halfHeight,
      marks: foreground.indices.map {
        foreground[$0] == background[$0] ? .none : foreground[$0] ? .foreground : .background
      })
  }
}
