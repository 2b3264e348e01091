"""The question sets that `answers.py` measures and fits with."""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from pathlib import Path

import yaml

from omnisupport.ai.base import DocumentInput
from omnisupport.ai.knowledge.sources import read_folder

ROOT = Path(__file__).resolve().parent.parent
DEMO = ROOT / "examples" / "demo"
DEMO_VECTORS = DEMO / "knowledge" / "vectors.npz"
CALIBRATION = ROOT / "tests" / "ai" / "data" / "calibration.yaml"
EVALUATION = ROOT.parent / "shared" / "data" / "eval"


@dataclass(frozen=True)
class Ask:
    """A question and the slugs of the documents that answer it (none: nobody's)."""

    text: str
    right: frozenset[str]
    kind: str = ""
    shared: bool = False
    has: str = ""
    """Words that the right passage holds; empty when any passage of the article will do."""


@dataclass(frozen=True)
class Firm:
    """One invented firm of calibration.yaml."""

    name: str
    documents: list[DocumentInput]
    asks: list[Ask]


def demo_documents(tenant: str = "demo", *, only: str | None = None) -> list[DocumentInput]:
    """The tea shop's articles, in one language or both."""
    return [
        DocumentInput(tenant, f"{s.locale}/{s.slug}", "help", s.locale, s.title, s.url, s.markdown)
        for s in read_folder(DEMO / "knowledge")
        if only in (None, s.locale)
    ]


def demo_asks(*, later: bool = False) -> tuple[list[Ask], list[Ask]]:
    """The demo's test questions: with an answer, and without; `later` reads the second list."""
    loaded = yaml.safe_load((DEMO / "questions.yaml").read_text(encoding="utf-8"))
    keys = ("held_out", "held_out_of_scope") if later else ("questions", "out_of_scope")
    inside, outside = (
        [Ask(q["ask"], frozenset(q.get("expect", ())), q["kind"], has=q.get("has", "")) for q in loaded[key]]
        for key in keys
    )
    return inside, outside


def calibration() -> tuple[list[Firm], list[str]]:
    """The firms to fit on, and what nobody answers."""
    loaded = yaml.safe_load(CALIBRATION.read_text(encoding="utf-8"))
    firms = []
    for domain in loaded["domains"]:
        name = domain["name"]
        documents = [
            DocumentInput(name, d["slug"], "help", d["locale"], d["title"], None, d["text"])
            for d in domain["documents"]
        ]
        asks = [
            Ask(text, frozenset([d["slug"]]), shared=d.get("shared", False))
            for d in domain["documents"]
            for text in d["ask"]
        ]
        firms.append(Firm(name, documents, asks))
    return firms, loaded["nobody"]


def xquad() -> tuple[list[DocumentInput], list[Ask]]:
    """240 paragraphs of an encyclopedia as one tenant's documents, with their questions."""
    documents, asks = [], []
    for article in json.loads((EVALUATION / "xquad.en.json").read_text(encoding="utf-8"))["data"]:
        for number, paragraph in enumerate(article["paragraphs"]):
            key = f"{article['title']}-{number}"
            title = article["title"].replace("_", " ")
            documents.append(DocumentInput("xquad", key, "x", "en", title, None, paragraph["context"]))
            asks += [Ask(question["question"], frozenset([key])) for question in paragraph["qas"]]
    return documents, asks


def banking() -> list[Ask]:
    """Questions to a bank: foreign to the encyclopedia, partly a shop's matter too."""
    with (EVALUATION / "banking77_10shot.csv").open(encoding="utf-8") as file:
        return [Ask(row["text"], frozenset()) for row in csv.DictReader(file) if row["split"] == "check"]
