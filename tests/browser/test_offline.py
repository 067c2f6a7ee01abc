"""Without a line: what opens, what is kept, what is sent afterwards and for whom."""

import pytest

from tests.browser import alone
from tests.browser.conftest import (
    ON_DEVICE,
    SAVED,
    axe,
    box,
    cut,
    follow,
    opened,
    overflow,
    republish,
    says,
    sign_in,
)

country, server, site = alone.country, alone.server, alone.site
answers, as_at_first = alone.answers, alone.as_at_first

KEPT = """async () => {
    const kept = {};
    for (const name of (await caches.keys()).filter((name) => name.startsWith("pages ")))
        kept[name.slice(6)] = (await (await caches.open(name)).keys()).map(({ url }) => new URL(url).pathname);
    return kept;
}"""
RECORDS = """() => new Promise((done) => {
    const open = indexedDB.open("emonev");
    open.onsuccess = () => {
        const all = open.result.transaction("answers").objectStore("answers").getAll();
        all.onsuccess = () => { open.result.close(); done(all.result); };
    };
})"""


FULL = """() => {
    const put = IDBObjectStore.prototype.put;
    IDBObjectStore.prototype.put = function (...what) {
        if (window.full) throw new DOMException("full", "QuotaExceededError");
        return put.apply(this, what);
    };
}"""


def copies(page, holds):
    """Wait until the copies on the device are such: a JavaScript condition on ``kept``, addresses by person."""
    page.evaluate(
        f"""async () => {{
            for (let tries = 0; tries < 200; tries += 1) {{
                const kept = await ({KEPT})();
                if ({holds}) return;
                await new Promise((next) => setTimeout(next, 50));
            }}
            throw new Error("no such copies " + JSON.stringify([await ({KEPT})(), await caches.keys(), location.href, document.documentElement.outerHTML.length, localStorage]));
        }}"""
    )


def prepared(context, address):
    """The home page of a phone that has fetched what its person needs."""
    page = context.new_page()
    page.goto("/")
    page.evaluate("navigator.serviceWorker.ready.then(() => undefined)")
    copies(page, f"Object.values(kept).flat().includes('{address}')")
    page.reload()  # from here on the worker answers
    return page


def on_its_copy(context, address):
    """The report on a phone that has lost the line."""
    page = prepared(context, address)
    cut(context)
    page.goto(address)
    page.wait_for_selector("form[data-ready]")
    return page


def unsent(page):
    return [record for record in page.evaluate(RECORDS) if "kept" not in record]


def waiting(page, count):
    """Wait until so many answers wait on the device."""
    page.evaluate(
        f"""async () => {{
            for (let tries = 0; tries < 400; tries += 1) {{
                const waits = (await ({RECORDS})()).filter((record) => record.kept === undefined);
                if (waits.length === {count}) return;
                await new Promise((next) => setTimeout(next, 50));
            }}
            throw new Error("still waits: " + JSON.stringify(await ({RECORDS})()));
        }}"""
    )


def outbox(page, words):
    page.locator("[data-outbox]", has_text=words).wait_for()
    return page.locator("[data-outbox]")


@pytest.mark.parametrize("size", ["phone", "desktop"])
def test_a_report_never_opened_before_is_filled_without_a_line_and_sent_from_another_page(phone, address, changes, size):
    context = phone(size=size)
    page = prepared(context, address)
    before = changes()
    cut(context)
    page.goto(address)
    page.wait_for_selector("form[data-ready]")
    assert "Tidak ada jaringan: ini salinan" in page.locator("[data-copy-note]").inner_text()
    value = {"phone": "211", "desktop": "212"}[size]
    box(page, "PB-KAP-01").fill(value)
    says(page, ON_DEVICE)
    page.goto("/")
    pending = outbox(page, "1 isian belum sampai di server")
    assert "Terkirim sendiri begitu ada jaringan" in pending.inner_text()
    pending.locator("summary").click()
    assert value in pending.inner_text()
    assert axe(page) == []
    assert overflow(page) == 0
    context.set_offline(False)
    outbox(page, "sudah sampai di server")
    assert unsent(page) == []
    assert changes() == before + 1
    assert box(opened(phone(), address), "PB-KAP-01").input_value() == value


def test_the_copy_opened_again_and_again_shows_what_was_typed_on_it(phone, address, changes):
    context = phone()
    page = prepared(context, address)
    before = changes()
    cut(context)
    for value in ("221", "222", "223"):
        page.goto(address)
        page.wait_for_selector("form[data-ready]")
        box(page, "PB-KAP-01").fill(value)
        says(page, ON_DEVICE)
    page.goto(address)
    page.wait_for_selector("form[data-ready]")
    assert box(page, "PB-KAP-01").input_value() == "223"
    context.set_offline(False)
    says(page, SAVED)
    cut(context)
    page.goto(address)  # the copy is older than what the server holds by now
    page.wait_for_selector("form[data-ready]")
    assert box(page, "PB-KAP-01").input_value() == "223"
    assert changes() == before + 1


def test_a_page_that_is_not_kept_says_so_and_what_is(phone, address):
    context = phone()
    page = prepared(context, address)
    cut(context)
    page.goto("/peringkat")
    assert page.get_by_role("heading", name="Tidak ada jaringan").is_visible()
    assert axe(page) == []
    page.get_by_role("link", name="Laporan Pra-bencana").click()
    page.wait_for_selector("form[data-ready]")


def test_signing_out_asks_takes_the_copies_away_and_leaves_what_is_unsent(phone, address):
    context = phone()
    page = on_its_copy(context, address)
    box(page, "PB-KAP-01").fill("231")
    says(page, ON_DEVICE)
    page.goto("/")
    outbox(page, "belum sampai")
    page.route(f"**{address}", lambda route: route.abort())  # the line is back, but what waits is not sent yet
    context.set_offline(False)
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.accept()))
    page.locator("details.account summary").click()
    page.get_by_role("button", name="Keluar").click()
    page.wait_for_url("**/masuk**")
    assert asked == [
        "1 isian baru tersimpan di perangkat ini. Isian itu tetap di sini dan terkirim saat Anda masuk lagi. Keluar sekarang?"
    ]
    copies(page, "Object.keys(kept).length === 0")
    assert [record["said"] for record in unsent(page)] == ["231"]
    page.unroute(f"**{address}")
    sign_in(page, "operator")
    outbox(page, "sudah sampai di server")
    assert box(opened(phone(), address), "PB-KAP-01").input_value() == "231"


def test_the_next_person_on_the_phone_neither_sees_nor_sends_what_the_first_left(phone, address, changes):
    context = phone()
    page = on_its_copy(context, address)
    box(page, "PB-KAP-01").fill("241")
    says(page, ON_DEVICE)
    page.goto("/laporan")
    outbox(page, "belum sampai")
    before = changes()
    context.clear_cookies()  # the session ends while there is no line
    page.close()
    context.set_offline(False)
    other = context.new_page()
    sign_in(other, "koordinator")
    copies(other, "Object.keys(kept).length === 1 && Object.values(kept)[0].includes('/tanpa-jaringan')")
    other.wait_for_load_state("networkidle")
    assert not other.locator("[data-outbox]").is_visible()
    cut(context)
    other.goto(address)
    assert other.get_by_role("heading", name="Tidak ada jaringan").is_visible()
    context.set_offline(False)
    assert changes() == before
    context.clear_cookies()
    sign_in(other, "operator")
    outbox(other, "sudah sampai di server")
    assert changes() == before + 1
    assert box(opened(phone(), address), "PB-KAP-01").input_value() == "241"


def test_a_session_that_ended_without_a_line_is_told_and_signing_in_sends(phone, address):
    context = phone()
    page = on_its_copy(context, address)
    box(page, "PB-KAP-01").fill("251")
    says(page, ON_DEVICE)
    page.goto("/")
    outbox(page, "belum sampai")
    context.clear_cookies()
    context.set_offline(False)
    outbox(page, "Anda sudah keluar")
    follow(page, page.get_by_role("link", name="masuk untuk mengirimnya"))
    page.get_by_label("Surel dinas").fill("operator@example.org")
    page.get_by_label("Kata sandi", exact=True).fill("demo-Siaga-2026")
    follow(page, page.get_by_role("button", name="Masuk", exact=True))
    outbox(page, "sudah sampai di server")
    assert box(opened(phone(), address), "PB-KAP-01").input_value() == "251"


@pytest.mark.parametrize(("button", "words"), [("Periksa dan kirim", "laporan belum dikirim"), ("Keluar", "Anda masih masuk")])
def test_a_button_pressed_without_a_line_keeps_the_page(phone, address, button, words):
    context = phone()
    page = on_its_copy(context, address)
    box(page, "PB-KAP-01").fill("261")
    if button == "Keluar":
        page.locator("details.account summary").click()
    with page.expect_event("dialog") as told:
        page.on("dialog", lambda dialog: dialog.accept())
        page.get_by_role("button", name=button).click(no_wait_after=True)
    assert words in told.value.message
    says(page, ON_DEVICE)
    assert box(page, "PB-KAP-01").input_value() == "261"
    assert page.url.endswith(address)


@pytest.mark.parametrize("last", [None, "281", "282"])
def test_of_two_closed_pages_the_newer_answer_counts(phone, address, changes, last):
    """Whichever of them the browser takes for open the longest."""
    context = phone()
    page = prepared(context, address)
    before = changes()
    cut(context)
    pages = [context.new_page() for _tab in range(2)]
    for tab, value in zip(pages, ("281", "282"), strict=True):
        tab.goto(address)
        tab.wait_for_selector("form[data-ready]")
        box(tab, "PB-KAP-01").fill(value)
        says(tab, ON_DEVICE)
    for tab in pages:
        tab.close()
    keepers = {record["said"]: record["page"] for record in unsent(page)}
    page.evaluate(
        "key => { navigator.locks.request(key, () => new Promise(done => { window.letGo = done; })); }", keepers.get(last, "none")
    )
    context.set_offline(False)
    waiting(page, 0 if last is None else 1)
    page.evaluate("letGo()")
    waiting(page, 0)
    assert changes() == before + 1
    assert box(opened(phone(), address), "PB-KAP-01").input_value() == "282"


def test_an_old_copy_does_not_take_back_what_someone_else_answered(phone, address):
    """The copy shows an answer a colleague has changed since; another answer, typed here on a newer page, goes out from it."""
    context, other = phone(), phone(size="desktop")
    prepared(context, address)  # the copy
    theirs = opened(other, address)
    box(theirs, "PB-SDL-03").fill("291")
    says(theirs, SAVED)
    newer = context.new_page()
    newer.route("**/sw.js", lambda route: route.abort())
    newer.goto(address + "?periksa=1")  # not what is kept: the copy stays old
    newer.wait_for_selector("form[data-ready]")
    assert box(newer, "PB-SDL-03").input_value() == "291"
    cut(context)
    box(newer, "PB-KAP-01").fill("292")
    says(newer, ON_DEVICE)
    newer.close()
    page = context.new_page()
    page.goto(address)
    page.wait_for_selector("form[data-ready]")
    assert box(page, "PB-SDL-03").input_value() != "291"
    assert box(page, "PB-KAP-01").input_value() == "292"
    context.set_offline(False)
    says(page, SAVED)
    follow(page, page.get_by_role("button", name="Simpan", exact=True).last)
    again = opened(phone(), address)
    assert [box(again, code).input_value() for code in ("PB-SDL-03", "PB-KAP-01")] == ["291", "292"]


def test_what_is_typed_before_the_page_is_ready_is_kept_too(phone, address):
    context = phone()
    page = context.new_page()
    held = []
    page.route("**/aturan/**", lambda route: held.append(route))  # noqa: PLW0108 - the library wraps functions only
    page.goto(address)
    box(page, "PB-KAP-01").fill("301")
    box(page, "PB-KAP-01").blur()
    while not held:
        page.wait_for_timeout(20)
    held[0].continue_()
    page.wait_for_selector("form[data-ready]")
    says(page, SAVED)
    assert box(opened(phone(), address), "PB-KAP-01").input_value() == "301"


def test_three_hundred_edits_without_a_line_sent_twice_stand_once(phone, address, changes):
    context = phone()
    page = prepared(context, address)
    before = changes()
    cut(context)
    page.goto(address)
    page.wait_for_selector("form[data-ready]")
    for nth in range(100):
        for code in ("PB-KAP-01", "PB-SDL-03", "PB-KAP-02"):
            box(page, code).fill(str(1000 + nth))
    says(page, ON_DEVICE)
    page.goto("/laporan")
    outbox(page, "3 isian belum sampai di server")
    lost = []

    def swallow(route):
        lost.append(route.fetch().status)
        route.abort()

    page.route(f"**{address}", lambda route: swallow(route) if route.request.method == "POST" else route.continue_())
    with page.expect_event("requestfailed", lambda request: request.method == "POST"):
        context.set_offline(False)
    page.unroute(f"**{address}")
    page.reload()  # the second sending is another page's
    outbox(page, "sudah sampai di server")
    assert lost == [200]
    assert changes() == before + 3
    assert [box(opened(phone(), address), code).input_value() for code in ("PB-KAP-01", "PB-SDL-03", "PB-KAP-02")] == ["1.099"] * 3


def test_a_full_device_is_told_and_the_form_works_with_a_line(phone, address):
    context = phone()
    page = opened(context, address)
    devtools = context.new_cdp_session(page)
    usage = devtools.send("Storage.getUsageAndQuota", {"origin": page.evaluate("location.origin")})["usage"]
    devtools.send("Storage.overrideQuotaForOrigin", {"origin": page.evaluate("location.origin"), "quotaSize": int(usage)})
    box(page, "PB-KAP-01").fill("271")
    says(page, SAVED)
    cut(context)
    box(page, "PB-KAP-01").fill("272")
    says(page, "perangkat ini tidak dapat menyimpan. Biarkan halaman ini terbuka")
    context.set_offline(False)
    says(page, SAVED)
    assert box(opened(phone(), address), "PB-KAP-01").input_value() == "272"


def test_what_found_no_room_any_more_is_not_taken_back_by_what_did(phone, address):
    context = phone()
    page = opened(context, address)
    page.evaluate(FULL)
    cut(context)
    box(page, "PB-KAP-01").fill("311")
    says(page, ON_DEVICE)
    page.evaluate("window.full = true")
    box(page, "PB-KAP-01").fill("312")
    says(page, "perangkat ini tidak dapat menyimpan")
    assert [record["said"] for record in unsent(page)] == ["311"]
    page.evaluate("window.full = false")
    context.set_offline(False)
    says(page, SAVED)
    page.close()
    again = opened(context, address)
    says(again, SAVED)
    assert unsent(again) == []
    assert box(opened(phone(), address), "PB-KAP-01").input_value() == "312"


def test_it_can_be_installed(phone):
    page = phone().new_page()
    page.goto("/")
    devtools = page.context.new_cdp_session(page)
    found = devtools.send("Page.getInstallabilityErrors")["installabilityErrors"]
    assert [error for error in found if error["errorId"] != "in-incognito"] == []  # a context of a test is one
    manifest = devtools.send("Page.getAppManifest")
    assert manifest["errors"] == []
    icons = page.evaluate("async href => (await (await fetch(href)).json()).icons", manifest["url"])
    for icon in icons:
        loaded = page.evaluate(
            "src => new Promise(done => { const i = new Image(); i.onload = () => done(i.width); i.src = src; })", icon["src"]
        )
        assert icon["sizes"] in ("any", f"{loaded}x{loaded}")


def test_who_answered_an_older_form_without_a_line_is_led_to_what_is_new(phone, address, country, tmp_path):
    context = phone()
    page = on_its_copy(context, address)
    box(page, "PB-KAP-01").fill("271")
    says(page, ON_DEVICE)
    page.goto("/")
    outbox(page, "1 isian belum sampai di server")
    republish(country, tmp_path / "bundle", "Gladi ruang (TTX) melibatkan klaster", "Klaster ikut gladi ruang (TTX)")
    context.set_offline(False)
    told = outbox(page, "BNPB baru saja mengubah formulir ini. Yang Anda ketik sudah disimpan.")
    assert axe(page) == []
    follow(page, told.get_by_role("link", name="Lihat yang baru"))
    page.wait_for_selector("form[data-ready]")
    changed = page.locator('[data-q="PB-KAP-03"]')
    assert "Diubah BNPB: pertanyaan. Sebelumnya berbunyi “Gladi ruang (TTX) melibatkan klaster”." in changed.inner_text()
    assert box(page, "PB-KAP-01").input_value() == "271"
    assert unsent(page) == []
