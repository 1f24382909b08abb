import type { Aws } from './openAws.ts'
import { askQuery } from './wire.ts'
import { elementTexts } from './xml.ts'

const EC2 = { name: 'ec2', version: '2016-11-15' }

/**
 * The public IPv4 address of a task's network interface; null while it has none. An interface EC2 does not know yet is
 * the AwsError `InvalidNetworkInterfaceID.NotFound`.
 */
export const publicIpOf = async (
  aws: Aws,
  networkInterfaceId: string,
  signal: AbortSignal,
): Promise<string | null> => {
  const parameters = { 'NetworkInterfaceId.1': networkInterfaceId }
  const xml = await askQuery(aws, EC2, 'DescribeNetworkInterfaces', parameters, signal)
  return elementTexts(xml, 'publicIp')[0] ?? null
}
