"""What staff may do, in which areas organisations act, and the sides of an office that stay apart."""

from enum import StrEnum


class Permission(StrEnum):
    """What a staff member may do; on which rows, the grant's agency, place and items say."""

    CASE_VIEW = "case.view"
    CASE_RECEIVE = "case.receive"
    CASE_ACCEPT = "case.accept"
    CASE_REVIEW = "case.review"
    CASE_DECIDE = "case.decide"
    CASE_HEAD = "case.head"
    MATERIAL_ORIGINAL = "material.original"
    SEAL_USE = "seal.use"
    CREDENTIAL_MANAGE = "credential.manage"
    SUPERVISE = "supervise"
    CONSOLE_VIEW = "console.view"
    ITEM_EDIT = "item.edit"
    ITEM_PUBLISH = "item.publish"
    ACCOUNT_MANAGE = "account.manage"
    GRANT_MANAGE = "grant.manage"
    AUDIT_VIEW = "audit.view"
    RATING_MANAGE = "rating.manage"
    CLAIM_ACCEPT = "claim.accept"
    CLAIM_REVIEW = "claim.review"
    CLAIM_DECIDE = "claim.decide"
    LEDGER_VIEW = "ledger.view"
    LEDGER_RESERVE = "ledger.reserve"
    LEDGER_MAKE = "ledger.make"
    LEDGER_CHECK = "ledger.check"
    LEDGER_FINANCE = "ledger.finance"
    POLICY_DRAFT = "policy.draft"
    POLICY_PUBLISH = "policy.publish"
    EXCHANGE_MANAGE = "exchange.manage"
    FACT_ANSWER = "fact.answer"
    PROJECT_VIEW = "project.view"
    PROJECT_MANAGE = "project.manage"
    ENTERPRISE_SERVE = "enterprise.serve"
    TOWN_MANAGE = "town.manage"
    APPEAL_HANDLE = "appeal.handle"
    APPEAL_ROUTE = "appeal.route"
    APPEAL_TOWN = "appeal.town"
    QUESTION_LEAD = "question.lead"
    MATCHING_MANAGE = "matching.manage"
    MATCHING_PUBLISH = "matching.publish"
    SIGNON_MANAGE = "signon.manage"


class Area(StrEnum):
    """A part of what an organisation does here: duties open some of them to its people."""

    CASES = "cases"  # applications and licences
    MONEY = "money"  # awards, claims, accounts
    APPEALS = "appeals"
    MARKET = "market"
    PROJECTS = "projects"


class Side(StrEnum):
    """On which side a role stands. One account stands on one side at a time (三员分立, GB/T 22239-2019 8.1.5)."""

    BUSINESS = "business"  # handles, decides, pays, publishes
    SYSTEM = "system"  # accounts
    SECURITY = "security"  # rights
    AUDIT = "audit"  # the record of both, and of everybody else
    NONE = "none"  # gives nothing: a recusal


class Origin(StrEnum):
    """How a grant came about."""

    GIVEN = "given"
    DELEGATED = "delegated"  # a colleague is away
    GLASS = "glass"  # an emergency, with a reason and a second person
    RECUSAL = "recusal"  # takes away instead of giving


_P = Permission
# Power over seals, money and rights is given by two: one gives, another confirms.
WEIGHTY = frozenset(
    {
        _P.SEAL_USE,
        _P.CLAIM_DECIDE,
        _P.LEDGER_RESERVE,
        _P.LEDGER_MAKE,
        _P.LEDGER_CHECK,
        _P.LEDGER_FINANCE,
        _P.ACCOUNT_MANAGE,
        _P.GRANT_MANAGE,
        _P.AUDIT_VIEW,
    }
)
