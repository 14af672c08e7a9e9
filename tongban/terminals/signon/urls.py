"""Addresses under /oidc/: one set for each realm, and the own list."""

from django.urls import path, register_converter

from tongban.modules.signon.states import Realm
from tongban.terminals.signon import protocol, views


class RealmConverter:
    """A realm in an address."""

    regex = "|".join(Realm)

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(RealmConverter, "realm")

urlpatterns = [
    path("systems/", views.systems, name="oidc-systems"),
    path("systems/<uuid:id>/revoke/", views.revoke, name="oidc-systems-revoke"),
    path("<realm:realm>/.well-known/openid-configuration", protocol.configuration, name="oidc-configuration"),
    path("<realm:realm>/keys/", protocol.keys, name="oidc-keys"),
    path("<realm:realm>/authorize/", views.authorize, name="oidc-authorize"),
    path("<realm:realm>/consent/", views.consent, name="oidc-consent"),
    path("<realm:realm>/token/", protocol.token, name="oidc-token"),
    path("<realm:realm>/userinfo/", protocol.userinfo, name="oidc-userinfo"),
    path("<realm:realm>/revoke/", protocol.revoke, name="oidc-revoke"),
    path("<realm:realm>/logout/", views.logout, name="oidc-logout"),
]
