import type { Target } from '@aws-sdk/client-eventbridge'
import type { Event } from './event.ts'

/** What a target is told of an event, as JSON text: all of it, a part, a text of its own, or a template. */
export const targetInput = (
  { Input, InputPath, InputTransformer }: Pick<Target, 'Input' | 'InputPath' | 'InputTransformer'>,
  event: Event,
): string => {
  if (Input !== undefined) return Input
  if (InputPath !== undefined) return JSON.stringify(at(event, InputPath) ?? {})
  if (InputTransformer === undefined) return JSON.stringify(event)
  const values = Object.entries(InputTransformer.InputPathsMap ?? {}).map(
    ([name, path]) => [name, at(event, path)] as const,
  )
  return filled(InputTransformer.InputTemplate ?? '', new Map(values))
}

/** A value inside quotes goes in as text, outside as JSON; a name that is not there goes in as nothing. */
const filled = (template: string, values: ReadonlyMap<string, unknown>): string =>
  template.replace(/"(?:[^"\\]|\\.)*"|<([\w.-]+)>/g, (match, name: string | undefined) =>
    name !== undefined
      ? JSON.stringify(values.get(name) ?? null)
      : match.replace(/<([\w.-]+)>/g, (_, inner: string) => asText(values.get(inner))),
  )

const asText = (value: unknown): string => {
  if (value === undefined || value === null) return ''
  return JSON.stringify(typeof value === 'string' ? value : JSON.stringify(value)).slice(1, -1)
}

/** `$.detail.containers[0].name`, `$['detail-type']`. */
const at = (event: Event, path: string): unknown => {
  const steps = path.slice(1).matchAll(/\.([\w-]+)|\[(\d+)\]|\['([^']+)'\]/g)
  let value: unknown = event
  for (const [, name, index, quoted] of steps)
    value = (value as Record<string, unknown> | undefined)?.[name ?? index ?? quoted ?? '']
  return value
}
