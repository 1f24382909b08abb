import { shown } from '../kit.ts'
import { derivedNames } from '../names.ts'
import { type Rule, when } from './rule.ts'

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

/** What must hold between the sections of a manifest. */
export const stackRules: readonly Rule[] = [
  somethingToHost,
  needsBackend('database'),
  needsBackend('api'),
  bucketsApart,
]
