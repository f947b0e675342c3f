"""Perspective's calls as a client makes them, and old scores to fit a map on."""

import csv
import random
from pathlib import Path
from typing import Any

import httpx

from classifier.shipped import shipped_bundle
from tests.support.service import Service

PATH = "/v1alpha1/comments:analyze"


TWO = "You are a stupid idiot 😀! Thanks for the helpful article."


async def ask(service: Service, text: str = TWO, **fields: Any) -> httpx.Response:
    body = {"comment": {"text": text}, "requestedAttributes": {"TOXICITY": {}}} | fields
    return await service.http.post(PATH, params={"key": service.site_key}, json=body)


HOSTILE = "=cmd|' /C calc'!A0 <script>alert(1)</script> \x1b[31m\u202e you idiot"


WORDS = "you are a stupid idiot fool thanks for the helpful article about garden tomatoes I agree"


def texts(count: int) -> list[str]:
    """English sentences from kind to rude, each another one."""
    chance = random.Random(5)
    words = WORDS.split()
    return [" ".join(chance.choices(words, k=12)) + f" {number}" for number in range(count)]


def file_of(folder: Path, count: int = 400) -> Path:
    """Pairs whose old score is a bent copy of ours, with some noise; one text is hostile."""
    chance, bundle = random.Random(6), shipped_bundle()
    file = folder / "pairs.csv"
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["text", "TOXICITY", "NUANCE"])
        for text in texts(count):
            ours = bundle.score(text).scores["toxicity"]
            theirs = min(1.0, max(0.0, 0.6 * ours**0.5 + chance.gauss(0.05, 0.02)))
            writer.writerow([text, f"{theirs:.4f}", "0.1"])
        writer.writerow([HOSTILE, "0.0001", ""])
        writer.writerow(["wrong", "1.5", ""])
    return file
