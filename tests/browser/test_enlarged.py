"""For those who see little or are made ill by movement: pages at twice the size, with letters twice the size, and standing still."""

import re

import pytest

from tests.browser.conftest import READY, follow, overflow, sign_in

ENLARGED = {"page": ({"width": 640, "height": 450}, 16), "letters": ({"width": 360, "height": 740}, 32)}
"""How much room is left, and how tall letters are: a laptop of 1280 by 900 at 200 %, a phone whose owner wants them twice as large."""
STUCK = """
    [...document.querySelectorAll(".topbar, .fillbar, .actbar, .tabbar")]
        .filter((bar) => ["sticky", "fixed"].includes(getComputedStyle(bar).position))
        .reduce((sum, bar) => sum + bar.getBoundingClientRect().height, 0)
"""
MOVING = """
    [...document.querySelectorAll("*")].filter((one) => {
        const { transitionDuration, animationName, scrollBehavior } = getComputedStyle(one);
        return !/^(0s(, )?)+$/.test(transitionDuration) || animationName !== "none" || scrollBehavior !== "auto";
    }).map((one) => one.outerHTML.slice(0, 80))
"""


def enlarged(context, letters):
    page = context.new_page()
    context.new_cdp_session(page).send("Page.setFontSizes", {"fontSizes": {"standard": letters, "fixed": letters}})
    sign_in(page, "operator")
    return page


def report(page):
    page.goto("/laporan?status=open")
    follow(page, page.get_by_role("link", name=re.compile("Pra-bencana")).first)
    page.wait_for_selector(READY)


@pytest.mark.parametrize("how", ENLARGED)
def test_at_twice_the_size_nothing_runs_off_the_page_and_there_is_room_to_read(chromium, site, how):
    viewport, letters = ENLARGED[how]
    context = chromium.new_context(viewport=viewport, locale="id-ID", base_url=site, service_workers="block")
    page = enlarged(context, letters)
    report(page)
    address = page.url
    for path in (
        address,
        f"{address}/excel",
        "/",
        "/laporan",
        "/peringkat",
        "/admin/konten/anggota/",
        "/admin/konten/anggota/new/",
    ):
        page.goto(path)
        assert overflow(page) <= 0, path
        assert page.evaluate(STUCK) <= viewport["height"] / 2, path
    page.goto(address)
    page.wait_for_selector(READY)
    assert page.evaluate("parseFloat(getComputedStyle(document.querySelector('.q-name')).fontSize)") >= letters
    box = page.locator('[name="f.PB-RNC-04"]')
    box.fill("31/02/2026")
    box.blur()
    told = page.locator('[data-q="PB-RNC-04"] .err')
    told.scroll_into_view_if_needed()
    assert told.is_visible()
    assert overflow(page) <= 0
    context.close()


def test_nothing_moves_for_those_who_asked_for_that(chromium, site):
    still, moving = (
        chromium.new_context(reduced_motion=wish, locale="id-ID", base_url=site, service_workers="block")
        for wish in ("reduce", "no-preference")
    )
    page = enlarged(still, 16)
    report(page)
    assert page.evaluate(MOVING) == []
    page.locator("[data-missing]").click()
    assert page.evaluate("document.getAnimations().length") == 0
    there = enlarged(moving, 16)
    report(there)
    assert there.evaluate(MOVING), "the wish makes no difference: the test sees nothing"
    still.close()
    moving.close()
