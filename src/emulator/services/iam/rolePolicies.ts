import type * as IAM from '@aws-sdk/client-iam'
import { page } from '../../page.ts'
import { AwsError, type Service } from '../../service.ts'
import { checkPermissions, encoded } from './policyDocument.ts'
import { findRole, noSuchEntity, ownRole, saveRole } from './state.ts'

const INLINE_LIMIT = 10_240
const ATTACHED_LIMIT = 10

/** IAM counts a role's inline policies together and without white space. */
const weightOf = (documents: readonly string[]): number => documents.join('').replace(/\s/g, '').length

export const rolePolicyOperations: Service<typeof IAM> = {
  PutRolePolicy({ RoleName, PolicyName = '', PolicyDocument }, call) {
    const role = ownRole(call, RoleName)
    if (!/^[\w+=,.@-]{1,128}$/.test(PolicyName))
      throw new AwsError('ValidationError', 'The specified value for policyName is invalid.')
    const inline = { ...role.inline, [PolicyName]: checkPermissions(PolicyDocument) }
    if (weightOf(Object.values(inline)) > INLINE_LIMIT)
      throw new AwsError(
        'LimitExceeded',
        `Maximum policy size of ${INLINE_LIMIT} bytes exceeded for role ${role.name}`,
      )
    saveRole(call, { ...role, inline })
    return {}
  },

  GetRolePolicy({ RoleName, PolicyName = '' }, call) {
    const role = findRole(call, RoleName)
    const document = role.inline[PolicyName]
    if (document === undefined) throw noSuchEntity(`The role policy with name ${PolicyName} cannot be found.`)
    return { RoleName: role.name, PolicyName, PolicyDocument: encoded(document) }
  },

  ListRolePolicies({ RoleName, Marker, MaxItems = 100 }, call) {
    const names = Object.keys(findRole(call, RoleName).inline)
    const { items, next } = page(names, name => name, { token: Marker, size: MaxItems })
    return { PolicyNames: items, IsTruncated: next !== undefined, ...(next ? { Marker: next } : {}) }
  },

  DeleteRolePolicy({ RoleName, PolicyName = '' }, call) {
    const role = ownRole(call, RoleName)
    const { [PolicyName]: gone, ...inline } = role.inline
    if (gone === undefined) throw noSuchEntity(`The role policy with name ${PolicyName} cannot be found.`)
    saveRole(call, { ...role, inline })
    return {}
  },

  /** AWS's own policies are all taken to exist; customer managed ones cannot be made here. */
  AttachRolePolicy({ RoleName, PolicyArn = '' }, call) {
    const role = ownRole(call, RoleName)
    if (!PolicyArn.startsWith('arn:')) throw new AwsError('InvalidInput', `ARN ${PolicyArn} is not valid.`)
    if (!PolicyArn.startsWith('arn:aws:iam::aws:policy/'))
      throw noSuchEntity(`Policy ${PolicyArn} does not exist or is not attachable.`)
    if (role.attached.includes(PolicyArn)) return {}
    if (role.attached.length >= ATTACHED_LIMIT)
      throw new AwsError('LimitExceeded', `Cannot exceed quota for PoliciesPerRole: ${ATTACHED_LIMIT}`)
    saveRole(call, { ...role, attached: [...role.attached, PolicyArn] })
    return {}
  },

  DetachRolePolicy({ RoleName, PolicyArn = '' }, call) {
    const role = ownRole(call, RoleName)
    if (!role.attached.includes(PolicyArn)) throw noSuchEntity(`Policy ${PolicyArn} was not found.`)
    saveRole(call, { ...role, attached: role.attached.filter(arn => arn !== PolicyArn) })
    return {}
  },

  ListAttachedRolePolicies({ RoleName, PathPrefix = '/', Marker, MaxItems = 100 }, call) {
    const arns = findRole(call, RoleName).attached.filter(arn => pathOf(arn).startsWith(PathPrefix))
    const { items, next } = page(arns, arn => arn, { token: Marker, size: MaxItems })
    return {
      AttachedPolicies: items.map(PolicyArn => ({ PolicyName: PolicyArn.split('/').at(-1), PolicyArn })),
      IsTruncated: next !== undefined,
      ...(next ? { Marker: next } : {}),
    }
  },
}

/** `arn:aws:iam::aws:policy/service-role/X` → `/service-role/` */
const pathOf = (arn: string): string => /:policy(\/(?:.*\/)?)[^/]*$/.exec(arn)?.[1] ?? '/'
