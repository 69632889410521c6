import Foundation
import LatentEditing
import Models

/// The state of an enlargement that runs: a file beside its output, from which an interrupted run goes on.
struct UpscaleState {
  let file: LatentFile
  /// Share of the steps that an earlier run took; nil for a new run.
  let resumedAt: Double?
  /// What was replaced, as a sentence.
  let notice: String?

  /// Where the state of a run with this output lies.
  static func path(of output: String) -> String { output + ".state" }

  init(
    _ request: UpscaleRequest, plan: EditPlan, size: (width: Int, height: Int), session: EditSession,
    output: OutputRequest
  ) throws {
    let path = Self.path(of: output.path)
    let job = try Self.job(request, plan: plan, size: size, session: session)
    if output.resumes, let file = try LatentFile.open(path, canvas: plan.canvas, job: job) {
      let rows = Set(plan.windows.map(\.rect.y)).count
      let progress = file.progress
      resumedAt =
        (Double(progress.steps) + Double(progress.windowRows) / Double(rows)) / Double(plan.steps)
      notice = nil
      self.file = file
      return
    }
    notice = LatentFile.exists(path) ? "\(path): the state of an unfinished run was replaced" : nil
    resumedAt = nil
    file = try LatentFile.create(
      path, canvas: plan.canvas, job: job, planes: try UpscaleEdit.planes(of: plan))
  }

  /// What to say of an error that ended the run; deletes the state unless it is worth going on with.
  func interrupted(by error: any Error) -> any Error {
    let translated = SparseditError(translating: error)
    let canGoOn = [.interrupted, .cannotCreate, .inputOutput].contains(translated.category)
    guard canGoOn, file.progress.sourceRows > 0, (try? file.flush()) != nil else {
      file.remove()
      return error
    }
    let reason = translated.category == .interrupted ? "interrupted" : translated.description
    return SparseditError(
      translated.category,
      "\(reason); what was done is kept in \(file.path): the same command with --resume goes on from there")
  }

  /// All that the result's pixels depend on, by the name a user knows it by.
  private static func job(
    _ request: UpscaleRequest, plan: EditPlan, size: (width: Int, height: Int), session: EditSession
  ) throws -> [String: String] {
    let first = plan.windows[0].rect
    var job = try RequestCoding.texts(of: request)
    for (role, file) in request.inputs where role != "schedule_from" {
      job[role] = try StableHash.ofFile(file.known)
    }
    job["version"] = Sparsedit.version
    job["size"] = "\(size.width) x \(size.height)"
    job["window"] = "\(plan.windows.count) of \(first.width) x \(first.height) cells"
    job["compute"] = session.model.compute.rawValue
    job["model"] = try session.modelFiles
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    job["sampling-method"] = String(decoding: try encoder.encode(plan.scheduler), as: UTF8.self)
    return job
  }
}
