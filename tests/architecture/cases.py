"""How a `match` ends: closed by `assert_never` or by who takes the rest, or open because everything may come."""

import ast
from collections.abc import Container, Iterator

Function = ast.FunctionDef | ast.AsyncFunctionDef
ANYTHING = frozenset({"Event", "Recorded"})
"""Of what a listener is told: any event of the catalogue, so that no type says what is left."""


def takes_the_rest(case: ast.match_case) -> bool:
    """Whether a case takes whatever is left, with or without a name."""
    pattern = case.pattern
    return isinstance(pattern, ast.MatchAs) and pattern.pattern is None and case.guard is None


def closed(match: ast.Match, own: Container[str]) -> bool:
    """Whether what is left goes to `assert_never`, or as a whole to a function of the module's own, which is typed."""
    last = match.cases[-1]
    call = _only_call(last)
    if not takes_the_rest(last) or call is None or not isinstance(call.func, ast.Name):
        return False
    handed = {one.id for one in call.args if isinstance(one, ast.Name)}
    return call.func.id == "assert_never" or (call.func.id in own and _names(match.subject) <= handed)


def listens(match: ast.Match, function: Function) -> bool:
    """Whether anything may come, and nothing is done with what no case names."""
    last = match.cases[-1]
    told = {one.arg: one.annotation for one in [*function.args.args, *function.args.kwonlyargs]}
    known = [told[name] for name in _names(match.subject) & told.keys()]
    anything = all(isinstance(one, ast.Name) and one.id in ANYTHING for one in known)
    return anything and takes_the_rest(last) and len(last.body) == 1 and _is_nothing(last.body[0])


def by_class(match: ast.Match) -> bool:
    """Whether a match tells states, commands or events apart, not mere values."""
    return any(isinstance(node, ast.MatchClass) for case in match.cases for node in ast.walk(case.pattern))


def matches(function: Function) -> Iterator[ast.Match]:
    """Every match of a function."""
    return (node for node in ast.walk(function) if isinstance(node, ast.Match))


def functions(tree: ast.AST) -> Iterator[Function]:
    """Every function of a module, also of its classes and within others."""
    return (node for node in ast.walk(tree) if isinstance(node, Function))


def _only_call(case: ast.match_case) -> ast.Call | None:
    statement = case.body[0]
    value = statement.value if isinstance(statement, ast.Expr | ast.Return) and len(case.body) == 1 else None
    value = value.value if isinstance(value, ast.Await) else value
    return value if isinstance(value, ast.Call) else None


def _is_nothing(statement: ast.stmt) -> bool:
    match statement:
        case ast.Pass() | ast.Continue() | ast.Return(value=None | ast.Constant(value=None)):
            return True
        case ast.Return(value=ast.Tuple(elts=[]) | ast.List(elts=[])):
            return True
        case _:
            return False


def _names(node: ast.AST) -> set[str]:
    walrus = {one.target.id for one in ast.walk(node) if isinstance(one, ast.NamedExpr)}
    return {one.id for one in ast.walk(node) if isinstance(one, ast.Name)} - walrus
