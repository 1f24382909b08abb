import type { Outputs } from '../resource.ts'

/** name: the alarm's. */
export interface AlarmProps {
  /** One write: PutMetricAlarm replaces all of it. */
  definition: {
    description: string
    /** Metric math over `m1`, the metric's sum per period. */
    expression: string
    metric: { namespace: string; name: string; dimensions: Record<string, string> }
    periodSeconds: number
    evaluationPeriods: number
    datapointsToAlarm: number
    comparison: string
    threshold: number
    missingData: 'breaching' | 'notBreaching' | 'ignore' | 'missing'
    alarmActions: string[]
    okActions: string[]
    actionsEnabled: boolean
  }
}

export interface AlarmOut extends Outputs {
  arn: string
}
