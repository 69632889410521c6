"""Writes Tests/TestSupport/hidream: tiny HiDream-I1 checkpoints in the diffusers layout, and what diffusers makes of them.

    python3 Tests/Reference/hidream_pipeline.py

Needs torch, transformers (5.23 was used) and diffusers (0.42.1 was used). Weights are random and seeded; they are stored
in half precision and the reference computes with exactly those values in float32.

The pipeline rescales every request to `default_sample_size` and pads the tokens of pictures that are not square to
`max_resolution`; both are chosen here so that neither happens.
"""

import json
import math
import shutil
from pathlib import Path

import diffusers.models.transformers.transformer_hidream_image as hidream
import diffusers.schedulers.scheduling_flow_match_lcm as lcm
import torch
from diffusers import (
    AutoencoderKL,
    FlowMatchEulerDiscreteScheduler,
    FlowMatchLCMScheduler,
    HiDreamImagePipeline,
    UniPCMultistepScheduler,
)
from hidream_part_fixtures import randomize
from safetensors.torch import load_file, save_file
from tokenizer_fixtures import clip as clip_tokenizer
from tokenizer_fixtures import llama3 as llama_tokenizer
from tokenizer_fixtures import CORPUS
from transformers import (
    CLIPTextConfig,
    CLIPTextModelWithProjection,
    CLIPTokenizer,
    LlamaConfig,
    LlamaForCausalLM,
    PreTrainedTokenizerFast,
    T5Config,
    T5EncoderModel,
    T5Tokenizer,
)

TESTS = Path(__file__).resolve().parents[1]
ROOT = TESTS / "TestSupport" / "hidream"
SPIECE = TESTS / "TokenizersTests" / "Fixtures" / "t5" / "spiece.model"

PROMPT = "Mossy cobblestones at dusk, été, 苔むした石畳 🌄 1234"
NEGATIVE = "blue sky"
LONG = ", ".join(CORPUS[:3] * 3)

# The reference rounds feed-forwards up to a multiple of 256, which would make even these models heavy; the engine reads
# the hidden size from the weights.
MULTIPLE_OF = 16

SCHEDULERS = {
    "unipc": lambda: UniPCMultistepScheduler(
        flow_shift=3.0, use_flow_sigmas=True, prediction_type="flow_prediction", solver_order=2),
    "lcm": lambda: FlowMatchLCMScheduler(shift=6.0),
    "euler": lambda: FlowMatchEulerDiscreteScheduler(shift=3.0),
    "fast": lambda: FlowMatchLCMScheduler(shift=3.0),
}

MODELS = {
    # Square; two heads of 8; 2 of 4 experts; Full's scheduler. Tokenizers as tokenizer.json.
    "first": dict(
        transformer=dict(
            patch_size=2, in_channels=16, out_channels=16, num_layers=1, num_single_layers=2,
            attention_head_dim=8, num_attention_heads=2, caption_channels=[12, 16], text_emb_dim=14,
            num_routed_experts=4, num_activated_experts=2, axes_dims_rope=[4, 2, 2], max_resolution=[8, 8],
            llama_layers=[0, 1, 1],
        ),
        vae=dict(
            block_out_channels=[4, 4, 8, 8], down_block_types=["DownEncoderBlock2D"] * 4,
            up_block_types=["UpDecoderBlock2D"] * 4, layers_per_block=1, latent_channels=16, norm_num_groups=2,
            scaling_factor=0.3611, shift_factor=0.1159, use_quant_conv=False, use_post_quant_conv=False,
        ),
        clip_l=dict(hidden_size=16, intermediate_size=24, projection_dim=6, num_hidden_layers=2,
                    num_attention_heads=2, max_position_embeddings=248, hidden_act="quick_gelu"),
        clip_g=dict(hidden_size=12, intermediate_size=32, projection_dim=8, num_hidden_layers=1,
                    num_attention_heads=3, max_position_embeddings=218, hidden_act="gelu"),
        t5=dict(d_model=12, d_kv=4, d_ff=20, num_layers=2, num_heads=2, relative_attention_num_buckets=8,
                relative_attention_max_distance=32, feed_forward_proj="gated-gelu"),
        llama=dict(hidden_size=16, intermediate_size=24, num_hidden_layers=2, num_attention_heads=4,
                   num_key_value_heads=2, rms_norm_eps=1e-5,
                   rope_parameters={"rope_type": "llama3", "rope_theta": 500000.0, "factor": 8.0,
                                    "low_freq_factor": 1.0, "high_freq_factor": 4.0,
                                    "original_max_position_embeddings": 8192}),
        size=(64, 64), scheduler="unipc",
        runs=[("unipc", 7, 5.0), ("unipc", 5, 1.0), ("lcm", 4, 1.0), ("lcm", 3, 2.5), ("euler", 5, 3.0),
              ("euler", 4, 1.0), ("fast", 5, 0.0)],
    ),
    # Wide; three heads of 12, half of which turn; 1 of 3 experts; Llama states out of order and left out; Dev's
    # scheduler; an autoencoder with quantising convolutions; older tokenizer files.
    "second": dict(
        transformer=dict(
            patch_size=2, in_channels=16, out_channels=16, num_layers=1, num_single_layers=1,
            attention_head_dim=12, num_attention_heads=3, caption_channels=[16, 12], text_emb_dim=10,
            num_routed_experts=3, num_activated_experts=1, axes_dims_rope=[2, 2, 2], max_resolution=[12, 12],
            llama_layers=[2, 0],
        ),
        vae=dict(
            block_out_channels=[4, 8, 8, 8], down_block_types=["DownEncoderBlock2D"] * 4,
            up_block_types=["UpDecoderBlock2D"] * 4, layers_per_block=1, latent_channels=16, norm_num_groups=4,
            scaling_factor=0.5, shift_factor=-0.2, use_quant_conv=True, use_post_quant_conv=True,
        ),
        clip_l=dict(hidden_size=12, intermediate_size=16, projection_dim=4, num_hidden_layers=1,
                    num_attention_heads=3, max_position_embeddings=200, hidden_act="quick_gelu"),
        clip_g=dict(hidden_size=16, intermediate_size=16, projection_dim=6, num_hidden_layers=2,
                    num_attention_heads=4, max_position_embeddings=150, hidden_act="gelu"),
        t5=dict(d_model=16, d_kv=6, d_ff=16, num_layers=1, num_heads=4, relative_attention_num_buckets=32,
                relative_attention_max_distance=128, feed_forward_proj="gated-gelu"),
        llama=dict(hidden_size=12, intermediate_size=20, num_hidden_layers=3, num_attention_heads=2,
                   num_key_value_heads=1, head_dim=8, rms_norm_eps=1e-6,
                   rope_parameters={"rope_type": "default", "rope_theta": 10000.0}),
        # 8 x 18 latents are 4 x 9 tokens, max_resolution's 36 exactly.
        size=(144, 64), scheduler="lcm",
        runs=[("unipc", 4, 2.0), ("lcm", 4, 1.0), ("euler", 3, 4.0)],
    ),
}


def transformer(config: dict) -> torch.nn.Module:
    swiglu = hidream.HiDreamImageFeedForwardSwiGLU
    original = swiglu.__init__
    swiglu.__init__ = lambda self, dim, hidden_dim, multiple_of=MULTIPLE_OF, ffn_dim_multiplier=None: original(
        self, dim, hidden_dim, multiple_of, ffn_dim_multiplier)
    try:
        model = hidream.HiDreamImageTransformer2DModel(**config)
    finally:
        swiglu.__init__ = original
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if name.endswith(("rms_norm.weight", "rms_norm_t.weight")):
                parameter.normal_(1, 0.2)
            elif parameter.ndim == 2:
                parameter.normal_(0, parameter.shape[1] ** -0.5)
            else:
                parameter.normal_(0, 0.2)
    return model


def rounded(model: torch.nn.Module) -> torch.nn.Module:
    """The same network with weights that half precision holds exactly."""
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.copy_(parameter.half().float())
    return model.eval()


def clip_parts(config: dict, folder: Path):
    tokenizer = clip_tokenizer()
    folder.mkdir(parents=True)
    model = json.loads(tokenizer.to_str())["model"]
    (folder / "vocab.json").write_text(json.dumps(model["vocab"]))
    (folder / "merges.txt").write_text(
        "\n".join(["#version: 0.2"] + [" ".join(pair) for pair in model["merges"]]) + "\n")
    wrapped = CLIPTokenizer.from_pretrained(folder, model_max_length=248)
    ids = dict(bos_token_id=wrapped.bos_token_id, eos_token_id=wrapped.eos_token_id,
               pad_token_id=wrapped.pad_token_id)
    encoder = CLIPTextModelWithProjection(CLIPTextConfig(vocab_size=len(wrapped), **ids, **config))
    return rounded(randomize(encoder)), wrapped


def t5_parts(config: dict, folder: Path):
    folder.mkdir(parents=True)
    shutil.copy(SPIECE, folder)
    tokenizer = T5Tokenizer.from_pretrained(folder, model_max_length=512)
    return rounded(randomize(T5EncoderModel(T5Config(vocab_size=len(tokenizer), **config)))), tokenizer


def llama_parts(config: dict):
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=llama_tokenizer(), bos_token="<|begin_of_text|>", eos_token="<|eot_id|>",
        model_max_length=131072)
    encoder = LlamaForCausalLM(
        LlamaConfig(vocab_size=len(tokenizer), max_position_embeddings=131072, **config),
    )
    encoder.set_attn_implementation("eager")
    return rounded(randomize(encoder)), tokenizer


def halve(folder: Path) -> None:
    """Stores every weight file of the folder in half precision."""
    for path in folder.rglob("*.safetensors"):
        save_file({k: v.half() for k, v in load_file(path).items()}, path, metadata={"format": "pt"})


def old_tokenizers(source: Path, folder: Path) -> None:
    """Leaves only the files that tokenizers came in before tokenizer.json."""
    for index, names in ((1, ("vocab.json", "merges.txt")), (2, ("vocab.json", "merges.txt")), (3, ("spiece.model",))):
        target = folder / ("tokenizer" if index == 1 else f"tokenizer_{index}")
        (target / "tokenizer.json").unlink()
        for name in names:
            shutil.copy(source / str(index) / name, target / name)


class Recorder:
    """Keeps the noise that the LCM scheduler draws."""

    def __init__(self):
        self.drawn = []
        self.original = lcm.randn_tensor

    def __enter__(self):
        def draw(*args, **kwargs):
            self.drawn.append(self.original(*args, **kwargs))
            return self.drawn[-1]

        lcm.randn_tensor = draw
        return self

    def __exit__(self, *_):
        lcm.randn_tensor = self.original


def ids_of(tokenizer, prompt: str, length: int) -> torch.Tensor:
    return tokenizer(prompt, padding="max_length", max_length=length, truncation=True,
                     add_special_tokens=True, return_tensors="pt").input_ids[0].int()


@torch.no_grad()
def states(pipe, prompt: str, name: str) -> dict:
    """What the pipeline's own encoders make of a prompt."""
    t5, _, llama, _, pooled, _ = pipe.encode_prompt(prompt=prompt, do_classifier_free_guidance=False)
    return {
        f"{name}.t5": t5[0], f"{name}.llama": llama[:, 0], f"{name}.pooled": pooled[0],
        f"{name}.ids.clip": ids_of(pipe.tokenizer, prompt, 128),
        f"{name}.ids.clip_g": ids_of(pipe.tokenizer_2, prompt, 128),
        f"{name}.ids.t5": ids_of(pipe.tokenizer_3, prompt, 128),
        f"{name}.ids.llama": ids_of(pipe.tokenizer_4, prompt, 128),
    }


@torch.no_grad()
def long_states(pipe) -> dict:
    """A prompt beyond 128 tokens: all of it for Llama, what the pipeline keeps for T5."""
    count = len(pipe.tokenizer_4(LONG).input_ids)
    assert count > 200
    return {
        "long.llama": pipe._get_llama3_prompt_embeds(LONG, count)[:, 0],
        "long.t5": pipe._get_t5_prompt_embeds(LONG)[0],
    }


@torch.no_grad()
def make(name: str, spec: dict) -> None:
    folder, scratch = ROOT / name, ROOT / f"{name}.scratch"
    for path in (folder, scratch):
        shutil.rmtree(path, ignore_errors=True)
    text_encoder, tokenizer = clip_parts(spec["clip_l"], scratch / "1")
    text_encoder_2, tokenizer_2 = clip_parts(spec["clip_g"], scratch / "2")
    text_encoder_3, tokenizer_3 = t5_parts(spec["t5"], scratch / "3")
    text_encoder_4, tokenizer_4 = llama_parts(spec["llama"])
    pipe = HiDreamImagePipeline(
        scheduler=SCHEDULERS[spec["scheduler"]](), vae=rounded(randomize(AutoencoderKL(**spec["vae"]))),
        text_encoder=text_encoder, tokenizer=tokenizer, text_encoder_2=text_encoder_2, tokenizer_2=tokenizer_2,
        text_encoder_3=text_encoder_3, tokenizer_3=tokenizer_3, text_encoder_4=text_encoder_4,
        tokenizer_4=tokenizer_4, transformer=rounded(transformer(spec["transformer"])))
    pipe.save_pretrained(folder)
    halve(folder)
    if name == "second":
        old_tokenizers(scratch, folder)
    shutil.rmtree(scratch)
    for path in folder.rglob("generation_config.json"):
        path.unlink()
    for path in folder.rglob("tokenizer.json"):
        path.write_text(json.dumps(json.loads(path.read_text()), separators=(",", ":")))

    width, height = spec["size"]
    pipe.default_sample_size = math.isqrt(width * height) // 8
    assert (pipe.default_sample_size * 8) ** 2 == width * height
    pipe.set_progress_bar_config(disable=True)
    tensors = states(pipe, PROMPT, "prompt") | states(pipe, NEGATIVE, "negative") | long_states(pipe)
    noise = torch.randn(1, 16, height // 8, width // 8)
    tensors["latents"] = noise
    for kind, steps, guidance in spec["runs"]:
        pipe.scheduler = SCHEDULERS[kind]()
        torch.manual_seed(11)
        with Recorder() as recorder:
            result = pipe(
                PROMPT, negative_prompt=NEGATIVE, width=width, height=height, num_inference_steps=steps,
                guidance_scale=guidance, latents=noise, output_type="latent").images
        assert result.shape == noise.shape
        run = f"{kind}.{steps}.{guidance:g}"
        tensors[f"run.{run}"] = result
        print(f"{name} {run}: {len(recorder.drawn)} draws, deviation {result.std():.3f}")
        # The draws of a run are the first ones of the longest.
        for index, drawn in enumerate(recorder.drawn):
            known = tensors.setdefault(f"noise.{index}", drawn)
            assert torch.equal(known, drawn)
    if width == height:
        shift, scale = pipe.vae.config.shift_factor, pipe.vae.config.scaling_factor
        picture = pipe.vae.decode(tensors[f"run.{run}"] / scale + shift).sample
        tensors["image"] = picture
        tensors["encoded"] = (pipe.vae.encode(picture.clamp(-1, 1)).latent_dist.mode() - shift) * scale
    save_file({k: v.contiguous() for k, v in tensors.items()}, ROOT / f"{name}.safetensors")


def main() -> None:
    torch.set_num_threads(1)
    ROOT.mkdir(parents=True, exist_ok=True)
    for seed, (name, spec) in enumerate(MODELS.items()):
        torch.manual_seed(seed)
        make(name, spec)
    (ROOT / "prompts.json").write_text(
        json.dumps({"prompt": PROMPT, "negative": NEGATIVE, "long": LONG}, ensure_ascii=False, indent=1) + "\n")


if __name__ == "__main__":
    main()
