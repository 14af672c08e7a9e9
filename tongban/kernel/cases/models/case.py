"""A run of an item: one row from draft to archive, its materials, its supplement, the numbers of a day."""

from django.db import models
from django.db.models import F, Q

from tongban.kernel.access.states import Permission
from tongban.kernel.cases.states import OPEN_STATES, CaseState, DeferralState, Grade
from tongban.kernel.catalogue.models import ItemVersion
from tongban.kernel.credentials.models import Credential
from tongban.kernel.documents.models import Letter, StoredFile
from tongban.kernel.parties.models import Fact
from tongban.kernel.records.models import EncryptedJSONField, EncryptedTextField, Record
from tongban.kernel.records.rules import behind, firms, granted, people, within

# Officers of the agency and place that the case belongs to, and those who look on how it is handled there.
OFFICERS = granted(
    Permission.CASE_VIEW,
    Permission.CASE_ACCEPT,
    Permission.CASE_REVIEW,
    Permission.CASE_DECIDE,
    Permission.CASE_HEAD,
    Permission.CREDENTIAL_MANAGE,
    Permission.ITEM_PUBLISH,
    Permission.SUPERVISE,
    Permission.AUDIT_VIEW,  # by its number: who can see it, nothing of the application
    Permission.RATING_MANAGE,
    Permission.CLAIM_REVIEW,
)


class Case(Record):
    """An application and what became of it. Drafts are cases too, so a form sent twice is one case (ADR 0007)."""

    version = models.ForeignKey(ItemVersion, on_delete=models.PROTECT)
    item_code = models.CharField(max_length=60)
    item_name = models.CharField(max_length=120)
    agency = models.CharField(max_length=60)
    place_path = models.CharField(max_length=80)
    state = models.CharField(max_length=24, default=CaseState.DRAFT)
    channel = models.CharField(max_length=12, default="online")

    account_id = models.UUIDField()  # whose hands filled the form
    person_id = models.UUIDField()  # the person behind that account
    organisation_id = models.UUIDField(null=True)  # the enterprise applied for
    applicant_name = models.CharField(max_length=120)
    situation = models.JSONField(default=dict)
    answers = EncryptedJSONField()
    sources = (
        EncryptedJSONField()
    )  # field → {source, as_of}: where each value came from when it was submitted
    signed = models.JSONField(default=list)  # commitments signed, by identifier
    deferred = models.JSONField(default=list)  # materials that the applicant promised to supply later

    short_no = models.CharField(max_length=24, null=True, unique=True)  # what people read out
    case_no = models.CharField(max_length=50, null=True, unique=True)  # 办件编号
    fingerprint = models.CharField(max_length=64, blank=True, default="")
    salt = models.CharField(max_length=32, blank=True, default="")  # of the fingerprint, which others may see
    created_at = models.DateTimeField()
    saved_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.UUIDField(null=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.UUIDField(null=True)
    closed_at = models.DateTimeField(null=True)
    closing_code = models.CharField(max_length=2, blank=True, default="")
    reasons = EncryptedTextField(null=True)  # of a refusal or a denial
    benefit_fen = models.BigIntegerField(null=True)
    benefit_per = models.CharField(max_length=8, blank=True, default="")

    waiting_for = models.CharField(
        max_length=20, blank=True, default=""
    )  # whose turn it is first, for people to read; the queues come from WorkItem
    due_on = models.DateField(
        null=True
    )  # the clock that people look at now; recomputable from its facts (I9)
    yellow_on = models.DateField(null=True)
    statutory_due_on = models.DateField(null=True)
    provisional = models.BooleanField(default=False)
    paused = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(fields=["person_id", "-id"], name="case_person"),
            models.Index(fields=["organisation_id", "-id"], name="case_organisation"),
            models.Index(fields=["due_on", "id"], name="case_due", condition=Q(state__in=OPEN_STATES)),
            models.Index(fields=["agency", "state", "-id"], name="case_agency"),
            models.Index(fields=["decided_at"], name="case_decided", condition=Q(decided_at__isnull=False)),
            # The lists of an agency and of everything, in their order; the lights, which only open cases have; search
            # by the beginning of a name. PostgreSQL finds beginnings only through its pattern classes.
            models.Index(fields=["agency", "-closed_at", "due_on", "id"], name="case_agency_list"),
            models.Index(fields=["-closed_at", "due_on", "id"], name="case_list"),
            models.Index(
                fields=["agency", "place_path", "paused", "due_on", "yellow_on", "state", "id"],
                opclasses=[
                    "varchar_ops",
                    "varchar_pattern_ops",
                    "bool_ops",
                    "date_ops",
                    "date_ops",
                    "varchar_ops",
                    "uuid_ops",
                ],
                condition=Q(state__in=OPEN_STATES),
                name="case_lights",
            ),
            models.Index(
                fields=["id", "state", "paused", "due_on", "yellow_on"],
                condition=Q(state__in=OPEN_STATES),
                name="case_light",
            ),
            models.Index(fields=["applicant_name"], opclasses=["varchar_pattern_ops"], name="case_applicant"),
            models.Index(fields=["item_code", "-id"], name="case_item"),
            models.Index(
                fields=["agency", "place_path"],
                opclasses=["varchar_ops", "varchar_pattern_ops"],
                name="case_reach",
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=[s.value for s in CaseState]), name="case_state"),
            models.CheckConstraint(
                condition=Q(state=CaseState.DRAFT, case_no__isnull=True, submitted_at__isnull=True)
                | ~Q(state=CaseState.DRAFT) & Q(case_no__isnull=False, submitted_at__isnull=False),
                name="case_numbered_when_submitted",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True, accepted_by__isnull=True)
                | Q(accepted_at__isnull=False),
                name="case_accepted_pair",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[CaseState.GRANTED, CaseState.DENIED]) | Q(decided_at__isnull=False),
                name="case_decided_when_decided",
            ),
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True) | Q(accepted_at__isnull=False),
                name="case_accepted_before_decided",
            ),
            models.CheckConstraint(
                condition=Q(yellow_on__isnull=True) | Q(yellow_on__lte=F("due_on")),
                name="case_yellow_before_due",
            ),
        ]

    class Rows:
        seen = [
            people("person_id", but="organisation_id"),
            firms("organisation_id"),
            OFFICERS,
            behind("cases_casestep", "case_id", granted(Permission.CASE_REVIEW)),
        ]
        # Who sees a case sees what is known of its applicant, its letters, and the licence that came out of it.
        opens = {
            Fact: [
                within("subject_id", "cases_case", key="person_id"),
                within("subject_id", "cases_case", key="organisation_id"),
            ],
            Letter: [within("about_id", "cases_case")],
            Credential: [within("case_id", "cases_case")],
        }

    class Privacy:
        public = {"id", "item_code", "item_name", "version"}
        internal = {
            "agency",
            "place_path",
            "state",
            "channel",
            "account_id",
            "person_id",
            "organisation_id",
            "situation",
            "signed",
            "deferred",
            "short_no",
            "case_no",
            "fingerprint",
            "salt",
            "created_at",
            "saved_at",
            "submitted_at",
            "accepted_at",
            "accepted_by",
            "decided_at",
            "decided_by",
            "closed_at",
            "closing_code",
            "benefit_per",
            "waiting_for",
            "due_on",
            "yellow_on",
            "statutory_due_on",
            "provisional",
            "paused",
        }
        personal = {"applicant_name", "benefit_fen"}
        sensitive = {"answers", "sources", "reasons"}

    def __str__(self) -> str:
        return self.short_no or str(self.id)


class CaseMaterial(Record):
    """A material of a case: an uploaded file, or why none is needed and what stood in for it."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="materials")
    material = models.CharField(max_length=60)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True)
    waived = models.CharField(max_length=12, blank=True, default="")
    credential = models.ForeignKey(Credential, on_delete=models.PROTECT, null=True)
    digest = models.CharField(max_length=64, blank=True, default="")  # of the content that was used
    grade = models.CharField(max_length=1)  # A issued by authority … D own promise (国办函〔2016〕108号)
    added_at = models.DateTimeField()
    reused_from = models.ForeignKey("self", on_delete=models.SET_NULL, null=True)  # of an earlier case
    checked_by = models.UUIDField(null=True)  # who compared it with the original
    checked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(grade=Grade.CHECKED) | Q(checked_at__isnull=False), name="material_checked_at"
            ),
            models.CheckConstraint(
                condition=Q(file__isnull=False) | ~Q(waived=""), name="material_file_or_waiver"
            ),
            models.CheckConstraint(condition=Q(grade__in=["A", "B", "C", "D"]), name="material_grade"),
        ]

    class Rows:
        seen = [within("case_id", "cases_case")]
        opens = {Credential: [within("id", "cases_casematerial", key="credential_id")]}

    class Privacy:
        internal = {
            "case",
            "material",
            "file",
            "waived",
            "credential",
            "digest",
            "grade",
            "added_at",
            "reused_from",
            "checked_by",
            "checked_at",
        }


class Deferral(Record):
    """A deferrable material that the applicant promised to supply by a day (容缺受理): no result before it is there."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="deferrals")
    material = models.CharField(max_length=60)
    due_on = models.DateField()
    state = models.CharField(max_length=8, default=DeferralState.OPEN)
    promised_at = models.DateTimeField()
    supplied_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["due_on"], name="deferral_open", condition=Q(state=DeferralState.OPEN))
        ]
        constraints = [
            models.UniqueConstraint(fields=["case", "material"], name="deferral_once"),
            models.CheckConstraint(
                condition=Q(state__in=[s.value for s in DeferralState]), name="deferral_state"
            ),
            models.CheckConstraint(
                condition=Q(state=DeferralState.SUPPLIED, supplied_at__isnull=False)
                | ~Q(state=DeferralState.SUPPLIED) & Q(supplied_at__isnull=True),
                name="deferral_supplied_at",
            ),
        ]

    class Rows:
        seen = [within("case_id", "cases_case")]

    class Privacy:
        internal = {"case", "material", "due_on", "state", "promised_at", "supplied_at"}


class Supplement(Record):
    """The one formal request for corrections: once, complete, tied to fields and materials (article 32)."""

    case = models.OneToOneField(Case, on_delete=models.CASCADE, related_name="supplement")
    points = EncryptedJSONField()  # [{kind: field|material, id, note}]
    message = EncryptedTextField()
    asked_at = models.DateTimeField()
    asked_by = models.UUIDField()
    before = EncryptedJSONField()  # the answers when it was asked, for the officer's difference
    due_on = models.DateField(null=True)  # by when it is expected; after that the application is returned
    answered_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["due_on"], name="supplement_open", condition=Q(answered_at__isnull=True))
        ]

    class Rows:
        seen = [within("case_id", "cases_case")]

    class Privacy:
        internal = {"case", "asked_at", "asked_by", "due_on", "answered_at"}
        sensitive = {"points", "message", "before"}


class DaySerial(Record):
    """The last number of a day; locked last in the transaction, so that nobody waits long."""

    day = models.DateField(unique=True)
    last = models.PositiveIntegerField(default=0)

    class Privacy:
        internal = {"day", "last"}
