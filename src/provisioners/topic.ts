import type { Outputs } from '../resource.ts'

/** name: the topic's. */
export interface TopicProps {
  displayName: string
  /** Sorted by protocol and endpoint. */
  subscriptions: { protocol: string; endpoint: string }[]
}

export interface TopicOut extends Outputs {
  arn: string
}
