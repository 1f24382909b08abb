import type * as EC2 from '@aws-sdk/client-ec2'
import { AwsError, type Service } from '../../service.ts'
import { type Fields, filtered } from './filter.ts'
import { zonesOf } from './network.ts'

interface Zone {
  readonly name: string
  readonly id: string
}

export const zones = {
  DescribeAvailabilityZones: ({ ZoneNames, ZoneIds, Filters }, call) => {
    const all = zonesOf(call.region)
    const stray = [...(ZoneNames ?? []), ...(ZoneIds ?? [])].find(
      zone => !all.some(({ name, id }) => zone === name || zone === id),
    )
    if (stray !== undefined)
      throw new AwsError('InvalidParameterValue', `Invalid availability zone: [${stray}]`)
    const asked = all.filter(
      ({ name, id }) => (ZoneNames?.includes(name) ?? true) && (ZoneIds?.includes(id) ?? true),
    )
    const fields: Fields<Zone> = {
      'group-name': () => [call.region],
      'opt-in-status': () => ['opt-in-not-required'],
      'region-name': () => [call.region],
      state: () => ['available'],
      'zone-id': zone => [zone.id],
      'zone-name': zone => [zone.name],
      'zone-type': () => ['availability-zone'],
    }
    return {
      AvailabilityZones: filtered(asked, Filters, fields, () => ({})).map(zone => ({
        State: 'available',
        OptInStatus: 'opt-in-not-required',
        Messages: [],
        RegionName: call.region,
        ZoneName: zone.name,
        ZoneId: zone.id,
        GroupName: call.region,
        NetworkBorderGroup: call.region,
        ZoneType: 'availability-zone',
      })),
    }
  },
} satisfies Service<typeof EC2>
