import { AwsError, type Call, type Table } from '../../service.ts'
import { putTags } from '../../tags.ts'
import { newId } from './id.ts'
import { layDefaultGroup } from './securityGroup.ts'
import { arnOf } from './tags.ts'

/** A row of `vpcs`, keyed by id. */
export interface Vpc {
  id: string
  cidr: string
  isDefault: boolean
}

/** A row of `subnets`, keyed by id. */
export interface Subnet {
  id: string
  vpcId: string
  cidr: string
  zone: string
  zoneId: string
  defaultForAz: boolean
  publicIpOnLaunch: boolean
}

/** A row of `routeTables`, keyed by id. `gateway`: where `0.0.0.0/0` goes. */
export interface RouteTable {
  id: string
  vpcId: string
  main: boolean
  associationId: string
  gateway: string | null
}

/** A row of `internetGateways`, keyed by id. */
export interface InternetGateway {
  id: string
  /** The VPC it is attached to. */
  vpcId: string | null
}

export const vpcTable = (call: Call): Table<Vpc> => call.table<Vpc>('vpcs', { service: 'ec2' })
export const subnetTable = (call: Call): Table<Subnet> => call.table<Subnet>('subnets', { service: 'ec2' })
export const routeTableTable = (call: Call): Table<RouteTable> =>
  call.table<RouteTable>('routeTables', { service: 'ec2' })
export const gatewayTable = (call: Call): Table<InternetGateway> =>
  call.table<InternetGateway>('internetGateways', { service: 'ec2' })

/** Zone names of a region with their ids. Names are shuffled per account in AWS; here they are shuffled by one. */
export const zonesOf = (region: string): { name: string; id: string }[] => {
  const count = region === 'us-east-1' ? 6 : 3
  const prefix = zonePrefix(region)
  return Array.from({ length: count }, (_, index) => ({
    name: `${region}${'abcdef'[index]}`,
    id: `${prefix}-az${((index + 1) % count) + 1}`,
  }))
}

/** `us-east-1` → `use1`, `ap-southeast-2` → `apse2`. */
const zonePrefix = (region: string): string => {
  const [area = '', where = '', number = ''] = region.split('-')
  const short = where.replace(/^(north|south)(east|west)$/, (_, ns: string, ew: string) => `${ns[0]}${ew[0]}`)
  return `${area}${short.length === 2 ? short : where[0]}${number}`
}

/** Every account has a default VPC in every region; it is laid at the first look. */
export const withDefaults = (call: Call): void => {
  const looked = call.table<boolean>('looked', { service: 'ec2' })
  if (looked.has(call.region)) return
  looked.set(call.region, true)
  layDefaultVpc(call)
}

/** A VPC with a public subnet in each zone, as EC2 makes it for a new account. */
export const layDefaultVpc = (call: Call): Vpc => {
  const vpc = layVpc(call, '172.31.0.0/16', true)
  const gateway = { id: newId('igw'), vpcId: vpc.id }
  gatewayTable(call).set(gateway.id, gateway)
  putTags(call, arnOf(call, gateway.id), {})
  const main = routeTableTable(call)
    .values()
    .find(table => table.vpcId === vpc.id)
  if (main) routeTableTable(call).set(main.id, { ...main, gateway: gateway.id })
  zonesOf(call.region).forEach((zone, index) => {
    laySubnet(call, {
      vpcId: vpc.id,
      cidr: `172.31.${index * 16}.0/20`,
      zone: zone.name,
      zoneId: zone.id,
      defaultForAz: true,
      publicIpOnLaunch: true,
    })
  })
  return vpc
}

export const laySubnet = (call: Call, of: Omit<Subnet, 'id'>): Subnet => {
  const subnet = { id: newId('subnet'), ...of }
  subnetTable(call).set(subnet.id, subnet)
  putTags(call, arnOf(call, subnet.id), {})
  return subnet
}

/** A VPC and its main route table, with no way out. */
export const layVpc = (call: Call, cidr: string, isDefault: boolean): Vpc => {
  const vpc = { id: newId('vpc'), cidr, isDefault }
  vpcTable(call).set(vpc.id, vpc)
  putTags(call, arnOf(call, vpc.id), {})
  const routes = newId('rtb')
  routeTableTable(call).set(routes, {
    id: routes,
    vpcId: vpc.id,
    main: true,
    associationId: newId('rtbassoc'),
    gateway: null,
  })
  putTags(call, arnOf(call, routes), {})
  layDefaultGroup(call, vpc.id)
  return vpc
}

/** Throws InvalidVpcID.NotFound. */
export const vpcOf = (call: Call, id: string): Vpc => {
  withDefaults(call)
  const vpc = vpcTable(call).get(id)
  if (!vpc) throw new AwsError('InvalidVpcID.NotFound', `The vpc ID '${id}' does not exist`)
  return vpc
}

/** Throws InvalidSubnetID.NotFound. */
export const subnetOf = (call: Call, id: string): Subnet => {
  withDefaults(call)
  const subnet = subnetTable(call).get(id)
  if (!subnet) throw new AwsError('InvalidSubnetID.NotFound', `The subnet ID '${id}' does not exist`)
  return subnet
}
