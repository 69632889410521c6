public import Foundation

/// Requests as JSON objects: one key a setting, in snake case, the verb under `verb`.
public enum RequestCoding {
  /// The edits that there are. A verb that is added has a folder of its own and its line here.
  static let requests: [any EditRequest.Type] = [
    GenerateRequest.self, InpaintRequest.self, BackgroundRequest.self, TextureRequest.self,
    UpscaleRequest.self,
    AdjustRequest.self,
  ]

  /// Names of the edits that there are.
  public static var verbs: [String] { requests.map { $0.verb } }

  /// Most bytes of a request.
  public static let largest = 1 << 20

  /// A request as JSON, keys sorted.
  public static func encode(_ request: any EditRequest) throws(SparseditError) -> Data {
    do {
      return try encoder.encode(try request.json())
    } catch {
      throw SparseditError(.usage, "the request cannot be written: \(error)")
    }
  }

  /// The request that a JSON object says; what it leaves out keeps its default. Its files are names yet.
  ///
  /// - Throws: `SparseditError` for an unknown verb or field, a value of another kind or out of its range, and a file's
  ///   name that is more than a name.
  public static func decode(_ data: Data) throws(SparseditError) -> any EditRequest {
    guard data.count <= largest, let json = try? JSONDecoder().decode(JSONValue.self, from: data) else {
      throw SparseditError(.badData, "expected a request as a JSON object of at most \(largest) bytes")
    }
    return try request(json)
  }

  /// - Parameter json: an object with a `verb`.
  static func request(_ json: JSONValue) throws(SparseditError) -> any EditRequest {
    guard var fields = json.object, case .text(let verb)? = fields.removeValue(forKey: "verb") else {
      throw SparseditError(.badData, "expected a request with a \"verb\"")
    }
    guard let type = requests.first(where: { $0.verb == verb }) else {
      throw SparseditError(
        .badData,
        "expected a verb that makes a picture, \(verbs.joined(separator: ", ")), found \(verb.quoted)")
    }
    return try request(of: type, .object(fields))
  }

  private static func request<Request: EditRequest>(
    of type: Request.Type, _ fields: JSONValue
  ) throws(SparseditError) -> Request {
    let request: Request
    do {
      let whole = try value(of: Request(), with: false).overlaid(with: fields)
      let decoder = JSONDecoder()
      decoder.keyDecodingStrategy = .convertFromSnakeCase
      request = try decoder.decode(Request.self, from: try JSONEncoder().encode(whole))
      // The fields that are allowed are those that the type has.
      if let field = fields.surplus(over: try value(of: request, with: false)) {
        throw SparseditError(.badData, "\(Request.verb) has no field \(field.quoted)")
      }
    } catch let error as SparseditError {
      throw error
    } catch let error as DecodingError {
      throw SparseditError(.badData, "\(Request.verb): \(error.sentence)")
    } catch {
      throw SparseditError(.badData, "\(Request.verb): \(error)")
    }
    do {
      try request.validate()
    } catch {
      throw SparseditError(.badData, error.description)
    }
    return request
  }

  /// A request as JSON, with its verb or without.
  package static func value(of request: some EditRequest, with verb: Bool) throws -> JSONValue {
    var object = try JSONDecoder().decode(JSONValue.self, from: try encoder.encode(request)).object ?? [:]
    if verb { object["verb"] = .text(type(of: request).verb) }
    return .object(object)
  }

  /// Every setting of a request, nil ones apart, as text under its flag's name: for people and for digests.
  package static func texts(of request: any EditRequest) throws -> [String: String] {
    var texts: [String: String] = [:]
    func add(_ object: JSONValue) {
      for (name, value) in object.object ?? [:] {
        if value.object != nil { add(value) } else { texts[name.replacing("_", with: "-")] = value.text }
      }
    }
    add(try request.json())
    texts["verb"] = nil
    return texts
  }

  private static var encoder: JSONEncoder {
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return encoder
  }
}

extension DecodingError {
  /// What was wrong, and where.
  package var sentence: String {
    let context: Context? =
      switch self {
      case .typeMismatch(_, let context), .valueNotFound(_, let context), .keyNotFound(_, let context),
        .dataCorrupted(let context):
        context
      @unknown default: nil
      }
    guard let context else { return "it could not be understood" }
    let place = context.codingPath.map(\.stringValue).joined(separator: ".")
    return (place.isEmpty ? "" : "\(place): ") + context.debugDescription
  }
}
