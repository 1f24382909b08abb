import type { AlarmProps } from '../../../src/provisioners/alarm.ts'
import type { Sample } from '../contract.ts'

const definition: AlarmProps['definition'] = {
  description: 'Nobody has pinged',
  expression: 'FILL(m1, 0)',
  metric: { namespace: 'storyarch', name: 'TaskPing', dimensions: { Stack: 'contract/test' } },
  periodSeconds: 60,
  evaluationPeriods: 5,
  datapointsToAlarm: 5,
  comparison: 'LessThanThreshold',
  threshold: 1,
  missingData: 'breaching',
  alarmActions: ['arn:aws:sns:us-east-1:123456789012:contract-test-idle'],
  okActions: [],
  actionsEnabled: true,
}

export const alarmSample: Sample<AlarmProps> = {
  prepare: async () => ({
    name: 'contract-test-idle',
    props: { definition },
    variants: {
      definition: {
        ...definition,
        evaluationPeriods: 3,
        datapointsToAlarm: 3,
        missingData: 'missing',
        alarmActions: [],
        actionsEnabled: false,
      },
    },
  }),
}
