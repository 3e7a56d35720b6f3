import { FONTS } from './markup.ts'

/** The report's only style sheet (look.md, light). Its hash is in the page's Content-Security-Policy. */
export const CSS = `
:root{color:#17212b;background:#f4f6f8;font:13px/1.45 ${FONTS};font-variant-numeric:tabular-nums}
*{box-sizing:border-box}
body{margin:0;padding:16px 20px 60px;max-width:1000px;margin-inline:auto}
input[name=language]{position:absolute;opacity:0}
label{display:inline-block;padding:4px 12px;border:1px solid #d8dfe6;background:#fff;color:#5b6a79;cursor:pointer}
label[for=en]{border-radius:4px 0 0 4px}label[for=zh]{border-radius:0 4px 4px 0;border-left:0}
#en:checked+label,#zh:checked+label{background:#0a7d6e;border-color:#0a7d6e;color:#fff}
input:focus-visible+label{outline:2px solid #17212b;outline-offset:2px}
#en:checked~main [lang=zh-CN]{display:none}
#zh:checked~main [lang=en]{display:none}
header{padding:20px 0 4px}
.kind{margin:0;font-size:11px;letter-spacing:.06em;text-transform:uppercase;color:#5b6a79}
h1{font-size:24px;line-height:1.3;margin:2px 0 4px;overflow-wrap:anywhere}
h2{font-size:16px;margin:0 0 10px}
h3{font-size:13px;margin:16px 0 4px}
section,nav{background:#fff;border:1px solid #d8dfe6;border-radius:6px;padding:16px 18px;margin:14px 0}
p{margin:4px 0 8px}
.quiet{color:#5b6a79;font-size:12px}
.lead{font-weight:600}
.warn{border-left:3px solid #c58a12;background:#fdf7ea;padding:6px 10px}
.chip{display:inline-block;border:1px solid #d8dfe6;border-radius:3px;padding:0 5px;font-size:11.5px;line-height:17px;white-space:nowrap}
.infer{border-color:#c58a12;color:#7d5600}
.judge{border-color:#0a8f7d;color:#08695c}
.boxes{display:grid;grid-template-columns:1fr 1fr;gap:12px}
.box{border:1px solid #d8dfe6;border-radius:5px;padding:10px 14px}
.box h3{margin:0}.box p{margin:0 0 4px}.box ul{margin:0;padding-left:17px}
.inferred{border:1.5px solid #c58a12}
.box.judged{border:1.5px solid #0a8f7d}
.unknown{border-style:dashed;background:#f8fafb}
nav ol{columns:3;margin:0;padding-left:20px}
a{color:#08695c}
dl{display:grid;grid-template-columns:max-content 1fr;gap:3px 18px;margin:0}
dt{color:#5b6a79}dd{margin:0;overflow-wrap:anywhere}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%}
th,td{text-align:left;padding:4px 10px 4px 0;border-bottom:1px solid #e8edf1;vertical-align:top}
th{color:#5b6a79;font-size:11.5px;font-weight:600}
.n{text-align:right;white-space:nowrap}
td b{overflow-wrap:anywhere;font-weight:600}
.source{color:#5b6a79;font-size:11.5px}
.reasons{max-width:760px}
article{border-left:3px solid #d8dfe6;padding:2px 0 2px 12px;margin:10px 0}
article.judged{border-color:#0a8f7d}
.text{white-space:pre-wrap;overflow-wrap:anywhere;unicode-bidi:isolate;margin:0 0 2px}
figure{margin:0 0 18px}
figure svg{width:100%;height:auto;border:1px solid #e8edf1;border-radius:4px}
figcaption{font-size:12px;margin-top:4px}
code,pre{font:12px/1.5 ui-monospace,'SF Mono',Consolas,'Noto Sans Mono CJK SC',monospace;overflow-wrap:anywhere}
pre{background:#f0f3f6;padding:10px 12px;border-radius:4px;white-space:pre-wrap}
@media(max-width:700px){.boxes{grid-template-columns:1fr}nav ol{columns:1}}
@media print{
:root{background:#fff;font-size:10.5pt}
body{max-width:none;padding:0}
label{display:none}
section,nav{border:0;padding:0;margin:0 0 18pt}
h2{border-bottom:1px solid #17212b;padding-bottom:2pt}
h2,h3,figcaption{break-after:avoid}
figure,article,tr,.box{break-inside:avoid}
thead{display:table-header-group}
.scroll{overflow:visible}
*{print-color-adjust:exact;-webkit-print-color-adjust:exact}
@page{margin:16mm 14mm}
}
`
