import type { ApiMapping, DomainName, DomainNameConfiguration } from '@aws-sdk/client-apigatewayv2'
import { AwsError, type Call } from '../../service.ts'
import { forgetTags, putTags, tagsOf } from '../../tags.ts'
import { checkedTags } from './apis.ts'
import {
  type ApiService,
  apiNamed,
  arnOf,
  badRequest,
  conflict,
  type DomainRow,
  domainsOf,
  type MappingRow,
  mappingsOf,
  need,
  newId,
  pageOf,
  stagesOf,
} from './rows.ts'

/** Hosted zones of regional endpoints (AWS General Reference: "Amazon API Gateway endpoints and quotas"). */
const ZONES: Readonly<Record<string, string>> = {
  'us-east-1': 'Z1UJRXOUMOOFQ8',
  'us-east-2': 'ZOJJZC49E0EPZ',
  'us-west-1': 'Z2MUQ32089INYE',
  'us-west-2': 'Z2OJLYMUO9EFXC',
  'eu-west-1': 'ZLY8HYME6SFDD',
  'eu-central-1': 'Z1U9ULNL0V5AJ3',
}

const arn = (call: Call, name: string) => arnOf(call, `/domainnames/${name}`)

const tell = (call: Call, row: DomainRow): DomainName => ({
  ApiMappingSelectionExpression: '$request.basepath',
  DomainName: row.name,
  DomainNameArn: arn(call, row.name),
  DomainNameConfigurations: [
    {
      ApiGatewayDomainName: row.target,
      CertificateArn: row.certificate,
      DomainNameStatus: call.now < row.availableAt ? 'UPDATING' : 'AVAILABLE',
      EndpointType: 'REGIONAL',
      HostedZoneId: ZONES[call.region] ?? 'Z1UJRXOUMOOFQ8',
      IpAddressType: 'ipv4',
      SecurityPolicy: row.securityPolicy,
    },
  ],
  RoutingMode: 'API_MAPPING_ONLY',
  Tags: tagsOf(call, arn(call, row.name)),
})

const checked = (call: Call, sent: readonly DomainNameConfiguration[] | undefined) => {
  const [configuration, ...more] = sent ?? []
  const certificate = configuration?.CertificateArn
  if (configuration === undefined || certificate === undefined || more.length > 0)
    throw badRequest('Exactly one domain name configuration with a certificate ARN must be specified')
  if (configuration.EndpointType === 'EDGE')
    throw badRequest('Only REGIONAL endpoint type is supported for HTTP APIs')
  if (!new RegExp(`^arn:aws[\\w-]*:acm:${call.region}:\\d{12}:certificate/`).test(certificate))
    throw badRequest(`Invalid certificate ARN: ${certificate}. Certificate must be in '${call.region}'.`)
  const securityPolicy = configuration.SecurityPolicy ?? 'TLS_1_2'
  if (securityPolicy !== 'TLS_1_2')
    throw badRequest(`Invalid security policy ${securityPolicy}: HTTP APIs support TLS_1_2 only`)
  return { certificate, securityPolicy }
}

const tellMapping = ({ domain: _, ...mapping }: MappingRow): ApiMapping => mapping

const checkMapping = (call: Call, row: MappingRow): MappingRow => {
  const { id } = apiNamed(call, row.ApiId)
  need(stagesOf(call, id), row.Stage, 'stage')
  const key = row.ApiMappingKey ?? ''
  if (!/^[\w/-]*$/.test(key)) throw badRequest('API mapping key contains characters that are not allowed')
  const twin = mappingsOf(call)
    .values()
    .find(
      other =>
        other.domain === row.domain &&
        (other.ApiMappingKey ?? '') === key &&
        other.ApiMappingId !== row.ApiMappingId,
    )
  if (twin) throw conflict('ApiMapping key already exists for this domain name')
  mappingsOf(call).set(row.ApiMappingId, row)
  return row
}

const mappingOf = (call: Call, domain: string | undefined, id: string | undefined): MappingRow => {
  const { name } = need(domainsOf(call), domain, 'domain name')
  const row = need(mappingsOf(call), id, 'ApiMapping')
  if (row.domain !== name) return need(mappingsOf(call), undefined, 'ApiMapping')
  return row
}

export const domains = {
  CreateDomainName: (input, call) => {
    if (input.MutualTlsAuthentication || (input.RoutingMode ?? 'API_MAPPING_ONLY') !== 'API_MAPPING_ONLY')
      throw new AwsError('NotImplemented', 'The embedded AWS has no mutual TLS and no routing rules', {
        status: 501,
      })
    const name = input.DomainName ?? ''
    if (!/^(\*\.)?([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z0-9-]+$/i.test(name))
      throw badRequest('The domain name is not valid')
    if (domainsOf(call).has(name)) throw conflict('The domain name you provided already exists.')
    const tags = checkedTags(input.Tags ?? {})
    const row: DomainRow = {
      name,
      target: `d-${newId()}.execute-api.${call.region}.amazonaws.com`,
      ...checked(call, input.DomainNameConfigurations),
      availableAt: call.now + call.delay(10_000),
    }
    domainsOf(call).set(name, row)
    putTags(call, arn(call, name), tags)
    return tell(call, row)
  },

  GetDomainName: (input, call) => tell(call, need(domainsOf(call), input.DomainName, 'domain name')),

  GetDomainNames: (input, call) =>
    pageOf(
      domainsOf(call)
        .values()
        .map(row => tell(call, row)),
      input,
    ),

  UpdateDomainName: (input, call) => {
    const row = need(domainsOf(call), input.DomainName, 'domain name')
    const next = input.DomainNameConfigurations
      ? {
          ...row,
          ...checked(call, input.DomainNameConfigurations),
          availableAt: call.now + call.delay(10_000),
        }
      : row
    domainsOf(call).set(row.name, next)
    return tell(call, next)
  },

  DeleteDomainName: (input, call) => {
    const { name } = need(domainsOf(call), input.DomainName, 'domain name')
    for (const mapping of mappingsOf(call).values())
      if (mapping.domain === name) mappingsOf(call).delete(mapping.ApiMappingId)
    domainsOf(call).delete(name)
    forgetTags(call, arn(call, name))
    return {}
  },

  CreateApiMapping: (input, call) => {
    const { name } = need(domainsOf(call), input.DomainName, 'domain name')
    return tellMapping(
      checkMapping(call, {
        ApiMappingId: newId().slice(0, 6),
        ApiMappingKey: input.ApiMappingKey ?? '',
        ApiId: input.ApiId ?? '',
        Stage: input.Stage ?? '',
        domain: name,
      }),
    )
  },

  GetApiMapping: (input, call) => tellMapping(mappingOf(call, input.DomainName, input.ApiMappingId)),

  GetApiMappings: (input, call) => {
    const { name } = need(domainsOf(call), input.DomainName, 'domain name')
    return pageOf(
      mappingsOf(call)
        .values()
        .filter(mapping => mapping.domain === name)
        .map(tellMapping),
      input,
    )
  },

  UpdateApiMapping: (input, call) => {
    const held = mappingOf(call, input.DomainName, input.ApiMappingId)
    return tellMapping(
      checkMapping(call, {
        ...held,
        ApiMappingKey: input.ApiMappingKey ?? held.ApiMappingKey,
        ApiId: input.ApiId ?? held.ApiId,
        Stage: input.Stage ?? held.Stage,
      }),
    )
  },

  DeleteApiMapping: (input, call) => {
    mappingsOf(call).delete(mappingOf(call, input.DomainName, input.ApiMappingId).ApiMappingId)
    return {}
  },
} satisfies ApiService
