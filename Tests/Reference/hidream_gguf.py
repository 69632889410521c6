"""Writes Tests/TestSupport/hidream/{llama,t5}.gguf: encoders of the `second` checkpoint with their tokenizers inside.

    python3 Tests/Reference/hidream_gguf.py

Run after hidream_pipeline.py. Needs gguf (0.19 was used), numpy and safetensors. Names, order of rows and keys are those of
llama.cpp's convert_hf_to_gguf.py; weights are in half precision, as the checkpoint has them.
"""

import base64
import json
from pathlib import Path

import gguf
import numpy as np
from gguf_fixtures import LLAMA, T5, finish, permuted, renamed
from safetensors.numpy import load_file

ROOT = Path(__file__).resolve().parents[1] / "TestSupport" / "hidream"


def read(*path: str) -> dict:
    return json.loads(ROOT.joinpath(*path).read_text())


def add_weights(writer, folder: str, table, change=lambda name, values: values) -> None:
    for name, values in load_file(ROOT / "second" / folder / "model.safetensors").items():
        new = renamed(name, table)
        if new is None:
            continue
        values = change(name, values)
        # llama.cpp keeps vectors in single precision.
        writer.add_tensor(new, values.astype(np.float32 if values.ndim == 1 else np.float16))


def write_llama() -> None:
    config = read("second", "text_encoder_4", "config.json")
    tokenizer = read("second", "tokenizer_4", "tokenizer.json")
    heads, shared = config["num_attention_heads"], config["num_key_value_heads"]
    writer = gguf.GGUFWriter(ROOT / "llama.gguf", "llama")
    writer.add_embedding_length(config["hidden_size"])
    writer.add_feed_forward_length(config["intermediate_size"])
    writer.add_block_count(config["num_hidden_layers"])
    writer.add_head_count(heads)
    writer.add_head_count_kv(shared)
    writer.add_key_length(config["head_dim"])
    writer.add_layer_norm_rms_eps(config["rms_norm_eps"])
    writer.add_rope_freq_base(config["rope_parameters"]["rope_theta"])
    vocabulary = tokenizer["model"]["vocab"]
    tokens = sorted(vocabulary, key=vocabulary.get)
    special = {token["content"]: token["id"] for token in tokenizer["added_tokens"]}
    assert [vocabulary[token] for token in tokens] == list(range(len(tokens)))
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("llama-bpe")
    writer.add_token_list(tokens)
    writer.add_token_types([3 if token in special else 1 for token in tokens])
    writer.add_token_merges([" ".join(pair) for pair in tokenizer["model"]["merges"]])
    writer.add_bos_token_id(special["<|begin_of_text|>"])
    writer.add_eos_token_id(special["<|eot_id|>"])

    def change(name, values):
        if "q_proj." in name:
            return permuted(values, heads)
        return permuted(values, shared) if "k_proj." in name else values

    add_weights(writer, "text_encoder_4", LLAMA, change)
    finish(writer)


def write_t5() -> None:
    config = read("second", "text_encoder_3", "config.json")
    # The same sentencepiece model as second's, in the form that can be read without protobuf.
    tokenizer = read("first", "tokenizer_3", "tokenizer.json")
    writer = gguf.GGUFWriter(ROOT / "t5.gguf", "t5encoder")
    writer.add_embedding_length(config["d_model"])
    writer.add_feed_forward_length(config["d_ff"])
    writer.add_block_count(config["num_layers"])
    writer.add_head_count(config["num_heads"])
    writer.add_key_length(config["d_kv"])
    writer.add_layer_norm_rms_eps(config["layer_norm_epsilon"])
    writer.add_relative_attn_buckets_count(config["relative_attention_num_buckets"])
    pieces = tokenizer["model"]["vocab"]
    special = {token["content"] for token in tokenizer["added_tokens"]}
    unknown = tokenizer["model"]["unk_id"]
    names = [piece for piece, _ in pieces]
    writer.add_tokenizer_model("t5")
    writer.add_tokenizer_pre("default")
    writer.add_token_list(names)
    writer.add_token_scores([score for _, score in pieces])
    writer.add_token_types(
        [2 if index == unknown else 3 if name in special else 1 for index, name in enumerate(names)])
    writer.add_eos_token_id(names.index("</s>"))
    writer.add_unk_token_id(unknown)
    writer.add_pad_token_id(names.index("<pad>"))
    writer.add_add_bos_token(False)
    writer.add_add_eos_token(True)
    charsmap = [
        part["precompiled_charsmap"]
        for part in tokenizer["normalizer"].get("normalizers", [tokenizer["normalizer"]])
        if part["type"] == "Precompiled"
    ]
    if charsmap:
        writer.add_precompiled_charsmap(base64.b64decode(charsmap[0]))
    add_weights(writer, "text_encoder_3", T5)
    finish(writer)


if __name__ == "__main__":
    write_llama()
    write_t5()
