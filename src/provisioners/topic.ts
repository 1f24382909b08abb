import {
  CreateTopicCommand,
  DeleteTopicCommand,
  GetTopicAttributesCommand,
  ListTagsForResourceCommand,
  paginateListSubscriptionsByTopic,
  SetTopicAttributesCommand,
  SNSClient,
  SubscribeCommand,
  type Subscription,
  TagResourceCommand,
  UnsubscribeCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-sns'
import type { Aws, Outputs, Provisioner } from '../resource.ts'
import { absentIf } from './kit/absentIf.ts'
import { arnOf, nameInArn } from './kit/arn.ts'
import { byJson } from './kit/byJson.ts'
import { prices } from './kit/prices.ts'
import { putAndDrop, tagPairs, tagsFrom } from './kit/tags.ts'

/** name: the topic's. */
export interface TopicProps {
  displayName: string
  /** Sorted by protocol and endpoint. Only those that stand: SNS lets nobody take back what waits to be confirmed. */
  subscriptions: { protocol: string; endpoint: string }[]
}

export interface TopicOut extends Outputs {
  arn: string
}

const GONE = 'NotFoundException'

const subscriptionsOf = async (aws: Aws, TopicArn: string): Promise<Subscription[]> => {
  const all: Subscription[] = []
  for await (const page of paginateListSubscriptionsByTopic({ client: aws.client(SNSClient) }, { TopicArn }))
    all.push(...(page.Subscriptions ?? []))
  return all
}

/** What was never confirmed, or is just being removed, has a word in place of its ARN. */
const stands = ({ SubscriptionArn }: Subscription): boolean => SubscriptionArn?.startsWith('arn:') ?? false

const wishOf = ({ Protocol = '', Endpoint = '' }: Subscription) => ({
  protocol: Protocol,
  endpoint: Endpoint,
})

export const topic: Provisioner<TopicProps, TopicOut> = {
  kind: 'topic',
  naming: { max: 256, allow: /^[A-Za-z0-9_-]+$/ },
  permissions: {
    read: ['sns:GetTopicAttributes', 'sns:ListSubscriptionsByTopic', 'sns:ListTagsForResource'],
    write: [
      'sns:CreateTopic',
      'sns:SetTopicAttributes',
      'sns:Subscribe',
      'sns:Unsubscribe',
      'sns:TagResource',
      'sns:UntagResource',
    ],
    remove: ['sns:DeleteTopic'],
  },
  settles: { usuallySeconds: 1, atMostSeconds: 60 },
  removeAfter: ['alarm'],
  // A subscription's ARN has one part more.
  hunt: { arn: arn => (arn.split(':').length === 6 ? nameInArn('sns', '')(arn) : undefined) },
  normal: props => ({ ...props, subscriptions: byJson(props.subscriptions) }),

  async read(aws, name) {
    const sns = aws.client(SNSClient)
    const arn = await arnOf(aws, 'sns', name)
    const [found, subscriptions, tags] = await Promise.all([
      absentIf(sns.send(new GetTopicAttributesCommand({ TopicArn: arn })), GONE),
      absentIf(subscriptionsOf(aws, arn), GONE),
      absentIf(
        sns.send(new ListTagsForResourceCommand({ ResourceArn: arn })),
        GONE,
        'ResourceNotFoundException',
      ),
    ])
    if (!found) return undefined
    return {
      props: {
        displayName: found.Attributes?.['DisplayName'] ?? '',
        subscriptions: byJson((subscriptions ?? []).filter(stands).map(wishOf)),
      },
      out: { arn },
      tags: tagsFrom(tags?.Tags),
      health: 'ready',
    }
  },

  create: (aws, name, want, tags) =>
    aws.client(SNSClient).send(
      new CreateTopicCommand({
        Name: name,
        Attributes: { DisplayName: want.displayName },
        Tags: tagPairs(tags),
      }),
    ),

  change: {
    displayName: (aws, live, want) =>
      aws.client(SNSClient).send(
        new SetTopicAttributesCommand({
          TopicArn: live.out.arn,
          AttributeName: 'DisplayName',
          AttributeValue: want.displayName,
        }),
      ),

    async subscriptions(aws, live, want) {
      const sns = aws.client(SNSClient)
      const TopicArn = live.out.arn
      const wished = new Set(want.subscriptions.map(({ protocol, endpoint }) => `${protocol} ${endpoint}`))
      for (const subscription of await subscriptionsOf(aws, TopicArn)) {
        const { Protocol, Endpoint, SubscriptionArn } = subscription
        const known = wished.delete(`${Protocol} ${Endpoint}`)
        if (!known && stands(subscription)) await sns.send(new UnsubscribeCommand({ SubscriptionArn }))
      }
      for (const key of wished) {
        const [Protocol = '', Endpoint = ''] = key.split(' ')
        await sns.send(new SubscribeCommand({ TopicArn, Protocol, Endpoint, ReturnSubscriptionArn: true }))
      }
    },
  },

  retag(aws, live, put, drop) {
    const sns = aws.client(SNSClient)
    const ResourceArn = live.out.arn
    return putAndDrop(
      put,
      drop,
      tags => sns.send(new TagResourceCommand({ ResourceArn, Tags: tagPairs(tags) })),
      TagKeys => sns.send(new UntagResourceCommand({ ResourceArn, TagKeys })),
    )
  },

  /** Takes its subscriptions along; SNS is calm when it is already gone. */
  remove: (aws, live) => aws.client(SNSClient).send(new DeleteTopicCommand({ TopicArn: live.out.arn })),

  price: () => [{ item: 'notifications', unit: 'million requests', usd: prices.snsMillionPublishes }],
}
