import type { Call } from '../../service.ts'
import { functionNamed, functionsOf, invalidParameter, type LambdaService } from './functionRow.ts'

const ACCOUNT_LIMIT = 1000
const ALWAYS_UNRESERVED = 100

const reservedByOthers = (call: Call, name: string): number =>
  functionsOf(call)
    .values()
    .reduce((sum, row) => sum + (row.name === name ? 0 : (row.reservedConcurrency ?? 0)), 0)

export const concurrency = {
  PutFunctionConcurrency: (input, call) => {
    const row = functionNamed(call, input.FunctionName)
    const reserved = input.ReservedConcurrentExecutions ?? 0
    if (ACCOUNT_LIMIT - reservedByOthers(call, row.name) - reserved < ALWAYS_UNRESERVED)
      throw invalidParameter(
        `Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [${ALWAYS_UNRESERVED}].`,
      )
    functionsOf(call).set(row.name, { ...row, reservedConcurrency: reserved })
    return { ReservedConcurrentExecutions: reserved }
  },

  GetFunctionConcurrency: (input, call) => {
    const { reservedConcurrency } = functionNamed(call, input.FunctionName)
    return reservedConcurrency === null ? {} : { ReservedConcurrentExecutions: reservedConcurrency }
  },

  DeleteFunctionConcurrency: (input, call) => {
    const row = functionNamed(call, input.FunctionName)
    functionsOf(call).set(row.name, { ...row, reservedConcurrency: null })
    return {}
  },
} satisfies LambdaService
