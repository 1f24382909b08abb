import { AwsError, type Call } from '../../service.ts'
import { roleRows } from './state.ts'

interface Statement {
  Effect?: unknown
  Principal?: unknown
  NotPrincipal?: unknown
  Action?: unknown
  NotAction?: unknown
  Resource?: unknown
  NotResource?: unknown
}

const refuse = (message: string): never => {
  throw new AwsError('MalformedPolicyDocument', message)
}

/** IAM answers with documents percent-encoded as RFC 3986 has it. */
export const encoded = (document: string): string =>
  encodeURIComponent(document).replace(
    /[!'()*]/g,
    letter => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  )

/** Throws MalformedPolicyDocument unless `text` is a role's trust policy all of whose principals exist. */
export const checkTrust = (call: Call, text: string | undefined): string => {
  const [document, statements] = parse(text)
  for (const statement of statements) {
    if (statement.Resource !== undefined || statement.NotResource !== undefined)
      refuse('Has prohibited field Resource')
    if (statement.Principal === undefined) refuse('AssumeRolepolicy contained an invalid principal: missing')
    if (statement.Action === undefined && statement.NotAction === undefined)
      refuse('Missing required field Action')
    for (const arn of awsPrincipals(statement.Principal)) checkPrincipal(call, arn)
  }
  if (document.length > 2048)
    throw new AwsError('LimitExceeded', 'Cannot exceed quota for ACLSizePerRole: 2048')
  return document
}

/** Throws MalformedPolicyDocument unless `text` is an identity's policy. */
export const checkPermissions = (text: string | undefined): string => {
  const [document, statements] = parse(text)
  for (const statement of statements) {
    if (statement.Principal !== undefined || statement.NotPrincipal !== undefined)
      refuse('Policy document should not specify a principal.')
    if (statement.Action === undefined && statement.NotAction === undefined)
      refuse('Policy statement must contain actions.')
    if (statement.Resource === undefined && statement.NotResource === undefined)
      refuse('Policy statement must contain resources.')
  }
  return document
}

const parse = (text: string | undefined): [document: string, statements: Statement[]] => {
  const document = text ?? ''
  let policy: { Version?: unknown; Statement?: unknown }
  try {
    policy = JSON.parse(document)
  } catch {
    return refuse('This policy contains invalid Json')
  }
  if (policy === null || typeof policy !== 'object' || policy.Statement === undefined)
    return refuse('Syntax errors in policy.')
  if (policy.Version !== undefined && policy.Version !== '2012-10-17' && policy.Version !== '2008-10-17')
    return refuse('The policy must contain a valid version string')
  const statements = [policy.Statement].flat() as Statement[]
  for (const statement of statements)
    if (
      statement === null ||
      typeof statement !== 'object' ||
      !/^(Allow|Deny)$/.test(String(statement.Effect))
    )
      refuse('Syntax errors in policy.')
  return [document, statements]
}

const awsPrincipals = (principal: unknown): string[] =>
  principal !== null && typeof principal === 'object' && 'AWS' in principal
    ? [principal.AWS].flat().map(String)
    : []

/** Roles of other accounts cannot be looked up from here and are taken at their word. */
const checkPrincipal = (call: Call, arn: string): void => {
  const name = new RegExp(`^arn:aws:iam::${call.account}:role/(?:.*/)?([^/]+)$`).exec(arn)?.[1]
  if (name !== undefined && roleRows(call).get(name)?.arn !== arn)
    refuse(`Invalid principal in policy: "AWS":"${arn}"`)
}
