import Images

extension GenerateRequest: ModelEdit {
  /// Makes a picture from a prompt.
  package func run(_ session: inout EditSession, to output: OutputRequest) throws -> EditReport {
    var request = self
    request.seed = session.drawn(seed)
    let hold = try colorHold(session)
    let edit = GenerateEdit(settings: try request.settings(), width: width, height: height)
    let (made, outcome) = try edit.run(&session)
    return try session.finish(&request, made, outcome, hold: hold, to: output)
  }
}

extension EditSession {
  /// Holds the colours of a picture that was made from nothing, writes it and reports.
  mutating func finish(
    _ request: inout some SizedRequest, _ made: FloatImage, _ outcome: Outcome, hold: ColorHold?,
    to output: OutputRequest
  ) throws -> EditReport {
    let (picture, reference) = hold?.hold(made) ?? (made, nil)
    (request.width, request.height) = (picture.width, picture.height)
    request.sampling = outcome.sampling.unmasked
    request.colorReference = reference ?? request.colorReference
    var report = EditReport(
      output: output.path, width: picture.width, height: picture.height, seed: request.seed,
      sampling: outcome.sampling, model: model.name)
    report.charge(outcome.cost)
    let recipe = recipe(request, width: picture.width, height: picture.height)
    let inputs = request.inputPaths
    report.notices = try stage(.finishing) { _ in
      try output.write([outcome.latents])
      return try output.write(Image(generated: picture), recipe: recipe, protecting: inputs)
    }
    return report
  }
}
