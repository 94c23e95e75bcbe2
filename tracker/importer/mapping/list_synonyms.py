"""The words of the headings of lists that are not of projects; the form is that of `synonyms`."""

from __future__ import annotations

from tracker.importer.mapping.synonyms import COMPANY, DAY, FILING, PROJECT_CODE, PROJECT_NAME, PROJECT_TABLES

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
capital.year | 年, 年份, 年度, 所属年份, 所属年度, 统计年份, year, financial year, jahr
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
request.owner | 承办单位, 承办部门, 承办人, 办理单位, 办理部门, 责任人, 责任单位, 责任部门, 牵头部门, 牵头单位,
        经办人, owner, assignee, assigned to, responsible, zuständig
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
rate.base | 货币, 币种, 外币, 外币币种, 基础货币, 货币名称, base, base currency, currency, from, from currency,
        währung
rate.counter | 计价货币, 本币, 对应货币, 兑换货币, counter, counter currency, quote currency, to, to currency
rate.on | 日期, 时间, 汇率日期, 发布日期, date, day, on, datum
rate.rate | 汇率, 中间价, 汇率中间价, 折算率, rate, exchange rate, fx rate, kurs, wechselkurs
""",
    "field": """
field.name | 字段, 字段名称, field, field name, name
field.type | 字段类型, 类型, field type, type
""",
}
