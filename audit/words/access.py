"""What every service records of access, in words."""

from audit.words.terms import Words
from shared.contracts import access

WORDS: Words = {
    access.AccessRefused: lambda e, _: (
        f"越权操作被拒绝并记录：{e.command}（{e.stream}），原因：{e.reason}",
        f"an attempt beyond its rights was refused and recorded: {e.command} on {e.stream}: {e.reason}",
    ),
    access.RecordRead: lambda e, _: (f"纪检监察查阅：{e.path}", f"the discipline auditor read {e.path}"),
    access.PersonalDataErased: lambda e, _: (
        f"依据{e.authority}{e.document_number}，个人信息已删除（{e.scope}，{e.values}项）；记录与证明不变",
        (
            f"personal data erased by {e.authority}, {e.document_number} ({e.scope}; {e.values} values); "
            "every record and proof stays"
        ),
    ),
}
