import {
  CreateOriginAccessControlCommand,
  DeleteOriginAccessControlCommand,
  GetOriginAccessControlCommand,
  ListOriginAccessControlsCommand,
  type OriginAccessControlConfig,
  type OriginAccessControlOriginTypes,
  type OriginAccessControlSigningBehaviors,
  type OriginAccessControlSigningProtocols,
  type OriginAccessControlSummary,
  UpdateOriginAccessControlCommand,
} from '@aws-sdk/client-cloudfront'
import type { Aws, Live, Outputs, Provisioner } from '../resource.ts'
import { absentIf } from './kit/absentIf.ts'
import { cloudfront } from './kit/cloudfront.ts'
import { ownMark, retagged, tagsInMark } from './kit/ownMark.ts'

/** name: unique in the account. Untaggable: its description carries the ownership mark `storyarch stack=… …`. */
export interface OriginAccessControlProps {
  originType: OriginAccessControlOriginTypes
  signing: { behavior: OriginAccessControlSigningBehaviors; protocol: OriginAccessControlSigningProtocols }
}

export interface OriginAccessControlOut extends Outputs {
  id: string
}

type OriginAccessControlLive = Live<OriginAccessControlProps, OriginAccessControlOut>

const GONE = 'NoSuchOriginAccessControl'

const all = async (aws: Aws): Promise<OriginAccessControlSummary[]> => {
  const found: OriginAccessControlSummary[] = []
  let marker: { Marker?: string } = {}
  for (;;) {
    const { OriginAccessControlList: page } = await cloudfront(aws).send(
      new ListOriginAccessControlsCommand(marker),
    )
    found.push(...(page?.Items ?? []))
    if (page?.IsTruncated !== true) return found
    marker = { Marker: page.NextMarker }
  }
}

/** An update replaces the whole configuration, guarded by the ETag of what it was made from. */
const update = async (
  aws: Aws,
  { out }: OriginAccessControlLive,
  change: Partial<OriginAccessControlConfig>,
): Promise<void> => {
  const client = cloudfront(aws)
  const { OriginAccessControl: held, ETag } = await client.send(
    new GetOriginAccessControlCommand({ Id: out.id }),
  )
  const config = held?.OriginAccessControlConfig
  if (config === undefined) throw new Error(`CloudFront answered without the configuration of ${out.id}`)
  await client.send(
    new UpdateOriginAccessControlCommand({
      Id: out.id,
      IfMatch: ETag,
      OriginAccessControlConfig: { ...config, ...change },
    }),
  )
}

export const originAccessControl: Provisioner<OriginAccessControlProps, OriginAccessControlOut> = {
  kind: 'originAccessControl',
  naming: { max: 64, allow: /^[\x20-\x7e]+$/ },
  permissions: {
    read: ['cloudfront:ListOriginAccessControls'],
    write: [
      'cloudfront:CreateOriginAccessControl',
      'cloudfront:GetOriginAccessControl',
      'cloudfront:UpdateOriginAccessControl',
    ],
    remove: ['cloudfront:GetOriginAccessControl', 'cloudfront:DeleteOriginAccessControl'],
  },
  ownTagsOnly: true,
  settles: { usuallySeconds: 1, atMostSeconds: 300 },
  removeAfter: ['distribution'],
  hunt: {
    list: async (aws, stack) =>
      (await all(aws))
        .filter(({ Description = '' }) => tagsInMark(Description)['storyarch:stack'] === stack)
        .map(({ Name = '' }) => Name),
  },

  async read(aws, name) {
    const found = (await all(aws)).find(({ Name }) => Name === name)
    if (found === undefined) return undefined
    return {
      props: {
        originType: found.OriginAccessControlOriginType ?? 's3',
        signing: { behavior: found.SigningBehavior ?? 'never', protocol: found.SigningProtocol ?? 'sigv4' },
      },
      out: { id: found.Id ?? '' },
      tags: tagsInMark(found.Description ?? ''),
      health: 'ready',
    }
  },

  create: (aws, name, want, tags) =>
    cloudfront(aws).send(
      new CreateOriginAccessControlCommand({
        OriginAccessControlConfig: {
          Name: name,
          Description: ownMark(tags),
          OriginAccessControlOriginType: want.originType,
          SigningBehavior: want.signing.behavior,
          SigningProtocol: want.signing.protocol,
        },
      }),
    ),

  change: {
    originType: 'replace',
    signing: (aws, live, { signing }) =>
      update(aws, live, { SigningBehavior: signing.behavior, SigningProtocol: signing.protocol }),
  },

  retag: (aws, live, put, drop) =>
    update(aws, live, { Description: ownMark(retagged(live.tags, put, drop)) }),

  async remove(aws, { out }) {
    const client = cloudfront(aws)
    const held = await absentIf(client.send(new GetOriginAccessControlCommand({ Id: out.id })), GONE)
    if (held === undefined) return
    await absentIf(
      client.send(new DeleteOriginAccessControlCommand({ Id: out.id, IfMatch: held.ETag })),
      GONE,
    )
  },

  price: () => [],
}
