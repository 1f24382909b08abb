import type * as z from 'zod'
import { arnParts } from './checks/certificateArn.ts'
import { durationText } from './checks/duration.ts'
import { defaultMemory, fargateSize } from './checks/fargateSize.ts'
import { shown } from './kit.ts'
import { derivedNames } from './names.ts'
import type { Written } from './schema.ts'
import type { Path } from './yaml.ts'

type Complaint = { readonly path: Path; readonly message: string }

/** A rule across fields. It runs only when nothing is wrong with the fields it `reads`. */
interface Rule {
  readonly reads: readonly string[]
  complaints(manifest: Written): readonly (Complaint | null)[]
}

const when = (wrong: boolean, path: Path, message: string): Complaint | null =>
  wrong ? { path, message } : null

const somethingToHost: Rule = {
  reads: ['frontend', 'backend'],
  complaints: ({ frontend, backend }) => [
    when(frontend === null && backend === null, [], 'A manifest needs a frontend or a backend, or both.'),
  ],
}

const needsBackend = (section: 'database' | 'api'): Rule => ({
  reads: [],
  complaints: manifest => [
    when(
      manifest[section] !== null && manifest.backend === null,
      [section],
      'does nothing without a backend. Add one or remove this.',
    ),
  ],
})

const size: Rule = {
  reads: ['backend.cpu', 'backend.memory'],
  complaints: ({ backend }) => {
    if (backend === null) return []
    const wrong = fargateSize(backend.cpu, backend.memory ?? defaultMemory(backend.cpu))
    return [when(wrong !== null, ['backend', 'memory'], wrong ?? '')]
  },
}

const imageSource: Rule = {
  reads: ['backend.image'],
  complaints: ({ backend }) => {
    if (backend === null) return []
    const { context, uri, files, dockerfile, base, command } = backend.image
    const sources = Object.entries({ context, uri, files }).filter(([, value]) => value !== null)
    const given = sources.map(([key]) => key)
    const at = (key: string): Path => ['backend', 'image', key]
    const only = (key: string, value: unknown, source: string): Complaint | null =>
      when(value !== null && given[0] !== source, at(key), `goes with ${source} only.`)
    if (given.length > 1) return [when(true, at(given[1] ?? ''), `Give only one of ${given.join(' and ')}.`)]
    return [
      when(dockerfile !== null && (uri ?? files) !== null, at('dockerfile'), 'goes with context only.'),
      only('base', base, 'files'),
      only('command', command, 'files'),
      when(
        files !== null && command === null,
        at('files'),
        'needs a command beside it: what runs in the container.',
      ),
    ]
  },
}

const lifetimes: Rule = {
  reads: ['backend.lifetime', 'backend.maxLifetime'],
  complaints: ({ backend }) => {
    if (backend === null || backend.maxLifetime >= backend.lifetime) return []
    const message = `${durationText(backend.maxLifetime)} is shorter than lifetime, ${durationText(backend.lifetime)}.`
    return [when(true, ['backend', 'maxLifetime'], message)]
  },
}

const oneMeaningPerVariable: Rule = {
  reads: ['backend.environment', 'backend.secrets'],
  complaints: ({ backend }) =>
    Object.keys(backend?.secrets ?? {}).map(name =>
      when(
        Object.hasOwn(backend?.environment ?? {}, name),
        ['backend', 'secrets', name],
        `${shown(name)} is in environment as well. Keep one.`,
      ),
    ),
}

const functionsApart: Rule = {
  reads: ['backend.names', 'project', 'environment'],
  complaints: ({ backend }) => {
    const { taskManager = null, taskMonitor = null } = backend?.names ?? {}
    return [
      when(
        taskManager !== null && taskManager === taskMonitor,
        ['backend', 'names', 'taskMonitor'],
        'must differ from taskManager.',
      ),
    ]
  },
}

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

const certificateNeedsDomain = (section: 'frontend' | 'api'): Rule => ({
  reads: [`${section}.domain`, `${section}.certificate`],
  complaints: manifest => [
    when(
      manifest[section]?.domain === null && manifest[section]?.certificate !== null,
      [section, 'certificate'],
      `does nothing without ${section}.domain. Add one or remove this.`,
    ),
  ],
})

const domainNeedsCertificate = (section: 'frontend' | 'api'): Rule => ({
  reads: [`${section}.domain`, `${section}.certificate`, 'dns'],
  complaints: manifest => {
    const { domain = null, certificate = null } = manifest[section] ?? {}
    const message = `${shown(domain)} needs dns.zone, in which its certificate is validated, or the ARN of a certificate as ${section}.certificate.`
    const validated = certificate === null || certificate === 'auto'
    return [when(domain !== null && validated && manifest.dns === null, [section, 'domain'], message)]
  },
})

/** `region` answers where the section's service looks for certificates. */
const certificatePlace = (
  section: 'frontend' | 'api',
  reads: string[],
  service: string,
  region: (manifest: Written) => string,
): Rule => ({
  reads: [`${section}.certificate`, 'account', ...reads],
  complaints: manifest => {
    const certificate = manifest[section]?.certificate ?? null
    if (certificate === null || certificate === 'auto') return []
    const at = [section, 'certificate']
    const found = arnParts(certificate)
    const wanted = region(manifest)
    return [
      when(
        found.region !== wanted,
        at,
        `is in ${found.region}. ${service} takes certificates from ${wanted} only.`,
      ),
      when(
        manifest.account !== null && found.account !== manifest.account,
        at,
        `is in account ${found.account}, but account is ${manifest.account}.`,
      ),
    ]
  },
})

const bucketsApart: Rule = {
  reads: ['project', 'environment', 'frontend.bucket', 'database.bucket'],
  complaints: ({ project, environment, frontend, backend, database }) => {
    const names = derivedNames(project, environment)
    const [site, data] = [frontend?.bucket ?? names.frontendBucket, database?.bucket ?? names.databaseBucket]
    const path = database?.bucket ? ['database', 'bucket'] : ['frontend', 'bucket']
    const message = `${shown(data)} is the other bucket too. Frontend and database need one each.`
    return [when(frontend !== null && backend !== null && site === data, path, message)]
  },
}

const networkWhole: Rule = {
  reads: ['network'],
  complaints: ({ network }) => {
    const { vpc, subnets, securityGroups, publicIp } = network
    const named = (key: 'subnets' | 'securityGroups', list: readonly string[]) => [
      when(
        vpc === 'default' && list.length > 0,
        ['network', key],
        'needs the id of their VPC as network.vpc.',
      ),
      ...list.map((id, index) =>
        when(list.indexOf(id) < index, ['network', key, index], `${shown(id)} is listed twice.`),
      ),
    ]
    return [
      ...named('subnets', subnets),
      ...named('securityGroups', securityGroups),
      when(
        !publicIp && subnets.length === 0,
        ['network', 'publicIp'],
        'cannot be false in default subnets: the task could not fetch its image. Name network.subnets with NAT or VPC endpoints.',
      ),
    ]
  },
}

const RULES: readonly Rule[] = [
  somethingToHost,
  needsBackend('database'),
  needsBackend('api'),
  size,
  imageSource,
  lifetimes,
  oneMeaningPerVariable,
  functionsApart,
  insideZone('frontend.domain', domainOf('frontend')),
  insideZone('frontend.aliases', aliasesOf),
  insideZone('api.domain', domainOf('api')),
  domainsApart,
  aliasesNeedDomain,
  certificateNeedsDomain('frontend'),
  certificateNeedsDomain('api'),
  domainNeedsCertificate('frontend'),
  domainNeedsCertificate('api'),
  certificatePlace('frontend', [], 'CloudFront', () => 'us-east-1'),
  certificatePlace('api', ['region'], 'API Gateway', ({ region }) => region),
  bucketsApart,
  networkWhole,
]

const related = (issue: readonly PropertyKey[], read: readonly string[]): boolean =>
  issue.slice(0, read.length).every((step, index) => step === read[index])

/** Adds what the rules across fields have against a manifest, however much is wrong with single fields. */
export const rules = (manifest: Written, context: z.core.$RefinementCtx<Written>): void => {
  // An unknown key spoils no value: its issue stands at the map around it.
  const broken = context.issues
    .filter(issue => issue.code !== 'unrecognized_keys')
    .map(issue => issue.path ?? [])
  for (const { reads, complaints } of RULES) {
    if (reads.some(read => broken.some(path => related(path, read.split('.'))))) continue
    for (const complaint of complaints(manifest))
      if (complaint)
        context.addIssue({ code: 'custom', path: [...complaint.path], message: complaint.message })
  }
}
