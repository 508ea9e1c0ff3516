"""What watchdogs ask: `/health` in one look, `/metrics` for Prometheus. Neither tells of people."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from fastapi import APIRouter
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from mulmok.model.engine import Health
from mulmok.model.time import SECOND
from mulmok.text.catalog import render
from mulmok.web.board import LISTED
from mulmok.web.desk import Desk
from mulmok.web.language import language_of

router = APIRouter(tags=["watchdog"])


@router.get(
    "/health",
    summary="Whether one may rely on what is shown",
    responses={503: {"description": "failing: judging has stopped, or the store takes nothing"}},
)
async def health(request: Request) -> Response:
    """Answer 200 when ok or degraded, 503 when failing."""
    desk = Desk.of(request)
    status = desk.engine.status()
    language = language_of(request, desk.engine.site.works.language)
    board = desk.watch.board
    newest = board.newest if board is not None else None
    body = {
        "status": status.health.value,
        "data_age_s": None if newest is None else round((status.now - newest) / SECOND, 1),
        "pipeline_lag_s": round(status.lag / SECOND, 3),
        "judged_up_to_s_ago": round((status.now - status.upto) / SECOND, 1)
        if status.upto
        else None,
        "waiting": status.waiting,
        "judging": status.alive,
        "store": "ok" if status.store is None else render(status.store, language),
        "silent_sources": list(status.silent),
    }
    return JSONResponse(body, 503 if status.health is Health.FAILING else 200)


@router.get("/metrics", summary="Figures for Prometheus")
async def metrics(request: Request) -> Response:
    """Give the figures in Prometheus' text format."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Figures(Desk.of(request)))
    return Response(generate_latest(registry), media_type="text/plain; version=0.0.4")


@dataclass(eq=False)
class _Figures(Collector):
    """Reads the figures when asked, so that nothing is counted twice."""

    desk: Desk

    def collect(self) -> Iterator[Metric]:
        """Give every figure."""
        status = self.desk.engine.status()
        board = self.desk.watch.board
        newest = board.newest if board is not None else None
        states = {health: float(status.health is health) for health in Health}
        health = GaugeMetricFamily("mulmok_health", "1 for the present state", labels=["state"])
        for state, value in states.items():
            health.add_metric([state.value], value)
        yield health
        yield CounterMetricFamily("mulmok_readings", "readings judged", value=status.readings)
        yield CounterMetricFamily("mulmok_commits", "commits to the journal", value=status.commits)
        yield _gauge("mulmok_waiting", "messages waiting to be judged", status.waiting)
        yield _gauge(
            "mulmok_pipeline_lag_seconds", "since judging last turned", status.lag / SECOND
        )
        yield _gauge("mulmok_commit_seconds", "last judge and commit", status.took / SECOND)
        yield _gauge("mulmok_store_ok", "1 when the store takes readings", status.store is None)
        yield _gauge("mulmok_silent_sources", "sources not heard from", len(status.silent))
        yield _gauge("mulmok_viewers", "pages on the live stream", len(self.desk.watch.viewers))
        if newest is not None:
            age = (status.now - newest) / SECOND
            yield _gauge("mulmok_data_age_seconds", "age of the newest reading", age)
        raised = GaugeMetricFamily("mulmok_alarms", "alarms in the list", labels=["priority"])
        for priority in (1, 2, 3, 4):
            count = sum(
                view.rule.priority == priority and view.state in LISTED
                for view in self.desk.engine.alarm_views()
            )
            raised.add_metric([str(priority)], count)
        yield raised


def _gauge(name: str, about: str, value: float) -> Metric:
    return GaugeMetricFamily(name, about, value=value)
