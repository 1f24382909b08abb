import type * as EC2 from '@aws-sdk/client-ec2'
import { AwsError, type Call, type Service } from '../../service.ts'
import { forgetTags } from '../../tags.ts'
import { type Fields, filtered } from './filter.ts'
import { gatewayTable, type InternetGateway, withDefaults } from './network.ts'
import { arnOf, tagListOf, tagsOfId } from './tags.ts'

export const gateways = {
  DescribeInternetGateways: ({ InternetGatewayIds, Filters }, call) => {
    withDefaults(call)
    const rows = InternetGatewayIds?.length
      ? InternetGatewayIds.map(id => gatewayOf(call, id))
      : gatewayTable(call).values()
    const fields: Fields<InternetGateway> = {
      'attachment.state': gateway => (gateway.vpcId === null ? [] : ['available']),
      'attachment.vpc-id': gateway => [gateway.vpcId],
      'internet-gateway-id': gateway => [gateway.id],
      'owner-id': () => [call.account],
    }
    return {
      InternetGateways: filtered(rows, Filters, fields, ({ id }) => tagsOfId(call, id)).map(gateway => ({
        InternetGatewayId: gateway.id,
        OwnerId: call.account,
        Attachments: gateway.vpcId === null ? [] : [{ State: ATTACHED, VpcId: gateway.vpcId }],
        Tags: tagListOf(call, gateway.id),
      })),
    }
  },

  DetachInternetGateway: ({ InternetGatewayId = '', VpcId }, call) => {
    const gateway = gatewayOf(call, InternetGatewayId)
    if (gateway.vpcId !== VpcId)
      throw new AwsError('Gateway.NotAttached', `resource ${gateway.id} is not attached to network ${VpcId}`)
    gatewayTable(call).set(gateway.id, { ...gateway, vpcId: null })
    return {}
  },

  DeleteInternetGateway: ({ InternetGatewayId = '' }, call) => {
    const gateway = gatewayOf(call, InternetGatewayId)
    if (gateway.vpcId !== null)
      throw new AwsError(
        'DependencyViolation',
        `The internetGateway '${gateway.id}' has dependencies and cannot be deleted.`,
      )
    gatewayTable(call).delete(gateway.id)
    forgetTags(call, arnOf(call, gateway.id))
    return {}
  },
} satisfies Service<typeof EC2>

const gatewayOf = (call: Call, id: string): InternetGateway => {
  withDefaults(call)
  const gateway = gatewayTable(call).get(id)
  if (!gateway)
    throw new AwsError('InvalidInternetGatewayID.NotFound', `The internetGateway ID '${id}' does not exist`)
  return gateway
}

/** EC2 answers `available` for a gateway's attachment, a word its own model lacks. */
const ATTACHED = 'available' as EC2.AttachmentStatus
