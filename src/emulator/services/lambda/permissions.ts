import { randomUUID } from 'node:crypto'
import type { AddPermissionRequest } from '@aws-sdk/client-lambda'
import { AwsError } from '../../service.ts'
import {
  conflict,
  type FunctionRow,
  functionNamed,
  functionsOf,
  invalidParameter,
  type LambdaService,
  notFound,
  type Statement,
  staleRevision,
} from './functionRow.ts'

const MOST_BYTES = 20 * 1024

const principalOf = (sent: string): Statement['Principal'] => {
  if (sent === '*') return '*'
  if (/^\d{12}$/.test(sent)) return { AWS: `arn:aws:iam::${sent}:root` }
  if (/^arn:aws[\w-]*:iam::/.test(sent)) return { AWS: sent }
  if (/^[a-z0-9.-]+\.amazonaws\.com(\.cn)?$/.test(sent)) return { Service: sent }
  throw invalidParameter('The provided principal was invalid. Please check the principal and try again.')
}

const statementOf = (row: FunctionRow, input: AddPermissionRequest): Statement => {
  const equals = {
    ...(input.SourceAccount !== undefined && { 'AWS:SourceAccount': input.SourceAccount }),
    ...(input.EventSourceToken !== undefined && { 'lambda:EventSourceToken': input.EventSourceToken }),
    ...(input.PrincipalOrgID !== undefined && { 'aws:PrincipalOrgID': input.PrincipalOrgID }),
    ...(input.FunctionUrlAuthType !== undefined && {
      'lambda:FunctionUrlAuthType': input.FunctionUrlAuthType,
    }),
  }
  const condition = {
    ...(Object.keys(equals).length > 0 && { StringEquals: equals }),
    ...(input.SourceArn !== undefined && { ArnLike: { 'AWS:SourceArn': input.SourceArn } }),
  }
  return {
    Sid: input.StatementId ?? '',
    Effect: 'Allow',
    Principal: principalOf(input.Principal ?? ''),
    Action: input.Action ?? '',
    Resource: row.arn,
    ...(Object.keys(condition).length > 0 && { Condition: condition }),
  }
}

const policyOf = (statements: readonly Statement[]): string =>
  JSON.stringify({ Version: '2012-10-17', Id: 'default', Statement: statements })

const checkRevision = (row: FunctionRow, sent: string | undefined): void => {
  if (sent !== undefined && sent !== row.policyRevision) throw staleRevision()
}

/** Who may invoke a function: its resource policy, a statement at a time. */
export const permissions = {
  AddPermission: (input, call) => {
    const row = functionNamed(call, input.FunctionName, input.Qualifier)
    checkRevision(row, input.RevisionId)
    const statement = statementOf(row, input)
    if (!/^[a-zA-Z0-9-_]{1,100}$/.test(statement.Sid))
      throw new AwsError(
        'ValidationException',
        `1 validation error detected: Value '${statement.Sid}' at 'statementId' failed to satisfy constraint: Member must satisfy regular expression pattern: ([a-zA-Z0-9-_]+)`,
        { status: 400 },
      )
    if (row.statements.some(held => held.Sid === statement.Sid))
      throw conflict(
        `The statement id (${statement.Sid}) provided already exists. Please provide a new statement id, or remove the existing statement.`,
      )
    const statements = [...row.statements, statement]
    const bytes = Buffer.byteLength(policyOf(statements))
    if (bytes > MOST_BYTES)
      throw new AwsError(
        'PolicyLengthExceededException',
        `The final policy size (${bytes}) is bigger than the limit (${MOST_BYTES}).`,
        { status: 400 },
      )
    functionsOf(call).set(row.name, { ...row, statements, policyRevision: randomUUID() })
    return { Statement: JSON.stringify(statement) }
  },

  RemovePermission: (input, call) => {
    const row = functionNamed(call, input.FunctionName, input.Qualifier)
    checkRevision(row, input.RevisionId)
    const statements = row.statements.filter(held => held.Sid !== input.StatementId)
    if (statements.length === row.statements.length)
      throw notFound(
        row.statements.length === 0
          ? 'No policy is associated with the given resource.'
          : `Statement ${input.StatementId} is not found in resource policy.`,
      )
    functionsOf(call).set(row.name, { ...row, statements, policyRevision: randomUUID() })
    return {}
  },

  GetPolicy: (input, call) => {
    const row = functionNamed(call, input.FunctionName, input.Qualifier)
    if (row.statements.length === 0) throw notFound('The resource you requested does not exist.')
    return { Policy: policyOf(row.statements), RevisionId: row.policyRevision }
  },
} satisfies LambdaService
