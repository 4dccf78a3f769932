"""Assignment without a store, for the hot path: built from what `export_experiments` wrote.

    client = HashOnlyClient.from_json(text)
    client.assign("test_1", "user_123")      # the variant's id, or None: not in the test, show the control

It gives what the store would give a user whom it has never seen. It holds no clock: export again when a test
begins, ends or is changed. Tests whose weights were changed need to know who saw what before, so only
`StickyClient` takes them.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Callable, Mapping, MutableMapping
from typing import Any

from ag2_marketing_tools.errors import Conflict, InvalidInput, NotFound
from ag2_marketing_tools.experiments.assignment.allocation import Allocation, Allocator
from ag2_marketing_tools.experiments.assignment.targeting import matcher

EXPORT_FORMAT = "ag2-marketing/assignment/1"
Context = Mapping[str, Any]
Pick = Callable[[str, Context], str | None]


class HashOnlyClient:
    """Variants by hashing alone.

    Raises:
        InvalidInput: The export is of another format or version of the algorithm.
    """

    def __init__(self, export: Mapping[str, Any], *, with_reallocated: bool = False) -> None:
        if export.get("format") != EXPORT_FORMAT:
            raise InvalidInput(f"This is no export of the format {EXPORT_FORMAT}.")
        self.controls: dict[str, str] = {}
        self.contents: dict[str, dict[str, Any]] = {}
        self._picks: dict[str, Pick] = {}
        for test in export["tests"]:
            test_id = test["test_id"]
            self.controls[test_id] = test["control"]
            self.contents[test_id] = test["contents"]
            self._picks[test_id] = _pick_of(test, with_reallocated=with_reallocated)

    @classmethod
    def from_json(cls, text: str) -> HashOnlyClient:
        """Return the client of an export's text."""
        return cls(json.loads(text))

    def assign(self, test_id: str, user_id: str, context: Context = {}) -> str | None:  # noqa: B006 (never changed)
        """Return the id of the user's variant, or None for users who are not in the test.

        Raises:
            NotFound: The export has no such test.
            InvalidInput: The user's id is empty.
            Conflict: The test's weights were changed.
        """
        try:
            pick = self._picks[test_id]
        except KeyError:
            raise NotFound(f"There is no test {test_id!r} in this export.") from None
        return pick(user_id, context)

    def content(self, test_id: str, variant_id: str | None) -> Any:
        """Return what a user is shown; for None the control's content."""
        return self.contents[test_id][self.controls[test_id] if variant_id is None else variant_id]


class StickyClient:
    """A hash-only client with a memory, which wins over the hash: any mapping that outlives a change of weights.

    Args:
        export: What `export_experiments` wrote.
        memory: (test_id, user_id) to the variant's id; share it between processes where several assign.
    """

    def __init__(self, export: Mapping[str, Any], memory: MutableMapping[tuple[str, str], str]) -> None:
        self._client = HashOnlyClient(export, with_reallocated=True)
        self._memory = memory

    def assign(self, test_id: str, user_id: str, context: Context = {}) -> str | None:  # noqa: B006 (never changed)
        """Return the id of the variant that the user saw first, else what hashing gives; remember it."""
        key = (test_id, user_id)
        known = self._memory.get(key)
        if known is not None:
            return known
        variant_id = self._client.assign(test_id, user_id, context)
        if variant_id is not None:
            return self._memory.setdefault(key, variant_id)
        return None


def _pick_of(test: Mapping[str, Any], *, with_reallocated: bool) -> Pick:
    if not test["open"]:
        return _nobody
    if test["reallocated"] and not with_reallocated:
        return _refusal(test["test_id"])
    allocator = Allocator(_allocation_in(test))
    plain = _plain(allocator)
    if not allocator.gates and not test["targeting"]:
        return plain
    matches = matcher(test["targeting"])

    def pick(user_id: str, context: Context) -> str | None:
        if not matches(context) or allocator.shut_by(user_id) is not None:
            return None
        return plain(user_id, context)

    return pick


def _plain(allocator: Allocator) -> Pick:
    """Return the hash of one test without gates: all names are local, because this is the hot path."""
    started, cuts, variant_ids, find = allocator.started, allocator.cuts, allocator.variant_ids, bisect_right

    def pick(user_id: str, context: Context) -> str | None:
        if not user_id:
            raise InvalidInput("The user's id is empty.")
        hashed = started()
        hashed.update(user_id.encode())
        return variant_ids[find(cuts, hashed.digest())]

    return pick


def _nobody(user_id: str, context: Context) -> str | None:
    return None


def _refusal(test_id: str) -> Pick:
    def refuse(user_id: str, context: Context) -> str | None:
        raise Conflict(
            f"The weights of the test {test_id!r} were changed, so hashing alone would move users.",
            remedy="Use StickyClient with what its users saw before, or `assign_variant`.",
        )

    return refuse


def _allocation_in(test: Mapping[str, Any]) -> Allocation:
    layer, holdout = test["layer"], test["holdout"]
    return Allocation(
        test_id=test["test_id"],
        hash_version=test["hash_version"],
        salt=test["salt"],
        variant_ids=tuple(test["variant_ids"]),
        bounds=tuple(test["bounds"]),
        coverage=test["coverage"],
        layer=None if layer is None else (layer["name"], layer["low"], layer["high"]),
        holdout=None if holdout is None else (holdout["salt"], holdout["share"]),
        targeting=test["targeting"],
    )
