import type * as ApiGateway from '@aws-sdk/client-apigatewayv2'
import type { Service } from '../service.ts'

export const apigateway: Service<typeof ApiGateway> = {}
