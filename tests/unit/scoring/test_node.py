"""The one sum of the weight tree."""

from hypothesis import given
from hypothesis import strategies as st

from domain.scoring.node import Part, join, mean, weighted

POINTS = st.integers(0, 100_000_000)
CHILDREN = st.lists(st.tuples(st.integers(0, 100_000), st.one_of(st.none(), POINTS)), max_size=8)


def test_rounds_half_up_once():
    assert weighted([(1, 0), (1, 1)]) == 1
    assert weighted([(2, 0), (1, 1)]) == 0
    assert weighted([(1, 0), (2, 1)]) == 1


def test_nothing_that_applies():
    assert weighted([]) is weighted([(5, None)]) is weighted([(0, 5)]) is None
    assert mean([]) is None
    assert join([]) == (None, None)


def test_a_child_that_does_not_apply_gives_its_weight_to_its_siblings():
    assert weighted([(50, 80), (25, None), (25, 40)]) == weighted([(50, 80), (25, 40)]) == 67


def test_join_takes_both_scores():
    assert join([Part(1, 100, 0), Part(3, 20, 20)]) == (40, 15)


@given(CHILDREN)
def test_a_node_lies_between_its_lowest_and_highest_child(children):
    known = [score for weight, score in children if score is not None and weight]
    node = weighted(children)
    if not known:
        assert node is None
    else:
        assert min(known) <= node <= max(known)


@given(CHILDREN, st.integers(1, 1000))
def test_only_the_shares_of_weights_matter(children, factor):
    assert weighted((weight * factor, score) for weight, score in children) == weighted(children)


@given(CHILDREN)
def test_order_does_not_matter_and_better_children_never_lower_it(children):
    assert weighted(reversed(children)) == weighted(children)
    better = [(weight, None if score is None else min(100_000_000, score + 7)) for weight, score in children]
    assert (weighted(better) or 0) >= (weighted(children) or 0)


@given(st.lists(POINTS, min_size=1, max_size=6))
def test_mean_is_the_rounded_mean(scores):
    assert abs(mean(scores) * len(scores) * 2 - 2 * sum(scores)) <= len(scores)
