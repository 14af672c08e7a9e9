"""Writes of matching."""

from tongban.modules.matching.actions.learning import (
    DecidedByAnother,
    NothingToLearn,
    drop_weights,
    propose_weights,
    publish_weights,
)
from tongban.modules.matching.actions.loading import load
from tongban.modules.matching.actions.meeting import (
    OutcomeIncomplete,
    confirm,
    decline,
    match_post,
    record_outcome,
)
from tongban.modules.matching.actions.posting import (
    ActForSomebody,
    OwnPost,
    ReasonMissing,
    TooManyPosts,
    close_post,
    expire,
    publish_post,
    return_post,
    save_post,
    submit_post,
)
from tongban.modules.matching.actions.searching import TooManySearches, end_search, save_search

__all__ = [
    "ActForSomebody",
    "DecidedByAnother",
    "NothingToLearn",
    "OutcomeIncomplete",
    "OwnPost",
    "ReasonMissing",
    "TooManyPosts",
    "TooManySearches",
    "close_post",
    "confirm",
    "decline",
    "drop_weights",
    "end_search",
    "expire",
    "load",
    "match_post",
    "propose_weights",
    "publish_post",
    "publish_weights",
    "record_outcome",
    "return_post",
    "save_post",
    "save_search",
    "submit_post",
]
