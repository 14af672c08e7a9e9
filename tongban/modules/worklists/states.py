"""The events, and how much of a view is kept."""

from tongban.kernel.events.states import declare

VIEW_SAVED = declare("saved_view.saved", "保存了常用视图", "A view of the queue was saved")
VIEW_DELETED = declare("saved_view.deleted", "删除了常用视图", "A view of the queue was deleted")

LONGEST_NAME = 20
MOST_VIEWS = 20
# A view is a handful of choices; what is longer was not made by our pages.
MOST_FILTERS, LONGEST_FILTER = 12, 100
