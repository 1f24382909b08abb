import type { LogGroupProps } from '../../../src/provisioners/logGroup.ts'
import type { Sample } from '../contract.ts'

export const logGroupSample: Sample<LogGroupProps> = {
  prepare: async () => ({
    name: '/ecs/contract-test',
    props: { retentionDays: 30 },
    variants: { retentionDays: null },
  }),
}
