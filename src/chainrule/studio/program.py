"""A settings as a Python program that runs as it stands, and trains what the studio trains."""

from collections.abc import Sequence

from chainrule.studio.construction import room_of
from chainrule.studio.settings import Choice, DataChoice, Settings
from chainrule.studio.settings_data import UploadPlace, source_of
from chainrule.tasks.problem import HELD_OUT


def program(settings: Settings, place: UploadPlace) -> str:
    """Return the program of settings; none for one with names that no program has, which somebody may have put in an address.

    Args:
        settings: which.
        place: where uploads lie.

    Example:
        >>> data = DataChoice("digits")
        >>> layers = [Choice("Flatten"), Choice("Dense", {"units": 10})]
        >>> loss = Choice("SparseCategoricalCrossentropy", {"from_logits": True})
        >>> print(program(Settings(data, layers, loss, Choice("Adam")), lambda name: name))  # doctest: +ELLIPSIS
        import chainrule as cr
        from chainrule.tasks.problem import read_problem
        <BLANKLINE>
        problem = read_problem("digits", seed=0)
        ...
    """
    if not all(map(_is_named, [*settings.layers, *settings.augment, settings.loss, settings.optimizer])):
        return ""
    parts = [
        "import chainrule as cr",
        "from chainrule.tasks.problem import read_problem",
        "",
        *_data(settings.data, place),
        "",
        *_network(settings),
        *_fit(settings),
    ]
    return "\n".join(parts) + "\n"


def expression(choice: Choice, room: str) -> str:
    """Return the expression that makes what was chosen: "cr.layers.Dense(10, activation='relu')" without its defaults."""
    given = [f"{name}={_value(value)}" for name, value in choice.arguments.items()]
    return f"cr.{room}.{choice.kind}({', '.join(given)})"


def _is_named(choice: Choice) -> bool:
    """Return whether a choice and what is chosen within it are written with names alone, and not with expressions."""
    inner = [value for value in choice.arguments.values() if isinstance(value, Choice)]
    return all(name.isidentifier() for name in (choice.kind, *choice.arguments)) and all(map(_is_named, inner))


def _value(value: object) -> str:
    if isinstance(value, Choice):
        return expression(value, room_of(value, "layers"))
    if isinstance(value, list):
        return f"({', '.join(map(repr, value))}{',' if len(value) == 1 else ''})"
    return '"' + value + '"' if isinstance(value, str) and not set(value) & set('"\\\n') else repr(value)


def _data(data: DataChoice, place: UploadPlace) -> list[str]:
    source = source_of(data, place)
    given = [
        _value(source),
        *([f"target={_value(data.target)}"] if data.target else []),
        *([f"task={_value(data.task)}"] if data.task else []),
    ]
    given.append(f"seed={data.seed}")
    given += [f"features=[{', '.join(map(_value, data.features))}]"] if data.features else []
    given += [f"noise={data.noise!r}"] if data.noise else []
    given += [f"held_out={data.held_out!r}"] if data.held_out != HELD_OUT else []
    lines = [
        f"problem = read_problem({', '.join(given)})",
        "x, y = problem.train",
        "validation, test = tuple(problem.validation), tuple(problem.test)",
    ]
    return [*lines, *_fewer(data, "y if problem.class_names else None")]


def _fewer(data: DataChoice, labels: str) -> list[str]:
    if data.examples is None:
        return []
    share = f"{data.examples} / len(y)"
    return [
        f"if len(y) > {data.examples}:  # as many as the settings asks for, in proportion to the classes",
        f"    some, _ = cr.data.split_rows(len(y), ({share}, 1 - {share}), seed={data.seed}, stratify={labels})",
        "    x, y = x[some], y[some]",
    ]


def _network(settings: Settings) -> Sequence[str]:
    stack = [f"        {expression(choice, 'layers')}," for choice in settings.layers]
    metrics = ", ".join(map(_value, settings.metrics))
    return [
        "model = cr.Sequential(",
        "    [",
        '        cr.Input(x.shape[1:], "int32" if x.dtype.kind == "i" else "float32"),',
        *stack,
        "    ],",
        f"    seed={settings.seed},",
        ")",
        "model.compile(",
        f"    {expression(settings.optimizer, 'optimizers')},",
        f"    {expression(settings.loss, 'losses')},",
        f"    metrics=[{metrics}],",
        ")",
    ]


def _fit(settings: Settings) -> list[str]:
    stopping = [] if settings.patience is None else [f"cr.callbacks.EarlyStopping(patience={settings.patience}), "]
    varied = ", ".join(expression(choice, "layers") for choice in settings.augment)
    augment = [f"    augment=[{varied}],"] if varied else []
    return [
        "history = model.fit(",
        "    x,",
        "    y,",
        f"    batch_size={settings.batch_size},",
        f"    epochs={settings.epochs},",
        "    validation_data=validation,",
        *augment,
        f'    callbacks=[{"".join(stopping)}cr.callbacks.Recorder("runs/from-the-studio")],',
        ")",
        "print(model.evaluate(*test, return_dict=True))",
    ]
