import { shown } from '../kit.ts'
import type { Written } from '../schema.ts'
import type { Path } from '../yaml.ts'
import { type Rule, when } from './rule.ts'

const insideZone = (read: string, names: (manifest: Written) => { path: Path; name: string }[]): Rule => ({
  reads: [read, 'dns'],
  complaints: manifest => {
    const zone = manifest.dns?.zone
    if (zone === undefined) return []
    return names(manifest).map(({ path, name }) =>
      when(
        name !== zone && !name.endsWith(`.${zone}`),
        path,
        `${shown(name)} is not inside dns.zone ${shown(zone)}. Use ${zone} or a name that ends with .${zone}.`,
      ),
    )
  },
})

const domainOf = (section: 'frontend' | 'api') => (manifest: Written) => {
  const name = manifest[section]?.domain ?? null
  return name === null ? [] : [{ path: [section, 'domain'], name }]
}

const aliasesOf = ({ frontend }: Written) =>
  (frontend?.aliases ?? []).map((name, index) => ({ path: ['frontend', 'aliases', index], name }))

const domainsApart: Rule = {
  reads: ['frontend.domain', 'frontend.aliases', 'api.domain'],
  complaints: ({ frontend, api }) => [
    when(
      api?.domain != null && [frontend?.domain, ...(frontend?.aliases ?? [])].includes(api.domain),
      ['api', 'domain'],
      `${shown(api?.domain)} is the frontend's name. The API needs one of its own.`,
    ),
  ],
}

const aliasesNeedDomain: Rule = {
  reads: ['frontend.domain', 'frontend.aliases'],
  complaints: ({ frontend }) => [
    when(
      frontend !== null && frontend.domain === null && frontend.aliases.length > 0,
      ['frontend', 'aliases'],
      'needs a domain beside it. Make the first alias the domain.',
    ),
  ],
}

/** What must hold between names and zone. */
export const domainRules: readonly Rule[] = [
  insideZone('frontend.domain', domainOf('frontend')),
  insideZone('frontend.aliases', aliasesOf),
  insideZone('api.domain', domainOf('api')),
  domainsApart,
  aliasesNeedDomain,
]
