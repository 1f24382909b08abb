import { randomBytes } from 'node:crypto'
import type { Call, Table } from '../../service.ts'
import { newId } from './id.ts'
import type { Subnet } from './network.ts'

/** A row of `networkInterfaces`, keyed by id. Times in epoch milliseconds. */
export interface NetworkInterface {
  id: string
  attachmentId: string
  subnetId: string
  vpcId: string
  availabilityZone: string
  groups: string[]
  privateIp: string
  publicIp: string | null
  mac: string
  description: string
  createdAt: number
  /** AWS removes it then; null while nothing has said so. */
  goneAt: number | null
}

/** Other services attach interfaces too, so the table is always EC2's. */
const table = (call: Call): Table<NetworkInterface> =>
  call.table<NetworkInterface>('networkInterfaces', { service: 'ec2' })

export const liveInterfaces = (call: Call): NetworkInterface[] =>
  table(call)
    .entries()
    .flatMap(([id, row]) => {
      if (row.goneAt === null || call.now < row.goneAt) return [row]
      table(call).delete(id)
      return []
    })

/** Attaches an interface of an AWS service. On loopback the public address of a thing is one of this machine's. */
export const attachInterface = (
  call: Call,
  of: { subnet: Subnet; groups: string[]; publicIp: boolean; description: string },
): NetworkInterface => {
  const privateIp = freeAddress(call, of.subnet)
  const row: NetworkInterface = {
    id: newId('eni'),
    attachmentId: newId('eni-attach'),
    subnetId: of.subnet.id,
    vpcId: of.subnet.vpcId,
    availabilityZone: of.subnet.zone,
    groups: of.groups,
    privateIp,
    publicIp: of.publicIp ? loopbackFor(privateIp) : null,
    mac: `02:${[...randomBytes(5)].map(byte => byte.toString(16).padStart(2, '0')).join(':')}`,
    description: of.description,
    createdAt: call.now,
    goneAt: null,
  }
  table(call).set(row.id, row)
  return row
}

/** The interface goes at `at` (epoch milliseconds). */
export const detachInterface = (call: Call, id: string, at: number): void => {
  const row = table(call).get(id)
  if (row) table(call).set(id, { ...row, goneAt: at })
}

/**
 * An address of its own, where everything in 127.0.0.0/8 is this machine: who listens on all addresses answers there too.
 * Elsewhere only the first one is, and tasks share it.
 */
const loopbackFor = (privateIp: string): string =>
  process.platform === 'linux' ? privateIp.replace(/^\d+/, '127') : '127.0.0.1'

/** AWS keeps the first four addresses of a subnet for itself. */
const freeAddress = (call: Call, subnet: Subnet): string => {
  const [base = '', length = '24'] = subnet.cidr.split('/')
  const taken = new Set(liveInterfaces(call).map(({ privateIp }) => privateIp))
  const start = base.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)
  const size = 2 ** (32 - Number(length))
  for (let offset = 4; offset < size - 1; offset += 1) {
    const address = start + offset
    const text = [24, 16, 8, 0].map(shift => Math.floor(address / 2 ** shift) % 256).join('.')
    if (!taken.has(text)) return text
  }
  throw new Error(`no address left in ${subnet.id}`)
}
