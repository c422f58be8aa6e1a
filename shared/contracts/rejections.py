"""Why an application was rejected, by the codes of `ApplicationRejected`, in Chinese and in English (C5.4)."""

from collections.abc import Mapping
from typing import Final

from shared.contracts.rule_values import Said

REJECTIONS: Final[Mapping[str, Said]] = {
    "NOT_SELECTED": ("择优未入选", "not selected"),
    "OBJECTION_UPHELD": ("异议成立", "an objection was upheld"),
    "LEFT_UNRANKED": ("有效评分不足，未予排序", "too few scores, left unranked"),
    "PLACES_LEFT_FREE": ("空缺名额未予递补", "places were left free"),
    "ORGANIZATION_BARRED": ("机构已被暂停或注销", "its organization was suspended or closed"),
    "DISTRICT_DECLINED": ("区级不予推荐", "declined by its district"),
    "DISTRICT_UNDECIDED": ("区级未作出推荐决定", "its district never decided"),
    "LIST_CORRECTED": ("名单更正时移除", "removed by the correction of the list"),
}
"""Every code that publication gives."""
