import Edits
package import Tensors
import ImageCodecs
import Images
import Models

/// Picture files as an autoencoder's tensors, (3, H, W) in -1...1.
package enum PictureFile {
  /// Any picture, in the working space.
  package static func read(_ path: String) throws -> Tensor {
    let image = try ImageReader.decode(path: path)
    let color = try WorkingColor(header: image.header, name: path, writesBack: false)
    return color.pixels(of: image, in: image.bounds).color.picture()
  }

  /// A new 8-bit sRGB picture.
  package static func write(_ picture: Tensor, to path: String) throws {
    _ = try ImageWriter.encode(Image(generated: FloatImage(picture: picture)), to: path)
  }
}
