"""The alerts for Prometheus: good rules by its own tool, of metrics that there are, each heard when it should be."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from plugins.booking.jobs.heartbeat import Heartbeat
from tests.booking.endpoint import endpoint
from tests.booking.office import write_content
from tests.building import ROOT
from tests.guides import code_blocks

RULES = ROOT / "deploy" / "prometheus-alerts.yaml"
METRICS = (ROOT / "docs" / "metrics.md").read_text(encoding="utf-8")
ALERTS: list[dict[str, Any]] = yaml.safe_load(RULES.read_text(encoding="utf-8"))["groups"][0]["rules"]
_NAME = re.compile(r"\b(?:maglia|process)_\w+\b")
_OF_A_HISTOGRAM = re.compile(r"_(?:bucket|sum|count)$")
# Of 2000 minutes: enough for an alert that waits a day, and for all others.
_AFTER_A_DAY, _AFTER = "30h", "4h"
WELL = {
    'up{job="maglia"}': "1x2000",
    "maglia_database_up": "1x2000",
    "maglia_worker_silent_seconds": "30x2000",
    "maglia_outbox_oldest_seconds": "200x2000",
    "maglia_outbox_pending": "3x2000",
    "maglia_outbox_dead": "0x2000",
    'maglia_http_requests_total{area="api",method="GET",status="200"}': "0+60x2000",
    'maglia_http_requests_total{area="api",method="GET",status="503"}': "0+1x2000",
    'maglia_http_request_seconds_bucket{area="api",le="2.5"}': "0+60x2000",
    'maglia_http_request_seconds_bucket{area="api",le="0.1"}': "0+59x2000",
    'maglia_http_request_seconds_bucket{area="api",le="+Inf"}': "0+60x2000",
    "maglia_accounts_dead": "0x2000",
    "maglia_calendars_untrusted": "0x2000",
    "maglia_calendars_failing": "0x2000",
    "maglia_calendar_events_unread": "0x2000",
    "maglia_calendar_writes_refused": "0x2000",
    "maglia_calendar_writes_waiting": "0x2000",
    "maglia_timezone_data_old": "0x2000",
    'process_start_time_seconds{job="maglia"}': "7x2000",
    'process_resident_memory_bytes{job="maglia"}': "100000000x2000",
    'process_open_fds{job="maglia"}': "40x2000",
}
ILL: dict[str, dict[str, str]] = {
    "MagliaDown": {'up{job="maglia"}': "0x2000"},
    "MagliaDatabaseDown": {"maglia_database_up": "0x2000"},
    "MagliaWorkerSilent": {"maglia_worker_silent_seconds": "400x2000"},
    "MagliaMailLate": {"maglia_outbox_oldest_seconds": "1000x2000"},
    "MagliaMailStuck": {"maglia_outbox_pending": "51x2000"},
    "MagliaMailGivenUp": {"maglia_outbox_dead": "1x2000"},
    "MagliaErrors": {'maglia_http_requests_total{area="api",method="GET",status="503"}': "0+10x2000"},
    "MagliaSlow": {'maglia_http_request_seconds_bucket{area="api",le="0.1"}': "0+1x2000"},
    "MagliaAccountDead": {"maglia_accounts_dead": "1x2000"},
    "MagliaCalendarsUntrusted": {"maglia_calendars_untrusted": "1x2000"},
    "MagliaCalendarsFailing": {"maglia_calendars_failing": "1x2000"},
    "MagliaCalendarEventsUnread": {"maglia_calendar_events_unread": "2x2000"},
    "MagliaCalendarWritesRefused": {"maglia_calendar_writes_refused": "1x2000"},
    "MagliaCalendarWritesWaiting": {"maglia_calendar_writes_waiting": "1x2000"},
    "MagliaTimeZonesOld": {"maglia_timezone_data_old": "1x2000"},
    "MagliaRestarts": {'process_start_time_seconds{job="maglia"}': "0+60x2000"},
    "MagliaNearItsLimits": {'process_open_fds{job="maglia"}': "8000x2000"},
}


@pytest.fixture
def measured(tmp_path: Path) -> set[str]:
    """The names of all metrics of an endpoint that has other calendars and a worker."""
    content = write_content(tmp_path / "content", busy=[{"ics": "http://127.0.0.1:9/a.ics"}])
    with endpoint(content, f"sqlite:///{tmp_path}/x.db") as desk:
        Heartbeat(desk.engine, lambda: None, None, desk.clock).beat()
        desk.http.get("/api/meetings")
        lines = desk.http.get("/metrics").text.splitlines()
    return {_OF_A_HISTOGRAM.sub("", re.split(r"[ {]", line)[0]) for line in lines if not line.startswith("#")}


def promtool(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["promtool", *arguments], capture_output=True, text=True, timeout=600, check=False)


def heard(series: dict[str, str], *expected: str) -> dict[str, Any]:
    """A test of the rules, as promtool reads it: which alerts are heard, and no others."""
    told = []
    waits = [rule["alert"] for rule in ALERTS if rule.get("for") == "1d"]
    after = _AFTER if expected and not set(waits) & set(expected) else _AFTER_A_DAY
    for rule in ALERTS:
        alerts = []
        if rule["alert"] in expected:
            said = {name: text.replace("{{ $labels.instance }}", "") for name, text in rule["annotations"].items()}
            job = {"job": "maglia"} if 'job="maglia"' in rule["expr"] else {}
            alerts = [{"exp_labels": rule["labels"] | job, "exp_annotations": said}]
        told.append({"eval_time": after, "alertname": rule["alert"], "exp_alerts": alerts})
    inputs = [{"series": name, "values": values} for name, values in series.items()]
    return {"interval": "1m", "input_series": inputs, "alert_rule_test": told}


def test_rules_are_good_ones_by_prometheus_own_tool() -> None:
    done = promtool("check", "rules", RULES)
    assert done.returncode == 0, done.stderr
    assert f"{len(ALERTS)} rules found" in done.stdout
    assert all(rule["annotations"]["remedy"] for rule in ALERTS)


@pytest.mark.some_cases(0)
def test_each_alert_is_heard_alone_and_none_while_well(tmp_path: Path) -> None:
    assert list(ILL) == [rule["alert"] for rule in ALERTS]
    tests = [heard(WELL), *(heard(WELL | ill, alert) for alert, ill in ILL.items())]
    # Where no worker has ever run, there is no such figure.
    without = {name: values for name, values in WELL.items() if "worker" not in name}
    tests.append(heard(without, "MagliaWorkerSilent"))
    file = tmp_path / "tests.yaml"
    file.write_text(json.dumps({"rule_files": [str(RULES)], "tests": tests}), encoding="utf-8")
    done = promtool("test", "rules", file)
    assert done.returncode == 0, done.stdout + done.stderr


def test_alerts_are_about_metrics_that_there_are(measured: set[str]) -> None:
    for rule in ALERTS:
        named = {_OF_A_HISTOGRAM.sub("", name) for name in _NAME.findall(rule["expr"])}
        assert named <= measured, rule["alert"]
        assert named or rule["expr"].startswith("up{")


def test_every_metric_is_explained_and_no_other(measured: set[str]) -> None:
    rows = re.findall(r"^\| `(\w+)` \|", METRICS, re.MULTILINE)
    assert sorted(rows) == sorted(measured)


def test_the_scrape_job_that_is_shown_is_one(tmp_path: Path) -> None:
    (shown,) = [block for block in code_blocks(METRICS) if "scrape_configs" in block]
    secret = tmp_path / "token"
    secret.write_text("t" * 20, encoding="utf-8")
    config = tmp_path / "prometheus.yml"
    text = shown.replace("/etc/prometheus/maglia-alerts.yaml", str(RULES)).replace(
        "/etc/prometheus/maglia-token", str(secret)
    )
    config.write_text(text, encoding="utf-8")
    done = promtool("check", "config", config)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{len(ALERTS)} rules found" in done.stdout
