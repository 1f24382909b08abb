import {
  type ApiMapping,
  CreateApiMappingCommand,
  CreateDomainNameCommand,
  DeleteApiMappingCommand,
  DeleteDomainNameCommand,
  type DomainName,
  GetApiMappingsCommand,
  GetDomainNamesCommand,
  UpdateApiMappingCommand,
  UpdateDomainNameCommand,
} from '@aws-sdk/client-apigatewayv2'
import type { Aws, Outputs, Provisioner } from '../resource.ts'
import { absentIf } from './kit/absentIf.ts'
import { apiGateway, apiGatewayArn, everyItem, retagApiGateway } from './kit/apiGateway.ts'

/** name: the domain. Regional, TLS 1.2. */
export interface ApiDomainProps {
  /** Of the stack's region. */
  certificate: string
  /** Mapped at the root. */
  mapping: { api: string; stage: string }
}

export interface ApiDomainOut extends Outputs {
  name: string
  /** Alias target and its zone. */
  target: string
  hostedZone: string
}

const GONE = 'NotFoundException'

const configurationFor = (certificate: string) => ({
  CertificateArn: certificate,
  EndpointType: 'REGIONAL' as const,
  SecurityPolicy: 'TLS_1_2' as const,
})

const mappingsOf = (aws: Aws, DomainName: string): Promise<ApiMapping[]> =>
  everyItem(from => apiGateway(aws).send(new GetApiMappingsCommand({ DomainName, ...from })))

/** Every custom domain of the region with its tags, listed once per survey. */
const domainsOf = (aws: Aws): Promise<DomainName[]> =>
  aws.memo('api domains', () => everyItem(from => apiGateway(aws).send(new GetDomainNamesCommand(from))))

const atRoot = ({ ApiMappingKey = '' }: ApiMapping): boolean => ApiMappingKey === ''

export const apiDomain: Provisioner<ApiDomainProps, ApiDomainOut> = {
  kind: 'apiDomain',
  naming: { max: 253, allow: /^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+([a-z]{2,}|xn--[a-z0-9-]+)$/ },
  permissions: {
    read: ['apigateway:GET'],
    write: ['apigateway:POST', 'apigateway:PUT', 'apigateway:PATCH', 'apigateway:DELETE'],
    remove: ['apigateway:DELETE'],
  },
  // One change of a domain name per 30 s and account.
  settles: { usuallySeconds: 30, atMostSeconds: 1800 },
  removeAfter: ['dnsRecord'],
  hunt: {
    list: async (aws, stack) =>
      (await domainsOf(aws))
        .filter(({ Tags }) => Tags?.['storyarch:stack'] === stack)
        .map(({ DomainName = '' }) => DomainName),
  },

  async read(aws, name) {
    const [domains, mappings] = await Promise.all([domainsOf(aws), absentIf(mappingsOf(aws, name), GONE)])
    const domain = domains.find(({ DomainName }) => DomainName === name)
    if (domain === undefined) return undefined
    const [configuration] = domain.DomainNameConfigurations ?? []
    const root = mappings?.find(atRoot)
    const status = configuration?.DomainNameStatus
    return {
      props: {
        certificate: configuration?.CertificateArn ?? '',
        mapping: { api: root?.ApiId ?? '', stage: root?.Stage ?? '' },
      },
      out: {
        name,
        target: configuration?.ApiGatewayDomainName ?? '',
        hostedZone: configuration?.HostedZoneId ?? '',
      },
      tags: domain.Tags ?? {},
      health: status === undefined || status === 'AVAILABLE' ? 'ready' : 'pending',
    }
  },

  create: (aws, name, { certificate }, tags) =>
    apiGateway(aws).send(
      new CreateDomainNameCommand({
        DomainName: name,
        DomainNameConfigurations: [configurationFor(certificate)],
        Tags: { ...tags },
      }),
    ),

  change: {
    certificate: (aws, { out }, { certificate }) =>
      apiGateway(aws).send(
        new UpdateDomainNameCommand({
          DomainName: out.name,
          DomainNameConfigurations: [configurationFor(certificate)],
        }),
      ),
    async mapping(aws, { out }, { mapping }) {
      const held = (await mappingsOf(aws, out.name)).find(atRoot)
      const wished = { DomainName: out.name, ApiId: mapping.api, Stage: mapping.stage }
      if (held === undefined) await apiGateway(aws).send(new CreateApiMappingCommand(wished))
      else {
        const { ApiMappingId } = held
        await apiGateway(aws).send(new UpdateApiMappingCommand({ ...wished, ApiMappingId }))
      }
    },
  },

  retag: (aws, live, put, drop) =>
    retagApiGateway(aws, apiGatewayArn(aws, `/domainnames/${live.out.name}`), put, drop),

  async remove(aws, { out }) {
    const client = apiGateway(aws)
    const DomainName = out.name
    for (const { ApiMappingId } of (await absentIf(mappingsOf(aws, DomainName), GONE)) ?? [])
      await absentIf(client.send(new DeleteApiMappingCommand({ DomainName, ApiMappingId })), GONE)
    await absentIf(client.send(new DeleteDomainNameCommand({ DomainName })), GONE)
  },

  price: () => [],
}
