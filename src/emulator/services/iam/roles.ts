import type * as IAM from '@aws-sdk/client-iam'
import { page } from '../../page.ts'
import { AwsError, type Call, type Service } from '../../service.ts'
import { dropTags, forgetTags, putTags, type TagMap, tagFault, tagList, tagMap, tagsOf } from '../../tags.ts'
import { checkTrust, encoded } from './policyDocument.ts'
import { findRole, ownRole, type RoleRow, roleRows, sameName, saveRole, uniqueId } from './state.ts'

/** For about this long GetRole shows a new role's id in place of its ARN. */
const ARN_AFTER_MS = 1_000

const ROLE_LIMIT = 1000

/** A role as GetRole shows it; lists leave out tags and boundary. */
const shown = (role: RoleRow, arn = role.arn) => ({
  Path: role.path,
  RoleName: role.name,
  RoleId: role.id,
  Arn: arn,
  CreateDate: new Date(role.createdAt),
  AssumeRolePolicyDocument: encoded(role.trust),
  ...(role.description === null ? {} : { Description: role.description }),
  MaxSessionDuration: role.maxSessionSeconds,
})

const details = (call: Call, role: RoleRow, arn = role.arn) => {
  const tags = tagsOf(call, role.arn)
  return {
    ...shown(role, arn),
    ...(Object.keys(tags).length > 0 ? { Tags: tagList(tags) } : {}),
    ...(role.boundaryArn === null
      ? {}
      : {
          PermissionsBoundary: {
            PermissionsBoundaryType: 'PermissionsBoundaryPolicy' as const,
            PermissionsBoundaryArn: role.boundaryArn,
          },
        }),
    RoleLastUsed: {},
  }
}

const invalid = (message: string): AwsError => new AwsError('InvalidInput', message)

const checkTags = (tags: TagMap, held: TagMap, given: number): void => {
  const fault = tagFault(tags, held)
  if (fault !== undefined) throw invalid(fault)
  const keys = Object.keys(tags).map(key => key.toLowerCase())
  if (new Set(keys).size < given)
    throw invalid('Duplicate tag keys found. Please note that Tag keys are case insensitive.')
}

const checkSession = (seconds: number): void => {
  if (seconds < 3600 || seconds > 43_200)
    throw new AwsError('ValidationError', `MaxSessionDuration must be 3600 to 43200, not ${seconds}`)
}

const checkPath = (path: string): void => {
  if (!/^\/$|^\/[!-~]+\/$/.test(path) || path.length > 512)
    throw new AwsError(
      'ValidationError',
      'The specified value for path is invalid. It must begin and end with / and contain only alphanumeric characters and/or / characters.',
    )
}

export const roleOperations: Service<typeof IAM> = {
  CreateRole(input, call) {
    const { RoleName: name = '', Path: path = '/', MaxSessionDuration: maxSessionSeconds = 3600 } = input
    if (!/^[\w+=,.@-]{1,64}$/.test(name))
      throw new AwsError(
        'ValidationError',
        'The specified value for roleName is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-',
      )
    checkPath(path)
    checkSession(maxSessionSeconds)
    const trust = checkTrust(call, input.AssumeRolePolicyDocument)
    const tags = tagMap(input.Tags)
    checkTags(tags, {}, input.Tags?.length ?? 0)
    if (sameName(call, name))
      throw new AwsError('EntityAlreadyExists', `Role with name ${name} already exists.`)
    if (roleRows(call).values().length >= ROLE_LIMIT)
      throw new AwsError('LimitExceeded', `Cannot exceed quota for RolesPerAccount: ${ROLE_LIMIT}`)
    const role: RoleRow = {
      name,
      id: uniqueId('AROA', call.requestId),
      path,
      arn: `arn:aws:iam::${call.account}:role${path}${name}`,
      createdAt: Math.floor(call.now / 1000) * 1000,
      trust,
      description: input.Description ?? null,
      maxSessionSeconds,
      boundaryArn: input.PermissionsBoundary ?? null,
      inline: {},
      attached: [],
      serviceLinked: false,
    }
    saveRole(call, role)
    putTags(call, role.arn, tags)
    return { Role: details(call, role) }
  },

  GetRole({ RoleName }, call) {
    const role = findRole(call, RoleName)
    const fresh = call.now < role.createdAt + call.delay(ARN_AFTER_MS)
    return { Role: details(call, role, fresh ? role.id : role.arn) }
  },

  ListRoles({ PathPrefix = '/', Marker, MaxItems = 100 }, call) {
    const all = roleRows(call)
      .values()
      .filter(role => role.path.startsWith(PathPrefix))
    const { items, next } = page(all, role => role.name, { token: Marker, size: MaxItems })
    return {
      Roles: items.map(role => shown(role)),
      IsTruncated: next !== undefined,
      ...(next ? { Marker: next } : {}),
    }
  },

  UpdateRole({ RoleName, Description, MaxSessionDuration }, call) {
    const role = ownRole(call, RoleName)
    checkSession(MaxSessionDuration ?? role.maxSessionSeconds)
    saveRole(call, {
      ...role,
      description: Description ?? role.description,
      maxSessionSeconds: MaxSessionDuration ?? role.maxSessionSeconds,
    })
    return {}
  },

  UpdateRoleDescription({ RoleName, Description }, call) {
    const role = { ...ownRole(call, RoleName), description: Description ?? null }
    saveRole(call, role)
    return { Role: shown(role) }
  },

  UpdateAssumeRolePolicy({ RoleName, PolicyDocument }, call) {
    const role = ownRole(call, RoleName)
    saveRole(call, { ...role, trust: checkTrust(call, PolicyDocument) })
    return {}
  },

  DeleteRole({ RoleName }, call) {
    const role = ownRole(call, RoleName)
    if (role.attached.length > 0)
      throw new AwsError('DeleteConflict', 'Cannot delete entity, must detach all policies first.')
    if (Object.keys(role.inline).length > 0)
      throw new AwsError('DeleteConflict', 'Cannot delete entity, must delete policies first.')
    roleRows(call).delete(role.name)
    forgetTags(call, role.arn)
    return {}
  },

  TagRole({ RoleName, Tags }, call) {
    const role = ownRole(call, RoleName)
    const tags = tagMap(Tags)
    const held = tagsOf(call, role.arn)
    checkTags(tags, held, Tags?.length ?? 0)
    const sameKey = Object.keys(held).filter(
      key => !(key in tags) && Object.keys(tags).some(other => other.toLowerCase() === key.toLowerCase()),
    )
    dropTags(call, role.arn, sameKey)
    putTags(call, role.arn, tags)
    return {}
  },

  UntagRole({ RoleName, TagKeys = [] }, call) {
    const { arn } = ownRole(call, RoleName)
    const gone = TagKeys.map(key => key.toLowerCase())
    const sameKeys = Object.keys(tagsOf(call, arn)).filter(key => gone.includes(key.toLowerCase()))
    dropTags(call, arn, sameKeys)
    return {}
  },

  ListRoleTags({ RoleName, Marker, MaxItems = 100 }, call) {
    const tags = tagList(tagsOf(call, findRole(call, RoleName).arn))
    const { items, next } = page(tags, ({ Key }) => Key, { token: Marker, size: MaxItems })
    return { Tags: items, IsTruncated: next !== undefined, ...(next ? { Marker: next } : {}) }
  },

  CreateServiceLinkedRole({ AWSServiceName = '', Description }, call) {
    const name = SERVICE_LINKED[AWSServiceName]
    if (name === undefined)
      throw invalid(`Service role for ${AWSServiceName} cannot be created: the service is not known`)
    if (sameName(call, name))
      throw invalid(
        `Service role name ${name} has been taken in this account, please try a different suffix.`,
      )
    const path = `/aws-service-role/${AWSServiceName}/`
    const role: RoleRow = {
      name,
      id: uniqueId('AROA', call.requestId),
      path,
      arn: `arn:aws:iam::${call.account}:role${path}${name}`,
      createdAt: Math.floor(call.now / 1000) * 1000,
      trust: JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          { Action: ['sts:AssumeRole'], Effect: 'Allow', Principal: { Service: [AWSServiceName] } },
        ],
      }),
      description: Description ?? null,
      maxSessionSeconds: 3600,
      boundaryArn: null,
      inline: {},
      attached: [
        `arn:aws:iam::aws:policy/aws-service-role/${name.replace('AWSServiceRoleFor', 'Amazon')}ServiceRolePolicy`,
      ],
      serviceLinked: true,
    }
    saveRole(call, role)
    putTags(call, role.arn, {})
    return { Role: details(call, role) }
  },

  ListInstanceProfilesForRole({ RoleName }, call) {
    findRole(call, RoleName)
    return { InstanceProfiles: [], IsTruncated: false }
  },
}

/** Services that have such a role, of those a stack of ours meets. */
const SERVICE_LINKED: Readonly<Record<string, string>> = {
  'ecs.amazonaws.com': 'AWSServiceRoleForECS',
  'ops.apigateway.amazonaws.com': 'AWSServiceRoleForAPIGateway',
  'events.amazonaws.com': 'AWSServiceRoleForCloudWatchEvents',
  'replication.ecr.amazonaws.com': 'AWSServiceRoleForECRReplication',
}
