import Foundation
import Tensors
import Testing

@testable import Checkpoints
@testable import TextEncoders

/// Text encoders from GGUF files: llama.cpp's names and order of rows, and no config.json. Made by
/// Tests/Reference/gguf_fixtures.py from the weights of the other fixtures.
@Suite struct GGUFEncoderTests {
  @Test(arguments: [("llama", "llama-plain"), ("t5", "t5")])
  func holdsTheSameWeights(_ name: String, _ original: String) throws {
    let checkpoint = try Checkpoint(opening: Fixtures.path("\(name).gguf"))
    let expected = try Checkpoint(opening: Fixtures.path(original))
    #expect(checkpoint.names.filter { $0 != "rope_freqs.weight" } == expected.names)
    for name in expected.names {
      let found = try #require(try checkpoint.stored(name)).widened()
      #expect(found.values == (try #require(try expected.stored(name)).widened().values), "\(name)")
    }
  }

  /// Rows in llama.cpp's order give the same product, packed and streamed.
  @Test func llamaRuns() throws {
    let ids = try Fixtures.tensor("llama-plain", "0.ids").values.map { Int($0) }
    let mask = try Fixtures.tensor("llama-plain", "0.mask").values.map { $0 != 0 }
    let expected = try Fixtures.tensor("llama-plain", "0.hidden")
    for residency in [WeightResidency.packed, .streamed] {
      let scope = WeightScope(
        try Checkpoint(opening: Fixtures.path("llama.gguf")), residency: residency)
      let model = try LlamaModel(
        LlamaConfiguration(contentsOf: "\(Fixtures.path("llama-plain"))/config.json"), weights: scope)
      for (layer, state) in try model(ids, mask: mask).enumerated() {
        let reference = expected.rows(layer..<layer + 1).reshaped(Array(expected.shape.dropFirst()))
        #expect(relativeError(state, reference) < HiDreamEncoderTests.tolerance, "layer \(layer)")
      }
    }
  }

  @Test func llamaStatesItsConfiguration() throws {
    let found: LlamaConfiguration? = try Checkpoint(opening: Fixtures.path("llama.gguf")).configuration(
      classNames: ["LlamaForCausalLM"])
    // As transformers would write it for Llama 3.1's stretched positions.
    let text = """
      {"vocab_size": 30, "hidden_size": 24, "intermediate_size": 32, "num_hidden_layers": 1,
       "num_attention_heads": 3, "num_key_value_heads": 1, "head_dim": 10, "rms_norm_eps": 1e-6,
       "attention_bias": true, "mlp_bias": true, "rope_theta": 10000.0,
       "rope_scaling": {"rope_type": "llama3", "factor": 8.0, "low_freq_factor": 1.0,
                        "high_freq_factor": 4.0, "original_max_position_embeddings": 8192}}
      """
    let expected = try JSONDecoder().decode(LlamaConfiguration.self, from: Data(text.utf8))
    // The epsilon is a 32-bit float in the file.
    let epsilon = try #require(found?.rmsNormEps)
    #expect(abs(epsilon - 1e-6) < 1e-13)
    #expect(found?.rope == expected.rope && found?.headDim == 10 && found?.numKeyValueHeads == 1)
    #expect(found?.attentionBias == true && found?.mlpBias == true && found?.vocabSize == 30)
    #expect(found?.hiddenSize == 24 && found?.intermediateSize == 32 && found?.numHiddenLayers == 1)
  }

  @Test func t5StatesItsConfiguration() throws {
    let found: T5Configuration? = try Checkpoint(opening: Fixtures.path("t5.gguf")).configuration(
      classNames: ["T5EncoderModel"])
    let expected = try T5Configuration(contentsOf: "\(Fixtures.path("t5"))/config.json")
    #expect(found?.vocabSize == expected.vocabSize && found?.dModel == expected.dModel)
    #expect(found?.dFF == expected.dFF && found?.dKV == expected.dKV && found?.numHeads == expected.numHeads)
    #expect(found?.numLayers == expected.numLayers)
    #expect(found?.relativeAttentionNumBuckets == expected.relativeAttentionNumBuckets)
    // The format does not state it: 128, as every published T5 has it.
    #expect(found?.relativeAttentionMaxDistance == 128)
  }
}
