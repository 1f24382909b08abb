import { isAwsError } from '../../awsError.ts'

/** The answer, or undefined when AWS says one of `names`; every other error is thrown on (AccessDenied is not absence). */
export const absentIf = async <T>(answer: Promise<T>, ...names: string[]): Promise<T | undefined> => {
  try {
    return await answer
  } catch (error) {
    if (isAwsError(error, ...names)) return undefined
    throw error
  }
}
