"""Evidence on its way: chosen without a line, broken off, the page closed, the server killed, someone else at the phone. It arrives
once, or is still on the device."""

import hashlib
import json
import re
import subprocess

import pytest

from tests.browser import alone
from tests.browser.conftest import axe, cut, follow, opened, overflow, sign_in
from tests.papers import BLUE, RED, document
from tests.server import ROOT

country, server, site = alone.country, alone.server, alone.site
answers, as_at_first = alone.answers, alone.as_at_first
ASKED, PHOTO = "PB-RNC-01", "PB-KAP-04"
PDF = b"%PDF-1.4\n" + bytes(range(256)) * 3000
FILE = {"name": "SK Bupati.pdf", "mimeType": "application/pdf", "buffer": PDF}
BROKEN = {"name": "rusak.pdf", "mimeType": "application/pdf", "buffer": b"halo"}
EXIF = bytes.fromhex(
    "ffe1003245786966000049492a000800000002001201030001000000060000003201020005000000260000000000000032303236000000"
)
"""Taken lying on its side, in 2026."""
PICTURE = """async () => {
    const canvas = new OffscreenCanvas(2400, 1200);
    const pen = canvas.getContext("2d");
    for (let n = 0; n < 2000; n += 1) {
        pen.fillStyle = `hsl(${n * 7} 80% 50%)`;
        pen.fillRect((n * 37) % 2400, (n * 91) % 1200, 60, 60);
    }
    const blob = await canvas.convertToBlob({type: "image/jpeg", quality: 0.95});
    return [...new Uint8Array(await blob.arrayBuffer())];
}"""


def question(page, code=ASKED):
    return page.locator(f'[data-q="{code}"]')


def choose(page, *files, code=ASKED):
    question(page, code).locator("input[type=file]").set_input_files(list(files))


def there(page, name=FILE["name"], code=ASKED):
    """The line of a file that stands with its answer on the server."""
    return question(page, code).locator(".file", has=page.get_by_role("link", name=name))


def on_its_way(page, code=ASKED):
    return question(page, code).locator("[data-file]")


def pieces(page, act=lambda route: route.continue_()):
    """Where the pieces begin that are sent from now on, and what is done with each."""
    begun = []

    def seen(route):
        if route.request.method == "PATCH":
            begun.append(int(route.request.headers["upload-offset"]))
            return act(route)
        return route.continue_()

    page.route("**/unggahan/*", lambda route: seen(route))  # noqa: PLW0108 - the library wraps functions only
    return begun


def test_a_client_of_others_breaks_off_and_goes_on(phone, site, address, tmp_path):
    context = phone()
    token = context.request.get("/sesi", headers={"Accept": "application/json"}).json()["csrf"]
    cookie = "; ".join(f"{c['name']}={c['value']}" for c in context.cookies())
    (tmp_path / "bukti.pdf").write_bytes(PDF)
    command = ["node", ROOT / "tests" / "js" / "tus.mjs", f"{site}{address}/berkas", cookie, token, tmp_path / "bukti.pdf"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr[-3000:]
    told = json.loads(done.stdout)
    assert (told["broken"], told["resumed"]) == (100_000, 100_000)
    assert told["kept"] == f"{hashlib.sha256(PDF).hexdigest()} Foto gudang.pdf"


@pytest.mark.parametrize("size", ["phone", "desktop"])
def test_a_chosen_file_stands_with_its_answer_without_a_press(phone, address, size):
    page = opened(phone(size=size), address)
    other = PDF[:-1] + size.encode()
    choose(page, FILE | {"name": "SK satu.pdf", "buffer": other})
    there(page, "SK satu.pdf").wait_for()
    assert on_its_way(page).count() == 0
    assert axe(page) == []
    again = opened(phone(), address)
    link = there(again, "SK satu.pdf").locator(".nm")
    assert again.request.get(link.get_attribute("href")).body() == other


def test_chosen_without_a_line_and_the_page_closed_it_is_sent_when_the_page_is_back(phone, address):
    context = phone()
    page = opened(context, address)
    cut(context)
    choose(page, FILE | {"name": "SK 1.pdf", "buffer": PDF + b"1"})
    on_its_way(page).filter(has_text="Tersimpan di perangkat; terkirim sendiri").wait_for()
    assert "1 berkas sedang dikirim." in page.locator(".fillbar .save").inner_text()
    page.close()
    context.set_offline(False)
    there(opened(context, address), "SK 1.pdf").wait_for()


def test_chosen_without_a_line_it_is_seen_and_sent_from_any_page(phone, address):
    context = phone()
    page = opened(context, address)
    cut(context)
    choose(page, FILE | {"name": "SK dari beranda.pdf", "buffer": PDF + b"2"})
    on_its_way(page).wait_for()
    page.close()
    context.set_offline(False)
    home = context.new_page()
    home.route("**/unggahan/*", lambda route: route.abort())
    home.goto("/")
    waiting = home.locator("[data-outbox]", has_text="1 ")
    waiting.wait_for()
    waiting.locator("summary").click()
    assert "SK dari beranda.pdf" in waiting.inner_text()
    home.unroute_all()
    home.reload()
    home.locator("[data-outbox].is-ok").wait_for()
    assert there(opened(context, address), "SK dari beranda.pdf").count() == 1


def test_a_break_in_the_middle_goes_on_where_the_server_is(phone, address):
    page = opened(phone(), address)
    begun = pieces(page, lambda route: route.abort() if len(begun) == 2 else route.continue_())
    choose(page, FILE | {"name": "SK 3.pdf", "buffer": PDF + b"3"})
    there(page, "SK 3.pdf").wait_for()
    assert begun == [0, 262_144, 262_144, 524_288]


def test_the_server_is_killed_between_a_piece_and_its_answer(phone, address, server):
    page = opened(phone(), address)

    def killed(route):
        if len(begun) != 2:
            return route.continue_()
        route.fetch()
        server.kill()
        route.abort()
        server.start()
        return server.wait()

    begun = pieces(page, killed)
    choose(page, FILE | {"name": "SK 4.pdf", "buffer": PDF + b"4"})
    there(page, "SK 4.pdf").wait_for()
    assert begun == [0, 262_144, 524_288]


def test_an_answer_that_is_lost_after_the_last_piece_attaches_the_file_once(phone, address):
    page = opened(phone(), address)
    lost = []

    def lose(route):
        if route.request.method != "POST" or "_files=PB" not in route.request.post_data or lost:
            return route.continue_()
        lost.append(route.fetch().status)
        return route.abort()

    page.route(f"**{address}", lambda route: lose(route))  # noqa: PLW0108 - the library wraps functions only
    choose(page, FILE | {"name": "SK hilang jawabannya.pdf", "buffer": PDF + b"5"})
    there(page, "SK hilang jawabannya.pdf").wait_for()
    assert (lost, there(page, "SK hilang jawabannya.pdf").count()) == ([200], 1)
    assert there(opened(phone(), address), "SK hilang jawabannya.pdf").count() == 1


def test_someone_else_on_the_phone_neither_sees_nor_sends_it(phone, address):
    context = phone()
    page = opened(context, address)
    cut(context)
    choose(page, FILE | {"name": "SK orang lain.pdf", "buffer": PDF + b"6"})
    on_its_way(page).wait_for()
    page.close()
    context.set_offline(False)
    context.clear_cookies()
    other = context.new_page()
    sign_in(other, "provinsi")
    other.goto("/")
    other.wait_for_function("document.querySelector('[data-outbox]') !== null")
    assert not other.locator("[data-outbox]").is_visible()
    context.clear_cookies()
    sign_in(other, "operator")
    other.locator("[data-outbox].is-ok").wait_for()
    assert there(opened(context, address), "SK orang lain.pdf").count() == 1


def test_what_the_question_does_not_take_is_said_at_its_line_and_put_away(phone, address):
    page = opened(phone(), address)
    choose(page, BROKEN, FILE | {"name": "SK 7.pdf", "buffer": PDF + b"7"})
    there(page, "SK 7.pdf").wait_for()
    refused = question(page).locator("[data-refused-file]")
    assert refused.locator(".st").inner_text().startswith("“rusak.pdf” tidak dapat dibuka")
    assert axe(page) == []
    refused.get_by_role("button", name="Hapus rusak.pdf").click()
    refused.wait_for(state="detached")
    assert question(opened(page.context, address)).locator("[data-refused-file], [data-file]").count() == 0


def test_a_device_that_keeps_nothing_sends_all_the_same(phone, address):
    context = phone()
    context.add_init_script("IDBObjectStore.prototype.put = () => { throw new DOMException('full', 'QuotaExceededError'); };")
    page = opened(context, address)
    choose(page, FILE | {"name": "SK 8.pdf", "buffer": PDF + b"8"})
    there(page, "SK 8.pdf").wait_for()


@pytest.mark.parametrize("agrees", [True, False])
def test_a_photograph_is_made_small_and_tells_where_it_was_taken_only_if_asked_to(phone, address, agrees):
    page = opened(phone(), address)
    taken = bytes(page.evaluate(PICTURE))
    choice = question(page, PHOTO).get_by_label("Sertakan waktu dan tempat foto diambil")
    assert not choice.is_checked()
    choice.set_checked(agrees)
    photo = {"name": "IMG_01.jpg", "mimeType": "image/jpeg", "buffer": taken[:2] + EXIF + taken[2:]}
    choose(page, photo, code=PHOTO)
    link = there(page, "IMG_01.jpg", PHOTO).locator(".nm")
    link.wait_for()
    sent = page.request.get(link.get_attribute("href")).body()
    assert len(sent) < len(taken)
    assert (b"Exif" in sent, b"2026" in sent) == (agrees, agrees)
    sides = page.evaluate(
        "async (bytes) => { const {width, height} = await createImageBitmap(new Blob([new Uint8Array(bytes)])); return [width, height]; }",
        list(sent),
    )
    assert sides == [800, 1600]  # it stands upright now, and says nothing else
    assert re.search(rb"\x12\x01\x03\x00\x01\x00\x00\x00\x01", sent) or not agrees


def test_a_file_put_away_on_its_way_does_not_arrive(phone, address):
    page = opened(phone(), address)
    begun = pieces(page, lambda route: route.abort() if len(begun) > 1 else route.continue_())
    choose(page, FILE | {"name": "SK 9.pdf", "buffer": PDF + b"9"})
    on_its_way(page).filter(has_text="terkirim sendiri").filter(has_text="SK").wait_for()
    page.wait_for_function("() => document.querySelector('[data-file] .st')?.textContent.includes('Tersimpan di perangkat')")
    on_its_way(page).get_by_role("button", name="Hapus SK 9.pdf").click()
    on_its_way(page).wait_for(state="detached")
    again = opened(page.context, address)
    assert (on_its_way(again).count(), there(again, "SK 9.pdf").count()) == (0, 0)


def test_evidence_that_is_a_link_takes_no_files_and_is_left_alone(phone, address):
    page = opened(phone(), address)
    trouble = []
    page.on("pageerror", lambda error: trouble.append(str(error)))
    question(page).evaluate(
        """place => {
            place.querySelector("[type=file]").remove();
            place.dispatchEvent(new CustomEvent("replaced", {bubbles: true}));
        }"""
    )
    assert trouble == []
    assert question(page).locator(".pill").inner_text() != "Perlu diperbaiki"


def test_a_file_shows_what_it_looks_like_and_opens_beside_the_form(phone, address):
    page = opened(phone(), address)
    choose(page, FILE | {"name": "Dua halaman.pdf", "buffer": document(RED, BLUE)})
    line = there(page, "Dua halaman.pdf")
    line.scroll_into_view_if_needed()
    picture = line.locator(".thumb img")
    page.wait_for_function("img => img.naturalWidth > 0", arg=picture.element_handle())
    assert picture.evaluate("img => [img.naturalWidth, img.naturalHeight]") == [99, 132]
    with page.context.expect_page() as beside:
        line.get_by_role("link", name="Lihat Dua halaman.pdf").click()
    shown = beside.value
    follow(shown, shown.get_by_role("link", name="Halaman berikutnya").first)
    assert "Halaman 2 dari 2" in shown.inner_text("main")
    assert axe(shown) == []
    assert overflow(shown) <= 0
    assert there(page, "Dua halaman.pdf").count() == 1


def test_a_file_there_is_serves_another_question_too(phone, address, size):
    page = opened(phone(size=size), address)
    name = f"Dasar hukum {size}.pdf"
    choose(page, FILE | {"name": name, "buffer": PDF + size.encode() + b"!"})
    there(page, name).wait_for()
    box = page.locator('[name="f.PB-KAP-01"]')
    box.fill("331")
    follow(page, question(page, PHOTO).get_by_role("button", name="Pakai berkas yang ada"))
    assert (axe(page), overflow(page)) == ([], 0)
    page.get_by_label(name, exact=True).check()
    follow(page, page.get_by_role("button", name="Pakai berkas terpilih"))
    page.wait_for_selector("form[data-ready]")
    assert there(page, name, PHOTO).count() == 1
    assert there(page, name).count() == 1
    assert page.locator('[name="f.PB-KAP-01"]').input_value() == "331"
    assert page.url.endswith(f"#q-{PHOTO}")
