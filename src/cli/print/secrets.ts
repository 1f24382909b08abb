import type { Plan } from '../../engine/plan.ts'

/** Names of environment variables whose values people do not want on a screen or in a log. */
const SECRET = /secret|passw|pwd$|token|key(_id)?$|salt|credential|dsn|_ur[il]$/i

const HIDDEN = '(hidden)'

/** `plan` with the values of secret-looking environment variables hidden; that they change stays visible. */
export const withoutSecrets = (plan: Plan): Plan => ({
  ...plan,
  changes: plan.changes.map(change => ({
    ...change,
    differences: change.differences.map(difference => ({
      ...difference,
      live: hidden(difference.path, difference.live),
      want: hidden(difference.path, difference.want),
    })),
  })),
})

const hidden = (path: string, value: unknown): unknown => {
  const keys = path.split('.')
  const inEnvironment = keys.includes('environment')
  const name = keys.at(-1) ?? ''
  if (typeof value === 'string') return inEnvironment && SECRET.test(name) ? HIDDEN : value
  if (Array.isArray(value)) return value.map(item => hidden(path, item))
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, hidden(`${path}.${key}`, item)]))
}
