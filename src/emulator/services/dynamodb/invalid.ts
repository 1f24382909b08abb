import { AwsError } from '../../service.ts'

export const invalid = (message: string): AwsError => new AwsError('ValidationException', message)

/** For parameters AWS keeps only for programs from before expressions (2014). */
export const refuseLegacy = (input: object, names: readonly string[]): void => {
  const used = names.find(name => Reflect.get(input, name) !== undefined)
  if (used !== undefined)
    throw new AwsError('NotImplemented', `The embedded AWS knows no ${used}: use an expression`, {
      status: 501,
    })
}
