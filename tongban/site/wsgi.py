"""The entry of the web server."""

import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

from tongban.site.memory import settle

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongban.site.settings")
application = get_wsgi_application()
_ = get_resolver().url_patterns  # else the first person waits until all pages are loaded
settle()
