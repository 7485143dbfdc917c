"""Import map of plugins/, drawn as an SVG from the import statements: `python -m tests.import_map` writes it.

A box is a room or a layer in it, with its number of modules; a line is an import, and always leads downwards.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).parents[1]
PLUGINS = ROOT / "plugins"
PICTURE = ROOT / "docs" / "images" / "imports.svg"
# Rooms whose folders are layers of their own.
LAYERED = ("booking", "fastbuild", "content", "publishing")
_WIDTH, _HEIGHT, _GAP, _RISE, _MARGIN = 168, 44, 14, 34, 24
_STYLE = """
text{font:14px system-ui,sans-serif;fill:#1B2326}text.n{font-size:11px;fill:#4C5A5F}
rect.b{fill:#FFFFFF;stroke:#6F8087}rect.p{fill:#F6F8F7}path{fill:none;stroke:#0E5A63;stroke-opacity:.45}
@media (prefers-color-scheme:dark){text{fill:#E8EEEC}text.n{fill:#AEBBBA}
rect.b{fill:#1B2327;stroke:#7F9096}rect.p{fill:#12181B}path{stroke:#74CDD4}}
"""

Graph = Mapping[str, frozenset[str]]


def box_of(module: str) -> str:
    """The box that a module of plugins/ is drawn in: its room, or its folder or file in a room that has layers."""
    _, room, *rest = module.split(".")
    if room not in LAYERED or not rest:
        return room
    is_folder = (PLUGINS / room / rest[0]).is_dir()
    # Single modules beside the layers are told apart only in the endpoint, where each is a layer.
    return f"{room}/{rest[0]}" if is_folder or room == "booking" else room


def imports(path: Path, at_once: bool = False) -> Iterator[str]:
    """The modules of plugins/ that a file imports; `at_once` leaves out those in functions and for types alone."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in tree.body if at_once else ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("plugins."):
            for name in node.names:
                module = f"{node.module}.{name.name}"
                file = ROOT / module.replace(".", "/")
                yield module if file.with_suffix(".py").exists() or file.is_dir() else str(node.module)


def module_of(path: Path) -> str:
    """The dotted name of a file of plugins/."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def read() -> tuple[Graph, Mapping[str, int]]:
    """The imports between boxes, and how many modules each box has."""
    graph: dict[str, set[str]] = defaultdict(set)
    sizes: dict[str, int] = defaultdict(int)
    for path in sorted(PLUGINS.rglob("*.py")):
        module = module_of(path)
        if module.count(".") == 0 or module == "plugins.booking":
            continue
        box = box_of(module)
        sizes[box] += 1
        graph[box] |= {other for one in imports(path) if (other := box_of(one)) != box}
    return {box: frozenset(graph[box]) for box in sorted(sizes)}, sizes


def ranks(graph: Graph) -> dict[str, int]:
    """How high each box stands above those it imports; 0 imports nothing. Raises ValueError where imports go round."""
    found: dict[str, int] = {}

    def rank(box: str, above: tuple[str, ...]) -> int:
        if box in above:
            raise ValueError(f"imports go round: {' -> '.join((*above, box))}")
        if box not in found:
            found[box] = max((rank(other, (*above, box)) + 1 for other in sorted(graph.get(box, ()))), default=0)
        return found[box]

    for box in graph:
        rank(box, ())
    return found


def draw(graph: Graph, sizes: Mapping[str, int]) -> str:
    """The picture: what imports nothing lies at the bottom; of lines that go without saying, one is left."""
    rank = ranks(graph)
    rows: dict[int, list[str]] = defaultdict(list)
    for box in graph:
        rows[rank[box]].append(box)
    most = max(map(len, rows.values()))
    width = most * (_WIDTH + _GAP) - _GAP + 2 * _MARGIN
    height = len(rows) * (_HEIGHT + _RISE) - _RISE + 2 * _MARGIN
    places: dict[str, tuple[float, float]] = {}
    for level, boxes in rows.items():
        left = (width - len(boxes) * (_WIDTH + _GAP) + _GAP) / 2
        top = height - _MARGIN - _HEIGHT - level * (_HEIGHT + _RISE)
        places |= {box: (left + number * (_WIDTH + _GAP), top) for number, box in enumerate(boxes)}
    lines = [_line(places[box], places[other]) for box in graph for other in sorted(_near(box, graph))]
    boxes = [_box(box, places[box], sizes[box]) for box in graph]
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}"',
            'role="img" aria-labelledby="t">',
            '<title id="t">The rooms of plugins/ and what they import, from the top down</title>',
            f"<style>{_STYLE}</style>",
            f'<rect class="p" width="{width:.0f}" height="{height:.0f}"/>',
            *lines,
            *boxes,
            "</svg>\n",
        ]
    )


def _near(box: str, graph: Graph) -> set[str]:
    """What a box imports and nothing that it imports does."""
    far: set[str] = set()
    waiting: Sequence[str] = [further for other in graph[box] for further in graph.get(other, ())]
    while waiting:
        far |= set(waiting)
        waiting = [further for one in set(waiting) for further in graph.get(one, ()) if further not in far]
    return set(graph[box]) - far


def _line(upper: tuple[float, float], lower: tuple[float, float]) -> str:
    (x, y), (to_x, to_y) = upper, lower
    x, y, to_x = x + _WIDTH / 2, y + _HEIGHT, to_x + _WIDTH / 2
    bend = min(60.0, (to_y - y) / 2)
    return f'<path d="M{x:.0f} {y:.0f}C{x:.0f} {y + bend:.0f} {to_x:.0f} {to_y - bend:.0f} {to_x:.0f} {to_y:.0f}"/>'


def _box(box: str, place: tuple[float, float], size: int) -> str:
    x, y = place
    return (
        f'<rect class="b" x="{x:.0f}" y="{y:.0f}" width="{_WIDTH}" height="{_HEIGHT}" rx="4"/>'
        f'<text x="{x + 10:.0f}" y="{y + 19:.0f}">{box}</text>'
        f'<text class="n" x="{x + 10:.0f}" y="{y + 35:.0f}">{size} module{"s" * (size != 1)}</text>'
    )


if __name__ == "__main__":
    PICTURE.write_text(draw(*read()), encoding="utf-8")
    print(PICTURE.relative_to(ROOT))
