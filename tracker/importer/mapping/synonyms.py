"""The words of the headings, as tables: a target, then what people write for it; an indented line goes on."""

from __future__ import annotations

PROJECT_NAME = """项目名称, 项目, 项目名, 工程名称, 建设项目, 建设项目名称, 项目全称, 所属项目, 对应项目, project,
        project name, project title, scheme, scheme name, projekt, projektname, vorhaben"""
PROJECT_CODE = """项目编号, 项目代码, 项目编码, 项目号, project code, project id, gmpp id number, gmpp id,
        project number, project no, project ref, project reference, scheme code, scheme id, scheme reference,
        scheme ref, projektnummer, projekt nr, projekt id"""
FILING = """备案代码, 备案号, 项目备案代码, 备案编号, 备案文号, 赋码, 项目赋码, 统一代码, 项目统一代码,
        投资项目代码, 项目统一编码, 投资项目统一代码, 在线平台代码, 立项代码, 备案项目代码"""
COMPANY = """投资方, 投资主体, 投资企业, 投资单位, 投资人, 投资商, 企业, 企业名称, 企业单位, 公司, 公司名称,
        单位名称, 业主, 业主单位, 业主名称, 建设单位, 项目单位, 项目业主, 项目公司, 实施单位, 实施主体, 申报单位,
        项目法人, 投资方名称, 投资企业名称, 企业业主, 投资方业主, company, company name, investor, investing company,
        investor name, developer, promoter, client, enterprise, unternehmen, firma, bauherr, auftraggeber"""
_OWNER = """责任人, 项目责任人, 包联领导, 包联责任人, 联系领导, 挂钩领导, 包保领导, 包保责任人, 挂联领导, 领衔领导,
        责任领导, 牵头领导, 分管领导, 服务专员, 项目专员, 专员, 首席服务员, 项目负责人, 负责人, 项目经理, 责任单位,
        牵头单位, 责任部门, 牵头部门, 联系人, owner, project owner, sro, senior responsible owner,
        senior responsible officer, project manager, manager, project lead, lead, responsible, responsible person,
        person responsible, responsible officer, assignee, department, department name, agency, agency name,
        verantwortlich, verantwortlicher, projektleiter, projektleitung, ansprechpartner"""
_NOTE = "备注, 说明, 备注说明, note, notes, remark, remarks, comment, comments, bemerkung, bemerkungen, anmerkung"
DAY = """日期, 时间, 年月, 期间, 年份, 年度, 月份, 统计期, 报告期, date, day, on, period, month, year, datum,
        zeitraum, jahr, monat"""

# Every kind of record may have these.
COMMON = f"""
KIND.note | {_NOTE}
KIND.source | 来源, 数据来源, 资料来源, 信息出处, 出处, source, data source, quelle
KIND.quote | 引文, 原文, quote, quotation
"""

PROJECT_TABLES = {
    "project": f"""
project.code | code, 编号, 代码, 编码, id, ref, reference, unique id, kennung, {PROJECT_CODE}
project.ids[备案代码] | {FILING}
project.name | name, 名称, title, bezeichnung, {PROJECT_NAME}
project.name_en | 英文名称, 项目英文名称, 英文名, english name, name english, name en, project name english
project.kind | 建设性质, 项目性质, 项目类型, 建设类型, 新建扩建, project type, project kind, nature of project
project.company | {COMPANY}
company.ids[统一社会信用代码] | 统一社会信用代码, 社会信用代码, 信用代码, 企业信用代码, 企业统一社会信用代码
project.group_name | 集团, 所属集团, 集团名称, 母公司, 投资集团, group, group name, parent company, parent group,
        konzern
project.chain | 产业链, 所属产业链, 产业链名称, 重点产业链, 产业集群, 所属链条, chain, industry chain,
        industrial chain, cluster
project.sector | 行业, 所属行业, 行业类别, 行业分类, 行业名称, 行业领域, 产业, 产业类别, 产业类型, 所属产业, 所属领域,
        领域, 国民经济行业, sector, sectors, industry, sub sector, subsector, branche, sektor
project.site | 地块, 园区, 所属园区, 落户园区, 落地园区, 产业园, 地点, 建设地点, 项目地点, 选址, 项目选址, 建设地址,
        项目地址, 地址, 位置, 项目位置, 所在地, 落户地, 落地区域, 区域, 所属区域, 板块, 所属板块, 平台, 所属平台,
        镇街, 所属镇街, 地块园区, 园区地块, site, location, place, region, park, area, local authority, ort, standort,
        region standort
project.grid | 网格, 所属网格, 企业网格, 网格名称, grid
project.owner | {_OWNER}
project.lead_source | 招商渠道, 招商方式, 项目来源, 信息来源, 线索来源, 引进方式, lead source, lead channel,
        source of lead
project.capital_origin | 资金来源地, 内外资, 内资外资, 外资内资, 资本性质, 资金性质, capital origin,
        origin of capital, origin
project.country | 国家, 国别, 国家地区, 国别地区, 投资国别, 来源国, 来源国别, 外资来源, 外资来源地, 投资方国别,
        外资国别, country, country of investor, investor country, country of origin, herkunftsland
project.land | 用地面积, 占地面积, 土地面积, 用地, 占地, 用地规模, 新增用地, 新增用地面积, 供地面积, 用地需求,
        项目用地, 占地规模, 拟用地面积, land area, site area, land used, grundstücksfläche, fläche
project.jobs | 用工人数, 从业人数, 新增就业, 就业人数, 带动就业, 带动就业人数, 用工, 用工数, 员工人数, 员工数,
        职工人数, 新增就业人数, jobs, jobs created, new jobs, employees, headcount, staff, arbeitsplätze
project.parent | 上级项目, 父项目, 总项目, 母项目, parent, parent project
project.tags | 标签, 项目标签, tag, tags, labels, keywords, schlagworte
project.aliases | 别名, 简称, 项目简称, 曾用名, alias, aliases, short name, also known as, kurzname
project.note | {_NOTE}, 建设内容, 主要建设内容, 建设规模, 建设内容及规模, 建设规模及内容, 建设内容和规模,
        建设规模与内容, 主要建设内容及规模, 项目建设内容, 建设规模及主要内容, 主要建设内容和规模, 项目概况, 项目简介,
        项目内容, 基本情况, 主要产品, 产品, description, project description, description aims, summary, scope,
        beschreibung, projektbeschreibung
stage.stage | 项目阶段, 阶段, 当前阶段, 目前阶段, 所处阶段, 进展阶段, 推进阶段, 建设阶段, 项目状态, 状态, 当前状态,
        建设状态, 目前状态, 项目所处阶段, stage, status, phase, project stage, project status, project phase,
        current stage, current status, current phase, lifecycle stage, delivery stage, statusphase, projektstatus,
        stand
stage.on | 阶段日期, 阶段时间, 状态日期, 进入阶段时间, stage date, status date, as of, as at
condition.condition | 运行状态, 项目状况, 是否停工, condition, project condition
review.text | 形象进度, 工程形象进度, 进展, 项目进展, 进展情况, 项目进展情况, 工作进展, 最新进展, 目前进展, 当前进展,
        建设进展, 建设进展情况, 推进情况, 项目推进情况, 进度情况, 建设进度, 工程进展, 目前进度, 当前进度,
        目前进展情况, 存在问题, 存在困难, 存在的问题, 存在问题及困难, 问题, 困难问题, 需协调问题, 需协调解决的问题,
        需协调事项, 下一步计划, 下步计划, 下一步打算, 下步打算, 下一步工作, progress, progress report, update,
        latest update, progress update, commentary, narrative, status update, issues, next steps, fortschritt,
        stand der arbeiten
review.physical | 形象进度百分比, 工程进度, 形象进度%, 完成百分比, 完成比例, 进度, 进度%, 项目进度, 工程完成率,
        percent complete, % complete, complete %, percentage complete, completion %, % completion, physical progress,
        physical completion, progress %, fertigstellungsgrad
review.light | 红黄绿灯, 亮灯, 灯号, 亮灯情况, 预警, 预警灯, 状态灯, light, rag, rag status, rag rating, rag score,
        traffic light, delivery confidence, delivery confidence assessment, dca, ipa delivery confidence assessment,
        ampel, ampelstatus
review.on | 填报日期, 填报月份, 统计月份, 数据截止日期, 报告日期, report date, reporting date, reporting period,
        data date
project.source | 来源, source, data source, 数据来源
""",
    "figures": """
capital[total].figure | 投资, 投资额, 投资总额, 投资规模, 概算总投资, 估算总投资, 协议投资额, 协议投资, 计划投资总额,
        协议总投资, 合同总投资, 备案总投资, 签约总投资, 签约投资额, 立项总投资,
        总投资规模, 项目投资, 项目投资额, 投资总规模, 总投资计划, 总投资概算, 投资概算, 合同投资额, 拟投资额,
        项目投资总额, total cost, total costs, total investment, whole life cost, whole life costs, wlc,
        total baseline whole life cost, baseline whole life cost, total budget, budget, approved budget,
        approved cost, approved total, capital cost, project cost, project value, total value, total project cost,
        planned project total cost, planned total cost, estimated cost, estimated total cost, contract value, cost,
        costs, value, capex, total capex, investment, investment amount, outturn cost, gesamtkosten, gesamtbudget,
        gesamtinvestition, investition, investitionssumme, kosten, baukosten
capital[plan].figure | 年度计划投资, 年度计划, 年度投资计划, 年度计划投资额, 年计划投资, 当年计划投资, 本年计划投资,
        年度目标, 年度投资目标, 年度投资, 年度任务, 全年计划投资, 全年计划, 年初计划, 年初计划投资, annual plan,
        annual budget, planned spend this year, planned investment this year, annual target, plan for the year,
        jahresplan, jahresbudget
capital[completed].figure | 完成投资, 完成投资额, 投资完成, 投资完成额, 投资完成数, 完成额, 完成数, 完成投资数,
        已完成投资额, 实际完成, 实际投资, 实际完成投资额, 实际投资额, 固定资产投资, 完成固定资产投资, 固投, 完成固投,
        完成情况, 投资完成情况, 完成, completed, investment completed, investment made, work completed,
        value of work done
capital[contracted_foreign].figure | 合同外资额度, 合同利用外资额, 协议外资额, contracted foreign investment
capital[utilised_foreign].figure | 实际外资, 实际利用外资额, 实到外资额, 利用外资, 外资实到, 实际到账外资,
        foreign capital utilised
capital[utilised_domestic].figure | 实到内资额, 内资实到, 实际到账内资
capital[funds_in_place].figure | 到位资金额, 资金到位额, 到账资金, 资金到账, 资金到位情况, funding secured,
        funds secured
capital[paid].figure | 支付, 支付额, 支付金额, 已付, 支出, 实际支出, spend, spent, actual spend, expenditure,
        actual expenditure, spending, outturn, amount spent, payments, amount paid, ausgaben, istkosten, ist kosten,
        auszahlungen
""",
    # With a year, and only with one, these are the plan of that year.
    "plans": """
capital[plan].figure | 计划投资, 计划, 投资计划, 计划投资额, 投资目标, 目标, 计划完成投资, 拟完成投资, 预计投资,
        planned investment, planned spend, plan, budget, target, planned
""",
}

# These mean something only together with the group title above them.
GENERIC = frozenset(
    [
        "名称",
        "编号",
        "代码",
        "时间",
        "日期",
        "金额",
        "数值",
        "类型",
        "类别",
        "单位",
        "内容",
        "说明",
        "情况",
        "备注",
        "name",
        "code",
        "date",
        "amount",
        "value",
        "type",
        "id",
        "no",
        "number",
        "time",
        "day",
        "on",
        "owner",
        "start",
        "end",
        "计划",
        "实际",
        "预计",
        "完成",
        "目标",
        "plan",
        "planned",
        "actual",
        "forecast",
        "target",
        "起始",
        "结束",
        "开始",
    ]
)
SUMS = frozenset(["合计", "总计", "小计", "共计", "总额", "total", "sum", "subtotal", "summe", "gesamt"])
NUMBERING = frozenset(
    [
        "序号",
        "序",
        "行号",
        "no",
        "nr",
        "sn",
        "rowno",
        "rownumber",
        "row",
        "lfdnr",
        "lfdno",
        "serialno",
        "serialnumber",
        "序列",
        "index",
        "slno",
        "itemno",
    ]
)
