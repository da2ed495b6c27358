"""Web pages: depth, entities, addresses of the outside, unclosed and misplaced markup, what is no page at all."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from hostile.files import READ, HostileFile, grown, written
from hostile.reports import HEADINGS, TITLE, flat_report, page_of, page_report

_DEEP = frozenset({"html_too_deep"})
_MANY = READ | frozenset({"limit_exceeded"})
_NO_TEXT = frozenset({"empty_input"})
# Inside one another until a parser's stack, or its patience, ends.
_NESTED = (
    "div",
    "span",
    "b",
    "font",
    "ol><li",
    "ul><li",
    "table><tr><td",
    "blockquote",
    "p",
    "a",
    "form",
    "x",
    "dl><dd",
)
_DEPTH = 5_000

_DTDS = {
    "billion-laughs": '<!DOCTYPE html [<!ENTITY a "哈">'
    + "".join(f'<!ENTITY {chr(98 + i)} "{f"&{chr(97 + i)};" * 10}">' for i in range(9))
    + "]><html><body>&j;",
    "quadratic": f'<!DOCTYPE html [<!ENTITY a "{"哈" * 5_000}">]><html><body>{"&a;" * 5_000}',
    "file": '<!DOCTYPE html [<!ENTITY a SYSTEM "file:///etc/passwd">]><html><body>&a;',
    "parameter": '<!DOCTYPE html [<!ENTITY % a SYSTEM "http://example.invalid/a.dtd"> %a;]><html><body>',
    "external": '<!DOCTYPE html SYSTEM "http://example.invalid/a.dtd"><html><body>',
    "xinclude": '<html xmlns:xi="http://www.w3.org/2001/XInclude"><body><xi:include href="file:///etc/passwd"/>',
    "xhtml": '<?xml version="1.0"?><!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" '
    '"http://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd"><html xmlns="http://www.w3.org/1999/xhtml"><body>',
    "unclosed": "<!DOCTYPE html [<!ENTITY" + " a" * 20_000,
    "stylesheet": '<?xml-stylesheet href="http://example.invalid/a.xsl"?><html><body>',
    "catalog": '<?oasis-xml-catalog catalog="http://example.invalid/c.xml"?><html><body>',
}

_OUTSIDE = {
    "base": '<base href="http://example.invalid/">',
    "refresh": '<meta http-equiv="refresh" content="0; url=file:///etc/passwd">',
    "iframe": '<iframe src="file:///etc/passwd"></iframe>',
    "object": '<object data="http://example.invalid/a.pdf"></object>',
    "data-address": f'<img src="data:image/png;base64,{"A" * 100_000}">',
    "script-address": '<a href="javascript:alert(1)">附件</a><img src=x onerror=alert(1)>',
    "image-huge": '<img src="t.png" width="99999999999999999999" height="-1" alt="表">',
    "image-not-a-number": '<img src="t.png" width="NaN" height="1e400" alt="&lt;script&gt;">',
}

# What people save, or servers send, under the name of a page.
_NO_PAGES = {
    "json": '{"title": "年度报告", "data": [' + '{"a": [1, 2, {"b": null}]}, ' * 200 + "0]}",
    "json-deep": "[" * 20_000 + "]" * 20_000,
    "xml": '<?xml version="1.0" encoding="UTF-8"?><root>' + "<row><c>1</c></row>" * 500 + "</root>",
    "rss": '<?xml version="1.0"?><rss version="2.0"><channel>'
    + "<item><title>公开</title></item>" * 200
    + "</channel></rss>",
    "css": "body { color: red } " * 300 + "/*" * 500,
    "javascript": 'var a = function () { return "<table><tr><td>1</td></tr></table>"; };\n' * 200,
    "php": "<?php echo file_get_contents('/etc/passwd'); ?>" * 100,
    "svg": '<svg xmlns="http://www.w3.org/2000/svg"><text>总体情况</text><script>alert(1)</script></svg>',
    "mhtml": "MIME-Version: 1.0\nContent-Type: multipart/related\n\n------=_\n" + page_report(),
    "http": "HTTP/1.1 200 OK\nContent-Type: text/html\n\n" + page_report(),
    "csv": "规章,1,2,3\n" * 300,
    "login": "<html><head><title>登录</title></head><body><form><input name=a></form></body></html>",
    "error-404": "<html><head><title>404 Not Found</title></head><body><h1>404 Not Found</h1></body></html>",
    "frameset": '<html><frameset cols="20%,80%"><frame src="a.html"><frame src="b.html"></frameset></html>',
}

_BROKEN = {
    "unclosed-everything": "<html><body><table><tr><td><p><b><i><font><a href='",
    "closed-twice": "</td></tr></table></body></html>" * 500 + page_report(),
    "wrong-order": page_report().replace("</td></tr>", "</tr></td>"),
    "unclosed-cells": page_report().replace("</td>", "").replace("</tr>", ""),
    "unclosed-comment": page_report().replace("<table", "<!-- <table"),
    "unclosed-script": page_report().replace("<table", "<script><table"),
    "unclosed-title": page_report().replace("<h1>", "<title>", 1),
    "unclosed-textarea": page_report().replace("<table", "<textarea><table"),
    "conditional-comments": page_report().replace("<table", "<!--[if gte mso 9]><xml><![endif]--><![if !vml]><table"),
    "cdata": page_report().replace("<td>1", "<td><![CDATA[1]]>"),
    "null-in-tags": page_report().replace("<td>", "<t\0d>"),
    "attributes-many": f"<html><body><table {' '.join(f'a{i}=1' for i in range(20_000))}><tr><td>1",
    "attribute-long": f'<html><body><table class="{"nav " * 50_000}"><tr><td>1',
    "attributes-same": f"<html><body><td {'colspan=2 ' * 20_000}>1",
    "quotes-odd": page_report().replace("border=1", 'border=\'1" class="nav'),
    "tag-name-long": f"<html><body><{'x' * 100_000}>文",
    "namespaces": page_report().replace("<td>", "<w:td><o:p>").replace("</td>", "</o:p></w:td>"),
    "plaintext": page_report().replace("<table", "<plaintext><table"),
    "entities-broken": f"<html><body><p>{'&#x110000;&#0;&#xD800;&amp&nbsp&unknown;&#99999999999;' * 1_000}",
    "controls-as-entities": f"<html><body><p>{TITLE}{'&#27;[31m&#7;&#155;' * 500}",
    "two-bodies": page_report() * 3,
    "body-in-head": page_of("", head=page_report()),
    "everything-hidden": page_report().replace("<body", '<body style="display:none" hidden'),
    "report-in-comment": f"<html><body><!-- {flat_report()} -->",
    "report-in-script": f"<html><body><script>{flat_report()}</script>",
    "report-in-noscript": f"<html><body><noscript>{flat_report()}</noscript>",
    "report-in-textarea": f"<html><body><textarea>{flat_report()}</textarea>",
    "report-in-template": f"<html><body><template>{flat_report()}</template>",
    "report-in-iframe": f"<html><body><iframe srcdoc='{flat_report()}'></iframe>",
    "report-in-pre": f"<html><body><pre>{flat_report()}</pre>",
    "report-in-nav": page_report().replace("<body>", "<body><nav>").replace("</body>", "</nav></body>"),
    "report-in-footer": page_report().replace("<body>", '<body><div class="footer">'),
    "report-in-attributes": f"<html><body><p title='{flat_report()}' data-a='{flat_report()}'>",
    "report-in-anchor": page_report().replace("<body>", "<body><a href=b.html>"),
    "report-in-heading": page_report().replace("<body>", "<body><h2>"),
    "report-in-select": page_report().replace("<body>", "<body><select><option>"),
    "report-in-svg": page_report().replace("<body>", "<body><svg><foreignObject>"),
}
# Where a page prints nothing, or what no parser can bear.
_HIDDEN_IN = ("comment", "script", "noscript", "textarea", "template", "iframe", "attributes", "svg")
_REFUSED = {
    "unclosed-everything": _NO_TEXT,
    "attributes-many": frozenset({"too_many_attributes"}),
    **dict.fromkeys((f"report-in-{place}" for place in _HIDDEN_IN), _NO_TEXT | READ),
}


def files() -> Iterator[HostileFile]:
    """Every page without regard to tables."""
    for tag in _NESTED:
        opened = f"<{tag}>" * _DEPTH
        yield written(f"page/deep-{tag.split('>')[0]}.html", page_of(f"{opened}{HEADINGS[0]}"), _DEEP | READ)
        yield written(f"page/deep-{tag.split('>')[0]}-text-at-each.html", page_of(f"<{tag}>文" * _DEPTH), _DEEP | READ)
    yield written("page/closing-tags.html", page_of("</div></span></b>" * 20_000))
    for name, page in _DTDS.items():
        yield written(f"page/dtd-{name}.html", page + page_report())
    for name, element in _OUTSIDE.items():
        yield written(f"page/outside-{name}.html", page_of(element + flat_report(), head=element))
    for name, text in _NO_PAGES.items():
        yield written(f"page/not-a-page-{name}.html", text, READ | _NO_TEXT)
    for name, page in _BROKEN.items():
        yield written(f"page/broken-{name}.html", page, _REFUSED.get(name, READ))
    whole = page_report().encode()
    for length in range(0, 1_200, 97):
        yield HostileFile(f"page/cut-at-{length:04}.html", partial(bytes, whole[-length:] + whole[:length]))
    yield from _counts()


def _counts() -> Iterator[HostileFile]:
    link = '<li><a href="/a/1.html">栏目</a></li>'
    yield from grown("page/paragraphs.html", lambda n: page_of("<p>公开信息12条。</p>" * n).encode(), 2_000)
    yield from grown("page/empty-elements.html", lambda n: page_of("<b></b>" * n).encode(), 10_000, _MANY)
    yield from grown("page/breaks.html", lambda n: page_of("<br>" * n).encode(), 10_000, _MANY)
    yield from grown("page/links.html", lambda n: page_of(link * n).encode(), 2_000)
    yield from grown("page/images.html", lambda n: page_of('<img src="a.png">' * n).encode(), 2_000)
    yield from grown("page/headings.html", lambda n: page_of("<h2>一、总体情况</h2>" * n).encode(), 1_000)
    yield from grown("page/metadata.html", lambda n: page_of("", "<meta name=a content=b>" * n).encode(), 2_000)
    yield from grown("page/comments.html", lambda n: page_of("<!-- a -->" * n).encode(), 5_000)
    yield from grown("page/entities.html", lambda n: page_of("&nbsp;&#20013;" * n).encode(), 5_000)
    yield from grown("page/furniture.html", lambda n: page_of('<div class="nav">栏目</div>' * n).encode(), 2_000)
    yield from grown("page/one-text-node.html", lambda n: page_of(TITLE * n).encode(), 1_000)
    yield from grown("page/attribute-only.html", lambda n: page_of(f'<p title="{"文" * n}">').encode(), 20_000)
    yield from grown("page/scripts.html", lambda n: page_of(f"<script>{'a<b>' * n}</script>").encode(), 5_000)
    yield from grown("page/deep-long.html", lambda n: page_of("<div><p>文" * n).encode(), 3_000, _DEEP | READ)
    yield from grown(
        "page/tag-soup.html",
        lambda n: page_of("<b><p></b><i></p><td></i><tr>" * n).encode(),
        500,
        _DEEP | READ,
    )
    yield from grown("page/open-brackets.html", lambda n: page_of("<" * n).encode(), 20_000)
    yield from grown("page/open-quotes.html", lambda n: page_of("<a href='" * n).encode(), 5_000, READ | _NO_TEXT)
