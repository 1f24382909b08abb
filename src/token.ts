/** A promise of another resource's output inside a string: `⟦role/task.arn⟧`. The engine fills it in. */
const TOKEN = /⟦([^.⟧]+)\.([^⟧]+)⟧/g

/** The token of output `name` of resource `id` (`kind/logical`). */
export const output = (id: string, name: string): string => `⟦${id}.${name}⟧`

/** The account id the credentials belong to. */
export const ACCOUNT = output('account/current', 'id')

/** The ids of all resources whose outputs `value` needs. */
export const tokensIn = (value: unknown): Set<string> => {
  const ids = new Set<string>()
  for (const [, id] of JSON.stringify(value).matchAll(TOKEN)) if (id !== undefined) ids.add(id)
  return ids
}

/** `value` with every token replaced by what `find` knows; tokens it does not know stay. */
export const fill = <T>(value: T, find: (id: string, name: string) => string | undefined): T => {
  if (typeof value === 'string')
    return value.replace(TOKEN, (token, id: string, name: string) => find(id, name) ?? token) as T
  if (Array.isArray(value)) return value.map(item => fill(item, find)) as T
  if (value !== null && typeof value === 'object')
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [fill(key, find), fill(item, find)]),
    ) as T
  return value
}
