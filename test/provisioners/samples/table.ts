import type { TableProps } from '../../../src/provisioners/table.ts'
import type { Sample } from '../contract.ts'

export const tableSample: Sample<TableProps> = {
  prepare: async () => ({
    name: 'contract-test-task-state',
    props: { key: 'task_id', billing: 'PAY_PER_REQUEST', ttl: 'forget_at', deletionProtection: true },
    variants: { key: 'id', billing: 'PROVISIONED', ttl: null, deletionProtection: false },
  }),
}
