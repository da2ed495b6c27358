"""Reports of invented bodies for several years: printed from the forms, with the figures and sentences of the test."""

from collections.abc import Mapping, Sequence

from reportparse import Report, parse_report
from reportparse.forms import FormSpec, TableSpec, load_form

SENTENCES = (
    "全年围绕水源保护和城市供水两件大事安排公开工作，先后召开三次专题会议。",
    "办公室设专人负责网站栏目的更新和核对，每月通报一次结果。",
    "对申请人提出的每一项内容逐条登记，由业务科室会同法律顾问共同研究答复。",
    "政策文件在印发之后五个工作日之内配发图解，方便群众阅读。",
    "档案室整理了历年印发的文件目录，并在大厅放置了纸质查询手册。",
    "年末组织各科室交叉检查，发现的遗漏已经全部补充公开。",
)
OTHER_SENTENCES = (
    "本镇把村务监督和惠农补贴作为公开重点，在集市日设立流动咨询台。",
    "广播站每周播报一次补贴发放名单，村民可以当场提出疑问。",
    "申请登记簿由党政办统一保管，月底交分管领导签字。",
    "聘请三位退休教师担任义务监督员，定期走访各村公示栏。",
    "新修的文化广场安装了电子屏幕，滚动展示办事指南。",
    "下一步计划培训村级信息员，减少错别字和过期内容。",
)


def request_cells(new: int, over: int, granted: int, forward: int) -> dict[str, int]:
    """A requests table whose requests are all of natural persons and all granted; it balances if the caller does."""
    rows = {
        "new_requests": new,
        "carried_over": over,
        "results.granted": granted,
        "results.total": granted,
        "carried_forward": forward,
    }
    return {f"requests.{row}.{column}": value for row, value in rows.items() for column in ("natural_person", "total")}


def report_text(
    authority: str,
    year: int,
    cells: Mapping[str, int | str],
    *,
    form: str = "2021",
    sentences: Sequence[str] = SENTENCES,
) -> str:
    """A report as text: every cell is printed, as 0 where ``cells`` does not name it."""
    spec = load_form(form)
    lines = [f"{authority}{year}年政府信息公开工作年度报告", ""]
    for section in spec.sections:
        lines += [section.label, *(sentences if section.kind == "overview" else ())]
        for table in spec.tables:
            if table.section == section.kind:
                lines += _table_lines(spec, table, cells)
        if section.kind in ("problems_and_improvements", "other_matters"):
            lines.append("没有其他需要说明的事项。")
    return "\n".join(lines) + "\n"


def report(
    authority: str,
    year: int,
    cells: Mapping[str, int | str],
    *,
    form: str = "2021",
    sentences: Sequence[str] = SENTENCES,
    name: str = "",
) -> Report:
    """The same, parsed."""
    text = report_text(authority, year, cells, form=form, sentences=sentences)
    return parse_report(text, name=name or f"{authority}-{year}.txt")


def _table_lines(spec: FormSpec, table: TableSpec, cells: Mapping[str, int | str]) -> list[str]:
    def printed(row: str, column: str) -> str:
        return str(cells.get(f"{table.key}.{row}.{column}", 0))

    if table.arrangement == "one_row":
        values = [printed(row.key, column.key) for row in table.rows for column in table.columns]
        groups = ["行政复议", "行政诉讼", "未经复议直接起诉", "复议后起诉"]
        return [*groups, *[column.label for _ in table.rows for column in table.columns], "\t".join(values)]
    head = [table.label_heads[-1], *(column.label for column in table.columns)]
    lines = [*filter(None, [table.title]), "\t".join(head)]
    for row in table.rows:
        values = [] if row.is_group else [printed(row.key, column.key) for column in table.columns]
        lines.append("\t".join([row.label, *values]))
    return lines
