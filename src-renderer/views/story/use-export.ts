import { useState } from 'react'
import type { Story } from '../../../src-main/common/contract/stories.ts'

export function useStoryExport() {
  const [progress] = useState<{ n: number; total: number } | null>(null)
  return { progress, run: async (_story: Story, _how: 'markdown' | 'html') => {} }
}
