"""An application under any script of commands, in any order, keeps what it promises (C2.2.2, C5.2, C5.3)."""

from collections.abc import Sequence
from dataclasses import replace

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from services.application.domain.application import APPLICATION_DECIDER, Command
from services.application.domain.attachments import RemoveAttachment
from services.application.domain.changes import differences
from services.application.domain.editing import names
from services.application.domain.form import snapshot_hash
from services.application.domain.lapse import LapseApplication
from services.application.domain.paper import ExportPdf, ReceivePaper
from services.application.domain.returns import TakeReturn
from services.application.domain.states import (
    Application,
    ApplicationEvent,
    Lapsed,
    Returned,
    Withdrawn,
    form_of,
    versions_of,
)
from services.application.domain.terms import RoundTerms
from services.application.domain.waivers import RequestWaiver
from services.application.domain.withdrawal import WithdrawApplication
from shared.contracts.application import (
    ApplicationResubmitted,
    ApplicationStarted,
    ApplicationSubmitted,
    ApplicationWithdrawn,
    LateSubmissionAdmitted,
    PaperReceived,
    PdfExported,
)
from shared.contracts.correction import ItemToCorrect
from shared.contracts.form import T1, T2, T3, T4, Honour
from shared.contracts.review import DistrictReviewReturned
from shared.kernel.actor import Actor
from shared.kernel.instants import Instant
from shared.kernel.refusal import Refusal
from tests.services.application.domain.filed import (
    DEADLINE,
    FORM_1,
    FORM_2,
    FORM_3,
    FORM_4,
    MATERIALS,
    START,
    SUBMIT,
    TERMS,
    attaching,
    saving,
)
from tests.services.application.domain.test_lapse_and_extension import extended
from tests.services.people import FILER, FOREIGN_FILER, FOREIGN_RECEIPT, HERE, OFFICER, ORGANIZATION, RECEIPT, SYSTEM

INSTANTS = [
    Instant(text)
    for text in (
        "2017-09-10T01:00:00.000Z",
        "2017-09-20T08:59:59.999Z",
        "2017-09-20T09:00:00.000Z",
        "2017-09-21T09:00:00.000Z",
        "2017-09-22T09:00:00.000Z",
        "2017-09-27T16:00:00.000Z",
    )
]
HONOUR = Honour(level="municipal", issuer="市经信委", date="2016-05-01")
VARIANTS: list[T1 | T2 | T3 | T4] = [
    FORM_1,
    FORM_2,
    FORM_3,
    FORM_4,
    replace(FORM_1, capital="1", honours=(HONOUR,)),
    replace(FORM_1, under_investigation=True),
    replace(FORM_2, premises=()),
    replace(FORM_3, smes_served=50),
    replace(FORM_4, plan_done="完成"),
]
ITEMS = [("t2.premises",), ("t1", "materials.6"), ("t3.smes_served", "t4"), ("materials",)]
EXTENSIONS = [TERMS, extended("round", None, INSTANTS[3]), extended("district", HERE), replace(TERMS, closed=True)]


class AnyLife(RuleBasedStateMachine):
    """Commands in any order, at instants that only go forward."""

    def __init__(self) -> None:
        super().__init__()
        self.state: Application = APPLICATION_DECIDER.initial
        self.history: list[ApplicationEvent] = []
        self.now = 0
        self.terms: RoundTerms = TERMS

    @initialize(ready=st.booleans())
    def begin(self, ready: bool) -> None:  # noqa: FBT001 - hypothesis says which
        if ready:
            script: list[Command] = [START, *(saving(one) for one in VARIANTS[:4])]
            for command in [*script, *(attaching(one) for one in MATERIALS)]:
                self.ask(command)

    @rule(forward=st.integers(0, 2))
    def time_passes(self, forward: int) -> None:
        self.now = min(self.now + forward, len(INSTANTS) - 1)

    @rule(which=st.sampled_from(EXTENSIONS))
    def the_round_changes(self, which: RoundTerms) -> None:
        self.terms = which

    @rule(by=st.sampled_from([FILER, FOREIGN_FILER, OFFICER]))
    def start(self, by: Actor) -> None:
        self.ask(replace(START, by=by, at=self.at, terms=self.terms))

    @rule(table=st.sampled_from(VARIANTS), by=st.sampled_from([FILER, FILER, FOREIGN_FILER]))
    def save(self, table: T1 | T2 | T3 | T4, by: Actor) -> None:
        revision = form_of(self.state).revisions[("T1", "T2", "T3", "T4").index(type(table).__name__)]
        command = replace(saving(table), revision=revision)
        self.ask(replace(command, by=by, at=self.at, terms=self.terms))

    @rule(material=st.integers(1, 10), digits=st.sampled_from(["", "0" * 64]))
    def attach(self, material: int, digits: str) -> None:
        self.ask(replace(attaching(material, digits), at=self.at, terms=self.terms))

    @rule(material=st.integers(1, 9))
    def detach(self, material: int) -> None:
        self.ask(
            RemoveAttachment(
                "app-1", material, f"{material}f" * 32, self.terms, FILER, self.at, applicant=None, final=False
            )
        )

    @rule()
    def submit(self) -> None:
        self.ask(replace(SUBMIT, at=self.at, terms=self.terms))

    @rule(back=st.integers(0, 1), paths=st.sampled_from(ITEMS))
    def send_back(self, back: int, paths: tuple[str, ...]) -> None:
        items = tuple(ItemToCorrect(path=path, code="X", note="") for path in paths)
        self.ask(
            TakeReturn(
                DistrictReviewReturned(
                    application="app-1",
                    organization=ORGANIZATION,
                    round="2017",
                    district=HERE,
                    version=max(1, len(versions_of(self.state)) - back),
                    items=items,
                    due=INSTANTS[-1],
                )
            )
        )

    @rule()
    def lapse(self) -> None:
        self.ask(LapseApplication("app-1", self.terms, SYSTEM, self.at, applicant=None))

    @rule(settled=st.booleans())
    def withdraw(self, settled: bool) -> None:  # noqa: FBT001 - hypothesis says which
        self.ask(WithdrawApplication("app-1", "不报了", settled, FILER, self.at))

    @rule(rules=st.sampled_from([("R3",), ("R8", "R3"), ("R1",), ()]))
    def ask_for_a_waiver(self, rules: tuple[str, ...]) -> None:
        self.ask(RequestWaiver("app-1", rules, "成效明显", (), self.terms, FILER, self.at, applicant=None, final=False))

    @rule(back=st.integers(0, 1), wrong=st.booleans(), by=st.sampled_from([RECEIPT, RECEIPT, FOREIGN_RECEIPT]))
    def bring_paper(self, back: int, wrong: bool, by: Actor) -> None:  # noqa: FBT001 - hypothesis says which
        versions = versions_of(self.state)
        version = max(1, len(versions) - back)
        digits = versions[version - 1].filed.snapshot_hash if versions and not wrong else "0" * 64
        self.ask(ReceivePaper("app-1", version, digits, 2, by, self.at, silent=False, final=False))

    @rule(version=st.integers(0, 3))
    def print_it(self, version: int) -> None:
        self.ask(ExportPdf("app-1", version, "a" * 64, "b" * 64, FILER, self.at))

    @property
    def at(self) -> Instant:
        return INSTANTS[self.now]

    def ask(self, command: Command) -> None:
        """Decide twice: the retry decides nothing, and a refusal is repeated without another trace."""
        before = self.state
        events, refused = _decided(before, command)
        for event in events:
            after = APPLICATION_DECIDER.evolve(self.state, event)
            assert after is not self.state, f"{type(event).__name__} changes nothing"
            self.state = after
        self.history += events
        again, refused_again = _decided(self.state, command)
        assert (again, refused_again) == ([], refused)
        self._nothing_unnamed_changed(before)

    def _nothing_unnamed_changed(self, before: Application) -> None:
        if isinstance(before, Returned) and isinstance(self.state, Returned):
            changed = differences(before.form, self.state.form)
            assert all(any(names(item, one.path) for item in before.returned.items) for one in changed)

    @invariant()
    def is_what_its_history_says(self) -> None:
        assert APPLICATION_DECIDER.fold(self.history) == self.state

    @invariant()
    def begins_anew_only_after_a_withdrawal(self) -> None:
        turns = [one for one in self.history if isinstance(one, ApplicationStarted | ApplicationWithdrawn)]
        assert all(isinstance(one, ApplicationStarted) == (n % 2 == 0) for n, one in enumerate(turns))
        assert bool(turns) == bool(self.history)

    @invariant()
    def versions_count_up_and_never_change(self) -> None:
        filed = [one for one in self.history if isinstance(one, ApplicationSubmitted | ApplicationResubmitted)]
        assert [one.version for one in filed] == list(range(1, len(filed) + 1))
        versions = versions_of(self.state)
        assert [one.filed for one in versions] == filed
        assert all(snapshot_hash(one.form) == one.filed.snapshot_hash for one in versions)
        assert all(one.evaluated is not None and one.evaluated.overall != "INELIGIBLE" for one in versions)

    @invariant()
    def late_is_admitted_by_a_letter_alone(self) -> None:
        kinds = [type(one) for one in self.history]
        for event in self.history:
            if isinstance(event, ApplicationSubmitted):
                assert (event.received_at >= DEADLINE) == (LateSubmissionAdmitted in kinds)

    @invariant()
    def paper_is_of_a_version(self) -> None:
        hashes = {(one.filed.version, one.filed.snapshot_hash) for one in versions_of(self.state)}
        papers = [one for one in self.history if isinstance(one, PaperReceived) and one.matches]
        assert {(one.version, one.snapshot_hash) for one in papers} <= hashes
        assert len({one.version for one in papers}) == len(papers)

    @invariant()
    def no_pdf_before_the_submission(self) -> None:
        numbers = {one.filed.version for one in versions_of(self.state)}
        assert {one.version for one in self.history if isinstance(one, PdfExported)} <= numbers

    @invariant()
    def what_is_over_stays_over(self) -> None:
        if isinstance(self.state, Withdrawn):
            assert isinstance(self.history[-1], type(self.state.withdrawn))
        if isinstance(self.state, Lapsed) and isinstance(self.state.before, Returned):
            assert len(versions_of(self.state)) == self.state.before.returned.version


def _decided(state: Application, command: Command) -> tuple[list[ApplicationEvent], str | None]:
    try:
        events: Sequence[object] = APPLICATION_DECIDER.decide(state, command)
    except Refusal as refusal:
        return list(refusal.record), type(refusal).__name__  # type: ignore[arg-type]
    return list(events), None  # type: ignore[arg-type]


TestAnyLife = AnyLife.TestCase
TestAnyLife.settings = settings(max_examples=60, stateful_step_count=40)
