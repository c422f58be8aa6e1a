"""What a round of the first version means, in full: nobody asked for what it left out (C5)."""

from typing import Final

from shared.contracts import amendments, batches, evidence, extensions
from shared.contracts import round as present
from shared.contracts.earlier import parameters as earlier
from shared.contracts.sourced import UNSAID, Number

NONE: Final = Number(value=0, source=UNSAID)
"""No time runs, nothing bounds it."""
HALF: Final = "1/2"
"""Of a panel, where a round did not say what share of it votes."""
LEVELS: Final = present.Levels(
    education="college", title="intermediate", recognition="district", counting="union", source=UNSAID
)
"""大专以上, 中级以上 (C2.1.2), 区级以上 (C2.1.7), 不得重复计算 as union."""


def completed(said: earlier.RoundParameters) -> present.RoundParameters:
    """The round that decides as this one did."""
    return present.RoundParameters(
        round=said.round,
        title_zh=said.title_zh,
        calendar=said.calendar,
        categories=said.categories,
        rules=said.rules,
        non_waivable=said.non_waivable,
        rubric=said.rubric,
        panels=_panels(said.panels),
        quotas=tuple(_quota(one) for one in said.quotas),
        obligations=said.obligations,
        levels=said.levels or LEVELS,
        materials=said.materials or (),
        corrections=_corrections(said.corrections),
        batches=_batches(said.batches),
        assessment=_assessment(said.assessment),
        decisions=_decisions(said.decisions),
        choice=said.choice or present.Choice(known_only=False, source=UNSAID),
        evidence=_evidence(said.evidence),
        extensions=_extensions(said.extensions),
        amendments=said.amendments or amendments.Amendments(by_two=False, source=UNSAID),
    )


def _panels(said: earlier.Panels) -> present.Panels:
    votes = said.votes or earlier.Votes(tie=HALF, missing_scores=HALF, source=UNSAID)
    return present.Panels(
        experts=said.experts,
        minimum_scores=said.minimum_scores,
        trim_from=said.trim_from,
        scoring_days=said.scoring_days,
        tie_order=said.tie_order,
        source=said.source,
        votes=present.Votes(tie=votes.tie, missing_scores=votes.missing_scores, cast=False, source=votes.source),
        conflicts=said.conflicts or present.Conflicts(voters_answer=False, posts_followed=False, source=UNSAID),
        scored_anew=bool(said.scored_anew),
    )


def _quota(said: earlier.Quota) -> present.Quota:
    return present.Quota(
        group=said.group, places=said.places, ties_admitted=said.ties_admitted or 0, source=said.source
    )


def _corrections(said: earlier.Corrections | None) -> present.Corrections:
    if said is None:
        said = earlier.Corrections(return_days=NONE, reconsider_days=NONE, appeal_days=NONE, rectification_days=NONE)
    return present.Corrections(
        return_days=said.return_days,
        reconsider_days=said.reconsider_days,
        appeal_days=said.appeal_days,
        rectification_days=said.rectification_days,
        remit_days=said.remit_days or NONE,
        not_before_deadline=bool(said.not_before_deadline),
        period_named=bool(said.period_named),
        reports_change=bool(said.reports_change),
        silence_escalates=False,
        suspension_stops=False,
    )


def _batches(said: earlier.Batches | None) -> batches.Batches:
    said = said or earlier.Batches(required=False, source=UNSAID)
    return batches.Batches(
        required=said.required,
        compliance_required=bool(said.compliance_required),
        complete=bool(said.complete),
        overrulings=bool(said.overrulings),
        every_material=bool(said.every_material),
        grounds_judged=bool(said.grounds_judged),
        reopened_by_city=bool(said.reopened_by_city),
        source=said.source,
    )


def _assessment(said: earlier.Assessment | None) -> present.Assessment:
    if said is None:
        said = earlier.Assessment(rubric=(), grades=(), reminder_days=NONE, default_days=NONE, source=UNSAID)
    return present.Assessment(
        rubric=said.rubric,
        grades=said.grades,
        reminder_days=said.reminder_days,
        default_days=said.default_days,
        after_all_due=bool(said.after_all_due),
        none_under_order=bool(said.none_under_order),
        source=said.source,
    )


def _decisions(said: earlier.Decisions | None) -> present.Decisions:
    said = said or earlier.Decisions(ends_all=False, offers=NONE, source=UNSAID)
    return present.Decisions(
        ends_all=said.ends_all,
        offers=said.offers,
        appeals_by_another=said.appeals_by_another,
        corrections_on_notice=said.corrections_on_notice,
        reversals_ranked=said.reversals_ranked,
        promoters_aside=said.promoters_aside,
        free_places_reasoned=False,
        objections_by_another=False,
        objections_to=said.objections_to or "",
        source=said.source,
    )


def _evidence(said: earlier.Evidence | None) -> evidence.Evidence:
    said = said or earlier.Evidence(media_types=(), size_max=0, files_max=0, source=UNSAID)
    return evidence.Evidence(
        media_types=said.media_types,
        size_max=said.size_max,
        files_max=said.files_max,
        statement=said.statement or 0,
        source=said.source,
    )


def _extensions(said: earlier.Extensions | None) -> extensions.Extensions:
    said = said or earlier.Extensions(days_max=0, source=UNSAID)
    return extensions.Extensions(days_max=said.days_max, shortening_notice_days=NONE, source=said.source)
