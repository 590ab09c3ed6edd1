"""All commands, in the order in which help lists them. Each imports what it needs when it is called: help must be quick."""

from chainrule.cli.data import data
from chainrule.cli.demo import demo
from chainrule.cli.diagnose import diagnose
from chainrule.cli.evaluate import evaluate
from chainrule.cli.explain import explain
from chainrule.cli.fork import fork
from chainrule.cli.inspect import inspect
from chainrule.cli.landscape import landscape
from chainrule.cli.learn import learn
from chainrule.cli.predict import predict
from chainrule.cli.prepare import prepare
from chainrule.cli.reproduce import reproduce
from chainrule.cli.resume import resume
from chainrule.cli.rewind import rewind
from chainrule.cli.runs import runs
from chainrule.cli.show import show
from chainrule.cli.studio import studio
from chainrule.cli.tree import tree
from chainrule.cli.walk import walk
from chainrule.cli.why import why

ALL = {
    learn: "Learn from a named data set, a table or a folder.",
    prepare: "Prepare data, and report on them, without learning.",
    demo: "Learn to read handwritten digits, in under a minute.",
    reproduce: "Carry out a published experiment again.",
    predict: "Answer for new examples with a saved model.",
    evaluate: "Report how good a saved model is.",
    explain: "Say why a saved model answers as it does.",
    runs: "List the saved runs.",
    show: "Show a saved run: network, epochs, figures.",
    resume: "Go on with an interrupted run.",
    inspect: "Show what happened inside a saved run.",
    diagnose: "Say why a saved run does not learn as it should.",
    rewind: "Look inside any step of a saved run.",
    fork: "Go on from a past step, with something changed.",
    tree: "Show which run was forked from which.",
    why: "Tell why a weight has its gradient.",
    walk: "Go through the backward pass of a step.",
    landscape: "Look at the loss around the way of a run.",
    studio: "Open a page in the browser where all of this can be seen and done.",
    data: "List the named data sets.",
}
