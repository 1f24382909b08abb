import type * as EC2 from '@aws-sdk/client-ec2'
import { page } from '../../page.ts'
import { AwsError, type Call, type Service } from '../../service.ts'
import { type Fields, filtered } from './filter.ts'
import { gatewayTable, type RouteTable, routeTableTable, vpcTable, withDefaults } from './network.ts'
import { tagListOf, tagsOfId } from './tags.ts'

export const routes = {
  DescribeRouteTables: ({ RouteTableIds, Filters, MaxResults, NextToken }, call) => {
    withDefaults(call)
    const rows = RouteTableIds?.length
      ? RouteTableIds.map(id => tableOf(call, id))
      : routeTableTable(call).values()
    const fields: Fields<RouteTable> = {
      'association.main': table => [String(table.main)],
      'association.route-table-association-id': table => [table.associationId],
      'association.route-table-id': table => [table.id],
      'association.subnet-id': () => [],
      'owner-id': () => [call.account],
      'route-table-id': table => [table.id],
      'route.destination-cidr-block': table => routesOf(call, table).map(route => route.DestinationCidrBlock),
      'route.gateway-id': table => routesOf(call, table).map(route => route.GatewayId),
      'route.state': table => routesOf(call, table).map(route => route.State),
      'vpc-id': table => [table.vpcId],
    }
    const matching = filtered(rows, Filters, fields, ({ id }) => tagsOfId(call, id))
    const { items, next } = page(matching, ({ id }) => id, { token: NextToken, size: MaxResults ?? 100 })
    return { RouteTables: items.map(table => shownTable(call, table)), NextToken: next }
  },
} satisfies Service<typeof EC2>

const tableOf = (call: Call, id: string): RouteTable => {
  const table = routeTableTable(call).get(id)
  if (!table) throw new AwsError('InvalidRouteTableID.NotFound', `The routeTable ID '${id}' does not exist`)
  return table
}

const routesOf = (call: Call, table: RouteTable): EC2.Route[] => [
  {
    DestinationCidrBlock: vpcTable(call).get(table.vpcId)?.cidr,
    GatewayId: 'local',
    Origin: 'CreateRouteTable',
    State: 'active',
  },
  ...(table.gateway === null
    ? []
    : [
        {
          DestinationCidrBlock: '0.0.0.0/0',
          GatewayId: table.gateway,
          Origin: 'CreateRoute',
          State: gatewayTable(call).get(table.gateway)?.vpcId === table.vpcId ? 'active' : 'blackhole',
        } as const,
      ]),
]

const shownTable = (call: Call, table: RouteTable): EC2.RouteTable => ({
  RouteTableId: table.id,
  VpcId: table.vpcId,
  OwnerId: call.account,
  Associations: [
    {
      Main: table.main,
      RouteTableId: table.id,
      RouteTableAssociationId: table.associationId,
      AssociationState: { State: 'associated' },
    },
  ],
  PropagatingVgws: [],
  Routes: routesOf(call, table),
  Tags: tagListOf(call, table.id),
})
