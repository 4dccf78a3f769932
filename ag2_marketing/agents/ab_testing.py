"""The experimenter: sets up A/B tests, watches them, and judges them."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from typing import Any, ClassVar

from ag2_marketing.adapters.answers import as_dict, failed
from ag2_marketing.adapters.direct import AnyTool
from ag2_marketing.agents.base import MarketingAgent
from ag2_marketing_tools.errors import InvalidInput, MarketingError
from ag2_marketing_tools.experiments import (
    analyze_results,
    archive_experiment,
    assign_variant,
    calculate_sample_size,
    change_experiment,
    define_metric,
    get_channel_data,
    get_partial_results,
    get_test_status,
    get_variant_data,
    list_experiments,
    list_metrics,
    list_refused_events,
    plan_experiment,
    setup_experiment,
    setup_tracking,
    show_experiment,
    stop_experiment,
    track_metrics,
    validate_cross_channel_data,
    validate_test_data,
)
from ag2_marketing_tools.figures import calculate, resolve_time
from ag2_marketing_tools.operations import propose_experiment

_IDS = frozenset({"id", "variant_id"})
LEAST_TRAFFIC = 1


class SampleSize(int):
    """The users that each variant needs, as a number that can be calculated with; `detail` says how it came about."""

    detail: dict[str, Any]

    def __new__(cls, users: int, detail: dict[str, Any]) -> SampleSize:
        """Make the number."""
        made = super().__new__(cls, users)
        made.detail = detail
        return made


class ABTestingAgent(MarketingAgent):
    """Sets up A/B tests, assigns users to variants, tracks what they do, and says whether a variant wins.

    A method that fails answers `status` `error` with `error`, and `remedy` where something would mend it; the
    other documented keys are then empty. A test that one agent set up, another one finds, in another process too.
    """

    role: ClassVar[str] = "ab_testing"
    default_name: ClassVar[str] = "experimenter"
    toolset: ClassVar[tuple[AnyTool, ...]] = (
        propose_experiment,
        setup_experiment,
        list_experiments,
        show_experiment,
        change_experiment,
        stop_experiment,
        archive_experiment,
        assign_variant,
        track_metrics,
        setup_tracking,
        analyze_results,
        get_test_status,
        get_partial_results,
        get_variant_data,
        get_channel_data,
        validate_test_data,
        validate_cross_channel_data,
        list_refused_events,
        list_metrics,
        define_metric,
        calculate_sample_size,
        plan_experiment,
        calculate,
        resolve_time,
    )

    async def setup_experiment(self, test_config: Mapping[str, Any]) -> dict[str, Any]:
        """Set up an A/B test; it takes assignments from its start on.

        Args:
            test_config: `variants` (each `name`, `traffic_allocation` and optionally `content`; the shares sum
                to 1), and optionally `name`, `metrics`, `duration_days`, `min_sample_size`, `confidence_level`
                and what else `setup_experiment` takes. The ids that the variants get are written into its
                variants, too, as `id`.

        Returns:
            `test_id`, `variants` (each with `id`), `start_time`, `end_time`, `warnings` and `status` `configured`.
        """
        try:
            configured = await self._call(setup_experiment, _without_ids(test_config))
        except MarketingError as error:
            return failed(error, test_id=None, variants=[], start_time=None, end_time=None)
        result = as_dict(configured)
        for given, made in zip(test_config["variants"], result["variants"], strict=True):
            if isinstance(given, MutableMapping):
                given["id"] = made["id"]
        return result

    async def assign_variant(
        self, test_id: str, user_id: str, context: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        """Tell which variant a user is shown; the first time it is stored, and from then on it stays.

        Args:
            test_id: The test.
            user_id: The user's own id, always the same.
            context: Attributes that targeting, the segment and the bot filter read.

        Returns:
            `variant_id`, `assignment_time`, `context` and `status` `assigned`; or `not_in_test` with its `reason`,
            where the user is shown the control and does not count.
        """
        arguments = {"test_id": test_id, "user_id": user_id, "context": context}
        return await self._answer(
            assign_variant, arguments, variant_id=None, assignment_time=None, context=dict(context or {})
        )

    async def track_metrics(
        self, test_id: str, variant_id: str, user_id: str, metrics: Mapping[str, Any]
    ) -> dict[str, Any]:
        """Record what a user of a variant did.

        Args:
            test_id: The test.
            variant_id: The variant that the user was shown.
            user_id: The user.
            metrics: Values by metric or event, such as `{"conversion": True}`.

        Returns:
            `event_id`, `recorded_metrics` and `status` `recorded`.
        """
        arguments = {"test_id": test_id, "variant_id": variant_id, "user_id": user_id, "metrics": metrics}
        return await self._answer(track_metrics, arguments, event_id=None, recorded_metrics=[])

    async def analyze_results(self, test_id: str) -> dict[str, Any]:
        """Say whether a variant wins, why or why not, and what to do.

        Args:
            test_id: The test.

        Returns:
            `status` `completed`, `winning_variant` (`id`, `name`, `content`, `improvement`, `confidence`; null with
            a `reason`), `statistical_significance`, `metrics`, `confidence_intervals`, `sample_sizes`,
            `recommendation`, `summary`, `reasons`, `concerns` and more.
        """
        return await self._answer(
            analyze_results,
            {"test_id": test_id},
            winning_variant=None,
            metrics={},
            confidence_intervals={},
            sample_sizes={},
            statistical_significance=False,
            reason=None,
        )

    async def get_test_status(self, test_id: str) -> dict[str, Any]:
        """Tell how far a test has come.

        Args:
            test_id: The test.

        Returns:
            `current_sample_size`, `required_sample_size`, `daily_traffic` and more. `daily_traffic` is never 0, so
            that it may be divided by: where nobody was assigned yet it is 1, and `daily_traffic_measured` false.
        """
        answer = await self._answer(
            get_test_status,
            {"test_id": test_id},
            current_sample_size=None,
            required_sample_size=None,
            daily_traffic=None,
        )
        if answer["status"] != "error":
            answer["daily_traffic_measured"] = bool(answer["daily_traffic"])
            answer["daily_traffic"] = answer["daily_traffic"] or LEAST_TRAFFIC
        return answer

    async def get_partial_results(self, test_id: str) -> dict[str, Any]:
        """Show where a test stands before its end, with intervals that hold however often one looks.

        Args:
            test_id: The test.
        """
        return await self._answer(get_partial_results, {"test_id": test_id}, metrics={}, sample_sizes={})

    async def calculate_sample_size(
        self,
        baseline_conversion: float,
        minimum_detectable_effect: float,
        confidence_level: float = 0.95,
        power: float = 0.8,
    ) -> SampleSize:
        """Return how many users each variant needs.

        Args:
            baseline_conversion: The rate today, 0.05 for 5 %.
            minimum_detectable_effect: The change worth finding, absolute: 0.01 from 5 % to 6 %.
            confidence_level: Two-sided, 0.95 for 95 %.
            power: Probability of finding it.

        Raises:
            MarketingError: A value is out of its range; a number has no other way to say so.
        """
        size = await self._call(
            calculate_sample_size,
            {
                "baseline_conversion": baseline_conversion,
                "minimum_detectable_effect": minimum_detectable_effect,
                "confidence_level": confidence_level,
                "power": power,
            },
        )
        return SampleSize(size.users_per_variant, as_dict(size))

    async def get_variant_data(self, test_id: str, variant_id: str) -> dict[str, Any]:
        """Return what was tracked of a variant: a record for each metric that has events, by its name.

        Args:
            test_id: The test.
            variant_id: The variant.

        Returns:
            By each metric's name `value`, `users`, `active_users` and more, also where the value is 0; beside
            them `users`, and `missing` with the metrics that have no events.
        """
        answer = await self._answer(get_variant_data, {"test_id": test_id, "variant_id": variant_id})
        return {**answer, **answer.pop("metrics", {})}

    async def get_channel_data(self, test_id: str, channel: str) -> dict[str, Any]:
        """Return what was tracked in a channel, by user.

        Args:
            test_id: The test.
            channel: `email`, `website` or `social`.

        Returns:
            `users`: for each user's id whether they `converted`.
        """
        return await self._answer(get_channel_data, {"test_id": test_id, "channel": channel}, users={})

    async def validate_test_data(self, test_id: str) -> dict[str, Any]:
        """Tell whether every metric of every variant has data.

        Args:
            test_id: The test.

        Returns:
            `metrics_received`, `missing_metrics` and `data_quality`.
        """
        return await self._answer(
            validate_test_data,
            {"test_id": test_id},
            metrics_received=0,
            missing_metrics=[],
            data_quality={},
        )

    async def validate_cross_channel_data(self, test_id: str) -> dict[str, Any]:
        """Tell whether e-mail and website say the same of the users that both know.

        Args:
            test_id: The test.

        Returns:
            `status` `valid` or `invalid`, then with the `error`, and `inconsistencies`.
        """
        answer = await self._answer(validate_cross_channel_data, {"test_id": test_id}, inconsistencies=[])
        if answer["status"] == "error":
            return answer
        found = {**answer, "status": answer.pop("validity")}
        return {**found, "error": found["reason"]} if found["status"] == "invalid" else found

    async def setup_tracking(self, test_id: str) -> dict[str, Any]:
        """Return where a test's events are sent, and what they carry.

        Args:
            test_id: The test.

        Returns:
            `endpoints` and `metadata`.
        """
        return await self._answer(setup_tracking, {"test_id": test_id}, endpoints={}, metadata={})


def _without_ids(test_config: object) -> dict[str, Any]:
    """Return a configuration without the ids that an earlier set-up wrote into its variants.

    Raises:
        InvalidInput: It is no mapping.
    """
    if not isinstance(test_config, Mapping):
        raise InvalidInput(
            f"test_config is a {type(test_config).__name__}.", remedy="Give a mapping with name and variants."
        )
    variants = test_config.get("variants")
    if not isinstance(variants, list | tuple):
        return dict(test_config)
    plain = [
        {name: value for name, value in one.items() if name not in _IDS} if isinstance(one, Mapping) else one
        for one in variants
    ]
    return {**test_config, "variants": plain}
