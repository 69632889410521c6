import ArgumentParser
import Checkpoints
import ImageCodecs
import Images
import LatentEditing
import Models
import SparseditKit
import Tensors

struct LatentsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "latents", abstract: "Run the autoencoder alone.",
    subcommands: [EncodeCommand.self, DecodeCommand.self])

  struct EncodeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "encode", abstract: "A picture to latents: tensor 'latents' (1, C, H/8, W/8).")

    @OptionGroup(title: "Model") var model: CodecOptions
    @OptionGroup var files: LatentFiles

    func run() throws {
      try translatingErrors {
        var codec = try model.open()
        let picture: Tensor
        if files.floatImage {
          picture = try FloatPictureFile.read(files.image)
        } else {
          picture = try PictureFile.read(files.image)
        }
        guard picture.shape[1] % codec.scale == 0, picture.shape[2] % codec.scale == 0 else {
          throw SparseditError(
            .usage,
            "\(files.image): expected sides that are multiples of \(codec.scale), found "
              + "\(picture.shape[2]) x \(picture.shape[1])")
        }
        let latents = try codec.encode(picture, wrap: .none)
        try SafetensorsWriter.save(
          [.init("latents", latents.reshaped([1] + latents.shape))], to: files.output)
      }
    }
  }

  struct DecodeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "decode", abstract: "Latents to a picture.")

    @OptionGroup(title: "Model") var model: CodecOptions
    @OptionGroup var files: LatentFiles

    func run() throws {
      try translatingErrors {
        var codec = try model.open()
        let latents = try FloatPictureFile.tensor("latents", in: files.image)
        let picture = try codec.decode(latents, wrap: .none)
        if files.floatImage {
          try SafetensorsWriter.save(
            [.init("image", picture.reshaped([1] + picture.shape))], to: files.output)
        } else {
          try PictureFile.write(picture, to: files.output)
        }
      }
    }
  }
}

/// The autoencoder of a model, and how it is run.
struct CodecOptions: ParsableArguments {
  @OptionGroup var name: ModelNameOptions
  @OptionGroup var autoencoder: AutoencoderOptions
  @OptionGroup var threads: ThreadOptions

  func open() throws -> any LatentCodec & Sendable {
    threads.apply()
    var configuration = EditorConfiguration(model: name.model)
    configuration.parts = autoencoder.parts
    return try Model.codec(of: configuration.source)
  }
}

struct LatentFiles: ParsableArguments {
  @Option(
    name: [.customShort("i"), .customLong("image"), .customLong("input")],
    help: "The picture to encode, or the safetensors file to decode.")
  var image: String

  @Option(name: .shortAndLong, help: "The file to write.")
  var output: String

  @Flag(name: .long, help: "The picture is a tensor 'image' (1, 3, H, W) in -1..1 in a safetensors file.")
  var floatImage = false
}

/// Tensors of pictures and latents in safetensors files.
enum FloatPictureFile {
  static func read(_ path: String) throws -> Tensor {
    let picture = try tensor("image", in: path)
    guard picture.shape[0] == 3 else {
      throw SparseditError(.badData, "\(path): expected \"image\" (1, 3, H, W), found \(picture.shape)")
    }
    return picture
  }

  /// The tensor without its batch axis.
  static func tensor(_ name: String, in path: String) throws -> Tensor {
    let file = try SafetensorsFile(path: path)
    guard let tensor = try file.tensor(name) else {
      throw SparseditError(
        .badData, "\(path): expected a tensor \"\(name)\", found \(file.names.joined(separator: ", "))")
    }
    let shape = tensor.shape
    guard shape.count == 3 || shape.count == 4 && shape[0] == 1 else {
      throw SparseditError(.badData, "\(path): expected \"\(name)\" (1, C, H, W), found \(shape)")
    }
    return tensor.reshaped(Array(shape.suffix(3)))
  }
}
