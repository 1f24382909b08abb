export interface Matched<R> {
  readonly route: R
  /** Null when the route names none: absent maps are missing keys in the event. */
  readonly pathParameters: Record<string, string> | null
}

const LITERAL = 0
const VARIABLE = 1
const GREEDY = 2

/** How well a path of a route fits: one rank a segment, lower is better; null when it does not. */
const fit = (
  pattern: string,
  path: string,
): { ranks: number[]; parameters: Record<string, string> } | null => {
  const wanted = pattern.slice(1).split('/')
  const given = path.slice(1).split('/')
  const ranks: number[] = []
  const parameters: Record<string, string> = {}
  for (const [index, segment] of wanted.entries()) {
    const [, name, greedy] = /^\{([\w.-]+?)(\+?)\}$/.exec(segment) ?? []
    const value = given[index]
    if (greedy === '+' && name !== undefined) {
      const rest = given.slice(index).join('/')
      if (rest === '') return null
      return { ranks: [...ranks, GREEDY], parameters: { ...parameters, [name]: decoded(rest) } }
    }
    if (value === undefined || (name === undefined ? value !== segment : value === '')) return null
    if (name !== undefined) parameters[name] = decoded(value)
    ranks.push(name === undefined ? LITERAL : VARIABLE)
  }
  return wanted.length === given.length ? { ranks, parameters } : null
}

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/**
 * The route for a request: the exact path before variables before a greedy one, a method before ANY, `$default` last
 * (API Gateway guide: "Routing API requests"). Null: none, which is answered 404.
 */
export const matchRoute = <R extends { readonly RouteKey: string }>(
  routes: readonly R[],
  method: string,
  path: string,
): Matched<R> | null => {
  const found = routes.flatMap(route => {
    const [routeMethod = '', pattern = ''] = route.RouteKey.split(' ')
    if (routeMethod !== method && routeMethod !== 'ANY') return []
    const fitting = fit(pattern, path)
    if (!fitting) return []
    return [{ route, ...fitting, order: [...fitting.ranks, routeMethod === 'ANY' ? 1 : 0].join('') }]
  })
  const [best] = found.sort((one, two) => (one.order < two.order ? -1 : 1))
  if (best) {
    const { route, parameters } = best
    return { route, pathParameters: Object.keys(parameters).length > 0 ? parameters : null }
  }
  const fallback = routes.find(route => route.RouteKey === '$default')
  return fallback ? { route: fallback, pathParameters: null } : null
}
