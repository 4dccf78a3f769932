from __future__ import annotations

import importlib
import json
import pkgutil
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated, Any

import pytest
from experiment_rows import USER, an_experiment
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel
from sqlalchemy import func, select

import ag2_marketing_tools
from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.marks import health, personal
from ag2_marketing_tools.privacy import (
    Audience,
    Erased,
    erase_subject,
    export_subject,
    for_audience,
    json_for_audience,
    personal_values,
    pseudonym,
)
from ag2_marketing_tools.tool import Result
from ag2_marketing_tools.workspace import FixedClock, SequentialIds, Settings
from ag2_marketing_tools.workspace.store import Store
from ag2_marketing_tools.workspace.store.conversations import (
    StoredConversation,
    StoredEvidence,
    Subject,
    load,
    save,
)
from ag2_marketing_tools.workspace.store.observations import Observation, find, record
from ag2_marketing_tools.workspace.store.schema import (
    assignment,
    campaign,
    evidence_payload,
    evidence_subject,
    metadata,
    post,
    post_transition,
    refused_event,
    tracked_event,
    user_metric,
)

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
KEY = bytes(range(32))
AUDIENCES: tuple[Audience, ...] = ("model", "transcript", "report", "log")


class Visit(Result):
    minutes: int
    notes: Annotated[str | None, health()] = None
    conditions: Annotated[tuple[str, ...], health()] = ()


class Caregiver(Result):
    name: Annotated[str, personal()]
    languages: tuple[str, ...] = ()
    visits: tuple[Visit, ...] = ()
    mentor: Caregiver | None = None


class Team(Result):
    city: str
    lead: Caregiver | None = None
    caregivers: dict[str, Caregiver]
    hours_by_client: Annotated[dict[str, int], personal()]
    either: Annotated[int, personal()] | Visit | None = None
    pair: tuple[str, Annotated[str, personal()]] | None = None


def a_team() -> Team:
    ben = Caregiver(name="Ben Okoro", visits=(Visit(minutes=30, notes="fell", conditions=("dementia",)),))
    anna = Caregiver(name="Anna Schmidt", languages=("de",), mentor=Caregiver(name="Cleo", mentor=ben))
    return Team(
        city="Bonn",
        lead=anna,
        caregivers={"a/b~c": anna},
        hours_by_client={"Mr Gray": 7},
        either=4711,
        pair=("x", "Dora"),
    )


def settings(**changes: Any) -> Settings:
    return Settings(_env_file=None, **changes)


def shown(result: BaseModel, audience: Audience, **changes: Any) -> dict[str, Any]:
    return for_audience(result, audience=audience, settings=settings(**changes), key=KEY)


@pytest.mark.parametrize("audience", AUDIENCES)
def test_no_audience_sees_names_or_health_unless_told(audience: Audience) -> None:
    text = json.dumps(shown(a_team(), audience))
    for secret in ("Ben Okoro", "Anna", "Cleo", "Mr Gray", "Dora", "4711", "fell", "dementia"):
        assert secret not in text
    for plain in ("Bonn", '"de"', "30"):
        assert plain in text


def test_a_person_has_one_pseudonym_wherever_named() -> None:
    seen = shown(a_team(), "model")
    name = seen["lead"]["name"]
    assert re.fullmatch(r"person-[0-9a-f]{16}", name)
    assert seen["caregivers"]["a/b~c"]["name"] == name != seen["lead"]["mentor"]["name"]
    assert shown(Caregiver(name="Anna Schmidt"), "report")["name"] == name


def test_a_pseudonym_is_hmac_sha256_under_the_key() -> None:
    # RFC 4231, test case 2: HMAC-SHA-256("Jefe", "what do ya want for nothing?") = 5bdcc146bf60754e…
    assert pseudonym("what do ya want for nothing?", b"Jefe") == "person-5bdcc146bf60754e"


def test_another_database_gives_another_pseudonym() -> None:
    assert pseudonym("Anna Schmidt", KEY) != pseudonym("Anna Schmidt", bytes(32))


def test_withheld_health_is_null_and_listed_by_pointer() -> None:
    seen = shown(a_team(), "report")
    visit = seen["lead"]["mentor"]["mentor"]["visits"][0]
    assert visit == {"minutes": 30, "notes": None, "conditions": None}
    assert seen["withheld"] == [
        f"{lead}/mentor/mentor/visits/0/{name}"
        for lead in ("/lead", "/caregivers/a~1b~0c")
        for name in ("notes", "conditions")
    ]


def test_health_that_is_missing_is_not_called_withheld() -> None:
    assert shown(Visit(minutes=3), "model") == {
        "minutes": 3,
        "notes": None,
        "conditions": None,
        "withheld": ["/conditions"],
    }


def test_a_result_without_marks_is_unchanged() -> None:
    class Plain(Result):
        score: int
        name: str

    assert shown(Plain(score=3, name="Anna"), "log") == {"score": 3, "name": "Anna"}


@pytest.mark.parametrize("audience", AUDIENCES)
def test_names_are_shared_by_setting_but_never_with_logs(audience: Audience) -> None:
    seen = shown(a_team(), audience, share_personal_data=True)
    assert (seen["lead"]["name"] == "Anna Schmidt") == (audience != "log")
    assert seen["lead"]["mentor"]["mentor"]["visits"][0]["notes"] is None


@pytest.mark.parametrize("audience", AUDIENCES)
def test_health_is_shared_by_setting_with_models_and_their_transcript_only(audience: Audience) -> None:
    seen = shown(a_team(), audience, share_health_data_with_remote_model=True)
    visit = seen["lead"]["mentor"]["mentor"]["visits"][0]
    assert (visit["notes"] == "fell") == (audience in {"model", "transcript"})
    assert seen["lead"]["name"].startswith("person-")


def test_stored_json_is_filtered_by_its_model() -> None:
    stored = json.loads(a_team().model_dump_json())
    filtered = json_for_audience(stored, Team, audience="model", settings=settings(), key=KEY)
    assert filtered == shown(a_team(), "model")


def test_the_people_a_result_names_are_told() -> None:
    assert personal_values(a_team()) == {"Anna Schmidt", "Cleo", "Ben Okoro", "Mr Gray", "7", "4711", "Dora"}
    assert personal_values(Visit(minutes=3, notes="fell")) == frozenset()


@given(name=st.text(min_size=1), depth=st.integers(0, 12))
def test_no_depth_hides_a_name(name: str, depth: int) -> None:
    person = Caregiver(name=name)
    for _ in range(depth):
        person = Caregiver(name="x", mentor=person)
    seen = shown(person, "model")
    for _ in range(depth):
        seen = seen["mentor"]
    assert seen["name"] == pseudonym(name, KEY)


# Erasure and export


@pytest.fixture
async def people(store: Store) -> Store:
    """A store that knows two people: as caregivers, in evidence, and as those who approved."""
    measured = [
        Observation(
            subject_kind="caregiver",
            subject_id=name,
            metric="punctuality",
            value=value,
            unit="percent",
            observed_at=AT,
            source="import",
        )
        for name, value in (("anna-secret-name", 98.0), ("ben", 91.0))
    ]
    await record(store, measured, ids=SequentialIds())
    await save(store, a_conversation("c1", ("p1", ("anna-secret-name", "ben")), ("p2", ("ben",))))
    await save(store, a_conversation("c2", ("p2", ("ben",)), ("p3", ())))
    async with store.begin() as connection:
        row = {"name": "n", "config": {}, "tracking": {}, "status": "approved", "created_at": AT}
        for name in ("anna-secret-name", "ben"):
            each = {**row, "id": f"of-{name[:4]}", "approved_by": name}
            await connection.execute(campaign.insert(), each)
        row = {
            "id": "post", "campaign_id": "of-ben", "item": 0, "occurrence": 0, "platform": "x",
            "state": "draft", "run_at": AT, "timezone": "UTC", "content": {}, "preview": {}, "version": 1,
            "intent_key": "k", "created_at": AT, "updated_at": AT,
        }  # fmt: skip
        await connection.execute(post.insert(), row)
        step = {"id": "t", "post_id": "post", "to_state": "draft", "at": AT, "actor": "anna-secret-name"}
        await connection.execute(post_transition.insert(), step)
    return store


def a_conversation(name: str, *payloads: tuple[str, tuple[str, ...]]) -> StoredConversation:
    return StoredConversation(
        id=name,
        kind="chat",
        title=f"About {name}",
        started_at=AT,
        head=f"{name}-{len(payloads) - 1}",
        report={"text": f"report of {name}"},
        evidence=tuple(
            StoredEvidence(
                evidence_id=f"E{number}",
                tool="t",
                at=AT,
                payload_digest=digest,
                digest=f"{name}-{number}",
                payload={"names": names},
                subjects=tuple(Subject("caregiver", each) for each in names),
            )
            for number, (digest, names) in enumerate(payloads)
        ),
    )


async def test_erasing_a_subject_deletes_its_observations_and_entombs_its_payloads(people: Store) -> None:
    erased = await erase_subject(people, "caregiver", "anna-secret-name")
    assert erased == Erased(observations=1, payloads=1, conversations=1, values=0)
    assert [each.subject_id for each in await find(people)] == ["ben"]
    first, second = (await load(people, "c1")).evidence
    assert (first.payload, first.erased_at, first.subjects) == (None, people.clock.now(), ())
    assert second.payload == {"names": ["ben"]}


async def test_the_chain_outlives_what_it_covers(people: Store) -> None:
    before = await load(people, "c1")
    await erase_subject(people, "caregiver", "anna-secret-name")
    after = await load(people, "c1")
    assert after.head == before.head
    links = [[(e.evidence_id, e.payload_digest, e.digest) for e in each.evidence] for each in (before, after)]
    assert links[0] == links[1]


async def test_only_conversations_that_cite_the_subject_lose_their_report(people: Store) -> None:
    await erase_subject(people, "caregiver", "anna-secret-name")
    cited, other = await load(people, "c1"), await load(people, "c2")
    assert (cited.title, cited.report) == ("(erased)", None)
    assert (other.title, other.report) == ("About c2", {"text": "report of c2"})


async def test_a_person_who_acted_is_cleared_from_the_columns_that_name_them(people: Store) -> None:
    erased = await erase_subject(people, "person", "anna-secret-name")
    assert erased == Erased(observations=0, payloads=0, conversations=0, values=2)
    async with people.read() as connection:
        names = select(campaign.c.approved_by).order_by(campaign.c.id)
        assert list((await connection.execute(names)).scalars()) == [None, "ben"]
        assert await connection.scalar(select(post_transition.c.actor)) is None


async def test_erasing_twice_or_a_stranger_erases_nothing(people: Store) -> None:
    await erase_subject(people, "caregiver", "anna-secret-name")
    for kind, name in (("caregiver", "anna-secret-name"), ("caregiver", "nobody"), ("page", "ben")):
        assert await erase_subject(people, kind, name) == Erased(0, 0, 0, 0)


async def test_nothing_of_an_erased_name_is_left_in_any_table(people: Store) -> None:
    for kind in ("caregiver", "person"):
        await erase_subject(people, kind, "anna-secret-name")
    async with people.read() as connection:
        for table in metadata.sorted_tables:
            rows = (await connection.execute(select(table))).all()
            assert "anna-secret-name" not in repr(rows), table.name


async def test_nothing_of_an_erased_name_is_left_in_sqlites_files(
    people: Store, store_settings: Settings
) -> None:
    if people.dialect != "sqlite":
        return

    def files() -> bytes:
        return b"".join(
            path.read_bytes() for path in store_settings.home.iterdir() if "-shm" not in path.name
        )

    assert b"anna-secret-name" in files()
    for kind in ("caregiver", "person"):
        await erase_subject(people, kind, "anna-secret-name")
    assert b"anna-secret-name" not in files()
    assert b"ben" in files()


async def test_an_erased_payload_does_not_come_back_when_it_is_saved_again(people: Store) -> None:
    await erase_subject(people, "caregiver", "anna-secret-name")
    await save(people, a_conversation("c3", ("p1", ("anna-secret-name",)), ("p4", ("ben",))))
    first, second = (await load(people, "c3")).evidence
    assert (first.payload, first.subjects) == (None, ())
    assert second.payload == {"names": ["ben"]}
    async with people.read() as connection:
        named = select(func.count()).where(evidence_subject.c.subject_id == "anna-secret-name")
        assert await connection.scalar(named) == 0


async def test_an_export_holds_what_erasure_would_erase(people: Store) -> None:
    exported = await export_subject(people, "caregiver", "anna-secret-name")
    json.dumps(exported, allow_nan=False)
    assert exported["subject"] == {"kind": "caregiver", "id": "anna-secret-name"}
    (measured,) = exported["observation"]
    assert (measured["value"], measured["observed_at"]) == (98.0, "2026-03-02T09:00:00+00:00")
    assert [row["payload"] for row in exported["evidence_payload"]] == [
        {"names": ["anna-secret-name", "ben"]}
    ]
    assert [row["evidence_id"] for row in exported["evidence"]] == ["E0"]
    acted = await export_subject(people, "person", "anna-secret-name")
    assert [row["id"] for row in acted["campaign"]] == ["of-anna"]
    assert [row["actor"] for row in acted["post_transition"]] == ["anna-secret-name"]
    stranger = await export_subject(people, "caregiver", "nobody")
    assert not any(rows for name, rows in stranger.items() if name != "subject")


@pytest.mark.parametrize(("kind", "name"), [("", "anna"), ("caregiver", ""), ("caregiver", "  ")])
async def test_a_subject_without_a_kind_or_an_id_is_refused(store: Store, kind: str, name: str) -> None:
    for function in (erase_subject, export_subject):
        with pytest.raises(InvalidInput, match="a kind and an id"):
            await function(store, kind, name)


async def test_erasure_is_dated_by_the_stores_clock(people: Store) -> None:
    assert isinstance(people.clock, FixedClock)
    people.clock.advance(60)
    await erase_subject(people, "caregiver", "ben")
    async with people.read() as connection:
        dates = select(evidence_payload.c.erased_at).where(evidence_payload.c.erased_at.is_not(None))
        assert set((await connection.execute(dates)).scalars()) == {people.clock.now()}


# The marks are complete

PERSONAL_NAMES = re.compile(
    r"(^|_)(actor|author|authors|birth\w*|caregiver|caregivers|client|clients|customer|email|emails|employee"
    r"|first_name|full_name|initials|last_name|nickname|patient|patients|people|person|persons|phone"
    r"|phone_number|postal_address|reviewer|signature|ssn|subject_id|surname|user_id|user_name|username"
    r"|visitor_id|(approved|cancelled|changed|created|rejected|requested|sent|signed|updated|written)_by)$"
)
HEALTH_NAMES = re.compile(
    r"(^|_)(allerg\w*|condition|conditions|diagnos\w*|disabilit\w*|health|medication\w*)$"
)


@pytest.mark.parametrize(
    ("name", "is_personal"),
    [("approved_by", True), ("email", True), ("subject_id", True), ("client", True), ("platform", False),
     ("campaign_name", False), ("covered_by", False), ("personal", False), ("clients_per_day", False)],
)  # fmt: skip
def test_the_patterns_know_a_persons_data(name: str, is_personal: bool) -> None:
    assert bool(PERSONAL_NAMES.search(name)) == is_personal


def test_every_column_that_is_named_like_a_persons_data_is_marked() -> None:
    columns = [(table.name, column) for table in metadata.sorted_tables for column in table.columns]
    for mark, pattern in (("personal", PERSONAL_NAMES), ("health", HEALTH_NAMES)):
        unmarked = {
            f"{table}.{column.name}"
            for table, column in columns
            if pattern.search(column.name) and column.info.get(mark) is not True
        }
        assert unmarked == set()


def test_a_column_that_erasure_clears_may_be_empty_or_hold_another_id() -> None:
    for table in metadata.sorted_tables:
        for column in table.columns:
            if "subject_kind" in column.info:
                assert column.info["personal"]
                assert (column.nullable and not column.foreign_keys) or column.primary_key


async def test_who_took_part_in_a_test_is_forgotten_and_the_test_keeps_its_figures(store: Store) -> None:
    async with store.begin() as connection:
        for table, row in an_experiment():
            await connection.execute(table.insert(), row)
    await erase_subject(store, "user", USER)
    async with store.read() as connection:
        for table in (assignment, user_metric, tracked_event, refused_event):
            rows = (await connection.execute(select(table))).mappings().all()
            assert len(rows) == 1
            assert "anna" not in repr(rows)
        joined = select(user_metric.c.total).join(assignment, (assignment.c.user_id == user_metric.c.user_id))
        assert (await connection.execute(joined)).scalars().all() == [1.0]


def results(root: type[Result] = Result) -> Iterator[type[Result]]:
    """Yield every result model of the engine, whichever tool returns it."""
    for model in root.__subclasses__():
        if model.__module__.startswith("ag2_marketing_tools."):
            yield model
        yield from results(model)


def is_figure(declared: dict[str, Any]) -> bool:
    """Tell whether a field's schema is of a figure with a unit, or of one that may be absent."""
    kinds = [kind for kind in declared.get("anyOf", [declared]) if kind.get("type") != "null"]
    return "unit" in declared or all("unit" in kind for kind in kinds)


def unmarked_fields(model: type[BaseModel]) -> set[str]:
    found = set()
    for name, declared in model.model_json_schema(mode="serialization")["properties"].items():
        if is_figure(declared):
            continue  # how many clients there are names none of them
        for mark, pattern in (("personal", PERSONAL_NAMES), ("health", HEALTH_NAMES)):
            if pattern.search(name) and declared.get(mark) is not True:
                found.add(f"{model.__qualname__}.{name} is not marked {mark}")
    return found


def test_every_result_field_that_is_named_like_a_persons_data_is_marked() -> None:
    for module in pkgutil.walk_packages(ag2_marketing_tools.__path__, "ag2_marketing_tools."):
        if ".migrations." not in module.name:
            importlib.import_module(module.name)
    models = set(results())
    assert models
    assert set().union(*map(unmarked_fields, models)) == set()


def test_an_unmarked_name_would_be_noticed() -> None:
    class Leaky(BaseModel):
        email: str
        author: Annotated[str, personal()]
        diagnosis: Annotated[str, personal()]

    assert unmarked_fields(Leaky) == {
        f"{Leaky.__qualname__}.email is not marked personal",
        f"{Leaky.__qualname__}.diagnosis is not marked health",
    }
