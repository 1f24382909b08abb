import type { Table } from '../service.ts'
import { registryRegion } from '../services/ecr/repository.ts'
import type { Store } from '../store.ts'

/** Something of the store that people reach at a port of its own. */
export interface Door {
  readonly kind: 'api' | 'distribution' | 'registry'
  readonly id: string
  readonly region: string
}

const TABLES = { 'apigateway/apis': 'api', 'cloudfront/distributions': 'distribution' } as const

/** After these calls there may be other doors. */
export const MOVES_DOORS: ReadonlySet<string> = new Set([
  'CreateApi',
  'DeleteApi',
  'CreateDistribution',
  'CreateDistributionWithTags',
  'DeleteDistribution',
])

/** Every API and distribution there is, in all regions, and the registry of each region whose ECR has been asked. */
export const doorsOf = (store: Store): Door[] =>
  store.scopes().flatMap(scope => {
    const [, service = '', region = '', ...rest] = scope
    if (`${service}/${rest.join('/')}` === 'emulator/ports') return registriesOf(store.table(...scope))
    const kind = TABLES[`${service}/${rest.join('/')}` as keyof typeof TABLES]
    if (kind === undefined) return []
    return store
      .table(...scope)
      .entries()
      .map(([id]) => ({ kind, id, region }))
  })

const registriesOf = (ports: Table<unknown>): Door[] =>
  ports.entries().flatMap(([id]) => {
    const region = registryRegion(id)
    return region === undefined ? [] : [{ kind: 'registry', id, region }]
  })
