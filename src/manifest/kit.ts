import * as z from 'zod'
import { durationSeconds, durationText } from './checks/duration.ts'
import { nearest } from './nearest.ts'

/** The words the manifest's schema is written in. */

/** How a message shows an offending value: as JSON, cut to a length people can read. */
export const shown = (value: unknown): string => {
  // JSON has no word for YAML's .nan and .inf.
  const json = typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? String(value))
  return json.length > 60 ? `${json.slice(0, 57)}...` : json
}

/** A map with these keys and no others; the message has one line per unknown key, in the issue's order. */
export const section = <Shape extends z.ZodRawShape>(shape: Shape, elsewhere: Record<string, string> = {}) =>
  z.strictObject(shape, {
    error: issue =>
      issue.code === 'unrecognized_keys'
        ? issue.keys.map(key => unknownKey(key, Object.keys(shape), elsewhere)).join('\n')
        : undefined,
  })

const unknownKey = (key: string, known: readonly string[], elsewhere: Record<string, string>): string => {
  const place = Object.hasOwn(elsewhere, key) ? elsewhere[key] : undefined
  const meant = place ?? nearest(key, known)
  const help = meant === null ? `Known here: ${known.join(', ')}.` : `Did you mean ${meant}?`
  return `There is no key ${shown(key)} here. ${help}`
}

/** A key that may be left out; its absence is `null`. */
export const absent = <Schema extends z.ZodType>(schema: Schema) =>
  schema.optional().transform((value): z.output<Schema> | null => value ?? null)

/** Text that `wrong` has nothing against. `wrong` answers the end of a sentence that starts with the value. */
export const text = (wrong: (value: string) => string | null = () => null) =>
  z.string().superRefine((value, context) => {
    const message = value === '' ? 'is empty.' : wrong(value)
    if (message !== null) context.addIssue({ code: 'custom', message: `${shown(value)} ${message}` })
  })

/** Text of which only a pattern is asked. */
export const matching = (pattern: RegExp, rule: string) =>
  text(value => (pattern.test(value) ? null : rule)).meta({ pattern: pattern.source })

/** A path relative to the manifest. */
export const path = () => text(value => (value.includes('\0') ? 'has a NUL character.' : null))

/** A whole number from `least` to `most`; `unit` says what is counted. */
export const count = (least: number, most: number, unit: string | null = null) =>
  z
    .number()
    .superRefine((value, context) => {
      if (Number.isInteger(value) && value >= least && value <= most) return
      const of = unit === null ? '' : ` of ${unit}`
      const message = `${shown(value)} must be a whole number${of} from ${least} to ${most}.`
      context.addIssue({ code: 'custom', message })
    })
    .meta({ type: 'integer', minimum: least, maximum: most })

/** A duration, written `5m`, `1h30m` or as bare seconds; its output is seconds. */
export const duration = (leastSeconds: number, mostSeconds: number) =>
  z
    .union([z.string(), z.number()], { error: () => 'must be a duration such as 90s, 5m or 12h.' })
    .meta({ pattern: '^([0-9]{1,9}[smhd])+$|^[0-9]{1,9}$' })
    .transform((value, context) => {
      const seconds = durationSeconds(value)
      if (seconds !== null && seconds >= leastSeconds && seconds <= mostSeconds) return seconds
      const bounds = `from ${durationText(leastSeconds)} to ${durationText(mostSeconds)}`
      const message =
        seconds === null
          ? `${shown(value)} is not a duration. Write 90s, 5m, 12h or a number of seconds.`
          : `${shown(value)} is out of bounds. It must be ${bounds}.`
      context.addIssue({ code: 'custom', message })
      return z.NEVER
    })

/** One of some words; `aliases` are what other tools call them. */
export const choice = <const Words extends readonly [string, ...string[]]>(
  words: Words,
  aliases: Record<string, string> = {},
) =>
  z.enum(words, {
    error: issue => {
      const value = issue.input
      if (typeof value !== 'string') return `must be ${orList(words)}.`
      const meant = (Object.hasOwn(aliases, value) ? aliases[value] : null) ?? nearest(value, words)
      const help = meant === null ? `Use ${orList(words)}.` : `Did you mean ${meant}?`
      return `${shown(value)} is not one of ${words.join(', ')}. ${help}`
    },
  })

export const orList = (words: readonly unknown[]): string =>
  words.length < 2 ? words.join() : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`

/** Text where YAML may have read `1` or `true`. Fractions are refused: `1.10` would become `1.1`. */
export const lenientText = () =>
  z
    .union([z.string(), z.boolean(), z.number()], { error: () => 'must be text.' })
    .transform((value, context) => {
      if (typeof value !== 'number' || Number.isSafeInteger(value)) return String(value)
      context.addIssue({ code: 'custom', message: `${shown(value)} must be text: put it in quotes.` })
      return z.NEVER
    })
