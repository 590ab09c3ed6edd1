"""What `learn` makes of texts and series, without tuning: small ones quickly, the published ones against their figures."""

import numpy as np
import polars as pl
import pytest

from chainrule.data import Preparation, Tokens
from chainrule.errors import DataError
from chainrule.tasks import Classification
from chainrule.tasks.body import InputSpec
from chainrule.tasks.learning import evaluate_file, evaluate_problem, learn, open_trained_run, predict_file
from chainrule.tasks.networks import Choices, design
from chainrule.tasks.problem import ProblemSpec, read_problem


def learned(spec, folder):
    problem = read_problem(spec)
    model, _ = learn(problem, Choices(), folder / "run", verbose=0)
    return evaluate_problem(model, problem).figures


def test_words_that_tell_the_class_are_learned_from_a_file(tmp_path):
    random = np.random.default_rng(0)
    words = {"warm": ["sun", "sea", "sand", "heat"], "cold": ["ice", "snow", "frost", "wind"]}
    shared = ["the", "day", "was", "full", "of", "and", "we", "saw"]
    rows = [
        (label, " ".join(random.permutation([*random.choice(words[label], 2), *random.choice(shared, 5)])))
        for label in words
        for _ in range(60)
    ]
    (tmp_path / "days").write_text("\n".join(f"{label}\t{text}" for label, text in rows))
    assert learned(ProblemSpec(str(tmp_path / "days")), tmp_path)["accuracy"] == 1.0


def test_order_is_learned_from_tokens():
    random = np.random.default_rng(0)
    pairs = [random.permutation(["up", "down"]).tolist() for _ in range(300)]
    rows = pl.DataFrame({"text": [f"go {first} then {second} again" for first, second in pairs], "first": [first for first, _ in pairs]})
    preparation = Preparation(target="first", kinds={"text": "text"}, encode=[Tokens(at_least=1)])
    splits = preparation.fit(rows)
    (feature,) = preparation.fitted.features
    given = InputSpec("text", "text", feature.shape, splits.train.x.dtype, len(splits.train), feature.steps[-1].vocabulary_size)
    network = design([given], Classification(), (2,), Choices(epochs=8))
    network.model.fit(splits.train, epochs=8, verbose=0)
    assert network.model.evaluate(splits.test.x, splits.test.y, verbose=0, return_dict=True)["accuracy"] == 1.0


def test_a_trend_with_a_season_is_predicted_from_a_file(tmp_path):
    months = np.arange(240)
    sales = 50 + 0.5 * months + 10 * np.sin(2 * np.pi * months / 12)
    lines = [f"{1990 + month // 12}-{month % 12 + 1:02},{value:.4f}" for month, value in zip(months, sales, strict=True)]
    (tmp_path / "sales.csv").write_text("\n".join(["month,sales", *lines]))
    assert learned(ProblemSpec(str(tmp_path / "sales.csv"), forecast=12), tmp_path)["MSE"] < 0.02


def test_a_saved_forecast_predicts_what_comes_after_a_file_and_is_evaluated_by_it(tmp_path):
    months = np.arange(150)
    sales = 50 + 0.5 * months + 10 * np.sin(2 * np.pi * months / 12)
    lines = [f"{1990 + month // 12}-{month % 12 + 1:02},{value:.4f}" for month, value in zip(months, sales, strict=True)]
    (tmp_path / "sales.csv").write_text("\n".join(["month,sales", *lines[:120]]))
    (tmp_path / "later.csv").write_text("\n".join(["month,sales", *lines[100:144]]))
    learn(read_problem(ProblemSpec(str(tmp_path / "sales.csv"), forecast=6)), Choices(), tmp_path / "run", verbose=0)
    kept = open_trained_run(tmp_path / "run")
    predicted = predict_file(kept, tmp_path / "later.csv").frame
    assert predicted["step"].to_list() == [1, 2, 3, 4, 5, 6]
    assert predicted["predicted sales"].to_numpy() == pytest.approx(sales[144:150], abs=3)
    judgement, places, _ = evaluate_file(kept, tmp_path / "later.csv")
    assert judgement.figures["MSE"] < 0.05
    assert places[0] == "line 26"
    assert len(places) == 44 - 24 - 6 + 1


def test_what_comes_after_each_of_several_series_is_predicted(tmp_path):
    """Each shop sells a little more each day: the next days go on from its own last one; a shop with too few rows is named."""
    days = pl.date_range(pl.date(2024, 1, 1), pl.date(2024, 3, 30), eager=True)
    shops = {shop: pl.DataFrame({"day": days, "shop": shop, "sold": 100.0 * shop + np.arange(90)}) for shop in (1, 2, 3)}
    pl.concat(shops.values()).sample(fraction=1, shuffle=True, seed=0).write_csv(tmp_path / "sales.csv")
    problem = read_problem(ProblemSpec(str(tmp_path / "sales.csv"), target="sold", group="shop", forecast=3))
    assert sorted(problem.collection.frame["shop"][problem.test.rows.tolist()].unique().to_list()) == [1, 2, 3]
    learn(problem, Choices(), tmp_path / "run", verbose=0)
    pl.concat([shops[2], shops[1], shops[3].head(5)]).write_csv(tmp_path / "now.csv")
    answered = predict_file(open_trained_run(tmp_path / "run"), tmp_path / "now.csv")
    assert answered.frame["shop"].to_list() == [2, 2, 2, 1, 1, 1] and answered.frame["step"].to_list() == [1, 2, 3] * 2
    assert answered.frame["predicted sold"].to_numpy() == pytest.approx([290, 291, 292, 190, 191, 192], abs=3)
    assert [entry.place for entry in answered.left_out] == ["shop 3"]


def test_a_forecast_without_time_is_refused(tmp_path):
    (tmp_path / "sales.csv").write_text("\n".join(["sales", *map(str, range(100))]))
    with pytest.raises(DataError, match="name one with time=, or --time"):
        read_problem(ProblemSpec(str(tmp_path / "sales.csv"), forecast=3))


@pytest.mark.slow
def test_short_messages_reach_the_published_figure(data_folder, tmp_path):
    assert learned(ProblemSpec("sms"), tmp_path)["accuracy"] >= 0.975


@pytest.mark.slow
def test_the_transformer_reaches_the_published_figure(data_folder, tmp_path):
    assert learned(ProblemSpec("etth1", forecast=96), tmp_path)["MSE"] <= 0.40


@pytest.mark.slow
@pytest.mark.parametrize(("name", "horizon", "season"), [("airline-passengers", 12, 12), ("monthly-car-sales", 12, 12)])
def test_forecasts_beat_the_year_before(name, horizon, season, data_folder, tmp_path):
    problem = read_problem(ProblemSpec(name, forecast=horizon))
    model, _ = learn(problem, Choices(), tmp_path / "run", verbose=0)
    before = np.tile(problem.test.x[:, -season:], (1, -(-horizon // season), 1))[:, :horizon]
    assert evaluate_problem(model, problem).figures["MSE"] < ((before - problem.test.y) ** 2).mean()
