import type { TopicProps } from '../../../src/provisioners/topic.ts'
import type { Sample } from '../contract.ts'

const endpoint = 'arn:aws:lambda:us-east-1:123456789012:function:contract-test-monitor'

export const topicSample: Sample<TopicProps> = {
  prepare: async () => ({
    name: 'contract-test-idle',
    props: { displayName: 'contract', subscriptions: [{ protocol: 'lambda', endpoint }] },
    variants: { displayName: '', subscriptions: [{ protocol: 'lambda', endpoint: `${endpoint}-2` }] },
  }),
}
