import type { CommunityRow } from '../../../src-main/common/contract/communities.ts'
import { communityName } from '../../ui/format.ts'
import type { CsvField } from '../accounts/csv.ts'

const span = (from: number | null, to: number | null) =>
  from === null || to === null ? null : `${new Date(from).toISOString()}/${new Date(to).toISOString()}`

/** Columns of the table of communities, by their keys. A span is written as ISO 8601 does: from/to. */
export const COMMUNITY_FIELDS: Record<string, CsvField<CommunityRow>> = {
  id: { header: 'community_inferred', value: (r) => communityName(r.id) },
  size: { header: 'accounts', value: (r) => r.size },
  flagged: { header: 'flagged_inferred', value: (r) => r.flagged },
  risk: { header: 'mean_score_inferred', value: (r) => r.meanScore },
  surprise: { header: 'surprise_inferred', value: (r) => r.surprise },
  stability: { header: 'stability_inferred', value: (r) => r.stability },
  reports: { header: 'reports', value: (r) => r.reports },
  anomalies: { header: 'unusual_windows_inferred', value: (r) => r.anomalies },
  labelled: {
    header: 'labelled_malicious_benign_observed',
    value: (r) => `${r.labelledMalicious}/${r.labelledBenign}`,
  },
  registered: { header: 'registered_utc', value: (r) => span(r.registeredFrom, r.registeredTo) },
  conductance: { header: 'conductance_inferred', value: (r) => r.conductance },
  verdict: { header: 'verdict_judged', value: (r) => r.verdict },
}
