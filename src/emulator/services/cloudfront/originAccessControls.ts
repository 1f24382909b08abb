import type * as CloudFront from '@aws-sdk/client-cloudfront'
import type { Call, Service } from '../../service.ts'
import { listed } from './quantities.ts'
import { usersOf, usesOriginAccessControl } from './references.ts'
import {
  checkMatch,
  freshId,
  inUse,
  invalidArgument,
  notThere,
  type OriginAccessControl,
  originAccessControls,
  page,
} from './state.ts'

export const originAccessControlOperations = {
  CreateOriginAccessControl: (input, call) => {
    const config = checked(input.OriginAccessControlConfig, call, null)
    const row: OriginAccessControl = { id: freshId(), etag: freshId(), config }
    originAccessControls(call).set(row.id, row)
    return {
      ETag: row.etag,
      Location: `https://cloudfront.amazonaws.com/2020-05-31/origin-access-control/${row.id}`,
      OriginAccessControl: shown(row),
    }
  },

  GetOriginAccessControl: (input, call) => {
    const row = at(input.Id, call)
    return { ETag: row.etag, OriginAccessControl: shown(row) }
  },

  GetOriginAccessControlConfig: (input, call) => {
    const { etag, config } = at(input.Id, call)
    return { ETag: etag, OriginAccessControlConfig: config }
  },

  UpdateOriginAccessControl: (input, call) => {
    const row = at(input.Id, call)
    checkMatch(input.IfMatch, row.etag)
    const config = checked(input.OriginAccessControlConfig, call, row.id)
    const updated = { ...row, etag: freshId(), config }
    originAccessControls(call).set(row.id, updated)
    return { ETag: updated.etag, OriginAccessControl: shown(updated) }
  },

  DeleteOriginAccessControl: (input, call) => {
    const row = at(input.Id, call)
    checkMatch(input.IfMatch, row.etag)
    if (usersOf(call, usesOriginAccessControl(row.id)).length > 0)
      throw inUse(
        'OriginAccessControlInUse',
        'Cannot delete the origin access control because it is in use by one or more distributions.',
      )
    originAccessControls(call).delete(row.id)
    return {}
  },

  ListOriginAccessControls: (input, call) => {
    const { items, max, next } = page(originAccessControls(call).values(), ({ id }) => id, input)
    return {
      OriginAccessControlList: {
        Marker: input.Marker ?? '',
        NextMarker: next,
        MaxItems: max,
        IsTruncated: next !== undefined,
        ...listed(
          items.map(({ id, config }) => ({ Id: id, ...config, Description: config.Description ?? '' })),
        ),
      },
    }
  },
} satisfies Service<typeof CloudFront>

const at = (id: string | undefined, call: Call): OriginAccessControl => {
  const row = originAccessControls(call).get(id ?? '')
  if (!row) throw notThere('NoSuchOriginAccessControl', 'origin access control')
  return row
}

const shown = ({ id, config }: OriginAccessControl): CloudFront.OriginAccessControl => ({
  Id: id,
  OriginAccessControlConfig: config,
})

const checked = (
  config: CloudFront.OriginAccessControlConfig | undefined,
  call: Call,
  id: string | null,
): CloudFront.OriginAccessControlConfig => {
  const {
    Name = '',
    SigningProtocol,
    SigningBehavior = '',
    OriginAccessControlOriginType: type = '',
  } = config ?? {}
  if (!config || Name === '' || Name.length > 64)
    throw invalidArgument('The origin access control name is not valid.')
  if (SigningProtocol !== 'sigv4') throw invalidArgument('The signing protocol is not valid.')
  if (!['always', 'never', 'no-override'].includes(SigningBehavior))
    throw invalidArgument('The signing behavior is not valid.')
  if (!['s3', 'mediastore', 'mediapackagev2', 'lambda'].includes(type))
    throw invalidArgument('The origin type is not valid.')
  const twin = originAccessControls(call)
    .values()
    .some(row => row.id !== id && row.config.Name === Name)
  if (twin)
    throw inUse(
      'OriginAccessControlAlreadyExists',
      'An origin access control with the specified name already exists.',
    )
  return { ...config, Description: config.Description ?? '' }
}
