import { invalid } from './group.ts'

/**
 * A filter pattern of plain terms as a test of messages: every term, none of `-term`, and at least one of the
 * `?term`s; `"…"` is taken literally (CloudWatch Logs, "Filter pattern syntax"). Patterns over JSON or
 * space-delimited fields throw InvalidParameterException: the embedded AWS does not read them.
 */
export const messageTest = (pattern = ''): ((message: string) => boolean) => {
  const text = pattern.trim()
  if (/^[{[]/.test(text))
    throw invalid(
      'The embedded AWS reads filter patterns of terms only, not of JSON or space-delimited fields.',
    )
  const terms = [...text.matchAll(/([-?]?)(?:"((?:[^"\\]|\\.)*)"|(\S+))/g)].map(([, sign, quoted, bare]) => ({
    sign,
    term: quoted?.replace(/\\(.)/g, '$1') ?? bare ?? '',
  }))
  const having = (wanted: string): string[] =>
    terms.filter(({ sign }) => sign === wanted).map(({ term }) => term)
  const [all, none, any] = [having(''), having('-'), having('?')]
  return message =>
    all.every(term => message.includes(term)) &&
    !none.some(term => message.includes(term)) &&
    (any.length === 0 || any.some(term => message.includes(term)))
}
