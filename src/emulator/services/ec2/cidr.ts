import { isIPv4, isIPv6 } from 'node:net'
import { AwsError } from '../../service.ts'

const malformed = (cidr: string): AwsError =>
  new AwsError('InvalidParameterValue', `CIDR block ${cidr} is malformed`)

const prefixOf = (cidr: string, most: number): { address: string; bits: number } => {
  const [address = '', length] = cidr.split('/')
  const bits = length !== undefined && /^\d{1,3}$/.test(length) ? Number(length) : Number.NaN
  if (!(bits >= 0 && bits <= most)) throw malformed(cidr)
  return { address, bits }
}

const masked = (value: bigint, width: number, bits: number): bigint => {
  const host = BigInt(width - bits)
  return (value >> host) << host
}

/** `10.0.0.5/24` → `10.0.0.0/24`; throws InvalidParameterValue. */
export const canonicalCidr4 = (cidr: string): string => {
  const { address, bits } = prefixOf(cidr, 32)
  if (!isIPv4(address)) throw malformed(cidr)
  const value = masked(
    address.split('.').reduce((sum, part) => (sum << 8n) | BigInt(part), 0n),
    32,
    bits,
  )
  return `${[24n, 16n, 8n, 0n].map(shift => (value >> shift) & 255n).join('.')}/${bits}`
}

/** `2001:DB8:0:0:1::/32` → `2001:db8::/32`; throws InvalidParameterValue. */
export const canonicalCidr6 = (cidr: string): string => {
  const { address, bits } = prefixOf(cidr, 128)
  if (!isIPv6(address) || address.includes('%')) throw malformed(cidr)
  const value = masked(groups(address), 128, bits)
  const text = Array.from({ length: 8 }, (_, index) =>
    ((value >> BigInt(112 - 16 * index)) & 0xffffn).toString(16),
  )
  return `${compressed(text.join(':'))}/${bits}`
}

/** WHATWG URLs write IPv6 in its one canonical form. */
const compressed = (address: string): string => new URL(`http://[${address}]`).hostname.slice(1, -1)

const groups = (address: string): bigint => {
  const [head = '', tail] = compressed(address).split('::')
  const left = head === '' ? [] : head.split(':')
  const right = tail ? tail.split(':') : []
  const zeros = tail === undefined ? [] : Array<string>(8 - left.length - right.length).fill('0')
  return [...left, ...zeros, ...right].reduce((sum, part) => (sum << 16n) | BigInt(`0x${part}`), 0n)
}
