"""What policies do by themselves: alerts told every day, snapshots and lists made part by part, silence and payments noted."""

from tongban.modules.policies.queries import figures
from tongban.modules.policies.tasks import alerts, awards
from tongban.modules.policies.tasks.alerts import city_written, tell_who_waits, write_city

__all__ = ["alerts", "awards", "city_written", "figures", "tell_who_waits", "write_city"]
