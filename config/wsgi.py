"""The web process: Rapport's Django application behind the fast edge for tracked links."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

django_application = get_wsgi_application()

from campaigns.edge import Edge  # noqa: E402  (models can be imported only now)
from config.roles import refuse_powerful_role  # noqa: E402

refuse_powerful_role()
application = Edge(django_application)
