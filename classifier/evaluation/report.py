"""One self-contained HTML page about a bundle, and its model card in Markdown."""

import html
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from classifier.bundle import Bundle
from classifier.evaluation import modelcard, plots
from classifier.evaluation.evaluate import evaluate, held_out, scored
from classifier.training import mix
from classifier.training.evidence import outcome
from classifier.types import DECIDING, LABELS

PAIR: Final = ("ours", "theirs", "difference")
STYLE: Final = Path(__file__).with_name("report.css").read_text("utf-8")


def write(bundle: Bundle, corpora: Path | None, out: Path) -> Path:
    """Measure the bundle, write report.html and card.md into `out`; return the page's path."""
    frame = held_out(corpora)
    scores = scored(bundle, frame["text"])
    figures = evaluate(bundle, frame)
    out.mkdir(parents=True, exist_ok=True)
    (out / "card.md").write_text(modelcard.markdown(bundle.card, figures), encoding="utf-8")
    page = out / "report.html"
    page.write_text(_page(bundle, figures, frame, scores), encoding="utf-8")
    return page


def _page(
    bundle: Bundle, figures: dict[str, Any], frame: pd.DataFrame, scores: pd.DataFrame
) -> str:
    natural = mix.natural_weights(frame)
    parts = [
        f"<h1>Comment classifier {html.escape(bundle.version)}</h1>",
        "<p>Measured on comments that training, calibration and thresholds never saw.</p>",
        _key(figures["natural_mix"]),
        "<h2>Queue size against error</h2>",
        _queue(frame, scores, natural),
    ]
    for label in DECIDING:
        rows = natural > 0
        truth = (frame.loc[rows, label].fillna(0.0) >= mix.MAJORITY).to_numpy()
        values = scores.loc[rows, label].to_numpy()
        parts += [
            f"<h2>{label.capitalize()}: ROC and precision-recall per set</h2>",
            plots.curves(frame, scores, label),
            f"<h2>{label.capitalize()}: calibration, and scores per class</h2>",
            plots.calibration(truth, values, natural[rows], label),
        ]
    parts += _figures(figures)
    languages = pd.DataFrame(bundle.card["languages"]).T.drop(columns=["automatic", "violations"])
    parts += ["<h2>Languages</h2>", _table(languages, "language")]
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>Comment classifier {html.escape(bundle.version)}</title><style>{STYLE}</style>"
        f"<body>{''.join(parts)}</body></html>\n"
    )


def _key(found: dict[str, Any]) -> str:
    told = {
        "published at once": found["approved"],
        "violations among those": found["missed_violations"],
        "rejected at once": found["rejected"],
        "wrong among those": found["wrong_rejections"],
        "left to people": 1 - found["approved"] - found["rejected"],
    }
    cells = [
        f"<div><b>{'-' if value is None else f'{value:.1%}'}</b><span>{name}</span></div>"
        for name, value in told.items()
    ]
    return f'<div class="key">{"".join(cells)}</div>'


def _queue(frame: pd.DataFrame, scores: pd.DataFrame, natural: Any) -> str:
    """Move both thresholds together and see what is left to people and what goes wrong."""
    shares, missed, wrong = [], [], []
    for step in np.linspace(0.01, 0.5, 25):
        bands = {
            label: {"approve_below": float(step), "reject_at": float(1 - step)} for label in LABELS
        }
        found = outcome(frame, scores, bands, natural)
        shares.append(1 - found["approved"] - found["rejected"])
        missed.append(found["missed_violations"] or 0.0)
        wrong.append(found["wrong_rejections"] or 0.0)
    return plots.queue(shares, missed, wrong)


def _figures(figures: dict[str, Any]) -> list[str]:
    """All tables of figures, each under its heading."""
    beside = [
        {"peer": peer.replace("_", " "), "set": source} | {name: _told(each[name]) for name in PAIR}
        for peer, sets in figures["peers"].items()
        for source, each in sets.items()
    ]
    labels = pd.DataFrame(figures["labels"]).T
    for name in ("at_reject", "at_approve"):
        labels[name] = labels[name].map(lambda both: " / ".join(map(_plain, both)))
    columns = ["calibration error", "at reject_at", "at approve_below"]
    return [
        "<h2>Every set</h2>",
        _sets(figures["sets"]),
        "<h2>Beside others, toxicity AUC on the same rows</h2>",
        _table(pd.DataFrame(beside).set_index("peer"), "peer"),
        *_second(figures["second_opinion"]),
        "<h2>Labels on the mix: calibration error, precision / recall at the thresholds</h2>",
        _table(labels.set_axis(columns, axis=1), "label"),
        "<h2>In disguise</h2>",
        _table(pd.DataFrame(figures["disguised"]).T, "set"),
        "<h2>Comments that name identities</h2>",
        _table(pd.DataFrame(figures["identity"]).T, "set"),
        "<h2>By length in characters, toxicity AUC; by links, spam AUC</h2>",
        _table(pd.DataFrame([figures["lengths"]]).T.set_axis(["AUC"], axis=1), "characters"),
        _table(pd.DataFrame([figures["links"]]).T.set_axis(["AUC"], axis=1), "links"),
        "<h2>Languages found in the text</h2>",
        _table(pd.DataFrame(figures["languages_found"]).T, "language"),
    ]


def _second(found: dict[str, Any] | None) -> list[str]:
    if found is None:
        return []
    queues = pd.DataFrame(
        {
            name.replace("_", " "): {
                "error of both": f"{each['error']:.2%}",
                "left to people by both": f"{each['both']:.1%}",
                "by the linear model alone": f"{each['linear']:.1%}",
                "fewer (95 %)": _told(each["fewer"]),
            }
            for name, each in found["queued"].items()
        }
    ).T
    rows = [
        {
            "set": source,
            "label": label,
            "rows": each["rows"],
            "AUC linear": _told(each["linear"]),
            "AUC both": _told(each["both"]),
            "difference": _told(each["difference"]),
            "average precision, difference": _told(each["average_precision_difference"]),
        }
        for source, labels in found["sets"].items()
        for label, each in labels.items()
    ]
    return [
        "<h2>Second opinion: left to people at equal error</h2>",
        _table(queues, "error held equal"),
        "<h2>Second opinion: linear model alone and both, on the same rows</h2>",
        _table(pd.DataFrame(rows).set_index("set"), "set"),
    ]


def _sets(sets: dict[str, Any]) -> str:
    rows = [
        {
            "set": source,
            "label": label,
            "rows": each["rows"],
            "positive": each["positive"],
            "AUC (95 %)": _told(each["auc"]),
            "average precision (95 %)": _told(each["average_precision"]),
        }
        for source, labels in sets.items()
        for label, each in labels.items()
    ]
    return _table(pd.DataFrame(rows).set_index("set"), "set")


def _told(interval: list[float]) -> str:
    return "{:.4f} ({:.4f} to {:.4f})".format(*interval)


def _plain(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def _table(frame: pd.DataFrame, index: str) -> str:
    """A frame as HTML, its index as the first column under its own name."""
    flat = frame.reset_index(names=index).infer_objects()
    found = flat.to_html(
        border=0, na_rep="-", escape=True, index=False, float_format="{:.4g}".format
    )
    return f'<div class="wide">{found}</div>'
