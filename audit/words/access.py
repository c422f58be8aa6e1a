"""What every service records of access, in words."""

from collections.abc import Mapping

from audit.words.terms import Words, local
from shared.contracts import access

OBJECTS: Mapping[str, str] = {
    "account": "账号",
    "organization": "机构登记与认证",
    "key": "签名密钥",
    "round": "轮次方案",
    "application": "申报",
    "district": "区级审核",
    "batch": "推荐汇总表",
    "expert": "专家库",
    "panel": "专家组",
    "scoring": "专家评分",
    "decision": "拟入选名单",
    "notice": "公示",
    "approval": "入选认定",
    "appeal": "申诉",
    "agreement": "合作协议",
    "standing": "入选资格",
    "obligation": "报送事项",
    "assessment": "年度考核",
    "priority": "优先推荐",
    "access": "访问记录",
    "erasure": "个人信息删除",
}
"""What a stream is about, by its category."""


def _object(stream: str) -> str:
    category, _, name = stream.partition("-")
    return f"{OBJECTS.get(category, category)}{name}"


WORDS: Words = {
    access.AccessRefused: lambda e, _: (
        f"越权操作被拒绝，记录在案：{_object(e.stream)}",
        f"an attempt beyond its rights was refused and recorded: {e.command} on {e.stream}: {e.reason}",
    ),
    access.RecordRead: lambda e, _: (f"纪检监察查阅：{e.path}", f"the discipline auditor read {e.path}"),
    access.ParkedRecordDiscarded: lambda e, _: (
        f"管理员弃置一条无法处理的记录（{_object(e.stream) if e.stream else '无法识别'}），理由：{e.reason}",
        f"the administrator gave up a record that could not be handled, {e.record}: {e.fault}; because: {e.reason}",
    ),
    access.ClockPassedOver: lambda e, _: (
        f"系统时钟重新校正：此前记录的时间（截至{local(e.dated)}）超前，不作为先后依据；原因：{e.reason}",
        f"the clock was set right: what was dated before, up to {local(e.dated)}, was dated ahead; because: {e.reason}",
    ),
    access.PersonalDataErased: lambda e, _: (
        f"依据{e.authority}{e.document_number}，个人信息已删除（{e.scope}，{e.values}项）；记录与证明不变",
        (
            f"personal data erased by {e.authority}, {e.document_number} ({e.scope}; {e.values} values); "
            "every record and proof stays"
        ),
    ),
}
