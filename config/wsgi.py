"""The web process: Rapport's Django application behind the fast edge for tracked links,
and perhaps behind proxies."""

import atexit
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

django_application = get_wsgi_application()

from django.conf import settings  # noqa: E402  (models can be imported only now)

from campaigns.edge import Edge  # noqa: E402
from campaigns.services.hitlog import HitLog  # noqa: E402
from config.kit.proxies import BehindProxies  # noqa: E402
from config.roles import refuse_powerful_role  # noqa: E402

refuse_powerful_role()
hits = HitLog(settings.HIT_LOG)
if settings.HIT_LOG is not None:
    hits.start()  # also stores what processes that died have left
atexit.register(hits.flush)
application = BehindProxies(Edge(django_application, hits), settings.TRUSTED_PROXIES)
