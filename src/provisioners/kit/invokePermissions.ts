/** Who may invoke a function, by statement id. */
export type InvokePermissions = Record<string, { principal: string; source: string }>

interface RawStatement {
  Sid?: string
  Principal?: string | { Service?: string; AWS?: string }
  Condition?: Record<string, Record<string, string>>
}

const principalIn = (principal: RawStatement['Principal'] = '*'): string =>
  typeof principal === 'string' ? principal : (principal.Service ?? principal.AWS ?? '')

/** Lambda spells the key `AWS:SourceArn`, others `aws:SourceArn`. */
const sourceIn = (condition: RawStatement['Condition'] = {}): string =>
  Object.values(condition)
    .flatMap(operator => Object.entries(operator))
    .find(([key]) => key.toLowerCase() === 'aws:sourcearn')?.[1] ?? ''

/** The statements of a function's resource policy; none when there is no policy. */
export const permissionsIn = (policy: string | undefined): InvokePermissions => {
  if (policy === undefined) return {}
  const { Statement = [] } = JSON.parse(policy) as { Statement?: RawStatement[] }
  return Object.fromEntries(
    Statement.map(({ Sid = '', Principal, Condition }) => [
      Sid,
      { principal: principalIn(Principal), source: sourceIn(Condition) },
    ]),
  )
}
