import { AwsError } from '../../service.ts'

/** The errors S3 documents only in prose ("List of error codes"), with their status. */
export const invalidArgument = (message: string, name?: string, value?: unknown): AwsError =>
  new AwsError('InvalidArgument', message, {
    status: 400,
    fields: name === undefined ? {} : { ArgumentName: name, ArgumentValue: String(value) },
  })

export const invalidRequest = (message: string): AwsError =>
  new AwsError('InvalidRequest', message, { status: 400 })

export const malformedXml = (): AwsError =>
  new AwsError(
    'MalformedXML',
    'The XML you provided was not well-formed or did not validate against our published schema',
    { status: 400 },
  )

export const preconditionFailed = (condition: string): AwsError =>
  new AwsError('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', {
    status: 412,
    fields: { Condition: condition },
  })

export const noSuchKey = (key: string | undefined): AwsError =>
  new AwsError('NoSuchKey', 'The specified key does not exist.', { status: 404, fields: { Key: key } })

export const noSuchVersion = (key: string | undefined, versionId: string): AwsError =>
  new AwsError('NoSuchVersion', 'The specified version does not exist.', {
    status: 404,
    fields: { Key: key, VersionId: versionId },
  })

export const noSuchUpload = (id: string | undefined): AwsError =>
  new AwsError(
    'NoSuchUpload',
    'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.',
    { status: 404, fields: { UploadId: id } },
  )

export const notImplemented = (what: string): AwsError =>
  new AwsError(
    'NotImplemented',
    `A header you provided implies functionality that is not implemented: ${what}`,
    {
      status: 501,
    },
  )

/** A sub-resource nobody put. */
export const absent = (code: string, message: string): AwsError =>
  new AwsError(code, message, { status: 404 })
