import type { Cors } from '@aws-sdk/client-apigatewayv2'
import { badRequest } from './rows.ts'

const METHODS = ['*', 'GET', 'PUT', 'POST', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS']

/**
 * CORS as AWS gives it back: header names in lower case, lists in an order of its own (sorted here).
 * Throws BadRequestException.
 */
export const checkedCors = (sent: Cors): Cors => {
  const { AllowOrigins = [], AllowMethods = [], AllowHeaders = [], ExposeHeaders = [], MaxAge } = sent
  if (sent.AllowCredentials && AllowOrigins.includes('*'))
    throw badRequest('Cannot set allowCredentials to true when allowOrigins is set to *')
  const odd = AllowMethods.find(method => !METHODS.includes(method))
  if (odd !== undefined) throw badRequest(`Invalid method for allowMethods: ${odd}`)
  const origin = AllowOrigins.find(value => value !== '*' && !/^[a-z][a-z0-9+.-]*:\/\//i.test(value))
  if (origin !== undefined) throw badRequest(`Invalid format for origin: ${origin}`)
  if (MaxAge !== undefined && (MaxAge < -1 || MaxAge > 86_400))
    throw badRequest('maxAge must be between -1 and 86400')
  const lower = (names: readonly string[]) => names.map(name => name.toLowerCase()).sort()
  return {
    ...(sent.AllowCredentials !== undefined && { AllowCredentials: sent.AllowCredentials }),
    ...(AllowHeaders.length > 0 && { AllowHeaders: lower(AllowHeaders) }),
    ...(AllowMethods.length > 0 && { AllowMethods: [...AllowMethods].sort() }),
    ...(AllowOrigins.length > 0 && { AllowOrigins: [...AllowOrigins].sort() }),
    ...(ExposeHeaders.length > 0 && { ExposeHeaders: lower(ExposeHeaders) }),
    ...(MaxAge !== undefined && { MaxAge }),
  }
}
