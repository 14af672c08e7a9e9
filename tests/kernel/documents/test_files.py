"""What is taken in, what is not, and that nothing of a refused file stays behind."""

import hashlib
import io

import pytest
from django.conf import settings
from PIL import Image

from tests.kernel.documents.hostile import HOSTILE, packed_pdf, pdf, picture
from tongban.kernel.access.calc import SYSTEM
from tongban.kernel.documents import actions, calc, queries
from tongban.kernel.documents.models import StoredFile
from tongban.kernel.documents.states import FileVerdict
from tongban.kernel.events import queries as events
from tongban.kernel.records.actions import action

pytestmark = pytest.mark.django_db
ALL = ("pdf", "jpg", "png")


@pytest.fixture(autouse=True)
def store(settings, tmp_path):
    """A store of the test's own."""
    settings.FILES = tmp_path
    return tmp_path


def take(content: bytes, name: str = "plan.pdf", formats=ALL, most=20 * 1024 * 1024, size=7):
    """Take a file in, in small chunks."""
    chunks = (content[i : i + size * 1024] for i in range(0, len(content), size * 1024))
    return actions.take_in(chunks=chunks, name=name, formats=formats, most_bytes=most, by=SYSTEM)


def kept(store) -> list[str]:
    """Every file under the store's folder."""
    return sorted(path.relative_to(store).as_posix() for path in store.rglob("*") if path.is_file())


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_files_are_refused_with_a_sentence_and_leave_nothing(kind, store):
    name, content = HOSTILE[kind]
    with pytest.raises(calc.FileRefused) as refused:
        take(content, name)
    assert refused.value.status == 422
    assert name in refused.value.sentence_zh
    assert refused.value.todo_zh
    assert kept(store) == []
    assert not StoredFile.objects.exists()


@pytest.mark.parametrize(
    ("name", "content", "media"),
    [
        ("packed.pdf", packed_pdf(b"7 0 <</A 1>>"), "application/pdf"),
        ("begun.pdf", pdf() + b"%/ObjStm stream\n%%EOF", "application/pdf"),
        ("named.pdf", pdf() + b"%/ObjStm\n%%EOF", "application/pdf"),
        ("plan.pdf", pdf(3), "application/pdf"),
        ("PLAN.PDF", pdf(), "application/pdf"),
        ("photo.jpg", picture("JPEG"), "image/jpeg"),
        ("photo.JPEG", picture("JPEG"), "image/jpeg"),
        ("photo.png", picture(), "image/png"),
    ],
)
def test_good_files_are_kept_under_their_digest(name, content, media, store, clock):
    row = take(content, name)
    digest = hashlib.sha256(content).hexdigest()
    assert (row.sha256, row.size, row.media_type, row.name, row.verdict, row.kept_at) == (
        digest,
        len(content),
        media,
        name,
        "clean",
        clock.now,
    )
    assert kept(store) == [f"store/{digest[:2]}/{digest}"]
    assert queries.content(queries.file(row.pk)) == content
    assert [event.payload for event in events.history(row.pk)] == [{"sha256": digest, "size": len(content)}]


def test_a_stream_that_is_too_long_is_cut_off_where_the_limit_is(store):
    read = []

    def endless():
        while True:
            read.append(1)
            yield b"%PDF-" + bytes(1024 * 1024)

    with pytest.raises(calc.FileRefused, match="larger than 20 MB"):
        actions.take_in(chunks=endless(), name="x.pdf", formats=ALL, most_bytes=20 * 1024 * 1024, by=SYSTEM)
    assert len(read) == 20
    assert kept(store) == []


def test_twenty_one_megabytes_are_too_many(store):
    with pytest.raises(calc.FileRefused, match="larger than 20 MB"):
        take(pdf() + bytes(21 * 1024 * 1024), size=1024)
    assert kept(store) == []


def test_a_connection_that_breaks_off_leaves_nothing(store):
    def broken():
        yield pdf()[:50]
        raise ConnectionError

    with pytest.raises(ConnectionError):
        actions.take_in(chunks=broken(), name="x.pdf", formats=ALL, most_bytes=10**6, by=SYSTEM)
    assert kept(store) == []


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("..\\..\\windows\\x.pdf", "x.pdf"),
        ("/abs/olute.pdf", "olute.pdf"),
        ("C:\\plan.pdf", "plan.pdf"),
        ("....//x.pdf", "x.pdf"),
        ("平面图 (1).pdf", "平面图 (1).pdf"),
        ("a" * 300 + ".pdf", "a" * 180 + ".pdf"),
        ("x\x00\r\n.pdf", "x.pdf"),
        ("photo\u202efdp.pdf", "photofdp.pdf"),
        ("", None),
        ("...", None),
    ],
)
def test_a_name_is_only_a_name(given, name, store):
    try:
        row = take(pdf(), given)
    except calc.FileRefused:
        assert name is None
    else:
        assert row.name == name
    assert all(path.startswith("store/") for path in kept(store))


def test_only_the_formats_of_the_material_are_taken(store):
    with pytest.raises(calc.FileRefused, match="has a kind that cannot be used"):
        take(picture(), "photo.png", formats=("pdf",))


def test_one_content_handed_in_twice_lies_once_and_has_two_rows(store):
    first, second = take(pdf()), take(pdf(), "again.pdf")
    assert first.pk != second.pk
    assert len(kept(store)) == 1
    third = actions.put(pdf(), "ours.pdf")
    assert third.sha256 == first.sha256
    assert len(kept(store)) == 1


def test_a_row_that_was_not_clean_reaches_nothing(store):
    row = take(pdf())
    row.verdict = FileVerdict.QUARANTINED
    with pytest.raises(FileNotFoundError):
        queries.content(row)


def test_damage_in_the_store_is_found(store):
    good, changed, gone = take(pdf(1)), take(pdf(2)), take(pdf(3))
    assert queries.damaged() == []
    queries.store_path(changed.sha256).write_bytes(b"%PDF-other")
    queries.store_path(gone.sha256).unlink()
    assert {fault.split(":")[0] for fault in queries.damaged()} == {f"file {changed.pk}", f"file {gone.pk}"}
    action(StoredFile.objects.exclude(pk=good.pk).update)(verdict=FileVerdict.REJECTED)
    assert queries.damaged() == []


class TestPages:
    """Pages as pictures."""

    def test_every_page_of_a_pdf(self):
        content = pdf(3)
        assert calc.page_count(content, "application/pdf") == 3
        for page in range(3):
            picture_bytes, pages = calc.page_picture(content, "application/pdf", page, width=400)
            with Image.open(io.BytesIO(picture_bytes)) as image:
                assert (image.format, image.width, pages) == ("WEBP", 400, 3)

    @pytest.mark.parametrize("page", [-1, 3, 99])
    def test_a_page_that_does_not_exist(self, page):
        with pytest.raises(IndexError):
            calc.page_picture(pdf(3), "application/pdf", page)

    def test_a_picture_is_its_own_only_page_made_smaller(self):
        large = picture("JPEG", 3000, 500)
        shown, pages = calc.page_picture(large, "image/jpeg", 0, width=500)
        assert (pages, calc.page_count(large, "image/jpeg")) == (1, 1)
        with Image.open(io.BytesIO(shown)) as image:
            assert (image.format, image.width) == ("WEBP", 1000)


def test_the_store_of_the_run_lies_in_its_own_folder():
    assert str(settings.FILES).startswith("/")
