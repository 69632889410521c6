import ArgumentParser
import SparseditKit

@main
struct SparseditCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sparsedit",
    abstract: "Edit and finish pictures with a sparse diffusion transformer, on the CPU.",
    discussion: """
      Pictures are PNG, JPEG or TIFF, told apart by their content; the output's extension chooses its \
      format. Without --model, the small bundled model is used: surfaces, materials, skies, vegetation, \
      landscapes and buildings.

      Exit status: 0 done, 1 failed, 64 usage, 65 bad input data, 66 missing input, 73 cannot write, \
      74 input/output error, 75 out of the memory budget, 130 interrupted.
      """,
    version: Sparsedit.version,
    subcommands: [
      GenerateCommand.self, InpaintCommand.self, BackgroundCommand.self, TextureCommand.self,
      UpscaleCommand.self,
      MaskCommand.self,
      AdjustCommand.self,
      MapsCommand.self,
      BatchCommand.self, RerunCommand.self,
      InspectCommand.self, LatentsCommand.self, EncodePromptCommand.self, ModelCommand.self,
    ])

  static func main() {
    do {
      var command = try parseAsRoot()
      try command.run()
    } catch {
      ErrorPrinter.printAndExit(error, command: Self.self)
    }
  }
}
