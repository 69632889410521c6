"""Writes the GGUF fixtures of CheckpointsTests, TextEncodersTests and ModelsTests with the package `gguf`.

Usage: python3 Tests/Reference/gguf_fixtures.py
Needs gguf, numpy and safetensors (made with gguf 0.19). The text encoders are those of the other fixtures, renamed and
permuted as llama.cpp's convert_hf_to_gguf.py does it.
"""

import base64
import json
import re
from pathlib import Path

import gguf
import numpy as np
from gguf.quants import dequantize, quantize
from safetensors.numpy import load_file, save_file

TESTS = Path(__file__).parent.parent
QUANTS = TESTS / "CheckpointsTests" / "Fixtures"
ENCODERS = TESTS / "TextEncodersTests" / "Fixtures"
TOKENIZERS = TESTS / "TokenizersTests" / "Fixtures"

# Where each block keeps its 16-bit factors: random bytes there could be infinite.
FACTORS = {
    "Q8_0": [0], "Q4_0": [0], "Q4_1": [0, 2], "Q5_0": [0], "Q5_1": [0, 2], "Q2_K": [80, 82], "Q3_K": [108],
    "Q4_K": [0, 2], "Q5_K": [0, 2], "Q6_K": [208],
}


def random_blocks(name, rows, columns, random):
    """Any bytes, with factors of either sign between 2^-14 and 2 and some that are subnormal or zero."""
    elements, size = gguf.GGML_QUANT_SIZES[gguf.GGMLQuantizationType[name]]
    blocks = random.integers(0, 256, (rows * columns // elements, size), dtype=np.uint8)
    for place in FACTORS[name]:
        factors = random.uniform(-2, 2, len(blocks)).astype(np.float16)
        factors[:2] = [0, 3e-7]
        blocks[:, place : place + 2] = factors.view(np.uint8).reshape(-1, 2)
    return blocks.reshape(rows, -1)


def write_quants():
    random = np.random.default_rng(1)
    writer = gguf.GGUFWriter(QUANTS / "quants.gguf", "hidream")
    writer.add_string("note", "naïve \U0001f98a")
    writer.add_array("numbers", [3, -4, 5])
    writer.add_array("pieces", ["a", "\u2581b", ""])
    writer.add_float32("ratio", 0.25)
    writer.add_bool("flag", True)
    writer.add_uint64("large", 2**53)
    expected = {}
    for name in FACTORS:
        kind = gguf.GGMLQuantizationType[name]
        data = random_blocks(name, 3, 512, random)
        writer.add_tensor(f"{name}.weight", data, raw_dtype=kind)
        expected[f"{name}.weight"] = dequantize(data, kind)
    floats = random.standard_normal((5, 7)).astype(np.float32)
    writer.add_tensor("F32.weight", floats)
    expected["F32.weight"] = floats
    writer.add_tensor("F16.weight", floats.astype(np.float16))
    expected["F16.weight"] = floats.astype(np.float16).astype(np.float32)
    brief = quantize(floats, gguf.GGMLQuantizationType.BF16)
    writer.add_tensor("BF16.weight", brief, raw_dtype=gguf.GGMLQuantizationType.BF16)
    expected["BF16.weight"] = dequantize(brief, gguf.GGMLQuantizationType.BF16)
    # What quantizing gives, for the types that the package can write.
    source = random.standard_normal((4, 256)).astype(np.float32)
    source[1] *= 1e-3
    source[2, 32:64] = 0
    expected["source"] = source
    for name in ["Q8_0", "Q4_0", "Q4_1", "Q5_0", "Q5_1"]:
        expected[f"quantized.{name}"] = quantize(source, gguf.GGMLQuantizationType[name])
    finish(writer)
    save_file(expected, QUANTS / "quants.safetensors")


def finish(writer):
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def permuted(rows, heads):
    """llama.cpp's order of the rows of queries and keys."""
    return rows.reshape(heads, 2, rows.shape[0] // heads // 2, *rows.shape[1:]).swapaxes(1, 2).reshape(rows.shape)


def renamed(name, table):
    for pattern, replacement in table:
        name, count = re.subn(f"^{pattern}$", replacement, name)
        if count:
            return name
    return None


LLAMA = [
    (r"model\.embed_tokens\.weight", "token_embd.weight"), (r"model\.norm\.weight", "output_norm.weight"),
    (r"lm_head\.weight", "output.weight"),
] + [
    (rf"model\.layers\.(\d+)\.{old}\.(weight|bias)", rf"blk.\1.{new}.\2")
    for old, new in {
        "input_layernorm": "attn_norm", r"self_attn\.q_proj": "attn_q", r"self_attn\.k_proj": "attn_k",
        r"self_attn\.v_proj": "attn_v", r"self_attn\.o_proj": "attn_output",
        "post_attention_layernorm": "ffn_norm", r"mlp\.gate_proj": "ffn_gate", r"mlp\.up_proj": "ffn_up",
        r"mlp\.down_proj": "ffn_down",
    }.items()
]

T5 = [
    (r"shared\.weight", "token_embd.weight"), (r"encoder\.final_layer_norm\.weight", "enc.output_norm.weight"),
] + [
    (rf"encoder\.block\.(\d+)\.layer\.{old}\.weight", rf"enc.blk.\1.{new}.weight")
    for old, new in {
        r"0\.layer_norm": "attn_norm", r"0\.SelfAttention\.q": "attn_q", r"0\.SelfAttention\.k": "attn_k",
        r"0\.SelfAttention\.v": "attn_v", r"0\.SelfAttention\.o": "attn_o",
        r"0\.SelfAttention\.relative_attention_bias": "attn_rel_b", r"1\.layer_norm": "ffn_norm",
        r"1\.DenseReluDense\.wi_0": "ffn_gate", r"1\.DenseReluDense\.wi_1": "ffn_up",
        r"1\.DenseReluDense\.wo": "ffn_down",
    }.items()
]


def write_llama():
    """The model of `llama-plain`, whose positions are then stretched as Llama 3.1's are."""
    config = json.loads((ENCODERS / "llama-plain" / "config.json").read_text())
    weights = load_file(ENCODERS / "llama-plain" / "model.safetensors")
    heads, key_heads = config["num_attention_heads"], config["num_key_value_heads"]
    width = config.get("head_dim") or config["hidden_size"] // heads
    theta = (config.get("rope_parameters") or config).get("rope_theta", 10000.0)
    writer = gguf.GGUFWriter(ENCODERS / "llama.gguf", "llama")
    writer.add_embedding_length(config["hidden_size"])
    writer.add_feed_forward_length(config["intermediate_size"])
    writer.add_block_count(config["num_hidden_layers"])
    writer.add_head_count(heads)
    writer.add_head_count_kv(key_heads)
    writer.add_key_length(width)
    writer.add_layer_norm_rms_eps(config["rms_norm_eps"])
    writer.add_rope_freq_base(theta)
    frequencies = 1 / theta ** (np.arange(0, width, 2) / width)
    turns = 8192 * frequencies / (2 * np.pi)
    smooth = np.clip((turns - 1) / 3, 0, 1)
    writer.add_tensor("rope_freqs.weight", (1 / ((1 - smooth) / 8 + smooth)).astype(np.float32))
    for name, values in weights.items():
        if "q_proj." in name:
            values = permuted(values, heads)
        if "k_proj." in name:
            values = permuted(values, key_heads)
        new = renamed(name, LLAMA)
        assert new, name
        writer.add_tensor(new, values.astype(np.float32))
    finish(writer)


def write_t5():
    config = json.loads((ENCODERS / "t5" / "config.json").read_text())
    weights = load_file(ENCODERS / "t5" / "model.safetensors")
    writer = gguf.GGUFWriter(ENCODERS / "t5.gguf", "t5encoder")
    writer.add_embedding_length(config["d_model"])
    writer.add_feed_forward_length(config["d_ff"])
    writer.add_block_count(config["num_layers"])
    writer.add_head_count(config["num_heads"])
    writer.add_key_length(config["d_kv"])
    writer.add_value_length(config["d_kv"])
    writer.add_layer_norm_eps(config["layer_norm_epsilon"])
    writer.add_relative_attn_buckets_count(config["relative_attention_num_buckets"])
    for name, values in weights.items():
        new = renamed(name, T5)
        assert new, name
        writer.add_tensor(new, values.astype(np.float32))
    finish(writer)


def write_tokenizers():
    """What llama.cpp's converter makes of the tokenizer.json files of TokenizersTests; no tensors."""
    source = json.loads((TOKENIZERS / "llama3.json").read_text())
    special = {token["id"] for token in source["added_tokens"]}
    tokens = sorted(source["model"]["vocab"], key=source["model"]["vocab"].get)
    writer = gguf.GGUFWriter(TESTS / "ModelsTests" / "Fixtures" / "llama-tokenizer.gguf", "llama")
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("llama-bpe")
    writer.add_token_list(tokens)
    writer.add_token_types([3 if index in special else 1 for index in range(len(tokens))])
    writer.add_token_merges([" ".join(pair) for pair in source["model"]["merges"]])
    writer.add_bos_token_id(0)
    writer.add_eos_token_id(1)
    finish(writer)

    source = json.loads((TOKENIZERS / "unigram.json").read_text())
    special = {token["id"] for token in source["added_tokens"]}
    writer = gguf.GGUFWriter(TESTS / "ModelsTests" / "Fixtures" / "t5-tokenizer.gguf", "t5encoder")
    writer.add_tokenizer_model("t5")
    writer.add_token_list([piece for piece, _ in source["model"]["vocab"]])
    writer.add_token_scores([score for _, score in source["model"]["vocab"]])
    writer.add_token_types([3 if index in special else 1 for index in range(len(source["model"]["vocab"]))])
    writer.add_precompiled_charsmap(base64.b64decode(source["normalizer"]["precompiled_charsmap"]))
    writer.add_eos_token_id(1)
    writer.add_unk_token_id(source["model"]["unk_id"])
    writer.add_add_bos_token(False)
    writer.add_add_eos_token(True)
    finish(writer)


if __name__ == "__main__":
    write_quants()
    write_llama()
    write_t5()
    write_tokenizers()
