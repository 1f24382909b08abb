import { api as apiSchema } from './apiSchema.ts'
import { DEFAULT_BASE, DEFAULT_WORKDIR } from './backendSchema.ts'
import { defaultMemory } from './checks/fargateSize.ts'
import { database as databaseSchema } from './databaseSchema.ts'
import type { CertificateChoice, Image, Manifest } from './manifest.ts'
import { defaultNames, derivedNames } from './names.ts'
import type { Written } from './schema.ts'

const image = (written: WrittenBackend['image']): Image => {
  const { uri, files } = written
  if (uri !== null) return { from: 'registry', uri, copy: written.copy ?? false }
  if (files !== null)
    return {
      from: 'files',
      files,
      base: imageBase(written.base ?? DEFAULT_BASE),
      command: written.command ?? [],
      workdir: written.workdir ?? DEFAULT_WORKDIR,
      user: written.user,
    }
  return {
    from: 'dockerfile',
    context: written.context ?? 'backend',
    dockerfile: written.dockerfile ?? 'Dockerfile',
    builder: written.builder,
  }
}

const imageBase = (written: string): string | null => (written === 'none' ? null : written)

type WrittenBackend = NonNullable<Written['backend']>

/** `auto` unless an ARN is given; null without a domain. */
const chosen = (domain: string | null, certificate: string | null): CertificateChoice | null =>
  domain === null ? null : ((certificate ?? 'auto') as CertificateChoice)

const given = <Value>(record: Readonly<Record<string, Value | null>>): Record<string, Value> =>
  Object.fromEntries(Object.entries(record).filter((entry): entry is [string, Value] => entry[1] !== null))

/** Fills in the defaults that depend on other values; paths stay relative to the manifest. */
export const complete = (written: Written): Manifest => {
  const { project, environment, frontend, backend } = written
  const names = derivedNames(project, environment)
  // A backend always has a database and an API: an empty section gives all their defaults.
  const database = written.database ?? databaseSchema.parse({})
  const api = written.api ?? apiSchema.parse({})
  return {
    ...written,
    frontend: frontend && {
      source: frontend.source,
      build: frontend.build,
      domain: frontend.domain,
      fallback: frontend.fallback,
      cache: frontend.cache,
      keepSeconds: frontend.keep,
      bucket: frontend.bucket ?? names.frontendBucket,
      aliases: [...new Set(frontend.aliases)].filter(name => name !== frontend.domain).sort(),
      certificate: chosen(frontend.domain, frontend.certificate),
    },
    backend: backend && {
      image: image(backend.image),
      agent: { base: imageBase(backend.agent.base) },
      architecture: backend.architecture,
      cpu: backend.cpu,
      memory: backend.memory ?? defaultMemory(backend.cpu),
      port: backend.port,
      health: backend.health,
      environment: backend.environment,
      secrets: backend.secrets,
      lifetimeSeconds: backend.lifetime,
      maxLifetimeSeconds: backend.maxLifetime,
      startDeadlineSeconds: backend.startDeadline,
      spot: backend.spot,
      idle: backend.idle,
      local: backend.local,
      names: { ...defaultNames(project, environment), ...given(backend.names) },
    },
    database: backend && { ...database, bucket: database.bucket ?? names.databaseBucket },
    api: backend && { ...api, certificate: chosen(api.domain, api.certificate) },
  }
}
