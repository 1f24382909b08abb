import type { EventRuleProps } from '../../../src/provisioners/eventRule.ts'
import type { Sample } from '../contract.ts'

const monitor = 'arn:aws:lambda:us-east-1:123456789012:function:contract-test-monitor'

export const eventRuleSample: Sample<EventRuleProps> = {
  prepare: async () => ({
    name: 'contract-test-task-state',
    props: {
      definition: {
        description: 'A task of ours ended',
        enabled: true,
        schedule: null,
        pattern: {
          source: ['aws.ecs'],
          'detail-type': ['ECS Task State Change'],
          detail: { lastStatus: ['STOPPED', 'DEPROVISIONING'], group: ['family:app'] },
        },
      },
      targets: [{ id: 'monitor', arn: monitor, input: null }],
    },
    variants: {
      definition: { description: '', enabled: false, schedule: 'rate(5 minutes)', pattern: null },
      targets: [{ id: 'stranger', arn: `${monitor}-2`, input: '{"sweep":true}' }],
    },
  }),
  lacks: { moto: { hunt: "moto's tagging API does not list rules" } },
}
