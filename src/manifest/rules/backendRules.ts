import { dirname, relative } from 'node:path/posix'
import { DEFAULT_WORKDIR } from '../backendSchema.ts'
import { durationText } from '../checks/duration.ts'
import { defaultMemory, fargateSize } from '../checks/fargateSize.ts'
import { shown } from '../kit.ts'
import { defaultNames } from '../names.ts'
import type { Path } from '../yaml.ts'
import { type Complaint, type Rule, when } from './rule.ts'

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
    const { context, uri, files, dockerfile, builder, copy, base, command, workdir, user } = backend.image
    const sources = Object.entries({ context, uri, files }).filter(([, value]) => value !== null)
    const given = sources.map(([key]) => key)
    const at = (key: string): Path => ['backend', 'image', key]
    const only = (key: string, value: unknown, source: string): Complaint | null =>
      when(value !== null && given[0] !== source, at(key), `goes with ${source} only.`)
    if (given.length > 1) return [when(true, at(given[1] ?? ''), `Give only one of ${given.join(' and ')}.`)]
    return [
      ...Object.entries({ dockerfile, builder }).map(([key, value]) =>
        when(value !== null && (uri ?? files) !== null, at(key), 'goes with context only.'),
      ),
      only('copy', copy, 'uri'),
      only('workdir', workdir, 'files'),
      only('user', user, 'files'),
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
  complaints: ({ backend, project, environment }) => {
    const names = defaultNames(project, environment)
    const manager = backend?.names.taskManager ?? names.taskManager
    const monitor = backend?.names.taskMonitor ?? names.taskMonitor
    const path = ['backend', 'names', backend?.names.taskMonitor == null ? 'taskManager' : 'taskMonitor']
    return [
      when(
        manager === monitor,
        path,
        `${shown(monitor)} is the other function too. They need one name each.`,
      ),
    ]
  },
}

/** Where a task has the agent's program (blueprint/containers.ts). */
const AGENT_FOLDER = '/agent'

/** The database's folder is a volume, laid over whatever an image has there. */
const databaseApart: Rule = {
  reads: ['backend.image', 'database.path'],
  complaints: ({ backend, database }) => {
    if (backend === null || database === null) return []
    const folder = dirname(database.path)
    const hides = (path: string) => !relative(folder, path).startsWith('..')
    const { files, workdir } = backend.image
    const hidden = hides(AGENT_FOLDER) ? "storyarch's agent" : 'the app'
    return [
      when(
        hides(AGENT_FOLDER) || (files !== null && hides(workdir ?? DEFAULT_WORKDIR)),
        ['database', 'path'],
        `${shown(database.path)} would hide ${hidden}: its folder is laid over what the image has there. Give it one of its own, such as /data.`,
      ),
    ]
  },
}

/** What must hold between the fields of the backend. */
export const backendRules: readonly Rule[] = [
  size,
  imageSource,
  lifetimes,
  oneMeaningPerVariable,
  functionsApart,
  databaseApart,
]
