"""django-appointment as its documentation sets it up: one service, one person who offers it; `application` serves it.

Run by the Python of the peers, which has Django. In its favour: no check of forgery, and no mail is written or sent.
"""

from __future__ import annotations

import os
from datetime import time, timedelta

import django
from django.conf import settings

_CONTRIB = ("admin", "auth", "contenttypes", "sessions", "messages", "staticfiles")
settings.configure(
    ALLOWED_HOSTS=["127.0.0.1"],
    APPOINTMENT_WEBSITE_NAME="Peer",
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": os.environ["PEER_DATABASE"],
            "CONN_MAX_AGE": None,
            # As durable as what it is compared with.
            "OPTIONS": {"init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;"},
        }
    },
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    EMAIL_BACKEND="django.core.mail.backends.dummy.EmailBackend",
    INSTALLED_APPS=[*(f"django.contrib.{name}" for name in _CONTRIB), "phonenumber_field", "appointment"],
    LOGGING_CONFIG=None,
    MIDDLEWARE=[
        "django.middleware.security.SecurityMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
    ],
    ROOT_URLCONF=__name__,
    SECRET_KEY="only for a benchmark",
    STATIC_URL="/static/",
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "APP_DIRS": True,
            "OPTIONS": {
                "context_processors": [
                    "django.template.context_processors.request",
                    "django.contrib.auth.context_processors.auth",
                    "django.contrib.messages.context_processors.messages",
                ]
            },
        }
    ],
    TIME_ZONE="Europe/Rome",
    USE_TZ=True,
)
django.setup()

from django.contrib.auth import get_user_model  # noqa: E402 - Django must be set up before its models are imported
from django.core.management import call_command  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.urls import include, path  # noqa: E402

urlpatterns = [path("appointment/", include("appointment.urls"))]
application = get_wsgi_application()


def prepare() -> None:
    """Make the tables, the service and its hours."""
    from appointment.models import Service, StaffMember, WorkingHours

    call_command("migrate", verbosity=0, run_syncdb=True)
    user = get_user_model().objects.create_user("bice", "bice@example.org", first_name="Bice")
    service = Service.objects.create(name="Call", duration=timedelta(minutes=30), price=0)
    hours = {"start_time": time(9), "end_time": time(17)}
    staff = StaffMember.objects.create(user=user, slot_duration=30, lead_time=time(9), finish_time=time(17))
    staff.services_offered.add(service)
    for weekday in range(1, 6):
        WorkingHours.objects.create(staff_member=staff, day_of_week=weekday, **hours)


if __name__ == "__main__":
    prepare()
