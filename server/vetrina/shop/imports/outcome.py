"""What is told of an import, by the process that does it and by all others."""

from __future__ import annotations

from dataclasses import dataclass

from vetrina.shop.imports.findings import RowProblem
from vetrina.shop.imports.job import ImportJob, JobStatus, ShownChange


@dataclass(frozen=True, kw_only=True)
class Imported:
    """What came of an import. `rows`: how far the file is read. `failed`: what is wrong, by row.

    While `status` is `running` the numbers grow. `detail` says why it failed. `kept`: how many
    products keep something edited by hand. `changes` holds the first 100 products of each verdict,
    `failed` the first 1000 problems, `problems` counts all of them.
    """

    id: str
    status: JobStatus
    detail: str | None
    dry_run: bool
    described: str
    rows: int
    created: int
    changed: int
    unchanged: int
    kept: int
    problems: int
    failed: list[RowProblem]
    changes: list[ShownChange]


def imported(job: ImportJob) -> Imported:
    """What is told of an import."""
    counts = job.report.counts
    return Imported(
        id=job.id,
        status=job.status,
        detail=job.detail,
        dry_run=job.dry_run,
        described=job.described,
        rows=job.report.rows,
        created=counts.created,
        changed=counts.changed,
        unchanged=counts.unchanged,
        kept=counts.kept,
        problems=job.report.problems,
        failed=job.report.failed,
        changes=job.changes,
    )
