"""What a person asks runs about tables, texts and images of their own, and what the view of their data shows."""

import json
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
import small_data
from browsing import becomes, drawn, drop, number, settled, visit
from PIL import Image

import chainrule as cr
from chainrule.tasks.learning import open_trained_run
from chainrule.tasks.problem import ProblemSpec

if TYPE_CHECKING:
    from browsing import Studio
    from playwright.sync_api import Locator, Page

expect = pytest.importorskip("playwright.sync_api").expect
DATA = os.environ.get("CHAINRULE_DATA")
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("browser")]


@pytest.fixture(scope="module")
def digits(learned: Callable[..., str]) -> str:
    return learned("digits", ProblemSpec("digits"), 3)


@pytest.fixture(scope="module")
def messages(learned: Callable[..., str], tmp_path_factory: pytest.TempPathFactory) -> str:
    """A run that tells spam from what was meant for one."""
    if DATA:
        return learned("messages", ProblemSpec("sms"), 4)
    file = small_data.write_messages(tmp_path_factory.mktemp("messages") / "messages.tsv")
    return learned("messages", ProblemSpec(str(file), target="column_1"), 40)


@pytest.fixture(scope="module")
def concrete(learned: Callable[..., str], tmp_path_factory: pytest.TempPathFactory) -> str:
    """A run that predicts the strength of concrete from what is in it."""
    file = None if DATA else small_data.write_concrete(tmp_path_factory.mktemp("concrete") / "concrete.csv")
    return learned("concrete", ProblemSpec(str(file or "concrete")), 12)


def answer_in(page: "Page") -> "Locator":
    return page.get_by_role("region", name="The answer")


def reasons(page: "Page") -> dict[str, float]:
    """Return what speaks for the answer, as the bars tell it once the network has been asked."""
    settled(page)
    rows = answer_in(page).get_by_role("list", name=re.compile("^What speaks for")).get_by_role("listitem")
    rows.first.wait_for()
    texts: list[list[str]] = rows.evaluate_all(
        "rows => rows.map(row => ['name', 'value'].map(part => row.querySelector('.' + part).textContent))"
    )
    return {name.partition(" = ")[0]: number(value) for name, value in texts}


def test_a_typed_text_is_answered_with_its_own_words(asking: "Page", messages: str) -> None:
    visit(asking, f"#/question?run={messages}&question=answer")
    text = "Congratulations! You have won a FREE prize, call now to claim your cash"
    asking.get_by_label("A text of your own").fill(text)
    expect(answer_in(asking).locator(".answer")).to_have_text(re.compile("^spam"))
    words = set(re.findall(r"[a-z]+|[!,]", text.lower()))
    found = reasons(asking)
    assert len(found) > 4 and all(set(name.split()) <= words for name in found)
    assert max(found.values()) > 0


def test_a_typed_question_is_answered_from_its_text(asking: "Page", kinds: "Studio", learned: Callable[..., str], tmp_path: Path) -> None:
    told = [
        {"context": f"{a} went to the {p}. {b} went to the {q}.", "question": f"Where is {a}?", "answer": f"the {p}"}
        for a, b in (("Mary", "John"), ("John", "Mary"), ("Ann", "Mary"))
        for p in ("kitchen", "garden", "hall", "office")
        for q in ("kitchen", "garden", "hall", "office")
    ]
    (tmp_path / "told.jsonl").write_text("\n".join(map(json.dumps, told)))
    run = learned("told", ProblemSpec(str(tmp_path / "told.jsonl"), task="span"), 3)
    visit(asking, f"#/question?run={run}&question=answer")
    text, question = "Ann went to the hall. Mary went to the garden.", "Where is Ann?"
    asking.get_by_label("A text of your own").fill(text)
    asking.get_by_label("Your question about it").fill(question)
    expect(answer_in(asking)).to_contain_text("what the network reads: asked")
    expect(answer_in(asking).locator("blockquote")).to_have_text("where is ann ?\nann went to the hall .\nmary went to the garden .")
    alone = open_trained_run(kinds.folder / run)
    answers = alone.preparation.answers(
        alone.model.predict(alone.preparation.transform({"question": [question], "context": [text]})),
        data={"question": [question], "context": [text]},
    )
    expect(answer_in(asking).locator(".answer")).to_contain_text(answers[answers.columns[0]][0].lower())
    assert {"where", "ann", "hall"} <= {name.split()[0] for name in reasons(asking)}


def test_a_row_is_edited_and_its_columns_give_the_reasons(asking: "Page", kinds: "Studio", concrete: str) -> None:
    visit(asking, f"#/question?run={concrete}&question=answer")
    asking.get_by_role("textbox", name="cement", exact=True).fill("500")
    expect(answer_in(asking)).to_contain_text("cement = 500")
    learned = open_trained_run(kinds.folder / concrete)
    cells = {label.get_attribute("aria-label"): float(label.input_value()) for label in asking.locator(".cells input").all()}
    x = learned.preparation.transform({name: [value] for name, value in cells.items()})
    expected = learned.preparation.inverse_target(learned.model.predict(x))
    answer = answer_in(asking).locator(".answer")
    strong = pytest.approx(float(np.asarray(expected).reshape(-1)[0]), rel=2e-3)
    becomes(asking, lambda: number(answer.evaluate("element => element.firstChild.textContent")), strong)
    assert reasons(asking).keys() == cells.keys()


def test_a_dropped_picture_is_answered_as_the_example_that_it_is(asking: "Page", kinds: "Studio", digits: str, tmp_path: Path) -> None:
    run = cr.open_run(kinds.folder / digits)
    image = run.plan().train.x[0][0][..., 0]
    Image.fromarray(np.kron(np.rint(image * 255).astype("u1"), np.ones((10, 10), "u1"))).save(tmp_path / "mine.png")
    expected = run.model().predict(run.plan().train.x[0][:1])[0]
    visit(asking, f"#/question?run={digits}&question=answer")
    drop(asking.get_by_text("Drop a picture here"), tmp_path / "mine.png", "image/png")
    expect(answer_in(asking)).to_contain_text("what the network was given: mine.png")
    expect(answer_in(asking).locator(".answer")).to_have_text(re.compile(rf"^{expected.argmax()}"))


def test_who_taught_an_answer_is_shown(asking: "Page", digits: str) -> None:
    visit(asking, f"#/question?run={digits}&question=answer&part=test&row=4")
    teachers = asking.get_by_role("region", name="Who taught it this")
    expect(teachers.locator(".example")).to_have_count(8)  # the nearest
    teachers.get_by_role("button", name="Follow its learning back").click()
    expect(teachers.get_by_text("Helped")).to_be_visible()
    expect(teachers.locator(".example")).to_have_count(8 + 6 + 6)


def test_labels_that_may_be_wrong_lead_to_their_reasons(asking: "Page", digits: str) -> None:
    visit(asking, f"#/question?run={digits}&question=mistakes")
    asking.get_by_role("button", name="Look through the training examples").click()
    suspects = asking.locator("section", has=asking.get_by_role("heading", name="Is a label wrong?")).locator(".example")
    expect(suspects).to_have_count(24)
    label, answer = suspects.first.locator(".said").inner_text().split(" → ")
    suspects.first.click()
    expect(answer_in(asking).locator(".answer")).to_contain_text(f"it is {label}")
    expect(answer_in(asking).locator(".answer")).to_contain_text(answer)


def test_the_data_of_a_table_are_reported_as_the_run_kept_it(asking: "Page", kinds: "Studio", concrete: str) -> None:
    visit(asking, f"#/data?run={concrete}")
    kept = cr.open_run(kinds.folder / concrete).notes["report"]
    done = asking.get_by_role("region", name="What was done")
    for fact in kept["facts"]:
        expect(done).to_contain_text(fact)
    doubts = asking.get_by_role("region", name="What is doubtful")
    for issue in kept["issues"]:
        expect(doubts).to_contain_text(issue["message"])
    assert any(issue["check"] == "duplicates across parts" for issue in kept["issues"])  # which these data are known for
    cards = asking.get_by_role("region", name="Distributions").locator("figure")
    expect(cards).to_have_count(1 + len(kept["columns"]))
    expect(cards.nth(1)).to_contain_text(kept["columns"][0]["steps"][-1])
    asking.get_by_role("radio", name=re.compile("chosen in Build")).click()
    expect(asking.get_by_role("heading", name="digits", level=1)).to_be_visible()
    expect(asking.get_by_role("table", name="class by part").get_by_role("row")).to_have_count(10)


def test_the_data_of_texts_and_images_are_shown_as_what_they_are(asking: "Page", messages: str, digits: str) -> None:
    visit(asking, f"#/data?run={messages}")
    expect(asking.get_by_role("img", name=re.compile("^(text|column_2): from .* words"))).to_be_visible()
    expect(asking.get_by_role("region", name="Examples").locator("figure")).to_have_count(8)
    visit(asking, f"#/data?run={digits}")
    expect(asking.get_by_role("region", name="Examples").get_by_role("img")).to_have_count(8)
    sheet = asking.get_by_role("region", name="Contact sheet of augmentation")
    expect(sheet.locator("canvas")).to_have_count(27)
    drawn(sheet.locator("canvas").first, more_than=5)
