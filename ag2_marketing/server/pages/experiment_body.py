"""The report of one experiment as HTML: what stands between the head and the foot of its page."""

from __future__ import annotations

from markupsafe import Markup

from ag2_marketing.report.experiments import analysis_fragment, status_fragment
from ag2_marketing.server.experiments import Experiments
from ag2_marketing.server.pages.layout import drawn
from ag2_marketing_tools.errors import MarketingError, NotFound, StoreError
from ag2_marketing_tools.experiments.analysis.model import Analysis, ExperimentStatus
from ag2_marketing_tools.messages import speaking


async def experiment_body(experiment_id: str, experiments: Experiments, *, language: str) -> Markup:
    """Return an experiment's results as HTML, safe to stand in a page without inline scripts or styles.

    A test that cannot be analysed yet shows how far it has come, and why it cannot.

    Raises:
        NotFound: There is no such experiment.
        StoreError: The database failed.
    """
    status = ExperimentStatus.model_validate(await experiments.status(experiment_id))
    with speaking(language):
        try:
            analysis = Analysis.model_validate(await experiments.results(experiment_id))
        except (NotFound, StoreError):
            raise
        except MarketingError as error:
            return await drawn(status_fragment, status, str(error))
        return await drawn(analysis_fragment, analysis, status, interactive=True)
