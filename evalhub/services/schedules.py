"""Make and change schedules."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from django.contrib.auth.models import User

from evalhub.models import Campaign, Schedule, System, Workspace
from evalhub.services.cron import UnableToSchedule, next_times
from evalhub.services.gate_rules import gate_rules_checked
from evalhub.services.names import name_held
from evalhub.services.spec_inputs.load import checked_inputs
from evalhub.services.spec_inputs.references import spec_of_kept
from evalhub.spec.campaign import CampaignSpec

MAX_NAME = 100
MOST = 200
N_NEXT = 3
# Of the spec's parts that a file of this machine can fill; a schedule takes what was imported.
FILES = {"corpus": ("path",), "queries": ("path", "qrels")}


@dataclass(frozen=True, slots=True)
class NewSchedule:
    """What was asked for."""

    name: str
    spec: Mapping[str, Any]
    cron: str
    time_zone: str = "UTC"
    is_anchor: bool = False
    margin: float = 0.0
    is_active: bool = field(default=True)


def schedule_create(workspace: Workspace, new: NewSchedule, *, user: User | None, now: datetime) -> Schedule:
    """Keep a schedule; its first time is the next that its expression has.

    Raises:
        UnableToSchedule: a field cannot be.
        SpecError: the spec cannot be.
    """
    schedule = Schedule(
        workspace=workspace,
        name=_name(workspace, new.name, None),
        spec=_kept(workspace, new.spec, now=now),
        cron=" ".join(new.cron.split()),
        time_zone=new.time_zone.strip(),
        is_active=new.is_active,
        is_anchor=new.is_anchor,
        margin=_margin(new.margin),
        created_by=user,
        created_at=now,
    )
    if Schedule.objects.filter(workspace=workspace, removed_at=None).count() >= MOST:
        raise UnableToSchedule("name", f"there are {MOST} schedules already; remove one first")
    schedule.next_at = next_times(schedule.cron, schedule.time_zone, now, 1)[0]
    with name_held(partial(_name, workspace, schedule.name, None)):
        schedule.save()
    return schedule


def schedule_edit(schedule: Schedule, changes: Mapping[str, Any], *, now: datetime) -> None:
    """Change fields of `NewSchedule`; what is left out stays. The next time is reckoned anew.

    Raises:
        UnableToSchedule: a field cannot be.
        SpecError: the spec cannot be.
    """
    told = dict(changes)
    if "name" in told:
        told["name"] = _name(schedule.workspace, told["name"], schedule)
    if "spec" in told:
        told["spec"] = _kept(schedule.workspace, told["spec"], now=now)
    if "margin" in told:
        told["margin"] = _margin(told["margin"])
    if "cron" in told:
        told["cron"] = " ".join(told["cron"].split())
    cron, zone = told.get("cron", schedule.cron), told.get("time_zone", schedule.time_zone).strip()
    told |= {"time_zone": zone, "next_at": next_times(cron, zone, now, 1)[0]}
    with name_held(partial(_name, schedule.workspace, told.get("name", schedule.name), schedule)):
        Schedule.objects.filter(pk=schedule.pk).update(**told)
    schedule.refresh_from_db()


def schedule_remove(schedule: Schedule, *, now: datetime) -> None:
    """Hide a schedule and start nothing more by it; its campaigns stay, and undo brings it back."""
    Schedule.objects.filter(pk=schedule.pk, removed_at=None).update(removed_at=now)


def schedule_restore(schedule: Schedule, *, now: datetime) -> None:
    """Take a removal back; times that went by meanwhile do not count.

    Raises:
        UnableToSchedule: another one has taken the name.
    """
    _name(schedule.workspace, schedule.name, schedule)
    (next_at,) = next_times(schedule.cron, schedule.time_zone, now, 1)
    with name_held(partial(_name, schedule.workspace, schedule.name, schedule)):
        Schedule.objects.filter(pk=schedule.pk).update(removed_at=None, next_at=next_at)


def repeated_spec(campaign: Campaign) -> dict[str, Any]:
    """The spec of a campaign without files and numbers: of the newest documents, queries, labels and runs."""
    spec: dict[str, Any] = dict(campaign.spec)
    spec["corpus"] = {"name": campaign.snapshot.corpus.name}
    spec["queries"] = {"name": campaign.collection.name}
    runs = set(
        campaign.campaign_systems.filter(system__kind=System.Kind.RUN).values_list("system__name", flat=True)
    )
    spec["systems"] = [
        {"name": entry["name"]} if entry["name"] in runs else entry for entry in spec.get("systems", [])
    ]
    return spec


def upcoming(schedule: Schedule, *, now: datetime) -> list[datetime]:
    """The next three times, also of one that is paused; none where its zone is gone."""
    try:
        return next_times(schedule.cron, schedule.time_zone, now, N_NEXT)
    except UnableToSchedule:
        return []


def spec_of(schedule: Schedule) -> CampaignSpec:
    """The spec as it is now.

    Raises:
        SpecError: something it names is gone.
    """
    return spec_of_kept(schedule.workspace, schedule.spec)


def _kept(workspace: Workspace, spec: Mapping[str, Any], *, now: datetime) -> dict[str, Any]:
    """A spec to keep: it is good now, and names no file.

    Raises:
        UnableToSchedule, SpecError, InputError: it is not.
    """
    for part, keys in FILES.items():
        for key in keys:
            if isinstance(spec.get(part), Mapping) and spec[part].get(key) is not None:
                raise UnableToSchedule(
                    "spec", f"{part}.{key}: import the file first, and name the {part} alone"
                )
    asked = spec_of_kept(workspace, spec)
    with checked_inputs(workspace, asked, lambda: now) as (_, queries, _, _):
        if queries.known is not None:  # there is one: no file is named
            version = queries.known.version
            campaign = Campaign(
                workspace=workspace, name=asked.name, collection=queries.known, collection_version=version
            )
            gate_rules_checked(campaign, asked)
    return dict(spec)


def _name(workspace: Workspace, name: str, this: Schedule | None) -> str:
    name = name.strip()
    if not name or len(name) > MAX_NAME or not name.isprintable():
        raise UnableToSchedule("name", f"use 1 to {MAX_NAME} characters on one line")
    others = Schedule.objects.filter(workspace=workspace, name=name, removed_at=None)
    if (others.exclude(pk=this.pk) if this else others).exists():
        raise UnableToSchedule("name", f'there is a schedule "{name}" already; choose another name')
    return name


def _margin(margin: float) -> float:
    if not 0 <= margin <= 1:
        raise UnableToSchedule("margin", "a drop that is let pass is between 0 and 1")
    return margin
