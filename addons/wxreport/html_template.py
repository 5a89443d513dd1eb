"""The page's markup. Values come from ``html_page`` and are escaped in the template."""

TEMPLATE = """\
<!DOCTYPE html>
<html lang="{{ lang }}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{{ title }}</title>
<style>
:root { color-scheme: light dark; --text: #1c1e21; --dim: #63676d; --back: #fff; --card: #f6f7f8; --line: #e1e4e8;
  --bad: #c0262d; --warn: #a15c00; --good: #17803d; }
@media (prefers-color-scheme: dark) { :root { --text: #e6e8ea; --dim: #9aa0a6; --back: #16181b; --card: #1f2226; --line: #33373c;
  --bad: #ff7b7b; --warn: #f0b45a; --good: #6fd08c; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 60rem; padding: 1.5rem 1rem 4rem; background: var(--back); color: var(--text);
  font: 16px/1.6 system-ui, -apple-system, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "WenQuanYi Micro Hei", sans-serif; }
h1 { font-size: 1.5rem; line-height: 1.35; margin: 0 0 .25rem; }
h2 { font-size: 1.1rem; margin: 2.25rem 0 .75rem; padding-bottom: .3rem; border-bottom: 1px solid var(--line); }
h3 { font-size: 1rem; margin: 0 0 .35rem; }
p { margin: .35rem 0; }
.dim { color: var(--dim); font-size: .9rem; overflow-wrap: anywhere; }
.bad { color: var(--bad); } .warn { color: var(--warn); } .good { color: var(--good); }
table { border-collapse: collapse; margin: .75rem 0; }
th, td { text-align: left; vertical-align: top; padding: .15rem 1rem .15rem 0; font-weight: normal; }
th { color: var(--dim); white-space: nowrap; }
td { overflow-wrap: anywhere; white-space: pre-line; }
article { background: var(--card); border: 1px solid var(--line); border-left: 4px solid var(--line); border-radius: 6px;
  padding: .8rem 1rem; margin: .75rem 0; }
article.bad { border-left-color: var(--bad); color: inherit; } article.warn { border-left-color: var(--warn); color: inherit; }
article table { margin: .5rem 0 0; font-size: .93rem; }
code, td.code { font-family: ui-monospace, Menlo, Consolas, "Noto Sans Mono CJK SC", monospace; font-size: .88em; }
td.fix { color: var(--good); }
.counted { color: var(--dim); font-weight: normal; font-size: .9rem; }
ul { padding-left: 1.25rem; margin: .5rem 0; } li { margin: .25rem 0; overflow-wrap: anywhere; white-space: pre-line; }
details { margin-top: .5rem; font-size: .93rem; } summary { cursor: pointer; color: var(--dim); }
@media (max-width: 34rem) { article th, article td { display: block; padding-right: 0; } }
@media print { article { break-inside: avoid; } }
</style>
</head>
<body>
<header>
<h1 class="{{ 'bad' if is_bad else '' if is_empty else 'good' }}">{{ title }}</h1>
<p class="dim">{{ when }} {{ place }}</p>
{% for line in policies %}
<p class="dim">{{ line }}</p>
{% endfor %}
{% for line in passed %}
<p class="bad">{{ line }}</p>
{% endfor %}
{% if is_empty %}
{% if hints %}
<ul>
{% for hint in hints %}
<li>{{ hint }}</li>
{% endfor %}
</ul>
{% endif %}
{% else %}
<p class="dim">{{ totals }}{% for api, count in apis %} · {{ api }} {{ count }}{% endfor %}</p>
{% if trust_stores %}
<p class="dim">{{ trust_stores }}</p>
{% endif %}
<table>
{% for label, text in tallies %}
<tr><th scope="row">{{ label }}</th><td>{{ text }}</td></tr>
{% endfor %}
</table>
{% endif %}
</header>
{% for section in sections %}
<section>
<h2 class="{{ section.class }}">{{ section.heading }}</h2>
{% for cause in section.causes %}
<article class="{{ section.class }}">
<h3><code>{{ cause.code }}</code> {{ cause.title }} <span class="counted">{{ cause.api }} · {{ cause.counted }}</span></h3>
<p>{{ cause.message }}</p>
<table>
{% for label, text, kind in cause.rows %}
<tr><th scope="row">{{ label }}</th><td{% if kind %} class="{{ kind }}"{% endif %}>{{ text }}</td></tr>
{% endfor %}
</table>
{% if cause.calls %}
<details>
<summary>{{ cause.calls_label }}</summary>
<ol>
{% for call in cause.calls %}
<li><code>{{ call }}</code></li>
{% endfor %}
</ol>
</details>
{% endif %}
</article>
{% endfor %}
{% if section.more %}
<ul>
{% for item in section.more %}
<li>{{ item }}</li>
{% endfor %}
</ul>
{% endif %}
</section>
{% endfor %}
{% for part in lists %}
<section>
<h2>{{ part.heading }}</h2>
<ul>
{% for item in part["items"] %}
<li>{{ item }}</li>
{% endfor %}
</ul>
</section>
{% endfor %}
</body>
</html>
"""
