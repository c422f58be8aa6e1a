"""A contract that names what may be known, so that everything else is forbidden, also what nobody thought of."""

from collections.abc import Iterable
from typing import cast

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output


class Allowed(Contract):
    """Each source knows itself and what is allowed, with all that is below either; what these know is not asked."""

    type_name = "allowed"
    source_modules = fields.SetField(subfield=fields.StringField())
    allowed_modules = fields.SetField(subfield=fields.StringField())

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:  # noqa: ARG002, FBT001 - import-linter's signature
        """Look at every import, also within a function."""
        allowed = cast("set[str]", self.allowed_modules)
        found = [
            f"{module} -> {known}"
            for source in sorted(cast("set[str]", self.source_modules))
            for module in sorted({source, *graph.find_descendants(source)})
            for known in sorted(graph.find_modules_directly_imported_by(module))
            if not _is_below(known, [source, *allowed])
        ]
        return ContractCheck(kept=not found, metadata={"found": found})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Print every import that is not allowed."""
        for one in cast("list[str]", check.metadata["found"]):
            output.print_error(f"{one} is not allowed", bold=False)


def _is_below(module: str, packages: Iterable[str]) -> bool:
    return any(module == one or module.startswith(f"{one}.") for one in packages)
