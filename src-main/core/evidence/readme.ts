import type { ModelNote } from './provenance.ts'
import type { Scope } from './scope.ts'

/** data/README.txt: what is where and how to check it, in both languages. */
export function readme(scope: Scope, models: ModelNote[], stories = 0): string {
  const simulated = scope.simulated
    ? 'THE DATA IN THIS PACK IS SIMULATED. 本证据包中的数据是模拟的。\n\n'
    : models.some((m) => m.trainedOn === 'simulated')
      ? 'Scores are from a model trained on simulated accounts. 评分所用模型在模拟账号上训练。\n\n'
      : ''
  const told =
    stories > 0
      ? '\nstory/*.md                  what the analysts tell of the case, step by step / 分析人员对本案的逐步讲解\nstory/*.png                 what their steps show, where they were drawn / 各步骤的画面（如已绘制）'
      : ''
  return `Shoal evidence pack / 证据包
${scope.names.text(scope.case.name).replace(/\s+/g, ' ')}

${simulated}A score is a lead, not a verdict. 评分只是线索，不是结论。

report.html                 the report; opens in any browser, needs no network / 报告，任何浏览器均可打开，无需联网
figures/*.svg               its figures / 图${told}
tables/*.csv                every row, not only those in the report (UTF-8, RFC 4180) / 全部数据行
tables/reasons.json         reasons of the highest scores, where there are any / 最高评分的理由
tables/validation.json      how far the scores can be trusted, where somebody validated them / 评分可信程度（如已验证）
provenance/sources.csv      every imported file with its SHA-256 / 每个导入文件及其 SHA-256
provenance/rows.jsonl       every cited row as it was in its file, cells by column; not with pseudonyms / 引用各行的原始内容（使用化名时不含）
provenance/runs.json        every run with parameters, seed and model hash / 每次运行的参数、种子与模型哈希
provenance/journal.jsonl    the hash-chained journal / 哈希链日志
models/                     cards of the models that were used / 所用模型的说明

Rows of tables name their source_file, source_sha256 and source_row: row 1 is the first row below the header.
Text cells that a spreadsheet would run as a formula (starting with = + - @, tab or return) begin with an apostrophe
that is not in the source; so do lines, and what follows a tab or semicolon, inside a cell. Take one apostrophe away
there and the text is as it was. 以 = + - @ 等开头的文本单元格（及单元格内的每一行、制表符或分号之后）前加了一个单引号，
以免电子表格当作公式执行；原文没有该引号，去掉一个即为原文。

Verify with common tools, in the folder above this one / 用常见工具核验（在上一级文件夹中）:
  sha256sum -c manifest-sha256.txt
  sha256sum -c tagmanifest-sha256.txt
  python3 -m pip install bagit && bagit.py --validate .

Journal: hash = SHA-256 of seq, time, actor, action, payload and prev_hash joined by newlines; the first prev_hash is
64 zeros. Where payload is null it was withheld; the chain can still be followed.
日志：hash 为 seq、time、actor、action、payload、prev_hash 以换行连接后的 SHA-256；payload 为 null 表示未公开。
`
}
