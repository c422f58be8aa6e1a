"""The fields of forms and reports as the printed form names them, and the places that a return or a check names."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Field:
    """A field in Chinese, the unit in which it is filled in, and the rules that read it."""

    zh: str
    unit: str = ""
    rules: tuple[str, ...] = ()


TABLES: Final = {"t1": "表一", "t2": "表二", "t3": "表三", "t4": "表四"}
T1: Final = {
    "org_name": Field("机构名称", rules=("R1",)),
    "uscc": Field("统一社会信用代码", rules=("R1",)),
    "legal_form": Field("机构性质", rules=("R1",)),
    "established_on": Field("成立日期", rules=("R2",)),
    "operating_since": Field("实际运营起始日期", rules=("R2",)),
    "capital": Field("注册资本（开办资金）", "元", ("R3",)),
    "finance_last_year": Field("上年财务状况", rules=("R4",)),
    "revenue": Field("上年收入", "元", ("R4",)),
    "profit": Field("上年利润", "元", ("R4",)),
    "assets": Field("上年资产", "元", ("R4",)),
    "liabilities": Field("上年负债", "元", ("R4",)),
    "qualifications": Field("资质", rules=("R5", "R18")),
    "no": Field("编号"),
    "issuer": Field("发证或授予单位"),
    "valid_to": Field("有效期至", rules=("R5",)),
    "reg_address": Field("注册地址"),
    "district": Field("注册地所属区"),
    "kind": Field("申报类型", rules=("R14",)),
    "category": Field("专业类别", rules=("R14", "R15")),
    "penalties": Field("行政处罚", rules=("R13",)),
    "date": Field("日期"),
    "authority": Field("作出机关"),
    "doc_no": Field("文书号"),
    "under_investigation": Field("是否正在协助接受案件调查", rules=("R13",)),
    "honours": Field("认定、表彰、资助", rules=("R16", "R18")),
    "level": Field("级别", rules=("R16",)),
    "legal_representative": Field("法定代表人"),
    "contact": Field("联系人"),
}
T2: Final = {
    "staff_total": Field("从业人员", "人"),
    "roster": Field("人员名册", rules=("R6", "R7")),
    "n_fulltime": Field("专职人员", "人", rules=("R6", "R7")),
    "n_edu": Field("大专以上学历专业人员", "人", rules=("R7",)),
    "n_title": Field("中级以上职称专业人员", "人", rules=("R7",)),
    "n_both": Field("兼具学历与职称的专业人员", "人", rules=("R7",)),
    "person_key": Field("人员编号", rules=("R6", "R7")),
    "fulltime": Field("专职", rules=("R6", "R7")),
    "professional": Field("专业人员", rules=("R7",)),
    "education": Field("学历", rules=("R7",)),
    "title_level": Field("职称", rules=("R7",)),
    "practice_certificate": Field("执业资格"),
    "evidence": Field("证明材料"),
    "premises": Field("经营服务场所", rules=("R8",)),
    "address": Field("地址"),
    "area": Field("面积", "㎡", ("R8",)),
    "tenure": Field("自有或租赁", rules=("R8",)),
    "own/lease": Field("自有或租赁", rules=("R8",)),
    "lease_to": Field("租赁到期", rules=("R8",)),
    "equipment": Field("服务设施、仪器设备", rules=("R9",)),
    "name": Field("名称"),
    "count": Field("数量"),
}
T3: Final = {
    "smes_served": Field("服务中小企业", "家", ("R10",)),
    "clients_total": Field("客户总数", "家"),
    "surveyed": Field("回收调查问卷", "份", ("R11",)),
    "satisfied": Field("其中满意", "份", ("R11",)),
    "volume_unit": Field("服务量计量单位", rules=("R12",)),
    "volume_total": Field("服务总量", rules=("R12",)),
    "volume_public": Field("其中公益性服务", rules=("R12",)),
    "volume_lowfee": Field("其中低收费服务", rules=("R12",)),
    "micro_discount": Field("小微企业优惠规定", rules=("R12",)),
    "fees": Field("收费情况"),
    "activities": Field("举办活动", "场"),
    "cases": Field("服务案例"),
    "title": Field("标题"),
    "summary": Field("概述"),
}
T4: Final = {
    "partners": Field("合作机构", rules=("R17",)),
    "type": Field("合作机构类型", rules=("R17",)),
    "agreement": Field("合作协议"),
    "from": Field("合作期限起", rules=("R17",)),
    "to": Field("合作期限止", rules=("R17",)),
    "documents": Field("制度文件", rules=("R9",)),
    "management_system": Field("管理制度", rules=("R9",)),
    "service_process": Field("服务流程", rules=("R9",)),
    "fee_standard": Field("收费标准", rules=("R9",)),
    "quality_assurance": Field("服务质量保证措施", rules=("R9",)),
    "plan": Field("年度服务目标", rules=("R9",)),
    "smes": Field("服务中小企业", "家", ("R9",)),
    "public_share": Field("公益性服务占比"),
    "plan_done": Field("完成情况"),
    "category_narrative": Field("服务内容"),
    "commitment": Field("承诺书", rules=("R18",)),
}
REPORTS: Final = {
    "metrics": Field("服务数据"),
    "targets": Field("年度目标"),
    "consultations": Field("咨询", "次"),
    "calls": Field("呼叫承接", "次"),
    "public_benefit_share": Field("公益性服务占比"),
    "document": Field("文件"),
    "answered": Field("解答", "件"),
    "forwarded": Field("转报", "件"),
}
MATERIALS: Final = Field("申报材料", rules=("R18",))
FIELDS: Final = {**REPORTS, **T4, **T3, **T2, **T1, "materials": MATERIALS, "paper": Field("纸质材料")}
"""By name; a name that two tables have means the same in both."""
MATERIAL: Final = Field("材料编号", rules=("R18",))


def place(path: str) -> str:
    """A place in words: `t2.premises.0.lease_to` is 表二经营服务场所第1行租赁到期, `materials.6` is 材料6."""
    first, *rest = path.split(".")
    if first == "materials":
        return f"材料{rest[0]}" if rest else MATERIALS.zh
    return "".join(map(_part, [first, *rest]))


def _part(name: str) -> str:
    if name in TABLES:
        return TABLES[name]
    if name.isdecimal():
        return f"第{int(name) + 1}行"
    return FIELDS[name].zh if name in FIELDS else name
