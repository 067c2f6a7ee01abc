"""The one policy: deny by default, grants reach exactly their scope."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.access import ANONYMOUS, Actor, Grant, Permission, Place, Reach
from domain.access.policy import ScopeKind
from exchange.bundle import read_yaml
from tests.unit.make import ROOT

READ, EDIT = Permission.REPORT_READ, Permission.RECORD_EDIT
BEKASI = Place("u-bekasi", "32.16", "32")
BOGOR = Place("u-bogor", "32.01", "32")
JABAR = Place("u-jabar", "32", "32")
BALI = Place("u-bali", "51", "51")
NATION = Place()
EVERY = (BEKASI, BOGOR, JABAR, BALI, NATION)


def actor(*grants):
    return Actor("u", "U", tuple(Grant("role", frozenset(p), kind, scope) for kind, scope, *p in grants))


@pytest.mark.parametrize(
    ("kind", "scope", "inside"),
    [
        (ScopeKind.NATIONAL, "", set(EVERY)),
        (ScopeKind.PROVINCE, "32", {BEKASI, BOGOR, JABAR}),
        (ScopeKind.REGION, "32.16", {BEKASI}),
        (ScopeKind.REGION, "32", {JABAR}),
        (ScopeKind.UNIT, "u-bekasi", {BEKASI}),
        (ScopeKind.PROVINCE, "", set()),
        (ScopeKind.REGION, "", set()),
        (ScopeKind.UNIT, "", set()),
        (ScopeKind.UNIT, "32.16", set()),
    ],
)
def test_a_grant_reaches_exactly_its_scope(kind, scope, inside):
    who = actor((kind, scope, READ))
    assert {place for place in EVERY if who.may(READ, place)} == inside
    assert {place for place in EVERY if READ in who.permissions_at(place)} == inside
    assert not any(who.may(EDIT, place) for place in EVERY)


def test_nobody_may_do_anything():
    for permission in Permission:
        assert not ANONYMOUS.may_somewhere(permission)
        assert ANONYMOUS.reach(permission).nowhere
        assert not any(ANONYMOUS.may(permission, place) for place in EVERY)


def test_a_permission_in_one_scope_is_not_one_in_another():
    who = actor((ScopeKind.REGION, "32.16", READ, EDIT), (ScopeKind.PROVINCE, "51", READ))
    assert who.may(EDIT, BEKASI)
    assert not who.may(EDIT, BALI)
    assert who.permissions_at(BALI) == {READ}
    assert who.permissions_at(BEKASI) == {READ, EDIT}
    assert who.permissions_at(BOGOR) == frozenset()
    assert who.may_somewhere(EDIT)
    assert not who.may_somewhere(Permission.USER_EDIT)


def test_reach_is_the_same_answer_as_a_set_of_places():
    who = actor(
        (ScopeKind.PROVINCE, "32", READ),
        (ScopeKind.REGION, "51.71", READ),
        (ScopeKind.UNIT, "u-x", READ),
        (ScopeKind.NATIONAL, "", EDIT),
    )
    assert who.reach(READ) == Reach(False, frozenset({"32"}), frozenset({"51.71"}), frozenset({"u-x"}))
    assert who.reach(EDIT).everywhere
    assert not who.reach(READ).nowhere
    assert who.reach(Permission.USER_READ) == Reach()


PLACES = st.builds(
    Place, st.sampled_from(["u1", "u2", None]), st.sampled_from(["r1", "r2", None]), st.sampled_from(["p1", "p2", None])
)
SCOPES = st.sampled_from(
    [
        (ScopeKind.NATIONAL, ""),
        (ScopeKind.PROVINCE, "p1"),
        (ScopeKind.PROVINCE, "p2"),
        (ScopeKind.REGION, "r1"),
        (ScopeKind.UNIT, "u1"),
        (ScopeKind.UNIT, "u2"),
    ]
)


@given(st.lists(st.tuples(SCOPES, st.sampled_from([READ, EDIT])), max_size=5), PLACES)
def test_reach_and_may_agree(drawn, place):
    who = actor(*((kind, scope, permission) for (kind, scope), permission in drawn))
    for permission in (READ, EDIT):
        reach = who.reach(permission)
        reached = (
            reach.everywhere or place.province in reach.provinces or place.region in reach.regions or place.unit in reach.units
        )
        assert who.may(permission, place) is reached
        assert (permission in who.permissions_at(place)) is reached
        assert who.may_somewhere(permission) is not reach.nowhere


def test_belonging_is_by_unit_or_region_only():
    assert actor((ScopeKind.UNIT, "u-bekasi", READ)).belongs_to(BEKASI)
    assert actor((ScopeKind.REGION, "32.16", READ)).belongs_to(BEKASI)
    assert not actor((ScopeKind.PROVINCE, "32", READ)).belongs_to(BEKASI)
    assert not actor((ScopeKind.NATIONAL, "", READ)).belongs_to(BEKASI)
    assert not actor((ScopeKind.REGION, "32.01", READ)).belongs_to(BEKASI)
    assert not ANONYMOUS.belongs_to(NATION)


def test_the_seeded_roles_hold_known_permissions_only():
    roles = read_yaml(ROOT / "seed" / "roles.yaml")["roles"]
    for role in roles:
        assert {Permission(p) for p in role["permissions"]}, role["key"]
    held = {role["key"]: set(role["permissions"]) for role in roles}
    assert "report:verify" not in held["operator"] | held["coordinator"] | held["leader"]
    assert not any(p.endswith((":edit", ":fill", ":submit")) for p in held["leader"])


def test_permissions_are_listed_in_order():
    assert [p.value for p in Permission] == sorted(p.value for p in Permission)
