"""Pictures of files: what they show, their size, what is not drawn, that each is made once."""

import io
import os
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from PIL import Image

from exchange import pictures
from exchange.pictures import MOST_PAGES, PAGE, THUMB, picture
from infra.storage import FileStore
from tests.papers import BLUE, RED, document, near, photograph, seen


@pytest.fixture
def store(tmp_path):
    return FileStore(tmp_path)


def kept(store, body):
    staged = store.stage(io.BytesIO(body), 1 << 25)
    store.keep(staged)
    return staged.sha256


def files(store):
    return sorted(path.name for path in (store.root / ".pictures").rglob("*") if path.is_file())


@pytest.mark.parametrize(("page", "colour"), [(1, RED), (2, BLUE)])
def test_a_page_of_a_document(store, page, colour):
    made = picture(store, kept(store, document(RED, BLUE)), page, PAGE)
    image = seen(made.body)
    assert made.pages == 2
    assert max(image.size) == PAGE == image.height
    assert near(image.getpixel((image.width // 2, 700)), colour)


def test_a_photograph_stands_upright_is_small_and_tells_nothing_of_itself(store):
    made = picture(store, kept(store, photograph(800, 400, held=6)), 1, THUMB)
    image = Image.open(io.BytesIO(made.body))
    assert image.size == (THUMB // 2, THUMB)
    assert near(image.convert("RGB").getpixel((33, 10)), RED)
    assert near(image.convert("RGB").getpixel((33, 120)), BLUE)
    assert not image.getexif()


def test_a_small_photograph_is_not_blown_up(store):
    assert seen(picture(store, kept(store, photograph(40, 20)), 1, PAGE).body).size == (40, 20)


def test_what_can_be_seen_through_lies_on_white(store):
    clear = io.BytesIO()
    Image.new("RGBA", (20, 20), (0, 0, 0, 0)).save(clear, "PNG")
    assert near(seen(picture(store, kept(store, clear.getvalue()), 1, THUMB).body).getpixel((9, 9)), (255, 255, 255))


def bomb():
    made = io.BytesIO()
    Image.new("1", (15_000, 15_000)).save(made, "PNG")
    return made.getvalue()


@pytest.mark.parametrize("body", [b"%PDF-1.4 bukti", photograph(800, 400)[:300], b"", bomb()])
def test_what_is_broken_or_swells_has_none_and_is_not_tried_at_once_again(store, body, monkeypatch):
    sha256 = kept(store, body)
    assert picture(store, sha256, 1, THUMB) is None
    (failed,) = (store.root / ".pictures").rglob("*.none")
    monkeypatch.setattr(pictures.bounded, "call", lambda *_args: pytest.fail("tried again"))
    assert picture(store, sha256, 1, THUMB) is None
    os.utime(failed, (0, time.time() - pictures.TRY_AGAIN - 1))
    monkeypatch.undo()
    assert picture(store, sha256, 1, THUMB) is None


def test_a_page_beyond_the_last_or_the_most_is_none(store, monkeypatch):
    sha256 = kept(store, document(RED, BLUE, RED))
    assert picture(store, sha256, 4, THUMB) is None
    monkeypatch.setattr(pictures, "MOST_PAGES", 2)
    assert picture(store, sha256, 1, THUMB).shown == 2
    assert picture(store, sha256, 3, THUMB) is None
    assert len(files(store)) == 1, "nothing is kept for pages that are not there"
    assert MOST_PAGES > 2


def test_it_is_made_once(store, monkeypatch):
    sha256 = kept(store, document(RED))
    made = picture(store, sha256, 1, THUMB)
    monkeypatch.setattr(pictures.bounded, "call", lambda *_args: pytest.fail("made again"))
    assert picture(store, sha256, 1, THUMB) == made


def test_a_picture_that_was_cut_off_is_made_anew(store):
    sha256 = kept(store, document(RED))
    made = picture(store, sha256, 1, THUMB)
    (path,) = [path for path in (store.root / ".pictures").rglob("*") if path.is_file()]
    path.write_bytes(path.read_bytes()[:40])
    assert picture(store, sha256, 1, THUMB) == made


def test_many_at_once_have_all_the_same(store):
    sha256 = kept(store, document(RED))
    with ThreadPoolExecutor(4) as crowd:
        made = list(crowd.map(lambda _n: picture(store, sha256, 1, THUMB), range(4)))
    assert made[0] is not None
    assert made == [made[0]] * 4
    assert files(store) == [f"{sha256}-{THUMB}-1"]


def test_who_waits_too_long_is_told_and_it_is_made_later(store, monkeypatch):
    sha256 = kept(store, document(RED))
    monkeypatch.setattr(pictures, "PATIENCE", 0)
    with pictures.AT_ONCE, pictures.AT_ONCE, pytest.raises(pictures.Busy):
        picture(store, sha256, 1, THUMB)
    assert picture(store, sha256, 1, THUMB) is not None


def test_without_room_it_is_shown_all_the_same(store, monkeypatch):
    sha256 = kept(store, document(RED))
    monkeypatch.setattr(pictures.Path, "write_bytes", no_room)
    assert picture(store, sha256, 1, THUMB) is not None
    assert files(store) == []


def no_room(*_args):
    raise OSError(28, "No space left on device")
