import type { Store } from '../store.ts'

/** Something of the store that people reach at a port of its own. */
export interface Door {
  readonly kind: 'api' | 'distribution'
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

/** Every API and distribution there is, in all regions. */
export const doorsOf = (store: Store): Door[] =>
  store.scopes().flatMap(scope => {
    const [, service = '', region = '', ...rest] = scope
    const kind = TABLES[`${service}/${rest.join('/')}` as keyof typeof TABLES]
    if (kind === undefined) return []
    return store
      .table(...scope)
      .entries()
      .map(([id]) => ({ kind, id, region }))
  })
