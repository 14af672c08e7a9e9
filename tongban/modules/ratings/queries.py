"""Reads of ratings."""

import uuid

from django.db.models import Count, Q

from tongban.modules.ratings.models import Rating


def of_case(case_id: uuid.UUID) -> Rating | None:
    """The rating of a case, if it was rated."""
    return Rating.objects.filter(case_id=case_id).first()


def share(item_code: str = "") -> tuple[int, int]:
    """(satisfied, all) ratings of an item or of everything; levels 1 to 3 count as satisfied. Unrated cases do not."""
    rows = Rating.objects.filter(item_code=item_code) if item_code else Rating.objects.all()
    figures = rows.aggregate(good=Count("pk", filter=Q(level__lte=3)), all=Count("pk"))
    return figures["good"], figures["all"]
