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
    parts += ["<h2>Every set</h2>", _sets(figures["sets"])]
    parts += ["<h2>In disguise</h2>", _table(pd.DataFrame(figures["disguised"]).T)]
    parts += ["<h2>Comments that name identities</h2>", _table(pd.DataFrame(figures["identity"]).T)]
    languages = pd.DataFrame(bundle.card["languages"]).T.drop(columns=["automatic"])
    parts += ["<h2>Languages</h2>", _table(languages)]
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


def _sets(sets: dict[str, Any]) -> str:
    rows = [
        {
            "set": source,
            "label": label,
            "rows": each["rows"],
            "positive": each["positive"],
            "AUC (95 %)": "{:.4f} ({:.4f} to {:.4f})".format(*each["auc"]),
            "average precision (95 %)": "{:.4f} ({:.4f} to {:.4f})".format(
                *each["average_precision"]
            ),
        }
        for source, labels in sets.items()
        for label, each in labels.items()
    ]
    return _table(pd.DataFrame(rows).set_index("set"))


def _table(frame: pd.DataFrame) -> str:
    return f'<div class="wide">{frame.to_html(border=0, na_rep="-", escape=True)}</div>'
