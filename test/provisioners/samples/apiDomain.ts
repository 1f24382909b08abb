import { ACMClient, RequestCertificateCommand } from '@aws-sdk/client-acm'
import { ApiGatewayV2Client, CreateApiCommand, CreateStageCommand } from '@aws-sdk/client-apigatewayv2'
import type { ApiDomainProps } from '../../../src/provisioners/apiDomain.ts'
import type { Aws } from '../../../src/resource.ts'
import type { Sample } from '../contract.ts'

const issued = async (aws: Aws): Promise<string> => {
  const { CertificateArn = '' } = await aws
    .client(ACMClient)
    .send(new RequestCertificateCommand({ DomainName: 'api.example.com', ValidationMethod: 'DNS' }))
  return CertificateArn
}

const api = async (aws: Aws): Promise<string> => {
  const client = aws.client(ApiGatewayV2Client)
  const { ApiId = '' } = await client.send(new CreateApiCommand({ Name: 'behind', ProtocolType: 'HTTP' }))
  for (const StageName of ['prod', 'test']) await client.send(new CreateStageCommand({ ApiId, StageName }))
  return ApiId
}

export const apiDomainSample: Sample<ApiDomainProps> = {
  async prepare(aws) {
    const [certificate, other, id] = await Promise.all([issued(aws), issued(aws), api(aws)])
    return {
      name: 'api.example.com',
      props: { certificate, mapping: { api: id, stage: 'prod' } },
      variants: { certificate: other, mapping: { api: id, stage: 'test' } },
    }
  },
  lacks: {
    moto: {
      certificate: 'moto has no UpdateDomainName',
      mapping: 'moto has no UpdateApiMapping',
      foreign: 'moto keeps no tags of a domain after it is made',
      half: 'moto keeps no tags of a domain after it is made',
      retag: 'moto keeps no tags of a domain after it is made',
      permissions: 'moto has no UpdateDomainName',
    },
  },
}
