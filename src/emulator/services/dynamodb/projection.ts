import { Cursor } from './cursor.ts'
import { type Path, parsePath, pathFault, valueAt } from './path.ts'
import type { Placeholders } from './placeholders.ts'
import type { Item, Value } from './value.ts'

/** A ProjectionExpression. Throws ValidationException in AWS's words. */
export const parseProjection = (text: string, placeholders: Placeholders): Path[] => {
  const cursor = new Cursor('ProjectionExpression', text)
  const paths: Path[] = []
  do paths.push(parsePath(cursor, placeholders))
  while (cursor.accept(','))
  cursor.expectEnd()
  for (const [index, path] of paths.entries())
    for (const other of paths.slice(index + 1)) {
      const fault = pathFault(path, other)
      if (fault) throw cursor.fault(fault)
    }
  return paths
}

/** The parts of `item` the paths name; chosen list members move together. */
export const project = (item: Item, paths: readonly Path[]): Item => {
  const whole = pick(
    { M: item },
    paths.filter(path => valueAt(item, path) !== undefined),
  )
  return 'M' in whole ? whole.M : {}
}

const pick = (value: Value, paths: readonly Path[]): Value => {
  if (paths.some(path => path.length === 0)) return value
  const below = (step: string | number) =>
    paths.filter(([first]) => first === step).map(([, ...rest]) => rest)
  if ('M' in value)
    return {
      M: Object.fromEntries(
        Object.entries(value.M)
          .filter(([name]) => below(name).length > 0)
          .map(([name, held]) => [name, pick(held, below(name))]),
      ),
    }
  if ('L' in value)
    return {
      L: value.L.flatMap((held, index) => (below(index).length > 0 ? [pick(held, below(index))] : [])),
    }
  return value
}
