"""Makes workbooks (.xlsx) as spreadsheets and shops write them, and as nobody should."""

import io
import zipfile
from collections.abc import Iterable, Mapping

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_LINK = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_LINKS = "http://schemas.openxmlformats.org/package/2006/relationships"
# Styles 1 to 4: a day, a day and time of its own format, a price, and one whose quoted word has
# letters of days.
STYLES = f"""<styleSheet xmlns="{_MAIN}">
<numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd\\ hh:mm"/>
<numFmt numFmtId="165" formatCode="0.00&quot; days&quot;"/></numFmts>
<cellStyleXfs count="1"><xf numFmtId="14"/></cellStyleXfs>
<cellXfs count="5"><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="4"/>
<xf numFmtId="165"/></cellXfs></styleSheet>"""


def sheet(rows: str) -> str:
    return f'<worksheet xmlns="{_MAIN}"><sheetData>{rows}</sheetData></worksheet>'


def workbook(
    sheets: Mapping[str, str],
    *,
    strings: Iterable[str] = (),
    hidden: Iterable[str] = (),
    properties: str = "",
    parts: Mapping[str, bytes] = {},
) -> bytes:
    """`sheets` by name, each the XML of a worksheet; `strings` the shared ones, as inner XML."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        listed = "".join(
            f'<sheet name="{name}" sheetId="{at}" r:id="rId{at}"'
            f"{' state=' + chr(34) + 'hidden' + chr(34) if name in hidden else ''}/>"
            for at, name in enumerate(sheets, 1)
        )
        archive.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{_MAIN}" xmlns:r="{_LINK}"><workbookPr {properties}/>'
            f"<sheets>{listed}</sheets></workbook>",
        )
        links = "".join(
            f'<Relationship Id="rId{at}" Target="worksheets/sheet{at}.xml"/>'
            for at in range(1, len(sheets) + 1)
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels", f'<Relationships xmlns="{_LINKS}">{links}</Relationships>'
        )
        shared = "".join(f"<si>{inner}</si>" for inner in strings)
        archive.writestr("xl/sharedStrings.xml", f'<sst xmlns="{_MAIN}">{shared}</sst>')
        archive.writestr("xl/styles.xml", STYLES)
        for at, content in enumerate(sheets.values(), 1):
            archive.writestr(f"xl/worksheets/sheet{at}.xml", content)
        for path, data in parts.items():
            archive.writestr(path, data)
    return made.getvalue()


def table(rows: Iterable[Iterable[str]]) -> bytes:
    """A workbook of one sheet with these texts, as shops' own exporters write them."""
    lines = []
    for number, row in enumerate(rows, 1):
        cells = "".join(
            f'<c r="{chr(65 + at)}{number}" t="inlineStr"><is><t>{text}</t></is></c>'
            for at, text in enumerate(row)
        )
        lines.append(f'<row r="{number}">{cells}</row>')
    return workbook({"Export": sheet("".join(lines))})
