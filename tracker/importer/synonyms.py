"""The words of the headings, as tables: a target, then what people write for it; an indented line goes on."""

from __future__ import annotations

PROJECT_NAME = """사업명, 공사명, 프로젝트명, 事业名, 案件名, 工事名, 项目名称, 项目, 项目名, 工程名称, 建设项目,
        建设项目名称, 项目全称, 所属项目, 对应项目, project, project name, project title, scheme, scheme name, projekt,
        projektname, projekttitel, projektbezeichnung, projectnaam, vorhaben, opération, operación, operação,
        operazione, actie, hanke, projet, proyecto, projeto, progetto, operation name, operation title,
        name of project, name of the project, name of operation, name of the operation"""
PROJECT_CODE = """사업번호, 관리번호, 工程编号, 工程项目编号, 项目编号, 项目代码, 项目编码, 项目号, project code,
        project id, gmpp id number, gmpp id, project number, project no, project ref, project reference, scheme code,
        scheme id, scheme reference, scheme ref, projektnummer, projekt nr, projekt id"""
FILING = """备案代码, 备案号, 项目备案代码, 备案编号, 备案文号, 赋码, 项目赋码, 统一代码, 项目统一代码, 投资项目代码,
        项目统一编码, 投资项目统一代码, 在线平台代码, 立项代码, 备案项目代码"""
COMPANY = """사업시행자, 시행자, 시행사, 회사명, 企业名, 会社名, 事业者, 事业主体, 投资方, 投资主体, 投资企业,
        投资单位, 投资人, 投资商, 企业, 企业名称, 企业单位, 公司, 公司名称, 单位名称, 业主, 业主单位, 业主名称,
        建设单位, 项目单位, 项目业主, 项目公司, 实施单位, 实施主体, 申报单位, 项目法人, 投资方名称, 投资企业名称,
        企业业主, 投资方业主, company, company name, investor, investing company, investor name, developer, promoter,
        client, enterprise, unternehmen, firma, bauherr, auftraggeber"""
_OWNER = """담당자, 담당부서, 责任人, 项目责任人, 包联领导, 包联责任人, 联系领导, 挂钩领导, 包保领导, 包保责任人,
        挂联领导, 领衔领导, 责任领导, 负责部门, 负责单位, 负责机构, 牵头领导, 分管领导, 服务专员, 项目专员, 专员,
        首席服务员, 项目负责人, 负责人, 项目经理, 责任单位, 牵头单位, 责任部门, 牵头部门, 联系人, owner, project owner,
        sro, senior responsible owner, senior responsible officer, project manager, manager, project lead, lead,
        responsible, responsible person, person responsible, responsible officer, assignee, department,
        department name, agency, agency name, impagency, verantwortlich, verantwortlicher, projektleiter,
        projektleitung, ansprechpartner"""
_NOTE = "비고, 备注, 说明, 备注说明, note, notes, remark, remarks, comment, comments, bemerkung, bemerkungen, anmerkung"
DAY = """日期, 时间, 年月, 期间, 年份, 年度, 月份, 统计期, 报告期, date, day, on, period, month, year, datum, zeitraum,
        jahr, monat"""

# Every kind of record may have these.
COMMON = f"""
KIND.note | {_NOTE}
KIND.source | 来源, 数据来源, 资料来源, 信息出处, 出处, source, data source, quelle
KIND.quote | 引文, 原文, quote, quotation
"""

PROJECT_TABLES = {
    "project": f"""
project.code | code, 编号, 代码, 编码, id, ref, reference, ref no, unique id, fms id, kennung, koodi, kood,
        {PROJECT_CODE}
project.ids[备案代码] | {FILING}
project.name | name, 名称, title, bezeichnung, nombre, nome, nazwa, naziv, název, {PROJECT_NAME}
project.name_en | 英文名称, 项目英文名称, 英文名, english name, name english, name en, project name english
project.kind | 建设性质, 项目性质, 项目类型, 建设类型, 新建扩建, project type, project kind, nature of project
project.company | {COMPANY}
company.ids[统一社会信用代码] | 统一社会信用代码, 社会信用代码, 信用代码, 企业信用代码, 企业统一社会信用代码
project.group_name | 集团, 所属集团, 集团名称, 母公司, 投资集团, group, group name, parent company, parent group,
        konzern
project.chain | 产业链, 所属产业链, 产业链名称, 重点产业链, 产业集群, 所属链条, chain, industry chain,
        industrial chain, cluster
project.sector | 行业, 所属行业, 行业类别, 行业分类, 行业名称, 行业领域, 产业, 产业类别, 产业类型, 所属产业, 所属领域,
        领域, 国民经济行业, sector, sectors, industry, sub sector, subsector, branche, sektor,
        annual report category
project.site | 위치, 소재지, 사업위치, regionname, 地块, 园区, 所属园区, 落户园区, 落地园区, 产业园, 地点, 建设地点,
        项目地点, 选址, 项目选址, 建设地址, 项目地址, 地址, 位置, 项目位置, 所在地, 落户地, 落地区域, 区域, 所属区域,
        板块, 所属板块, 平台, 所属平台, 镇街, 所属镇街, 地块园区, 园区地块, site, location, place, region, park, area,
        local authority, ort, standort, region standort
project.grid | 网格, 所属网格, 企业网格, 网格名称, grid
project.owner | {_OWNER}
project.lead_source | 招商渠道, 招商方式, 项目来源, 信息来源, 线索来源, 引进方式, lead source, lead channel,
        source of lead
project.capital_origin | 资金来源地, 内外资, 内资外资, 外资内资, 资本性质, 资金性质, capital origin, origin of capital,
        origin
project.country | countryname, countryshortname, 国家, 国别, 国家地区, 国别地区, 投资国别, 来源国, 来源国别, 外资来源,
        外资来源地, 投资方国别, 外资国别, country, country of investor, investor country, country of origin,
        herkunftsland
project.land | 用地面积, 占地面积, 土地面积, 用地, 占地, 用地规模, 新增用地, 新增用地面积, 供地面积, 用地需求,
        项目用地, 占地规模, 拟用地面积, land area, site area, land used, grundstücksfläche, fläche
project.jobs | 用工人数, 从业人数, 新增就业, 就业人数, 带动就业, 带动就业人数, 用工, 用工数, 员工人数, 员工数,
        职工人数, 新增就业人数, jobs, jobs created, new jobs, employees, headcount, staff, arbeitsplätze
project.registered | 入库时间, 入库日期, 入库月份, 入库年月, 入统时间, 入统日期, 入统月份, 纳统时间, 纳统日期,
        纳入统计时间
project.is_registered | 是否入库, 是否已入库, 是否入统, 是否纳统, 入库情况, 是否纳入统计, 是否在库
project.parent | 上级项目, 父项目, 总项目, 母项目, parent, parent project
project.tags | 标签, 项目标签, tag, tags, labels, keywords, schlagworte
project.aliases | 别名, 简称, 项目简称, 曾用名, alias, aliases, short name, also known as, kurzname
project.note | {_NOTE}, 사업내용, 建设内容, 主要建设内容, 建设规模, 建设内容及规模, 建设规模及内容, 建设内容和规模,
        建设规模与内容, 主要建设内容及规模, 项目建设内容, 建设规模及主要内容, 建设规模及主要建设内容,
        主要建设内容及规模概况, 主要建设内容和规模, 项目概况, 项目简介, 项目内容, 基本情况, 主要产品, 产品,
        description, project description, description aims, summary, scope, beschreibung, projektbeschreibung
stage.stage | 사업단계, 추진단계, 진행상태, projectstatusdisplay, 项目阶段, 阶段, 当前阶段, 目前阶段, 所处阶段,
        进展阶段, 推进阶段, 建设阶段, 项目状态, 状态, 当前状态, 建设状态, 目前状态, 项目所处阶段, stage, status, phase,
        project stage, project status, project phase, current stage, current status, current phase, lifecycle stage,
        delivery stage, statusphase, projektstatus, stand
stage.on | 阶段日期, 阶段时间, 状态日期, 进入阶段时间, stage date, status date, as of, as at
condition.condition | 运行状态, 项目状况, 是否停工, condition, project condition
review.text | 进捗状况, 形象进度, 工程形象进度, 目前形象进度, 当前形象进度, 工程形象, 进展, 项目进展, 进展情况,
        项目进展情况, 工作进展, 最新进展, 目前进展, 当前进展, 建设进展, 建设进展情况, 推进情况, 项目推进情况, 进度情况,
        建设进度, 工程进展, 目前进度, 当前进度, 目前进展情况, 存在问题, 存在困难, 存在的问题, 存在问题及困难, 问题,
        困难问题, 需协调问题, 需协调解决的问题, 需协调事项, 下一步计划, 下步计划, 下一步打算, 下步打算, 下一步工作,
        progress, progress report, update, latest update, progress update, commentary, narrative, status update,
        issues, next steps, fortschritt, stand der arbeiten
review.physical | 形象进度百分比, 工程进度, 形象进度%, 完成百分比, 完成比例, 进度, 进度%, 项目进度, 工程完成率,
        percent complete, % complete, complete %, percentage complete, completion %, % completion, physical progress,
        physical completion, progress %, fertigstellungsgrad
review.light | 红黄绿灯, 亮灯, 灯号, 亮灯情况, 预警, 预警灯, 状态灯, light, rag, rag status, rag rating, rag score,
        traffic light, delivery confidence, delivery confidence assessment, dca, ipa delivery confidence assessment,
        ampel, ampelstatus
review.on | 填报日期, 填报月份, 统计月份, 数据截止日期, 报告日期, report date, reporting date, reporting period,
        data date
project.source | 来源, source, data source, 数据来源
capital.currency | 币种, 货币, 币别, currency, total currency, ccy, währung
""",
    "figures": """
capital[total].figure | 총사업비, 총공사비, 총투자액, 核准工程预算, 总工程费, 总工程费用, 工程费用, 事业费, 总事业费,
        投资金额, totalamt, lendprojectcost, total commitment, 投资, 投资额, 投资总额, 投资规模, 概算总投资,
        估算总投资, 协议投资额, 协议投资, 计划投资总额, 协议总投资, 合同总投资, 备案总投资, 签约总投资, 签约投资额,
        立项总投资, 总投资规模, 项目投资, 项目投资额, 投资总规模, 总投资计划, 总投资概算, 投资概算, 合同投资额,
        拟投资额, 项目投资总额, total cost, total costs, total investment, whole life cost, whole life costs, wlc,
        total baseline whole life cost, baseline whole life cost, total budget, budget, budgeted amount, budget amount,
        approved budget, approved cost,
        approved total, capital cost, construction cost, construction costs, construction budget, project cost,
        project value, total value, total project cost, planned project total cost, planned total cost, estimated cost,
        estimated total cost, contract value, cost, costs, value, capex, total capex, investment, investment amount,
        outturn cost, gesamtkosten, gesamtbudget, gesamtinvestition, investition, investitionssumme, kosten, baukosten
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
        planned investment, planned spend, plan, budget, target, planned, baseline, total baseline, budgeted,
        total budget, total plan
""",
}

# These mean something only together with the group title above them.
GENERIC = (
    "名称 编号 代码 时间 日期 金额 数值 类型 类别 单位 内容 说明 情况 备注 name code date amount value type id no "
    "number time day on owner start end 计划 实际 预计 完成 目标 plan planned actual forecast target 起始 结束 开始"
)
# One cell with both the day building starts and the day it ends.
RANGES = """사업기간, 공사기간, 建设起止年限, 建设起止时间, 建设起止日期, 建设起止年月, 建设起止, 起止年限, 起止时间,
        起止日期, 起止年月, 起讫年限, 建设周期, 建设期限, 建设年限, 建设工期, 建设时间, 项目周期, 项目起止时间,
        实施周期, 实施年限, 建设期, project period, construction period, implementation period, project dates,
        construction dates"""
SUMS = "合计 总计 小计 共计 总额 total sum subtotal summe gesamt"
NUMBERING = "序号 序 行号 no nr sn rowno rownumber row lfdnr lfdno serialno serialnumber 序列 index slno itemno"

# --- lists of other things ------------------------------------------------------------------------------------------

TABLES = PROJECT_TABLES | {
    "company": """
company.name | 企业名称, 企业, 公司, 公司名称, 单位名称, 名称, company, company name, name, enterprise, firm,
        unternehmen, firma
company.name_en | 英文名称, 企业英文名称, 英文名, english name, name en, company name english
company.group_name | 集团, 所属集团, 集团名称, 母公司, group, group name, parent company, parent, konzern
company.country | 国家, 国别, 国家地区, 国别地区, 投资国别, 来源国, country, country of origin, land
company.role | 企业角色, 角色, 链主龙头配套, role, company role
company.founded | 成立时间, 成立年份, 成立日期, 注册年份, 注册时间, 成立年, founded, year founded, established,
        gegründet
company.aliases | 别名, 简称, 企业简称, 曾用名, alias, aliases, short name, also known as
company.ids[统一社会信用代码] | 统一社会信用代码, 社会信用代码, 信用代码, 企业信用代码, 税号
company.ids[registration] | registration number, company number, company registration number, handelsregisternummer
""",
    "certification": f"""
certification.company | {COMPANY}, name, 名称
certification.certification | 资质, 资质认定, 认定类型, 认定名称, 称号, 荣誉, 资质名称, 类型, certification,
        certificate, title, award
certification.on | 认定时间, 认定年份, 认定日期, 获评时间, 获评年份, 认定年度, certified on, awarded on, {DAY}
""",
    "relation": f"""
relation.project | code, {PROJECT_CODE}, {PROJECT_NAME}
relation.relation | 关联, 关系, 关联类型, 关联关系, relation, relationship, relation type
relation.target | 关联项目, 目标项目, 被配套项目, 上级项目, related project, target, target project, to
""",
    "stage": f"""
stage.project | code, {PROJECT_CODE}, {PROJECT_NAME}, {FILING}
stage.stage | 项目阶段, 阶段, 当前阶段, 状态, 项目状态, stage, status, phase, project stage, new stage
stage.on | 阶段日期, 阶段时间, 进入时间, 进入阶段时间, 发生日期, stage date, status date, effective date, {DAY}
stage.reason | 原因, 变更原因, 事由, reason, why
""",
    "condition": f"""
condition.project | code, {PROJECT_CODE}, {PROJECT_NAME}, {FILING}
condition.condition | 状态, 项目状态, 运行状态, 项目状况, condition, status, project condition
condition.on | 状态日期, 发生日期, effective date, {DAY}
condition.reason | 原因, 变更原因, 停工原因, 终止原因, 事由, reason, why
""",
    "milestone": f"""
milestone.project | code, {PROJECT_CODE}, {PROJECT_NAME}, {FILING}
milestone.milestone | 里程碑, 里程碑名称, 节点, 节点名称, 关键节点, 重要节点, 里程碑节点, 任务节点, milestone,
        milestone name, key milestone, meilenstein
milestone[baseline].on | 计划时间, 计划日期, 计划完成时间, 计划完成日期, 计划完成, 计划节点时间, 计划, 基线, 基线日期,
        目标时间, 目标日期, 要求完成时间, planned date, planned, plan, plan date, baseline, baseline date, target,
        target date, due, due date, planned completion, original date, plandatum, soll
milestone[forecast].on | 预计时间, 预计日期, 预计完成时间, 预计完成日期, 预计完成, 预测时间, 预测日期, 预测, forecast,
        forecast date, expected, expected date, latest forecast, current forecast, estimated date, revised date,
        prognose
milestone[actual].on | 实际时间, 实际日期, 实际完成时间, 实际完成日期, 实际完成, 完成时间, 完成日期, 实际, actual,
        actual date, achieved, date achieved, date reached, reached, completed on, actual completion, ist
milestone.what | 日期类型, 口径, what, date type
milestone.on | {DAY}
milestone.made | 制定日期, 填报日期, 预测日期为, 调整日期, made, made on, forecast made, date of forecast
milestone.title | 标题, 节点标题, title
milestone.weight | 权重, 权重%, weight, gewicht
""",
    "capital": f"""
capital.project | code, {PROJECT_CODE}, {PROJECT_NAME}, {FILING}
capital.kind | 资金类别, 资金类型, 投资类别, 指标, 指标名称, 类别, 类型, 款项, 科目, 资金种类, kind, capital kind,
        type, category, kind of capital, line item, art
capital.figure | 金额, 数额, 发生额, 数值, 投资金额, 资金额, 本次金额, amount, figure, sum, value, betrag, summe, wert
capital.currency | 币种, 货币, 币别, currency, ccy, währung
capital.unit | 单位, 金额单位, 计量单位, unit, units, einheit
capital.year | 年, 年份, 年度, 所属年份, 所属年度, 统计年份, 财年, 财政年度, year, financial year, fiscal year, fy,
        jahr
capital.month | 月, 月份, 所属月份, 统计月份, month, monat
capital.on | 日期, 时间, 年月, 期间, 所属期, 统计期, 统计年月, 报告期, 报告月份, 发生日期, 发生时间, 付款日期,
        支付日期, 到账日期, 到位日期, 到账时间, 到位时间, date, day, on, period, reporting period, payment date,
        entry date, datum, zeitraum
capital.basis | 口径, 统计口径, 数据口径, measure, basis
capital.qualifier | 限定词, qualifier
capital.availability | 数据状态, availability
""",
    "baseline": f"""
baseline.project | code, {PROJECT_CODE}, {PROJECT_NAME}, {FILING}
baseline.version | 版本, 基线版本, 版本号, version, baseline version, baseline
baseline.total | 总投资, 总投资额, 批准总投资, 概算, 基线总投资, total, total cost, approved total, total investment,
        budget
baseline.start | 开工时间, 计划开工时间, 开始时间, 开始日期, start, start date, planned start
baseline.end | 竣工时间, 计划竣工时间, 结束时间, 结束日期, end, end date, planned end, planned completion
baseline.approved | 批准日期, 批复日期, 批准时间, 批复时间, approved, approved on, approval date, date approved
baseline.reason | 原因, 调整原因, 变更原因, reason, why
""",
    "review": f"""
review.project | code, {PROJECT_CODE}, {PROJECT_NAME}, {FILING}
review.on | 填报日期, 填报月份, 报告日期, 报告月份, 统计月份, report date, reporting date, reporting period, as of,
        {DAY}
review.physical | 形象进度百分比, 工程进度, 完成百分比, 进度, 进度%, 形象进度%, percent complete, % complete,
        physical progress, progress %, physical
review.light | 红黄绿灯, 亮灯, 灯号, 预警灯, light, rag, rag status, rag rating, traffic light, ampel
review.text | 形象进度, 进展, 进展情况, 工作进展, 项目进展, 最新进展, 存在问题, 月报, text, progress, progress report,
        update, commentary, narrative
""",
    "indicator": """
indicator.subject | 对象, 主体, 单位名称, 园区, 企业, 企业名称, 公司名称, 地区, 区域, 单位, 产业链, subject, company,
        zone, park, name
indicator.indicator | 指标, 指标名称, 指标项, indicator, indicator name, metric, kpi, kennzahl
indicator.what | 类型, 数据类型, 目标或实际, what, target or actual
indicator.on | 期间, 日期, 时间, 统计期, 报告期, 年月, date, on, period, reporting period, datum
indicator.year | 年, 年份, 年度, year, jahr
indicator.month | 月, 月份, month, monat
indicator.value | 数值, 值, 指标值, 完成值, 实际值, 实际完成, 本期, 本期值, 完成数, value, actual, actual value,
        figure, wert
indicator[floor].value | 保底, 保底目标, 保底值, 目标, 目标值, 年度目标, floor, floor target, target, target value,
        zielwert
indicator[stretch].value | 冲刺, 冲刺目标, 冲刺值, 奋斗目标, 力争, stretch, stretch target
indicator.growth | 增长, 同比, 同比增长, 同比增幅, 增速, 增幅, 增长率, growth, yoy, year on year, growth rate
indicator.direction | 方向, direction
indicator.unit | 计量单位, 指标单位, unit, units, einheit
indicator.currency | 币种, 货币, currency
indicator.measure | 度量, measure
""",
    "request": f"""
request.title | 诉求, 诉求内容, 诉求事项, 诉求标题, 诉求名称, 问题, 问题内容, 存在问题, 企业诉求, 事项, 标题, 内容,
        request, requests, issue, title, subject, problem, concern, anliegen
request.project | code, {PROJECT_CODE}, {PROJECT_NAME}
request.company | 企业, 企业名称, 公司, 公司名称, 单位名称, 诉求企业, 诉求单位, 提出企业, 提出单位, company,
        company name, enterprise, firma
request.category | 类别, 诉求类别, 诉求类型, 问题类别, 问题类型, 类型, 分类, category, type, kategorie
request.owner | 承办单位, 承办部门, 承办人, 办理单位, 办理部门, 责任人, 责任单位, 责任部门, 牵头部门, 牵头单位, 经办人,
        owner, assignee, assigned to, responsible, zuständig
request.raised | 提出时间, 提出日期, 收到时间, 受理时间, 受理日期, 上报时间, 收集时间, 登记时间, 登记日期, 日期, 时间,
        raised, raised on, date raised, opened, received, reported, date, created
request.due | 办结期限, 办理期限, 办结时限, 办理时限, 要求办结时间, 截止日期, 截止时间, 期限, 计划解决时间,
        计划办结时间, due, due date, deadline, due by, target date
request.answered | 答复时间, 答复日期, 回复时间, 回复日期, 反馈时间, answered, answered on, date answered, responded
request.answer | 答复, 答复内容, 答复意见, 回复, 回复内容, 办理情况, 办理意见, 办理进展, answer, response, reply,
        antwort
request.closed | 办结时间, 办结日期, 解决时间, 解决日期, 销号时间, 销号日期, 完成时间, closed, closed on, date closed,
        resolved, erledigt
request.outcome | 办理结果, 处理结果, 结果, 解决情况, 满意度, outcome, result, resolution, ergebnis
""",
    "rate": """
rate.base | 货币, 币种, 外币, 外币币种, 基础货币, 货币名称, base, base currency, currency, from, from currency, währung
rate.counter | 计价货币, 本币, 对应货币, 兑换货币, counter, counter currency, quote currency, to, to currency
rate.on | 日期, 时间, 汇率日期, 发布日期, date, day, on, datum
rate.rate | 汇率, 中间价, 汇率中间价, 折算率, rate, exchange rate, fx rate, kurs, wechselkurs
""",
    "field": """
field.name | 字段, 字段名称, field, field name, name
field.type | 字段类型, 类型, field type, type
""",
}

# --- words of headings that are not known whole ----------------------------------------------------------------------

# Words of one meaning, also in other languages, without accents; capitals are their names in PATTERNS.
WORDS = """
PROJECT || projectnaam|inversion|projectnummer|contrato|contrat|contratto|cartera|project|projects|operation
        |operations|scheme|programme|program|contract|investment|works|initiative|projet|projeto|proyecto|progetto
        |projekts?|projektes|projekte|projektu|projekta|projekti|projekto|proiect|proiectului|vorhabens?|operacao
        |operacion|operazione|operacije|aktion|actie|obra|empreendimento|intervention|package|hankkeen|εργου|πραξης
        |проекта?|операцията
NAME || projectnaam|projekttitel|projektname|projektbezeichnung
        |dsc|name|title|titel|nom|nome|nombre|denomination|denominacao|denominacion|denominazione|intitule
        |libelle|bezeichnung|naziv|nazwa|titulo|titre|titolo|tytul|designacao|naam|nazev|nazov|titlul?|denumirea?|nume
        |megnevezese|cime|nimi|namn|navn|nosaukums|pavadinimas|τιτλος|ονομα|ονομασια|име|наименование
NUMBER || codice|clave|nº|n|id|ids|identifier|code|number|no|nr|num|numero|ref|reference|codigo|cup|cod|kod|uid|cislo
        |bpin|projectnummer|nummer|numer|kennung|номер
HOLDER || porteur|toteuttajan|projektrager|beneficiary|beneficiaries|beneificary|begunstigte[rns]?|begunstigde
        |beneficiaires?|beneficiarios?
        |beneficjent|beneficjenta|beneficiar|beneficiarului|zuwendungsempfanger|projekttrager
        |recipient of funds|recipient|grantee
        |promoter|promotor|proponent|contractors?|developer|supplier|concessionaire|borrower|empresa|contratista
        |contratado|contratada|aanvrager|prijemce|zadatel|prijimatela?|upravicenec|upravicenca|korisnika?
        |kedvezmenyezett|palyazo|stodmottagare|stottemodtager|tilsagnsmodtager|tuensaaja|hakija|toteuttaja
        |toetuse saaja|finansejuma sanemejs|vykdytojas|pareiskejas|δικαιουχου|δικαιουχος|бенефициент
MONEY || FUNDS|inversiones|verba|cost|costs|expenditure|budget|budgeted|value|amount|price|valor|valoarea?|valeur|custo
        |coste|costo|couts?|montant|monto|importe|inversion|investimento|investment|\\w*ausgaben|\\w*kost(?:en)?|\\w*betrag
        |\\w*beitrag|\\w*investition(?:en)?|wartosc|wydatki|wydatkow|depenses|gasto|amt|estimates?|despesa|spesa|spese
        |uitgaven|vydaje|vydavky|naklady|vrednost|stroski|izdatki|izdatkov|vrijednost|troskovi|\\w*koltseg
        |\\w*kustannukset|utgifter|kostnad|kulud|kogumaksumus|izmaksas|verte|islaidos|projectcost|δαπανη|κοστος
        |стойност
WHOLE || contrato|total|totala|totales?|totaux|whole life|wlc|life ?cycle|lifetime|overall|gesamt\\w*|gesambetrag
        |contract|approved|original|actualizad[ao]|viable|baseline|estimated|est|planned|project|capital|sanctioned
        |revised|current|allocated|global|calkowita|ogolem|projectcost|projektu|celkove|celkem|skupna|celotna|ukupna
        |ukupni|ukupno|skupni|skupaj|osszes|teljes|osszkoltseg|kokonais\\w*|kogumaksumus|kopejais|kopejas|bendra|συνολικη|συνολικο|обща
        |PARTLY
FUNDS || finanziamento|financiacion|financement|finansejums|commitments?|allocation|funding
PARTLY || eligible|eligibles|elegivel|eligibila|ammesso|ammissibil[ei]|kwalifikowaln[ey]|forderfahige[nr]?
        |foerderfahige|subvencionable|subsidiabele|zpusobile|opravnene|upraviceni|prihvatljivi|elszamolhato
        |stodberattigande|abikolblik|attiecinamas|tinkamos|επιλεξιμη
GRANT || grants?|granted|eu|ue|erdf|efre|feder|fesr|efrr|esf|fse|subsidy|contribution|dofinansowanie|podpora|dotace
        |zuschuss|public|publique|publiek\\w*|publico|offentlich\\w*|share|rate|co ?financing|\\w*kofinanzierung\\w*
        |cofinancement|cofinanciacion
SPENT || expenditure to date|gasto ejercido|gastado|actual|spent|spend|disbursed|disbursements?|paid|payments?|outturn
        |incurred|executed|executado|ejercido|pagado|pago|pagos|utili[sz]ed|drawn|certified|declared|gezahlte|payes?
        |pagamenti|pagamentos|\\w*auszahlung\\w*|auszahlbetrag|aus(?:be|ge)zahlte[rns]?|verses?|uitbetaald\\w*|betaald\\w*
        |wyplacon\\w*|proplacen\\w*|vyplacen\\w*|izplacan\\w*|isplacen\\w*|ismoketa?|izmaksat\\w*|valjamakstud|kifizetett
        |maksettu|udbetalt|utbetalt|utbetalda|platit\\w*|liquidat[oi]|erogat[oi]|πληρωμ\\w*|πληρωθ\\w*|χορηγηθηκε|изплатен\\w*
YEARLY || annual|yearly|year|financial year|fiscal year|fy|anual|annuel
DATE || date|fec|day|when|data|fecha|datum|termin|year|month|inicio|debut|beginn|dato|datuma?|datums|kuupaev
        |ημερομηνια|дата
START || inizio|ini|inicial|rozpoczecie|anfang|start|starts|started|begin|begins|beginning|began|commence|commencement
        |commenced|effectivity|effective|inicio|debut|beginns?|\\w+beginn|launch|kick ?off|rozpoczecia|startdatum
        |startdato|starting|begindatum|zahajeni|zacatia|zaciatok|zacetka|zacetek|pocetka|pocetak|kezdete|kezdo|kezdes
        |incepere|inceperii|inceput|aloituspaiva|aloituspvm|alkamispaiva|algus\\w*|sakuma|pradzios|pradzia|εναρξης|начална
        |стартиране
END || FINISH|termino|conclusion|completion|completed|complete|finished|closure|conclusao|terminacion|achevement
        |delivery|zakonczenie|\\w+ende
FINISH || fine|final|finalizacion|finalizacao|end|ends|ended|ending|finish|closing|close|expiry|endes?|fim|fin
        |zakonczenia|enddatum|einddatum|slutdatum|slutdato|ukonceni|ukoncenia|konca|zakljucka|zavrsetka|zavrsetak
        |befejezese?|vege|finalizare|finalizarii|incheiere|sfarsit|paattymispaiva|paattymispvm|zakljucni|lopp|lopukuupaev|beigu|pabaigos
        |pabaiga|ληξης|крайна|приключване
LAST || enddatum|einddatum|einde|slutdatum|slutdato|paattymispaiva|paattymispvm|lopp\\w*|pabaigos|pabaiga|vege
        |\\w*(?:projekt|vorhaben)s?endes?
PLANNED || programado|proposed|intended|indicative|tentative|planned|original|target|targeted|baseline|approved
        |scheduled|schedule|contractual|programada|plan|initial
EXPECTED || est|exp|revisad[ao]|previsao|prevision|prevue?|voraussichtlich|prevista|previsto|estimada|forecast
        |expected|revised|anticipated|current|projected|latest|estimated|likely|updated
ABOUT || objeto|objet|resume|resumen|resumo|description|summary|objectives?|aims|scope|outcomes|purpose|descricao
        |descripcion|zusammenfassung|samenvatting|sintesi|streszczenie|opis|popis|anotace|shrnuti|povzetek|sazetak
        |rezumat|descriere|sammanfattning|tiivistelma|περιληψη
ASIDE || 率|占|比|号|码|科目|人数|排名|指标|面积
TALK || commentary|narrative|comment|comments|explanation|reason|reasons|deviation|variance|description|changes?
        |difference|increase|decrease|overrun|savings?|balance|remaining|unspent|saldo|restante
"""
# Target || words that all stand in the heading (& between) || words that do not. The likeliest come first.
PATTERNS = """
review.text || commentary|narrative|comments|explanation|progress update|status update|deviation
capital[plan].figure || YEARLY & baseline|budget|plan|planned|allocation|appropriation || variance|%|TALK|forecast
capital[total].figure || whole life|wlc|life ?cycle || variance|%|share|rate|TALK|forecast|outturn|actual
capital[total].figure || WHOLE & MONEY || variance|%|percent|GRANT|TALK|per|SPENT|date|type|source|id|code|number|name
        |YEARLY
capital[total].figure || whole life|wlc|life ?cycle || variance|%|share|rate|TALK|outturn|actual
capital[paid].figure || SPENT & MONEY|to date|total || variance|%|percent|share|rate|TALK|projected|date|planned
        |forecast
capital[paid].figure || cumulative|to date & expenditure|spend|spending || variance|%|percent|TALK
milestone[under_construction].on || START & EXPECTED & actual || TALK|END|design|bid|tender
stage[under_construction].on || START & actual|real || TALK|END|design|bid|tender|procurement|phase
milestone[under_construction baseline].on || START & PLANNED || TALK|END|design|bid|tender|EXPECTED
milestone[under_construction forecast].on || START & EXPECTED || TALK|END|design|bid|tender|procurement|phase
milestone[under_construction].on || START || TALK|END|design|bid|tender|procurement|phase|financial|cost|budget|year
milestone[completed].on || END & EXPECTED & actual || TALK|design|bid|tender|START|%|MONEY
stage[completed].on || END & actual|real || TALK|design|bid|tender|procurement|phase|START|projected|%|MONEY
milestone[completed baseline].on || END & PLANNED || TALK|design|bid|tender|START|EXPECTED|%|MONEY
milestone[completed forecast].on || END & EXPECTED || TALK|design|bid|tender|procurement|phase|START|%|MONEY
milestone[completed baseline].on || FINISH & inicial & DATE || TALK
milestone[completed baseline].on || LAST || TALK|design|bid|tender|phase|%|MONEY|EXPECTED|actual
milestone[completed baseline].on || FINISH & DATE|PROJECT || TALK|design|bid|tender|phase|START|%|MONEY|EXPECTED
        |actual
milestone[completed].on || END || TALK|design|bid|tender|procurement|phase|financial|START|%|percent|physical|progress
        |rate|MONEY|status
milestone[in_production baseline].on || commissioning|commission & PLANNED || TALK|MONEY|EXPECTED
milestone[in_production forecast].on || commissioning|commission & EXPECTED || TALK|MONEY
milestone[in_production].on || commissioning & DATE || TALK|MONEY
milestone[filed].on || approval|approved|sanction|sanctioned & DATE || TALK|MONEY|START|END
milestone[signed].on || signed|signature|signing|award|awarded|assinatura|firma|contrato|ugovaranja|podpisa
        |podpisania|potpisivanja|zawarcia & DATE || TALK|MONEY|START
        |END
project.code || PROJECT|unique|unico|gmpp|bpin & NUMBER || NAME|TALK|phone|agency|department|category|type|date|postal
        |country|district
project.company || HOLDER || id|code|number|type|country|address|adresse|plz|TALK|amount|cost
project.owner || ejecutora|executora|ejecutor|agency|department|ministry|sponsor|office|executing|implementing|managing
        |responsible|authority|orgao|dependencia|unidad|owner|sro || id|code|number|TALK|MONEY|date|local
project.name || PROJECT & NAME || HOLDER|agency|contractor|country|category|funding|TALK|manager|NUMBER
review.light || rag|confidence|dca|mpa|ipa|nista|rating|colour|color|ampel|traffic || TALK|date|credit|rate
review.physical || executado|executada|physical|progress|complete|completed|completion|accomplishment|avance|avanco
        |execution & %|percent|percentage|pct|progress|physical|accomplishment|avance|avanco|fisico || TALK|date
        |financial|MONEY
stage.stage || status|state|stage|phase|stato|estado|etapa|estagio|situacao|situacion|estatus|etat|stan|stav
        |stadiu || TALK|date|reason|rating|rag
project.country || country|land|pays|pais|paese|countryname|zeme|drzava || TALK
project.sector || sector|industry|theme|category|subsector|intervention|interventionskategorie|interventionsbereich
        |setor|categoria || TALK|code|id|MONEY|rating
project.site || entidad federativa|entidad|region|state|province|city|district|municipality|county|borough|location
        |address|jurisdiction
        |uf|municipio|estado|locality|territory|locatie
        |commune|comune|gemeinde|gemeente|kommune|landkreis|kreisfreie|regionalcode|grosse|kreisstadte || TALK|status
        |MONEY|date|category|kategorie
project.note || ABOUT || MONEY
milestone[under_construction].on || 开工|开建|动工 || 率|数|目标|计划投资|情况
milestone[completed].on || 竣工|完工|建成 || 率|数|情况
capital[registered].figure || 入统|入库|纳统 & 投资|金额|额 || 时间|日期|是否|ASIDE
capital[total].figure || 总投资 || 完成|年|增|减|ASIDE
capital[total].figure || 概算|预算|造价|事业费 || 完成|年|累计|支|执行|批|调|增|减|超|余|差|节|单位|变更|ASIDE
project.name || 项目 & 名称 || 类|编号|单位|企业
"""
