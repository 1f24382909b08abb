import type { FunctionRow } from '../services/lambda/functionRow.ts'

/** `pattern` of ArnLike: `*` is any run of characters, `?` any one. */
export const arnLike = (pattern: string, arn: string): boolean =>
  new RegExp(
    `^${pattern
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
  ).test(arn)

/** True when the function's resource policy lets the service `principal` in for what `sourceArn` names. */
export const mayInvoke = (row: FunctionRow, account: string, sourceArn: string, principal: string): boolean =>
  row.statements.some(({ Principal, Action, Condition = {} }) => {
    const who = Principal === '*' || (typeof Principal === 'object' && Principal['Service'] === principal)
    const what = Action === 'lambda:InvokeFunction' || Action === 'lambda:*'
    const from = Condition['ArnLike']?.['AWS:SourceArn']
    const ofAccount = Condition['StringEquals']?.['AWS:SourceAccount']
    return (
      who &&
      what &&
      (from === undefined || arnLike(from, sourceArn)) &&
      (ofAccount === undefined || ofAccount === account)
    )
  })
