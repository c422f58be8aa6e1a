"""Where one application came in a ranking or on a list, told inside the words of the event that holds them all."""

from collections.abc import Iterable
from fractions import Fraction

from audit.words.terms import About, Names, Said, group
from shared.contracts.publication import ApprovalListProposed
from shared.contracts.review import RankingComputed, RankingRow

UNSAID: Said = ("", "")
FEWEST_TO_TRIM = 3


def ranked(event: RankingComputed, names: Names) -> Said:
    """Its rank of how many and for how many places, its scores and what they came to."""
    about = names.about
    row = next((one for one in event.rows if about and one.application == about.application), None)
    if row is None or about is None:
        return UNSAID
    (scores_zh, scores_en), (tied_zh, tied_en) = counted(row, about), _tied(row, event, names)
    return (
        f"；本申报在{len(event.rows)}家中排第{row.rank}名，名额{about.places}个：{scores_zh}{tied_zh}",
        f"; this one is rank {row.rank} of {len(event.rows)} for {about.places} places: {scores_en}{tied_en}",
    )


def counted(row: RankingRow, about: About) -> Said:
    """The valid scores, what was dropped of them, and the mean of the rest."""
    scores, (mean_zh, mean_en) = " ".join(map(str, row.scores)), decimal(row.aggregate)
    if len(row.scores) < max(about.trim_from, FEWEST_TO_TRIM):
        return f"有效评分{scores}，平均{mean_zh}", f"valid scores {scores}, mean {mean_en}"
    low, high = row.scores[0], row.scores[-1]
    return (
        f"有效评分{scores}，去掉最低{low}、最高{high}，平均{mean_zh}",
        f"valid scores {scores}, lowest {low} and highest {high} dropped, mean {mean_en}",
    )


def decimal(fraction: str) -> Said:
    """An exact fraction as people read it: two decimals, cut, and itself where they are not all of it."""
    exact = Fraction(fraction)
    if exact.denominator == 1:
        return fraction, fraction
    hundredths = int(exact * 100)
    cut = f"{hundredths // 100}.{hundredths % 100:02d}"
    return f"{cut}（{fraction}）", f"{cut} ({fraction})"


def _tied(row: RankingRow, event: RankingComputed, names: Names) -> Said:
    same = [one for one in event.rows if row.tie_group and one.tie_group == row.tie_group]
    if not same:
        return UNSAID
    order = names.about.tie_order if names.about else ()
    criteria = "、".join(names.criteria.get(one, one) for one in order)
    if [one.rank for one in same].count(row.rank) > 1:
        return (
            f"，与{len(same) - 1}家同分，{criteria}各项亦同，名次并列",
            f", tied with {len(same) - 1} more; {', '.join(order)} do not tell them apart",
        )
    return (
        f"，与{len(same) - 1}家同分，依次按{criteria}分出先后",
        f", tied with {len(same) - 1} more and told apart by {', then '.join(order)}",
    )


def proposed(event: ApprovalListProposed, names: Names) -> Said:
    """On which side of the cut it was, and how many places its group had; or that its organization might not act."""
    if names.about is None:
        return UNSAID
    mine, (zh, en) = names.about.application, group(names.about.group, names)
    for row in event.rows:
        if row.application == mine:
            return (
                f"；本申报列入：{zh}第{row.rank}名，名额{names.about.places}个",
                f"; this one is on it: rank {row.rank} of {en}, {names.about.places} places",
            )
    for one in event.not_selected:
        if one.application == mine:
            return (
                f"；本申报未列入：{zh}第{one.rank}名，名额{names.about.places}个",
                f"; this one is not on it: rank {one.rank} of {en}, {names.about.places} places",
            )
    if mine in {one.application for one in event.left_out}:
        return "；本申报未列入：机构已被暂停或注销", "; this one is not on it: its organization is suspended or closed"
    return "；本申报未列入", "; this one is not on it"


def on_it(applications: Iterable[str], names: Names) -> Said:
    """Whether it is on a list."""
    if names.about is None:
        return UNSAID
    if names.about.application in set(applications):
        return "；本申报在列", "; this one is on it"
    return "；本申报不在列", "; this one is not on it"
