"""A preparation's report as a page: one file, no script, in light and dark."""

from collections.abc import Mapping, Sequence
from html import escape
from pathlib import PurePath
from typing import Any

from chainrule.counting import counted

_CALLED = {"train": "training", "validation": "validation", "test": "the test"}
_PARTS = tuple(_CALLED)
_WIDTH, _HEIGHT = 300, 84
_MOST_COLUMNS = 60  # that are drawn; the others are named
_STYLE = """
:root { color-scheme: light dark; --paper: #fbfbf9; --card: #fff; --ink: #1c2024; --soft: #667078; --line: #dfe3e6;
  --train: #2f6fb5; --validation: #c98a1b; --test: #3f9a6b; --error: #b3261e; --warning: #a06a00; }
@media (prefers-color-scheme: dark) { :root { --paper: #14171a; --card: #1c2024; --ink: #e8eaec; --soft: #98a2aa; --line: #323940;
  --train: #6ea8e6; --validation: #e5b155; --test: #6cc598; --error: #ff8a80; --warning: #ffc766; } }
body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
main { max-width: 1080px; margin: 0 auto; padding: 32px 24px 64px; }
h1 { font-size: 28px; margin: 0 0 4px; } h2 { font-size: 18px; margin: 36px 0 12px; }
h3 { font-size: 15px; margin: 0; overflow-wrap: anywhere; }
.soft { color: var(--soft); } .small { font-size: 13px; }
.grid { display: grid; grid-template-columns: repeat(auto-fill, minmax(320px, 1fr)); gap: 14px; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 14px 16px; }
.card b + .small { overflow-wrap: anywhere; }
.bar { display: flex; height: 14px; border-radius: 7px; overflow: hidden; margin: 12px 0 6px; }
.key { display: flex; flex-wrap: wrap; gap: 18px; font-size: 13px; }
.key i { display: inline-block; width: 10px; height: 10px; border-radius: 3px; margin-right: 6px; }
svg { display: block; width: 100%; height: auto; margin-top: 8px; } svg text { fill: var(--soft); font: 11px system-ui, sans-serif; }
ul { margin: 0; padding-left: 20px; } li { margin: 3px 0; } .error { color: var(--error); } .warning { color: var(--warning); }
.examples { display: grid; grid-template-columns: repeat(auto-fill, minmax(120px, 1fr)); gap: 12px; }
.wide { grid-template-columns: repeat(auto-fill, minmax(300px, 1fr)); }
.examples img, .sheet img { width: 100%; image-rendering: pixelated; border-radius: 6px; display: block; margin-bottom: 6px; }
.sheet { display: grid; gap: 6px; margin-bottom: 6px; } table { border-collapse: collapse; width: 100%; font-size: 13px; }
td { padding: 2px 0; vertical-align: top; overflow-wrap: anywhere; }
td:first-child { color: var(--soft); padding-right: 12px; width: 1%; min-width: 64px; overflow-wrap: break-word; }
.tag { font-size: 12px; color: var(--soft); border: 1px solid var(--line); border-radius: 99px; padding: 0 8px; margin-left: 6px;
  font-weight: 400; }
"""


def page(report: Mapping[str, Any]) -> str:
    """Return the page of a report that was made into plain data."""
    target = [] if report["target"] is None else [_section("Target", _grid([_column(report["target"])]))]
    shown = report["columns"][:_MOST_COLUMNS]
    more = len(report["columns"]) - len(shown)
    sections = [
        _head(report),
        _section("What is wrong with the data", _issues(report["issues"], report["checked"])),
        _section("Decided", _listed(report["facts"])),
        *target,
        _section("Columns", _grid([_column(column) for column in shown]) + (f"<p>and {more} more</p>" if more else "")),
        _section("Left aside", _listed([f"{name}: {reason}" for name, reason in report["aside"]]), bool(report["aside"])),
        _section("Left out", _listed(report["left_out"][:200]), bool(report["left_out"])),
        _section("Examples of the training part", _examples(report["examples"]), bool(report["examples"])),
        _section("Varied in training", "".join(map(_sheet, report["variations"])), bool(report["variations"])),
    ]
    head = f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{escape(report["name"])}: preparation</title>'
    return f'<!doctype html><html lang="en"><head>{head}<style>{_STYLE}</style></head><body><main>{"".join(sections)}</main></body></html>'


def _head(report: Mapping[str, Any]) -> str:
    sizes = {part: report["parts"].get(part, 0) for part in _PARTS}
    total = max(sum(sizes.values()), 1)
    bar = "".join(f'<div style="width:{100 * size / total:.2f}%;background:var(--{part})"></div>' for part, size in sizes.items())
    key = "".join(
        f'<span><i style="background:var(--{part})"></i>{size:,} for {_CALLED[part]}</span>' for part, size in sizes.items() if size
    )
    what = f"{report['task']}, {counted(total, 'example')}, {counted(len(report['columns']), 'column')}"
    return (
        f'<h1>{escape(report["name"])}</h1><div class="soft">{escape(what)}</div><div class="bar">{bar}</div><div class="key">{key}</div>'
    )


def _section(title: str, body: str, there: bool = True) -> str:
    return f"<h2>{escape(title)}</h2>{body}" if there else ""


def _grid(cards: Sequence[str]) -> str:
    return f'<div class="grid">{"".join(cards)}</div>'


def _listed(lines: Sequence[str]) -> str:
    return f"<ul>{''.join(f'<li>{escape(line)}</li>' for line in lines)}</ul>"


def _issues(issues: Sequence[Mapping[str, Any]], checked: bool) -> str:
    if not checked:
        return "<p>Leaks between the parts, and columns that give the target away, were not looked for.</p>"
    if not issues:
        return "<p>No leak between the parts, and no column that reveals the target, was found.</p>"
    items = (
        f'<li><b class="{issue["severity"]}">{issue["severity"]}</b> {escape(issue["message"])} '
        f'<span class="soft">{escape(issue["advice"])}</span></li>'
        for issue in issues
    )
    return f"<ul>{''.join(items)}</ul>"


def _column(column: Mapping[str, Any]) -> str:
    lost = sum(column["missing"].values())
    tags = f'<span class="tag">{escape(column["kind"])}</span>' + (f'<span class="tag">{lost:,} missing</span>' if lost else "")
    steps = "; ".join(column["steps"])
    said = f'<div class="small soft">{escape(column["reason"])}</div>'
    before = "" if column["before"] is None else _drawn(column["before"])
    after = "" if column["after"] is None else f'<div class="small soft">after: {escape(steps)}</div>{_drawn(column["after"])}'
    only = f'<div class="small soft">{escape(steps)}</div>' if steps and not after else ""
    return f'<div class="card"><h3>{escape(column["name"])}{tags}</h3>{said}{before}{after}{only}</div>'


def _drawn(distribution: Mapping[str, Any]) -> str:
    return _bars(distribution) if distribution["names"] else _histogram(distribution)


def _shares(counts: Mapping[str, Sequence[int]], others: Mapping[str, int]) -> dict[str, list[float]]:
    """Return each part's counts as shares of the part, so that parts of different sizes can be compared."""
    wholes = {part: sum(counts.get(part, ())) + others.get(part, 0) for part in _PARTS}
    return {part: [count / whole for count in counts[part]] for part, whole in wholes.items() if whole}


def _histogram(distribution: Mapping[str, Any]) -> str:
    shares, edges = _shares(distribution["counts"], {}), distribution["edges"]
    if not shares:
        return ""
    top = max(max(values) for values in shares.values()) or 1.0
    step = _WIDTH / max(len(edges) - 1, 1)
    drawn = ""
    for part, values in shares.items():
        if part == "train":
            drawn += "".join(
                f'<rect x="{place * step:.1f}" y="{_HEIGHT * (1 - value / top):.1f}" width="{step - 1:.1f}" '
                f'height="{_HEIGHT * value / top:.1f}" fill="var(--train)" opacity="0.55"/>'
                for place, value in enumerate(values)
            )
        else:
            points = " ".join(f"{(place + 0.5) * step:.1f},{_HEIGHT * (1 - value / top):.1f}" for place, value in enumerate(values))
            drawn += f'<polyline points="{points}" fill="none" stroke="var(--{part})" stroke-width="1.6"/>'
    unit = f" {distribution['unit']}" if distribution["unit"] else ""
    axis = f'<text x="0" y="{_HEIGHT + 14}">{edges[0]:.4g}</text>'
    axis += f'<text x="{_WIDTH}" y="{_HEIGHT + 14}" text-anchor="end">{edges[-1]:.4g}{escape(unit)}</text>'
    return f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT + 18}" role="img" aria-label="histogram by part">{drawn}{axis}</svg>'


def _bars(distribution: Mapping[str, Any]) -> str:
    shares, names = _shares(distribution["counts"], distribution["others"]), distribution["names"]
    top = max((max(values) for values in shares.values()), default=1.0) or 1.0
    row, drawn = 7 * max(len(shares), 1) + 8, ""
    for place, name in enumerate(names):
        label = name if len(name) <= 16 else name[:15] + "…"
        drawn += f'<text x="94" y="{place * row + row / 2 + 3:.1f}" text-anchor="end">{escape(label)}</text>'
        for number, (part, values) in enumerate(shares.items()):
            width = (_WIDTH - 140) * values[place] / top
            drawn += f'<rect x="100" y="{place * row + 3 + 7 * number}" width="{width:.1f}" height="6" rx="2" fill="var(--{part})"/>'
        if "train" in shares:
            drawn += f'<text x="{_WIDTH}" y="{place * row + row / 2 + 3:.1f}" text-anchor="end">{shares["train"][place]:.1%}</text>'
    svg = f'<svg viewBox="0 0 {_WIDTH} {len(names) * row + 2}" role="img" aria-label="shares by part">{drawn}</svg>'
    more = distribution["other_names"]
    return svg + (f'<div class="small soft">and {counted(more, "other", "others")}</div>' if more else "")


def _examples(examples: Sequence[Mapping[str, Any]]) -> str:
    wide = " wide" if any(example["picture"] is None for example in examples) else ""
    return f'<div class="examples{wide}">{"".join(map(_example, examples))}</div>'


def _example(example: Mapping[str, Any]) -> str:
    drawn = f'<img src="{example["picture"]}" alt="{escape(example["label"], quote=True)}">' if example["picture"] else ""
    rows = "".join(f"<tr><td>{escape(name)}</td><td>{escape(text)}</td></tr>" for name, text in list(example["cells"].items())[:12])
    table = f"<table>{rows}</table>" if rows else ""
    title = f'<b>{escape(example["label"])}</b> <span class="small soft">{escape(_short(example["place"]))}</span>'
    return f'<div class="card">{drawn}{title}{table}</div>'


def _short(place: str) -> str:
    """Return a place by which an example is found: of a file its name and its folder."""
    return "/".join(PurePath(place).parts[-2:])


def _sheet(row: Sequence[str]) -> str:
    cells = "".join(f'<img src="{uri}" alt="">' for uri in row)
    return f'<div class="sheet" style="grid-template-columns:repeat({max(len(row), 1)},1fr)">{cells}</div>'
