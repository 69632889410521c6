import ArgumentParser

/// A number of bytes as users write it: 8000000000, 500M, 8G or 7.5G.
struct ByteCount: ExpressibleByArgument {
  static let help: ArgumentHelp =
    "The most memory to take, such as 8G or 500M; what does not fit is streamed or refused. (default: the machine's)"

  let bytes: Int

  init?(argument: String) {
    let factors: [Character: Double] = ["K": 0x1p10, "M": 0x1p20, "G": 0x1p30, "T": 0x1p40]
    let factor = argument.last.flatMap { factors[Character($0.uppercased())] }
    guard let number = Double(factor == nil ? argument : String(argument.dropLast())), number > 0,
      number * (factor ?? 1) < 1e18, argument.allSatisfy({ $0.isASCII }), !argument.contains("x")
    else { return nil }
    bytes = Int(number * (factor ?? 1))
  }
}
