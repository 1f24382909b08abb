import { AwsError } from '../../service.ts'
import { invalidArgument } from './errors.ts'

const NAME = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/
const RESERVED = /^(xn--|sthree-|amzn-s3-demo-)|(-s3alias|--ol-s3|\.mrap|--x-s3|--table-s3)$/
const ADDRESS = /^\d+\.\d+\.\d+\.\d+$/

/** "Bucket naming rules". */
export const checkName = (name: string | undefined): string => {
  if (!name || !NAME.test(name) || name.includes('..') || RESERVED.test(name) || ADDRESS.test(name))
    throw new AwsError('InvalidBucketName', 'The specified bucket is not valid.', {
      status: 400,
      fields: { BucketName: name },
    })
  return name
}

/** us-east-1 is the one region that must not be named, and elsewhere the client's own region must be. */
export const checkLocation = (asked: string | undefined, region: string): void => {
  if (asked === 'us-east-1')
    throw new AwsError('InvalidLocationConstraint', 'The specified location-constraint is not valid', {
      status: 400,
      fields: { LocationConstraint: asked },
    })
  if (asked !== undefined && !/^[a-z]{2}(-[a-z]+)+-\d$/.test(asked) && asked !== 'EU')
    throw invalidArgument('The specified location-constraint is not valid', 'LocationConstraint', asked)
  if ((asked ?? 'us-east-1') !== region)
    throw new AwsError(
      'IllegalLocationConstraintException',
      `The ${asked ?? 'unspecified'} location constraint is incompatible for the region specific endpoint this request was sent to.`,
      { status: 400 },
    )
}
