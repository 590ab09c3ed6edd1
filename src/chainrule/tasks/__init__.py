"""Tasks: what can be learned from data, and how: a problem read from a source, a network for it, answers, evaluation, explanations."""

from chainrule.tasks import clustering
from chainrule.tasks.choices import Choices
from chainrule.tasks.classification import Classification
from chainrule.tasks.evaluation import Evaluation, Mistake
from chainrule.tasks.explanation import Explanation, explain
from chainrule.tasks.forecasting import Forecasting
from chainrule.tasks.learning import TrainedRun, evaluate_file, evaluate_problem, learn, open_trained_run, predict_file, problem_of_run
from chainrule.tasks.multi_label import MultiLabel
from chainrule.tasks.predictions import Predictions
from chainrule.tasks.problem import Problem, ProblemSpec, read_problem
from chainrule.tasks.regression import Regression
from chainrule.tasks.segmentation import Segmentation
from chainrule.tasks.span import Span
from chainrule.tasks.suspects import label_suspects
from chainrule.tasks.task import Answer, Examples, Task, all_tasks, get_task, task_for, task_for_arrays

__all__ = [
    "Answer",
    "Choices",
    "Classification",
    "Evaluation",
    "Examples",
    "Explanation",
    "Forecasting",
    "Mistake",
    "MultiLabel",
    "Predictions",
    "Problem",
    "ProblemSpec",
    "Regression",
    "Segmentation",
    "Span",
    "Task",
    "TrainedRun",
    "all_tasks",
    "clustering",
    "evaluate_file",
    "evaluate_problem",
    "explain",
    "get_task",
    "label_suspects",
    "learn",
    "open_trained_run",
    "predict_file",
    "problem_of_run",
    "read_problem",
    "task_for",
    "task_for_arrays",
]
