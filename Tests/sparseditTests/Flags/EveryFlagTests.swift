import Testing

/// Every flag of every verb does what it is for.
@Suite struct EveryFlagTests {
  /// The table's cases, verb by verb.
  static let table: [FlagCase] =
    HelpFlags.cases + GenerateFlags.cases + InpaintFlags.cases + BackgroundFlags.cases + TextureFlags.cases
    + UpscaleFlags.cases + MaskFlags.cases + AdjustFlags.cases + MapsFlags.cases + BatchFlags.cases
    + RerunFlags.cases + InspectFlags.cases + LatentsFlags.cases + EncodePromptFlags.cases
    + ModelFlags.cases + BudgetsFlags.cases + PrecisionFlags.cases

  @Test func theTableIsTheProgram() throws {
    let program = try ProgramFlags.all()
    let named = Self.table.map { "\($0.verb) \($0.flag)" }
    #expect(program.subtracting(named).sorted() == [], "flags without a case")
    #expect(Set(named).subtracting(program).sorted() == [], "cases of no flag")
    #expect(named.count == Set(named).count, "two cases of one flag")
  }

  @Test(arguments: table) func does(_ flag: FlagCase) throws { try flag.check() }
}
