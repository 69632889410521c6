extension SchedulerConfiguration {
  /// Checks the ranges; called on decoding and again when a scheduler is made, as settings may be overridden.
  package func validate() throws {
    guard (1...1_000_000).contains(trainTimesteps) else {
      throw SchedulerError.outOfRange(
        setting: "num_train_timesteps", found: "\(trainTimesteps)", expected: "1 to 1,000,000")
    }
    guard shift.isFinite, shift > 0, shift <= 1000 else {
      throw SchedulerError.outOfRange(
        setting: "shift", found: "\(shift)", expected: "over 0 and at most 1000")
    }
    if let shiftTerminal, !(shiftTerminal > 0 && shiftTerminal < 1) {
      throw SchedulerError.outOfRange(
        setting: "shift_terminal", found: "\(shiftTerminal)", expected: "between 0 and 1")
    }
    guard (1...3).contains(solverOrder) else {
      throw SchedulerError.outOfRange(setting: "solver_order", found: "\(solverOrder)", expected: "1, 2 or 3")
    }
  }

  func validate(steps: Int, strength: Float) throws {
    try validate()
    guard (1...10_000).contains(steps) else {
      throw SchedulerError.outOfRange(setting: "steps", found: "\(steps)", expected: "1 to 10,000")
    }
    guard strength > 0, strength <= 1 else {
      throw SchedulerError.outOfRange(
        setting: "strength", found: "\(strength)", expected: "over 0 and at most 1")
    }
  }
}
