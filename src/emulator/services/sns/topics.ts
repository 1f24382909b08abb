import { isDeepStrictEqual } from 'node:util'
import type * as SNS from '@aws-sdk/client-sns'
import { page } from '../../page.ts'
import type { Service } from '../../service.ts'
import { forgetTags, putTags, tagMap, tagsOf } from '../../tags.ts'
import { demandTags } from './resourceTags.ts'
import { subscriptionsOf, subscriptionTable } from './subscription.ts'
import { checkedAttribute, DELIVERY_POLICY, defaultPolicy, invalid, topicOf, topicTable } from './topic.ts'

export const topics = {
  /** Idempotent for the same attributes and tags; other ones are refused, not merged. */
  CreateTopic: ({ Name = '', Attributes = {}, Tags }, call) => {
    if (!/^[A-Za-z0-9_-]{1,256}$/.test(Name.replace(/\.fifo$/, ''))) throw invalid('Topic Name')
    if (Name.endsWith('.fifo') !== (Attributes.FifoTopic === 'true'))
      throw invalid('Topic Name', 'Only FIFO topics end with .fifo')
    const arn = `arn:aws:sns:${call.region}:${call.account}:${Name}`
    const attributes = Object.fromEntries(
      Object.entries(Attributes).map(([name, value]) => [name, checkedAttribute(name, value)]),
    )
    const tags = tagMap(Tags)
    demandTags(tags)
    const held = topicTable(call).get(arn)
    if (held) {
      if (Tags && !isDeepStrictEqual(tags, tagsOf(call, arn)))
        throw invalid('Tags', 'Topic already exists with different tags')
      const differs = Object.entries(attributes).some(([name, value]) => held.attributes[name] !== value)
      if (differs) throw invalid('Attributes', 'Topic already exists with different attributes')
      return { TopicArn: arn }
    }
    topicTable(call).set(arn, { arn, name: Name, attributes })
    putTags(call, arn, tags)
    return { TopicArn: arn }
  },

  GetTopicAttributes: ({ TopicArn }, call) => {
    const topic = topicOf(call, TopicArn)
    const confirmed = subscriptionsOf(call, topic.arn).filter(({ confirmed }) => confirmed).length
    return {
      Attributes: {
        TopicArn: topic.arn,
        Owner: call.account,
        DisplayName: '',
        Policy: defaultPolicy(call, topic.arn),
        EffectiveDeliveryPolicy: DELIVERY_POLICY,
        SubscriptionsConfirmed: String(confirmed),
        SubscriptionsPending: String(subscriptionsOf(call, topic.arn).length - confirmed),
        SubscriptionsDeleted: '0',
        ...topic.attributes,
      },
    }
  },

  SetTopicAttributes: ({ TopicArn, AttributeName = '', AttributeValue = '' }, call) => {
    const topic = topicOf(call, TopicArn)
    const { [AttributeName]: _, ...others } = topic.attributes
    const value = checkedAttribute(AttributeName, AttributeValue)
    topicTable(call).set(topic.arn, {
      ...topic,
      attributes: value === '' ? others : { ...others, [AttributeName]: value },
    })
    return {}
  },

  /** Calm when it is already gone. */
  DeleteTopic: ({ TopicArn = '' }, call) => {
    if (TopicArn.split(':').length < 6)
      throw invalid('TopicArn', `An ARN must have at least 6 elements, not ${TopicArn.split(':').length}`)
    for (const { arn } of subscriptionsOf(call, TopicArn)) subscriptionTable(call).delete(arn)
    topicTable(call).delete(TopicArn)
    forgetTags(call, TopicArn)
    return {}
  },

  ListTopics: ({ NextToken }, call) => {
    const { items, next } = page(topicTable(call).values(), ({ arn }) => arn, { token: NextToken, size: 100 })
    return { Topics: items.map(({ arn }) => ({ TopicArn: arn })), NextToken: next }
  },
} satisfies Service<typeof SNS>
