import { shown } from '../kit.ts'
import { type Rule, when } from './rule.ts'

const noDoubles = (key: 'subnets' | 'securityGroups'): Rule => ({
  reads: [`network.${key}`],
  complaints: ({ network }) =>
    network[key].map((id, index) =>
      when(network[key].indexOf(id) < index, ['network', key, index], `${shown(id)} is listed twice.`),
    ),
})

const reachesRegistry: Rule = {
  reads: ['network.publicIp', 'network.subnets'],
  complaints: ({ network: { publicIp, subnets } }) => [
    when(
      !publicIp && subnets.length === 0,
      ['network', 'publicIp'],
      'cannot be false in default subnets: the task could not fetch its image. Name network.subnets with NAT or VPC endpoints.',
    ),
  ],
}

/** What must hold between the parts of the network. */
export const networkRules: readonly Rule[] = [
  noDoubles('subnets'),
  noDoubles('securityGroups'),
  reachesRegistry,
]
