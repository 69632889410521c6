import Foundation
import LatentEditing

/// `model_index.json`: which class each part of a model has, and what the model wants by default.
struct ModelIndex: Decodable {
  /// What a model asks for when the command does not say.
  struct Defaults: Decodable {
    var width: Int?
    var height: Int?
    var editGuidance: Float?
    var sampling = SamplingSettings()

    private enum CodingKeys: String, CodingKey {
      case width, height, steps, guidance, sparsity, reuse
      case editGuidance = "edit_guidance"
      case guidanceRescale = "guidance_rescale"
      case cleanContext = "clean_context"
    }

    init(from decoder: any Decoder) throws {
      let values = try decoder.container(keyedBy: CodingKeys.self)
      width = try values.decodeIfPresent(Int.self, forKey: .width)
      height = try values.decodeIfPresent(Int.self, forKey: .height)
      editGuidance = try values.decodeIfPresent(Float.self, forKey: .editGuidance)
      sampling.steps = try values.decodeIfPresent(Int.self, forKey: .steps)
      sampling.cfgScale = try values.decodeIfPresent(Float.self, forKey: .guidance)
      sampling.sparsity = try values.decodeIfPresent(Float.self, forKey: .sparsity)
      sampling.reuse = try values.decodeIfPresent(Int.self, forKey: .reuse)
      sampling.guidanceRescale = try values.decodeIfPresent(Float.self, forKey: .guidanceRescale)
      sampling.cleanContext = try values.decodeIfPresent(Float.self, forKey: .cleanContext)
    }
  }

  /// The pipeline's, such as `HiDreamImagePipeline`.
  let className: String?
  let variant: String?
  let defaults: Defaults?
  /// Sides in pixels of the pictures it was trained on.
  let trainedSizes: [Int]?
  let name: String?
  /// Class names by part, such as `vae` -> `AutoencoderKL`.
  let classes: [String: String]

  private struct AnyKey: CodingKey {
    let stringValue: String
    let intValue: Int? = nil
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: AnyKey.self)
    className = try container.decodeIfPresent(String.self, forKey: AnyKey(stringValue: "_class_name"))
    variant = try container.decodeIfPresent(String.self, forKey: AnyKey(stringValue: "variant"))
    defaults = try container.decodeIfPresent(Defaults.self, forKey: AnyKey(stringValue: "defaults"))
    trainedSizes = try container.decodeIfPresent([Int].self, forKey: AnyKey(stringValue: "trained_sizes"))
    name = try container.decodeIfPresent(String.self, forKey: AnyKey(stringValue: "_name_or_path"))
    var classes: [String: String] = [:]
    for key in container.allKeys {
      if let pair = try? container.decode([String?].self, forKey: key), pair.count == 2, let name = pair[1] {
        classes[key.stringValue] = name
      }
    }
    self.classes = classes
  }
}
