"""Roles: for each one the sentence shown to the person who grants it, its permissions, and the side it stands on."""

from dataclasses import dataclass

from tongban.kernel.access.states.permissions import WEIGHTY, Permission, Side

GLASS = "break_glass"
RECUSED = "recused"


@dataclass(frozen=True)
class Role:
    """A set of permissions with a name and a sentence for people."""

    name: str
    title_zh: str
    title_en: str
    sentence_zh: str
    sentence_en: str
    permissions: frozenset[Permission]
    side: Side = Side.BUSINESS
    given: bool = True  # by the security administrator; the others come about by themselves

    @property
    def weighty(self) -> bool:
        """Whether it takes two people to give it."""
        return bool(self.permissions & WEIGHTY)


_P = Permission
ROLES = {
    role.name: role
    for role in [
        Role(
            "clerk",
            "窗口受理",
            "Window clerk",
            "收件、受理、一次性告知补正、不予受理。",
            "Takes in, accepts, asks once for supplements, refuses acceptance.",
            frozenset({_P.CASE_VIEW, _P.CASE_ACCEPT}),
        ),
        Role(
            "receiver",
            "大厅收件",
            "Hall receiver",
            "在本大厅（站点）代收申请、核对身份和形式、移交纸质材料；不受理也不审批，只看得到本大厅收的件。",
            "Receives applications at one hall or station, checks identity and form, hands paper over; decides nothing.",
            frozenset({_P.CASE_RECEIVE}),
        ),
        Role(
            "reviewer",
            "审查",
            "Reviewer",
            "审查已受理的办件，提出意见。",
            "Reviews accepted cases and gives an opinion.",
            frozenset({_P.CASE_VIEW, _P.CASE_REVIEW}),
        ),
        Role(
            "decider",
            "决定",
            "Decider",
            "作出准予或者不予的决定并用印，管理发出的证照；不能决定自己审查过的办件。",
            "Grants or denies and has it sealed, looks after what was issued; never a case that the same person reviewed.",
            frozenset({_P.CASE_VIEW, _P.CASE_DECIDE, _P.SEAL_USE, _P.CREDENTIAL_MANAGE}),
        ),
        Role(
            "head",
            "机关负责人",
            "Head of agency",
            "批准延长办理期限、特别程序和对证照的处理；不能批准自己提请的。",
            "Approves extensions, special procedures and acts on credentials; never one that the same person proposed.",
            frozenset({_P.CASE_VIEW, _P.CASE_HEAD}),
        ),
        Role(
            "material_examiner",
            "材料查证员",
            "Examiner of materials",
            "查看办件，说明用途后取得上传材料的原始文件，核验签名和真伪；不受理也不审批。",
            "Sees cases and fetches what was uploaded, byte for byte, for a stated purpose; handles and decides nothing.",
            frozenset({_P.CASE_VIEW, _P.MATERIAL_ORIGINAL}),
        ),
        Role(
            "village_handler",
            "村（社区）经办人",
            "Village handler",
            "受理村级证明申请、核实并记录情况；不能签发。",
            "Accepts applications for village proofs, finds out and notes the facts; seals nothing.",
            frozenset({_P.CASE_VIEW, _P.CASE_ACCEPT, _P.CASE_REVIEW}),
        ),
        Role(
            "village_head",
            "村（社区）负责人",
            "Head of the village",
            "签发村级证明并用印；不能签发自己经办的。",
            "Signs and seals village proofs; never one that the same person handled.",
            frozenset({_P.CASE_VIEW, _P.CASE_DECIDE, _P.SEAL_USE}),
        ),
        Role(
            "editor",
            "事项编辑",
            "Item editor",
            "起草本部门事项的修改，预览后送他人发布。",
            "Drafts changes of the own agency's items, previews them and sends them to another person.",
            frozenset({_P.ITEM_EDIT}),
        ),
        Role(
            "publisher",
            "事项发布",
            "Item publisher",
            "核对并发布本部门事项的修改；不能发布自己改过的草稿。",
            "Checks and publishes changes of the own agency's items; never a draft that the same person changed.",
            frozenset({_P.ITEM_PUBLISH}),
        ),
        Role(
            "supervisor",
            "电子监察",
            "Supervisor",
            "查看黄牌、红牌和办理时效，发督办单，审定异议；看不到申请内容，也不能办理。",
            "Sees cards and figures, writes chase orders, decides objections; sees no application and handles none.",
            frozenset({_P.SUPERVISE}),
        ),
        Role(
            "ratings",
            "好差评专员",
            "Ratings officer",
            "回访给出差评的人，核实、督促整改并反馈；能看到评价人姓名，不能办理自己经手办件的差评。",
            "Calls back those who rated badly, verifies, has it put right and answers; sees the rater's name.",
            frozenset({_P.CASE_VIEW, _P.RATING_MANAGE}),
        ),
        Role(
            "bureau",
            "数据管理",
            "Data bureau",
            "查看事项目录、城市包报告、账号和权限；审定差评申诉，督办整改。",
            "Sees the catalogue, the pack report, accounts and grants; decides appeals against ratings.",
            frozenset({_P.CONSOLE_VIEW, _P.ITEM_PUBLISH, _P.RATING_MANAGE}),
        ),
        Role(
            "award_officer",
            "政策兑现经办",
            "Award officer",
            "由数据形成免申即享名单，抽查、公示、答复异议，出具部门意见；不能审定自己形成的名单。",
            "Makes lists of awards from data, samples and publishes them, gives opinions; never approves one's own.",
            frozenset({_P.CLAIM_REVIEW}),
        ),
        Role(
            "award_decider",
            "政策兑现审定",
            "Award decider",
            "审定公示期满的名单；不能审定自己形成的名单。",
            "Approves lists after their public notice; never one that the same person made.",
            frozenset({_P.CLAIM_REVIEW, _P.CLAIM_DECIDE}),
        ),
        Role(
            "claim_clerk",
            "政策兑现受理",
            "Claims clerk",
            "受理政策兑现申报、一次性告知补正；不审核也不审定。",
            "Accepts claims of subsidies and asks once for supplements; neither reviews nor decides.",
            frozenset({_P.CASE_VIEW, _P.CASE_ACCEPT, _P.CLAIM_ACCEPT}),
        ),
        Role(
            "claim_reviewer",
            "政策兑现审核",
            "Claims reviewer",
            "初审、审核政策兑现申报，核查、公示并答复异议；不能审定自己审核过的。",
            "Reviews claims, checks on site, looks after the notice and answers objections; never decides one's own.",
            frozenset({_P.CASE_VIEW, _P.CASE_REVIEW, _P.CLAIM_REVIEW}),
        ),
        Role(
            "claim_decider",
            "政策兑现核准",
            "Claims decider",
            "公示期满后审定政策兑现申报和金额；不能审定自己受理、审核过的。",
            "Decides claims and their amounts after the notice; never one that the same person accepted or reviewed.",
            frozenset({_P.CASE_VIEW, _P.CASE_DECIDE, _P.SEAL_USE, _P.CLAIM_DECIDE}),
        ),
        Role(
            "fund_officer",
            "资金业务经办",
            "Fund officer",
            "预留、审定资金，制作支付批次；不能复核自己制作的批次。",
            "Reserves and approves money and makes payment batches; never checks one of the same person's.",
            frozenset({_P.LEDGER_VIEW, _P.LEDGER_RESERVE, _P.LEDGER_MAKE}),
        ),
        Role(
            "fund_checker",
            "资金复核",
            "Fund checker",
            "核对支付批次和风险提示，说明理由后通过或者退回；不能签发。",
            "Checks payment batches and their warnings, approves or rejects them; sends none.",
            frozenset({_P.LEDGER_VIEW, _P.LEDGER_CHECK}),
        ),
        Role(
            "finance_officer",
            "财务",
            "Finance officer",
            "设立资金和预算，签发已复核的支付批次，对账、退款追回和月结。",
            "Opens funds and budgets, sends checked batches, reconciles statements, claws back, closes months.",
            frozenset({_P.LEDGER_VIEW, _P.LEDGER_FINANCE}),
        ),
        Role(
            "policy_drafter",
            "政策起草",
            "Policy drafter",
            "在全市数据上测算本部门政策的门槛和标准，起草新的版次，送他人发布。",
            "Tries thresholds and sums of the own agency's policies over the city, drafts editions for another to publish.",
            frozenset({_P.POLICY_DRAFT}),
        ),
        Role(
            "policy_publisher",
            "政策发布",
            "Policy publisher",
            "核对并发布本部门政策的草稿；不能发布自己起草或者改过的。",
            "Checks and publishes drafts of the own agency's policies; never one that the same person drafted or changed.",
            frozenset({_P.POLICY_PUBLISH}),
        ),
        Role(
            "exchange_officer",
            "平台交换管理",
            "Exchange officer",
            "查看与省平台交换的记录和每日合计，重发记录，办结差异单；不能更改记录内容。",
            "Sees what is exchanged with the province and its daily totals, sends again, closes tickets; changes no record.",
            frozenset({_P.EXCHANGE_MANAGE}),
        ),
        Role(
            "fact_officer",
            "数据核实",
            "Fact officer",
            "核实本部门数据的异议，更正或者说明理由后维持；看不到其他部门的数据。",
            "Answers disputes about the own agency's facts: corrects or keeps them with reasons; sees no other agency's.",
            frozenset({_P.FACT_ANSWER}),
        ),
        Role(
            "project_partner",
            "项目协同",
            "Project partner",
            "查看范围内投资项目的进度、堵点和会议决定；不能登记和推进。",
            "Sees the projects of the grant's place, their issues and decisions; writes nothing down.",
            frozenset({_P.PROJECT_VIEW}),
        ),
        Role(
            "project_officer",
            "项目专员",
            "Project officer",
            "在增资扩产专窗受理企业，建立和推进投资项目，登记投资、堵点和会议决定。",
            "Takes firms in at the expansion desk, opens projects and moves them on, notes money, issues and decisions.",
            frozenset({_P.PROJECT_VIEW, _P.PROJECT_MANAGE}),
        ),
        Role(
            "service_officer",
            "企业服务专员",
            "Service officer",
            "走访自己服务的企业，登记走访和承诺；看不到别的专员的企业。",
            "Visits the enterprises in their care, notes visits and promises; sees nobody else's enterprises.",
            frozenset({_P.ENTERPRISE_SERVE}),
        ),
        Role(
            "town_manager",
            "镇街企业服务管理",
            "Town's manager of enterprise service",
            "管理本镇街的企业名单、专员和值班，查看本镇街的项目、走访、诉求和数据，办理本镇街主办、协办的诉求；看不到其他镇街的。",
            "Looks after the town's lists, officers and duty, its projects, visits and appeals; none of other towns.",
            frozenset(
                {_P.PROJECT_VIEW, _P.PROJECT_MANAGE, _P.ENTERPRISE_SERVE, _P.TOWN_MANAGE, _P.APPEAL_TOWN}
            ),
        ),
        Role(
            "appeal_officer",
            "诉求办理",
            "Appeals officer",
            "联系企业，办理、协办和答复本单位的企业诉求；看不到其他单位和其他镇街的保密诉求。",
            "Contacts firms, handles and answers the own office's appeals; sees no other's confidential ones.",
            frozenset({_P.APPEAL_HANDLE}),
        ),
        Role(
            "appeal_coordinator",
            "诉求统筹",
            "Appeals coordinator",
            "分派企业诉求、裁定分派异议、答复质检、看考核；不能办理。",
            "Assigns appeals, rules on disputed assignments, checks answers, reads the scorecard; handles none.",
            frozenset({_P.APPEAL_ROUTE}),
        ),
        Role(
            "leader",
            "挂点领导",
            "Leader answering for key enterprises",
            "查看和推进自己挂点（包案）的重点企业问题；看不到别人挂点的。",
            "Sees and drives the key enterprises' questions assigned to them; nobody else's.",
            frozenset({_P.QUESTION_LEAD}),
        ),
        Role(
            "matching_officer",
            "供需对接经办",
            "Matching officer",
            "审核供需信息，代发本单位的供需，学习对接权重；不能审核自己提交的，不能发布自己学得的权重。",
            "Looks at posts, posts for the office, has weights learned; never passes or publishes one's own.",
            frozenset({_P.MATCHING_MANAGE}),
        ),
        Role(
            "matching_head",
            "供需对接审定",
            "Matching head",
            "审核供需信息，发布他人学得的对接权重。",
            "Looks at posts and publishes weights that another person had learned.",
            frozenset({_P.MATCHING_MANAGE, _P.MATCHING_PUBLISH}),
        ),
        Role(
            "signon_officer",
            "统一登录接入管理",
            "Sign-on officer",
            "登记用统一身份登录的部门系统，发放和更换密钥，停用和恢复；看不到谁登录了什么。",
            "Registers the systems that people sign on to, gives and renews secrets, stops them; sees nobody's sign-ons.",
            frozenset({_P.SIGNON_MANAGE}),
        ),
        Role(
            "system_admin",
            "系统管理员",
            "System administrator",
            "开通、停用工作人员账号，两人一起为丢了验证器的人重置；不能授权，看不到办件，也看不到审计记录。",
            "Opens and closes officers' accounts, resets lost factors with a colleague; gives no rights, sees no case.",
            frozenset({_P.ACCOUNT_MANAGE}),
            Side.SYSTEM,
        ),
        Role(
            "security_admin",
            "安全管理员",
            "Security administrator",
            "授予、确认和终止岗位权限；不能开账号，不能给自己授权，看不到办件。",
            "Gives, confirms and ends grants; opens no accounts, gives themself nothing, sees no case.",
            frozenset({_P.GRANT_MANAGE}),
            Side.SECURITY,
        ),
        Role(
            "audit_admin",
            "审计管理员",
            "Audit administrator",
            "查看谁在什么时候有什么权限、做过什么，查看紧急查阅；什么也不能改，看不到申请内容。",
            "Sees who had which right when and did what, and every emergency access; changes nothing, sees no application.",
            frozenset({_P.AUDIT_VIEW}),
            Side.AUDIT,
        ),
        Role(
            GLASS,
            "紧急查阅",
            "Emergency access",
            "写明理由后，在几小时内查看一个办件；要由监察人员复核。",
            "Sees one case for some hours for a written reason; a supervisor reviews it.",
            frozenset({_P.CASE_VIEW}),
            given=False,
        ),
        Role(
            RECUSED,
            "回避",
            "Recusal",
            "不能查看和办理这个办件，或者与这个人、这家单位有关的一切事项。",
            "Neither sees nor handles this case, or anything about this person or organisation.",
            frozenset(),
            Side.NONE,
            given=False,
        ),
    ]
}
