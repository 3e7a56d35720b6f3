import type { Pace } from '../../common/pace.ts'
import { current, supersededIds, type SupersededTable } from '../../common/facts/superseded.ts'
import type { BagWriter } from './bag.ts'
import { csvRow, type Cell } from '../../common/csv.ts'
import { original, utc } from './csv.ts'
import type { Scope } from './scope.ts'

type Row = Record<string, never> & Record<string, string & number>
export interface Table {
  file: string
  columns: string[]
  sql: string
  params?: Record<string, number | null>
  row(r: Row): Cell[]
}

const PROVENANCE = ['source_file', 'source_sha256', 'source_row']
/** Both ends in the pack: ':both' relations are among the pack's accounts, the others lead out of it. */
const IN_PACK = 'IN (SELECT id FROM temp.pack_account)'
const READY = 'IN (SELECT id FROM ready_source)'
/** The newest trust run of a pinned community's run, as Scope.trustRuns. */
const TRUST_RUN = `(SELECT max(id) FROM run WHERE kind = 'trust' AND status = 'done' AND parent_run_id = i.run_id)`

/** Every table of the pack. Observed rows end in their source file, its SHA-256 and the row in it. */
export function tablesOf(scope: Scope): Table[] {
  const { names, sources } = scope
  const from = (r: Row): Cell[] => {
    const source = sources.get(r['source_id'])
    return [names.text(source?.file ?? ''), source?.sha256 ?? '', r['row']]
  }
  /** Whether a later export stated a row's fact anew: the row is evidence, and no longer counts. */
  const anew = (table: SupersededTable) => {
    const ids = new Set(supersededIds(scope.db, table))
    return (r: Row): Cell => (ids.has(r['id']) ? 'yes' : 'no')
  }
  const stated = { relation: anew('relation'), link: anew('link'), label: anew('label') }
  const runs = {
    communities: scope.communitiesRun,
    scores: scope.scoresRun,
    classes: scope.classesRun,
    series: scope.seriesRun,
    caseId: scope.case.id,
  }
  const attributes = (text: string | null): string =>
    names.pseudonyms || text === null || text === '{}' ? '' : text

  return [
    {
      file: 'communities.csv',
      columns: [
        'community',
        'run',
        'accounts',
        'mean_score',
        'max_score',
        'above_threshold',
        'internal_weight',
        'boundary_weight',
        'conductance',
        'stability',
        'stability_grade',
        'core_accounts',
        'surprise',
        'surprise_q',
        'trust_run',
        'verdict',
      ],
      sql: `SELECT i.run_id, i.ref, b.stability, b.grade, b.core, b.run_id AS trust_run, x.observed AS surprise, x.q AS surprise_q, c.size, c.internal_weight, c.boundary_weight, c.conductance,
              avg(s.score) AS mean, max(s.score) AS max, count(*) FILTER (WHERE s.score >= :threshold) AS above,
              (SELECT verdict FROM judgement j WHERE j.target_kind = 'community' AND j.target = i.ref
                 AND j.run_id = i.run_id AND j.retracted_at IS NULL ORDER BY j.id DESC LIMIT 1) AS verdict
            FROM case_item i JOIN community c ON c.run_id = i.run_id AND c.id = i.ref
            JOIN community_member m ON m.run_id = i.run_id AND m.community_id = i.ref
            LEFT JOIN community_stability b ON b.community_id = i.ref AND b.run_id = ${TRUST_RUN}
            LEFT JOIN community_test x ON x.run_id = b.run_id AND x.community_id = i.ref AND x.statistic = 'surprise'
            LEFT JOIN score s ON s.run_id = :scores AND s.account_id = m.account_id
            WHERE i.case_id = :caseId AND i.kind = 'community' AND i.removed_at IS NULL GROUP BY i.id ORDER BY i.id`,
      params: { scores: runs.scores, caseId: runs.caseId, threshold: scope.threshold },
      row: (r) => [
        `C-${r['ref'] + 1}`,
        r['run_id'],
        r['size'],
        r['mean'],
        r['max'],
        scope.threshold === null ? null : r['above'],
        r['internal_weight'],
        r['boundary_weight'],
        r['conductance'],
        r['stability'],
        r['grade'],
        r['core'],
        r['surprise'],
        r['surprise_q'],
        r['trust_run'],
        r['verdict'],
      ],
    },
    {
      file: 'community-tests.csv',
      columns: [
        'community',
        'statistic',
        'detail',
        'observed',
        'expected',
        'z',
        'p',
        'q',
        'trust_run',
        'communities_run',
      ],
      sql: `SELECT i.run_id AS communities_run, i.ref, x.run_id AS trust_run, x.statistic, x.observed, x.expected,
              x.z, x.p, x.q, e.id AS entity_id, e.key AS entity_key, t.value AS entity_type
            FROM case_item i JOIN community_test x ON x.community_id = i.ref AND x.run_id = ${TRUST_RUN}
            LEFT JOIN entity e ON x.statistic LIKE '%\\_sharing@%' ESCAPE '\\'
              AND e.id = CAST(substr(x.statistic, instr(x.statistic, '@') + 1) AS INTEGER)
            LEFT JOIN term t ON t.id = e.type_id
            WHERE i.case_id = :caseId AND i.kind = 'community' AND i.removed_at IS NULL ORDER BY i.id, x.p, x.statistic`,
      params: { caseId: runs.caseId },
      row: (r) => {
        const [statistic = '', detail = ''] = String(r['statistic']).split('@')
        return [
          `C-${r['ref'] + 1}`,
          statistic,
          r['entity_id'] === null
            ? detail === ''
              ? ''
              : `${detail} h`
            : names.entity(r['entity_id'], r['entity_type'], r['entity_key']),
          r['observed'],
          r['expected'],
          r['z'],
          r['p'],
          r['q'],
          r['trust_run'],
          r['communities_run'],
        ]
      },
    },
    {
      file: 'accounts.csv',
      columns: [
        'account',
        'shoal_id',
        'community',
        'belonging',
        'score',
        'label',
        'verdict',
        'registered_utc',
        'registered_original',
        'attributes_json',
        ...PROVENANCE,
      ],
      sql: `SELECT a.id, a.key, a.registered_at, a.tz_offset, a.attributes, a.source_id, a.row,
              m.community_id, m.belonging, s.score,
              (SELECT label FROM label l WHERE l.account_id = a.id AND l.source_id ${READY}${current(scope.db, 'label', 'l')} ORDER BY coalesce(l.ts, 0) DESC, l.id DESC LIMIT 1) AS label,
              (SELECT verdict FROM judgement j WHERE j.target_kind = 'account' AND j.target = a.id AND j.retracted_at IS NULL ORDER BY j.id DESC LIMIT 1) AS verdict
            FROM temp.pack_account p JOIN account_current a ON a.id = p.id
            LEFT JOIN community_member m ON m.run_id = :communities AND m.account_id = a.id
            LEFT JOIN score s ON s.run_id = :scores AND s.account_id = a.id
            ORDER BY m.community_id IS NULL, m.community_id, m.belonging DESC, a.id`,
      params: { communities: runs.communities, scores: runs.scores },
      row: (r) => [
        names.account(r['id'], r['key']),
        r['id'],
        r['community_id'] === null ? '' : `C-${r['community_id'] + 1}`,
        r['belonging'],
        r['score'],
        r['label'],
        r['verdict'],
        utc(r['registered_at']),
        original(r['registered_at'], r['tz_offset']),
        attributes(r['attributes']),
        ...from(r),
      ],
    },
    {
      file: 'relations.csv',
      columns: [
        'from',
        'to',
        'type',
        'weight',
        'first_seen_utc',
        'last_seen_utc',
        'inside_pack',
        'stated_anew',
        ...PROVENANCE,
      ],
      sql: `SELECT r.*, t.value AS type, a.key AS a_key, b.key AS b_key,
              (r.src_id ${IN_PACK} AND r.dst_id ${IN_PACK}) AS inside
            FROM relation r JOIN term t ON t.id = r.type_id JOIN account a ON a.id = r.src_id JOIN account b ON b.id = r.dst_id
            WHERE r.id IN (SELECT id FROM relation WHERE src_id ${IN_PACK} UNION SELECT id FROM relation WHERE dst_id ${IN_PACK})
              AND r.source_id ${READY} ORDER BY r.id`,
      row: (r) => [
        names.account(r['src_id'], r['a_key']),
        names.account(r['dst_id'], r['b_key']),
        r['type'],
        r['weight'],
        utc(r['first_seen']),
        utc(r['last_seen']),
        r['inside'] ? 'yes' : 'no',
        stated.relation(r),
        ...from(r),
      ],
    },
    {
      file: 'links.csv',
      columns: [
        'account',
        'entity_type',
        'entity',
        'first_seen_utc',
        'last_seen_utc',
        'count',
        'stated_anew',
        ...PROVENANCE,
      ],
      sql: `SELECT l.*, a.key AS a_key, e.key AS e_key, t.value AS type FROM link l
            JOIN account a ON a.id = l.account_id JOIN entity e ON e.id = l.entity_id JOIN term t ON t.id = e.type_id
            WHERE l.account_id ${IN_PACK} AND l.source_id ${READY} ORDER BY l.id`,
      row: (r) => [
        names.account(r['account_id'], r['a_key']),
        r['type'],
        names.entity(r['entity_id'], r['type'], r['e_key']),
        utc(r['first_seen']),
        utc(r['last_seen']),
        r['count'],
        stated.link(r),
        ...from(r),
      ],
    },
    {
      file: 'events.csv',
      columns: [
        'account',
        'time_utc',
        'time_original',
        'kind',
        'context',
        'ip',
        'device',
        'country',
        'city',
        'outcome',
        'attributes_json',
        ...PROVENANCE,
      ],
      sql: `SELECT e.*, a.key AS a_key, k.value AS kind, x.value AS context, i.key AS ip, d.key AS device,
              co.value AS country, ci.value AS city, o.value AS outcome
            FROM event e JOIN account a ON a.id = e.account_id JOIN term k ON k.id = e.kind_id
            LEFT JOIN term x ON x.id = e.context_id LEFT JOIN entity i ON i.id = e.ip_id LEFT JOIN entity d ON d.id = e.device_id
            LEFT JOIN term co ON co.id = e.country_id LEFT JOIN term ci ON ci.id = e.city_id LEFT JOIN term o ON o.id = e.outcome_id
            WHERE e.account_id ${IN_PACK} AND e.source_id ${READY} ORDER BY e.account_id, e.ts, e.id`,
      row: (r) => [
        names.account(r['account_id'], r['a_key']),
        utc(r['ts']),
        original(r['ts'], r['tz_offset']),
        r['kind'],
        r['context'],
        r['ip_id'] && names.entity(r['ip_id'], 'ip', r['ip']),
        r['device_id'] && names.entity(r['device_id'], 'device', r['device']),
        r['country'],
        r['city'],
        r['outcome'],
        attributes(r['attributes']),
        ...from(r),
      ],
    },
    {
      file: 'reports.csv',
      columns: [
        'report',
        'account',
        'reporter',
        'time_utc',
        'time_original',
        'language',
        'category_as_reported',
        'class_inferred',
        'confidence',
        'run',
        'text',
        ...PROVENANCE,
      ],
      sql: `SELECT r.*, a.key AS a_key, b.key AS b_key, c.class, c.confidence FROM report r
            JOIN account a ON a.id = r.account_id LEFT JOIN account b ON b.id = r.reporter_id
            LEFT JOIN report_class c ON c.run_id = :classes AND c.report_id = r.id
            WHERE r.account_id ${IN_PACK} AND r.source_id ${READY} ORDER BY r.id`,
      params: { classes: runs.classes },
      row: (r) => [
        names.report(r['id'], r['key']),
        names.account(r['account_id'], r['a_key']),
        r['reporter_id'] && names.account(r['reporter_id'], r['b_key']),
        utc(r['ts']),
        original(r['ts'], r['tz_offset']),
        r['lang'],
        r['category'],
        r['class'],
        r['confidence'],
        r['class'] === null ? null : runs.classes,
        names.text(r['text']),
        ...from(r),
      ],
    },
    {
      file: 'labels.csv',
      columns: ['account', 'label', 'label_source', 'time_utc', 'stated_anew', ...PROVENANCE],
      sql: `SELECT l.*, a.key AS a_key FROM label l JOIN account a ON a.id = l.account_id
            WHERE l.account_id ${IN_PACK} AND l.source_id ${READY} ORDER BY l.id`,
      row: (r) => [
        names.account(r['account_id'], r['a_key']),
        r['label'],
        names.text(r['label_source'] ?? ''),
        utc(r['ts']),
        stated.label(r),
        ...from(r),
      ],
    },
    {
      file: 'anomalies.csv',
      columns: [
        'series',
        'group_kind',
        'group',
        'from_utc',
        'to_utc',
        'observed',
        'expected',
        'robust_z',
        'q',
        'run',
      ],
      sql: `SELECT * FROM anomaly WHERE run_id = :series AND ((group_kind = 'community' AND group_key IN
              (SELECT CAST(ref AS TEXT) FROM case_item WHERE case_id = :caseId AND kind = 'community' AND removed_at IS NULL AND run_id = :communities))
              OR group_kind = 'all') ORDER BY window_start, id`,
      params: { series: runs.series, caseId: runs.caseId, communities: seriesCommunities(scope) },
      row: (r) => [
        r['series'],
        r['group_kind'],
        r['group_kind'] === ('community' as never) ? `C-${Number(r['group_key']) + 1}` : r['group_key'],
        utc(r['window_start']),
        utc(r['window_end']),
        r['observed'],
        r['expected'],
        r['score'],
        r['q'],
        r['run_id'],
      ],
    },
    {
      file: 'notes-and-judgements.csv',
      columns: ['kind', 'target_kind', 'target', 'verdict', 'text', 'analyst', 'time_utc', 'withdrawn_utc'],
      // Withdrawn ones stay in the pack: what was once held and given up may matter to the other side.
      sql: `SELECT 'note' AS kind, target_kind, target, NULL AS verdict, text, created_by, created_at, retracted_at FROM note
              WHERE case_id = :caseId OR (case_id IS NULL AND target_kind = 'account' AND target ${IN_PACK})
            UNION ALL SELECT 'judgement', target_kind, target, verdict, reason, created_by, created_at, retracted_at FROM judgement
              WHERE (target_kind = 'account' AND target ${IN_PACK}) OR (target_kind = 'community' AND EXISTS
                (SELECT 1 FROM case_item i WHERE i.case_id = :caseId AND i.kind = 'community' AND i.ref = judgement.target AND i.run_id = judgement.run_id AND i.removed_at IS NULL))
            UNION ALL SELECT 'tag', target_kind, target, NULL, t.name, created_by, created_at, removed_at FROM tagging g JOIN tag t ON t.id = g.tag_id
              WHERE target_kind = 'account' AND target ${IN_PACK}
            ORDER BY 7, 1, 3`,
      params: { caseId: runs.caseId },
      row: (r) => [
        r['kind'],
        r['target_kind'],
        targetName(scope, r['target_kind'], r['target']),
        r['verdict'],
        names.text(r['text']),
        r['created_by'],
        utc(r['created_at']),
        utc(r['retracted_at']),
      ],
    },
  ]
}

/** Anomalies name communities of the run that the series were grouped by: the newest one at that time. */
function seriesCommunities(scope: Scope): number | null {
  const run = scope.runs.find((r) => r.id === scope.seriesRun)
  return run?.parent_run_id ?? scope.communitiesRun
}

export function targetName(scope: Scope, kind: string, id: number): string {
  if (kind === 'community') return `C-${id + 1}`
  if (kind === 'case') return scope.names.text(scope.case.name)
  const table = kind === 'report' ? 'report' : 'account'
  const key = scope.db.prepare(`SELECT key FROM ${table} WHERE id = ?`).pluck().get(id) as string
  return kind === 'report' ? scope.names.report(id, key) : scope.names.account(id, key)
}

/** Streams each table into data/tables/. Returns the number of rows of each. */
export async function writeTables(
  scope: Scope,
  bag: BagWriter,
  pace: Pace,
  tick: () => void,
): Promise<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const table of tablesOf(scope)) {
    const file = await bag.file(`tables/${table.file}`)
    await file.write(csvRow(table.columns))
    let n = 0
    const rows = scope.db.prepare(table.sql).iterate(...(table.params ? [table.params] : [])) as Iterable<Row>
    for (const row of rows) {
      await file.write(csvRow(table.row(row)))
      if (++n % 500 === 0) await pace.checkpoint()
    }
    await file.close()
    counts[table.file] = n
    tick()
    await pace.checkpoint()
  }
  return counts
}
