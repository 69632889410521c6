import Testing

@testable import SparseditKit

@Suite struct SHA256Tests {
  /// Digests from FIPS 180-4's examples (NIST, "SHA Test Vectors").
  @Test(arguments: [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
  ])
  func matchesTheStandard(text: String, digest: String) {
    #expect(Self.hexadecimal(SHA256.digest(of: text)) == digest)
  }

  @Test func piecesMakeTheWhole() {
    let text = String(repeating: "a", count: 1_000_000)
    var hash = SHA256()
    for length in [1, 63, 64, 65, 127, 1000] {
      hash.update(text.utf8.prefix(length))
    }
    hash.update(text.utf8.dropFirst(1320))
    #expect(
      Self.hexadecimal(hash.finish()) == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
  }

  private static func hexadecimal(_ bytes: [UInt8]) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}
