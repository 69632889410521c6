// Small programs on SparseditKit: `swift run -c release Examples NAME FILES`.
let words = Array(CommandLine.arguments.dropFirst())
switch words.first {
case "cancelled-job": try await CancelledJob.run(words[1])
case "batch": try await BatchOfTextures.run(words[1])
case "recipe-again": try await RecipeAgain.run(picture: words[1], output: words[2])
default: print("expected cancelled-job FOLDER, batch FOLDER, or recipe-again PICTURE OUTPUT")
}
