"""Fine-tunings with their jobs and loss curves."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from evalhub.models import FineTuning, Job, RaterVersion
from evalhub.selectors.labelled_pairs import GoldSource
from evalhub.selectors.progress import JobProgress, job_progress


@dataclass(frozen=True, slots=True)
class FineTuningState:
    """A training and how far it is; epochs as {epoch, train_loss, validation_loss, validation_kappa}."""

    tuning: FineTuning
    job: JobProgress
    epochs: list[dict[str, Any]]

    @property
    def version(self) -> RaterVersion | None:
        """What came of it."""
        return self.tuning.version

    @property
    def best(self) -> dict[str, Any] | None:
        """The epoch whose weights the rater has: by kappa, of equal ones by loss, of equal ones the first."""
        return max(
            self.epochs, key=lambda row: (row["validation_kappa"], -row["validation_loss"]), default=None
        )

    @property
    def sources(self) -> list[dict[str, Any]]:
        """Whose labels it learns from."""
        found = [GoldSource.from_dict(stored) for stored in self.tuning.sources["gold"]]
        return [
            {
                "queries": source.collection.name,
                "gold_version": source.gold_version,
                "corpus": source.snapshot.corpus.name,
                "snapshot": source.snapshot.number,
            }
            for source in found
        ]


def fine_tuning_state(tuning_id: int, *, now: datetime) -> FineTuningState:
    """One training.

    Raises:
        FineTuning.DoesNotExist: there is none of this id.
    """
    tuning = FineTuning.objects.select_related("version__rater").get(pk=tuning_id)
    job = Job.objects.get(fine_tuning=tuning)
    epochs = [
        {
            "epoch": row.number,
            "train_loss": row.train_loss,
            "validation_loss": row.validation_loss,
            "validation_kappa": row.validation_kappa,
        }
        for row in tuning.epochs.all()
    ]
    return FineTuningState(tuning, job_progress(job.pk, now=now), epochs)
