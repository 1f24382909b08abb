import type * as IAM from '@aws-sdk/client-iam'
import { AwsError, type Call, type Service, type Table } from '../../service.ts'
import { dropTags, forgetTags, putTags, tagFault, tagList, tagMap, tagsOf } from '../../tags.ts'
import { noSuchEntity } from './state.ts'

interface ProviderRow {
  arn: string
  /** Without `https://`. */
  url: string
  clientIds: string[]
  thumbprints: string[]
  /** Epoch milliseconds. */
  createdAt: number
}

const rows = (call: Call): Table<ProviderRow> =>
  call.table('openIdProviders', { service: 'iam', region: 'us-east-1' })

const find = (call: Call, arn = ''): ProviderRow => {
  const provider = rows(call).get(arn)
  if (provider === undefined) throw noSuchEntity(`OpenIDConnect Provider not found for arn ${arn}`)
  return provider
}

const change = (call: Call, arn: string | undefined, part: Partial<ProviderRow>): void => {
  const provider = find(call, arn)
  rows(call).set(provider.arn, { ...provider, ...part })
}

export const openIdProviderOperations: Service<typeof IAM> = {
  CreateOpenIDConnectProvider({ Url = '', ClientIDList = [], ThumbprintList = [], Tags }, call) {
    const host = /^https:\/\/([^?#]+)$/.exec(Url)?.[1]
    if (host === undefined) throw new AwsError('ValidationError', 'Invalid Open ID Connect Provider URL')
    const url = host.replace(/\/$/, '')
    const arn = `arn:aws:iam::${call.account}:oidc-provider/${url}`
    if (rows(call).has(arn))
      throw new AwsError('EntityAlreadyExists', `Provider with url https://${url} already exists.`)
    const tags = tagMap(Tags)
    const fault = tagFault(tags)
    if (fault !== undefined) throw new AwsError('InvalidInput', fault)
    rows(call).set(arn, {
      arn,
      url,
      clientIds: [...new Set(ClientIDList)],
      // AWS works it out by itself when none is given.
      thumbprints: ThumbprintList.length > 0 ? ThumbprintList : ['0'.repeat(40)],
      createdAt: Math.floor(call.now / 1000) * 1000,
    })
    putTags(call, arn, tags)
    return { OpenIDConnectProviderArn: arn, ...(Tags ? { Tags: tagList(tags) } : {}) }
  },

  GetOpenIDConnectProvider({ OpenIDConnectProviderArn }, call) {
    const { arn, url, clientIds, thumbprints, createdAt } = find(call, OpenIDConnectProviderArn)
    return {
      Url: url,
      ClientIDList: clientIds,
      ThumbprintList: thumbprints,
      CreateDate: new Date(createdAt),
      Tags: tagList(tagsOf(call, arn)),
    }
  },

  ListOpenIDConnectProviders: (_input, call) => ({
    OpenIDConnectProviderList: rows(call)
      .values()
      .map(({ arn }) => ({ Arn: arn })),
  }),

  AddClientIDToOpenIDConnectProvider({ OpenIDConnectProviderArn, ClientID = '' }, call) {
    const { clientIds } = find(call, OpenIDConnectProviderArn)
    change(call, OpenIDConnectProviderArn, { clientIds: [...new Set([...clientIds, ClientID])] })
    return {}
  },

  RemoveClientIDFromOpenIDConnectProvider({ OpenIDConnectProviderArn, ClientID }, call) {
    const { clientIds } = find(call, OpenIDConnectProviderArn)
    change(call, OpenIDConnectProviderArn, { clientIds: clientIds.filter(id => id !== ClientID) })
    return {}
  },

  UpdateOpenIDConnectProviderThumbprint({ OpenIDConnectProviderArn, ThumbprintList = [] }, call) {
    change(call, OpenIDConnectProviderArn, { thumbprints: ThumbprintList })
    return {}
  },

  DeleteOpenIDConnectProvider({ OpenIDConnectProviderArn }, call) {
    const { arn } = find(call, OpenIDConnectProviderArn)
    rows(call).delete(arn)
    forgetTags(call, arn)
    return {}
  },

  TagOpenIDConnectProvider({ OpenIDConnectProviderArn, Tags }, call) {
    const { arn } = find(call, OpenIDConnectProviderArn)
    const tags = tagMap(Tags)
    const fault = tagFault(tags, tagsOf(call, arn))
    if (fault !== undefined) throw new AwsError('InvalidInput', fault)
    putTags(call, arn, tags)
    return {}
  },

  UntagOpenIDConnectProvider({ OpenIDConnectProviderArn, TagKeys = [] }, call) {
    dropTags(call, find(call, OpenIDConnectProviderArn).arn, TagKeys)
    return {}
  },

  ListOpenIDConnectProviderTags({ OpenIDConnectProviderArn }, call) {
    const { arn } = find(call, OpenIDConnectProviderArn)
    return { Tags: tagList(tagsOf(call, arn)), IsTruncated: false }
  },
}
