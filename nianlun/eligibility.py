"""`nianlun eligibility`: what a round's rules say about a form, offline; no stack, no account, nothing stored."""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer
from pydantic import ValidationError

from deploy.local.home import StackError
from nianlun.faults import faults
from nianlun.json_file import faulty, json_text
from services.application.domain.form import Form, filing, unless_contradictory
from services.application.domain.parameters import check
from services.application.domain.rules.capacity import counts
from services.application.domain.rules.notes import Note, notes
from services.application.domain.rules.registry import INELIGIBLE, Evaluation, evaluate
from services.application.domain.terms import terms_of
from services.application.entrypoints.bodies import TABLES, table_of
from services.application.entrypoints.form_file import CATEGORIES, FormFile
from services.application.entrypoints.form_schema import schema as form_schema
from services.application.entrypoints.round_body import RoundBody, parameters_of
from shared.contracts.round import Levels, RoundParameters
from shared.contracts.rule_messages import message_en, message_zh
from shared.contracts.rule_values import Naming
from shared.contracts.vocabulary import GROUND, Outcome
from shared.kernel.instants import Instant, NotAnInstant, instant, plus_seconds
from shared.kernel.refusal import Malformed
from shared.web.expected import expected, field_of, first_of_each

app = typer.Typer(add_completion=False)


@app.command()
def eligibility(
    form_file: Annotated[Path | None, typer.Argument(metavar="FORM.json", show_default=False)] = None,
    round_file: Annotated[Path, typer.Option("--round", metavar="ROUND.json", help="The round's parameters.")] = Path(
        "rounds/2017.json"
    ),
    as_of: Annotated[
        str | None, typer.Option(metavar="INSTANT", help="When it is filed, with an offset; else the last second.")
    ] = None,
    *,
    schema: Annotated[bool, typer.Option("--schema", help="Print the JSON Schema of FORM.json instead.")] = False,
) -> None:
    """Evaluate FORM.json by a round's rules and print the results as JSON."""
    if schema:
        _print(form_schema(_categories(_round(round_file))))
        return
    if form_file is None:
        raise StackError("name a FORM.json, or ask for its --schema")
    parameters = _round(round_file)
    terms = terms_of(parameters)
    file = _form(form_file, parameters)
    at = _moment(as_of) if as_of else plus_seconds(terms.deadline, -1)
    tables = _tables(file)
    _agreeing(form_file, tables)
    _counted(form_file, file, tables, terms.levels)
    filed = filing(Form(**tables), terms, at, terms.deadline, file.attached)
    evaluation = evaluate(filed, parameters.rules)
    told = _told(evaluation, notes(filed, parameters.rules), _naming(parameters))
    _print({**told, "overall": INELIGIBLE if _beyond_a_waiver(evaluation, parameters) else evaluation.overall})


def _tables(file: FormFile) -> dict[str, Any]:
    """The tables as the rules read them; a line of the roster that is there twice stands once."""
    tables: dict[str, Any] = {name.lower(): table_of(body, TABLES[name][1]) for name, body in file.tables if body}
    if file.t2 is not None:
        tables["t2"] = replace(tables["t2"], roster=tuple(dict.fromkeys(tables["t2"].roster)))
    return tables


def _agreeing(path: Path, tables: Mapping[str, Any]) -> None:
    """As the platform's door does, take no table that contradicts itself."""
    try:
        for table in tables.values():
            unless_contradictory(table)
    except Malformed as error:
        raise StackError(f"{path}: {error.field}: {error}") from error


def _counted(path: Path, file: FormFile, tables: Mapping[str, Any], levels: Levels) -> None:
    """Take no number that does not follow from the roster (C2.1.2)."""
    if file.t2 is None:
        return
    for name, number in counts(tables["t2"].roster, levels).items():
        if getattr(file.t2, name) not in {None, number}:
            raise StackError(f"{path}: t2.{name}: {number} follows from the roster")


def _categories(parameters: RoundParameters) -> dict[str, str]:
    return {one.code: one.name_zh for one in parameters.categories}


def _form(path: Path, parameters: RoundParameters) -> FormFile:
    """The form, or everything that is wrong with it at once."""
    known = _categories(parameters)
    try:
        return FormFile.model_validate_json(json_text(path), context={CATEGORIES: known})
    except ValidationError as error:
        raise faulty(path, faults(error, form_schema(known))) from error


def _naming(parameters: RoundParameters) -> Naming:
    return Naming(
        _categories(parameters),
        {one.number: one.name_zh for one in parameters.materials},
    )


def _told(evaluation: Evaluation, known: Mapping[str, Note], naming: Naming) -> dict[str, object]:
    return {
        "overall": evaluation.overall,
        "results": [
            {
                **msgspec.to_builtins(one),
                "message_zh": message_zh(one, known.get(one.rule, ("", ""))[0], naming),
                "message_en": message_en(one, known.get(one.rule, ("", ""))[1], naming),
            }
            for one in evaluation.results
        ],
    }


def _beyond_a_waiver(evaluation: Evaluation, parameters: RoundParameters) -> bool:
    """Whether a rule failed that only a waiver helps, and none is possible: no ground, or never waived (C2.1.7)."""
    failed = {one.rule for one in evaluation.results if one.outcome == Outcome.FAIL}
    groundless = any(rule.kind == GROUND and rule.id in failed for rule in parameters.rules)
    never = {rule for rule in evaluation.failed if rule in parameters.non_waivable}
    return bool(never) or (groundless and bool(evaluation.failed))


def _round(path: Path) -> RoundParameters:
    parameters = parameters_of(_round_body(path))
    try:
        check(parameters)
    except Malformed as error:
        raise StackError(f"{path}: {error}") from error
    return parameters


def _round_body(path: Path) -> RoundBody:
    try:
        return RoundBody.model_validate_json(json_text(path))
    except ValidationError as error:
        found = [f"{field_of(one) or 'the file'}: {expected(one)[0]}" for one in first_of_each(error.errors())]
        raise StackError(f"{path}: {'; '.join(found)}") from error


def _moment(text: str) -> Instant:
    try:
        return instant(text)
    except NotAnInstant as error:
        raise StackError(f"{text!r} is not an instant with an offset, such as 2001-02-03T04:05:06+08:00") from error


def _print(value: object) -> None:
    typer.echo(json.dumps(value, indent=2, ensure_ascii=False))
