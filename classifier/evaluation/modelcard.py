"""The model card as Markdown: what it is for, known flaws first, data, figures."""

from collections.abc import Mapping, Sequence
from typing import Any, Final


def markdown(card: Mapping[str, Any], figures: Mapping[str, Any]) -> str:
    """Return the card of a bundle, from its JSON card and measured figures."""
    mix = figures["natural_mix"]
    lines = [
        f"# Comment classifier {card['version']}",
        "",
        "For reader comments on articles: says how likely spam and toxicity are, so that clear",
        "cases are decided at once and the others by people. Not for judging people, and not for",
        "texts of other kinds.",
        "",
        "## Known flaws",
        "",
        *(f"- {flaw}" for flaw in card["known_flaws"]),
        "",
        "## On a mix at natural rates (held out, English)",
        "",
        (
            f"- approved automatically: {_share(mix['approved'])}; violations among them:"
            f" {_share(mix['missed_violations'])}"
        ),
        (
            f"- rejected automatically: {_share(mix['rejected'])}; wrong among them:"
            f" {_share(mix['wrong_rejections'])}"
        ),
        "",
        *_second(card.get("second_opinion"), figures.get("second_opinion")),
        *_promised(card.get("second_opinion") or card),
        *counted(card.get("decisions", {}).get("counts", [])),
        "## Held-out sets",
        "",
        "| set | label | rows | positive | AUC (95 %) | average precision |",
        "| --- | --- | --- | --- | --- | --- |",
        *_sets(figures["sets"]),
        "",
        "## Languages",
        "",
        "| language | approved automatically | rejected automatically for |",
        "| --- | --- | --- |",
        *_languages(card["languages"]),
        "",
        "## Data",
        "",
        "| set | language | rows | label 1 means | licence |",
        "| --- | --- | --- | --- | --- |",
        *(
            f"| {name} | {each['language']} | {each['rows']} | {_cell(each['label'])}"
            f" | {_cell(each['licence'])} |"
            for name, each in card["data"].items()
        ),
        "",
    ]
    return "\n".join(lines)


def _second(part: Mapping[str, Any] | None, found: Mapping[str, Any] | None) -> list[str]:
    """Say what the second opinion is and adds, where the bundle has one."""
    if part is None or found is None:
        return []
    fewer = found["queued"]["violations_among_approved"]
    both = found["natural_mix"]["both"]
    low, high = fewer["fewer"][1:]
    return [
        "## Second opinion",
        "",
        "Sentence encoders are asked about comments that the linear model leaves in doubt; what",
        "both leave goes to people. On the English mix:",
        "",
        (
            f"- approved automatically: {_share(both['approved'])}; violations among them:"
            f" {_share(both['missed_violations'])}"
        ),
        (
            f"- rejected automatically: {_share(both['rejected'])}; wrong among them:"
            f" {_share(both['wrong_rejections'])}"
        ),
        (
            f"- left to people: {_share(fewer['both'])}; the linear model alone at the same share"
            f" of violations among what is approved: {_share(fewer['linear'])}"
            f" ({_share(fewer['fewer'][0])} fewer, 95 %: {_share(low)} to {_share(high)})"
        ),
        "",
        "| encoder of | made from | rows it was tuned on | AUC that rounding its weights cost |",
        "| --- | --- | --- | --- |",
        *(_encoder(each) for each in part["encoders"]),
        "",
        "| language | asked about | approves, both together | violations among approved |",
        "| --- | --- | --- | --- |",
        *(
            f"| {code} | {_share(each['asked'])} | {_approves(each)}"
            f" | {_share(each['missed_violations'])} |"
            for code, each in part["languages"].items()
            if "asked" in each
        ),
        "",
        *_transferred(part["languages"]),
        "| set | label | rows | AUC linear | AUC both | difference (95 %) | average precision |",
        "| --- | --- | --- | --- | --- | --- | --- |",
        *(
            f"| {source} | {label} | {each['rows']} | {each['linear'][0]:.4f}"
            f" | {each['both'][0]:.4f} | {_signed(each['difference'])}"
            f" | {_signed(each['average_precision_difference'])} |"
            for source, labels in found["sets"].items()
            for label, each in labels.items()
        ),
        "",
    ]


def _transferred(languages: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Say which languages have scores by what encoders learnt of others, and no figures."""
    codes = sorted(code for code, each in languages.items() if "asked" not in each)
    if not codes:
        return []
    said = "Without comments to measure on, scored by what was learnt of other languages"
    return [f"{said}: {', '.join(codes)}.", ""]


def _never_saw(part: Mapping[str, Any]) -> str:
    if part.get("apart"):
        said = "linear model never saw the source, and no encoder did: both were made without it."
        told = [each["left_out"] for each in part.get("encoders", ()) if "left_out" in each]
        return " ".join([said, *told])
    return "linear model never saw the source; encoders were tuned on other rows of most."


_SOURCES: Final = (
    "| language | source and label | promised | chosen at | found (95 %) | clean approved"
    " | violations rejected | clean rejected |"
)


def _promised(part: Mapping[str, Any]) -> list[str]:
    """Say for each source that was left out what was chosen on some rows and found on others."""
    told = [
        (code, name, each)
        for code, entry in part["languages"].items()
        for name, each in entry.get("sources", {}).items()
    ]
    rows = [
        f"| {code} | {name} | {'yes' if each['promised'] else 'no'}"
        f" | {_share(part['languages'][code].get('chosen_on', {}).get(name, {}).get('missed'))}"
        f" | {_share(each['missed'])} ({_share(each['missed_interval'][0])} to"
        f" {_share(each['missed_interval'][1])}) | {_share(each['clean_approved'])}"
        f" | {_share(each['violations_rejected'])} | {_share(each['clean_rejected'])} |"
        for code, name, each in told
    ]
    return [
        "## Sources that were left out of training",
        "",
        "Where a tenth of the comments are violations: how many of what is approved are. The",
        _never_saw(part),
        "A source is promised for if a site could be it.",
        "",
        _SOURCES,
        "| --- | --- | --- | --- | --- | --- | --- | --- |",
        *rows,
        "",
    ]


def counted(told: Sequence[Mapping[str, Any]]) -> list[str]:
    """Say as how many rows of the sets a person's word counted, and why, where people's did."""
    if not told:
        return []
    return [
        "## What people decided",
        "",
        "As how many rows of the sets a person's word about a comment counted, by the log-loss on",
        "what people decided and each weight's fits did not see.",
        "",
        "| label | language | comments | violations | counts as | since | log-loss by weight |",
        "| --- | --- | --- | --- | --- | --- | --- |",
        *(
            f"| {each['label']} | {each['language']} | {each['rows']} | {each['violations']}"
            f" | {each['weight']:g} | {_cell(each['why'])} | {_losses(each['tried'])} |"
            for each in told
        ),
        "",
    ]


def _losses(tried: Sequence[Mapping[str, Any]]) -> str:
    found = (
        f"{each['weight']:g}: {each['loss']:.4f}"
        + (f" (ranks {', '.join(each['worse'])} worse)" if each["worse"] else "")
        for each in tried
    )
    return "; ".join(found) or "none"


def _encoder(each: Mapping[str, Any]) -> str:
    lost = [f"{label} {value:.4f}" for label, value in each.get("rounding", {}).items()]
    cells = [
        ", ".join(each["languages"]),
        _cell(each.get("base", "of unknown origin")),
        _rows_of(each),
        ", ".join(lost) or "not measured",
    ]
    return f"| {' | '.join(cells)} |"


def _rows_of(each: Mapping[str, Any]) -> str:
    several = each.get("mean_of")
    if several:
        return f"the mean of those of {' and '.join(map(str, several))}"
    return str(each.get("rows", "unknown"))


def _approves(figures: Mapping[str, Any]) -> str:
    return _share(figures["approved"]) if figures["automatic"]["approve"] else "nothing"


def _signed(interval: list[float]) -> str:
    value, low, high = interval
    return f"{value:+.4f} ({low:+.4f} to {high:+.4f})"


def _auc(figure: float | list[float]) -> str:
    """A figure, with its interval where it was measured with one."""
    if isinstance(figure, float):
        return f"{figure:.4f}"
    return f"{figure[0]:.4f} ({figure[1]:.4f} to {figure[2]:.4f})"


def _sets(sets: Mapping[str, Any]) -> list[str]:
    return [
        f"| {source} | {label} | {each['rows']} | {each['positive']} | {_auc(each['auc'])}"
        f" | {_auc(each['average_precision']).split(' ')[0]} |"
        for source, labels in sets.items()
        for label, each in labels.items()
    ]


def _languages(languages: Mapping[str, Any]) -> list[str]:
    return [
        f"| {code} | {'yes' if each['automatic']['approve'] else 'no'}"
        f" | {', '.join(each['automatic']['reject']) or 'nothing'} |"
        for code, each in languages.items()
    ]


def _share(value: float | None) -> str:
    return "none" if value is None else f"{value:.2%}"


def _cell(text: str) -> str:
    return text.replace("|", "/").replace("\n", " ")
