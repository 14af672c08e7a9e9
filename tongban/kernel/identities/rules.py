"""One's own factors, sessions and devices: nobody else sees them or ends them."""

from django.db.models import QuerySet

from tongban.kernel.access.calc import Actor, Own, Policy
from tongban.kernel.access.rules import allowed
from tongban.kernel.identities.models import Factor, KnownDevice, SignIn, Verification

FACTORS = Policy("factor")
FACTORS.allow("manage", Own("account_id", "account_id"), "本人", "one's own")
SIGN_INS = Policy("sign_in")
SIGN_INS.allow("end", Own("account_id", "account_id"), "本人", "one's own")
KNOWN_DEVICES = Policy("known_device")
KNOWN_DEVICES.allow("forget", Own("account_id", "account_id"), "本人", "one's own")
CONSENTS = Policy("verification")
CONSENTS.allow("withdraw", Own("account_id", "account_id"), "本人", "one's own")


def consents(actor: Actor) -> QuerySet[Verification]:
    """The verifications of the actor's own account to which they agreed."""
    rows = Verification.objects.filter(allowed(CONSENTS, actor, "withdraw"))
    return rows.filter(consent_at__isnull=False)


def factors(actor: Actor) -> QuerySet[Factor]:
    """The factors of the actor's own account."""
    return Factor.objects.filter(allowed(FACTORS, actor, "manage"))


def sign_ins(actor: Actor) -> QuerySet[SignIn]:
    """The sessions of the actor's own account."""
    return SignIn.objects.filter(allowed(SIGN_INS, actor, "end"))


def known_devices(actor: Actor) -> QuerySet[KnownDevice]:
    """The devices on which the actor's own account was used; traces of forgotten ones are none."""
    return KnownDevice.objects.filter(allowed(KNOWN_DEVICES, actor, "forget"), digest__isnull=False)
