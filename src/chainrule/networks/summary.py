"""A network as a table: each layer, the shape it gives, and how many numbers it has learned or will learn."""

from chainrule.networks.layer import Layer
from chainrule.networks.network import Network


def parameter_count(layer: Layer, trainable: bool | None = None) -> int:
    """Return how many numbers a layer's weights hold; of the trainable ones, the others, or all."""
    return sum(
        variable.size
        for _, part in layer.sublayers("")
        if not isinstance(part, Network)
        for variable in part.weights.values()
        if trainable is None or (variable.trainable and part.trainable) == trainable
    )


def summary_text(network: Network, title: str) -> str:
    """Return the table of a network's layers."""
    rows = [("Layer", "Output shape", "Parameters", "Comes from")]
    for symbol in network.order:
        source = ", ".join(entry.layer.default_name if entry.layer else entry.name or "input" for entry in symbol.inputs)
        layer = symbol.layer
        name = f"{layer.default_name} ({type(layer).__name__})" if layer else f"{symbol.name or 'input'} (Input)"
        shape = "(" + ", ".join(map(str, ("batch", *symbol.example_shape))) + ")"
        rows.append((name, shape, f"{parameter_count(layer):,}" if layer else "0", source))
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    rule = "─" * max(map(len, lines))
    total, learned = parameter_count(network), parameter_count(network, True)
    counts = f"Parameters: {total:,} ({learned:,} trainable, {total - learned:,} not), {total * 4 / 2**20:.2f} MiB as float32"
    return "\n".join([title, rule, lines[0], rule, *lines[1:], rule, counts])
