"""The events of registration in words."""

from audit.words.terms import Words, district, items, listed, role, short, when
from shared.contracts import registration
from shared.contracts.fields import place

WORDS: Words = {
    registration.AccountOpened: lambda e, _: (
        f"开立账号（{role(e.role)[0]}）",
        f"an account was opened: {role(e.role)[1]}",
    ),
    registration.PasswordChanged: lambda _e, _: (
        "账号密码已修改，此前签发的令牌作废",
        "the account's password was changed; tokens of before are worth nothing",
    ),
    registration.PasswordReset: lambda e, _: (
        f"管理员为遗忘密码的持有人重置密码，须由其修改后方可登录：{e.ground}",
        f"an administrator reset the forgotten password, to be changed before it signs in: {e.ground}",
    ),
    registration.AccountClosed: lambda e, _: (
        f"账号注销，不得再登录：{e.ground}",
        f"the account was closed for good: {e.ground}",
    ),
    registration.OrganizationRegistered: lambda e, _: (
        f"{e.name}（{e.uscc}）在平台注册",
        f"{e.name} ({e.uscc}) registered on the platform",
    ),
    registration.CertificationRequested: lambda e, _: (
        f"申请企业认证：注册地{district(e.district)[0]}，成立于{e.established_on}，附{len(e.documents)}份证明文件",
        (
            f"asked to be certified: registered in {district(e.district)[1]}, established {e.established_on}, "
            f"{len(e.documents)} documents"
        ),
    ),
    registration.CertificationReturned: lambda e, _: (
        f"企业认证退回补正：{items(e.items)[0]}",
        f"the certification was returned for correction: {items(e.items)[1]}",
    ),
    registration.CertificationRejected: lambda e, _: (
        f"企业认证不予通过：{listed(e.reasons)[0]}",
        f"the certification was rejected: {listed(e.reasons)[1]}",
    ),
    registration.OrganizationCertified: lambda e, _: (
        f"企业认证通过：{e.name}（{e.uscc}），{district(e.district)[0]}；认证不等于入选",
        f"certified: {e.name} ({e.uscc}), {district(e.district)[1]}; this is not an approval",
    ),
    registration.ProfileAmended: lambda e, _: (
        (
            f"认证信息自{e.effective_from}起变更：{'、'.join(place(one.member) for one in e.changes)}；"
            "已提交的申报不受影响"
        ),
        (
            f"the certified profile changes from {e.effective_from}: {', '.join(one.member for one in e.changes)}; "
            "what was submitted stays"
        ),
    ),
    registration.DistrictTransferred: lambda e, _: (
        (
            f"注册地自{e.effective_from}起由{district(e.from_district)[0]}迁至{district(e.to_district)[0]}；"
            "已提交的申报仍由原区办理"
        ),
        (
            f"moved from {district(e.from_district)[1]} to {district(e.to_district)[1]} on {e.effective_from}; "
            "what was submitted stays with its district"
        ),
    ),
    registration.OrganizationSuspended: lambda e, _: (f"暂停机构申报资格：{e.ground}", f"suspended: {e.ground}"),
    registration.OrganizationReinstated: lambda e, _: (f"恢复机构申报资格：{e.ground}", f"reinstated: {e.ground}"),
    registration.OrganizationClosed: lambda e, _: (f"机构注销：{e.ground}", f"the organization is closed: {e.ground}"),
    registration.OrganizationReopened: lambda e, _: (
        f"注销有误，依{e.document_number}恢复：{e.ground}" + (f"；仍处于暂停（{e.suspended}）" if e.suspended else ""),
        f"the closure was a mistake and is taken back by {e.document_number}: {e.ground}"
        + (f"; it stays suspended ({e.suspended})" if e.suspended else ""),
    ),
    registration.FilerAppointed: lambda e, _: (
        f"依{e.document_number}变更申报账号，此后由新账号办理，原账号不再代表机构",
        f"another account files from now on, by {e.document_number}; the one before no more",
    ),
    registration.SigningKeyPublished: lambda e, _: (
        f"公布签名公钥{short(e.kid)}，自{when(e.not_before)}起使用",
        f"signing key {short(e.kid)} is published, in use from {when(e.not_before)}",
    ),
    registration.SigningKeyRetired: lambda e, _: (
        f"停用签名公钥{short(e.kid)}，其签发的令牌即时失效：{e.ground}",
        f"signing key {short(e.kid)} is retired, its tokens with it: {e.ground}",
    ),
}
