"""Writes the fixtures of TokenizersTests: tiny tokenizers and the ids that `tokenizers` gives.

    python3 Tests/Reference/tokenizer_fixtures.py

Needs tokenizers (0.23 was used), transformers and sentencepiece. The tokenizers are trained here, on
the texts below, so nothing is downloaded.
"""

import io
import json
import random
import tempfile
import unicodedata
from pathlib import Path

import sentencepiece
from tokenizers import (
    AddedToken,
    Regex,
    Tokenizer,
    models,
    normalizers,
    pre_tokenizers,
    processors,
    trainers,
)

OUT = Path(__file__).parent.parent / "TokenizersTests" / "Fixtures"
LLAMA3 = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*"
    r"|\s*[\r\n]+|\s+(?!\S)|\s+"
)
CLIP = (
    r"<\|startoftext\|>|<\|endoftext\|>|'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+"
)

CORPUS = [
    "a photo of mossy cobblestones, a rocky shore, a rocky mountain under a cloudy sky",
    "The wall isn't old; it's made of grey stones. They'll say we've seen 1234 of them in 2024.",
    "grass and gravel, sand and snow, brick and concrete, rust on metal, planks of wood",
    "Une prairie fleurie près d'une forêt à l'aube; été, déjà, naïve, cœur, garçon",
    "Ein großes Schloss über dem Fluss, Bäume im Herbst, schöne Wiesen",
    "Каменная стена и мох, зелёная трава, река и горы под облачным небом",
    "石の壁 苔むした石畳 夕焼けの空 緑の草原",
    "石墙上的青苔 蓝天白云 绿色的草地",
    "돌담 이끼 푸른 하늘 초원",
    "جدار حجري وطحلب أخضر تحت سماء غائمة",
    "קיר אבן וטחב ירוק",
    "पत्थर की दीवार और हरी काई",
    "🌄 sunrise 🏔️ mountains 👩‍🚀 astronaut 🇫🇷 flag",
]

TEXTS = [
    "",
    " ",
    "   ",
    "\n",
    "a",
    "mossy cobblestones",
    "A Photo of MOSSY Cobblestones, 4k!!",
    "it's they're WE'VE I'M he'll She'D don'T 'S 'ſ 'LL'ſa ' 's",
    " leading and trailing  ",
    "two  spaces   three    four\ttab\t\ttabs \t mixed",
    "line\nline\r\nline\n\n\nline \n \n line\r\r",
    "x \n",
    "12345678 1 12 123 1234 ½ ² Ⅷ ١٢٣ 一二三",
    "price: $3.99 (50%) ... #tag @you a/b\\c _under_ -dash- – — “quotes” «guillemets»",
    "nbsp\u00a0here, ideographic\u3000space, thin\u2009space, zero\u200bwidth, nel\u0085line, ls\u2028ps\u2029",
    "control \x00 \x01\x02 \x1b[0m \x7f end",
    "café cafe\u0301 e\u0301\u0323 \u1e69 s\u0323\u0307 s\u0307\u0323 Å \u212b Ω \u2126",
    "İstanbul ıI ẞß ΣΑΣ ς ŉ Ǆ ǅ ﬁ ﬂ ﬃ",
    "한국어 \u1112\u1161\u11ab 가\u11a8 각",
    "あ゙ が か\u3099 ガ ガ ｶﾞ ＦＵＬＬ　ｗｉｄｔｈ",
    "हिन्दी क्षत्रिय தமிழ் ไทย ภาษาไทย ລາວ မြန်မာ ខ្មែរ",
    "👍🏽 👨‍👩‍👧‍👦 🏳️‍🌈 🇩🇪🇫🇷 1️⃣ ❤️ ☺︎ 🫠",
    "mixed العربية and עברית and Ελληνικά and Русский",
    "\u202eright to left\u202c \ufeffbom \ufffd replacement \U0010ffff last \ue000 private",
    "<unk> <s> </s> <|endoftext|> <|startoftext|> <pad> [MASK]x y[MASK] <|eot_id|><|eot_id|>a",
    "  <mask>  word <mask>word x<mask> WORD word words sword",
    "▁ ▁▁a a▁b _▁_",
    "Zalgo: H\u0335\u0321\u0322e\u0336\u0348l\u0334\u0350l\u0337\u0356o\u0338\u0359",
    "\u00ad soft\u00adhyphen \u034f cgj \u180e mvs \u2060 wj",
    "a" * 70 + " " + "ab" * 40,
]
# (text, repeats): prompts of ten thousand characters, in words, in one word, in blanks.
LONG = [("mossy stones, ", 720), ("石の壁苔", 2500), ("ab", 5000), (" ", 10000), ("e\u0301", 5000)]


def fuzz(count: int, seed: int) -> list[str]:
    """Random strings over the assigned characters, many of them rare."""
    source = random.Random(seed)
    everything = [
        chr(code)
        for code in range(0x2FFFF)
        if unicodedata.category(chr(code)) not in ("Cn", "Cs", "Co")
        # Characters after Unicode 13 are classified differently by older libraries.
        and unicodedata.ucd_3_2_0.category(chr(code)) != "Cn"
    ]
    common = [chr(code) for code in range(0x20, 0x250)] + list(" \n\r\t'") * 20
    texts = []
    for _ in range(count):
        pool = source.choice([everything, common, common + everything[:3000]])
        texts.append("".join(source.choice(pool) for _ in range(source.randint(1, 24))))
    return texts


def bpe(**options) -> Tokenizer:
    return Tokenizer(models.BPE(**options))


def train(tokenizer: Tokenizer, size: int, special: list[str], **options) -> Tokenizer:
    trainer = trainers.BpeTrainer(
        vocab_size=size,
        special_tokens=special,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
        **options,
    )
    tokenizer.train_from_iterator(CORPUS * 2, trainer)
    return tokenizer


def plain() -> Tokenizer:
    """As the bundled model's: lower case, no accents, byte level."""
    tokenizer = bpe()
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.NFD(), normalizers.Lowercase(), normalizers.StripAccents()]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=True)
    return train(tokenizer, 700, ["<s>", "<unk>"])


def gpt2() -> Tokenizer:
    tokenizer = bpe()
    tokenizer.normalizer = normalizers.NFC()
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    train(tokenizer, 700, ["<|endoftext|>", "<pad>"])
    tokenizer.add_special_tokens([AddedToken("[MASK]", single_word=True, normalized=False)])
    tokenizer.add_tokens(
        [
            AddedToken("<mask>", lstrip=True, rstrip=True, normalized=True),
            AddedToken("word", single_word=True, normalized=True),
            AddedToken("café", normalized=True),
        ]
    )
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<|endoftext|> $A <pad> <pad>", special_tokens=[("<|endoftext|>", 0), ("<pad>", 1)]
    )
    return tokenizer


def llama3() -> Tokenizer:
    tokenizer = bpe(ignore_merges=True)
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(LLAMA3), behavior="isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    train(tokenizer, 900, ["<|begin_of_text|>", "<|eot_id|>"])
    tokenizer.post_processor = processors.Sequence(
        [
            processors.ByteLevel(trim_offsets=True),
            processors.TemplateProcessing(
                single="<|begin_of_text|> $A", special_tokens=[("<|begin_of_text|>", 0)]
            ),
        ]
    )
    return tokenizer


def clip() -> Tokenizer:
    tokenizer = bpe(
        unk_token="<|endoftext|>", end_of_word_suffix="</w>", continuing_subword_prefix=""
    )
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.NFC(), normalizers.Replace(Regex(r"\s+"), " "), normalizers.Lowercase()]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(CLIP), behavior="removed", invert=True),
            pre_tokenizers.ByteLevel(add_prefix_space=False),
        ]
    )
    train(tokenizer, 1100, ["<|startoftext|>", "<|endoftext|>"], end_of_word_suffix="</w>")
    tokenizer.post_processor = processors.RobertaProcessing(
        ("<|endoftext|>", 1), ("<|startoftext|>", 0), trim_offsets=False, add_prefix_space=False
    )
    return tokenizer


def fallback() -> Tokenizer:
    """SentencePiece-like BPE: metaspace by normaliser, byte fallback, unknowns fused."""
    tokenizer = bpe(unk_token="<unk>", fuse_unk=True, byte_fallback=True)
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")]
    )
    trainer = trainers.BpeTrainer(
        vocab_size=600,
        special_tokens=["<unk>", "<s>", "</s>"] + [f"<0x{byte:02X}>" for byte in range(0x20, 0xF0)],
        limit_alphabet=120,
        show_progress=False,
    )
    tokenizer.train_from_iterator(CORPUS[:5], trainer)
    return tokenizer


def unigram() -> Tokenizer:
    """T5's: SentencePiece Unigram with a compiled character map, here a small one."""
    rules = OUT.parent / "rules.tsv"
    lines = []
    for code in [*range(0xA0, 0x100), *range(0x1E00, 0x1E40), *range(0xFF01, 0xFF5F), 0xFB01, 0x2126, 0xBD]:
        text = unicodedata.normalize("NFKC", chr(code))
        if text != chr(code):
            lines.append((f"{code:X}", " ".join(f"{ord(c):X}" for c in text)))
    for base in "aeiouAEIOU":
        for mark in (0x300, 0x301, 0x302, 0x308):
            text = unicodedata.normalize("NFKC", base + chr(mark))
            lines.append((f"{ord(base):X} {mark:X}", f"{ord(text):X}"))
    lines += [("9", "20"), ("A", "20"), ("D", "20"), ("3000", "20"), ("1", ""), ("200B", "20"), ("7F", "")]
    rules.write_text("".join(f"{left}\t{right}\n" for left, right in lines))
    stream = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(CORPUS * 3),
        model_writer=stream,
        model_type="unigram",
        vocab_size=360,
        character_coverage=0.98,
        normalization_rule_tsv=str(rules),
        pad_id=0,
        eos_id=1,
        unk_id=2,
        bos_id=-1,
        hard_vocab_limit=False,
        minloglevel=2,
    )
    rules.unlink()
    from transformers import T5Tokenizer

    (OUT / "t5").mkdir(exist_ok=True)
    (OUT / "t5" / "spiece.model").write_bytes(stream.getvalue())
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "spiece.model").write_bytes(stream.getvalue())
        return T5Tokenizer.from_pretrained(folder).backend_tokenizer


def write(name: str, tokenizer: Tokenizer, texts: list[str]) -> None:
    if name != "fallback":
        (OUT / f"{name}.json").write_text(tokenizer.to_str(pretty=False))
    else:
        # The older way to write a merge: one string.
        content = json.loads(tokenizer.to_str())
        content["model"]["merges"] = [" ".join(pair) for pair in content["model"]["merges"]]
        (OUT / f"{name}.json").write_text(json.dumps(content))
    plain = [tokenizer.encode(text, add_special_tokens=False).ids for text in texts]
    special = [tokenizer.encode(text, add_special_tokens=True).ids for text in TEXTS[:8]]
    long = []
    for text, repeats in LONG:
        ids = tokenizer.encode(text * repeats, add_special_tokens=False).ids
        long.append({"count": len(ids), "head": ids[:20], "hash": str(fnv1a(ids))})
    content = {"plain": plain, "special": special, "long": long}
    (OUT / f"{name}.ids.json").write_text(json.dumps(content, separators=(",", ":")) + "\n")


def write_clip_files(model: dict) -> None:
    """The same tokenizer in the two files that CLIP came in first."""
    folder = OUT / "clip"
    folder.mkdir(exist_ok=True)
    (folder / "vocab.json").write_text(json.dumps(model["vocab"]))
    lines = ["#version: 0.2"] + [" ".join(pair) for pair in model["merges"]]
    (folder / "merges.txt").write_text("\n".join(lines) + "\n")


def fnv1a(ids: list[int]) -> int:
    """One number for many ids: FNV-1a over the ids, 64 bits."""
    value = 0xCBF29CE484222325
    for id in ids:
        value = ((value ^ id) * 0x100000001B3) % (1 << 64)
    return value


def main() -> None:
    OUT.mkdir(parents=True, exist_ok=True)
    texts = TEXTS + CORPUS + fuzz(120, seed=7)
    content = {"texts": texts, "long": [{"text": text, "repeats": n} for text, n in LONG]}
    (OUT / "texts.json").write_text(json.dumps(content) + "\n")
    write("plain", plain(), texts)
    write("gpt2", gpt2(), texts)
    write("llama3", llama3(), texts)
    write("clip", clip(), texts)
    write_clip_files(json.loads((OUT / "clip.json").read_text())["model"])
    write("fallback", fallback(), texts)
    write("unigram", unigram(), texts)


if __name__ == "__main__":
    main()
