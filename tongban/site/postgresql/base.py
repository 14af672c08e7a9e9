"""Before the first statement of a transaction: for whom it reads. A statement on its own gets a transaction of its own.

Only settings that end with their transaction are used: a pool hands a connection to the next request, and a pooler between
us and the server does so after every transaction (threat T4). Elsewhere everything is as Django has it: what runs outside
a transaction is committed at once.
"""

from collections.abc import Callable
from typing import Any

from django.db.backends.base.base import NO_DB_ALIAS
from django.db.backends.postgresql import base
from psycopg import ClientCursor
from psycopg.sql import SQL, Identifier

from tongban.foundation import readers
from tongban.foundation.readers import NOBODY, SETTINGS

_SAY = "SELECT " + ", ".join(f"set_config('{name}', %s, true)" for name in SETTINGS)


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection that knows what it has said in the transaction it is in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.said: tuple[str, ...] | None = None
        if self.alias != NO_DB_ALIAS:  # by that one databases are made, which no transaction can
            self.execute_wrappers.append(self._saying)

    def _configure_role(self, connection: Any) -> bool:
        """As Django does it, which asks the connection that is only being made how to quote a name when there is a pool."""
        role = self.settings_dict["OPTIONS"].get("assume_role")
        if role:
            connection.execute(SQL("SET ROLE {}").format(Identifier(role)))
        return bool(role)

    def _saying(self, execute: Callable, sql: Any, params: Any, many: Any, context: Any) -> Any:
        said = readers.current().said
        if self.get_autocommit():
            if said == NOBODY.said:  # nothing was said, and so it is
                return execute(sql, params, many, context)
            return self._alone(said, lambda: execute(sql, params, many, context))
        if self.said != said:
            self._tell(_SAY, said)
            self.said = said
        return execute(sql, params, many, context)

    def _alone(self, said: tuple[str, ...], execute: Callable[[], Any]) -> Any:
        """One statement in a transaction of its own, in three trips instead of one."""
        self._tell(f"BEGIN; {_SAY}", said)
        try:
            found = execute()
        except BaseException:
            if self.connection is not None and not self.connection.closed:
                self._tell("ROLLBACK")
            raise
        self._tell("COMMIT")
        return found

    def _tell(self, sql: str, params: tuple[str, ...] | None = None) -> None:
        with self.wrap_database_errors, ClientCursor(self.connection) as cursor:
            cursor.execute(sql, params)

    # Whatever ends a transaction, or takes back a part of it, takes back what was said in it.

    def _commit(self) -> Any:
        self.said = None
        return super()._commit()

    def _rollback(self) -> Any:
        self.said = None
        return super()._rollback()

    def _savepoint_rollback(self, sid: str) -> None:
        # Nothing can be said in a transaction that has failed, and need not be to take it back.
        self.said = readers.current().said
        super()._savepoint_rollback(sid)
        self.said = None

    def _set_autocommit(self, autocommit: Any) -> None:
        self.said = None
        super()._set_autocommit(autocommit)

    def close(self) -> None:
        """Close it, or hand it back to the pool; the next one has said nothing."""
        self.said = None
        super().close()
