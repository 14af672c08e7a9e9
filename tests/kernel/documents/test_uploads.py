"""A file that arrives in pieces: where it goes on, whose it is, how long it waits, and what it becomes."""

import hashlib
import uuid

import pytest
from django.db import IntegrityError, transaction

from tests import city
from tests.kernel.documents.hostile import HOSTILE, pdf
from tongban.kernel.access.calc import ANONYMOUS, SYSTEM
from tongban.kernel.documents import actions, calc, queries, tasks
from tongban.kernel.documents.models import StoredFile, Upload
from tongban.kernel.events import queries as events
from tongban.kernel.records.actions import action

pytestmark = pytest.mark.django_db
CASE = uuid.UUID(int=7)
MOST = 20 * 1024 * 1024
WHOLE = pdf(3)
SIZE = len(WHOLE)


@pytest.fixture(autouse=True)
def store(settings, tmp_path, clock):
    """A store of the test's own, and a clock that stands."""
    settings.FILES = tmp_path
    settings.UPLOAD_PIECE = 256
    return tmp_path


@pytest.fixture
def by(db):
    return city.actor(city.account(city.person()))


def begin(by, size=SIZE, name="plan.pdf", most=MOST):
    return actions.begin_upload(about_id=CASE, part="layout", name=name, size=size, most_bytes=most, by=by)


def send(row, by, content=WHOLE, start=0, end=None):
    """Send the pieces of `content` from `start` to `end`."""
    for at in range(start, len(content) if end is None else end, 256):
        row = actions.append(upload_id=row.pk, offset=at, piece=content[at : at + 256], by=by)
    return row


def lying(store) -> list[str]:
    """Every file under the store's folder."""
    return sorted(path.relative_to(store).as_posix() for path in store.rglob("*") if path.is_file())


def take_up(row, by, **how):
    return actions.take_up(
        upload=queries.upload(by, row.pk),
        by=by,
        **{"formats": ("pdf",), "most_bytes": MOST, **how},
    )


def test_cut_at_half_it_goes_on_and_becomes_the_same_file(by, store, django_capture_on_commit_callbacks):
    row = begin(by)
    half = send(row, by, end=512)
    assert (half.offset, queries.digest_so_far(half)) == (512, hashlib.sha256(WHOLE[:512]).hexdigest())
    whole = send(row, by, start=512)
    assert b"".join(queries.pieces(whole)) == WHOLE
    file = take_up(row, by)
    digest = hashlib.sha256(WHOLE).hexdigest()
    assert (file.sha256, file.size, file.name, file.kept_by) == (
        digest,
        len(WHOLE),
        "plan.pdf",
        by.account_id,
    )
    with django_capture_on_commit_callbacks(execute=True):
        assert actions.close_upload(upload_id=row.pk, file=file, by=by) is True
    assert actions.close_upload(upload_id=row.pk, file=file, by=by) is False
    assert lying(store) == [f"store/{digest[:2]}/{digest}"]
    # Asked again, because the answer was lost: the same file, and no piece is taken any more.
    assert take_up(row, by).pk == file.pk
    with pytest.raises(actions.WrongOffset):
        actions.append(upload_id=row.pk, offset=len(WHOLE), piece=b"", by=by)
    assert [event.name for event in events.history(row.pk)] == ["upload.begun"]


def test_asked_twice_at_once_both_get_the_same_file(by, django_capture_on_commit_callbacks):
    row = send(begin(by), by)
    early = queries.upload(by, row.pk)  # the second request has looked before the first one ended it
    file = take_up(row, by)
    with django_capture_on_commit_callbacks(execute=True):
        actions.close_upload(upload_id=row.pk, file=file, by=by)
    assert queries.digest_so_far(early) == ""
    assert actions.take_up(upload=early, formats=("pdf",), most_bytes=MOST, by=by).pk == file.pk


def test_pieces_lost_in_the_last_moment(by):
    row = send(begin(by), by)
    queries.upload_path(row.pk).unlink()
    with pytest.raises(queries.UploadGone):
        actions.take_up(upload=row, formats=("pdf",), most_bytes=MOST, by=by)


def test_nothing_is_a_file_before_it_is_complete(by):
    row = send(begin(by), by, end=512)
    with pytest.raises(actions.WrongOffset) as refused:
        take_up(row, by)
    assert (refused.value.status, refused.value.offset) == (409, 512)
    assert "512" in refused.value.todo_en
    assert not StoredFile.objects.exists()


@pytest.mark.parametrize("offset", [0, 255, 511, 513])
def test_a_piece_at_another_offset_is_refused_and_told_where_to_go_on(by, offset):
    row = send(begin(by), by, end=512)
    with pytest.raises(actions.WrongOffset) as refused:
        actions.append(upload_id=row.pk, offset=offset, piece=b"x", by=by)
    assert refused.value.offset == 512
    assert b"".join(queries.pieces(queries.upload(by, row.pk))) == WHOLE[:512]


def test_what_a_broken_transaction_left_behind_is_written_over(by):
    row = send(begin(by), by, end=256)
    with queries.upload_path(row.pk).open("ab") as out:
        out.write(b"left behind by a transaction that never was")
    send(row, by, start=256)
    assert b"".join(queries.pieces(queries.upload(by, row.pk))) == WHOLE


def test_limits(by):
    with pytest.raises(actions.UploadTooLarge, match="larger than 20 MB") as large:
        begin(by, size=MOST + 1)
    assert large.value.status == 413
    with pytest.raises(calc.FileRefused, match="is empty"):
        begin(by, size=0)
    row = begin(by, size=300)
    for offset, piece in [(0, bytes(257)), (0, bytes(400))]:
        with pytest.raises(actions.UploadTooLarge, match="larger than announced"):
            actions.append(upload_id=row.pk, offset=offset, piece=piece, by=by)
    actions.append(upload_id=row.pk, offset=0, piece=bytes(200), by=by)
    with pytest.raises(actions.UploadTooLarge):
        actions.append(upload_id=row.pk, offset=200, piece=bytes(101), by=by)
    assert queries.upload(by, row.pk).offset == 200


def test_an_account_has_only_so_many_open(by, settings, clock):
    settings.UPLOADS_OPEN = 2
    first, _second = begin(by), begin(by)
    with pytest.raises(actions.TooManyUploads) as many:
        begin(by)
    assert many.value.status == 429
    begin(city.actor(city.account(city.person("何伟"))))  # everybody has their own
    actions.drop_upload(upload_id=first.pk, by=by)
    begin(by)
    clock.move(hours=25)
    begin(by)


def test_anothers_upload_does_not_exist(by):
    row = send(begin(by), by, end=256)
    for other in (city.actor(city.account(city.person("何伟"))), ANONYMOUS, SYSTEM):
        with pytest.raises(queries.NoSuchUpload) as none:
            queries.upload(other, row.pk)
        assert none.value.status == 404
        with pytest.raises(queries.NoSuchUpload):
            actions.append(upload_id=row.pk, offset=256, piece=b"x", by=other)
        with pytest.raises(queries.NoSuchUpload):
            actions.close_upload(upload_id=row.pk, file=StoredFile(), by=other)
        actions.drop_upload(upload_id=row.pk, by=other)
    assert queries.upload(by, row.pk).offset == 256


def test_it_waits_a_day_after_its_last_piece_and_is_then_removed(
    by, clock, store, django_capture_on_commit_callbacks
):
    row = send(begin(by), by, end=256)
    clock.move(hours=23)
    send(row, by, start=256, end=512)
    clock.move(hours=23)
    other = begin(by)
    with django_capture_on_commit_callbacks(execute=True):
        tasks.unfinished_uploads(clock.now.date())
    assert queries.upload(by, row.pk).offset == 512
    clock.move(hours=1)
    with pytest.raises(queries.UploadGone) as gone:
        queries.upload(by, row.pk)
    assert gone.value.status == 410
    with pytest.raises(queries.UploadGone):
        actions.append(upload_id=row.pk, offset=512, piece=b"x", by=by)
    with django_capture_on_commit_callbacks(execute=True):
        tasks.unfinished_uploads(clock.now.date())
    assert lying(store) == []
    assert set(Upload.objects.all()) == {other}
    assert [event.payload for event in events.history(row.pk)][-1] == {"offset": 512}


def test_a_folder_that_knows_less_than_the_row_begins_anew(by):
    row = send(begin(by), by, end=512)
    queries.upload_path(row.pk).write_bytes(WHOLE[:100])
    with pytest.raises(queries.UploadGone):
        queries.upload(by, row.pk)


@pytest.mark.parametrize("kind", [kind for kind, (name, content) in HOSTILE.items() if content])
def test_hostile_files_are_refused_as_ever_and_leave_nothing(
    by, kind, store, settings, django_capture_on_commit_callbacks
):
    settings.UPLOAD_PIECE = MOST
    name, content = HOSTILE[kind]
    row = begin(by, size=len(content), name=name, most=2 * MOST)
    row = actions.append(upload_id=row.pk, offset=0, piece=content, by=by)
    with django_capture_on_commit_callbacks(execute=True), pytest.raises(calc.FileRefused):
        take_up(row, by, formats=("pdf", "jpg", "png"))
    assert lying(store) == []
    assert not Upload.objects.exists()
    assert not StoredFile.objects.exists()


def test_the_limit_is_the_one_of_the_day_it_is_complete(by):
    row = send(begin(by), by)
    with pytest.raises(calc.FileRefused, match="larger than"):
        take_up(row, by, most_bytes=100)


@pytest.mark.parametrize("wrong", [{"offset": 99999}, {"size": 0}, {"expires_at": "begun"}, {"file": "half"}])
def test_the_database_refuses_what_cannot_be(by, wrong):
    row = begin(by)
    if wrong == {"expires_at": "begun"}:
        wrong = {"expires_at": row.begun_at}
    if wrong == {"file": "half"}:
        wrong = {"file": city.picture()}
    with pytest.raises(IntegrityError), transaction.atomic():
        action(Upload.objects.filter(pk=row.pk).update)(**wrong)
