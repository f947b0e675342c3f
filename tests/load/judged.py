"""The bare handlers with a classifier of others before the insert, as small services have it.

It decides alike for all sites, explains nothing, and has no queue, bands or languages.
"""

from collections.abc import Callable
from typing import Any

from litestar import Litestar, post
from litestar.datastructures import State
from profanity_check import predict_prob
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline

from tests.load import bare, texts

Judge = Callable[[str], float]


@post("/v1/comments")
async def insert(data: bare.Comment, state: State) -> dict[str, Any]:
    """Score a comment, insert its row, and answer with both."""
    score = state.judge(data.body)
    return {**await bare.kept(data, state.pool), "score": score}


def with_profanity_check() -> Litestar:
    """The application with `alt-profanity-check`."""
    return _judged(lambda text: float(predict_prob([text])[0]))


def with_pipeline() -> Litestar:
    """The application with TF-IDF of words and their pairs, and a logistic regression.

    How it decides is no matter here: it is taught that long texts are bad.
    """
    corpus = list(texts.bodies(5000, 7))
    middle = sorted(map(len, corpus))[len(corpus) // 2]
    pipeline: Pipeline = make_pipeline(TfidfVectorizer(ngram_range=(1, 2)), LogisticRegression())
    pipeline.fit(corpus, [len(text) > middle for text in corpus])
    return _judged(lambda text: float(pipeline.predict_proba([text])[0, 1]))


def _judged(judge: Judge) -> Litestar:
    app = bare.create([insert])
    app.state.judge = judge
    return app
